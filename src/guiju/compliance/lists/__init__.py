"""The three lists per department: versions frozen and compared, own names and columns."""

from __future__ import annotations


def set_up() -> None:
    """What belongs to the moves of a version happens wherever they are made; frozen ones are held."""
    from guiju.compliance.lists import covering, versions
    from guiju.registers import changes

    changes.prepare(versions.REGISTER, versions.on_move)
    changes.listen(versions.on_rows_changed)
    covering.set_up()
