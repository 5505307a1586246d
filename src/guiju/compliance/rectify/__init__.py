"""Rectification: one ledger, recurrence, overdue, what a problem came from."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
