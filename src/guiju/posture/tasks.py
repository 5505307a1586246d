"""What posture does at night."""

from __future__ import annotations

from django_tasks import task

from guiju.posture import duties as asked
from guiju.posture import engine, proving


@task()
def nightly() -> int:
    """Ask again what the calendar alone may have changed; returns how many units were looked at."""
    return engine.nightly()


@task()
def duties() -> dict[str, int]:
    """Make the tasks of a new day, and close what records prove."""
    return asked.nightly()


@task()
def settle(unit_ids: list[int]) -> int:
    """Look at the tasks of units whose rows a large import has changed."""
    return proving.settle(unit_ids)
