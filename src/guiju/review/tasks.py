"""What reviews do at night."""

from __future__ import annotations

from django_tasks import task

from guiju.review import staying


@task()
def nightly() -> dict[str, int]:
    """Suspend the passes whose minutes are open without that having been followed."""
    return {"stayed": staying.look_again()}
