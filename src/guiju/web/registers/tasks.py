"""Imports that take longer than somebody likes to look at an empty page."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django_tasks import task

from guiju.access import actor, check
from guiju.access.actor import Actor
from guiju.access.models import User
from guiju.jobs import backend, lease
from guiju.lib.errors import Problem
from guiju.registers import actions, importing, spec, store
from guiju.registers.models import ImportRun


def key(uid: UUID | str) -> str:
    """One job at a time for one import."""
    return f"import:{uid}"


def _by(user: int) -> Actor:
    return actor.of_user(User.objects.get(pk=user))


@task()
def read_import(run: int, user: int) -> dict[str, str] | None:
    """Read the file to the end. A refusal is an answer: the page shows it."""
    found = ImportRun.objects.select_related("unit").get(pk=run)
    try:
        importing.read(found, _by(user), progress=lambda done: lease.progress(done, 0))
    except Problem as problem:
        return {"what": problem.what, "fix": problem.fix, "where": problem.where}
    return None


@transaction.atomic
def begin_reading(run: ImportRun, wanted: dict[str, Any], *, by: Actor) -> None:
    """Hand the reading of a large file, as a person wants it now, to a job."""
    held = importing.take_decisions(run, by, wanted)
    held.state = "reading"
    held.save(update_fields=["state"])
    backend.enqueue(
        cast("Any", read_import), by=by, title=run.file_name, unique_key=key(run.uid), run=run.pk, user=by.user_id
    )


@transaction.atomic
def begin_saving(run: ImportRun, *, by: Actor, skip_faulty: bool, reason: str) -> None:
    """Hand the saving to a job, unless it is not this person's to save or nothing waits to be saved."""
    check.require(by, store.of(spec.get(run.register)).permission(actions.IMPORT), run.unit)
    importing.require_ready(run, skip_faulty=skip_faulty)
    run.state = "saving"
    run.save(update_fields=["state"])
    backend.enqueue(
        cast("Any", save_import), by=by, title=run.file_name, unique_key=key(run.uid), run=run.pk, user=by.user_id,
        skip_faulty=skip_faulty, reason=reason,
    )  # fmt: skip


@task()
def save_import(run: int, user: int, skip_faulty: bool, reason: str) -> dict[str, str] | None:
    """Save all rows in one transaction. A refusal puts the run back, with the reason for the page."""
    found = ImportRun.objects.select_related("unit").get(pk=run)
    try:
        with transaction.atomic():
            ImportRun.objects.filter(pk=run, state="saving").update(state="ready")
            importing.confirm(found, _by(user), skip_faulty=skip_faulty, reason=reason)
    except Problem as problem:
        answer = {"what": problem.what, "fix": problem.fix, "where": problem.where}
        ImportRun.objects.filter(pk=run).update(state="ready", summary={**found.summary, "refusal": answer})
        return answer
    return None
