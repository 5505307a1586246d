"""Marks a person's own workbook in a process of its own: openpyxl can be made to eat gigabytes by a few bytes.

Started by `marking`; the order comes as JSON on stdin, with all words already in the reader's language.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
import orjson
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from guiju.lib.excel import sandbox, writer
from guiju.lib.excel.cells import parse_ref

_COMMENTS = 1_000
_RED = "FFFFC7CE"
_HEAD = "FFE9EEF3"
_WIDTHS = {"A": 20, "B": 10, "C": 60, "D": 60}


def main(order: Mapping[str, Any]) -> None:
    """{"source", "out", "title", "author", "table": [[sheet, cell, what, fix], ...] with its header first, limits}."""
    sandbox.restrain(memory_bytes=order["memory_bytes"], cpu_seconds=order["cpu_seconds"])
    book = openpyxl.load_workbook(order["source"])
    for number, ((title, ref), messages) in enumerate(_by_cell(order["table"][1:]).items()):
        if title in book.sheetnames and hasattr(book[title], "cell"):
            _mark_cell(book[title], ref, messages if number < _COMMENTS else (), author=order["author"])
    _add_table(book, order["title"], order["table"])
    book.save(order["out"])


def _by_cell(lines: Iterable[Sequence[str]]) -> dict[tuple[str, str], list[str]]:
    cells: dict[tuple[str, str], list[str]] = {}
    for sheet, ref, what, fix in lines:
        cells.setdefault((sheet, ref), []).append(f"{what} {fix}".strip())
    return cells


def _mark_cell(sheet: Any, ref: str, messages: Sequence[str], *, author: str) -> None:
    try:
        row, column = parse_ref(ref)
    except ValueError:
        return  # a fault of the row or the sheet as a whole stands in the list only
    cell = sheet.cell(row=row, column=column + 1)
    if isinstance(cell, MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if ref in area)
        cell = sheet.cell(row=area.min_row, column=area.min_col)
    cell.fill = PatternFill("solid", fgColor=_RED)
    if messages:
        before = [cell.comment.text] if cell.comment else []
        note = Comment(writer.safe_text("\n".join([*before, *messages])), author)
        note.width, note.height = 320, 120
        cell.comment = note


def _add_table(book: Any, title: str, table: Iterable[Sequence[str]]) -> None:
    sheet = book.create_sheet(writer.sheet_name(title, used=book.sheetnames))
    sheet.sheet_properties.tabColor = "C00000"
    for row, values in enumerate(table, 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row=row, column=column)
            cell.value = writer.safe_text(value)
            cell.data_type = "s"  # text that begins with = stays text
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if row == 1:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor=_HEAD)
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


if __name__ == "__main__":
    main(orjson.loads(sys.stdin.buffer.read()))
