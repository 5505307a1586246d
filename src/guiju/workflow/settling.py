"""One open task behind each row of a register, following its state, owner and deadline.

Inside the transaction of every change of a row; a constant number of queries however many change together. A task
that was handed over by hand stays where it is until the row itself is given to somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access.actor import system
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestors
from guiju.registers.changes import Change
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.workflow import actions, days, duties, making
from guiju.workflow.actions import Proof
from guiju.workflow.duties import Duty
from guiju.workflow.models import Task, TaskStatus

HOUSE = system("guiju")
OTHER = _n("Somebody else answers for it now.")
GONE = _n("The record behind it was removed.")
#: Shown from the day it is known: whoever has to do it does not wait for the last weeks.
LEAD = 500
_LANGUAGES = (settings.LANGUAGE_CODE, "en")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The one task that a row asks for as it stands; `kept_day` stays with the day it was first due."""

    kind: str
    role: str
    owner: int | None
    due_on: date
    note: str = ""
    kept_day: bool = False


class Settling:
    """Some changes of one register, with what is known of their tasks, people and units."""

    about: ClassVar[str]
    register: ClassVar[str]
    #: Kind of task -> msgid of its title, with %(title)s.
    titles: ClassVar[Mapping[str, str]]
    #: Kind of task -> the column of the row that names who has it.
    holders: ClassVar[Mapping[str, str]]

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = changes
        rows = [change.after for change in changes if change.after is not None]
        ids = {row[name] for row in rows for name in ("unit_id", "department_id") if row[name]}
        self.units = Unit.objects.in_bulk(ids) if ids else {}
        self.open = self._open_tasks()
        self.calendars = days.Calendars()
        self.calendars.load({unit.root_id or unit.pk for unit in self.units.values()})
        self.asked: list[tuple[str, Change, Wanted, Task | None]] = []
        self.proofs: list[Proof] = []
        self.ended: dict[str, list[int]] = {}

    def wanted(self, change: Change) -> Wanted | None:
        """What the row asks for now."""
        raise TypeError("each register says what its rows ask for")

    def dropped(self, change: Change) -> str:
        """Why nothing is to be done although it was not done (msgid); empty where it was done."""
        return ""

    def run(self) -> None:
        """Close what is done or gone, make what is new, move what has moved."""
        for change in self.changes:
            self._settle(change)
        if self.proofs:
            actions.prove(self.proofs, by=HOUSE)
        for reason, tasks in self.ended.items():
            actions.end(tasks, by=HOUSE, reason=house(reason), status=TaskStatus.WAIVED)
        if self.asked:
            owners = {one.owner for _key, _change, one, _held in self.asked if one.owner}
            people = Person.objects.in_bulk(owners) if owners else {}
            duties.ensure(
                [self._duty(key, change, one, held, people) for key, change, one, held in self.asked], by=HOUSE
            )

    def _open_tasks(self) -> dict[str, list[Task]]:
        known = [UUID(change.uid) for change in self.changes if change.before is not None]
        found: dict[str, list[Task]] = {}
        if known:
            for task in Task.objects.filter(about=self.about, about_uid__in=known, status=TaskStatus.OPEN):
                found.setdefault(str(task.about_uid), []).append(task)
        return found

    def _settle(self, change: Change) -> None:
        wanted = self.wanted(change)
        kept: Task | None = None
        for task in self.open.get(change.uid, []):
            if wanted is not None and kept is None and _kind(task) == wanted.kind and not self._moved(change, wanted):
                kept = task
            else:
                self._close(task, change)
        if wanted is not None and change.after is not None:
            key = kept.key if kept else f"{self.about}:{change.uid}:{wanted.kind}:{change.after['version']}"
            self.asked.append((key, change, wanted, kept))

    def _moved(self, change: Change, wanted: Wanted) -> bool:
        """Has the row been given to somebody else?"""
        before, after = change.before, change.after
        if before is None or after is None:
            return False
        return any(before[name] != after[name] for name in (self.holders[wanted.kind], "department_id"))

    def _close(self, task: Task, change: Change) -> None:
        """Done where the row has gone on; not needed where somebody else has it now or it is gone."""
        before, after = change.before, change.after
        if after is None:
            self.ended.setdefault(GONE, []).append(task.pk)
        elif before is None or before["status"] == after["status"]:
            self.ended.setdefault(OTHER, []).append(task.pk)
        elif why := self.dropped(change):
            self.ended.setdefault(why, []).append(task.pk)
        else:
            day = after["done_on"] or clock.today()
            self.proofs.append(
                Proof(task, self.register, UUID(change.uid), min(day, clock.today()), after["recorded_by"])
            )

    def _duty(self, key: str, change: Change, wanted: Wanted, held: Task | None, people: Mapping[int, Person]) -> Duty:
        assert change.after is not None
        title, title_en = (said(self.titles[wanted.kind], lang, title=change.after["title"]) for lang in _LANGUAGES)
        return Duty(
            key=key,
            unit=self._place(change.after, wanted),
            title=title,
            title_en=title_en,
            due_on=held.due_on if held is not None and wanted.kept_day else wanted.due_on,
            starts_on=held.starts_on if held is not None else None,
            role=held.role if held is not None else wanted.role,
            about=self.about,
            about_uid=UUID(change.uid),
            owner=people.get(wanted.owner) if wanted.owner else None,
            note=self._note(held) if held is not None else wanted.note,
            lead=LEAD,
        )

    def _place(self, row: Mapping[str, Any], wanted: Wanted) -> Unit:
        """The owner's department where the row names one of its unit: whoever sees only that finds the task there.

        What an office of the company has to do stands with the company, among what else the office has to do.
        """
        unit, department = self.units[row["unit_id"]], self.units.get(row["department_id"] or 0)
        if wanted.owner is None and wanted.role != Role.DEPARTMENT_OFFICER:
            return company(unit)
        return department if department is not None and department.path.startswith(unit.path) else unit

    def _note(self, held: Task) -> str:
        """What the task says of itself, without what is said of a deadline on a rest day."""
        told = making.rest_day_note(held.due_on, self.calendars.of(held.root_id))
        return held.note.removesuffix(told).strip() if told else held.note


def company(unit: Unit) -> Unit:
    """Where the offices above a department are held: what its officer enters stands in the department itself."""
    if unit.kind not in DEPARTMENT_KINDS:
        return unit
    return ancestors(unit).exclude(kind__in=DEPARTMENT_KINDS).last() or unit


def matters(change: Change, names: Sequence[str]) -> bool:
    """Does the change touch anything that a task shows?"""
    before, after = change.before, change.after
    return before is None or after is None or any(before[name] != after[name] for name in names)


def said(msgid: str, lang: str, **words: str) -> str:
    """A sentence in one language."""
    with translation.override(lang):
        return _(msgid) % words


def house(msgid: str, **words: str) -> str:
    """A sentence in the house's language, as tasks keep it."""
    return said(msgid, settings.LANGUAGE_CODE, **words)


def _kind(task: Task) -> str:
    return task.key.split(":")[2]
