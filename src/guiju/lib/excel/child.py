"""Parses a workbook in a process of its own, under limits, and writes what it finds as JSON lines.

Started by `reader` as `python -m guiju.lib.excel.child`; it imports next to nothing of the product. Lines:
{"sheets": ...} first, then one list per row that is not empty, then {"done": rows} or {"error": code}.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import IO, Any

import orjson
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from guiju.lib.excel import cells, sandbox

_PRECISE = 10**15  # Excel keeps 15 digits
Ranges = list[tuple[tuple[int, int], tuple[int, int]]]


class _RefusedError(Exception):
    """A limit was hit, or a sheet is broken; the first argument is the code, the others say where."""


def main(order: dict[str, Any], out: IO[bytes]) -> None:
    """Answer one order: {"path", "sheet": name | null, "names": [...] | null, "all", "rows", "head", "strict", limits...}.

    `head` ends each sheet after that many rows (0: reads it all); `strict` refuses merged ranges that overlap.
    """
    sandbox.restrain(memory_bytes=order["memory_bytes"], cpu_seconds=order["cpu_seconds"])
    with CalamineWorkbook.from_path(order["path"]) as book:
        found = [
            (item.name, item.visible != SheetVisibleEnum.Visible)
            for item in book.sheets_metadata
            if item.typ == SheetTypeEnum.WorkSheet
        ]
        _say(out, {"sheets": found})
        if len(found) > order["sheets"]:
            raise _RefusedError("sheets")
        count = 0
        for name in _wanted(found, order) if order["rows"] else []:
            _say(out, {"sheet": name})
            sheet = book.get_sheet_by_name(name)
            if order["strict"]:
                _refuse_overlaps(name, sheet.merged_cell_ranges or [])
            for line in _lines(sheet, order["columns"]):
                if order["head"] and line[0] > order["head"]:
                    break
                count += 1
                if count > order["max_rows"]:
                    raise _RefusedError("rows")
                _say(out, line)
        _say(out, {"done": count})


def _wanted(found: list[tuple[str, bool]], order: dict[str, Any]) -> list[str]:
    if order["all"]:
        return [name for name, _hidden in found]
    if order["names"] is not None:
        return [name for name, _hidden in found if name in order["names"]]
    if order["sheet"] is not None:
        if order["sheet"] not in {name for name, _hidden in found}:
            raise _RefusedError("unknown_sheet")
        return [order["sheet"]]
    return [name for name, hidden in found if not hidden][:1] or [name for name, _hidden in found][:1]


def _refuse_overlaps(name: str, ranges: Ranges) -> None:
    """Excel makes no such file; a tool that broke its merges has moved values to where nobody meant them."""
    active: Ranges = []
    for area in sorted(ranges):
        (top, left), (_bottom, right) = area
        active = [one for one in active if one[1][0] >= top]
        for other in active:
            if other[0][1] <= right and other[1][1] >= left:
                raise _RefusedError("merge", name, _area(other), _area(area))
        active.append(area)


def _area(corners: tuple[tuple[int, int], tuple[int, int]]) -> str:
    return ":".join(f"{cells.column_letters(column)}{row + 1}" for row, column in corners)


def _lines(sheet: CalamineSheet, columns: int) -> Iterator[list[Any]]:
    """[row number, values, columns filled from merged ranges] for each row that is not empty."""
    if sheet.start is None or sheet.end is None:
        return
    left = sheet.start[1]
    if sheet.end[1] >= columns:
        raise _RefusedError("columns")
    starting: dict[int, Ranges] = {}
    for corners in sheet.merged_cell_ranges or []:
        starting.setdefault(corners[0][0], []).append(corners)
    active: list[tuple[int, int, int, Any]] = []  # last row, first column, last column, value
    padding = [None] * left
    for number, raw in enumerate(sheet.iter_rows()):
        values: list[Any] = padding + [_value(item) for item in raw]
        active = [open_ for open_ in active if open_[0] >= number]
        filled = [column for open_ in active for column in _fill(values, open_)]
        for (_top, first), (bottom, last) in starting.get(number, ()):
            value = values[first] if first < len(values) else None
            if value is None:
                continue
            area = (bottom, first, min(last, columns - 1), value)
            filled += _fill(values, (bottom, first + 1, area[2], value))
            active.append(area)
        while values and values[-1] is None:
            values.pop()
        if values:
            yield [number + 1, values, filled] if filled else [number + 1, values]


def _fill(values: list[Any], area: tuple[int, int, int, Any]) -> Iterator[int]:
    _bottom, first, last, value = area
    if last >= len(values):
        values.extend([None] * (last + 1 - len(values)))
    for column in range(first, last + 1):
        if values[column] is None:
            values[column] = value
            yield column


def _value(item: object) -> Any:
    """Text, bool and ordinary whole numbers travel as they are; the rest as {tag: text}."""
    if isinstance(item, str):
        return item or None
    if isinstance(item, bool):
        return item
    if isinstance(item, float | int):
        return _number(float(item))
    if isinstance(item, datetime):
        return {"t": item.isoformat()} if item.time() != time() else {"d": item.date().isoformat()}
    if isinstance(item, date):
        return {"d": item.isoformat()}
    if isinstance(item, time):
        return {"h": item.isoformat()}
    return str(item) if isinstance(item, timedelta) else None


def _number(item: float) -> Any:
    if not isfinite(item):
        return None
    if item.is_integer() and abs(item) < _PRECISE:
        return int(item)
    # What Excel shows: 0.3, not 0.30000000000000004.
    return {"i" if item.is_integer() else "n": f"{item:.15g}"}


def _say(out: IO[bytes], message: object) -> None:
    out.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))


def _run() -> int:
    out = sys.stdout.buffer
    try:
        main(orjson.loads(sys.stdin.buffer.read()), out)
    except _RefusedError as refused:
        _say(out, {"error": refused.args[0], "about": refused.args[1:]})
    except MemoryError:
        _say(out, {"error": "memory"})
    except BrokenPipeError:
        return 1
    except BaseException as error:  # noqa: BLE001  a panic inside the parser is no Exception
        _say(out, {"error": "broken", "why": f"{type(error).__name__}: {error}"[:500]})
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(_run())
