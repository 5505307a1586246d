"""The way from a task to what it is about, for tasks that records and runs have made."""

from __future__ import annotations

from collections.abc import Callable

from guiju.workflow.models import Task

Way = Callable[[Task], str]

_ways: dict[str, Way] = {}


def register(about: str, way: Way) -> None:
    """Tell where tasks about such things lead; `way` gives an address, or nothing where it is gone."""
    _ways[about] = way


def url(task: Task) -> str:
    """The address of what the task is about; empty where it leads nowhere."""
    way = _ways.get(task.about)
    return way(task) if way is not None and task.about_uid else ""
