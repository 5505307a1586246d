"""What other parts may ask of governance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from guiju.governance.enums import VersionState
from guiju.governance.meetings import seats
from guiju.governance.meetings.terms import (
    BODIES,
    CANCELLED,
    DEPUTY,
    ITEMS,
    MEETINGS,
    PLANNED,
    PRESENT,
    RECUSALS,
    SETTLED,
    VOTING,
)
from guiju.governance.models import PolicyVersion, Sitting
from guiju.registers.models import Entry

__all__ = [
    "CANCELLED", "LEADING", "Issued", "Resolved", "is_settled", "issued", "leading_bodies", "members", "planned",
    "resolved", "seated",
]  # fmt: skip

_HELD = (VersionState.IN_FORCE, VersionState.SUPERSEDED, VersionState.REPEALED)


@dataclass(frozen=True, slots=True)
class Issued:
    """One version of a rule that was issued, with the files of its text."""

    uid: UUID
    policy: UUID
    unit_id: int
    number: int
    title: str
    document_number: str
    issued_on: date
    files: Sequence[dict[str, Any]]


def issued(unit_ids: Iterable[int]) -> list[Issued]:
    """Every version that these units ever issued, the first one of each rule before its later ones."""
    rows = PolicyVersion.objects.filter(unit_id__in=list(unit_ids), state__in=_HELD, issued_on__isnull=False)
    names = ("uid", "policy", "unit_id", "number", "title", "document_number", "issued_on", "files")
    return [Issued(*values) for values in rows.order_by("policy", "number").values_list(*names)]


# --- leading bodies and what they resolved --------------------------------------------------------------------------

#: Who leads compliance (003 第6.2条, 表A.1), and the bodies above them (002 四(二)7), in the order in which they come first.
LEADING = ("committee", "leading_group", "top_management", "party_committee", "board")


def leading_bodies(unit_ids: Iterable[int], *, on: date) -> list[Entry]:
    """The leading bodies of some units that stand on a day."""
    rows = Entry.objects.filter(register=BODIES, unit_id__in=list(unit_ids), kind__in=LEADING, on__lte=on)
    rows = rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=on)).exclude(status="dissolved", done_on__isnull=True)
    found = rows.select_related("unit").order_by("on", "pk")
    return sorted(found, key=lambda row: LEADING.index(row.kind))


def members(bodies: Iterable[UUID], *, on: date) -> dict[UUID, set[int]]:
    """Who sits in each body on a day, secretaries too, as ids of people; a body whose members nobody entered is left out."""
    held = seats.of_bodies(bodies, on=on)
    return {uid: {row.person_id for row in rows if row.person_id is not None} for uid, rows in held.items()}


def planned(body: Entry, *, on: date) -> list[Entry]:
    """Meetings of a body that are planned for this day or a later one, the next one first."""
    rows = Entry.objects.filter(register=MEETINGS, ref_1=body.uid, status=PLANNED, on__gte=on)
    return list(rows.order_by("on", "pk")[:20])


def is_settled(meeting: Entry) -> bool:
    """Are the minutes of a meeting settled on their sheet?"""
    return meeting.status == SETTLED and Sitting.objects.filter(meeting=meeting.uid, settled_at__isnull=False).exists()


def seated(bodies: Iterable[UUID], *, on: date) -> dict[UUID, list[int]]:
    """The same in their order: the chair first, whoever keeps the minutes last."""
    held = seats.of_bodies(bodies, on=on)
    return {uid: [row.person_id for row in rows if row.person_id is not None] for uid, rows in held.items()}


@dataclass(frozen=True, slots=True)
class Resolved:
    """An item of settled minutes. `voted` are the members who were there, or sent a deputy, and had not stepped aside."""

    item: Entry
    body: UUID
    voted: frozenset[UUID]
    settled_at: datetime


def resolved(bodies: Iterable[UUID], *, since: date, until: date) -> list[Resolved]:
    """What these bodies dealt with in a span of days, the latest first.

    Of meetings alone whose minutes were written and settled on their sheet: there votes, quorum and who stepped aside
    were checked by the rules of the body, and what was settled changes by reopening only.
    """
    met = Entry.objects.filter(register=MEETINGS, status=SETTLED, ref_1__in=list(bodies)).values_list("uid", "ref_1")
    held = dict(met)
    sheets = {row.meeting: row for row in Sitting.objects.filter(meeting__in=held, settled_at__isnull=False)}
    rows = Entry.objects.filter(register=ITEMS, ref_1__in=sheets, on__gte=since, on__lte=until)
    items = list(rows.select_related("body", "unit").order_by("-on", "-pk"))
    aside = _aside([item.uid for item in items])
    return [_resolved(item, held, sheets, aside.get(item.uid, set())) for item in items]


def _aside(items: list[UUID]) -> dict[UUID, set[UUID]]:
    rows = Entry.objects.filter(register=RECUSALS, ref_1__in=items, person__isnull=False).exclude(kind="yearly")
    found: dict[UUID, set[UUID]] = {}
    for item, person in rows.values_list("ref_1", "person__uid"):
        if item is not None:
            found.setdefault(item, set()).add(person)
    return found


def _resolved(item: Entry, held: dict[UUID, UUID | None], sheets: dict[UUID, Sitting], aside: set[UUID]) -> Resolved:
    assert item.ref_1 is not None
    body = held[item.ref_1]
    assert body is not None
    sheet = sheets[item.ref_1]
    assert sheet.settled_at is not None
    there = {
        UUID(str(row["person"]))
        for row in sheet.attendance
        if row.get("seat") in VOTING and row.get("state") in {PRESENT, DEPUTY}
    }
    return Resolved(item, body, frozenset(there - aside), sheet.settled_at)
