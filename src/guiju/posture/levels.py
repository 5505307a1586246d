"""The group's picture: roll-ups of units and of all levels below them, today and on days that were recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from django.db.models import Count as RowCount
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, STEP, Unit
from guiju.org.tree import subtree
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import adopted, counting, wiring
from guiju.posture.counting import Count
from guiju.posture.models import Adoption, PackRollup, RollupDay, Standing

_SEE = Permission.POSTURE_FINDING_VIEW
Reach = Literal["own", "all"]


@dataclass(frozen=True, slots=True)
class PackView:
    """One pack as a unit stands to it, itself and with all levels below.

    `frozen_on` is set where the programme ended for the unit itself: its own counts stand for that day, for good.
    `all_frozen_on` where it ended for every unit that is counted.
    """

    pack: Pack
    adoption: Adoption | None
    own: Count | None
    all_levels: Count | None
    frozen_on: date | None = None
    all_frozen_on: date | None = None


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One unit in the tree of a pack's posture."""

    unit: Unit
    own: Count | None
    all_levels: Count | None
    frozen_on: date | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit with all levels below it, counted by section; `frozen_on` when the programme ended for all of them."""

    unit: Unit
    cells: Mapping[str, Count]
    frozen_on: date | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A roll-up as it was from a day on, until the next point."""

    on: date
    count: Count


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """A document, or a section of one."""

    key: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit (children with all levels below them): column -> counts; nothing where nothing is asked."""

    unit: Unit
    cells: Mapping[str, Count]


@dataclass(frozen=True, slots=True)
class Heat:
    """Units against documents, or against the sections of one."""

    columns: tuple[HeatColumn, ...]
    rows: tuple[HeatRow, ...]


def visible(by: Actor, unit: Unit) -> QuerySet[Unit]:
    """The unit and those below it that somebody may see."""
    return scope.units(by, _SEE).filter(path__gte=unit.path, path__lt=unit.path + LAST)


def overview(*, by: Actor, unit: Unit) -> list[PackView]:
    """The packs that a unit or one below it answers to, with counts of its own and of all levels.

    An ended programme stays in the picture, with its last day.
    """
    check.require(by, _SEE, unit)
    today = clock.today()
    adoptions = _adoptions(unit, today)
    counts: dict[tuple[int, str], Count] = {}
    packs: dict[int, Pack] = {row.pack_id: row.pack for row in adoptions.values()}
    for row in PackRollup.objects.filter(unit=unit).select_related("pack"):
        counts[row.pack_id, row.reach] = counting.of_row(row)
        packs[row.pack_id] = row.pack
    ended = {pk: row.to_on for pk, row in adoptions.items() if row.to_on is not None and row.to_on < today}
    frozen = _all_frozen(unit, {pk: count.units for (pk, reach), count in counts.items() if reach == "all"})
    return [
        PackView(
            pack,
            adoptions.get(pk),
            counts.get((pk, "own")),
            counts.get((pk, "all")),
            ended.get(pk),
            frozen.get(pk),
        )
        for pk, pack in sorted(packs.items(), key=lambda item: item[1].urn)
    ]


def _adoptions(unit: Unit, on: date) -> dict[int, Adoption]:
    """The unit's own adoptions that hold or whose programme has ended, by pack."""
    held = adopted.of([unit.pk], on).get(unit.pk) or adopted.Held()
    rows = Adoption.objects.filter(pk__in=held.adoptions.values()).select_related("pack")
    return {row.pack_id: row for row in rows}


def _all_frozen(unit: Unit, units: Mapping[int, int]) -> dict[int, date]:
    """Packs of which all standings below a unit are frozen, with the latest day."""
    rows = (
        Standing.objects.filter(pack__in=units, frozen_on__isnull=False, unit__in=subtree(unit))
        .values("pack_id")
        .annotate(count=RowCount("pk"), last=Max("frozen_on"))
    )
    return {row["pack_id"]: row["last"] for row in rows if row["count"] == units[row["pack_id"]]}


def tree(*, by: Actor, unit: Unit, pack: Pack) -> list[TreeRow]:
    """The unit and its direct children that somebody may see, with their counts."""
    check.require(by, _SEE, unit)
    shown = [unit, *_children(by, unit)]
    held: dict[tuple[int, str], Count] = {}
    for row in PackRollup.objects.filter(unit__in=shown, pack__urn=pack.urn):
        key = (row.unit_id, row.reach)
        held[key] = held.get(key, counting.NOTHING).plus(counting.of_row(row))
    frozen = dict(
        Standing.objects.filter(unit__in=shown, pack__urn=pack.urn, frozen_on__isnull=False).values_list(
            "unit_id", "frozen_on"
        )
    )
    return [
        TreeRow(each, held.get((each.pk, "own")), held.get((each.pk, "all")), frozen.get(each.pk)) for each in shown
    ]


def _children(by: Actor, unit: Unit) -> list[Unit]:
    return list(visible(by, unit).filter(parent=unit, kind=UnitKind.COMPANY).order_by("sort_key", "pk"))


def matrix(*, by: Actor, unit: Unit, pack: Pack) -> list[MatrixRow]:
    """The unit itself, then each direct child with all levels below it, counted by section of the pack."""
    check.require(by, _SEE, unit)
    rows = {each.path: each for each in (unit, *_children(by, unit))}
    held: dict[str, list[str]] = {path: [] for path in rows}
    days: dict[str, list[date | None]] = {path: [] for path in rows}
    seen = Standing.objects.filter(pack=pack, unit__in=visible(by, unit))
    for path, letters, frozen_on in seen.values_list("unit__path", "statuses", "frozen_on"):
        child = path[: len(unit.path) + STEP]
        if child in held:
            held[child].append(letters)
            days[child].append(frozen_on)
    places = sections(pack)
    return [MatrixRow(each, _by_section(held[path], places), _last(days[path])) for path, each in rows.items()]


