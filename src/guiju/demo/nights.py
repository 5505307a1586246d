"""Time in the demonstration: tasks come due and climb their ladder, and every month leaves its point of history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from guiju.demo.stage import Stage, Step
from guiju.lib import clock, period
from guiju.posture import duties, recorded
from guiju.workflow import arranging
from guiju.workflow import clock as ladder
from guiju.workflow.models import Notice

#: Two nights of each month stand for all of them: the one after the 20th, when most reports are due, and its last.
REPORTED = 21
_LATE = time(23, 40, tzinfo=clock.SHANGHAI)
_DAY = timedelta(days=1)


def steps(*, since: date, today: date) -> Iterator[Step]:
    """The nights on which the clock of tasks runs, the last one yesterday."""
    for on in days(since=since, today=today):
        yield Step(datetime.combine(on, _LATE), f"night {on}", _run)


def days(*, since: date, today: date) -> list[date]:
    """The 21st and the last day of each month, and yesterday."""
    found = set(month_ends(since=since, today=today)) | {today - _DAY}
    months = month_ends(since=since, today=today + timedelta(days=31))
    found |= {end.replace(day=REPORTED) for end in months}
    return sorted(on for on in found if since <= on < today)


def month_ends(*, since: date, today: date) -> list[date]:
    """The last days of the months from a day to yesterday."""
    found: list[date] = []
    month = period.of(since, "month")
    while month.end < today:
        found.append(month.end)
        month = month.next
    return found


def _run(stage: Stage) -> None:
    """By now people have read what the last night brought them; then the clock runs again."""
    waiting = Notice.objects.filter(read_at__isnull=True).order_by().values_list("user__username", flat=True)
    for username in waiting.distinct():
        arranging.read_notices(by=stage.actors[username])
    duties.nightly()
    ladder.run()


def write_history(*, since: date, today: date) -> int:
    """Write down how everybody stood at the end of each month; returns the number of roll-ups written."""
    return recorded.backfill({*month_ends(since=since, today=today), today - _DAY})
