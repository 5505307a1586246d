"""Lets other packages follow changes of rows without this one knowing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after: all columns of `Entry`, None where it did not or does not exist."""

    register: str
    unit_id: int
    before: Columns | None
    after: Columns | None
    uid: str = ""


Listener = Callable[[Sequence[Change]], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Call `listener(changes)` inside the transaction of every change; usable as a decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def announce(changes: Sequence[Change]) -> None:
    """Tell the listeners; up to 1,000 rows at once when many change together."""
    for listener in _listeners:
        listener(changes)


def has_listeners() -> bool:
    """False when nobody would hear."""
    return bool(_listeners)
