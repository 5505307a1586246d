"""Reading what was loaded. Packs change rarely and are read by every page, so this process keeps them at hand.

Another process may load packs meanwhile (`guiju init` beside a running server), so every few seconds one short
query asks whether anything has changed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiju.lib.errors import NotFound, Problem
from guiju.packs import explain
from guiju.packs.models import Pack, PackText, RegisterDefinition, Requirement
from guiju.packs.schema import Attribute

RECHECK_SECONDS = 5.0

#: What the header says of the document itself.
HEAD = (
    "title_en", "status_note", "status_note_en", "issuer", "issuer_en", "number", "issued_on", "effective_on",
    "ended_on", "language", "derives_from", "licence_note", "note",
)  # fmt: skip

SIZES = ("large", "medium", "small", "micro")


@dataclass(frozen=True, slots=True)
class AttributeChoice:
    """One value of a choice."""

    code: str
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """An attribute as the first pack that declares it describes it. `derived` ones are computed, never entered."""

    code: str
    label: str
    label_en: str
    type: str
    choices: tuple[AttributeChoice, ...]
    unit: str
    derived: bool
    why: str
    pack: str

    @property
    def text(self) -> str:
        """The label in the reader's language."""
        return self.label_en if self.label_en and (get_language() or "").startswith("en") else self.label


@dataclass(slots=True)
class _Kept:
    """What this process remembers, and when it last asked whether that still holds."""

    stamp: tuple[int, datetime | None]
    asked: float
    packs: dict[str, Pack]
    requirements: dict[int, list[Requirement]]
    attributes: dict[str, AttributeSpec]
    registers: list[RegisterDefinition]


_kept: _Kept | None = None


def forget() -> None:
    """Read everything anew at the next question."""
    global _kept  # noqa: PLW0603 - the one memory of this module
    _kept = None


def packs() -> list[Pack]:
    """The current version of every pack, the base pack first, then by URN."""
    return list(_memory().packs.values())


def current(urn: str) -> Pack:
    """The current version of one pack."""
    found = _memory().packs.get(urn)
    if found is None:
        what = _("There is no pack “%(urn)s”.") % {"urn": urn}
        raise NotFound(what, fix=explain.did_you_mean(urn, list(_memory().packs)))
    return found


def requirements(pack: Pack) -> list[Requirement]:
    """Everything one version of a pack holds, in the document's order."""
    kept = _memory().requirements
    if pack.pk not in kept:
        kept[pack.pk] = list(Requirement.objects.filter(pack=pack).order_by("order"))
    return kept[pack.pk]


def attributes() -> dict[str, AttributeSpec]:
    """What current packs declare of units, by code, in the order of declaration."""
    return _memory().attributes


def size_tables() -> list[dict[str, Any]]:
    """Every size table of current packs, as declared."""
    return [table for pack in packs() for table in pack.header.get("size_tables", [])]


def registers() -> list[RegisterDefinition]:
    """The registers of current packs, in their order."""
    return _memory().registers


def text(pack: Pack) -> PackText | None:
    """The document's text with what became of it, read anew each time: it is long, and few pages need it."""
    return PackText.objects.filter(pack=pack).first()


def version(urn: str, number: str = "") -> Pack:
    """A version of a pack, whether current or not; without a number the current one."""
    if not number:
        return current(urn)
    found = Pack.objects.filter(urn=urn, version=number).first()
    if found is not None:
        return found
    current(urn)
    known = Pack.objects.filter(urn=urn).order_by("loaded_at").values_list("version", flat=True)
    what = _("Version %(version)s of %(urn)s was never loaded.") % {"version": number, "urn": urn}
    raise NotFound(what, fix=_("Loaded are: %(words)s.") % {"words": ", ".join(known)})


