"""Where an import leads: to the lists, of a department or a unit, into which its rows went."""

from __future__ import annotations

from collections import Counter
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
    rows: Counter[str] = Counter()
    found: dict[str, tuple[Seat, Unit | None]] = {}
    seats: dict[str, Seat | None] = {}
    for pk, uid, count in run.summary.get("places") or [(run.unit_id, "", 0)]:
        unit, department = units.get(pk), parts.get(uid or "")
        one = _list(unit, department, by=by, seats=seats) if unit is not None else None
        if one is not None:
            url = door.list_url(one[0], kind, one[1])
            rows[url] += count
            found.setdefault(url, one)
    shown = rows.most_common(_MOST)
    titles = {one.pk: door.titles(one)[kind.value] for one in {found[url][0].company for url, _count in shown}}
    return [
        {"title": titles[found[url][0].company.pk], "name": door.name_of(*found[url]), "url": url, "count": count}
        for url, count in shown
    ]


def _named(run: ImportRun) -> list[str]:
    return [uid for _pk, uid, _count in run.summary.get("places", ()) if uid]


def _list(
    unit: Unit, department: Unit | None, *, by: Actor, seats: dict[str, Seat | None]
) -> tuple[Seat, Unit | None] | None:
    """One list, as far as this person may open it: a department's own, the whole unit's, else the page of all lists."""
    company = places.company_of(unit)
    if department is None and company.pk != unit.pk:
        department = unit
    for code in dict.fromkeys((company.code, department.code if department is not None else company.code)):
        seat = _seat(code, by=by, seats=seats)
        if seat is None:
            continue
        if department is None and seat.whole:
            return seat, None
        if department is not None and any(one.pk == department.pk for one in seat.departments):
            return seat, department
    return None


def _seat(code: str, *, by: Actor, seats: dict[str, Seat | None]) -> Seat | None:
    """What this person has before him there, asked for once however many departments of a company an import names."""
    if code not in seats:
        try:
            seats[code] = places.seat(by, code)
        except NotFound:
            seats[code] = None
    return seats[code]
