"""The three lists per department: versions frozen and compared, own names and columns."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
