"""Stocks in the background: reading their files, and taking them over."""

from __future__ import annotations

from datetime import date

from django_tasks import task

from guiju.access import actor
from guiju.access.models import User
from guiju.governance.enums import IntakeState
from guiju.governance.intake import reading, taking
from guiju.governance.models import Intake
from guiju.lib.errors import Problem


@task()
def read_stock(intake: int, user: int) -> int:
    """Read the files that wait; begun again it goes on."""
    found = Intake.objects.select_related("unit").get(pk=intake)
    return reading.read(found, by=actor.of_user(User.objects.get(pk=user)))


@task()
def take_stock(intake: int, user: int, version: int, year: int, due_on: str) -> dict[str, object] | None:
    """Take a stock over, all of it or nothing. A refusal gives it back, with the reason for the page."""
    found = Intake.objects.select_related("unit").get(pk=intake)
    try:
        taking.take_over(
            found,
            version=version,
            year=year,
            due_on=date.fromisoformat(due_on) if due_on else None,
            by=actor.of_user(User.objects.get(pk=user)),
        )
    except Problem as problem:
        Intake.objects.filter(pk=intake, state=IntakeState.TAKING).update(state=IntakeState.READY)
        return {"what": problem.what, "fix": problem.fix, "faults": [str(fault) for fault in problem.faults]}
    return None
