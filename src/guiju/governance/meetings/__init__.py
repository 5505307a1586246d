"""Bodies, their members and meetings, agenda, minutes, resolutions; opinions before decisions; shared matters."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.governance.meetings import following, guards, matters, selfchecks, telling
    from guiju.governance.meetings.terms import MATTERS, MEETINGS
    from guiju.registers import changes

    changes.keep(MATTERS, matters.kept)
    changes.prepare(MATTERS, matters.prepared)
    changes.prepare(MEETINGS, guards.prepared)
    changes.listen(guards.on_rows)
    changes.listen(following.on_rows)
    changes.listen(matters.on_rows)
    changes.listen(selfchecks.on_rows)
    telling.set_up()
