"""Bodies and meetings as pages read them; a constant number of questions whatever there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min, QuerySet

from guiju.access import check
from guiju.access.actor import Actor
from guiju.governance.meetings import cycles, minutes, seats
from guiju.governance.meetings.cycles import Strip
from guiju.governance.meetings.terms import (
    BODIES,
    CANCELLED,
    CIRCULATION,
    DECISIONS,
    ITEMS,
    MEETINGS,
    PLANNED,
    RECUSALS,
    VIEW,
)
from guiju.governance.models import Sitting
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import queries
from guiju.registers.models import Entry

#: Who leads compliance; a firm without any of these has nobody at its top.
LEADING = ("committee", "leading_group", "top_management")
#: Bodies that are departments: they work every day and hold no meetings of their own.
WORKING = frozenset({"department", "task_force"})
_FEWEST = 3
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A body with its members of today, its year and what it lacks (codes, see `LACKS` of the page)."""

    body: Entry
    members: tuple[Entry, ...]
    strip: Strip
    lacks: tuple[str, ...]

    @property
    def chair(self) -> Entry | None:
        """Who chairs it."""
        return next((row for row in self.members if row.kind == "chair"), None)


def bodies(*, by: Actor, company: Unit, year: int, asked: str = "") -> list[BodyLine]:
    """The standing bodies of a company that this actor sees: four questions."""
    rows = queries.visible(by, BODIES, sparse=True).filter(own(company)).exclude(status="dissolved")
    found = list(rows.select_related("body", "unit", "department").order_by("kind", "on", "pk")[:_SHOWN])
    return _lines(found, company=company, year=year, asked=asked)


def body(*, by: Actor, uid: object, year: int, asked: str = "") -> BodyLine:
    """One body, dissolved ones too."""
    found = queries.find(by, uid, register=BODIES)
    return _lines([found], company=found.unit, year=year, asked=asked)[0]


def _lines(found: Sequence[Entry], *, company: Unit, year: int, asked: str) -> list[BodyLine]:
    uids = [row.uid for row in found]
    members = seats.of_bodies(uids, on=clock.today())
    met: dict[UUID, list[Entry]] = {}
    span = (date(min(year, clock.today().year), 1, 1), date(max(year, clock.today().year), 12, 31))
    held = Entry.objects.filter(register=MEETINGS, ref_1__in=uids, on__range=span).exclude(status=CANCELLED)
    for row in held.exclude(level=CIRCULATION):  # what went round is no meeting that was held
        assert row.ref_1 is not None
        met.setdefault(row.ref_1, []).append(row)
    since = _recorded_since(company)
    lines = []
    for one in found:
        sits = tuple(members.get(one.uid, ()))
        # What the documents ask is asked of the body that leads compliance, not of every board.
        wanted = asked if one.kind in LEADING else ""
        strip = cycles.strip(one, met.get(one.uid, ()), year=year, since=since, asked=wanted)
        lines.append(BodyLine(one, sits, strip, tuple(_lacking(one, sits, strip))))
    return lines


def _recorded_since(company: Unit) -> date | None:
    """Before the first record of meetings nobody can say that one was missing."""
    first = Entry.objects.filter(own(company), register=MEETINGS).aggregate(day=Min("on"), made=Min("created_at"))
    made = clock.day_of(first["made"]) if first["made"] else clock.today()
    return min(first["day"] or made, made)


def _lacking(one: Entry, members: Sequence[Entry], strip: Strip) -> Iterable[str]:
    if not one.text_1:
        yield "document"
    if not one.flag_1:
        yield "duties"
    if one.kind in WORKING:
        return
    # Management that leads where no body can be formed is not asked for what only a formed body has.
    if one.kind != "top_management":
        yield from _unformed(one, members)
    if strip.missing and (strip.is_own or one.kind in LEADING):
        yield "meeting"


def _unformed(one: Entry, members: Sequence[Entry]) -> Iterable[str]:
    """What a committee, a leading group or a board has and this one lacks."""
    if not any(row.kind == "chair" for row in members):
        yield "chair"
    if len(members) < _FEWEST:
        yield "members"
    if not one.ref_1:
        yield "rules"
    if not one.body.data.get("quorum"):
        yield "quorum"
    if not one.text_3:
        yield "cycle"


def meetings(*, by: Actor, company: Unit, year: int | None = None) -> QuerySet[Entry]:
    """The meetings of a company that this actor sees, the latest first."""
    rows = queries.visible(by, MEETINGS, sparse=True).filter(own(company))
    if year is not None:
        rows = rows.filter(on__range=(date(year, 1, 1), date(year, 12, 31)))
    return rows.select_related("body", "person").order_by("-on", "-pk")


def to_come(*, by: Actor, company: Unit) -> list[Entry]:
    """Planned meetings, the next first."""
    rows = meetings(by=by, company=company).filter(status=PLANNED)
    return list(rows.order_by("on", "pk")[:20])


def open_decisions(*, by: Actor, company: Unit, meeting: UUID | None = None) -> QuerySet[Entry]:
    """Resolutions that are being carried out, the most urgent first."""
    rows = queries.visible(by, DECISIONS, sparse=True).filter(own(company), status="open")
    if meeting is not None:
        rows = rows.filter(ref_1=meeting)
    return rows.select_related("owner", "department").order_by("due_on", "pk")


def items_naming(*, by: Actor, company: Unit, department: Unit) -> list[Entry]:
    """Agenda items that name a department: what its officer sees of meetings."""
    rows = queries.visible(by, ITEMS, sparse=True).filter(unit=company, department=department)
    return list(rows.select_related("body", "person").order_by("-pk")[:_SHOWN])


@dataclass(frozen=True, slots=True)
class OneMeeting:
    """Everything of one meeting."""

    meeting: Entry
    body: Entry | None
    sitting: Sitting
    attendance: list[dict[str, str]]
    items: list[Entry]
    recusals: dict[str, list[Entry]]
    decisions: list[Entry]

    @property
    def rules(self) -> Mapping[str, object]:
        """What the body has laid down."""
        return self.body.body.data if self.body is not None else {}


def meeting(*, by: Actor, uid: object) -> OneMeeting:
    """One meeting, or 404."""
    found = queries.find(by, uid, register=MEETINGS)
    check.require(by, VIEW, found.unit, found.department)
    sitting = minutes.sitting_of(found)
    items = minutes.items_of(found)
    aside: dict[str, list[Entry]] = {}
    rows = Entry.objects.filter(register=RECUSALS, ref_1__in=[one.uid for one in items]).exclude(kind="yearly")
    for row in rows.select_related("person", "owner"):
        aside.setdefault(str(row.ref_1), []).append(row)
    decided = Entry.objects.filter(register=DECISIONS, ref_1=found.uid).select_related("owner", "department")
    return OneMeeting(
        found, minutes.body_of(found), sitting, minutes.expected(found, sitting), items, aside,
        list(decided.order_by("due_on", "pk")),
    )  # fmt: skip
