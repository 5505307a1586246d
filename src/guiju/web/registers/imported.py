"""Where an import leads: to the lists, of a department or a unit, into which its rows went."""

from __future__ import annotations

from typing import Any

from guiju.access.actor import Actor
from guiju.compliance.enums import ListKind
from guiju.lib.errors import NotFound
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.registers.models import ImportRun
from guiju.web.compliance.lists import door

#: So many departments are offered; the page of all lists leads to the rest.
_MOST = 6


def lists(run: ImportRun, *, by: Actor) -> list[dict[str, Any]]:
    """The lists that took the rows in, the longest first: name, address, how many rows; nothing for other registers."""
    kind = next((one for one in ListKind if one.register == run.register), None)
    if kind is None:
        return []
    units = Unit.objects.in_bulk([pk for pk, _department, _count in run.summary.get("places", ())] or [run.unit_id])
    parts = {str(one.uid): one for one in Unit.objects.filter(uid__in=_named(run))}
    found: dict[str, dict[str, Any]] = {}
    for pk, uid, count in run.summary.get("places") or [(run.unit_id, "", 0)]:
        unit, department = units.get(pk), parts.get(uid or "")
        one = _list(kind, unit, department, by=by) if unit is not None else None
        if one is not None:
            held = found.setdefault(one["url"], one | {"count": 0})
            held["count"] += count
    return sorted(found.values(), key=lambda one: -one["count"])[:_MOST]


def _named(run: ImportRun) -> list[str]:
    return [uid for _pk, uid, _count in run.summary.get("places", ()) if uid]


def _list(kind: ListKind, unit: Unit, department: Unit | None, *, by: Actor) -> dict[str, Any] | None:
    """One list, as far as this person may open it: a department's own, the whole unit's, else the page of all lists."""
    company = places.company_of(unit)
    if department is None and company.pk != unit.pk:
        department = unit
    for code in dict.fromkeys((company.code, department.code if department is not None else company.code)):
        try:
            seat = places.seat(by, code)
        except NotFound:
            continue
        if department is None and seat.whole:
            return _way(seat, kind, None)
        if department is not None and any(one.pk == department.pk for one in seat.departments):
            return _way(seat, kind, department)
    return None


def _way(seat: Seat, kind: ListKind, department: Unit | None) -> dict[str, Any]:
    title = door.titles(seat.company)[kind.value]
    return {"title": title, "name": door.name_of(seat, department), "url": door.list_url(seat, kind, department)}
