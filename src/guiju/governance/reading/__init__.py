"""Read and confirm: who has to read which rule by when, and who has."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.governance.reading import tasks, telling
    from guiju.jobs import schedule

    schedule.every_day("governance.reading", 1, tasks.nightly, minute=20)
    telling.set_up()
