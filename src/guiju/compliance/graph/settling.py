"""Settling marks: somebody looked at the record that a change touches and says what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import Outcome
from guiju.compliance.graph import queries
from guiju.compliance.models import Mark
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.workflow import duties
from guiju.workflow.models import Task, TaskStatus

EDIT = Permission.REGISTER_ENTRY_EDIT
#: What the tasks of this part are about.
ABOUT = "mark"
_NOTE, _NAME = 300, 80


@transaction.atomic
def settle(*, mark: Mark, outcome: str, by: Actor, note: str = "", version: int | None = None) -> Mark:
    """Say of one record that it stands, was changed, or is no longer needed."""
    (row,) = _held([mark.uid], by=by)
    _refuse_overtaken([row], {row.uid: version} if version is not None else {})
    _settle([row], outcome, note=note, by=by)
    return row


@transaction.atomic
def settle_many(
    *,
    marks: Iterable[UUID],
    outcome: str,
    by: Actor,
    note: str = "",
    versions: Mapping[UUID, int] | None = None,
) -> int:
    """The same answer for many records; one that cannot be answered so stops all."""
    rows = _held(list(dict.fromkeys(marks)), by=by)
    _refuse_overtaken(rows, versions or {})
    _settle(rows, outcome, note=note, by=by)
    return len(rows)


def _refuse_overtaken(rows: Sequence[Mark], versions: Mapping[UUID, int]) -> None:
    """Who looked before the cause changed again looks again."""
    for row in rows:
        if row.uid in versions and row.version != versions[row.uid]:
            problem = Conflict(
                _("“%(title)s” has changed again since you looked; nothing was saved.") % {"title": row.cause_title},
                fix=_("Look at what has changed, then decide."),
                code="mark.conflict",
            )
            problem.data = {"version": row.version, "current": {"changes": row.changes}}
            raise problem


def _held(uids: Sequence[UUID], *, by: Actor) -> list[Mark]:
    """Open marks of records that the actor may change."""
    for one in queries.marks(by=by).filter(uid__in=uids):
        check.require(by, EDIT, one.unit, one.department)
    rows = list(
        Mark.objects.select_for_update(of=("self",)).select_related("unit", "department").filter(uid__in=uids)
        .order_by("pk")
    )  # fmt: skip
    for row in rows:
        check.require(by, EDIT, row.unit, row.department)
    if len(rows) < len(uids) or any(row.settled_at is not None for row in rows):
        raise Conflict(
            _("Somebody else has settled some of it in the meantime; nothing was saved."),
            fix=_("Look at the list again."),
            code="mark.settled",
        )
    return rows


def _settle(rows: Sequence[Mark], outcome: str, *, note: str, by: Actor) -> None:
    if outcome not in Outcome.values:
        raise Problem(
            "mark.outcome",
            _("Say what came of it."),
            fix=_("Choose one of: %(options)s.") % {"options": "、".join(str(label) for label in Outcome.labels)},
            where="outcome",
            status=422,
        )
    note = note.strip()
    if outcome == Outcome.ENDED and len(note) < 2:
        raise Problem(
            "mark.note",
            _("Say why it is no longer needed."),
            fix=_("A few words are enough."),
            where="note",
            status=422,
        )
    if outcome == Outcome.CHANGED:
        _refuse_unchanged(rows)
    close(rows, Outcome(outcome), note=note, by=by)


def _refuse_unchanged(rows: Sequence[Mark]) -> None:
    """“Changed” is what the record itself must show."""
    now = {
        uid: (version, title)
        for uid, version, title in Entry.objects.filter(uid__in=[row.target for row in rows]).values_list(
            "uid", "version", "title"
        )
    }
    same = [row for row in rows if now.get(row.target, (row.target_version, ""))[0] <= row.target_version]
    if same:
        raise Problem(
            "mark.unchanged",
            _("The record has not been changed since it was marked."),
            fix=_("Change it first, or say that it is still right."),
            faults=[
                Fault(str(row.uid), now.get(row.target, (0, _("removed")))[1] or row.target_register)
                for row in same[:20]
            ],
            where="outcome",
            status=422,
        )


def close(rows: Collection[Mark], outcome: Outcome, *, note: str, by: Actor) -> None:
    """Write the answer, and close the tasks of which nothing is left to look at."""
    if not rows:
        return
    now = clock.now()
    for row in rows:
        row.outcome, row.note, row.settled_at, row.settled_by = outcome, note[:_NOTE], now, by.name[:_NAME]
        row.version += 1
    Mark.objects.bulk_update(rows, ["outcome", "note", "settled_at", "settled_by", "version"], batch_size=150)
    first = next(iter(rows))
    trail.record_batch(
        Action.MARK_SETTLED, by=by, unit=first.unit, object_type="mark", title=first.cause_title, reason=note[:_NOTE],
        items=((str(row.uid), row.version, content(row)) for row in rows),
    )  # fmt: skip
    _close_tasks({row.task for row in rows if row.task is not None}, by=by)


def _close_tasks(tasks: Collection[UUID], *, by: Actor) -> None:
    waiting = set(Mark.objects.filter(task__in=tasks, settled_at__isnull=True).values_list("task", flat=True))
    done = Task.objects.filter(uid__in=set(tasks) - waiting, status=TaskStatus.OPEN)
    duties.close(list(done.values_list("key", flat=True)), by=by)


def content(row: Mark) -> dict[str, object]:
    """What the trail commits to."""
    return {
        "cause": str(row.cause), "cause_version": row.cause_version, "target": str(row.target),
        "target_version": row.target_version, "outcome": str(row.outcome), "note": row.note,
    }  # fmt: skip


@transaction.atomic
def removed(uids: Collection[UUID], *, by: Actor) -> None:
    """Records were taken out: nothing is to be looked at any more."""
    rows = list(Mark.objects.select_related("unit").filter(target__in=uids, settled_at__isnull=True))
    close(rows, Outcome.ENDED, note=GONE, by=by)


#: Why marks of a record that was taken out are closed; stored, so in the house's language.
GONE = "记录已移出清单"
