"""What an officer would have on her disk, for the newcomer to bring in: a risk list, and a stock of two hundred rules."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from guiju.demo import content, stock
from guiju.lib import clock

NAME = "合规风险清单（待导入）.xlsx"
STOCK = "制度存量（200份）.zip"
_FIELD, _DATED, _NUMBERS = 1, 10, (7, 8)
_TOP = 3


def write_stock(folder: Path, *, firm: str) -> Path:
    """Write the stock of rules of a firm, with what every stock holds besides: copies, older versions, a scan."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / STOCK
    target.write_bytes(stock.archive([*stock.files(firm=firm), *stock.awkward(firm=firm)]))
    return target


def write(folder: Path) -> Path:
    """Write the workbook into the folder: a title above the header, merged cells, and two cells that are wrong."""
    import xlsxwriter  # a large package, needed only here

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / NAME
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("风险清单")
    plain = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    _head(book, sheet, plain)
    rows = list(content.cells(content.load("samples.yaml")["rows"]))
    for place, row in enumerate(rows, _TOP):
        for column, text in enumerate(row):
            if column != _FIELD:
                sheet.write(place, column, int(text) if column in _NUMBERS else _date(text, column), plain)
    for first, count in _blocks([row[_FIELD] for row in rows]):
        if count > 1:
            sheet.merge_range(_TOP + first, _FIELD, _TOP + first + count - 1, _FIELD, rows[first][_FIELD], plain)
        else:
            sheet.write(_TOP + first, _FIELD, rows[first][_FIELD], plain)
    book.close()
    return target


def _head(book: Any, sheet: Any, plain: Any) -> None:
    page, today = content.load("samples.yaml"), clock.today()
    headers = page["headers"].split()
    last = len(headers) - 1
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    sheet.merge_range(0, 0, 0, last, page["title"], title)
    filled = f"填表人：{page['author']}        填表日期：{today.year}年{today.month}月        单位：（盖章）"
    sheet.merge_range(1, 0, 1, last, filled, plain)
    bold = book.add_format({"bold": True, "border": 1, "bg_color": "#E9EEF3", "text_wrap": True})
    for column, text in enumerate(headers):
        sheet.write_string(_TOP - 1, column, text, bold)
    sheet.set_column(0, 1, 10)
    sheet.set_column(2, last, 20)
    sheet.freeze_panes(_TOP, 0)


def _date(text: str, column: int) -> str:
    """Days before today, written this way or that; anything else stands as somebody wrote it."""
    if column != _DATED or not text.startswith("-"):
        return text
    on: date = clock.today() - timedelta(days=int(text.strip("-/")))
    return f"{on.year}/{on.month}/{on.day}" if text.endswith("/") else on.isoformat()


def _blocks(fields: list[str]) -> list[tuple[int, int]]:
    """Runs of equal fields: where each begins and how long it is."""
    found: list[tuple[int, int]] = []
    for place, field in enumerate(fields):
        if found and fields[found[-1][0]] == field:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found
