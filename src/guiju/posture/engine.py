"""Keeping answers, standings and roll-up true: after each change, each night, or from nothing."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, Q

from guiju.lib import clock
from guiju.org.enums import UnitKind
from guiju.org.models import Unit, UnitAttribute
from guiju.org.tree import ancestor_paths
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import reading, rollup, standing, wiring
from guiju.posture.evidence.base import Outcome, UnitFacts
from guiju.posture.models import Adoption, Judgement, Standing, Status, UnitAnswers
from guiju.posture.standing import Circumstances
from guiju.posture.wiring import Instance, Wiring
from guiju.registers import spec
from guiju.registers.changes import Change

CHUNK = 250
#: This many rows at once are part of a large import.
BATCH = 1000
_waiting = threading.local()
Answer = dict[str, Any]


@dataclass(slots=True)
class _Unit:
    """One legal entity on its way through the engine."""

    pk: int
    path: str
    packs: list[int]
    held: dict[str, Answer]
    until: date | None
    standings: dict[int, Standing]


_is_deferred: ContextVar[bool] = ContextVar("posture_is_deferred", default=False)


@contextmanager
def deferred() -> Iterator[None]:
    """Nothing is asked again inside; whoever defers (a demonstration, a restore) calls `full` afterwards."""
    token = _is_deferred.set(True)
    try:
        yield
    finally:
        _is_deferred.reset(token)


# --- what changed ---------------------------------------------------------------------------------------------------


def on_rows_changed(changes: Sequence[Change]) -> None:
    """Rows of registers changed: only the tests that read what these registers feed are asked again."""
    if _is_deferred.get():
        return
    relations: dict[int, set[str]] = {}
    for unit, register in {(change.unit_id, change.register) for change in changes}:
        fed = {fact.relation for fact in spec.get(register).facts}
        if fed:
            relations.setdefault(unit, set()).update(fed)
    if not relations:
        return
    home = _entities(relations)
    by_entity: dict[int, set[str]] = {}
    for unit, fed in relations.items():
        if unit in home:
            by_entity.setdefault(home[unit], set()).update(fed)
    if len(changes) >= BATCH:
        _later(by_entity)
        return
    alike: dict[frozenset[str], list[int]] = {}
    for entity, fed in by_entity.items():
        alike.setdefault(frozenset(fed), []).append(entity)
    for fed_relations, entities in alike.items():
        refresh(entities, relations=fed_relations)


def _later(entities: Iterable[int]) -> None:
    """A part of a large import: asked again once after the commit, not once per part.

    Until then the answers are marked as no longer true, so that the nightly run finds them if this process dies.
    """
    ids = set(entities)
    UnitAnswers.objects.filter(unit_id__in=ids).update(valid_until=clock.today() - timedelta(days=1))
    waiting: set[int] = _waiting.__dict__.setdefault("units", set())
    waiting |= ids
    transaction.on_commit(_settle)


def _settle() -> None:
    """Ask again what large imports left waiting; the first callback does it for all."""
    waiting: set[int] = _waiting.__dict__.setdefault("units", set())
    ids = sorted(waiting)
    waiting.clear()
    refresh(ids)


def on_units_changed(unit_ids: frozenset[int]) -> None:
    """Units, their place, people or attributes changed: everything about them is looked at again."""
    if _is_deferred.get():
        return
    with transaction.atomic():
        if len(unit_ids) > 1:
            rollup.hold(alone=True)
        home = _entities(unit_ids)
        refresh(set(home.values()))
        if len(unit_ids) > 1:
            rollup.rebuild(unit_ids)


def on_packs_loaded(packs: Sequence[Pack]) -> None:
    """Packs were loaded: their tests are wired, and whoever answers to them is looked at again."""
    with transaction.atomic():
        for pack in packs:
            wiring.wire(pack)
        wiring.forget()
        if any(pack.registers.exists() for pack in packs):
            rollup.hold(alone=True)
            full()
        else:
            adopters = Adoption.objects.filter(pack__in=packs).values_list("unit_id", flat=True).distinct()
            refresh(adopters)


def _entities(unit_ids: Iterable[int]) -> dict[int, int]:
    """Unit -> the legal entity it belongs to (itself, or the nearest company above); others are left out."""
    found: dict[int, int] = {}
    lower: dict[int, str] = {}
    for pk, path, kind in Unit.objects.filter(pk__in=list(unit_ids)).values_list("pk", "path", "kind"):
        if kind == UnitKind.COMPANY:
            found[pk] = pk
        elif kind in {UnitKind.BRANCH, UnitKind.DEPARTMENT}:
            lower[pk] = path
    if lower:
        above = {step for path in lower.values() for step in ancestor_paths(path)}
        companies = dict(Unit.objects.filter(path__in=above, kind=UnitKind.COMPANY).values_list("path", "pk"))
        for pk, path in lower.items():
            nearest = next((step for step in reversed(ancestor_paths(path)) if step in companies), None)
            if nearest is not None:
                found[pk] = companies[nearest]
    return found


def entity_of(unit_id: int) -> int | None:
    """The legal entity a unit's records count for."""
    return _entities([unit_id]).get(unit_id)


