"""Before a rule is given out: how many people by unit and department, who they are, and who has no account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from guiju.governance.reading import audience as audiences
from guiju.governance.reading.audience import Audience
from guiju.org.models import Person, Unit

#: Rows and names shown; the count is always that of all.
ROWS, NAMES = 200, 30


@dataclass(frozen=True, slots=True)
class Place:
    """A unit, or a department of it, with its people."""

    unit: str
    department: str
    count: int
    without: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`without` have no account and confirm on paper; `outside` belong to somebody else and are not asked."""

    count: int
    without: int
    units: int
    outside: int
    places: list[Place]
    more: int
    names: list[str]


def preview(audience: Audience, unit: Unit, *, on: date) -> Preview:
    """Five questions however many people."""
    rows = audiences.people(audience, unit, on=on)
    counted = (
        rows.order_by()
        .values("unit_id", "department_id")
        .annotate(count=Count("pk"), without=Count("pk", filter=Q(user__isnull=True)))
    )
    found = list(counted)
    units = Unit.objects.in_bulk({one["unit_id"] for one in found} | {one["department_id"] for one in found} - {None})
    places = [
        (units[one["unit_id"]].path, units[one["department_id"]].path if one["department_id"] else "~", one)
        for one in found
    ]
    places.sort(key=lambda row: row[:2])
    names = (
        rows.order_by("unit__path", "sort_key").values_list("name", "post")[:NAMES] if audience.kind != "all" else []
    )
    outside = audiences.here(audience, unit, on=on).filter(is_external=True)
    return Preview(
        count=sum(one["count"] for one in found),
        without=sum(one["without"] for one in found),
        units=len({one["unit_id"] for one in found}),
        outside=outside.count() if audience.kind == "all" else 0,
        places=[_place(one, units) for _unit, _department, one in places[:ROWS]],
        more=max(len(places) - ROWS, 0),
        names=[f"{name}（{post}）" if post else name for name, post in names],
    )


def _place(one: Mapping[str, Any], units: dict[int, Unit]) -> Place:
    department = units.get(one["department_id"]) if one["department_id"] else None
    return Place(units[one["unit_id"]].label, department.name if department else "", one["count"], one["without"])


def has_people(unit: Unit) -> bool:
    """Has anybody been entered for the unit or below?"""
    return Person.objects.filter(unit__path__gte=unit.path, unit__path__lt=unit.path + "~").exists()
