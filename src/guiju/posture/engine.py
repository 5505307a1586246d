"""Keeping answers, standings and roll-up true: after each change, each night, or from nothing."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from django.db import connection, transaction
from django.db.models import Min, Q

from guiju.lib import clock
from guiju.org.enums import UnitKind
from guiju.org.models import Unit, UnitAttribute
from guiju.org.tree import ancestor_paths
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import adopted, asking, frozen, lateness, programme, recorded, rollup, standing, wiring
from guiju.posture.adopted import Held
from guiju.posture.asking import Answer
from guiju.posture.models import Adoption, Judgement, Standing, Status, UnitAnswers
from guiju.posture.rollup import Vector
from guiju.posture.standing import Circumstances
from guiju.posture.wiring import Instance, Wiring
from guiju.registers import spec
from guiju.registers.changes import Change

CHUNK = 250
#: This many rows at once are part of a large import.
BATCH = 1000
_waiting = threading.local()


@dataclass(slots=True)
class _Unit:
    """One legal entity on its way through the engine."""

    pk: int
    path: str
    adopted: Held
    held: dict[str, Answer]
    until: date | None
    standings: dict[int, Standing]
    #: The last day on which what is not due yet stays so.
    due: date | None = None

    @property
    def packs(self) -> list[int]:
        """The packs it answers to today, in one order for all."""
        return sorted(self.adopted.live)


@dataclass(slots=True)
class _Turned:
    """The standings of one pass that are to be written, and what they counted before and count now."""

    counts: dict[tuple[int, int], tuple[Vector, Vector]] = field(default_factory=dict)
    fresh: list[Standing] = field(default_factory=list)
    moved: list[Standing] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def put(self, unit: _Unit, pack: int, letters: str, *, on: date, frozen_on: date | None = None) -> None:
        """How the unit stands now."""
        row = unit.standings.get(pack)
        if row is not None and (row.statuses, row.frozen_on) == (letters, frozen_on):
            return
        self.counts[unit.pk, pack] = (rollup.vector(row.statuses if row else None), rollup.vector(letters))
        if row is None:
            self.fresh.append(Standing(unit_id=unit.pk, pack_id=pack, statuses=letters, as_of=on, frozen_on=frozen_on))
        else:
            row.statuses, row.as_of, row.frozen_on = letters, on, frozen_on
            self.moved.append(row)

    def drop(self, unit: _Unit, pack: int) -> None:
        """The unit no longer answers to the pack."""
        row = unit.standings[pack]
        self.counts[unit.pk, pack] = (rollup.vector(row.statuses), rollup.NOTHING)
        self.gone.append(row.pk)

    def store(self) -> None:
        """Write the rows; the counts are the caller's."""
        Standing.objects.filter(pk__in=self.gone).delete()
        Standing.objects.bulk_create(self.fresh)
        Standing.objects.bulk_update(self.moved, ["statuses", "as_of", "frozen_on"])


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
        # Letters stand in the order of the requirements: where these were replaced, the day is read once more.
        Standing.objects.filter(pack__in=packs, frozen_on__isnull=False).update(frozen_on=None)
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
    turned = _Turned()
    for unit in units:
        statuses = {int(pk): Status(answer["s"]) for pk, answer in unit.held.items()}
        waiting: list[date | None] = []
        for pack, terms in sorted(unit.adopted.live.items()):
            dues = wirings[pack].dues(terms)
            found = standing.read(wirings[pack], about[unit.pk], statuses, judged.get(unit.pk, {}), dues=dues, on=on)
            turned.put(unit, pack, standing.letters(found), on=on)
            waiting.append(standing.next_due(found, dues))
        unit.due = min((day for day in waiting if day is not None), default=None)
    _end(units, turned)
    _store(units, asked, on)
    turned.store()
    if count and turned.counts:
        rollup.apply({unit.pk: unit.path for unit in units}, turned.counts)


