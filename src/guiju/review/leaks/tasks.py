"""Looking for leaks in the background, and every night."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django_tasks import task

from guiju.access import actor
from guiju.access.models import User
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.review.leaks import looking


@task()
def look(
    unit: int, period: str, below: bool, files: list[dict[str, str]], user: int | None, name: str, uid: str
) -> dict[str, Any]:
    """Look as whoever asked for it. A refusal is an answer: the page shows it."""
    by = actor.system(name) if user is None else actor.of_user(User.objects.get(pk=user))
    try:
        run = looking.again(
            unit=Unit.objects.get(pk=unit), period=period, below=below,
            files=[looking.Stored(**one) for one in files], by=by, uid=UUID(uid),
        )  # fmt: skip
    except Problem as problem:
        return {"run": "", "code": problem.code, "what": problem.what, "fix": problem.fix, "where": problem.where}
    return {"run": str(run.uid), "looked": run.looked, "found": sum(run.counts.values())}


@task()
def nightly() -> int:
    """Look through the registers of every company; returns how many have something new."""
    return looking.nightly()
