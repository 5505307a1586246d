"""What posture does at night."""

from __future__ import annotations

from django_tasks import task

from guiju.posture import engine


@task()
def nightly() -> int:
    """Ask again what the calendar alone may have changed; returns how many units were looked at."""
    return engine.nightly()
