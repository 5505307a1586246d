"""What the library does at night."""

from __future__ import annotations

from django_tasks import task

from guiju.access import actor
from guiju.governance.policies import enforcing
from guiju.lib import clock


@task()
def nightly() -> dict[str, int]:
    """Put in force what was issued for today."""
    failed = enforcing.due(on=clock.today(), by=actor.system("guiju"))
    return {"failed": len(failed)}
