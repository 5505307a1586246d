"""The way from a task to what it is about, for tasks that records and runs have made."""

from __future__ import annotations

from collections.abc import Callable

from guiju.workflow.models import Task

Way = Callable[[Task], str]

_ways: dict[str, Way] = {}
_own: set[str] = set()


def register(about: str, way: Way, *, own: bool = False) -> None:
    """Tell where tasks about such things lead; `way` gives an address, or nothing where it is gone.

    `own`: whoever the task asks may go there without a right on the unit.
    """
    _ways[about] = way
    if own:
        _own.add(about)


def is_own(task: Task) -> bool:
    """May whoever it asks go there, whatever he sees of the unit?"""
    return task.about in _own


def url(task: Task) -> str:
    """The address of what the task is about; empty where it leads nowhere."""
    way = _ways.get(task.about)
    return way(task) if way is not None and task.about_uid else ""
