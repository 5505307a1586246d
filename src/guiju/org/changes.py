"""Lets other packages follow changes of units without org knowing them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Listener = Callable[[frozenset[int]], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener(unit_ids)` inside the transaction of every change of units, their attributes or their place."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(unit_ids: Iterable[int]) -> None:
    """Tell the listeners which units changed."""
    ids = frozenset(unit_ids)
    for listener in _listeners:
        listener(ids)
