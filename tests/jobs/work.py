"""Tasks of these tests. An effect is a row of its own, so that doing something twice is seen."""

from __future__ import annotations

import sys
import threading

from django.db import transaction
from django_tasks import task
from django_tasks.base import TaskContext

from guiju.jobs.lease import progress
from guiju.jobs.models import Schedule
from guiju.lib import clock
from guiju.lib.errors import Problem

stop = threading.Event()


def effect(key: str) -> None:
    Schedule.objects.create(name=key, due_at=clock.now())


def effects(key: str) -> int:
    return Schedule.objects.filter(name=key).count()


@task(atomic=True)
def write(key: str) -> str:
    effect(key)
    return f"wrote {key}"


@task(max_attempts=2)
def break_down(key: str) -> None:
    effect(key)
    raise ZeroDivisionError(key)


@task(atomic=True, max_attempts=2)
def break_down_atomic(key: str) -> None:
    effect(key)
    raise ZeroDivisionError(key)


@task()
def refuse() -> None:
    raise Problem("test.refused", "This is not how it works.", fix="Do something else.")


@task()
def count(total: int) -> None:
    for done in range(total + 1):
        progress(done, total)


@task()
def end_the_worker(key: str) -> None:
    effect(key)
    stop.set()


@task(takes_context=True)
def attempt(context: TaskContext) -> int:
    return context.attempt


@task(atomic=True, takes_context=True)
def write_in_two_steps(context: TaskContext, key: str, halt: str) -> None:
    """Halts where it was told at the first attempt, and waits there for its end."""
    _halt(context, "before", key, halt)
    effect(key)
    _halt(context, "after", key, halt)


def _halt(context: TaskContext, step: str, key: str, halt: str) -> None:
    if context.attempt == 1 and halt == step:
        assert transaction.get_connection().in_atomic_block
        print(f"{step} {key}", flush=True)  # noqa: T201 - the test reads it
        sys.stdin.readline()
