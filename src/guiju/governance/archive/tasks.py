"""The making of an archive as a job."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from guiju.access import actor
from guiju.access.actor import Actor
from guiju.access.models import User
from guiju.governance.archive import making
from guiju.governance.enums import ArchiveState
from guiju.governance.models import Archive
from guiju.jobs import backend
from guiju.jobs.models import Job
from guiju.lib.errors import Problem


def enqueue(archive: Archive, *, by: Actor) -> Job:
    """Have it made in the background."""
    return backend.enqueue(
        make_archive, by=by, title=archive.name, unique_key=making.key(archive), uid=str(archive.uid), user=by.user_id,
        name=by.name,
    )  # fmt: skip


@task()
def make_archive(uid: str, user: int | None, name: str) -> str:
    """Make it as whoever asked for it; a refusal is the end of it, after a crash it begins anew."""
    archive = Archive.objects.select_related("unit").get(uid=UUID(uid))
    if archive.state == ArchiveState.READY:
        return archive.digest
    by = actor.system(name) if user is None else actor.of_user(User.objects.get(pk=user))
    try:
        return making.make(archive, by=by).digest
    except Problem:
        Archive.objects.filter(pk=archive.pk, state=ArchiveState.MAKING).update(state=ArchiveState.FAILED)
        raise
