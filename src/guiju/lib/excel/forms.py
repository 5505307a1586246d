"""Draws a list in somebody's form: a title, headings in groups, one sheet or several, equal group cells merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from guiju.lib.excel import writer
from guiju.lib.excel.writer import Kind

#: In a group column an empty cell means what stands above it; this says that there is nothing.
NOTHING = "/"


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column under its heading, and perhaps a heading above that it shares with its neighbours."""

    label: str
    under: str = ""
    width: float = 16
    kind: Kind = "text"
    carry: bool = False


def write(
    target: Path | IO[bytes],
    *,
    title: str,
    columns: Sequence[FormColumn],
    sheets: Iterable[tuple[str, Iterable[Sequence[object]]]],
    notes: Sequence[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
    is_merged: bool = True,
) -> int:
    """Write every sheet as its rows come; returns the number of rows. `is_merged` merges equal cells of a group."""
    import xlsxwriter  # imported lazily: only exports need it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    total, used = 0, set[str]()
    with xlsxwriter.Workbook(target, options) as book:
        styles = writer._Styles(book)
        for name, rows in sheets:
            made = writer.sheet_name(name, used=used)
            used.add(made)
            sheet = book.add_worksheet(made)
            first = _write_head(sheet, styles, title, columns)
            last = _Rows(sheet, styles, columns, is_merged=is_merged).write(rows, first)
            total += last - first + 1
            _finish(sheet, columns, first, last)
            if choices:
                area = (first, max(last, first + writer._DROPDOWN_ROWS))
                writer._write_choices(book, sheet, _plain(columns), choices, area, used)
        writer._write_notes(book, styles, notes, used)
    return total


def _plain(columns: Sequence[FormColumn]) -> list[writer.Column]:
    return [writer.Column(column.label, column.width, column.kind) for column in columns]


def _finish(sheet: Any, columns: Sequence[FormColumn], first: int, last: int) -> None:
    sheet.autofilter(first - 1, 0, max(last, first - 1), max(len(columns) - 1, 0))
    sheet.freeze_panes(first, 0)
    writer._set_up_page(sheet, "", first)


def _merge(sheet: Any, area: tuple[int, int, int, int]) -> None:
    """`merge_range` would write into rows that are on disk already; the range itself is all that is needed."""
    sheet.merge.append(list(area))


def _write_head(sheet: Any, styles: Any, title: str, columns: Sequence[FormColumn]) -> int:
    """Title, groups, headings; returns the first row of the data."""
    last = max(len(columns) - 1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, writer.safe_text(title), styles.title)
    for at in range(1, last + 1):
        sheet.write_blank(0, at, None, styles.title)
    if last:
        _merge(sheet, (0, 0, 0, last))
    if not any(column.under for column in columns):
        for at, column in enumerate(columns):
            sheet.write_string(1, at, writer.safe_text(column.label), styles.header)
        return 2
    _write_groups(sheet, styles, columns)
    return 3


def _write_groups(sheet: Any, styles: Any, columns: Sequence[FormColumn]) -> None:
    begins = [
        at for at, column in enumerate(columns) if at == 0 or not column.under or column.under != columns[at - 1].under
    ]
    for number, at in enumerate(begins):
        end = (begins[number + 1] if number + 1 < len(begins) else len(columns)) - 1
        column = columns[at]
        sheet.write_string(1, at, writer.safe_text(column.under or column.label), styles.header)
        for other in range(at + 1, end + 1):
            sheet.write_blank(1, other, None, styles.header)
        if column.under and end > at:
            _merge(sheet, (1, at, 1, end))
        elif not column.under:
            _merge(sheet, (1, at, 2, at))
    for at, column in enumerate(columns):
        if column.under:
            sheet.write_string(2, at, writer.safe_text(column.label), styles.header)
        else:
            sheet.write_blank(2, at, None, styles.header)


class _Rows:
    """Writes rows one after the other; a group's value is written once and its cells merged when it ends."""

    def __init__(self, sheet: Any, styles: Any, columns: Sequence[FormColumn], *, is_merged: bool) -> None:
        self.sheet = sheet
        self.styles = styles
        self.kinds = [(at, column.kind, styles.cells[column.kind]) for at, column in enumerate(columns)]
        self.groups = [at for at, column in enumerate(columns) if column.carry]
        self.is_merged = is_merged
        #: Column -> the row in which its present group began, and its value.
        self.open: dict[int, tuple[int, object]] = {}

    def write(self, rows: Iterable[Sequence[object]], first: int) -> int:
        """Returns the last row written."""
        sheet, text = self.sheet, self.styles.cells["text"]
        number = first - 1
        for number, row in enumerate(rows, first):
            shown = self._grouped(number, row) if self.groups else row
            for (at, kind, style), value in zip(self.kinds, shown, strict=True):
                if type(value) is str:
                    if value:
                        sheet.write_string(number, at, writer.safe_text(value), style if kind == "text" else text)
                    else:
                        sheet.write_blank(number, at, None, style)
                elif value is not None or self.is_merged:  # in a long list empty cells cost as much as full ones
                    writer._write_value(sheet, (number, at), value, style=style, styles=self.styles)
        for at in self.groups:
            self._close(at, number)
        return number

    def _grouped(self, number: int, row: Sequence[object]) -> Sequence[object]:
        shown = list(row)
        is_new = False
        for at in self.groups:
            value = row[at] or None
            begun = self.open.get(at)
            if begun is not None and not is_new and begun[1] == value:
                if self.is_merged and value is not None:
                    shown[at] = None
                continue
            if begun is not None:
                self._close(at, number - 1)
                # Within the group further left nothing would mean what stands above.
                if value is None and not is_new and begun[1] is not None:
                    shown[at] = NOTHING
            is_new = is_new or begun is None or begun[1] != value
            self.open[at] = (number, value)
        return shown

    def _close(self, at: int, last: int) -> None:
        begun = self.open.pop(at, None)
        if self.is_merged and begun is not None and begun[1] is not None and last > begun[0]:
            _merge(self.sheet, (begun[0], at, last, at))
