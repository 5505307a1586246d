"""Housekeeping of the API."""

from __future__ import annotations

from django_tasks import task

from guiju.api import idempotency


@task(atomic=True)
def forget_keys() -> int:
    """Remove idempotency keys that nobody will send again."""
    return idempotency.prune()
