"""Writes a list as .xlsx in constant memory; whatever people typed stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal

from guiju.lib import clock
from guiju.lib.i18n import _

Kind = Literal["text", "int", "number", "money", "percent", "date", "datetime", "bool"]

HEADER_FILL = "#E9EEF3"
_FONT = "宋体"
_CELL_CHARS = 32_767
_DROPDOWN_ROWS = 2_000
_FORMATS: dict[str, str] = {
    "text": "@",
    "int": "0",
    "number": "General",
    "money": "#,##0.00",
    "percent": "0.00%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "bool": "General",
}
# XML 1.0 cannot carry these at all, not even escaped; TAB and the line breaks can.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, width in characters, and what its cells are."""

    label: str
    width: float = 16
    kind: Kind = "text"


def write(
    target: Path | IO[bytes],
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    notes: Sequence[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """Write title row, header row and rows; returns the number of rows.

    `choices` gives a column (by its label) a list to pick from; `notes` go to a sheet of their own.
    """
    import xlsxwriter  # imported lazily: only exports need it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        styles = _Styles(book)
        sheet = book.add_worksheet(sheet_name(title))
        first = _write_head(sheet, styles, title, columns)
        last = _write_rows(sheet, styles, columns, rows, first)
        sheet.autofilter(first - 1, 0, max(last, first - 1), max(len(columns) - 1, 0))
        _set_up_page(sheet, title, first)
        used = {sheet_name(title)}
        _write_notes(book, styles, notes, used)
        _write_choices(book, sheet, columns, choices or {}, (first, max(last, first + _DROPDOWN_ROWS)), used)
    return last - first + 1


def sheet_name(title: str, *, used: Iterable[str] = ()) -> str:
    """A title as Excel allows it for a sheet: 31 characters, no `[]:*?/\\`, unlike the others."""
    base = _SHEET_NAME.sub(" ", title).strip().strip("'").strip()[:31] or "Sheet1"
    taken, name, number = {item.casefold() for item in used}, base, 1
    while name.casefold() in taken:
        number += 1
        tail = f"({number})"
        name = base[: 31 - len(tail)] + tail
    return name


def safe_text(text: str) -> str:
    """Text that a cell can hold: no forbidden control characters, cut visibly at Excel's limit."""
    text = _UNWRITABLE.sub("\ufffd", text)
    if len(text) <= _CELL_CHARS:
        return text
    mark = _("… (cut here: a cell cannot hold more)")
    return text[: _CELL_CHARS - len(mark)] + mark


class _Styles:
    """One format object per look."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": _FONT, "font_size": 11, "valign": "vcenter"}
        self.title = book.add_format(base | {"bold": True, "font_size": 14, "align": "center"})
        self.note = book.add_format(base | {"text_wrap": True, "valign": "top"})
        self.header = book.add_format(
            base | {"bold": True, "bg_color": HEADER_FILL, "border": 1, "align": "center", "text_wrap": True}
        )
        self.cells = {
            kind: book.add_format(base | {"border": 1, "text_wrap": kind == "text", "num_format": form})
            for kind, form in _FORMATS.items()
        }


def _write_head(sheet: Any, styles: _Styles, title: str, columns: Sequence[Column]) -> int:
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
    sheet.set_row(0, 26)
    if len(columns) > 1:
        sheet.merge_range(0, 0, 0, len(columns) - 1, "", styles.title)
    sheet.write_string(0, 0, safe_text(title), styles.title)
    for at, column in enumerate(columns):
        sheet.write_string(1, at, safe_text(column.label), styles.header)
    sheet.freeze_panes(2, 0)
    return 2


def _write_rows(
    sheet: Any, styles: _Styles, columns: Sequence[Column], rows: Iterable[Sequence[object]], first: int
) -> int:
    kinds = [(at, column.kind, styles.cells[column.kind]) for at, column in enumerate(columns)]
    text_style = styles.cells["text"]
    number = first - 1
    for number, row in enumerate(rows, first):
        for (at, kind, style), value in zip(kinds, row, strict=True):
            if type(value) is str:
                if value:
                    sheet.write_string(number, at, safe_text(value), style if kind == "text" else text_style)
                else:
                    sheet.write_blank(number, at, None, style)
            else:
                _write_value(sheet, (number, at), value, style=style, styles=styles)
    return number


def _write_value(sheet: Any, place: tuple[int, int], value: object, *, style: Any, styles: _Styles) -> None:
    """A value in a column declared as text still needs its own number format, or a day shows as 46112."""
    text = styles.cells["text"]
    typed = style is not text
    if value is None:
        sheet.write_blank(*place, None, style)
    elif isinstance(value, bool):
        sheet.write_string(*place, _("Yes") if value else _("No"), text)
    elif isinstance(value, int | float | Decimal):
        if _exact(value):
            sheet.write_number(*place, float(value), style if typed else styles.cells["number"])
        else:  # Excel would lose the last digits
            sheet.write_string(*place, str(value), text)
    elif isinstance(value, datetime):
        local = value.astimezone(clock.SHANGHAI).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(*place, local, style if typed else styles.cells["datetime"])
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, style if typed else styles.cells["date"])
    else:
        sheet.write_string(*place, safe_text(str(value)), text)


def _exact(value: int | float | Decimal) -> bool:
    if isinstance(value, int):
        return abs(value) < 10**15
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.normalize().as_tuple().digits) <= 15
    return value - value == 0  # neither infinite nor nan


def _set_up_page(sheet: Any, title: str, first: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, first - 1)
    sheet.set_footer("&C" + _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"})


def _write_notes(book: Any, styles: _Styles, notes: Sequence[str], used: set[str]) -> None:
    if not notes:
        return
    name = sheet_name(_("Notes"), used=used)
    used.add(name)
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 100)
    for row, note in enumerate(notes):
        sheet.write_string(row, 0, safe_text(note), styles.note)


def _write_choices(
    book: Any,
    sheet: Any,
    columns: Sequence[Column],
    choices: Mapping[str, Sequence[str]],
    rows: tuple[int, int],
    used: set[str],
) -> None:
    """Lists to pick from stand on a hidden sheet under a defined name: within a cell they end at 255 characters."""
    lists = [(at, choices[column.label]) for at, column in enumerate(columns) if choices.get(column.label)]
    if not lists:
        return
    name = sheet_name(_("Choices"), used=used)
    hidden = book.add_worksheet(name)
    hidden.hide()
    for row in range(max(len(values) for _at, values in lists)):
        for place, (_at, values) in enumerate(lists):
            if row < len(values):
                hidden.write_string(row, place, safe_text(values[row]))
    from xlsxwriter.utility import xl_range_abs

    for place, (at, values) in enumerate(lists):
        defined = f"choices_{at + 1}"
        area = xl_range_abs(0, place, len(values) - 1, place)
        quoted = name.replace("'", "''")
        book.define_name(defined, f"='{quoted}'!{area}")
        sheet.data_validation(
            rows[0],
            at,
            rows[1],
            at,
            {
                "validate": "list",
                "source": f"={defined}",
                "error_title": _("Not in the list")[:32],
                "error_message": _("Please pick one of the entries of the list.")[:255],
            },
        )
