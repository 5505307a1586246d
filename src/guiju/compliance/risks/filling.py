"""What the matrix says goes into a risk wherever it is written, unless somebody set the level by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guiju.compliance.risks import matrix
from guiju.compliance.risks.matrix import Grid
from guiju.registers.changes import Blank

REGISTER = "risk_list"
#: What a level follows from.
RATING = (
    "probability", "impact", "detectability", "residual_probability", "residual_impact", "residual_detectability",
)  # fmt: skip


def levels(blanks: Sequence[Blank]) -> None:
    """Complete inherent level and level of rated risks; one query for the matrices, none where nothing is rated."""
    open_ = [(unit, held, data) for unit, held, data in blanks if _concerns(held, data)]
    if not open_:
        return
    grids = matrix.of_many({unit.pk: unit for unit, _held, _data in open_}.values())
    for unit, held, data in open_:
        complete(grids[unit.pk], held, data)


def _concerns(held: Mapping[str, Any] | None, data: Mapping[str, Any]) -> bool:
    if data.get("probability") is None or data.get("impact") is None:
        return False
    if not data.get("level") or not data.get("inherent_level"):
        return True
    return held is not None and any(held.get(code) != data.get(code) for code in RATING)


def complete(grid: Grid, held: Mapping[str, Any] | None, data: dict[str, Any]) -> None:
    """Put in what follows; a level that stood as the matrix gave it follows the new rating."""
    if held is None or follows(data, held, "inherent_level", matrix.inherent_from(grid, held)):
        data["inherent_level"] = (held is None and data.get("inherent_level")) or matrix.inherent_from(grid, data)
    if not data.get("level") or (
        held is not None
        and not data.get("level_reason")
        and follows(data, held, "level", matrix.level_from(grid, held))
    ):
        data["level"] = matrix.level_from(grid, data)


def follows(data: Mapping[str, Any], held: Mapping[str, Any], code: str, given: str) -> bool:
    """Nobody touched it now, and it was what the matrix gave; or it is empty."""
    return not data.get(code) or (data.get(code) == held.get(code) and held.get(code) == given)


def is_by_hand(grid: Grid, data: Mapping[str, Any]) -> bool:
    """Is the level another than the matrix gives?"""
    given = matrix.level_from(grid, data)
    return bool(given and data.get("level") and data["level"] != given)
