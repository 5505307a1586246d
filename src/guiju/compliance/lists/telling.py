"""Tasks about versions of lists: to approve, to put in force, to mend what was sent back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers.models import Entry
from guiju.workflow import duties
from guiju.workflow.models import Task, TaskStatus

ABOUT = "list_version"
#: Days to look at a version, or to mend it.
DAYS = 7

APPROVE = gettext_noop("Approve the list “%(title)s”")
ENFORCE = gettext_noop("Put the list “%(title)s” in force")
MEND = gettext_noop("Mend the list “%(title)s” that was sent back")


def ask(entry: Entry, what: str, *, unit: Unit, by: Actor, owner: Person | None = None, note: str = "") -> None:
    """Make the task for the next step; of the compliance head, or of the one who drew the list up."""
    duty = duties.Duty(
        key=f"list:{entry.uid}:{entry.version}:{what.split(' ', 1)[0].lower()}",
        unit=unit,
        title=_in("zh-hans", what, entry),
        title_en=_in("en", what, entry),
        due_on=clock.today() + timedelta(days=DAYS),
        role=Role.DEPARTMENT_OFFICER if owner is not None else Role.COMPLIANCE_HEAD,
        about=ABOUT,
        about_uid=entry.uid,
        owner=owner,
        note=note,
    )
    duties.ensure([duty], by=by)


def _in(language: str, what: str, entry: Entry) -> str:
    with translation.override(language):
        return (_(what) % {"title": entry.title})[:200]


def _open(uid: UUID) -> list[str]:
    found = Task.objects.filter(about=ABOUT, about_uid=uid, status=TaskStatus.OPEN)
    return list(found.values_list("key", flat=True))


def settle(entry: Entry, *, by: Actor) -> None:
    """Close what was to be done about a version: it has been moved on."""
    keys = _open(entry.uid)
    if keys:
        duties.close(keys, by=by, register=entry.register, uid=entry.uid)


def forget(uid: UUID, *, by: Actor) -> None:
    """Close what was to be done about a version that is no longer there."""
    keys = _open(uid)
    if keys:
        duties.drop(keys, by=by, reason=_("The version was removed."))
