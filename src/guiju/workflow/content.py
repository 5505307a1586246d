"""What the trail commits to: tasks, ladders and own days of calendars, told by uids and never by codes of units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guiju.org.models import Unit
from guiju.workflow.models import CalendarDay, Ladder, Task

_PLAIN = (
    "key", "urn", "code", "title", "title_en", "note", "period", "starts_on", "due_on", "done_on", "done_by",
    "register", "reason", "level", "version",
)  # fmt: skip


def of_task(task: Task) -> dict[str, Any]:
    """A task; the day from which lists show it follows from the calendar and is not part of it.

    `unit` and `owner` must have been fetched with it where many are told.
    """
    about = {"about": task.about, "about_uid": str(task.about_uid)} if task.about else {}
    # Left out where there is none: what was told before tasks had proof stays as it was told.
    proof = {name: getattr(task, name) for name in ("asks_proof", "files") if getattr(task, name)}
    return {
        **about,
        **proof,
        **{name: getattr(task, name) for name in _PLAIN},
        "unit": str(task.unit.uid),
        "source": str(task.source),
        "adoption": str(task.adoption_uid) if task.adoption_uid else None,
        "role": str(task.role),
        "owner": str(task.owner.uid) if task.owner else None,
        "status": str(task.status),
        "done_how": str(task.done_how),
        "record": str(task.record_uid) if task.record_uid else None,
    }


def of_ladder(unit: Unit, row: Ladder | None) -> dict[str, Any]:
    """A unit's own ladder, or that it has none."""
    if row is None:
        return {"unit": str(unit.uid), "own": False}
    return {
        "unit": str(unit.uid),
        "own": True,
        # Not “before”: under that name the trail keeps former values, which are not part of the state.
        "reminders": list(row.before),
        "head_after": row.head_after,
        "principal_after": row.principal_after,
    }


def of_year(root: Unit, year: int, rows: Iterable[CalendarDay]) -> dict[str, Any]:
    """The own days of a tree in one year."""
    days = sorted([row.day.isoformat(), row.works, row.name] for row in rows)
    return {"root": str(root.uid), "year": year, "days": days}


def year_id(root: Unit, year: int) -> str:
    """The trail's name of a tree's year."""
    return f"{root.uid.hex}:{year}"
