"""Housekeeping of imports."""

from __future__ import annotations

from django_tasks import task

from guiju.registers import staging


@task()
def sweep_imports() -> int:
    """Forget imports that nobody confirmed within two days."""
    return staging.sweep()
