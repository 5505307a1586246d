"""What workflow does at night."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django_tasks import task

from guiju.jobs import backend
from guiju.lib import clock as time
from guiju.workflow import clock, mail


@task()
def nightly() -> dict[str, int]:
    """Walk the ladder of all open tasks, then have the digests sent."""
    result = clock.run()
    return {
        "looked_at": result.looked_at,
        "notices": result.notices,
        "escalated": result.escalated,
        "digests": ask_for_digests(time.today()),
    }


def ask_for_digests(on: date) -> int:
    """One job per person, so that one bad address holds up nobody else; returns how many."""
    if not mail.is_on():
        return 0
    users = mail.waiting(on)
    for start in range(0, len(users), 200):
        with transaction.atomic():
            for user in users[start : start + 200]:
                key = f"workflow.digest:{user}:{on.isoformat()}"
                backend.enqueue(digest, title="workflow.digest", unique_key=key, user_id=user, on=on.isoformat())
    return len(users)


@task()
def digest(user_id: int, on: str) -> bool:
    """Send one person's mail of the day; may run again after a crash and then sends only what was not sent."""
    return mail.send(user_id, date.fromisoformat(on))
