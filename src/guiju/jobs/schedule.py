"""Recurring work: a table of names and hours. A run that was missed is made up for once, however many were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django_tasks.base import Task

from guiju.jobs import backend
from guiju.jobs.models import Schedule
from guiju.lib import clock

_KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Daily:
    """A task that is due every day at this time of China."""

    name: str
    at: time
    task: Task[..., Any]

    def last_due(self, now: datetime) -> datetime:
        """The latest moment, not after `now`, at which it was due."""
        local = now.astimezone(clock.SHANGHAI)
        due = datetime.combine(local.date(), self.at, tzinfo=clock.SHANGHAI)
        return due if due <= local else due - timedelta(days=1)


_daily: dict[str, Daily] = {}


def every_day(name: str, hour: int, task: Task[..., Any], *, minute: int = 0) -> None:
    """Have a task run nightly; call it from the package's `ready`."""
    _daily[name] = Daily(name, time(hour, minute), task)


def fire_due() -> int:
    """Enqueue what has become due and was not enqueued yet; two schedulers at once enqueue it once."""
    now = clock.now()
    wanted = {entry.name: entry.last_due(now) for entry in _daily.values()}
    fired = set(Schedule.objects.filter(name__in=wanted, due_at__in=wanted.values()).values_list("name", "due_at"))
    missing = [name for name, due_at in wanted.items() if (name, due_at) not in fired]
    return sum(_fire(_daily[name], wanted[name]) for name in missing)


@transaction.atomic
def _fire(entry: Daily, due_at: datetime) -> bool:
    _row, created = Schedule.objects.get_or_create(name=entry.name, due_at=due_at)
    if created:
        backend.enqueue(entry.task, title=entry.name, unique_key=f"schedule:{entry.name}")
        Schedule.objects.filter(name=entry.name, due_at__lt=due_at - _KEPT).delete()
    return created
