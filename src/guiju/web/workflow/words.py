"""How deadlines, offices and steps of the ladder are told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.lib import clock
from guiju.workflow.models import TaskStatus
from guiju.workflow.owners import RUNGS

if TYPE_CHECKING:
    from guiju.workflow.models import Task
    from guiju.workflow.queries import TaskLine

#: The tone of a task's state, as chips draw it.
TONES = {
    TaskStatus.OPEN: "info",
    TaskStatus.DONE: "met",
    TaskStatus.WAIVED: "na",
    TaskStatus.ENDED: "na",
}


def left(line: TaskLine, *, on: date | None = None) -> str:
    """How much time is left in working days; nothing of a task that is closed."""
    today = on or clock.today()
    if line.task.status != TaskStatus.OPEN:
        return ""
    if line.task.due_on == today:
        return _("due today")
    if not line.is_overdue:
        if line.days_left <= 0:
            return _("no working day left")
        return ngettext("%(days)d working day left", "%(days)d working days left", line.days_left) % {
            "days": line.days_left
        }
    late = -line.days_left
    if not late:
        return _("just past its date")
    return ngettext("%(days)d working day late", "%(days)d working days late", late) % {"days": late}


def level(task: Task) -> str:
    """To whom a task has been escalated; nothing while its owner alone knows."""
    role = RUNGS.get(task.level)
    return _("told to the %(office)s") % {"office": role.label} if role is not None else ""


def owner(line: TaskLine) -> str:
    """The people who answer for it; the office where nobody holds it."""
    if line.owners:
        return _(", ").join(line.owners)
    return _("%(office)s (nobody appointed)") % {"office": line.office}
