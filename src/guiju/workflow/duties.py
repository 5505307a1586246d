"""Tasks that records of the domain make and close: known by a key, leading to what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.org.models import Person, Unit
from guiju.workflow import actions
from guiju.workflow.actions import Proof, Spec
from guiju.workflow.models import Task, TaskSource, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something somebody has to do about a record, run or mark by a day.

    `key` makes it once; `about` and `about_uid` lead there (`guiju.web.workflow.abouts`). With `owner` it is that
    person's, otherwise the holder's of `role` at the unit.
    """

    key: str
    unit: Unit
    title: str
    title_en: str
    due_on: date
    role: str
    about: str
    about_uid: UUID
    owner: Person | None = None
    note: str = ""
    period: str = ""
    starts_on: date | None = None
    #: Working days before the deadline from which lists show it.
    lead: int = 20


def ensure(duties: Iterable[Duty], *, by: Actor) -> int:
    """See to it that these tasks are there; returns how many are new. Closed ones stay closed."""
    today = clock.today()
    specs = (
        Spec(
            key=duty.key,
            unit_id=duty.unit.pk,
            root_id=duty.unit.root_id or duty.unit.pk,
            title=duty.title,
            title_en=duty.title_en,
            due_on=duty.due_on,
            starts_on=duty.starts_on or min(today, duty.due_on),
            role=duty.role,
            lead=duty.lead,
            note=duty.note,
            period=duty.period if len(duty.period) <= 8 else "",
            source=TaskSource.RECORD,
            owner_id=duty.owner.pk if duty.owner else None,
            about=duty.about,
            about_uid=duty.about_uid,
        )
        for duty in duties
    )
    return actions.ensure(specs, by=by).created


def close(
    keys: Iterable[str], *, by: Actor, on: date | None = None, register: str = "", uid: UUID | None = None
) -> int:
    """Close open tasks of these keys because it is done; with the record that shows it where there is one."""
    tasks = Task.objects.filter(key__in=list(keys), status=TaskStatus.OPEN)
    day = on or clock.today()
    return actions.prove([Proof(task, register, uid, day, by.name) for task in tasks], by=by)


def drop(keys: Iterable[str], *, by: Actor, reason: str) -> int:
    """Close open tasks of these keys because nothing is to be done any more."""
    found = Task.objects.filter(key__in=list(keys), status=TaskStatus.OPEN).values_list("pk", flat=True)
    return actions.end(list(found), by=by, reason=reason, status=TaskStatus.WAIVED)


def reopen(keys: Iterable[str], *, by: Actor, reason: str) -> int:
    """Open tasks of these keys again."""
    return actions.unprove(list(Task.objects.filter(key__in=list(keys), status=TaskStatus.DONE)), by=by, reason=reason)
