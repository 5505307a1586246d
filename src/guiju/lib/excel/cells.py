"""What a sheet is made of once read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal, NamedTuple

Value = str | int | Decimal | date | datetime | time | bool | None
Kind = Literal["empty", "text", "number", "date", "bool"]


class Cell(NamedTuple):
    """One cell as written. `merged`: the value comes from the merged range it lies in.

    `imprecise`: a number of more than 15 digits, of which Excel has already lost the last ones.
    """

    value: Value
    row: int
    column: int
    merged: bool = False
    imprecise: bool = False

    @property
    def ref(self) -> str:
        """`C12`"""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def kind(self) -> Kind:
        value = self.value
        if value is None:
            return "empty"
        if isinstance(value, str):
            return "text"
        if isinstance(value, bool):
            return "bool"
        return "number" if isinstance(value, int | Decimal) else "date"

    @property
    def text(self) -> str:
        """The value as text: codes and names are text even where Excel stored a number."""
        value = self.value
        if value is None:
            return ""
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")
        return format(value, "f") if isinstance(value, Decimal) else str(value)


class Row(NamedTuple):
    """A row that is not empty; `number` is the one that people see, from 1."""

    number: int
    cells: Sequence[Cell]

    def cell(self, column: int) -> Cell:
        """The cell of a column counted from 0; empty beyond the last one."""
        return self.cells[column] if column < len(self.cells) else Cell(None, self.number, column)

    @property
    def has_own(self) -> bool:
        """False when all values come down from merged ranges above."""
        return any(cell.value is not None and not cell.merged for cell in self.cells)


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A sheet's name, and whether people see it."""

    name: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet in memory."""

    name: str
    hidden: bool
    rows: list[Row] = field(repr=False)

    def cell(self, ref: str) -> Cell:
        """The cell at `C12`; empty where the sheet has none."""
        row, column = parse_ref(ref)
        for item in self.rows:
            if item.number == row:
                return item.cell(column)
        return Cell(None, row, column)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A whole file in memory; use `reader.iter_rows` for long lists."""

    sheets: list[Sheet]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name."""
        return next((item for item in self.sheets if item.name == name), None)


def column_letters(column: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def parse_ref(ref: str) -> tuple[int, int]:
    """`C12` as (row from 1, column from 0)."""
    letters = ref.rstrip("0123456789")
    digits = ref[len(letters) :]
    if not digits or not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise ValueError(f"{ref!r} is not a cell")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(digits), column - 1
