"""Time in the demonstration: once a month night falls, what was entered is looked at, and tasks climb their ladder.

Each of these nights leaves its point in the group's recorded history, as the nights of a real installation do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from guiju.compliance.checks import making as checks
from guiju.demo.stage import Stage, Step
from guiju.lib import clock, period
from guiju.posture import duties, engine
from guiju.posture.models import UnitAnswers
from guiju.workflow import arranging
from guiju.workflow import clock as ladder
from guiju.workflow.models import Notice

_LATE = time(23, 40, tzinfo=clock.SHANGHAI)
_DAY = timedelta(days=1)


def steps(*, since: date, today: date) -> Iterator[Step]:
    """The last night of each month, and the one before today."""
    for on in sorted({*month_ends(since=since, today=today), today - _DAY}):
        yield Step(datetime.combine(on, _LATE), f"night {on}", _run, is_night=True)


def month_ends(*, since: date, today: date) -> list[date]:
    """The last days of the months from a day to yesterday."""
    found: list[date] = []
    month = period.of(since, "month")
    while month.end < today:
        found.append(month.end)
        month = month.next
    return found


def _run(stage: Stage) -> None:
    """By now people have read what the last night brought them; then the clocks run again."""
    waiting = Notice.objects.filter(read_at__isnull=True).order_by().values_list("user__username", flat=True)
    for username in waiting.distinct():
        arranging.read_notices(by=stage.actors[username])
    # Rows were entered while nothing was asked: no answer may be taken for true any more.
    UnitAnswers.objects.update(valid_until=clock.today() - _DAY)
    checks.make_due(by=stage.house, on=clock.today())
    checks.mark_missed(by=stage.house, on=clock.today())
    engine.nightly()
    duties.nightly()
    ladder.run()
