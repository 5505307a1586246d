"""The choices on the preview of an import: where each column goes, what words mean; read back from the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from guiju.access import holders, scope
from guiju.access.actor import Actor
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org import queries as org
from guiju.org.models import Unit
from guiju.registers import asking, deciding, making, ownlayouts, scales, tables
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import ImportRun
from guiju.registers.spec import Field, RegisterSpec

_COLUMN, _VALUE = "column:", "value:"
_TO, _KEEP, _NEW = "to:", "keep:", "new"
_EMPTY = f"{_TO}-"
_MOST = 400
_NAMED = 3

Option = dict[str, Any]


def of(spec: RegisterSpec, run: ImportRun, by: Actor) -> dict[str, Any]:
    """What the page needs to show and change what was decided."""
    told = run.summary
    if run.state != "ready":
        return {}
    targets = _targets(spec, run.unit)
    names = _Names(spec, run.unit, by)
    return {
        "mapping": [_column(one, targets) for one in told.get("mapping", ())],
        "unsaved": told.get("unknown_columns", []),
        "may_note": deciding.may_hold(spec, "note"),
        "note_label": _label(spec, "note"),
        "questions": [names.question(one) for one in _by_field(spec, told.get("questions", ()))],
        "open": sum(1 for one in told.get("questions", ()) if one["answer"] is None),
        "strangers": told.get("strangers", {}),
        "strangers_to": deciding.of(run).strangers,
        "makers": names.makers(),
    }


def _label(spec: RegisterSpec, code: str) -> str:
    item = spec.field(code)
    return item.label() if item is not None else ""


def _by_field(spec: RegisterSpec, questions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What waits for an answer first, then the words of one field together."""
    places = {item.code: at for at, item in enumerate(spec.fields)}

    def place(one: Mapping[str, Any]) -> tuple[bool, int, int]:
        step = one["answer"]["to"] if one["kind"] == "scale" and one["answer"] else None
        return one["answer"] is not None, places[one["field"]], -step if isinstance(step, int) else 0

    return sorted(questions, key=place)


# --- columns ------------------------------------------------------------------------------------------------------


def _targets(spec: RegisterSpec, unit: Unit) -> list[tuple[str, list[Option]]]:
    """Where a column may go, by section."""
    words = ownlayouts.worded(ownlayouts.held_by(unit, spec.code)) if spec.layouts else ownlayouts.Wording()
    found: dict[str, list[Option]] = {}
    for item in spec.fields:
        if item.type == "files" or item.kept or (item.own and item.code not in words.labels):
            continue
        found.setdefault(spec.section_label(item.section), []).append({"value": item.code, "label": words.label(item)})
    if spec.storage != "org.unit":
        found.setdefault("", []).append({"value": "_unit", "label": tables.pseudo("_unit", set())})
    if spec.states:
        found.setdefault("", []).append({"value": "_status", "label": tables.pseudo("_status", set())})
    return list(found.items())


def _column(one: Mapping[str, Any], targets: Sequence[tuple[str, list[Option]]]) -> dict[str, Any]:
    groups = [
        {"label": section, "options": [{**option, "on": option["value"] == one["to"]} for option in options]}
        for section, options in targets
    ]
    is_known = one["to"] in {option["value"] for _section, options in targets for option in options}
    return {
        **one,
        "input": f"{_COLUMN}{one['name']}",
        "groups": groups,
        "is_aside": one["to"] == deciding.ASIDE,
        "is_noted": one["to"] == f"{deciding.ADDED}note",
        # A column that shares its field with others, or one of one's own, stays where it is unless it is moved.
        "other": "" if is_known or one["to"] in {deciding.ASIDE, f"{deciding.ADDED}note"} else one["to"],
    }


# --- words --------------------------------------------------------------------------------------------------------


