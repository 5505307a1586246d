"""Tasks about versions: to approve, to mend what was returned, to put in force; and what verification compares."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access.actor import Actor
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import keeping
from guiju.governance.policies.terms import ABOUT
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.org.models import Person
from guiju.registers.models import Entry
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler
from guiju.workflow import days, duties
from guiju.workflow.models import Task, TaskStatus

#: Working days to look at a version, to mend it, or to put it in force.
WITHIN = 5

_APPROVE = _n("Approve “%(title)s”")
_MEND = _n("Mend “%(title)s”, which was returned")
_ISSUE = _n("Put “%(title)s” in force")
_BACK = _n("Returned: %(opinion)s")
_WITHDRAWN = _n("The version was withdrawn.")


def to_approve(row: PolicyVersion, entry: Entry, *, by: Actor) -> None:
    """Ask the compliance head; where that is one of its authors, the first responsible person."""
    settle(row, by=by)
    heads = _heads(entry)
    authors = set(row.authors)
    mine = bool(heads) and all(head in authors for head in heads)
    _ask(row, entry, "approve", _APPROVE, Role.FIRST_RESPONSIBLE if mine else Role.COMPLIANCE_HEAD, by=by)


def _heads(entry: Entry) -> list[int]:
    """Accounts of those who are compliance head of the unit today."""
    today = clock.today()
    held = Entry.objects.filter(register="appointments", unit=entry.unit, kind=Role.COMPLIANCE_HEAD, on__lte=today)
    held = held.filter(Q(done_on__isnull=True) | Q(done_on__gte=today), person__user__isnull=False)
    return list(held.values_list("person__user_id", flat=True))


def to_mend(row: PolicyVersion, entry: Entry, *, by: Actor) -> None:
    """Ask the one who drafted it, with the opinion."""
    settle(row, by=by)
    drafter = Person.objects.filter(user_id=row.authors[0]).first() if row.authors else None
    note = _house(_BACK, opinion=row.opinion)
    _ask(row, entry, "mend", _MEND, Role.DEPARTMENT_OFFICER, by=by, owner=drafter or entry.owner, note=note)


def to_issue(row: PolicyVersion, entry: Entry, *, by: Actor, note: str = "") -> None:
    """Ask the compliance staff to issue it; with a note where it should have come into force by itself."""
    if not note:
        settle(row, by=by)
    _ask(row, entry, "issue", _ISSUE, Role.COMPLIANCE_STAFF, by=by, note=note)


def _ask(
    row: PolicyVersion,
    entry: Entry,
    what: str,
    title: str,
    role: str,
    *,
    by: Actor,
    owner: Person | None = None,
    note: str = "",
) -> None:
    unit = entry.department if entry.department is not None and owner is not None else entry.unit
    due = days.of(unit.root_id or unit.pk).add(clock.today(), WITHIN)
    duty = duties.Duty(
        key=f"{ABOUT}:{row.uid}:{what}:{row.version}",
        unit=unit,
        title=_in(settings.LANGUAGE_CODE, title, row.title),
        title_en=_in("en", title, row.title),
        due_on=due,
        role=role,
        about=ABOUT,
        about_uid=row.policy,
        owner=owner,
        note=note[:500],
    )
    duties.ensure([duty], by=by)


def _in(language: str, msgid: str, title: str) -> str:
    with translation.override(language):
        return (_(msgid) % {"title": title})[:200]


def _house(msgid: str, **words: str) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _(msgid) % words


def _open(row: PolicyVersion) -> list[str]:
    found = Task.objects.filter(about=ABOUT, about_uid=row.policy, status=TaskStatus.OPEN)
    mine = f"{ABOUT}:{row.uid}:"
    return list(found.filter(key__startswith=mine).values_list("key", flat=True))


def settle(row: PolicyVersion, *, by: Actor) -> None:
    """Close what was to be done about a version: it has been moved on."""
    if keys := _open(row):
        duties.close(keys, by=by, register="policies", uid=row.policy)


def forget(row: PolicyVersion, *, by: Actor) -> None:
    """Close what was to be done about a version that was given up."""
    if keys := _open(row):
        duties.drop(keys, by=by, reason=_house(_WITHDRAWN))


# --- verification ---------------------------------------------------------------------------------------------------


def set_up() -> None:
    """Make versions known to verification of the trail."""
    register_reconciler("policy_version", _live, ids=_ids)


def _live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = PolicyVersion.objects.filter(uid__in=list(ids))
    return {str(row.uid): (row.version, state_digest(keeping.content(row))) for row in rows}


def _ids() -> Iterable[str]:
    return (str(uid) for uid in PolicyVersion.objects.order_by().values_list("uid", flat=True).iterator())
