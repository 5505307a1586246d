"""Records close tasks: a task is done when the records of its period prove what its requirement asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from guiju.access.actor import system
from guiju.jobs import backend
from guiju.lib import clock, period
from guiju.lib.errors import Problem
from guiju.lib.period import Period
from guiju.posture import engine, reading, standing, wiring
from guiju.posture.evidence.base import UnitFacts
from guiju.posture.facts import Row
from guiju.posture.models import LETTERS, Adoption, Judgement, Standing, Status
from guiju.posture.programme import Rule, in_month
from guiju.posture.wiring import Instance, Wired
from guiju.registers import spec
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.workflow import actions as workflow
from guiju.workflow.actions import Proof
from guiju.workflow.models import DoneHow, Task, TaskSource, TaskStatus

CHUNK = 250
_DAY = timedelta(days=1)
_HOUSE = system("guiju")


class Window(NamedTuple):
    """The days on which a record counts for one period."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Does the day lie within?"""
        return day is not None and self.first <= day <= self.last


def window(its: Period, when: Rule) -> Window:
    """The period itself; what is due some months after it is done in the last of those months, until the next one's."""

    def first(of: Period) -> date:
        return in_month(of.end.year, of.end.month + when.after, 1) if when.after else of.start

    return Window(first(its), first(its.next) - _DAY)


# --- when -----------------------------------------------------------------------------------------------------------


def on_rows_changed(changes: Sequence[Change]) -> None:
    """Rows of registers changed: tasks that they prove are closed, those that they proved no longer are opened."""
    if engine._is_deferred.get():
        return
    fed = {name: {fact.relation for fact in spec.get(name).facts} for name in {change.register for change in changes}}
    relations = frozenset(relation for each in fed.values() for relation in each)
    units = {change.unit_id for change in changes if fed[change.register]}
    if not units:
        return
    entities = set(engine._entities(units).values())
    touched = {UUID(str(change.before["uid"])) for change in changes if change.before is not None}
    if not _concerned(entities, touched).exists():
        return
    if len(changes) >= engine.BATCH:
        _later(entities)
    else:
        settle(entities, relations=relations, touched=touched)


def _later(entities: Iterable[int]) -> None:
    """A part of a large import: looked at once, after the commit, by a job that no crash loses."""
    from guiju.posture import tasks

    ids = sorted(entities)
    key = f"posture.settle:{','.join(map(str, ids[:12]))}:{len(ids)}"[:160]
    backend.enqueue(tasks.settle, title="posture.settle", unique_key=key, unit_ids=ids)


def _concerned(entities: Iterable[int] | None, touched: Iterable[UUID] = ()) -> Any:
    """Open tasks of documents, and those closed by one of these records."""
    wanted = Q(status=TaskStatus.OPEN)
    uids = list(touched)
    if uids:
        wanted |= Q(status=TaskStatus.DONE, done_how=DoneHow.RECORD, record_uid__in=uids)
    rows = Task.objects.filter(wanted, source=TaskSource.REQUIREMENT, adoption_uid__isnull=False)
    return rows if entities is None else rows.filter(unit_id__in=list(entities))


def settle(
    unit_ids: Iterable[int] | None = None,
    *,
    on: date | None = None,
    relations: frozenset[str] | None = None,
    touched: Iterable[UUID] = (),
) -> int:
    """Close the tasks of legal entities (all, when none are named) that records prove; returns how many.

    `relations` narrows it to requirements whose tests read them, `touched` names records that changed or are gone.
    """
    day, uids = on or clock.today(), list(touched)
    found = _concerned(unit_ids, uids).order_by().values_list("unit_id", flat=True).distinct()
    units = iter(sorted(set(found)))
    closed = 0
    while chunk := list(islice(units, CHUNK)):
        with transaction.atomic():
            closed += _settle(chunk, day, relations, uids)
    return closed