class _Names:
    """What a word may mean: steps, choices, departments, people; each list is made once."""

    def __init__(self, spec: RegisterSpec, unit: Unit, by: Actor) -> None:
        self.spec = spec
        self.unit = unit
        self.by = by
        self._lists: dict[str, list[tuple[str, str]]] = {}
        self._may: dict[str, bool] = {}

    def question(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """One word with everything it may mean; where nobody has answered, the likeliest is chosen."""
        item = self.spec.by_code[one["field"]]
        chosen = _encoded(one["answer"]) if one["answer"] is not None else self._likely(item, one["value"])
        options = [{"value": value, "label": label, "on": value == chosen} for value, label in self._options(item)]
        return {
            **one,
            "label": item.label(),
            "input": f"{_VALUE}{item.code}:{one['value']}",
            "options": options,
            "is_open": one["answer"] is None,
            "is_unset": not any(option["on"] for option in options),
        }

    def _options(self, item: Field) -> list[tuple[str, str]]:
        values = [(f"{_TO}{value}", label) for value, label in self._known(item)]
        made = []
        if item.type in deciding.MAKEABLE and self._may_make(item.type):
            word = _("Enter it as a new department") if item.type == "department" else _("Enter it as a new person")
            made = [(_NEW, word)]
        kept = [
            (f"{_KEEP}{keeper.code}", _("Leave empty, keep the words in “%(field)s”") % {"field": keeper.label()})
            for keeper in asking.keepers(self.spec, item)
        ]
        empty = [(_EMPTY, _("Leave empty"))] if not item.required else []
        return [*made, *(kept if empty else []), *empty, *values]

    def _known(self, item: Field) -> list[tuple[str, str]]:
        kind = item.code if item.type in {"choice", "choices", "integer"} else item.type
        if kind not in self._lists:
            self._lists[kind] = self._listed(item)
        return self._lists[kind]

    def _listed(self, item: Field) -> list[tuple[str, str]]:
        if scales.is_scale(item):
            words = scales.named(self.spec.code, self.unit).get(item.code.removeprefix("residual_"), ())
            steps = list(scales.steps(item))
            named = [*words, *[""] * (len(steps) - len(words))]
            return [
                (str(step), f"{step} · {word}" if word else str(step)) for step, word in zip(steps, named, strict=False)
            ]
        if item.type in {"choice", "choices"}:
            return [(option.code, option.label()) for option in item.options]
        home = making.company(self.unit)
        if item.type == "department":
            mine = org.own_units(home).filter(kind__in=DEPARTMENT_KINDS)
            return [(str(unit.uid), unit.label) for unit in mine.order_by("depth", "path")[:_MOST]]
        people = scope.people(self.by, Permission.ORG_PERSON_VIEW, within=home).order_by("sort_key")
        return [
            (str(person.uid), f"{person.name}（{person.number}）" if person.number else person.name)
            for person in people[:_MOST]
        ]

    def _likely(self, item: Field, word: str) -> str:
        if item.type == "department":
            uid = asking.alike(word, dict(self._known(item)))
            return f"{_TO}{uid}" if uid else ""
        if asking.is_grave(item):
            return ""  # how bad something is must be said by somebody
        kept = asking.keepers(self.spec, item)
        return f"{_KEEP}{kept[0].code}" if kept and not item.required else ""

    def _may_make(self, kind: str) -> bool:
        if kind not in self._may:
            self._may[kind] = making.may(kind, self.unit, by=self.by)
        return self._may[kind]

    def makers(self) -> list[dict[str, Any]]:
        """Who may enter what this account may not."""
        found = []
        for kind, may in sorted(self._may.items()):
            if not may:
                home = making.company(self.unit)
                who = holders.of([home.path], on=clock.today()).may(home.path, making.permission(kind))
                names = User.objects.filter(pk__in=who).order_by("name").values_list("name", flat=True)[:_NAMED]
                found.append({"is_department": kind == "department", "names": list(names)})
        return found


def _encoded(answer: Mapping[str, Any]) -> str:
    if answer.get("new"):
        return _NEW
    if answer.get("to") is not None:
        return f"{_TO}{answer['to']}"
    return f"{_KEEP}{answer['keep']}" if answer.get("keep") else _EMPTY


# --- read back ----------------------------------------------------------------------------------------------------


def given(spec: RegisterSpec, run: ImportRun, post: QueryDict) -> dict[str, Any]:
    """What the form says otherwise than what holds; nothing when it was sent as it was shown."""
    told = run.summary
    columns = {}
    for one in told.get("mapping", ()):
        said = post.get(f"{_COLUMN}{one['name']}")
        if said is not None and said != one["to"]:
            columns[one["name"]] = said
    if post.get("do") == "note":
        columns |= {name: f"{deciding.ADDED}note" for name in told.get("unknown_columns", ()) if not columns.get(name)}
    values: dict[str, dict[str, Any]] = {}
    for one in told.get("questions", ()):
        said = post.get(f"{_VALUE}{one['field']}:{one['value']}", "")
        if said and (one["answer"] is None or said != _encoded(one["answer"])):
            values.setdefault(one["field"], {})[one["value"]] = _decoded(said)
    found: dict[str, Any] = {}
    if columns:
        found["columns"] = columns
    if values:
        found["values"] = values
    strangers = post.get("strangers", "")
    if strangers and strangers != deciding.of(run).strangers:
        found["strangers"] = strangers
    return found


def _decoded(said: str) -> dict[str, Any]:
    if said == _NEW:
        return {"new": True}
    if said.startswith(_KEEP):
        return {"to": None, "keep": said.removeprefix(_KEEP)}
    return {"to": None if said == _EMPTY else said.removeprefix(_TO)}
