"""Housekeeping of jobs themselves."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from guiju.jobs.models import Job, JobState
from guiju.lib import clock

KEPT = timedelta(days=30)


@task(atomic=True)
def forget_done() -> int:
    """Remove jobs that ended well a month ago; dead ones stay until somebody has looked."""
    count, _by_table = Job.objects.filter(state=JobState.DONE, finished_at__lt=clock.now() - KEPT).delete()
    return count
