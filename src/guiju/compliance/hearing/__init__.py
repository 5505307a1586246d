"""The quarterly hearing and the work reports of officers."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.compliance.hearing import following, telling
    from guiju.registers import changes

    changes.listen(following.on_rows)
    telling.set_up()
