"""What checks do at night."""

from __future__ import annotations

from django_tasks import task

from guiju.access import actor
from guiju.compliance.checks import making
from guiju.lib import clock


@task()
def nightly() -> dict[str, int]:
    """Mark what nobody began, and make the runs of the new day."""
    by, today = actor.system("guiju"), clock.today()
    return {"made": making.make_due(by=by, on=today), "missed": making.mark_missed(by=by, on=today)}
