"""The fact relations and their columns that registers may feed; the owner of the relations registers them."""

from __future__ import annotations

from collections.abc import Iterable

_known: dict[str, frozenset[str]] = {}


def register(relation: str, columns: Iterable[str]) -> None:
    """Make a relation and its columns known."""
    _known[relation] = frozenset(columns)


def columns(relation: str) -> frozenset[str] | None:
    """The columns of a relation, None when there is no such relation."""
    return _known.get(relation)


def relations() -> list[str]:
    """The names of all relations; empty until somebody has registered them."""
    return sorted(_known)
