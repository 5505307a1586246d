"""Hearings as pages read them: the strip of quarters, one hearing, what it decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min, Q

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import HearingState
from guiju.compliance.models import Hearing
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.lib.period import Kind, Period
from guiju.org.models import Person, Unit
from guiju.org.tree import own
from guiju.posture import queries as posture
from guiju.registers import queries
from guiju.registers.models import Entry

VIEW = Permission.REGISTER_ENTRY_VIEW
QUARTERS = 8
#: How a quarter stands: held, still open, missing though a document asks for it, ended without one where none does, or
#: before anything was recorded.
HELD, OPEN, MISSING, NONE, BEFORE = "held", "open", "missing", "none", "before"
#: The evidence test by which a document asks for hearings, and the period it has where it names none.
_TEST, _EVERY = "hearing.held", "quarter"


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter of the strip."""

    period: Period
    state: str
    meeting: Entry | None
    hearing: Hearing | None


@dataclass(frozen=True, slots=True)
class Strip:
    """The last quarters, the oldest first, and the day by which the next hearing is due, where a document asks for it."""

    quarters: tuple[Quarter, ...]
    due_on: date | None

    @property
    def missing(self) -> int:
        """Quarters that ended without the hearing that a document asks for."""
        return sum(quarter.state == MISSING for quarter in self.quarters)


def strip(*, by: Actor, unit: Unit, on: date | None = None, count: int = QUARTERS) -> Strip:
    """The last quarters with the hearing of each: five queries."""
    check.require(by, VIEW, unit)
    day = on or clock.today()
    periods = [Period.of(day, Kind.QUARTER)]
    while len(periods) < count:
        periods.append(periods[-1].previous)
    periods.reverse()
    meetings = _meetings(unit, periods)
    prepared = {row.period: row for row in Hearing.objects.filter(unit=unit, period__in=[str(one) for one in periods])}
    since = Entry.objects.filter(own(unit)).aggregate(first=Min("created_at"))["first"]
    begun = clock.day_of(since) if since else day
    asked = asked_since(unit, on=day)
    quarters = tuple(
        Quarter(one, _state(one, meetings.get(one), day, begun, asked), meetings.get(one), prepared.get(str(one)))
        for one in periods
    )
    current = quarters[-1]
    due_on = current.period.next.end if current.state == HELD else current.period.end
    return Strip(quarters, due_on if asked is not None else None)


def asked_since(unit: Unit, *, on: date) -> date | None:
    """Since when a document that the unit answers to asks for a hearing each quarter; None where none does."""
    wants = posture.wants(unit, _TEST, on=on)
    return min((want.since for want in wants if want.params.get("every", _EVERY) == _EVERY), default=None)


def held_in(unit: Unit, period: Period) -> Entry | None:
    """The meeting at which the hearing of a quarter was held, also where it was entered without a sheet."""
    return _meetings(unit, [period]).get(period)


def _meetings(unit: Unit, periods: Iterable[Period]) -> dict[Period, Entry]:
    """The hearing of each quarter: by the period that it names, else by its day."""
    span = list(periods)
    rows = Entry.objects.filter(own(unit), register="meetings", kind="quarterly_hearing", on__isnull=False)
    rows = rows.exclude(status__in=["planned", "cancelled"])
    rows = rows.filter(Q(on__gte=span[0].start) | Q(period__in=[str(one) for one in span])).order_by("on", "pk")
    by_name = {str(one): one for one in span}
    found: dict[Period, Entry] = {}
    for row in rows:
        assert row.on is not None
        named = by_name.get(row.period) or by_name.get(str(Period.of(row.on, Kind.QUARTER)))
        if named is not None:
            found.setdefault(named, row)
    return found


def _state(period: Period, meeting: Entry | None, day: date, begun: date, asked: date | None) -> str:
    if meeting is not None:
        return HELD
    if period.end >= day:
        return OPEN
    if period.end < begun:
        return BEFORE
    return MISSING if asked is not None and period.end >= asked else NONE


def find(*, by: Actor, unit: Unit, period: Period) -> Hearing:
    """The hearing of a quarter, or 404 where none was prepared."""
    check.require(by, VIEW, unit)
    found = Hearing.objects.select_related("unit").filter(unit=unit, period=str(period)).first()
    if found is None:
        raise NotFound(_no_hearing(period))
    return found


def _no_hearing(period: Period) -> str:
    from django.utils.translation import gettext as _

    return _("No hearing of %(period)s has been prepared.") % {"period": period.chinese}


def decided(*, by: Actor, hearing: Hearing) -> list[Entry]:
    """The decisions of a closed hearing as they stand now."""
    if hearing.state != HearingState.CLOSED or hearing.meeting is None:
        return []
    rows = queries.visible(by, "decisions").filter(ref_1=hearing.meeting)
    return list(rows.select_related("owner", "unit").order_by("due_on", "pk"))


def names(uids: Iterable[str]) -> dict[str, str]:
    """The names of people by uid."""
    known = [UUID(uid) for uid in uids if uid]
    return (
        {str(uid): name for uid, name in Person.objects.filter(uid__in=known).values_list("uid", "name")}
        if known
        else {}
    )
