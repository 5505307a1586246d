"""Everything that changes a task: made by hand, handed over, done, not needed, opened again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock, text
from guiju.lib.errors import Conflict, Denied, Fault, NotFound, Problem
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.workflow import content, days, evidence, kept, making, owners
from guiju.workflow.arranging import (
    clear_day,
    clear_ladder,
    close_feed,
    import_year,
    open_feed,
    read_notices,
    set_day,
    set_ladder,
)
from guiju.workflow.making import Made, Spec, ensure
from guiju.workflow.models import DoneHow, Notice, Step, Task, TaskSource, TaskStatus

__all__ = [
    "Made", "Proof", "Spec", "attach", "clear_day", "clear_ladder", "close_feed", "create_task", "done", "end",
    "ensure", "hand_over", "import_year", "open_feed", "prove", "read_notices", "reopen", "require_mine",
    "set_day", "set_ladder", "unprove", "waive",
]  # fmt: skip

EDIT, VIEW = Permission.WORKFLOW_TASK_EDIT, Permission.WORKFLOW_TASK_VIEW
#: A task by hand lies at most so many days ahead.
FARTHEST = 366 * 10
#: Nothing was done before this day: an earlier one is a slip of the pen.
EARLIEST = date(1950, 1, 1)
#: Tasks closed together have one event each up to this number; more share one.
_SINGLY = 5


# --- by people ------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_task(
    *,
    unit: Unit,
    title: str,
    by: Actor,
    due_on: date | None = None,
    within: int | None = None,
    role: str = "",
    owner: Person | None = None,
    note: str = "",
    reason: str = "",
    asks_proof: bool = False,
) -> Task:
    """A task made by hand: due on a day or within so many working days, for an office or one person.

    With `asks_proof` it is closed with a file or a record only.
    """
    check.require(by, EDIT, unit)
    today, calendar = clock.today(), days.of(_root(unit))
    if due_on is None and within is not None and 0 <= within <= 750:
        due_on = calendar.add(today, within)
    title = text.clean(title)
    _refuse_new(title, due_on, role, owner, today)
    assert due_on is not None
    if owner is not None:
        _refuse_person(owner, unit, by=by)
    told = making.rest_day_note(due_on, calendar)
    now = clock.now()
    task = Task.objects.create(
        key=f"hand:{uuid.uuid4().hex}",
        unit=unit,
        root_id=_root(unit),
        source=TaskSource.PERSON,
        title=title,
        note=f"{note.strip()}\n{told}".strip(),
        starts_on=today,
        shown_on=today,
        due_on=due_on,
        role=role or Role.COMPLIANCE_STAFF,
        owner=owner,
        asks_proof=asks_proof,
        created_at=now,
        recorded_at=now,
    )
    _record(task, Action.TASK_CREATED, by=by, reason=reason)
    if owner is not None:
        _tell(task, owner, by=by)
    return task


def _refuse_new(title: str, due_on: date | None, role: str, owner: Person | None, today: date) -> None:
    faults = []
    if not 2 <= len(title) <= 200:
        faults.append(Fault("title", _("The title has 2 to 200 characters."), _("Say what is to be done.")))
    if due_on is None or not today <= due_on <= today + timedelta(days=FARTHEST):
        faults.append(Fault("due_on", _("A new task is due today or later, within ten years.")))
    if role and role not in Role.values:
        faults.append(Fault("role", _("There is no such office.")))
    if not role and owner is None:
        faults.append(Fault("owner", _("A task needs an owner."), _("Choose an office or a person.")))
    if faults:
        raise Problem("task.invalid", _("The task was not made."), faults=faults, status=422)


def _refuse_person(person: Person, unit: Unit, *, by: Actor) -> None:
    """The owner works in the same tree, has not left, and is known to whoever names him."""
    known = scope.people(by, Permission.ORG_PERSON_VIEW).filter(pk=person.pk, unit__root_id=_root(unit)).exists()
    if not known or (person.left_on is not None and person.left_on < clock.today()):
        raise Problem(
            "task.owner",
            _("This person cannot take over tasks of %(unit)s.") % {"unit": unit.name},
            fix=_("Choose somebody who works in this enterprise now."),
            where="owner",
            status=422,
        )


@transaction.atomic
def hand_over(*, task: Task, to: Person | None, version: int, by: Actor, reason: str = "") -> Task:
    """Give the task to one person, or (None) back to the office it belongs to."""
    fresh = _mine(task, version, by=by, given={"owner": str(to.uid) if to else None})
    _refuse_closed(fresh)
    kept.refuse(fresh)
    if to is not None:
        _refuse_person(to, fresh.unit, by=by)
    if fresh.owner_id == (to.pk if to else None):
        return fresh
    before = {"owner": str(fresh.owner.uid) if fresh.owner else None}
    fresh.owner = to
    _save(fresh, "owner")
    _record(
        fresh,
        Action.TASK_CHANGED,
        by=by,
        reason=reason,
        before=before,
        about={"step": "handed_over", "to": to.name if to else ""},
    )
    if to is not None:
        _tell(fresh, to, by=by)
    return fresh


@transaction.atomic
def done(
    *,
    task: Task,
    version: int,
    by: Actor,
    record: tuple[str, UUID] | None = None,
    on: date | None = None,
    reason: str = "",
    files: Iterable[Mapping[str, Any]] = (),
) -> Task:
    """The task is done: by a record that shows it (register, uid), by files, or because somebody says so."""
    fresh = _mine(task, version, by=by, given={"status": TaskStatus.DONE.value}, by_name=True)
    _refuse_closed(fresh)
    _refuse_self_closing(fresh)
    _refuse_day(on)
    held = evidence.joined(fresh.files, evidence.checked(files))
    evidence.require(fresh, has_record=record is not None, files=held)
    fresh.status, fresh.done_on, fresh.done_by = TaskStatus.DONE, on or clock.today(), by.name[:80]
    fresh.reason, fresh.files = reason, held
    fresh.done_how = DoneHow.RECORD if record else DoneHow.FILE if held else DoneHow.PERSON
    if record is not None:
        _refuse_record(fresh.unit, *record, by=by)
        fresh.register, fresh.record_uid = record
    _save(fresh, *_CLOSING)
    _record(
        fresh,
        Action.TASK_DONE,
        by=by,
        reason=reason,
        before={"status": TaskStatus.OPEN.value, "done_on": None},
        about={"step": "done_with" if held else "done", "files": evidence.names(held)},
        happened_on=fresh.done_on,
    )
    return fresh


@transaction.atomic
def attach(*, task: Task, files: Iterable[Mapping[str, Any]], version: int, by: Actor) -> Task:
    """Put files to an open task that show how far it is, or that it was done."""
    given = evidence.checked(files)
    fresh = _mine(task, version, by=by, given={"files": given}, by_name=True)
    _refuse_closed(fresh)
    _refuse_self_closing(fresh)
    held = evidence.joined(fresh.files, given)
    if held == fresh.files:
        return fresh
    fresh.files = held
    _save(fresh, "files")
    about = {"step": "attached", "files": evidence.names(given)}
    _record(fresh, Action.TASK_CHANGED, by=by, about=about)
    return fresh


def _refuse_self_closing(task: Task) -> None:
    if task.about:
        raise Problem(
            "task.closes_itself",
            _("This task closes by itself as soon as the work behind it is done."),
            fix=_("Open what it is about and finish it there."),
            status=409,
        )


def _refuse_day(on: date | None) -> None:
    today = clock.today()
    if on is not None and on > today:
        raise Problem("task.future", _("The day lies in the future."), where="on", status=422)
    if on is not None and on < EARLIEST:
        raise Problem(
            "task.day",
            _("%(day)s cannot be meant.") % {"day": on.isoformat()},
            fix=_("Check the year."),
            where="on",
            status=422,
        )


def _refuse_record(unit: Unit, register: str, uid: UUID, *, by: Actor) -> None:
    rows = scope.restrict(Entry.objects.all(), by=by, permission=Permission.REGISTER_ENTRY_VIEW, within=unit)
    if not rows.filter(uid=uid, register=register).exists():
        raise NotFound(_("There is no such record of this unit."), where="record")


@transaction.atomic
def waive(*, task: Task, version: int, by: Actor, reason: str) -> Task:
    """Nobody needs to do it; only with a reason."""
    check.require(by, EDIT, task.unit)
    if len(reason.strip()) < 2:
        raise Problem(
            "task.reason", _("Say why the task is not needed."), fix=_("Give a reason."), where="reason", status=422
        )
    fresh = _locked(task, version, given={"status": TaskStatus.WAIVED.value})
    _refuse_closed(fresh)
    kept.refuse(fresh)
    fresh.status, fresh.done_on, fresh.done_by = TaskStatus.WAIVED, clock.today(), by.name[:80]
    fresh.reason = reason.strip()[:300]
    _save(fresh, *_CLOSING)
    _record(
        fresh,
        Action.TASK_CHANGED,
        by=by,
        reason=reason,
        before={"status": TaskStatus.OPEN.value},
        about={"step": "waived"},
    )
    return fresh


@transaction.atomic
def reopen(*, task: Task, version: int, by: Actor, reason: str) -> Task:
    """Open a task again that was closed too early; one of an ended programme stays closed."""
    fresh = _mine(task, version, by=by, given={"status": TaskStatus.OPEN.value})
    if fresh.status not in {TaskStatus.DONE, TaskStatus.WAIVED}:
        raise Conflict(_("Only a task that was done or not needed can be opened again."), code="task.not_closed")
    kept.refuse(fresh)
    before = {"status": str(fresh.status)}
    _open(fresh)
    fresh.reason = reason.strip()[:300]
    _save(fresh, *_CLOSING)
    _record(fresh, Action.TASK_CHANGED, by=by, reason=reason, before=before, about={"step": "reopened"})
    return fresh


# --- by records and programmes (the caller has decided; nobody in particular acts) -----------------------------------


@dataclass(frozen=True, slots=True)
class Proof:
    """A record that shows that a task was done; without one, the word of a person."""

    task: Task
    register: str
    uid: UUID | None
    on: date
    by: str


@transaction.atomic
def prove(proofs: Sequence[Proof], *, by: Actor) -> int:
    """Close open tasks for which there is a record now; returns how many."""
    found = {proof.task.pk: proof for proof in proofs}
    changed = []
    for task in _lock_all(found, TaskStatus.OPEN):
        proof = found[task.pk]
        task.status, task.done_on, task.done_by = TaskStatus.DONE, proof.on, proof.by[:80]
        task.done_how = DoneHow.RECORD if proof.register else DoneHow.PERSON
        task.register, task.record_uid = proof.register, proof.uid
        task.reason = ""
        changed.append(task)
    _save_all(changed, Action.TASK_DONE, by=by, step="proved", before={"status": TaskStatus.OPEN.value})
    return len(changed)


@transaction.atomic
def unprove(tasks: Iterable[Task], *, by: Actor, reason: str) -> int:
    """Open tasks again whose record is gone or shows it no longer."""
    changed = []
    for task in _lock_all([task.pk for task in tasks], TaskStatus.DONE):
        _open(task)
        task.reason = reason[:300]
        changed.append(task)
    before = {"status": TaskStatus.DONE.value}
    _save_all(changed, Action.TASK_CHANGED, by=by, step="reopened", before=before, reason=reason)
    return len(changed)


@transaction.atomic
def end(task_ids: Iterable[int], *, by: Actor, reason: str, status: str = TaskStatus.ENDED) -> int:
    """Close open tasks that nobody asks for any more: the programme has ended, or it does not concern the unit."""
    changed = []
    for task in _lock_all(task_ids, TaskStatus.OPEN):
        task.status, task.done_by, task.reason = status, by.name[:80], reason[:300]
        changed.append(task)
    before = {"status": TaskStatus.OPEN.value}
    _save_all(changed, Action.TASK_CHANGED, by=by, step="ended", before=before, reason=reason)
    return len(changed)


@transaction.atomic
def resume(task_ids: Iterable[int], *, by: Actor, reason: str) -> int:
    """Open tasks again that `end` had closed as not concerning the unit."""
    changed = []
    for task in _lock_all(task_ids, TaskStatus.WAIVED):
        _open(task)
        task.reason = reason[:300]
        changed.append(task)
    before = {"status": TaskStatus.WAIVED.value}
    _save_all(changed, Action.TASK_CHANGED, by=by, step="reopened", before=before, reason=reason)
    return len(changed)


# --- inside ---------------------------------------------------------------------------------------------------------

_CLOSING = ("status", "done_on", "done_by", "done_how", "register", "record_uid", "files", "reason")


def _root(unit: Unit) -> int:
    return unit.root_id or unit.pk


def _mine(task: Task, version: int, *, by: Actor, given: Mapping[str, object], by_name: bool = False) -> Task:
    """The task as it is now, if the actor may act on it: with the permission, or as its owner who may see it.

    `by_name`: somebody to whom it was handed by name may do this without a right on the unit.
    """
    _allow(task, by=by, by_name=by_name)
    fresh = _locked(task, version, given=given)
    if by_name and is_named(task, by) and not is_named(fresh, by):
        raise Denied(_("This task is not yours."), fix=_("Ask its owner or the compliance office to do this."))
    return fresh


def _allow(task: Task, *, by: Actor, by_name: bool) -> None:
    if by_name and is_named(task, by):
        return
    if not check.can(by, EDIT, task.unit):
        check.require(by, VIEW, task.unit)
        if by.token is not None and EDIT.value not in by.token.scopes:
            # What its account may do as an owner is not what a token that only reads was issued for.
            raise Denied(
                _("This token lacks the scope “%(scope)s”.") % {"scope": EDIT.value},
                fix=_("Issue a token with this scope."),
            )
        if not is_owner(task, by):
            raise Denied(_("This task is not yours."), fix=_("Ask its owner or the compliance office to do this."))


def require_mine(task: Task, *, by: Actor) -> None:
    """Refuse early whoever could not put files to it: before they are stored."""
    _allow(task, by=by, by_name=True)
    _refuse_closed(task)
    _refuse_self_closing(task)


def is_owner(task: Task, by: Actor) -> bool:
    """Is the actor the one to whom the task was handed, or a holder of its office?"""
    if by.user is None:
        return False
    if task.owner is not None:
        return bool(task.owner.user_id == by.user_id)
    found = owners.Offices([task.unit_id], on=clock.today()).answerable(task.unit_id, task.role)
    return by.user_id in found.users or any(holder.user_id == by.user_id for holder in found.people)


def is_named(task: Task, by: Actor) -> bool:
    """Was the task handed to the actor by name? A token acts with its scopes only, never as the person behind it."""
    return by.user is not None and by.token is None and task.owner is not None and task.owner.user_id == by.user_id


def _locked(task: Task, version: int, *, given: Mapping[str, object]) -> Task:
    fresh = Task.objects.select_for_update(of=("self",)).select_related("unit", "owner").get(pk=task.pk)
    if fresh.version != version:
        problem = Conflict(
            _("The task “%(title)s” was changed in the meantime; your change was not saved.") % {"title": fresh.title},
            fix=_("Look at it again, then decide."),
            code="task.conflict",
        )
        problem.data = {
            "version": fresh.version,
            "at": fresh.recorded_at.isoformat(),
            "current": {name: _json(value) for name, value in content.of_task(fresh).items()},
            "yours": dict(given),
        }
        raise problem
    return fresh


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _refuse_closed(task: Task) -> None:
    if task.status != TaskStatus.OPEN:
        raise Conflict(
            _("The task “%(title)s” is closed already.") % {"title": task.title},
            fix=_("Open it again first, if that was wrong."),
            code="task.closed",
        )


def _open(task: Task) -> None:
    task.status, task.done_on, task.done_by, task.done_how = TaskStatus.OPEN, None, "", ""
    task.register, task.record_uid, task.files = "", None, []


def _save(task: Task, *names: str) -> None:
    task.version, task.recorded_at = task.version + 1, clock.now()
    task.save(update_fields=[*names, "version", "recorded_at"])


def _record(
    task: Task,
    action: Action,
    *,
    by: Actor,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    about: Mapping[str, object] | None = None,
    happened_on: date | None = None,
) -> None:
    told: dict[str, Any] = content.of_task(task)
    if before:
        told["before"] = dict(before)
    if about:
        told["about"] = dict(about)
    trail.record(
        action,
        by=by,
        unit=task.unit,
        object_type="task",
        object_id=str(task.uid),
        object_version=task.version,
        title=task.title,
        content=told,
        reason=reason,
        happened_on=happened_on,
    )


def _lock_all(task_ids: Iterable[int], status: str) -> list[Task]:
    rows = Task.objects.select_for_update(of=("self",)).filter(pk__in=list(task_ids), status=status)
    return list(rows.select_related("unit", "owner").order_by("pk"))


def _save_all(
    tasks: Sequence[Task], action: Action, *, by: Actor, step: str, before: Mapping[str, object], reason: str = ""
) -> None:
    now = clock.now()
    for task in tasks:
        task.version, task.recorded_at = task.version + 1, now
    Task.objects.bulk_update(tasks, [*_CLOSING, "version", "recorded_at"], batch_size=100)
    if len(tasks) > _SINGLY:
        making.record(tasks, action, by=by, reason=reason, step=step)
        return
    for task in tasks:
        on = task.done_on if action == Action.TASK_DONE else None
        _record(task, action, by=by, reason=reason, before=before, about={"step": step}, happened_on=on)


def _tell(task: Task, person: Person, *, by: Actor) -> None:
    """Put the task into the inbox of the account to which it was handed; by name it is seen with any role."""
    user = person.user_id
    if user is None or user == by.user_id:
        return
    notice = Notice(user_id=user, task=task, step=Step.HANDED, days=task.version, made_at=clock.now())
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
