"""Tasks that stand for somebody's part in something else: whose they are, and whether they are open, is decided there.

Whoever keeps such tasks says which they are, and where it is done; no task moves without what it stands for.
"""

from __future__ import annotations

from collections.abc import Callable

from guiju.lib.errors import Problem
from guiju.workflow.models import Task

#: Why this task is not moved by itself, and where that is done; None where it is.
Why = Callable[[Task], Problem | None]

_keepers: dict[str, Why] = {}


def register(about: str, why: Why) -> None:
    """Tell which of the tasks about such things are kept."""
    _keepers[about] = why


def why(task: Task) -> Problem | None:
    """Why it is neither handed over nor closed nor opened here; None where it may be."""
    found = _keepers.get(task.about)
    return found(task) if found is not None else None


def refuse(task: Task) -> None:
    """It is decided elsewhere."""
    problem = why(task)
    if problem is not None:
        raise problem
