"""Moves the rows of an openpyxl sheet, with all that points to them: heights, rules, filters and formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.worksheet.cell_range import CellRange

_REF = re.compile(r"(\$?[A-Za-z]{1,3}\$?)(\d+)")


def move(page: Any, now: Mapping[int, int]) -> None:
    """Rows go from where they were to where they are now; those that are not in `now` are gone."""
    rows = _Rows(now)
    cells = list(page._cells.items())
    page._cells.clear()
    for (row, column), cell in cells:
        if row in now:
            cell.row = now[row]
            page._cells[now[row], column] = cell
            if cell.data_type == "f" and isinstance(cell.value, str):
                cell.value = _formula(cell.value, rows, page.title)
            if cell.hyperlink is not None:
                cell.hyperlink.ref = cell.coordinate
    _heights(page, now)
    _rules(page, rows)


class _Rows:
    """Where a row went; of a row that is gone, where the next one went, or the one before it."""

    def __init__(self, now: Mapping[int, int]) -> None:
        self.now = now
        self.kept = sorted(now)
        self.last = self.kept[-1] if self.kept else 0

    def start(self, row: int) -> int:
        if row > self.last:
            return row + self._grown
        return self.now.get(row) or next((self.now[one] for one in self.kept if one > row), row)

    def end(self, row: int) -> int:
        if row > self.last:
            return row + self._grown
        return self.now.get(row) or next((self.now[one] for one in reversed(self.kept) if one < row), row)

    @property
    def _grown(self) -> int:
        return self.now[self.last] - self.last if self.last else 0


def _heights(page: Any, now: Mapping[int, int]) -> None:
    held = dict(page.row_dimensions.items())
    page.row_dimensions.clear()
    for row, dimension in held.items():
        if row in now:
            dimension.index = now[row]
            page.row_dimensions[now[row]] = dimension


def _rules(page: Any, rows: _Rows) -> None:
    for rule in page.data_validations.dataValidation:
        rule.sqref = type(rule.sqref)(" ".join(_range(str(one), rows) for one in rule.sqref.ranges))
    formats = page.conditional_formatting
    moved = ConditionalFormattingList()
    for one in formats:
        where = " ".join(_range(str(part), rows) for part in one.sqref.ranges)
        for rule in one.rules:
            moved.add(where, rule)
    page.conditional_formatting = moved
    if page.auto_filter.ref:
        page.auto_filter.ref = _range(page.auto_filter.ref, rows)


def _range(ref: str, rows: _Rows) -> str:
    area = CellRange(ref)
    top, bottom = rows.start(area.min_row), rows.end(area.max_row)
    area.min_row, area.max_row = min(top, bottom), max(top, bottom)
    return str(area.coord)


def _formula(formula: str, rows: _Rows, title: str) -> str:
    """References to rows of this sheet follow them; a range ends where its last row went."""
    try:
        tokens = Tokenizer(formula).items
    except TokenizerError:
        return formula
    return "=" + "".join(_token(token, rows, title) for token in tokens)


def _token(token: Any, rows: _Rows, title: str) -> str:
    text = str(token.value)
    if token.type != Token.OPERAND or token.subtype != Token.RANGE:
        return text
    sheet, mark, cells = text.rpartition("!")
    if mark and sheet.strip("'").replace("''", "'") != title:
        return text
    parts = cells.split(":")
    ends = [rows.start, rows.end] if len(parts) == 2 else [rows.start]
    if len(parts) > 2 or any(not _REF.fullmatch(part) for part in parts):
        return text
    moved = [_gone(part, go) for part, go in zip(parts, ends, strict=True)]
    return f"{sheet}{mark}{':'.join(moved)}"


def _gone(ref: str, go: Callable[[int], int]) -> str:
    return _REF.sub(lambda found: f"{found[1]}{go(int(found[2]))}", ref)
