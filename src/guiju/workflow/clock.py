"""Every night: each open task is where it should be on its ladder, and whoever must know is told, once.

What counts is the day, not the night: a night that was missed is made up for, and only the highest of the rungs that
were passed meanwhile is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import F

from guiju.access.actor import system
from guiju.lib import clock
from guiju.trail.events import Action
from guiju.workflow import days, ladder, making, owners
from guiju.workflow.ladder import LEVELS, Rung
from guiju.workflow.models import Notice, Step, Task, TaskStatus
from guiju.workflow.owners import Answerable, Holder, Offices

CHUNK = 1_000
_STEPS = (Step.SOON, Step.TODAY, Step.OVERDUE, Step.HEAD, Step.PRINCIPAL)


@dataclass(slots=True)
class Result:
    """What a night did; `users` are those for whom there is something new."""

    looked_at: int = 0
    notices: int = 0
    escalated: int = 0
    users: set[int] = field(default_factory=set)


class _Run:
    """What is read once for a whole night."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.now = clock.now()
        self.calendars = days.Calendars()
        self.ladders = ladder.Ladders()
        # No calendar has so few working days that this falls short.
        self.latest = on + timedelta(days=self.ladders.farthest * 2 + 30)


def run(on: date | None = None) -> Result:
    """Walk all open tasks whose reminders may have begun: 1,000 at a time, each time in a transaction of its own."""
    night, result = _Run(on or clock.today()), Result()
    waiting = Task.objects.filter(status=TaskStatus.OPEN, due_on__lte=night.latest)
    # Unit by unit: the tasks of a chunk share their offices, their calendar, and their tree's events.
    pks = iter(list(waiting.order_by("root_id", "unit_id", "pk").values_list("pk", flat=True)))
    while chunk := list(islice(pks, CHUNK)):
        with transaction.atomic():
            rows = Task.objects.filter(pk__in=chunk, status=TaskStatus.OPEN).select_related("owner")
            tasks = list(rows.select_for_update(of=("self",)).order_by("pk"))
            if tasks:
                _walk(tasks, night, result)
    return result


def _walk(tasks: list[Task], night: _Run, result: Result) -> None:
    night.calendars.load(task.root_id for task in tasks)
    offices = Offices({task.unit_id for task in tasks}, on=night.on)
    sent = _sent(tasks)
    notices: list[Notice] = []
    raised: dict[int, list[Task]] = {}
    for task in tasks:
        answers = offices.answerable(task.unit_id, task.role, holder(task))
        for rung in _due(task, answers, offices, sent.get(task.pk, set()), night):
            users = answers.users
            if rung.step in LEVELS:
                users = offices.answerable(task.unit_id, owners.RUNGS[rung.level]).users
                task.level = rung.level
                raised.setdefault(rung.level, []).append(task)
            notices += [
                Notice(user_id=user, task_id=task.pk, step=rung.step, days=rung.days, made_at=night.now)
                for user in users
            ]
    _store(notices, raised, night.now)
    result.looked_at += len(tasks)
    result.notices += len(notices)
    result.escalated += sum(map(len, raised.values()))
    result.users |= {notice.user_id for notice in notices}


def holder(task: Task) -> Holder | None:
    """The one person to whom a task was handed (`owner` was fetched with it)."""
    return Holder(task.owner.pk, task.owner.name, task.owner.user_id) if task.owner else None


def _due(task: Task, answers: Answerable, offices: Offices, sent: set[tuple[str, int]], night: _Run) -> Iterator[Rung]:
    rungs = ladder.reached(
        night.ladders.at(offices.path(task.unit_id)),
        on=night.on,
        due=task.due_on,
        born=clock.day_of(task.created_at),
        height=answers.height,
        calendar=night.calendars.of(task.root_id),
    )
    yield from ladder.unsent(rungs, sent, level=task.level)


def _sent(tasks: list[Task]) -> dict[int, set[tuple[str, int]]]:
    """What was sent about each task, to whomever."""
    found: dict[int, set[tuple[str, int]]] = {}
    rows = Notice.objects.filter(task_id__in=[task.pk for task in tasks], step__in=_STEPS)
    for task, step, passed in rows.values_list("task_id", "step", "days"):
        found.setdefault(task, set()).add((step, passed))
    return found


def _store(notices: list[Notice], raised: dict[int, list[Task]], now: datetime) -> None:
    # No row can be there already: the tasks are locked, and what was sent about them was read under that lock.
    making.insert(Notice, notices)
    for level, tasks in raised.items():
        for task in tasks:
            task.version, task.recorded_at = task.version + 1, now
        _raise(level, tasks, now)
    told = [task for tasks in raised.values() for task in tasks]
    if told:
        making.record(told, Action.TASK_ESCALATED, by=system("guiju"))


def _raise(level: int, tasks: list[Task], now: datetime) -> None:
    """One statement however many tasks; their rows are locked, so the versions are still those that were read."""
    rows = Task.objects.filter(pk__in=[task.pk for task in tasks])
    rows.update(level=level, version=F("version") + 1, recorded_at=now)
