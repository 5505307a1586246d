"""What a person decides about a file that is coming in: where its columns go, what its words mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from guiju.lib.errors import Fault, Problem
from guiju.registers import tables
from guiju.registers.directory import as_uid
from guiju.registers.models import ImportRun
from guiju.registers.spec import Field, RegisterSpec

#: A column that is not saved.
ASIDE = ""
#: Begins the target of a column whose words are added to a field: `+note`.
ADDED = "+"
#: The column goes into the next column of one's own that is free.
OWN = "own"
#: What a row with another record's number but wholly other words becomes.
NEW, CHANGE = "new", "change"
#: Field types whose words may lead nowhere.
NAMED = frozenset({"choice", "choices", "department", "person", "people"})
MAKEABLE = frozenset({"department", "person", "people"})
_MOST = 500
_LATEST = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What one word of a column means: a value, a row to be made (`makes`), or nothing; kept words go to `keep`."""

    to: Any = None
    keep: str = ""
    makes: bool = False

    def plain(self) -> dict[str, Any]:
        """As it is kept with the run."""
        if self.makes:
            return {"new": True, "uid": self.to}
        return {"to": self.to, **({"keep": self.keep} if self.keep else {})}


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that was decided about one file; nothing yet when it is empty."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    strangers: str = NEW
    #: Nothing is proposed: what does not fit is a fault.
    strict: bool = False

    def plain(self) -> dict[str, Any]:
        """As it is kept with the run."""
        return {
            "columns": dict(self.columns),
            "values": {
                code: {word: answer.plain() for word, answer in words.items()} for code, words in self.values.items()
            },
            "strangers": self.strangers,
            **({"strict": True} if self.strict else {}),
        }

    def answer(self, code: str, written: str) -> Answer | None:
        """What a word of a field means."""
        return self.values.get(code, {}).get(written)


def of(run: ImportRun) -> Decisions:
    """What has been decided about a run so far."""
    return _loaded(run.summary.get("decided") or {})


def _loaded(raw: Mapping[str, Any]) -> Decisions:
    return Decisions(
        dict(raw.get("columns", {})),
        {
            code: {word: _answer(one) for word, one in words.items()}
            for code, words in dict(raw.get("values", {})).items()
        },
        raw.get("strangers", NEW),
        bool(raw.get("strict")),
    )


def _answer(raw: Mapping[str, Any]) -> Answer:
    if raw.get("new"):
        return Answer(str(raw["uid"]), makes=True)
    return Answer(raw.get("to"), str(raw.get("keep") or ""))


def changed(spec: RegisterSpec, held: Decisions, given: Mapping[str, Any]) -> Decisions:
    """The decisions with those that somebody sends; a Problem names each that cannot be."""
    faults: list[Fault] = []
    columns = dict(held.columns)
    for name, target in _mapping(given.get("columns"), "columns").items():
        if not isinstance(target, str) or not is_target(spec, target):
            faults.append(Fault(f"columns.{name}", _("No column can go there.")))
        else:
            columns[name] = target
    found: dict[str, dict[str, Answer]] = {code: dict(words) for code, words in held.values.items()}
    for code, words in _mapping(given.get("values"), "values").items():
        item = spec.field(code)
        for word, raw in _mapping(words, f"values.{code}").items():
            one = _checked(spec, item, raw, found.get(code, {}).get(word)) if item is not None else None
            if one is None:
                faults.append(Fault(f"values.{code}.{word}", _("This cannot be the meaning of a word.")))
            else:
                found.setdefault(code, {})[word] = one
    strangers = given.get("strangers", held.strangers)
    if strangers not in {NEW, CHANGE}:
        faults.append(Fault("strangers", _("Choose one of: %(options)s.") % {"options": f"{NEW}、{CHANGE}"}))
    if faults or len(columns) > _MOST:
        raise _refused(faults)
    return Decisions(columns, found, strangers, held.strict)


def _mapping(raw: Any, where: str) -> Mapping[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, Mapping) or len(raw) > 2_000:
        raise _refused([Fault(where, _("This must be an object of names and values."))])
    return raw


def _refused(faults: list[Fault]) -> Problem:
    return Problem(
        "import.decided",
        _("These choices cannot be used; nothing was changed."),
        fix=_("Correct them and send them again."),
        faults=faults,
        status=422,
    )


def is_target(spec: RegisterSpec, target: str) -> bool:
    """May a column go there?"""
    if target in {ASIDE, OWN} or target in tables.PSEUDO:
        return True
    if target.startswith(ADDED):
        return may_hold(spec, target.removeprefix(ADDED))
    spread = tables.spread(target)
    item = spec.field(spread[0] if spread else target)
    return item is not None and item.type != "files" and not item.kept


def may_hold(spec: RegisterSpec, code: str) -> bool:
    """Can words be added to this field?"""
    item = spec.field(code)
    made = {name for one in spec.fields for name in one.made_from}
    return item is not None and item.type in {"text", "longtext"} and not item.kept and code not in {*spec.key, *made}


def _checked(spec: RegisterSpec, item: Field | None, raw: Any, held: Answer | None) -> Answer | None:
    """The answer as it is kept; None for one that cannot be."""
    if item is None or not isinstance(raw, Mapping) or set(raw) - {"to", "keep", "new", "uid"}:
        return None
    if raw.get("new"):
        if item.type not in MAKEABLE:
            return None
        return held if held is not None and held.makes else Answer(str(uuid4()), makes=True)
    keep = raw.get("keep") or ""
    if keep and not (isinstance(keep, str) and may_hold(spec, keep)):
        return None
    to = raw.get("to")
    if to in ("", None):
        return Answer(None, keep)
    if item.type == "integer":
        number = int(to) if str(to).lstrip("-").isdigit() and len(str(to)) < 9 else None
        fits = number is not None and (item.min is None or number >= item.min)
        return Answer(number, keep) if fits and (item.max is None or number <= item.max) else None  # type: ignore[operator]
    if item.type in MAKEABLE:
        return Answer(as_uid(to), keep) if as_uid(to) else None
    return Answer(str(to), keep) if item.option(to) is not None else None


def remembered(run: ImportRun, headings: list[str]) -> Decisions | None:
    """What was decided about the last file with the same headings that came in here."""
    before = ImportRun.objects.filter(register=run.register, unit=run.unit_id, state="done").order_by("-pk")
    for summary in before.values_list("summary", flat=True)[:_LATEST]:
        if summary.get("headings") == headings and (raw := summary.get("decided")):
            held = _loaded(raw)
            # A row that was made then has its name now; it is found by it.
            known = {
                code: {word: one for word, one in words.items() if not one.makes} for code, words in held.values.items()
            }
            return Decisions(held.columns, known) if held.columns or any(known.values()) else None
    return None
