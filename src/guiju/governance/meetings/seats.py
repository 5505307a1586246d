"""Members of bodies on a day, and the attendance of a meeting as it follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from guiju.access.actor import Actor
from guiju.governance.meetings.terms import MEMBERS
from guiju.org.models import Person
from guiju.registers.models import Entry

_ORDER = {"chair": 0, "vice": 1, "member": 2, "secretary": 3}


def of_bodies(bodies: Iterable[UUID], *, on: date) -> dict[UUID, list[Entry]]:
    """The members of each body on a day, the chair first: one query."""
    rows = Entry.objects.filter(register=MEMBERS, ref_1__in=list(bodies), on__lte=on, person__isnull=False)
    rows = rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=on)).select_related("person", "person__department")
    found: dict[UUID, list[Entry]] = {}
    for row in rows.order_by("on", "pk"):
        assert row.ref_1 is not None
        found.setdefault(row.ref_1, []).append(row)
    for seats in found.values():
        seats.sort(key=lambda row: _ORDER.get(row.kind, 9))
    return found


def attendance(held: Iterable[Mapping[str, Any]], body: UUID | None, *, on: date) -> list[dict[str, Any]]:
    """Every member of the day with what is known of his coming, then whoever else was invited."""
    known = {str(row["person"]): dict(row) for row in held}
    rows: list[dict[str, Any]] = []
    for seat in of_bodies([body], on=on).get(body, []) if body else []:
        assert seat.person is not None
        uid = str(seat.person.uid)
        if all(row["person"] != uid for row in rows):
            row = known.pop(uid, {"state": "", "deputy": ""})
            rows.append({**row, "person": uid, "name": seat.person.name, "seat": seat.kind})
    # Who has left the body stays where it was written that he came; a seat that nobody has marked goes.
    rest = [row for row in known.values() if not row.get("seat") or row.get("state")]
    return [*rows, *rest]


def guests(people: Iterable[Person]) -> list[dict[str, Any]]:
    """People invited besides the members."""
    return [{"person": str(one.uid), "name": one.name, "seat": "", "state": "", "deputy": ""} for one in people]


def me(by: Actor) -> Person | None:
    """The person behind the account."""
    return Person.objects.filter(user=by.user).first() if by.user is not None else None