def show(urn: str, size: str | None = None) -> dict[str, Any]:
    """A pack as other programmes read it: with a size exactly the indicators of that size, else all of it."""
    if size is not None and size not in SIZES:
        what = _("“%(size)s” is not a size.") % {"size": size}
        raise Problem("pack.size", what, fix=_("Choose one of: %(words)s.") % {"words": ", ".join(SIZES)})
    pack = current(urn)
    rows = requirements(pack)
    head = {
        "urn": pack.urn,
        "version": pack.version,
        "title": pack.title,
        "document_status": pack.document_status,
    }
    words = pack.header.get("words", "verbatim")
    if size is not None:
        held = [row for row in rows if row.kind == "indicator" and (not row.sizes or size in row.sizes)]
        # Other programmes rely on these keys alone; that the words are not the document's own must be said all the same.
        return {**head, **({"words": words} if words != "verbatim" else {}), "requirements": [*map(_shown, held)]}
    beside = text(pack)
    return {
        **head,
        **{key: pack.header.get(key) or "" for key in HEAD},
        "words": words,
        "source": (pack.header.get("source") or {}).get("file", ""),
        "requirements": [_shown(row) | _details(row) for row in rows if row.kind != "definition"],
        "definitions": [_shown(row) | _details(row) for row in rows if row.kind == "definition"],
        "marks": beside.marks if beside else [],
        "forms": beside.forms if beside else [],
        "programme": pack.header.get("programme"),
        "sections": pack.header.get("sections", []),
        "titles": pack.header.get("titles", {}),
    }


def counts(pack: Pack, beside: PackText | None) -> dict[str, int]:
    """How many of each kind a pack holds; kinds of which it has none are left out."""
    found: dict[str, int] = {}
    for row in requirements(pack):
        found[row.kind] = found.get(row.kind, 0) + 1
    for mark in beside.marks if beside else ():
        found[mark["kind"]] = found.get(mark["kind"], 0) + 1
    forms = beside.forms if beside else []
    if forms:
        found |= {"form": len(forms), "cell": sum(len(form["cells"]) for form in forms)}
    return found


def _shown(row: Requirement) -> dict[str, Any]:
    return {
        "id": row.code,
        "kind": row.kind,
        "section": row.section,
        "source": row.source,
        "official": row.official,
        "plain": row.plain,
        "force": row.force,
        "group": row.group or None,
    }


def _details(row: Requirement) -> dict[str, Any]:
    return {
        "plain_en": row.plain_en,
        "who": row.extra.get("who", ""),
        "role": row.extra.get("role"),
        "when": row.extra.get("when"),
        "addressee": row.addressee,
        "sizes": row.sizes,
        "applies": row.applies,
        "tests": row.tests,
        "judgement": row.judgement,
        "weight": row.extra.get("weight"),
        "cycle": row.extra.get("cycle", ""),
        "note": row.note,
    }


def _memory() -> _Kept:
    global _kept  # noqa: PLW0603 - the one memory of this module
    asked = time.monotonic()
    if _kept is not None and asked - _kept.asked < RECHECK_SECONDS:
        return _kept
    stamp = _stamp()
    if _kept is not None and _kept.stamp == stamp:
        _kept.asked = asked
    else:
        _kept = _read(stamp, asked)
    return _kept


def _stamp() -> tuple[int, datetime | None]:
    found = Pack.objects.aggregate(count=Count("pk"), latest=Max("loaded_at"))
    return found["count"], found["latest"]


def _read(stamp: tuple[int, datetime | None], asked: float) -> _Kept:
    found = sorted(Pack.objects.filter(is_current=True), key=lambda pack: (pack.urn != "guiju:base", pack.urn))
    registers = list(RegisterDefinition.objects.filter(pack__is_current=True).order_by("order", "code"))
    return _Kept(stamp, asked, {pack.urn: pack for pack in found}, {}, _merged(found), registers)


def _merged(found: list[Pack]) -> dict[str, AttributeSpec]:
    """The first declaration holds; others were checked against it when they were loaded."""
    merged: dict[str, AttributeSpec] = {}
    for pack in found:
        for raw in pack.header.get("attributes", []):
            merged.setdefault(raw["code"], _spec(raw, pack.urn))
    return merged


def _spec(raw: Mapping[str, Any], urn: str) -> AttributeSpec:
    one = Attribute.model_validate(raw)
    choices = tuple(AttributeChoice(choice.code, choice.label, choice.label_en) for choice in one.choices)
    return AttributeSpec(one.code, one.label, one.label_en, one.type, choices, one.unit, one.derived, one.why, urn)
