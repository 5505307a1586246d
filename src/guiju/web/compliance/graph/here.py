"""What the pages of the graph share: the way above, tabs, and how records, kinds and changes are worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission as P
from guiju.compliance.graph import shape
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.registers import catalogue, queries
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.units import page as units

VIEW, EDIT, CREATE = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT, P.REGISTER_ENTRY_CREATE


def trail(request: HttpRequest, unit: Unit, *, top: bool = False) -> list[dict[str, str]]:
    """The places above a page of the graph."""
    found = [*units.above(request, unit)[1:], {"label": unit.label, "url": links.unit(unit.code)}]
    found.append({"label": _("Three lists"), "url": reverse("compliance-lists", args=[unit.code])})
    return found if top else [*found, {"label": _("Links"), "url": reverse("compliance-graph", args=[unit.code])}]


def tabs(unit: Unit, current: str, counts: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """The pages of a unit's graph."""
    rows = (
        ("compliance-graph", _("What is linked")),
        ("compliance-graph-proposals", _("Proposals")),
        ("compliance-graph-missing", _("Mentioned but not entered")),
        ("compliance-graph-marks", _("To be reviewed")),
    )
    return [
        {"label": label, "url": reverse(name, args=[unit.code]), "current": name == current,
         "count": (counts or {}).get(name)}
        for name, label in rows
    ]  # fmt: skip


def kind(register: str) -> str:
    """A register's name."""
    spec = catalogue.specs().get(register)
    return spec.title() if spec is not None else register


def entry_here(request: HttpRequest, code: str, uid: UUID) -> Entry:
    """The record of an address, for whoever may see it at its unit or its department."""
    entry = queries.find(place.by(request), uid)
    if entry.register not in shape.NODES or code not in {
        entry.unit.code,
        entry.department.code if entry.department else "",
    }:
        raise NotFound(_("There is no such record here."), fix=_("Open it from its list."))
    return entry


def shown(entry: Entry, unit: Unit | None = None) -> dict[str, Any]:
    """A record in passing."""
    elsewhere = unit is not None and entry.unit_id != unit.pk
    spec = catalogue.specs().get(entry.register)
    state = spec.state(entry.status) if spec is not None else None
    return {
        "uid": str(entry.uid),
        "title": entry.title or entry.number,
        "number": entry.number,
        "url": links.record(entry.register, entry.uid),
        "kind": kind(entry.register),
        "where": "，".join(filter(None, (entry.unit.label if elsewhere else "",
                                         entry.department.label if entry.department else ""))),
        "owner": entry.owner.name if entry.owner else "",
        "ended": "" if shape.is_live(entry.register, entry.status) else (state.label() if state else entry.status),
    }  # fmt: skip


def changes(register: str, rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """What changed, in the reader's language."""
    english = (get_language() or "").startswith("en")
    spec = catalogue.specs().get(register)
    found = []
    for row in rows:
        old, new = row["old"], row["new"]
        if row["field"] == "_status":
            states = {state.code: state.label() for state in (spec.states if spec else ())}
            states["removed"] = _("Removed from the list")
            old, new = states.get(old, old), states.get(new, new)
        found.append({"label": row.get("label_en", "") if english else row["label"], "old": old, "new": new})
    return found
