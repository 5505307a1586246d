"""Tells how two workbooks differ: sheets, order, merges, values, types, number formats, widths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter

_WIDTH = 13.0
_MOST = 200


def differences(first: Path, second: Path) -> list[str]:
    """One line for each difference, naming the cell; nothing when the two are the same to whoever opens them."""
    one, other = openpyxl.load_workbook(first), openpyxl.load_workbook(second)
    if one.sheetnames != other.sheetnames:
        return [f"sheets: {one.sheetnames} / {other.sheetnames}"]
    found: list[str] = []
    for name in one.sheetnames:
        found += [f"{name}: {line}" for line in _sheet(one[name], other[name])]
    return found[:_MOST]


def _sheet(one: Any, other: Any) -> list[str]:
    found = []
    if one.sheet_state != other.sheet_state:
        found.append(f"shown: {one.sheet_state} / {other.sheet_state}")
    merges = [{span.coord for span in page.merged_cells.ranges} for page in (one, other)]
    if merges[0] != merges[1]:
        found.append(f"merged: {sorted(merges[0] - merges[1])} / {sorted(merges[1] - merges[0])}")
    found += [
        f"width of {letter}: {before} / {after}"
        for letter, (before, after) in _pairs(_widths(one), _widths(other)).items()
        if before != after
    ]
    found += [
        f"height of row {row}: {before} / {after}"
        for row, (before, after) in _pairs(_heights(one), _heights(other)).items()
        if before != after
    ]
    cells = _pairs(_cells(one), _cells(other))
    found += [f"{ref}: {before!r} / {after!r}" for ref, (before, after) in cells.items() if before != after]
    return found


def _pairs(first: dict[Any, Any], second: dict[Any, Any]) -> dict[Any, tuple[Any, Any]]:
    return {key: (first.get(key), second.get(key)) for key in dict.fromkeys([*first, *second])}


def _cells(page: Any) -> dict[str, tuple[str, str, str]]:
    """Value, type and number format of every cell that holds something."""
    return {
        cell.coordinate: (repr(cell.value), cell.data_type, cell.number_format)
        for row in page.iter_rows()
        for cell in row
        if not isinstance(cell, MergedCell) and cell.value is not None
    }


def _widths(page: Any) -> dict[str, float]:
    """By column; Excel writes one width for several columns next to each other."""
    found: dict[str, float] = {}
    for dimension in page.column_dimensions.values():
        first, last = dimension.min, dimension.max
        if first is None or last is None:
            continue
        for column in range(first, min(last, first + 500) + 1):
            if abs(dimension.width - _WIDTH) > 0.01 or dimension.hidden:
                found[get_column_letter(column)] = 0.0 if dimension.hidden else round(dimension.width, 2)
    return found


def _heights(page: Any) -> dict[int, float]:
    return {row: round(one.height, 2) for row, one in page.row_dimensions.items() if one.height is not None}
