"""Housekeeping of imports."""

from __future__ import annotations

from django_tasks import task

from guiju.registers import filewords, staging


@task()
def sweep_imports() -> int:
    """Forget imports that nobody confirmed within two days."""
    return staging.sweep()


@task()
def index_files(uid: str) -> int:
    """Read the files of a record and let the search find their words; again and again comes to the same."""
    return filewords.index(uid)
