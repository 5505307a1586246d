"""Lets work that was just asked for begin at once when its worker lives in the same process."""

from __future__ import annotations

import threading

_bell = threading.Event()


def up() -> None:
    """There may be something to do."""
    _bell.set()


def wait(seconds: float) -> None:
    """Sleep until there may be something to do, at most so long."""
    _bell.wait(seconds)
    _bell.clear()
