"""Reading the organisation as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.org.enums import UnitKind
from guiju.org.models import Unit, UnitAttribute
from guiju.org.size import MEASURES, SizeFinding, SizeRow, SizeTable, classify
from guiju.org.tree import ancestors, own, own_units, subtree
from guiju.packs import catalogue

__all__ = [
    "ancestors", "attributes", "attributes_of", "legal_entities", "own", "own_units", "size_of", "sizes_of", "subtree",
]  # fmt: skip


def legal_entities(unit: Unit, *, on: date | None = None) -> QuerySet[Unit]:
    """The legal entities at all levels (全级次) from this unit down, those closed before `on` left out."""
    found = subtree(unit).filter(kind=UnitKind.COMPANY)
    return found.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on)) if on else found


def _rows(unit_ids: Iterable[int], on: date, recorded_by: datetime | None) -> QuerySet[UnitAttribute]:
    rows = UnitAttribute.objects.filter(unit_id__in=list(unit_ids), from_on__lte=on)
    if recorded_by is None:
        rows = rows.filter(superseded_at__isnull=True)
    else:
        known = Q(superseded_at__isnull=True) | Q(superseded_at__gt=recorded_by)
        rows = rows.filter(known, recorded_at__lte=recorded_by)
    return rows.order_by("unit_id", "code", "from_on", "recorded_at", "id")


def attributes_of(
    unit_ids: Iterable[int], *, on: date, recorded_by: datetime | None = None
) -> dict[int, dict[str, Any]]:
    """For each unit the value of every attribute that holds on the day (the latest start wins); one query per 500."""
    wanted = list(unit_ids)
    found: dict[int, dict[str, Any]] = {unit: {} for unit in wanted}
    for start in range(0, len(wanted), 500):
        for row in _rows(wanted[start : start + 500], on, recorded_by):
            if row.to_on is None or row.to_on >= on or recorded_by is not None:
                found[row.unit_id][row.code] = row.value
            else:
                found[row.unit_id].pop(row.code, None)
    return found


def attributes(unit: Unit, *, on: date, recorded_by: datetime | None = None) -> dict[str, Any]:
    """The unit's attributes on the day."""
    return attributes_of([unit.pk], on=on, recorded_by=recorded_by)[unit.pk]


def history(unit: Unit) -> dict[str, list[UnitAttribute]]:
    """All values by attribute, newest first."""
    found: dict[str, list[UnitAttribute]] = defaultdict(list)
    for row in unit.attributes.filter(superseded_at__isnull=True).order_by("code", "-from_on", "-id"):
        found[row.code].append(row)
    return dict(found)


def _table(on: date) -> SizeTable | None:
    tables: list[SizeTable] = [_parse(raw) for raw in catalogue.size_tables()]
    held = [table for table in tables if table.from_on <= on]
    return max(held, key=lambda table: table.from_on, default=None)


def _parse(raw: Mapping[str, Any]) -> SizeTable:
    def limits(values: Mapping[str, Any] | None) -> dict[str, Decimal]:
        return {measure: Decimal(str(value)) for measure, value in (values or {}).items()}

    rows = {
        row["industry"]: SizeRow(
            row["industry"], row["label"], limits(row["sme_below"]), limits(row["medium"]), limits(row["small"])
        )
        for row in raw["rows"]
    }
    return SizeTable(date.fromisoformat(str(raw["from_on"])), raw["source"], rows)


def sizes_of(unit_ids: Iterable[int], *, on: date, recorded_by: datetime | None = None) -> dict[int, SizeFinding]:
    """The size class of each unit on the day, with reasons."""
    table = _table(on)
    held = attributes_of(unit_ids, on=on, recorded_by=recorded_by)
    return {unit: _size(values, table) for unit, values in held.items()}


def size_of(unit: Unit, *, on: date, recorded_by: datetime | None = None) -> SizeFinding:
    """The unit's size class on the day, with reasons."""
    return sizes_of([unit.pk], on=on, recorded_by=recorded_by)[unit.pk]


def _size(values: Mapping[str, Any], table: SizeTable | None) -> SizeFinding:
    override = values.get("size_override")
    if override:
        return SizeFinding(str(override), (_("Set by hand; the reason stands beside the attribute."),), overridden=True)
    industry = values.get("industry")
    row = table.rows.get(str(industry)) if table and industry else None
    if row is None:
        return SizeFinding("", missing=("industry",))
    return classify(row, _figures(values))


def _figures(values: Mapping[str, Any]) -> dict[str, Decimal]:
    figures: dict[str, Decimal] = {}
    for measure in MEASURES:
        if values.get(measure) is not None:
            try:
                figures[measure] = Decimal(str(values[measure]))
            except InvalidOperation:
                continue
    return figures
