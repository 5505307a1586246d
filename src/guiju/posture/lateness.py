"""补录: how long after the event records were made, by month and group of registers.

Counted in the database. Parts of a group with very many records are counted at night, since nobody waits seconds for
a chart; everything else is counted when asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Case, CharField, Count, DateField, F, Func, IntegerField, Q, QuerySet, When
from django.db.models.sql.compiler import SQLCompiler

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, Unit
from guiju.org.tree import ancestor_paths
from guiju.posture import reading
from guiju.posture.evidence.base import months_before
from guiju.posture.models import LatenessNight
from guiju.posture.rollup import ALL, OWN
from guiju.registers import spec, stock
from guiju.registers.models import Entry

#: Up to so many days after the event a record counts as made in time; up to so many as somewhat late.
IN_TIME, LATE = 3, 30
#: A part of the group with more records than this is counted at night.
LARGE = 50_000
#: The night counts this many months, so nobody can ask for more.
MOST_MONTHS = 24
_LOWER = frozenset({UnitKind.BRANCH, UnitKind.DEPARTMENT})
#: Month -> register -> [in time, some days late, long after].
Counts = dict[str, dict[str, list[int]]]


@dataclass(slots=True)
class Late:
    """How many records were made in time (0-3 days), some days late (4-30) and long after (more than 30)."""

    in_time: int = 0
    late: int = 0
    long_after: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.in_time + self.late + self.long_after

    @property
    def percent_in_time(self) -> int | None:
        """In time, of all, rounded down; None when there are none."""
        return self.in_time * 100 // self.total if self.total else None

    def add(self, counts: Iterable[int]) -> None:
        """Count more."""
        in_time, late, long_after = counts
        self.in_time, self.late, self.long_after = (
            self.in_time + in_time,
            self.late + late,
            self.long_after + long_after,
        )


@dataclass(slots=True)
class Month:
    """The records that were made in one month (`2026-05`), together and by group of registers."""

    month: str
    whole: Late = field(default_factory=Late)
    groups: dict[str, Late] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lateness:
    """The months in order, empty ones included; `as_of` is the day of counting."""

    months: tuple[Month, ...]
    groups: tuple[str, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class Eve:
    """Records of a period, and how many of them were made in the last days before a date."""

    before: date
    days: int
    total: int
    on_eve: int
    groups: Mapping[str, tuple[int, int]]

    @property
    def percent(self) -> int | None:
        """The share made on the eve, rounded down; None when there are no records."""
        return self.on_eve * 100 // self.total if self.total else None


class _ChinaMonth(Func):
    """The month in China in which a moment falls, as `2026-05`. Without summer time the hours are always eight."""

    output_field: ClassVar[CharField[Any, Any]] = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, template="substr(date(%(expressions)s, '+8 hours'), 1, 7)")

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        template = "to_char(%(expressions)s AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"
        return super().as_sql(compiler, connection, template=template)


class _DaysLate(Func):
    """The days in China from a day (second) to a moment (first)."""

    output_field: ClassVar[IntegerField[Any, Any]] = IntegerField()
    arity = 2

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        template = "CAST(julianday(date(%(expressions)s)) AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=", '+8 hours')) - julianday((")

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        template = "((%(expressions)s))"
        joiner = " AT TIME ZONE 'Asia/Shanghai')::date - ("
        return super().as_sql(compiler, connection, template=template, arg_joiner=joiner)


def lateness(*, by: Actor, unit: Unit, months: int = 12, all_levels: bool = False) -> Lateness:
    """How late the records of the last months were made, by the month in which they were made.

    A unit's own records include those of its departments and branches. Records without a day on which the thing
    happened are not counted.
    """
    check.require(by, Permission.POSTURE_FINDING_VIEW, unit)
    months = min(max(months, 1), MOST_MONTHS)
    today = clock.today()
    wanted = _months(today, months)
    counts, as_of = _kept(unit, all_levels)
    if counts is None:
        counts, as_of = count(_rows(unit, all_levels), since=wanted[0]), today
    group_of = {item.code: item.group for item in spec.all_specs()}
    found = {month: Month(month) for month in wanted}
    for month, registers in counts.items():
        if month not in found:
            continue
        for register, numbers in registers.items():
            found[month].whole.add(numbers)
            found[month].groups.setdefault(group_of.get(register, register), Late()).add(numbers)
    used = {group for month in found.values() for group in month.groups}
    ordered = [group for group in dict.fromkeys(group_of.values()) if group in used]
    return Lateness(tuple(found.values()), tuple(ordered), as_of)


def _months(today: date, months: int) -> list[str]:
    first = today.replace(day=1)
    return [months_before(first, back).strftime("%Y-%m") for back in range(months - 1, -1, -1)]


def _kept(unit: Unit, all_levels: bool) -> tuple[Counts | None, date]:
    held = LatenessNight.objects.filter(unit=unit, reach=ALL if all_levels else OWN).first()
    return (None, clock.today()) if held is None else (held.counts, held.as_of)


def _rows(unit: Unit, all_levels: bool) -> QuerySet[Entry]:
    if not all_levels:
        return Entry.objects.filter(unit_id__in=list(reading.Below([unit.pk]).home))
    rows = Entry.objects.filter(root_id=unit.root_id)
    # The whole tree needs no join: one would only mislead the database (risk note of the foundation).
    return rows if unit.pk == unit.root_id else rows.filter(unit__path__gte=unit.path, unit__path__lt=unit.path + LAST)


def _happened() -> tuple[Any, list[str]]:
    """When the thing happened, as a column of every register that says so; and those registers."""
    by_slot: dict[str, list[str]] = {}
    for item in spec.all_specs():
        slot = item.column(item.happened) if item.is_entry and item.happened else ""
        if slot:
            by_slot.setdefault(slot, []).append(item.code)
    registers = [code for codes in by_slot.values() for code in codes]
    if list(by_slot) == ["on"]:
        return F("on"), registers
    cases = [When(register__in=codes, then=F(slot)) for slot, codes in by_slot.items()]
    return Case(*cases, default=None, output_field=DateField()), registers


def count(rows: QuerySet[Entry], *, since: str) -> Counts:
    """Count entries by month of entry and register, from a month on; a stock counts by its own days."""
    happened, registers = _happened()
    stocks = [code for code in registers if spec.get(code).stock]
    first = reading.end_of_day(date.fromisoformat(f"{since}-01") - timedelta(days=1))
    days = _DaysLate(F("created_at"), happened)
    told = (
        rows.filter(register__in=[code for code in registers if code not in stocks], created_at__gte=first)
        .annotate(days=days, month=_ChinaMonth("created_at"))
        .filter(days__isnull=False)
        .order_by()
        .values("month", "register")
        .annotate(
            in_time=Count("pk", filter=Q(days__lte=IN_TIME)),
            late=Count("pk", filter=Q(days__gt=IN_TIME, days__lte=LATE)),
            long_after=Count("pk", filter=Q(days__gt=LATE)),
        )
    )
    found: Counts = {}
    for row in told:
        numbers = [row["in_time"], row["late"], row["long_after"]]
        found.setdefault(row["month"], {})[row["register"]] = numbers
    for code in stocks:
        _count_stock(found, rows.filter(register=code, created_at__gte=first), spec.get(code))
    return found


def _count_stock(found: Counts, rows: QuerySet[Entry], register: spec.RegisterSpec) -> None:
    """Rows of before the register was kept here are not counted; those in force without any day are long after."""
    held = rows.exclude(status="draft").order_by()
    told = list(held.values_list("unit_id", register.column(register.happened), "created_at"))
    since = stock.begun(register.code, {unit for unit, _on, _at in told})
    for unit, on, at in told:
        if stock.is_of(register, unit=unit, on=on, since=since):
            continue
        entered = clock.day_of(at)
        days = (entered - on).days if on is not None else LATE + 1
        numbers = found.setdefault(entered.strftime("%Y-%m"), {}).setdefault(register.code, [0, 0, 0])
        numbers[0 if days <= IN_TIME else 1 if days <= LATE else 2] += 1


def eve(*, by: Actor, unit: Unit, before: date, days: int = 14, months: int = 12, all_levels: bool = False) -> Eve:
    """Of the records of what happened in the months before a date, how many were made in the last days before it.

    A high share says that the evidence was made for the inspection.
    """
    check.require(by, Permission.POSTURE_FINDING_VIEW, unit)
    happened, registers = _happened()
    begin = reading.end_of_day(before - timedelta(days=days + 1))
    end = reading.end_of_day(before - timedelta(days=1))
    told = (
        _rows(unit, all_levels)
        .filter(register__in=registers, created_at__lt=end)
        .annotate(happened=happened)
        .filter(happened__gte=months_before(before, months), happened__lt=before)
        .order_by()
        .values("register")
        .annotate(total=Count("pk"), on_eve=Count("pk", filter=Q(created_at__gte=begin)))
    )
    group_of = {item.code: item.group for item in spec.all_specs()}
    groups: dict[str, tuple[int, int]] = {}
    for row in told:
        group = group_of[row["register"]]
        total, on_eve = groups.get(group, (0, 0))
        groups[group] = (total + row["total"], on_eve + row["on_eve"])
    return Eve(
        before,
        days,
        sum(total for total, _eve in groups.values()),
        sum(each for _total, each in groups.values()),
        groups,
    )


# --- at night ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(on: date) -> int:
    """Count what is large; returns how many units and parts of the group there are of that kind."""
    held = dict(Entry.objects.order_by().values_list("unit_id").annotate(count=Count("pk")))
    large = _large(held) if sum(held.values()) > LARGE else []
    since = _months(on, MOST_MONTHS)[0]
    LatenessNight.objects.all().delete()
    LatenessNight.objects.bulk_create(
        LatenessNight(unit=unit, reach=reach, counts=count(_rows(unit, reach == ALL), since=since), as_of=on)
        for unit, reach in large
    )
    return len(large)


def _large(held: Mapping[int, int]) -> list[tuple[Unit, str]]:
    """The units that have more records, alone or at all levels, than are counted when asked."""
    at = {unit.path: unit for unit in Unit.objects.only("pk", "path", "root_id", "kind")}
    paths = {unit.pk: path for path, unit in at.items()}
    sums: dict[tuple[str, str], int] = {}
    for pk, number in held.items():
        steps = ancestor_paths(paths[pk], itself=True)
        # Branches and departments keep records for the company they belong to.
        home = next((path for path in reversed(steps) if at[path].kind not in _LOWER), steps[-1])
        for key in {(home, OWN), *((path, ALL) for path in steps)}:
            sums[key] = sums.get(key, 0) + number
    return [(at[path], reach) for (path, reach), number in sums.items() if number > LARGE]