# --- one pass -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Case:
    """A task with the requirement behind it, or those it covers; `letters` is how the unit stands to the pack."""

    task: Task
    row: Wired
    instances: Mapping[int, Instance]
    parts: tuple[Wired, ...] = ()
    letters: str = ""

    @property
    def asked(self) -> tuple[int, ...]:
        """The test instances behind it."""
        return tuple(pk for part in self.parts or (self.row,) for pk in part.instances)

    @property
    def reads(self) -> frozenset[str]:
        """The relations they read."""
        return frozenset(relation for pk in self.asked for relation in self.instances[pk].reads)

    @property
    def is_whole(self) -> bool:
        """All it covers is met, as far as it applies."""
        found = {self.letters[part.at] for part in self.parts if part.at < len(self.letters)}
        return LETTERS[Status.MET] in found and found <= {LETTERS[Status.MET], LETTERS[Status.NA]}


def _settle(unit_ids: list[int], on: date, relations: frozenset[str] | None, touched: list[UUID]) -> int:
    cases = [
        case
        for case in _cases(list(_concerned(unit_ids, touched)))
        if relations is None or not relations.isdisjoint(case.reads)
    ]
    # Most of what is asked in parts is not whole yet, and needs no look at records to say so.
    cases = [case for case in cases if not case.parts or case.is_whole or case.task.status == TaskStatus.DONE]
    if not cases:
        return 0
    facts = _facts(cases, on)
    judged = standing.judged(unit_ids, on=on) if relations is None else {}
    proofs: list[Proof] = []
    gone: list[Task] = []
    for case in cases:
        proof = _proof(case, facts[case.task.unit_id], on)
        if proof is None and not case.task.period:
            proof = _said(case.task, judged.get(case.task.unit_id, {}).get(case.row.pk))
        if case.task.status == TaskStatus.DONE:
            if proof is None or proof.uid != case.task.record_uid:
                gone.append(case.task)
            else:
                continue
        if proof is not None:
            proofs.append(proof)
    if gone:
        with translation.override(settings.LANGUAGE_CODE):
            reason = _("The record that proved it was removed or shows it no longer.")
        workflow.unprove(gone, by=_HOUSE, reason=reason)
    return workflow.prove(_signed(proofs), by=_HOUSE) if proofs else 0


def _cases(tasks: Sequence[Task]) -> list[_Case]:
    """Tasks whose requirement is still there."""
    uids = {task.adoption_uid for task in tasks if task.adoption_uid is not None}
    packs: dict[UUID, int] = dict(Adoption.objects.filter(uid__in=uids).values_list("uid", "pack_id"))
    wirings = wiring.of(packs.values())
    letters: dict[tuple[int, int], str] = {}
    if any(row.covers for each in wirings.values() for row in each.requirements):
        units = {task.unit_id for task in tasks}
        rows = Standing.objects.filter(unit_id__in=units, pack_id__in=set(packs.values()))
        letters = {(unit, pack): held for unit, pack, held in rows.values_list("unit_id", "pack_id", "statuses")}
    found = []
    for task in tasks:
        wired = wirings.get(packs.get(task.adoption_uid, 0)) if task.adoption_uid else None
        row = wired.by_code.get(task.code) if wired is not None else None
        if wired is not None and row is not None and row.when is not None:
            parts = tuple(wired.by_code[code] for code in row.covers if code in wired.by_code)
            found.append(_Case(task, row, wired.instances, parts, letters.get((task.unit_id, wired.pack_id), "")))
    return found


def _facts(cases: Sequence[_Case], on: date) -> dict[int, UnitFacts]:
    relations = sorted({relation for case in cases for relation in case.reads})
    people = any(case.instances[pk].test.counts_people for case in cases for pk in case.asked)
    units = sorted({case.task.unit_id for case in cases})
    return reading.read(units, relations, on=on, people=people, titles=True)


