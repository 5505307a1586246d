"""Which risks a round is about, and who answers for them: the department that a risk names, else its unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce

from guiju.compliance.models import Assessment, Round
from guiju.org import tree
from guiju.org.models import Unit
from guiju.org.tree import own_units, subtree
from guiju.registers.models import Entry

REGISTER = "risk_list"
PARTS = tree.PARTS


def units_of(unit: Unit, *, all_levels: bool) -> QuerySet[Unit]:
    """The unit with its departments, or everything below."""
    return subtree(unit) if all_levels else own_units(unit)


def risks(round_: Round) -> QuerySet[Any]:
    """The open risks that the round is about, each with `answers`: the unit that answers for it."""
    wanted = units_of(round_.unit, all_levels=round_.all_levels).values("pk")
    rows: QuerySet[Any] = Entry.objects.filter(register=REGISTER, status="open", unit__in=wanted)
    found: QuerySet[Any] = rows.annotate(answers=Coalesce("department_id", "unit_id"))
    return found


def unrated(round_: Round) -> QuerySet[Any]:
    """Those that nobody has rated in it."""
    return risks(round_).exclude(uid__in=Assessment.objects.filter(round=round_).values("risk"))


def counts(round_: Round) -> dict[int, tuple[int, int]]:
    """(rated, still to be rated) by the unit that answers: two queries, of a closed round one."""
    rated = _counted(Assessment.objects.filter(round=round_).annotate(answers=Coalesce("department_id", "unit_id")))
    if round_.closed_on is not None:
        left: Mapping[int, int] = _tally(row["at"] for row in round_.unrated)
    else:
        left = _counted(unrated(round_))
    return {pk: (rated.get(pk, 0), left.get(pk, 0)) for pk in rated.keys() | left.keys()}


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("answers").annotate(n=Count("pk")))


def _tally(keys: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found


def of_part(round_: Round, part: Unit) -> QuerySet[Any]:
    """The risks of a round for which one unit or department answers, the first to be looked at on top."""
    return risks(round_).filter(answers=part.pk).select_related("body", "unit", "department", "owner")


def companies(units: Iterable[Unit]) -> dict[int, Unit]:
    """Unit -> the company it is or belongs to: one query at most."""
    held = {unit.path: unit for unit in units}
    above = {unit.path[:end] for unit in held.values() for end in range(4, len(unit.path), 4)}
    known = {unit.path: unit for unit in Unit.objects.filter(path__in=above - held.keys())} | held
    found = {}
    for unit in held.values():
        path = unit.path
        while path in known and known[path].kind in PARTS and len(path) > 4:
            path = path[:-4]
        found[unit.pk] = known.get(path, unit)
    return found