# --- one pass -------------------------------------------------------------------------------------------------------


def refresh(
    unit_ids: Iterable[int], *, relations: frozenset[str] | None = None, on: date | None = None, count: bool = True
) -> None:
    """Ask the tests of these legal entities again (only those that read `relations`) and count the difference.

    Equal to asking everything again: a test is a function of the facts, so one whose relations did not change
    answers as before. `count` is false when the caller rebuilds the roll-up afterwards.
    """
    if _is_deferred.get():
        return
    day = on or clock.today()
    ids = iter(sorted(set(unit_ids)))
    while chunk := list(islice(ids, CHUNK)):
        with transaction.atomic():
            if count:
                rollup.hold()
            _refresh(chunk, relations, day, count)


def _refresh(unit_ids: list[int], relations: frozenset[str] | None, on: date, count: bool) -> None:
    units = _load(unit_ids, on)
    if not units:
        return
    wirings = wiring.of({pack for unit in units for pack in unit.packs})
    about = standing.circumstances([unit.pk for unit in units if unit.packs], on=on)
    asked = _ask(units, wirings, about, relations, on)
    judged = standing.judged(about, on=on)
    changes: dict[tuple[int, int], tuple[rollup.Vector, rollup.Vector]] = {}
    fresh: list[Standing] = []
    moved: list[Standing] = []
    gone: list[int] = []
    for unit in units:
        statuses = {int(pk): Status(answer["s"]) for pk, answer in unit.held.items()}
        for pack in unit.packs:
            found = standing.read(wirings[pack], about[unit.pk], statuses, judged.get(unit.pk, {}))
            letters = standing.letters(found)
            row = unit.standings.get(pack)
            if row is not None and row.statuses == letters:
                continue
            changes[unit.pk, pack] = (rollup.vector(row.statuses if row else None), rollup.vector(letters))
            if row is None:
                fresh.append(Standing(unit_id=unit.pk, pack_id=pack, statuses=letters, as_of=on))
            else:
                row.statuses, row.as_of = letters, on
                moved.append(row)
        for pack in unit.standings.keys() - set(unit.packs):
            row = unit.standings[pack]
            changes[unit.pk, pack] = (rollup.vector(row.statuses), rollup.NOTHING)
            gone.append(row.pk)
    _store(units, asked, on)
    Standing.objects.filter(pk__in=gone).delete()
    Standing.objects.bulk_create(fresh)
    Standing.objects.bulk_update(moved, ["statuses", "as_of"])
    if count and changes:
        rollup.apply({unit.pk: unit.path for unit in units}, changes)


