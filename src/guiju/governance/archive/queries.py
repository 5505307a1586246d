"""Reading archives: those made of a unit, one of them, and how far the making is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.governance.archive import counting, making
from guiju.governance.enums import ArchiveState
from guiju.governance.models import Archive
from guiju.jobs.models import Job, JobState
from guiju.lib.errors import NotFound
from guiju.org.models import Unit


@dataclass(frozen=True, slots=True)
class Under:
    """An archive with the job that makes it, if there is one."""

    archive: Archive
    job: Job | None

    @property
    def state(self) -> str:
        """Failed also where the job has failed, whatever the row says."""
        dead = self.job is not None and self.job.state == JobState.FAILED
        if self.archive.state == ArchiveState.MAKING and dead:
            return ArchiveState.FAILED.value
        return str(self.archive.state)

    @property
    def why(self) -> str:
        """Why it failed, in one line."""
        job = self.job
        if self.state != ArchiveState.FAILED or job is None or not job.error:
            return ""
        head, _newline, rest = job.error.partition("\n")
        return (
            rest.splitlines()[0] if head.startswith("guiju.lib.errors.") and rest else _("Something went wrong here.")
        )


def of_unit(by: Actor, unit: Unit) -> QuerySet[Archive]:
    """The archives of a unit, newest first, for those who may make one."""
    may = check.can(by, making.MAKE, unit) and counting.sees_whole(by, unit)
    found = Archive.objects.filter(unit=unit) if may else Archive.objects.none()
    return found.select_related("unit").order_by("-made_at", "-pk")


def find(by: Actor, uid: UUID) -> Archive:
    """One archive, or 404: it holds all that its unit has, so only those take it who may make and see the same."""
    found = Archive.objects.select_related("unit").filter(uid=uid).first()
    if found is None or not scope.scope(by, making.MAKE).covers(found.unit) or not counting.sees_whole(by, found.unit):
        raise NotFound(_("There is no such archive here."), fix=_("Open it from the list of archives of the unit."))
    return found


def with_jobs(archives: Iterable[Archive]) -> list[Under]:
    """One question for all jobs."""
    rows = list(archives)
    keys = {making.key(row): row.pk for row in rows if row.state != ArchiveState.READY}
    jobs = {job.unique_key: job for job in Job.objects.filter(unique_key__in=keys).order_by("pk")} if keys else {}
    return [Under(row, jobs.get(making.key(row))) for row in rows]
