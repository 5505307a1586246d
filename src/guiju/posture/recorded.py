"""The group's recorded history: what every roll-up was at the end of each day on which it had changed.

Before anything is looked at again on a new day, the night writes down the roll-ups it finds: they are those of the
evening before (what was saved in the few minutes since midnight is counted to that evening too). If no night ran for
a while, they are those of the last day on which anything was looked at. A day is written once; later runs of the
same day leave it alone. Where nothing changed, the row of an earlier day holds on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Max

from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.posture import adopted, frozen, rollup
from guiju.posture.models import Adoption, PackRollup, RecordedDay, RollupDay, Standing, UnitAnswers
from guiju.posture.programme import Terms

_DAY = timedelta(days=1)
_COLUMNS = (*rollup.FIELDS, "units")
#: Unit, pack and reach.
Key = tuple[int, int, str]


def close_day(today: date) -> int:
    """Write down the day that has ended, unless that was done; returns the number of roll-ups that had changed."""
    seen = UnitAnswers.objects.aggregate(last=Max("as_of"))["last"]
    ended = min(seen or today, today - _DAY)
    with transaction.atomic():
        _day, is_new = RecordedDay.objects.get_or_create(on=ended)
        return record(ended) if is_new else 0


@transaction.atomic
def record(on: date) -> int:
    """Write the roll-ups as they are now as those of a day, where they differ from the day before."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [on, on])
        changed = int(cursor.rowcount)
        cursor.execute(_VANISHED, [on, on])
        return changed + int(cursor.rowcount)


def _changed() -> str:
    names = ", ".join(_COLUMNS)
    differs = " OR ".join(f"d.{name} <> r.{name}" for name in _COLUMNS)
    return f"""
        INSERT INTO {_DAYS} (unit_id, pack_id, reach, "on", {names})
        SELECT r.unit_id, r.pack_id, r.reach, %s, {", ".join(f"r.{name}" for name in _COLUMNS)}
        FROM {_NOW} r LEFT JOIN {_DAYS} d
          ON d.unit_id = r.unit_id AND d.pack_id = r.pack_id AND d.reach = r.reach
         AND d."on" = (SELECT MAX(x."on") FROM {_DAYS} x WHERE x.unit_id = r.unit_id AND x.pack_id = r.pack_id
                       AND x.reach = r.reach AND x."on" <= %s)
        WHERE d.id IS NULL OR {differs}
        ON CONFLICT (unit_id, pack_id, reach, "on") DO UPDATE SET {_OVERWRITE}"""  # noqa: S608 - names of our tables


def _vanished() -> str:
    """Where nothing is counted any more: a row of zeros."""
    names = ", ".join(_COLUMNS)
    return f"""
        INSERT INTO {_DAYS} (unit_id, pack_id, reach, "on", {names})
        SELECT d.unit_id, d.pack_id, d.reach, %s, {", ".join("0" for _name in _COLUMNS)}
        FROM {_DAYS} d
        WHERE d.units <> 0
          AND NOT EXISTS (SELECT 1 FROM {_NOW} r
                          WHERE r.unit_id = d.unit_id AND r.pack_id = d.pack_id AND r.reach = d.reach)
          AND d."on" = (SELECT MAX(x."on") FROM {_DAYS} x WHERE x.unit_id = d.unit_id AND x.pack_id = d.pack_id
                        AND x.reach = d.reach AND x."on" <= %s)
        ON CONFLICT (unit_id, pack_id, reach, "on") DO UPDATE SET {_OVERWRITE}"""  # noqa: S608 - names of our tables


_DAYS, _NOW = RollupDay._meta.db_table, PackRollup._meta.db_table
_OVERWRITE = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
_CHANGED, _VANISHED = _changed(), _vanished()


def backfill(days: Iterable[date]) -> int:
    """Work out the roll-ups of past days from what had happened and was recorded by then, and write them down.

    For an installation whose nights did not run (a demonstration, a restored archive). The tree is today's: which
    unit stood where is not kept. Days that were recorded at the time are left alone.
    """
    written = 0
    before: dict[Key, rollup.Vector] = {}
    for day in sorted(set(days)):
        with transaction.atomic():
            now = _counts_on(day)
            if RecordedDay.objects.get_or_create(on=day)[1]:
                rows = [
                    RollupDay(
                        unit_id=unit, pack_id=pack, reach=reach, on=day, **dict(zip(_COLUMNS, counts, strict=True))
                    )
                    for (unit, pack, reach), counts in {**dict.fromkeys(before, rollup.NOTHING), **now}.items()
                    if before.get((unit, pack, reach), rollup.NOTHING) != counts
                ]
                RollupDay.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
                written += len(rows)
        before = now
    return written


def _counts_on(on: date) -> dict[Key, rollup.Vector]:
    """The roll-ups of a day from facts, for units and all levels above them."""
    ids = Adoption.objects.filter(from_on__lte=on).values_list("unit_id", flat=True).distinct()
    answering = adopted.of(ids, on)
    live: dict[frozen.Place, Terms] = {
        (unit, pack): terms for unit, held in answering.items() for pack, terms in held.live.items()
    }
    letters = frozen.letters(live, on=on)
    kept = Standing.objects.filter(frozen_on__lt=on).values_list("unit_id", "pack_id", "statuses")
    letters |= {(unit, pack): text for unit, pack, text in kept if unit in answering and pack in answering[unit].ended}
    paths = dict(Unit.objects.values_list("pk", "path"))
    at = {path: pk for pk, path in paths.items()}
    found: dict[Key, rollup.Vector] = {}
    for (unit, pack), text in letters.items():
        counts = rollup.vector(text)
        found[unit, pack, rollup.OWN] = counts
        for path in ancestor_paths(paths[unit], itself=True):
            key = (at[path], pack, rollup.ALL)
            held_so_far = found.get(key, rollup.NOTHING)
            found[key] = tuple(a + b for a, b in zip(held_so_far, counts, strict=True))
    return found