def _load(unit_ids: list[int], on: date) -> list[_Unit]:
    """The units with the packs they answer to today, held against other writers."""
    adopted: dict[int, list[int]] = {}
    for unit, pack in open_adoptions(on).filter(unit_id__in=unit_ids).values_list("unit_id", "pack_id"):
        adopted.setdefault(unit, []).append(pack)
    held = _lock(unit_ids, adopted, on)
    standings: dict[int, dict[int, Standing]] = {}
    for row in Standing.objects.filter(unit_id__in=unit_ids):
        standings.setdefault(row.unit_id, {})[row.pack_id] = row
    concerned = [pk for pk in unit_ids if pk in adopted or pk in standings or pk in held]
    paths = dict(Unit.objects.filter(pk__in=concerned).values_list("pk", "path")) if concerned else {}
    return [
        _Unit(pk, paths[pk], sorted(adopted.get(pk, [])), *held.get(pk, ({}, None)), standings.get(pk, {}))
        for pk in concerned
    ]


def open_adoptions(on: date) -> Any:
    """The adoptions that hold on a day, of legal entities that still exist."""
    return Adoption.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=on),
        Q(unit__closed_on__isnull=True) | Q(unit__closed_on__gte=on),
        from_on__lte=on,
        unit__kind=UnitKind.COMPANY,
    )


def _lock(
    unit_ids: list[int], adopted: Mapping[int, Any], on: date
) -> dict[int, tuple[dict[str, Answer], date | None]]:
    """Hold the answers of the units: on PostgreSQL two writers of one unit wait for each other here."""
    absent = set(adopted) - set(UnitAnswers.objects.filter(unit_id__in=unit_ids).values_list("unit_id", flat=True))
    UnitAnswers.objects.bulk_create([UnitAnswers(unit_id=pk, as_of=on) for pk in sorted(absent)], ignore_conflicts=True)
    rows = UnitAnswers.objects.filter(unit_id__in=unit_ids).order_by("unit_id")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return {row.unit_id: (row.answers, row.valid_until) for row in rows}


def _ask(
    units: list[_Unit],
    wirings: Mapping[int, Wiring],
    about: Mapping[int, Circumstances],
    relations: frozenset[str] | None,
    on: date,
) -> set[int]:
    """Ask what must be asked and put the answers into `held`; returns the units whose answers changed."""
    instances = {pk: instance for each in wirings.values() for pk, instance in each.instances.items()}
    questions: dict[int, list[Instance]] = {}
    changed: set[int] = set()
    for unit in units:
        wanted = {pk for pack in unit.packs for pk in standing.profile(wirings[pack], about[unit.pk]).instances}
        stale = [pk for pk in unit.held if int(pk) not in wanted]
        for pk in stale:
            del unit.held[pk]
        if stale:
            changed.add(unit.pk)
        questions[unit.pk] = [
            instances[pk]
            for pk in wanted
            if relations is None or str(pk) not in unit.held or instances[pk].reads & relations
        ]
    facts = _facts(questions, about, on)
    nothing: dict[int, Answer] = {}
    for unit in units:
        for instance in questions[unit.pk]:
            answer = _answer(instance, facts[unit.pk], on, nothing)
            if unit.held.get(str(instance.pk)) != answer:
                unit.held[str(instance.pk)] = answer
                changed.add(unit.pk)
    return changed


def _facts(
    questions: Mapping[int, Sequence[Instance]], about: Mapping[int, Circumstances], on: date
) -> dict[int, UnitFacts]:
    asked = {instance.pk: instance for each in questions.values() for instance in each}.values()
    relations = sorted({relation for instance in asked for relation in instance.reads})
    people = any(instance.test.counts_people for instance in asked)
    entities = [pk for pk, each in questions.items() if each]
    attributes = {pk: about[pk].attributes for pk in entities}
    return reading.read(entities, relations, on=on, people=people, attributes=attributes)


def _answer(instance: Instance, facts: UnitFacts, on: date, nothing: dict[int, Answer]) -> Answer:
    """One answer; units without any row of what the test reads share it."""
    if instance.test.counts_people or not instance.reads.isdisjoint(facts.rows):
        return ask(instance, facts, on)
    if instance.pk not in nothing:
        nothing[instance.pk] = ask(instance, facts, on)
    return nothing[instance.pk]


