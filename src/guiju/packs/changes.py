"""Who wants to know when packs change: platform code announces, and never imports those who listen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guiju.packs.models import Pack

Listener = Callable[[Sequence[Pack]], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Call the listener after packs were loaded, inside the same transaction; usable as a decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def announce(packs: Sequence[Pack]) -> None:
    """Tell the listeners which packs are new or were replaced."""
    for listener in _listeners:
        listener(packs)