def _end(units: list[_Unit], turned: _Turned) -> None:
    """What units no longer answer to goes; a programme that ran to its end stays as it stood on its last day.

    Once frozen it is not looked at again, whatever is entered, loaded or counted anew.
    """
    due: list[tuple[tuple[int, int], programme.Terms, date]] = []
    by_pk = {unit.pk: unit for unit in units}
    for unit in units:
        for pack, ended in unit.adopted.ended.items():
            row = unit.standings.get(pack)
            if row is None or row.frozen_on != ended.on:
                due.append(((unit.pk, pack), ended.terms, ended.on))
        for pack in unit.standings.keys() - unit.adopted.live.keys() - unit.adopted.ended.keys():
            turned.drop(unit, pack)
    for (pk, pack), (letters, on) in frozen.by_day(due).items():
        turned.put(by_pk[pk], pack, letters, on=on, frozen_on=on)


def _load(unit_ids: list[int], on: date) -> list[_Unit]:
    """The units with the packs they answer to today, held against other writers."""
    answering = adopted.of(unit_ids, on)
    held = _lock(unit_ids, [pk for pk, each in answering.items() if each.live], on)
    standings: dict[int, dict[int, Standing]] = {}
    for row in Standing.objects.filter(unit_id__in=unit_ids):
        standings.setdefault(row.unit_id, {})[row.pack_id] = row
    concerned = [pk for pk in unit_ids if pk in answering or pk in standings or pk in held]
    paths = dict(Unit.objects.filter(pk__in=concerned).values_list("pk", "path")) if concerned else {}
    return [
        _Unit(pk, paths[pk], answering.get(pk) or Held(), *held.get(pk, ({}, None)), standings.get(pk, {}))
        for pk in concerned
    ]


def _lock(unit_ids: list[int], answering: Iterable[int], on: date) -> dict[int, tuple[dict[str, Answer], date | None]]:
    """Hold the answers of the units: on PostgreSQL two writers of one unit wait for each other here."""
    absent = set(answering) - set(UnitAnswers.objects.filter(unit_id__in=unit_ids).values_list("unit_id", flat=True))
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
    facts = asking.facts(questions, about, on)
    nothing: dict[int, Answer] = {}
    for unit in units:
        for instance in questions[unit.pk]:
            answer = asking.answer(instance, facts[unit.pk], on, nothing)
            if unit.held.get(str(instance.pk)) != answer:
                unit.held[str(instance.pk)] = answer
                changed.add(unit.pk)
    return changed


def _store(units: list[_Unit], changed: set[int], on: date) -> None:
    rows = []
    for unit in units:
        first = min((answer["until"] for answer in unit.held.values() if answer["until"]), default=None)
        ends = [day for day in (date.fromisoformat(first) if first else None, unit.due) if day is not None]
        until = min(ends, default=None)
        if unit.packs and (unit.pk in changed or until != unit.until):
            rows.append(UnitAnswers(unit_id=unit.pk, answers=unit.held, valid_until=until, as_of=on))
    UnitAnswers.objects.bulk_update(rows, ["answers", "valid_until", "as_of"], batch_size=100)
    UnitAnswers.objects.filter(unit_id__in=[unit.pk for unit in units if not unit.packs]).delete()


# --- each night, and from nothing -----------------------------------------------------------------------------------


def nightly(on: date | None = None) -> int:
    """Look again at the units whose answers, attributes, judgements or adoptions changed with the calendar alone."""
    day = on or clock.today()
    recorded.close_day(day)
    due = set(UnitAnswers.objects.filter(valid_until__lt=day).values_list("unit_id", flat=True))
    due |= set(_turned(day))
    refresh(due, on=day)
    UnitAnswers.objects.filter(as_of__lt=day).update(as_of=day)
    lateness.keep(day)
    return len(due)


def _turned(on: date) -> Iterator[int]:
    """Units with a date of their own since the last night."""
    since = UnitAnswers.objects.aggregate(first=Min("as_of"))["first"]
    began = adopted.open_on(on).exclude(unit_id__in=UnitAnswers.objects.values("unit_id"))
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
    """Everything from nothing but ended programmes, which stay; returns the number of legal entities looked at."""
    day = on or clock.today()
    recorded.close_day(day)
    wiring.forget()
    ids = sorted(
        set(adopted.open_on(day).values_list("unit_id", flat=True))
        | set(adopted.ended_before(day).values_list("unit_id", flat=True))
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
