"""A decision of a hearing or meeting is a task of its owner until it is done, dropped or removed."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop as _n

from guiju.org.enums import Role
from guiju.registers.changes import Change
from guiju.workflow.settling import Settling, Wanted, matters

REGISTER, ABOUT = "decisions", "decision"
OPEN, DONE, DROPPED = "open", "done", "dropped"
_SHOWN = ("status", "owner_id", "due_on", "title", "department_id")
_DROPPED = _n("The decision is not pursued any more.")


def on_rows(changes: Sequence[Change]) -> None:
    """Decisions were written."""
    found = [change for change in changes if change.register == REGISTER and matters(change, _SHOWN)]
    if found:
        _Deciding(found).run()


class _Deciding(Settling):
    about, register = ABOUT, REGISTER
    titles = {"do": _n("Carry out: %(title)s")}
    holders = {"do": "owner_id"}

    def wanted(self, change: Change) -> Wanted | None:
        row = change.after
        if row is None or row["status"] != OPEN:
            return None
        return Wanted("do", Role.DEPARTMENT_OFFICER, row["owner_id"], row["due_on"])

    def dropped(self, change: Change) -> str:
        return _DROPPED if change.after is not None and change.after["status"] == DROPPED else ""
