"""Readings in the background: giving out, reminding, and every night."""

from __future__ import annotations

from datetime import date

from django_tasks import task

from guiju.access import actor
from guiju.governance.enums import ReadingState, VersionState
from guiju.governance.models import Reading
from guiju.governance.reading import following, issuing, managing, queries
from guiju.governance.reading.terms import RUNGS
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.workflow import days
from guiju.workflow.days import Calendar


@task()
def give_out(reading: int) -> int:
    """Make the receipts; begun again it goes on where it was."""
    return issuing.give_out(Reading.objects.select_related("unit", "policy_version", "compared").get(pk=reading))


@task()
def remind(reading: int, unit: int, name: str) -> int:
    """Tell those who have not confirmed, in the name of whoever asked for it."""
    row = Reading.objects.select_related("unit").get(pk=reading)
    if row.state == ReadingState.CLOSED:
        return 0
    return managing.reminded(row, Unit.objects.get(pk=unit), on=clock.today(), by=actor.system(name))


@task()
def nightly() -> dict[str, int]:
    """Ask those who joined, release those who left, remind, and tell the departments of those who are late."""
    by, today = actor.system("guiju"), clock.today()
    found = {"added": 0, "released": 0, "reminded": 0, "escalated": 0}
    calendars = days.Calendars()
    for row in Reading.objects.filter(state=ReadingState.OPEN).select_related("unit", "policy_version", "compared"):
        added, gone = issuing.keep_up(row, on=today)
        found["added"] += added
        found["released"] += gone
        if row.policy_version is not None and row.policy_version.state == VersionState.REPEALED:
            continue  # nobody is pressed to confirm what holds no longer; its page says so
        calendar = calendars.of(row.unit.root_id or row.unit_id)
        if calendar.works(today) and is_time(row, calendar, on=today):
            found["reminded"] += managing.reminded(row, row.unit, on=today, by=by)
        if calendar.between(row.due_on, today) >= 1:
            found["escalated"] += following.escalate(row, queries.missing_by_place(row, on=today), on=today, by=by)
    return found


def is_time(row: Reading, calendar: Calendar, *, on: date) -> bool:
    """Has one of the days of reminding come since the last reminder? A night that was missed is made up for."""
    passed = [day for rung in RUNGS if (day := calendar.add(row.due_on, -rung)) <= on]
    last = max(passed, default=None)
    since = max(clock.day_of(row.issued_at), row.reminded_on or date.min)
    return last is not None and last > since
