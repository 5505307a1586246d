"""Checks: due runs, items on a phone, zero-risk reports, what looks like routine."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