def _last(days: Iterable[date | None]) -> date | None:
    """The latest of them, if none is missing."""
    found = list(days)
    known = [day for day in found if day is not None]
    return max(known, default=None) if len(known) == len(found) else None


def _by_section(standings: list[str], places: Mapping[str, list[int]]) -> dict[str, Count]:
    columns = ["".join(column) for column in zip(*standings, strict=True)]
    if not columns:
        return {}
    return {
        name: counting.of_letters("".join(columns[place] for place in at), len(standings))
        for name, at in places.items()
    }


def sections(pack: Pack) -> dict[str, list[int]]:
    """Section -> places of its requirements in `Standing.statuses`."""
    found: dict[str, list[int]] = {}
    by_code = wiring.one(pack).by_code
    for row in catalogue.requirements(pack):
        found.setdefault(row.section, []).append(by_code[row.code].at)
    return found


def heat(*, by: Actor, unit: Unit, pack: Pack | None = None) -> Heat:
    """The unit and its direct children against all documents, or against the sections of one.

    The first row is the unit itself, without those below it; children stand for all levels below them. Versions of
    one document are one column. Columns in which nothing is counted are left out.
    """
    if pack is not None:
        rows = [HeatRow(row.unit, row.cells) for row in matrix(by=by, unit=unit, pack=pack)]
        named = {row["code"]: row for row in pack.header.get("sections", [])}
        columns = [
            HeatColumn(code, named.get(code, {}).get("title", code), named.get(code, {}).get("title_en", ""))
            for code in sections(pack)
        ]
    else:
        check.require(by, _SEE, unit)
        rows, columns = _by_document(unit, _children(by, unit))
    filled = {key for row in rows for key, count in row.cells.items() if sum(count.by_status.values())}
    return Heat(tuple(column for column in columns if column.key in filled), tuple(rows))


def _by_document(unit: Unit, children: list[Unit]) -> tuple[list[HeatRow], list[HeatColumn]]:
    wanted = Q(unit=unit, reach="own") | Q(unit__in=children, reach="all")
    cells: dict[int, dict[str, Count]] = {each.pk: {} for each in (unit, *children)}
    packs: dict[str, Pack] = {}
    for row in PackRollup.objects.filter(wanted).select_related("pack").order_by("pack__is_current", "pk"):
        urn = row.pack.urn
        packs[urn] = row.pack
        held = cells[row.unit_id]
        held[urn] = held.get(urn, counting.NOTHING).plus(counting.of_row(row))
    columns = [HeatColumn(urn, each.title, each.title_en) for urn, each in sorted(packs.items())]
    return [HeatRow(each, cells[each.pk]) for each in (unit, *children)], columns


# --- recorded history -------------------------------------------------------------------------------------------------


def history(*, by: Actor, unit: Unit, pack: Pack, reach: Reach = "all") -> list[Point]:
    """The recorded days on which a roll-up of a document (in whichever versions) changed, and how it stands now.

    A unit's own posture of any day, also of one before recording began, is in `findings(as_of=...)`.
    """
    check.require(by, _SEE, unit)
    today = clock.today()
    rows = RollupDay.objects.filter(unit=unit, pack__urn=pack.urn, reach=reach, on__lt=today).order_by("on", "pk")
    held: dict[int, Count] = {}
    points: list[Point] = []
    for on, changed in groupby(rows, key=lambda row: row.on):
        held |= {row.pack_id: counting.of_row(row) for row in changed}
        points.append(Point(on, counting.total(held.values())))
    now = PackRollup.objects.filter(unit=unit, pack__urn=pack.urn, reach=reach)
    current = counting.total(counting.of_row(row) for row in now)
    if points or current.units:
        points.append(Point(today, current))
    return points


def overview_on(*, by: Actor, unit: Unit, on: date) -> list[PackView]:
    """The overview as it was recorded at the end of a day; empty before recording began."""
    check.require(by, _SEE, unit)
    if on >= clock.today():
        return overview(by=by, unit=unit)
    same = RollupDay.objects.filter(unit=OuterRef("unit"), pack=OuterRef("pack"), reach=OuterRef("reach"), on__lte=on)
    rows = RollupDay.objects.filter(unit=unit, on=Subquery(same.order_by("-on").values("on")[:1]), units__gt=0)
    counts: dict[int, dict[str, Count]] = {}
    packs: dict[int, Pack] = {}
    for row in rows.select_related("pack"):
        counts.setdefault(row.pack_id, {})[row.reach] = counting.of_row(row)
        packs[row.pack_id] = row.pack
    adoptions = _adoptions(unit, on)
    return [
        PackView(
            pack,
            adoptions.get(pk),
            counts[pk].get("own"),
            counts[pk].get("all"),
            _ended(adoptions.get(pk), on),
        )
        for pk, pack in sorted(packs.items(), key=lambda item: item[1].urn)
    ]


def _ended(adoption: Adoption | None, on: date) -> date | None:
    """The day for which an ended programme stood on a day."""
    ended = adoption is not None and adoption.to_on is not None and adoption.to_on < on
    return adoption.to_on if adoption is not None and ended else None
