"""Risk work: the matrix, assessment rounds, the library, warnings and reports with their time limits."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