def ask(instance: Instance, facts: UnitFacts, on: date) -> Answer:
    """One unit's answer, as it is stored."""
    return to_answer(instance, instance.test.measure(facts, on, instance.params))


def to_answer(instance: Instance, outcome: Outcome) -> Answer:
    """An outcome as JSON."""
    return {
        "n": outcome.n,
        "ok": outcome.ok,
        "s": instance.test.status(outcome, instance.params).value,
        "on": outcome.latest_on.isoformat() if outcome.latest_on else None,
        "until": outcome.valid_until.isoformat() if outcome.valid_until else None,
        "f": outcome.figure,
    }


def to_outcome(answer: Answer) -> Outcome:
    """The stored form back."""
    return Outcome(
        answer["n"],
        answer["ok"],
        date.fromisoformat(answer["on"]) if answer["on"] else None,
        answer["f"],
        date.fromisoformat(answer["until"]) if answer["until"] else None,
    )


def _store(units: list[_Unit], changed: set[int], on: date) -> None:
    rows = []
    for unit in units:
        first = min((answer["until"] for answer in unit.held.values() if answer["until"]), default=None)
        until = date.fromisoformat(first) if first else None
        if unit.packs and (unit.pk in changed or until != unit.until):
            rows.append(UnitAnswers(unit_id=unit.pk, answers=unit.held, valid_until=until, as_of=on))
    UnitAnswers.objects.bulk_update(rows, ["answers", "valid_until", "as_of"], batch_size=100)
    UnitAnswers.objects.filter(unit_id__in=[unit.pk for unit in units if not unit.packs]).delete()


# --- each night, and from nothing -----------------------------------------------------------------------------------


def nightly(on: date | None = None) -> int:
    """Look again at the units whose answers, attributes, judgements or adoptions changed with the calendar alone."""
    day = on or clock.today()
    due = set(UnitAnswers.objects.filter(valid_until__lt=day).values_list("unit_id", flat=True))
    due |= set(_turned(day))
    refresh(due, on=day)
    UnitAnswers.objects.filter(as_of__lt=day).update(as_of=day)
    return len(due)


def _turned(on: date) -> Iterator[int]:
    """Units with a date of their own since the last night."""
    since = UnitAnswers.objects.aggregate(first=Min("as_of"))["first"]
    began = open_adoptions(on).exclude(unit_id__in=UnitAnswers.objects.values("unit_id"))
    yield from began.values_list("unit_id", flat=True)
    if since is None:
        return
    if any(since.isoformat() < str(table["from_on"]) <= on.isoformat() for table in catalogue.size_tables()):
        yield from UnitAnswers.objects.values_list("unit_id", flat=True)
    between = Q(from_on__gt=since, from_on__lte=on) | Q(to_on__gte=since, to_on__lt=on)
    yield from UnitAttribute.objects.filter(between).values_list("unit_id", flat=True)
    yield from Adoption.objects.filter(between).values_list("unit_id", flat=True)
    yield from Unit.objects.filter(closed_on__gte=since, closed_on__lt=on).values_list("pk", flat=True)
    spans = Q(on__gt=since, on__lte=on) | Q(expires_on__gte=since, expires_on__lt=on)
    yield from Judgement.objects.filter(spans, superseded_at__isnull=True).values_list("unit_id", flat=True)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Hundreds of thousands of short-lived rows hold no cycles: looking for them costs a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def full(*, on: date | None = None, progress: Callable[[int, int], None] | None = None) -> int:
    """Everything from nothing; returns the number of legal entities looked at."""
    day = on or clock.today()
    wiring.forget()
    ids = sorted(
        set(open_adoptions(day).values_list("unit_id", flat=True))
        | set(Standing.objects.values_list("unit_id", flat=True))
        | set(UnitAnswers.objects.values_list("unit_id", flat=True))
    )
    with _no_collector():
        for start in range(0, len(ids), CHUNK):
            refresh(ids[start : start + CHUNK], on=day, count=False)
            if progress is not None:
                progress(min(start + CHUNK, len(ids)), len(ids))
    rollup.rebuild_all()
    return len(ids)
