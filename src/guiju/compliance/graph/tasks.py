"""Work on the graph that nobody waits for."""

from __future__ import annotations

from django_tasks import task

from guiju.compliance.graph import marking, proposing
from guiju.org.models import Unit


@task(atomic=True)
def propose(unit_id: int) -> int:
    """Compare the words of all rows of a unit; returns how many links are proposed."""
    unit = Unit.objects.filter(pk=unit_id).first()
    return proposing.of_unit(unit) if unit is not None else 0


@task(atomic=True)
def mark(unit_id: int, since: str, name: str) -> int:
    """Mark what the changes of an import touch; returns how many marks stand."""
    return marking.since(unit_id, since, by=name)
