"""The archive of a unit (存档备查): what it holds, sealed in one file that anybody can check offline."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.governance.archive import telling

    telling.set_up()
