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
from guiju.registers import queries
from guiju.registers.models import Entry

VIEW = Permission.REGISTER_ENTRY_VIEW
QUARTERS = 8
#: How a quarter stands: held, still open, missing, or before anything was recorded.
HELD, OPEN, MISSING, BEFORE = "held", "open", "missing", "before"


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter of the strip."""

    period: Period
    state: str
    meeting: Entry | None
    hearing: Hearing | None


@dataclass(frozen=True, slots=True)
class Strip:
    """The last quarters, the oldest first, and the day by which the next hearing is due."""

    quarters: tuple[Quarter, ...]
    due_on: date

    @property
    def missing(self) -> int:
        """Quarters that ended without a hearing."""
        return sum(quarter.state == MISSING for quarter in self.quarters)


def strip(*, by: Actor, unit: Unit, on: date | None = None, count: int = QUARTERS) -> Strip:
    """The last quarters with the hearing of each: three queries."""
    check.require(by, VIEW, unit)
    day = on or clock.today()
    periods = [Period.of(day, Kind.QUARTER)]
    while len(periods) < count:
        periods.append(periods[-1].previous)
    periods.reverse()
    meetings = _meetings(unit, periods)
    prepared = {row.period: row for row in Hearing.objects.filter(unit=unit, period__in=[str(one) for one in periods])}
    since = Entry.objects.filter(unit=unit).aggregate(first=Min("created_at"))["first"]
    begun = clock.day_of(since) if since else day
    quarters = tuple(
        Quarter(one, _state(one, meetings.get(one), day, begun), meetings.get(one), prepared.get(str(one)))
        for one in periods
    )
    current = quarters[-1]
    due_on = current.period.next.end if current.state == HELD else current.period.end
    return Strip(quarters, due_on)


def _meetings(unit: Unit, periods: Iterable[Period]) -> dict[Period, Entry]:
    """The hearing of each quarter: by the period that it names, else by its day."""
    span = list(periods)
    rows = Entry.objects.filter(register="meetings", kind="quarterly_hearing", unit=unit, on__isnull=False)
    rows = rows.filter(Q(on__gte=span[0].start) | Q(period__in=[str(one) for one in span])).order_by("on", "pk")
    by_name = {str(one): one for one in span}
    found: dict[Period, Entry] = {}
    for row in rows:
        assert row.on is not None
        named = by_name.get(row.period) or by_name.get(str(Period.of(row.on, Kind.QUARTER)))
        if named is not None:
            found.setdefault(named, row)
    return found


def _state(period: Period, meeting: Entry | None, day: date, begun: date) -> str:
    if meeting is not None:
        return HELD
    if period.end >= day:
        return OPEN
    return MISSING if period.end >= begun else BEFORE


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
