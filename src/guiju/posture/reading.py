"""Reading facts: a constant number of queries, however many units are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet

from guiju.lib import clock
from guiju.org import queries as org
from guiju.org.enums import UnitKind
from guiju.org.models import Person, Unit, UnitAttribute
from guiju.posture import facts
from guiju.posture.evidence.base import DAY, Headcount, UnitFacts
from guiju.posture.facts import Row
from guiju.registers import spec
from guiju.registers.models import Entry, EntryPast
from guiju.registers.spec import FactSource

#: Columns that only a list of evidence needs.
_SLOW = frozenset({"title", "recorded_at", "created_at"})
#: Relations whose rows others refer to by uid.
_LINKED = frozenset({"body", "risk"})


def end_of_day(on: date) -> datetime:
    """The moment at which a day in China is over: what was recorded before it was recorded by that day."""
    return datetime.combine(on + timedelta(days=1), time(), tzinfo=clock.SHANGHAI)


def rows(source: FactSource, unit_ids: Iterable[int], *, recorded_by: datetime | None = None) -> QuerySet[Any]:
    """The entries behind one source of a relation, as they are, or as they had been recorded before a moment."""
    entries: QuerySet[Any]
    if recorded_by is None:
        entries = Entry.objects.all()
    else:
        entries = EntryPast.objects.filter(recorded_at__lt=recorded_by).filter(
            Q(superseded_at__isnull=True) | Q(superseded_at__gte=recorded_by)
        )
    entries = entries.filter(register=source.register, unit_id__in=list(unit_ids))
    for column, values in source.where.items():
        entries = entries.filter(**{f"{column}__in": values})
    return entries


def homes(unit_ids: Iterable[int]) -> dict[int, int]:
    """Unit -> legal entity: branches and departments keep records for the company they belong to."""
    found = {pk: pk for pk in unit_ids}
    level = dict(found)
    while level:
        below = Unit.objects.filter(parent_id__in=list(level), kind__in=[UnitKind.BRANCH, UnitKind.DEPARTMENT])
        level = {pk: level[parent] for pk, parent in below.values_list("pk", "parent_id")}
        found |= level
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
    """The facts of legal entities: rows of the relations by unit, and their headcount when `people` is asked for."""
    entities = list(unit_ids)
    home = homes(entities)
    held: dict[int, dict[str, list[Any]]] = {pk: {} for pk in entities}
    for relation in relations:
        for source in spec.fact_sources(relation):
            for entity, row in _rows(relation, source, home, recorded_by, titles):
                held[entity].setdefault(relation, []).append(row)
    counts = headcounts(home, entities, on=on, attributes=attributes) if people else {}
    return {pk: UnitFacts(pk, held[pk], counts.get(pk)) for pk in entities}


def _rows(
    relation: str, source: FactSource, home: Mapping[int, int], recorded_by: datetime | None, titles: bool
) -> Iterable[tuple[int, Row]]:
    """Build rows quickly: one tuple per entry, put into the order of the relation's fields."""
    kind = facts.RELATIONS[relation]
    past = recorded_by is not None
    mapped = {
        **{name: name for name in ("unit_id", "on", "status", "file_count")},
        **({"uid": "uid"} if titles or relation in _LINKED else {}),
        **({} if not titles else {name: name for name in _SLOW}),
        **{_field(kind, name): column for name, column in source.columns.items()},
        "entry_id": "entry_id" if past else "pk",
    }
    defaults = {**facts.defaults(relation), "register": source.register}
    columns = sorted(set(mapped.values()))
    constant = tuple(value for name, value in defaults.items() if name not in mapped)
    spare = [name for name in defaults if name not in mapped]
    pick = itemgetter(*(columns.index(mapped[n]) if n in mapped else len(columns) + spare.index(n) for n in defaults))
    unit_at = columns.index("unit_id")
    entries = rows(source, home, recorded_by=recorded_by).order_by("pk")
    for values in entries.values_list(*columns).iterator(chunk_size=5000):
        yield home[values[unit_at]], kind(*pick(values + constant))


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
