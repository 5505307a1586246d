"""Setting the matrix of a unit, and letting levels follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission
from guiju.compliance.models import Matrix
from guiju.compliance.risks import filling, matrix
from guiju.compliance.risks.matrix import Grid
from guiju.lib import clock
from guiju.lib.errors import Conflict
from guiju.org.models import Unit
from guiju.org.tree import subtree
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action

SETTING = Permission.COMPLIANCE_SETTING_EDIT
#: Levels that follow at once; beyond it the page says that it takes a while.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Effect:
    """What a matrix would change: risks whose level follows, and those that a person set and that stay."""

    follow: int
    by_hand: int
    rated: int


def plain(grid: Grid) -> dict[str, Any]:
    """A grid as it is stored, told and sent."""
    return {
        "cells": {f"{p},{i}": level for (p, i), level in sorted(grid.cells.items())},
        "uses_third": grid.uses_third,
        "third": {str(step): value for step, value in sorted(grid.third.items())},
        "names": {scale: list(words) for scale, words in grid.names.items()},
        "limits": dict(grid.limits),
    }


def state(unit: str, row: Matrix | None) -> dict[str, Any]:
    """What the trail commits to: the matrix of its own that a unit has, or that it has none."""
    if row is None:
        return {"unit": unit, "own": False}
    names = ("cells", "uses_third", "third", "names", "limits")
    return {"unit": unit, "own": True, **{name: getattr(row, name) for name in names}}


def _rated(unit: Unit) -> Any:
    """Open risks of the units for which this unit's matrix holds: those below with a matrix of their own are left out."""
    rows = Entry.objects.filter(
        register=filling.REGISTER, unit__in=subtree(unit), count_1__isnull=False, count_2__isnull=False, status="open"
    )
    for path in Matrix.objects.filter(unit__in=subtree(unit)).exclude(unit=unit).values_list("unit__path", flat=True):
        rows = rows.exclude(unit__path__startswith=path)
    return rows.select_related("body", "unit", "department").order_by("pk")


def preview(*, unit: Unit, grid: Grid, by: Actor) -> Effect:
    """How many levels would differ."""
    check.require(by, SETTING, unit)
    present = matrix.of(unit)
    follow = by_hand = rated = 0
    for entry in _rated(unit).iterator(chunk_size=_CHUNK):
        rated += 1
        data = entry.body.data
        if filling.is_by_hand(present, data) or data.get("level_reason"):
            by_hand += 1
        elif _differs(grid, data):
            follow += 1
    return Effect(follow, by_hand, rated)


def _differs(grid: Grid, data: Mapping[str, Any]) -> bool:
    return matrix.level_from(grid, data) != data.get("level") or matrix.inherent_from(grid, data) != data.get(
        "inherent_level"
    )


@transaction.atomic
def set_matrix(*, unit: Unit, grid: Grid, version: int, by: Actor, reason: str = "") -> Grid:
    """Give a unit (and all below without their own) this matrix; `version` 0 where it had none."""
    check.require(by, SETTING, unit)
    matrix.refuse(grid)
    present = matrix.of(unit)
    row = _its(unit, version)
    if row is None:
        row = Matrix(unit=unit, version=0)
    told = plain(grid)
    row.cells, row.uses_third, row.third = told["cells"], told["uses_third"], told["third"]
    row.names, row.limits = told["names"], told["limits"]
    row.version, row.recorded_at, row.by = row.version + 1, clock.now(), by.name[:80]
    row.save()
    _record(unit, {**told, "own": True}, row.version, by=by, reason=reason)
    _follow(unit, present, grid)
    return matrix.of(unit)


@transaction.atomic
def clear_matrix(*, unit: Unit, version: int, by: Actor) -> Grid:
    """Let the matrix from above hold again."""
    check.require(by, SETTING, unit)
    present = matrix.of(unit)
    row = _its(unit, version)
    if row is not None:
        row.delete()
        _record(unit, {"own": False}, version + 1, by=by, reason="")
        _follow(unit, present, matrix.of(unit))
    return matrix.of(unit)


def _record(unit: Unit, told: Mapping[str, Any], version: int, *, by: Actor, reason: str) -> None:
    trail.record(
        Action.MATRIX_SET, by=by, unit=unit, object_type="matrix", object_id=str(unit.uid), object_version=version,
        title=unit.name, content={"unit": str(unit.uid), **told}, reason=reason,
    )  # fmt: skip


def _its(unit: Unit, version: int) -> Matrix | None:
    """The unit's own matrix as the actor saw it."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    row = Matrix.objects.filter(unit=unit).first()
    if version != (row.version if row else 0):
        problem = Conflict(
            _("Somebody else has changed the risk matrix in the meantime."),
            fix=_("Look at the present one below and change it again."),
            code="matrix.conflict",
        )
        problem.data = {"version": row.version if row else 0, "current": plain(matrix.of(unit))}
        raise problem
    return row


def _follow(unit: Unit, before: Grid, grid: Grid) -> int:
    """Levels that nobody set by hand become what the new matrix gives."""
    count, house = 0, system("guiju")
    for entry in list(_rated(unit)):
        data = entry.body.data
        if filling.is_by_hand(before, data) or data.get("level_reason") or not _differs(grid, data):
            continue
        values = {"level": matrix.level_from(grid, data), "inherent_level": matrix.inherent_from(grid, data)}
        registers.update(
            entry=entry, values=values, version=entry.version, by=house, reason=_("The risk matrix changed")
        )
        count += 1
    return count
