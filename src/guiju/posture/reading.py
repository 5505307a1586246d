"""Reading facts: a constant number of queries, however many units are asked for; for few units one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet

from guiju.lib import clock
from guiju.org import queries as org
from guiju.org.enums import UnitKind
from guiju.org.models import Person, Unit, UnitAttribute
from guiju.posture import facts
from guiju.posture.evidence.base import DAY, Department, Headcount, UnitFacts
from guiju.posture.facts import Review, Row
from guiju.registers import spec
from guiju.registers.models import Entry, EntryPast
from guiju.registers.spec import FactSource

#: Columns that only a list of evidence needs.
_SLOW = frozenset({"title", "recorded_at", "created_at"})
#: Relations whose rows others refer to by uid.
_LINKED = frozenset({"body", "check", "review", "risk"})
#: From when to when a unit exists.
_SPAN = ("founded_on", "closed_on")
#: The last day that has a day after it.
_LAST = date.max - timedelta(days=1)
#: Up to so many units all registers are read by one query.
_FEW = 5


def end_of_day(on: date) -> datetime:
    """The moment at which a day in China is over: what was recorded before it was recorded by that day."""
    return datetime.combine(min(on, _LAST) + timedelta(days=1), time(), tzinfo=clock.SHANGHAI)


def rows(registers: Iterable[str], unit_ids: Iterable[int], *, recorded_by: datetime | None = None) -> QuerySet[Any]:
    """The entries of registers, as they are, or as they had been recorded before a moment."""
    entries: QuerySet[Any]
    if recorded_by is None:
        entries = Entry.objects.all()
    else:
        entries = EntryPast.objects.filter(recorded_at__lt=recorded_by).filter(
            Q(superseded_at__isnull=True) | Q(superseded_at__gte=recorded_by)
        )
    return entries.filter(register__in=list(registers), unit_id__in=list(unit_ids))


class Below:
    """The branches and departments of legal entities: they keep records for the company they belong to."""

    def __init__(self, unit_ids: Iterable[int]) -> None:
        #: Unit -> legal entity, itself included.
        self.home = {pk: pk for pk in unit_ids}
        #: Unit -> the department it is or stands below; a department within another belongs to that one.
        self._top: dict[int, int] = {}
        self._found: dict[int, dict[str, Any]] = {}
        level = list(self.home)
        while level:
            below = Unit.objects.filter(parent_id__in=level, kind__in=[UnitKind.BRANCH, UnitKind.DEPARTMENT])
            found = list(below.order_by("path").values("pk", "parent_id", "kind", "uid", "name", *_SPAN))
            level = [self._add(row) for row in found]

    def _add(self, row: dict[str, Any]) -> int:
        pk, parent = row["pk"], row["parent_id"]
        self.home[pk] = self.home[parent]
        if parent in self._top:
            self._top[pk] = self._top[parent]
        elif row["kind"] == UnitKind.DEPARTMENT:
            self._top[pk] = pk
            self._found[pk] = row
        return int(pk)

    def departments(self) -> dict[int, list[Department]]:
        """The departments by legal entity, in the order of the tree."""
        units: dict[int, list[int]] = {}
        for pk, top in self._top.items():
            units.setdefault(top, []).append(pk)
        found: dict[int, list[Department]] = {}
        for pk, row in self._found.items():
            span = {name: row[name] for name in _SPAN}
            each = Department(pk, str(row["uid"]), row["name"], frozenset(units[pk]), **span)
            found.setdefault(self.home[pk], []).append(each)
        return found


def read(
    unit_ids: Iterable[int],
    relations: Iterable[str],
    *,
    on: date,
    people: bool = False,
    recorded_by: datetime | None = None,
    titles: bool = False,
    attributes: Mapping[int, Mapping[str, Any]] | None = None,
) -> dict[int, UnitFacts]:
    """The facts of legal entities: rows of the relations by unit, their departments, and headcount if `people` is."""
    entities = list(unit_ids)
    below = Below(entities)
    home = below.home
    held: dict[int, dict[str, list[Any]]] = {pk: {} for pk in entities}
    wanted = [
        _Wanted(relation, source, titles, recorded_by)
        for relation in relations
        for source in spec.fact_sources(relation)
    ]
    for batch in _batches(wanted, len(home)):
        for one, found in zip(batch, _rows(batch, home, recorded_by), strict=True):
            for entity, row in found:
                held[entity].setdefault(one.relation, []).append(row)
    _say(held, home, recorded_by)
    counts = headcounts(home, entities, on=on, attributes=attributes) if people else {}
    departments = below.departments()
    return {pk: UnitFacts(pk, held[pk], counts.get(pk), departments.get(pk, ())) for pk in entities}


def _say(held: Mapping[int, Mapping[str, list[Any]]], home: Mapping[int, int], recorded_by: datetime | None) -> None:
    """What the review register itself knows of its rows: since when each says it, and whether it speaks for anything."""
    rows: list[Review] = [row for each in held.values() for row in each.get(Review.relation, ())]
    if not rows:
        return
    from guiju.review import queries as review  # which asks how documents stand

    told = review.told(Q(unit_id__in=list(home)), home, before=recorded_by)
    for row in rows:
        if row.uid is not None and (one := told.get(row.uid)) is not None:
            row.said_on, row.bar, row.own_number = one.since, one.bar, one.number


class _Wanted:
    """One source of a relation: the columns to fetch, and how a row of the relation is made of their values."""

    def __init__(self, relation: str, source: FactSource, titles: bool, recorded_by: datetime | None) -> None:
        self.relation = relation
        self.register = source.register
        self.where = {column: frozenset(values) for column, values in source.where.items()}
        self.kind = facts.RELATIONS[relation]
        self.defaults = {**facts.defaults(relation), "register": source.register, **source.constants}
        self.mapped = {
            **{name: name for name in ("unit_id", "on", "status", "file_count")},
            **({"uid": "uid"} if titles or relation in _LINKED else {}),
            **({} if not titles else {name: name for name in _SLOW}),
            **{_field(self.kind, name): column for name, column in source.columns.items()},
            "entry_id": "pk" if recorded_by is None else "entry_id",
        }
        self.columns = {*self.mapped.values(), *self.where}
        self._spare = [name for name in self.defaults if name not in self.mapped]
        self.constant = tuple(self.defaults[name] for name in self._spare)

    def picker(self, at: Mapping[str, int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
        """Takes the relation's fields, in order, from the fetched values with the constant ones behind them."""
        places = (at[self.mapped[n]] if n in self.mapped else len(at) + self._spare.index(n) for n in self.defaults)
        picker: Callable[[tuple[Any, ...]], tuple[Any, ...]] = itemgetter(*places)
        return picker