def _proof(case: _Case, facts: UnitFacts, on: date) -> Proof | None:
    """Of a period: in every place of its tests a row that counts within it. Once: the requirement is met.

    A task that covers several is proved once all of them are met, by the newest row that counts for one of them.
    """
    if case.parts:
        return _of_parts(case, facts, on)
    if not case.row.places:
        return None
    rows = _of_period(case, facts, on) if case.task.period else _of_once(case, facts, on)
    if not rows:
        return None
    last = max(rows, key=lambda row: (row.on or on, row.entry_id))
    return Proof(case.task, last.register, last.uid, min(last.on or on, on), "")


def _of_parts(case: _Case, facts: UnitFacts, on: date) -> Proof | None:
    if not case.is_whole:
        return None
    seen = (
        item.row
        for pk in case.asked
        for item in case.instances[pk].test.look(facts, on, case.instances[pk].params)
        if not item.why
    )
    last = max(seen, key=lambda row: (row.on or date.min, row.entry_id), default=None)
    if last is None:
        return Proof(case.task, "", None, on, _HOUSE.name)
    return Proof(case.task, last.register, last.uid, min(last.on or on, on), "")


def _of_period(case: _Case, facts: UnitFacts, on: date) -> list[Row]:
    """The earliest row of each place; none at all when one place has none."""
    assert case.row.when is not None
    its = period.parse(case.task.period)
    found: list[Row] = []
    for place in case.row.places:
        rows = [row for pk in place for row in _counted(case.instances[pk], facts, on, its, case.row.when)]
        if not rows:
            return []
        found.append(min(rows, key=lambda row: (row.on or on, row.entry_id)))
    return found


def _counted(instance: Instance, facts: UnitFacts, on: date, its: Period, when: Rule) -> Iterator[Row]:
    """The rows that count for the period, looked at today and, where it is over, on its last day."""
    span = window(its, when)
    day_of = getattr(instance.test, "day", None)
    for day in dict.fromkeys((on, min(on, span.last))):
        for item in instance.test.look(facts, day, instance.params):
            if item.why:
                continue
            happened = (day_of(item.row) if day_of is not None else None) or item.row.on
            if happened is not None and happened > on:
                continue
            named = _period_of(item.row)
            if named == its if named is not None and named.kind == its.kind else span.holds(happened):
                yield item.row


def _period_of(row: Row) -> Period | None:
    """The period that a row itself says it is for."""
    written = getattr(row, "period", "")
    if not written:
        return None
    try:
        return period.parse(str(written))
    except Problem:
        return None


def _of_once(case: _Case, facts: UnitFacts, on: date) -> list[Row]:
    """The newest row of each place, if all tests together are met."""
    measured = {
        pk: Status(one.test.status(one.test.measure(facts, on, one.params), one.params))
        for pk in case.row.instances
        for one in (case.instances[pk],)
    }
    met = standing.together(standing.either(measured[pk] for pk in place) for place in case.row.places)
    if met != Status.MET:
        return []
    found: list[Row] = []
    for place in case.row.places:
        rows = [
            item.row
            for pk in place
            if measured[pk] == Status.MET
            for item in case.instances[pk].test.look(facts, on, case.instances[pk].params)
            if not item.why
        ]
        found += sorted(rows, key=lambda row: (row.on or date.min, row.entry_id))[-1:]
    return found


def _said(task: Task, judgement: Judgement | None) -> Proof | None:
    """A person judged the requirement as met."""
    if judgement is None or judgement.status != Status.MET:
        return None
    return Proof(task, "", None, judgement.on, judgement.by)


def _signed(proofs: Sequence[Proof]) -> list[Proof]:
    """With the name of whoever recorded the row."""
    uids = [proof.uid for proof in proofs if proof.uid is not None]
    names: dict[UUID, str] = dict(Entry.objects.filter(uid__in=uids).values_list("uid", "recorded_by"))
    return [
        Proof(proof.task, proof.register, proof.uid, proof.on, proof.by or names.get(proof.uid or UUID(int=0), ""))
        for proof in proofs
    ]
