"""The graph behind the three lists: links between records, and what a change touches."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.compliance.graph import listening, telling
    from guiju.registers import changes

    changes.listen(listening.on_rows_changed)
    telling.set_up()
