"""Tasks follow meetings, items and opinions: done when it happened, dropped when it will not."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_noop as _n

from guiju.governance.meetings.agenda import ask_opinions, opinion_key
from guiju.governance.meetings.terms import (
    ABOUT_ITEM,
    ABOUT_MEETING,
    CANCELLED,
    DECIDED,
    ITEMS,
    MEETINGS,
    OPINIONS,
    PLANNED,
    TOOK_PLACE,
)
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.workflow import duties
from guiju.workflow.duties import Duty
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.settling import HOUSE, LEAD, house

_CANCELLED = _n("The meeting was cancelled.")
_DECIDED = _n("It was decided without this opinion.")


def on_rows(changes: Sequence[Change]) -> None:
    """Rows of the registers of this part were written."""
    for change in changes:
        if change.register == MEETINGS:
            _meeting(change)
        elif change.register == OPINIONS:
            _opinion(change)
        elif change.register == ITEMS:
            _item(change)


def _meeting(change: Change) -> None:
    before, after = change.before, change.after
    if before is None or before["status"] != PLANNED:
        return
    state = after["status"] if after is not None else CANCELLED
    moved = after is not None and state == PLANNED and before["on"] != after["on"]
    if state == PLANNED and not moved:
        return
    tasks = list(_open(ABOUT_MEETING, change.uid))
    if moved and after is not None:
        duties.ensure([_again(task, after["on"]) for task in tasks], by=HOUSE)
    elif state in TOOK_PLACE:
        duties.close([task.key for task in tasks], by=HOUSE, register=MEETINGS, uid=UUID(change.uid))
    else:
        duties.drop([task.key for task in tasks], by=HOUSE, reason=house(_CANCELLED))


def _again(task: Task, on: object) -> Duty:
    """The same task on another day."""
    assert task.about_uid is not None
    return Duty(
        key=task.key, unit=task.unit, title=task.title, title_en=task.title_en, due_on=on,  # type: ignore[arg-type]
        starts_on=task.starts_on, role=task.role, owner=task.owner, about=task.about, about_uid=task.about_uid,
        note=task.note, lead=LEAD,
    )  # fmt: skip


def _opinion(change: Change) -> None:
    """An opinion that names its item and its person closes that person's task."""
    row = change.after
    if row is None or row["ref_2"] is None or row["person_id"] is None:
        return
    if change.before is None or change.before["ref_2"] != row["ref_2"] or change.before["kind"] != row["kind"]:
        key = opinion_key(row["ref_2"], row["kind"], row["person_id"])
        duties.close([key], by=HOUSE, register=OPINIONS, uid=UUID(change.uid))


def _item(change: Change) -> None:
    """A major item asks for opinions as soon as it stands on an agenda; once it is decided it asks for none any more."""
    row, before = change.after, change.before
    if row is None or row["level"] in DECIDED:
        # Only what stood undecided on an agenda can have asked anybody.
        if before is not None and before["level"] not in DECIDED:
            keys = [task.key for task in _open(ABOUT_ITEM, change.uid)]
            if keys:
                duties.drop(keys, by=HOUSE, reason=house(_DECIDED))
    elif row["flag_1"] and (before is None or not before["flag_1"]):
        item = Entry.objects.select_related("unit").get(uid=change.uid)
        meeting = Entry.objects.filter(uid=item.ref_1).first() if item.ref_1 else None
        if meeting is not None and meeting.status != CANCELLED:
            ask_opinions(item=item, meeting=meeting, by=HOUSE)


def _open(about: str, uid: str) -> list[Task]:
    rows = Task.objects.filter(about=about, about_uid=UUID(uid), status=TaskStatus.OPEN)
    return list(rows.select_related("unit", "owner"))
