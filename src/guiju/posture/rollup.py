"""Counts by unit and pack, kept up by differences: a unit's own, and those of all levels below it together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Sum

from guiju.org.models import LAST, Unit
from guiju.org.tree import ancestor_paths
from guiju.posture.models import LETTERS, PackRollup, Standing

FIELDS = tuple(status.value for status in LETTERS)
OWN, ALL = "own", "all"

_LOCK = 0x67756A76  # one advisory lock on PostgreSQL: shared by who adds differences, held alone by who counts anew

Vector = tuple[int, ...]
#: Nothing counted: one figure per status, and the number of units last.
NOTHING: Vector = (0,) * (len(FIELDS) + 1)


def vector(statuses: str | None) -> Vector:
    """What a standing counts for; None is no standing."""
    if statuses is None:
        return NOTHING
    counts = Counter(statuses)
    return (*(counts[letter] for letter in LETTERS.values()), 1)


def difference(before: Vector, after: Vector) -> Vector:
    """What must be added to `before`."""
    return tuple(new - old for old, new in zip(before, after, strict=True))


def hold(*, alone: bool = False) -> None:
    """Until the end of the transaction nobody counts anew (or, `alone`, nobody else counts at all).

    A difference that is committed between reading sums and writing them would be lost. Taken before the rows of
    answers, standings and counts, and at once `alone` by whoever will count anew: two that hold it together could
    not both have it alone. SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}(%s)", [_LOCK])


def apply(paths: Mapping[int, str], changes: Mapping[tuple[int, int], tuple[Vector, Vector]]) -> None:
    """Bring the roll-up to new standings: (unit, pack) -> counts before and after."""
    above: dict[tuple[str, int], Vector] = {}
    for (unit, pack), (before, after) in changes.items():
        _set_own(unit, pack, after)
        step = difference(before, after)
        if step == NOTHING:
            continue
        for path in ancestor_paths(paths[unit], itself=True):
            held = above.get((path, pack), NOTHING)
            above[path, pack] = tuple(a + b for a, b in zip(held, step, strict=True))
    if above:
        _add(above)


def _values(counts: Vector) -> dict[str, int]:
    return dict(zip((*FIELDS, "units"), counts, strict=True))


def _set_own(unit: int, pack: int, counts: Vector) -> None:
    rows = PackRollup.objects.filter(unit_id=unit, pack_id=pack, reach=OWN)
    if counts == NOTHING:
        rows.delete()
    elif not rows.update(**_values(counts)):
        PackRollup.objects.create(unit_id=unit, pack_id=pack, reach=OWN, **_values(counts))


def _add(above: Mapping[tuple[str, int], Vector]) -> None:
    """Add to the rows of ancestors, always in the same order, equal steps in one statement."""
    ids = dict(Unit.objects.filter(path__in={path for path, _pack in above}).values_list("path", "pk"))
    steps = {(ids[path], pack): step for (path, pack), step in above.items()}
    there = _held(steps)
    absent = sorted(set(steps) - set(there))
    PackRollup.objects.bulk_create(
        [PackRollup(unit_id=unit, pack_id=pack, reach=ALL) for unit, pack in absent], ignore_conflicts=True
    )
    if absent:
        there = _held(steps)
    alike: dict[Vector, list[int]] = {}
    for place, step in steps.items():
        alike.setdefault(step, []).append(there[place])
    for step, rows in sorted(alike.items(), key=lambda item: min(item[1])):
        PackRollup.objects.filter(pk__in=rows).update(**{name: F(name) + by for name, by in _values(step).items()})
    if any(step[-1] < 0 for step in steps.values()):
        PackRollup.objects.filter(pk__in=there.values(), units=0).delete()


def _held(steps: Mapping[tuple[int, int], Vector]) -> dict[tuple[int, int], int]:
    units = {unit for unit, _pack in steps}
    packs = {pack for _unit, pack in steps}
    rows = PackRollup.objects.filter(unit_id__in=units, pack_id__in=packs, reach=ALL).order_by("unit_id", "pack_id")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return {(unit, pack): pk for pk, unit, pack in rows.values_list("pk", "unit_id", "pack_id")}


@transaction.atomic
def rebuild(unit_ids: Iterable[int]) -> None:
    """Count all levels of these units anew from the own counts below them: after units were moved."""
    hold(alone=True)
    for unit in Unit.objects.filter(pk__in=list(unit_ids)).order_by("pk"):
        own = PackRollup.objects.filter(reach=OWN, unit__path__gte=unit.path, unit__path__lt=unit.path + LAST)
        sums: Any = own.values("pack_id").annotate(
            count=Count("pk"), **{f"sum_{n}": Sum(n) for n in (*FIELDS, "units")}
        )
        PackRollup.objects.filter(unit=unit, reach=ALL).delete()
        PackRollup.objects.bulk_create(
            PackRollup(unit=unit, pack_id=row["pack_id"], reach=ALL, **{n: row[f"sum_{n}"] for n in (*FIELDS, "units")})
            for row in sums
        )


@transaction.atomic
def rebuild_all() -> None:
    """Count everything anew from the standings."""
    hold(alone=True)
    paths = dict(Unit.objects.values_list("pk", "path"))
    ids = {path: pk for pk, path in paths.items()}
    own: dict[tuple[int, int], Vector] = {}
    above: dict[tuple[int, int], list[int]] = {}
    for unit, pack, statuses in Standing.objects.values_list("unit_id", "pack_id", "statuses").iterator():
        own[unit, pack] = counts = vector(statuses)
        for path in ancestor_paths(paths[unit], itself=True):
            held = above.setdefault((ids[path], pack), [0] * len(NOTHING))
            for place, count in enumerate(counts):
                held[place] += count
    PackRollup.objects.all().delete()
    PackRollup.objects.bulk_create(
        [PackRollup(unit_id=unit, pack_id=pack, reach=OWN, **_values(counts)) for (unit, pack), counts in own.items()]
        + [
            PackRollup(unit_id=unit, pack_id=pack, reach=ALL, **_values(tuple(counts)))
            for (unit, pack), counts in above.items()
        ],
        batch_size=500,
    )