def _batches(wanted: Sequence[_Wanted], units: int) -> Iterator[Sequence[_Wanted]]:
    """Which sources are fetched by one query.

    For few units a query costs more than the columns that a register does not need; for many it is the other way.
    """
    if units <= _FEW:
        yield wanted
    else:
        yield from ([one] for one in wanted)


def _rows(
    batch: Sequence[_Wanted], home: Mapping[int, int], recorded_by: datetime | None
) -> list[list[tuple[int, Row]]]:
    """The rows of each source in the order of entry, with their legal entities, by one query for all sources."""
    columns = sorted({"register"}.union(*(one.columns for one in batch)))
    at = {name: place for place, name in enumerate(columns)}
    made: dict[str, list[Callable[[tuple[Any, ...]], None]]] = {}
    found: list[list[tuple[int, Row]]] = []
    for one in batch:
        found.append([])
        made.setdefault(one.register, []).append(_maker(one, at, home, found[-1]))
    entries = rows(made, home, recorded_by=recorded_by).order_by("pk")
    for values in entries.values_list(*columns).iterator(chunk_size=5000):
        for make in made[values[at["register"]]]:
            make(values)
    return found


def _maker(
    one: _Wanted, at: Mapping[str, int], home: Mapping[int, int], found: list[tuple[int, Row]]
) -> Callable[[tuple[Any, ...]], None]:
    """Adds the row of the relation, if the register's row counts for it."""
    kind, pick, constant, unit_at = one.kind, one.picker(at), one.constant, at["unit_id"]
    tests = [(at[column], allowed) for column, allowed in one.where.items()]

    def make(values: tuple[Any, ...]) -> None:
        if all(values[place] in allowed for place, allowed in tests):
            found.append((home[values[unit_at]], kind(*pick(values + constant))))

    return make


def _field(kind: type[Row], name: str) -> str:
    """The field behind a name that a register uses."""
    return {kind.day: "on", facts.FILES: "file_count"}.get(name, name)


def headcounts(
    home: Mapping[int, int],
    entities: Iterable[int],
    *,
    on: date,
    attributes: Mapping[int, Mapping[str, Any]] | None = None,
) -> dict[int, Headcount]:
    """How many people belong to each unit: those entered, or the declared number of staff when that is greater."""
    ids = list(entities)
    declared = attributes if attributes is not None else org.attributes_of(ids, on=on)
    counts = dict.fromkeys(ids, 0)
    turns: dict[int, list[date]] = {pk: [] for pk in ids}
    people = Person.objects.filter(unit_id__in=list(home), is_external=False)
    people = people.filter(Q(left_on__isnull=True) | Q(left_on__gte=on))
    for unit, joined, left in people.values_list("unit_id", "joined_on", "left_on").iterator():
        entity = home[unit]
        if joined is not None and joined > on:
            turns[entity].append(joined)
            continue
        counts[entity] += 1
        if left is not None:
            turns[entity].append(left + DAY)
    later = UnitAttribute.objects.filter(unit_id__in=ids, code="staff_count", from_on__gt=on)
    for unit, start in later.values_list("unit_id", "from_on"):
        turns[unit].append(start)
    return {
        pk: Headcount(max(counts[pk], int(declared[pk].get("staff_count") or 0)), min(turns[pk], default=None))
        for pk in ids
    }
