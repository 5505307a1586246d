"""Fills a person's own workbook in a process of its own: openpyxl can be made to eat gigabytes by a few bytes.

Started by `filling`; the order comes as JSON on stdin. A column is a row of runs: rows that share one source cell,
because they are merged or because an empty cell means what stands above. A changed row splits its run.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import orjson
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.cell_range import CellRange

from guiju.lib.excel import sandbox, shifting, writer

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,13})(?:\.\d+)?")
_DAY = re.compile(r"\d{4}([./-])\d{1,2}\1\d{1,2}")
_DAY_ZH = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
#: A row keeps what it had.
KEPT: dict[str, Any] = {"kept": True}
#: A new row says nothing in this column: it is part of what it stands within, and of nothing else.
INSIDE: dict[str, Any] = {"inside": True}
Told = dict[str, Any] | None
Spans = Mapping[tuple[int, int], Any]
Values = Mapping[tuple[int, int], "_Said | None"]


def main(order: Mapping[str, Any]) -> None:
    """{"source", "out", "sheets": [SheetFill as a dict], limits}."""
    sandbox.restrain(memory_bytes=order["memory_bytes"], cpu_seconds=order["cpu_seconds"])
    with open(order["source"], "rb") as source:  # a stored file has no ending, without which a path is refused
        book = openpyxl.load_workbook(source, rich_text=True)
    moved = {tuple(one["source"]) for sheet in order["sheets"] for one in sheet["inserts"] if one["source"]}
    kept = {(name, row): _snapshot(book[name], row) for name, row in moved}
    copies = [(sheet, _copied(book, sheet)) for sheet in order["sheets"] if sheet["copied_from"]]
    for sheet in order["sheets"]:
        if not sheet["copied_from"]:
            _Filler(book[sheet["name"]], sheet, kept).run()
    for sheet, page in copies:
        _Filler(page, sheet, kept).run()
    book.save(order["out"])


def _copied(book: Any, sheet: dict[str, Any]) -> Any:
    """A new sheet with the header of another, right behind the last of its kind."""
    like = book[sheet["copied_from"]]
    page = book.copy_worksheet(like)
    page.title = sheet["name"]
    page.freeze_panes = like.freeze_panes
    page.sheet_view.tabSelected = False
    before, after = sheet["words"]
    for row in page.iter_rows(max_row=sheet["first"] - 1):
        for cell in row:
            if before and isinstance(cell.value, str) and before in cell.value:
                cell.value = cell.value.replace(before, after)
    last = max(book.index(book[name]) for name in (sheet["copied_from"], *sheet.get("behind", ())))
    book.move_sheet(page, last + 1 - book.index(page))
    sheet["deletes"] = list(range(sheet["first"], page.max_row + 1))
    return page


def _snapshot(page: Any, row: int) -> dict[int, Any]:
    return {column: cell for column in range(1, page.max_column + 1) if (cell := page._cells.get((row, column)))}


@dataclass(frozen=True, slots=True)
class _Said:
    """What a cell held before anything happened."""

    value: Any
    data_type: str
    has_style: bool
    _style: Any

    @classmethod
    def of(cls, cell: Any) -> _Said:
        return cls(cell.value, cell.data_type, cell.has_style, copy(cell._style))


@dataclass(slots=True)
class _Member:
    """A row of a run after everything has moved."""

    row: int
    told: Told


class _Filler:
    """One sheet. Rows as they were are `old`, as they will be `row`; columns count from 1."""

    def __init__(self, page: Any, order: Mapping[str, Any], kept: Mapping[tuple[str, int], dict[int, Any]]) -> None:
        self.page = page
        self.first = order["first"]
        self.records = list(order["rows"])
        self.held = set(self.records)
        self.carry = sorted(column + 1 for column in order["carry"])
        self.numbers = [column + 1 for column in order["numbers"]]
        self.edits = {(row, column + 1): told for row, column, told in order["edits"]}
        self.deletes = set(order["deletes"])
        self.inserts = order["inserts"]
        self.kept = kept
        #: Merged ranges that nothing happens to.
        self.fixed: set[tuple[int, int]] = set()
        #: Row as it was -> as it will be; the new rows with what they bring.
        self.now: dict[int, int] = {}
        self.new: dict[int, dict[str, Any]] = {}
        self.end = max([page.max_row, *self.records, *(one["after"] for one in self.inserts)])
        self.is_moving = bool(self.deletes or self.inserts)
        looked_at = {row for one in self.inserts for row in (one["like"], one["after"])}
        self.likes = {row: _snapshot(page, row) for row in looked_at}
        self.heights = {row: page.row_dimensions[row].height for row in self.likes if row in page.row_dimensions}

    def run(self) -> None:
        numbered = [column for column in self.numbers if self._is_numbered(column)]
        self._separate()
        spans = self._spans()
        sources = {column: self._sources(column) for column in self._columns(spans)}
        ways = {column: self._way(column, found, spans) for column, found in sources.items()}
        values = {
            (source, column): self._cell(source, column)
            for column, found in sources.items()
            for source in set(found.values())
        }
        for span in spans.values():
            self._unmerge(span)
        self._settle_rows()
        if self.is_moving:
            shifting.move(self.page, self.now)
            self._add_rows(sources, values)
        resets: set[int] = set()
        for column in sorted(sources, key=lambda one: (one not in self.carry, one)):
            self._column(column, sources[column], spans, values, resets, ways[column])
            if column in self.carry:
                resets |= self._resets(column)
        for column in numbered if self.is_moving else ():
            self._renumber(column)

    def _cell(self, row: int, column: int) -> _Said | None:
        cell = self.page._cells.get((row, column))
        return None if cell is None or isinstance(cell, MergedCell) else _Said.of(cell)

    # --- how the columns are made up ------------------------------------------------------------------------------

    def _separate(self) -> None:
        """A block merged over several columns, of which one is to hold something of its own, falls into columns."""
        for span in list(self.page.merged_cells.ranges):
            if span.min_row < self.first or span.min_col == span.max_col:
                continue
            rows = range(span.min_row, span.max_row + 1)
            if any((row, at) in self.edits for row in rows for at in range(span.min_col + 1, span.max_col + 1)):
                top = self.page.cell(span.min_row, span.min_col)
                self._unmerge(span)
                for at in range(span.min_col, span.max_col + 1):
                    if at > span.min_col:
                        _copy(top, self.page.cell(span.min_row, at))
                    if span.max_row > span.min_row:
                        self._merge(span.min_row, span.max_row, (at, at))

    def _spans(self) -> Spans:
        """Merged ranges that have to be taken apart: all below the header when rows move, else those with an edit."""
        found = {}
        for span in list(self.page.merged_cells.ranges):
            rows = range(span.min_row, span.max_row + 1)
            if span.min_row >= self.first:
                if self.is_moving or any((row, span.min_col) in self.edits for row in rows):
                    found[span.min_row, span.min_col] = CellRange(span.coord)
                else:
                    self.fixed.add((span.min_row, span.min_col))
        return found

    def _columns(self, spans: Spans) -> set[int]:
        edited = {column for _row, column in self.edits}
        return edited | {column for _row, column in spans} | set(self.carry)

    def _sources(self, column: int) -> dict[int, int]:
        """For each row its source: the top of its merged range, the filled cell above an empty one, or itself."""
        merged = {
            row: span.min_row
            for span in self.page.merged_cells.ranges
            if span.min_col == column and span.min_row >= self.first
            for row in range(span.min_row, span.max_row + 1)
        }
        found: dict[int, int] = {}
        above = 0
        resets = {row for left in self.carry if left < column for row in self._resets(left)}
        for row in range(self.first, self.end + 1):
            if row in merged:
                above = merged[row]
            elif row not in self.held:
                above = 0
            elif self._said(row, column) is not None or column not in self.carry or row in resets or not above:
                above = row
            found[row] = above or row
        return found

    def _resets(self, column: int) -> set[int]:
        """Rows whose value differs from the one above, as a reader sees the column."""
        found, held = set(), None
        for row in range(self.first, self.page.max_row + 1):
            value = self._said(row, column)
            if value is not None:
                if value != held:
                    found.add(row)
                held = value
        return found

    def _said(self, row: int, column: int) -> Any:
        cell = self.page._cells.get((row, column))
        return None if cell is None or isinstance(cell, MergedCell) else cell.value

    def _unmerge(self, span: Any) -> None:
        """Take a merged range apart; its cells look like its first one."""
        self.page.merged_cells.remove(span.coord)
        top = self.page.cell(span.min_row, span.min_col)
        for row in range(span.min_row, span.max_row + 1):
            for column in range(span.min_col, span.max_col + 1):
                if isinstance(self.page._cells.get((row, column)), MergedCell):
                    del self.page._cells[row, column]
                    _dress(self.page.cell(row, column), top)

    # --- rows -----------------------------------------------------------------------------------------------------

    def _settle_rows(self) -> None:
        following: dict[int, list[dict[str, Any]]] = {}
        for one in self.inserts:
            following.setdefault(one["after"], []).append(one)
        row = 0
        for old in range(self.end + 1):
            if old and old not in self.deletes:
                row += 1
                self.now[old] = row
            for one in following.get(old, ()):
                row += 1
                self.new[row] = one

    def _add_rows(self, sources: Mapping[int, Mapping[int, int]], values: Values) -> None:
        for row, one in self.new.items():
            like = self.likes[one["like"]]
            for column, cell in like.items():
                _dress(self.page.cell(row, column), cell)
            if height := self.heights.get(one["like"]):
                self.page.row_dimensions[row].height = height
            brought = {column + 1 for column, _told in one["cells"]}
            for column, cell in self.kept.get(tuple(one["source"] or ()), {}).items():
                if column not in brought and not isinstance(cell, MergedCell) and cell.value is not None:
                    _copy(cell, self.page.cell(row, column), dressed=False)
            for column, told in one["cells"]:
                at = column + 1
                if told is not None and "as" in told:
                    old = told["as"]
                    said = values.get((sources.get(at, {}).get(old, old), at)) or self.likes.get(old, {}).get(at)
                    if said is not None and not isinstance(said, MergedCell):
                        _copy(said, self.page.cell(row, at), dressed=False)
                elif told is not None:
                    _write(self.page.cell(row, at), told, like=like.get(at))

    # --- columns --------------------------------------------------------------------------------------------------

    def _column(
        self, column: int, sources: Mapping[int, int], spans: Spans, values: Values, resets: set[int], way: str
    ) -> None:
        for source, members in self._runs(column, sources, way):
            span = spans.get((source, column))
            width = (span.min_col, span.max_col) if span is not None else (column, column)
            top = values[source, column]
            alone = sum(one == source for one in sources.values()) == 1
            is_merged = span is not None or (way == "merge" and alone)
            for part in _parts(members, set() if is_merged else resets):
                first = self.page.cell(part[0].row, column)
                if part[0].told is not KEPT:
                    _write(first, part[0].told, like=top)
                elif top is not None and part[0].row != self.now.get(source):
                    _copy(top, first)
                for member in part[1:]:
                    self.page.cell(member.row, column).value = None
                if is_merged and (len(part) > 1 or width[0] < width[1]):
                    self._merge(part[0].row, part[-1].row, width)

    def _merge(self, top: int, bottom: int, width: tuple[int, int]) -> None:
        self.page.merge_cells(start_row=top, end_row=bottom, start_column=width[0], end_column=width[1])

    def _way(self, column: int, sources: Mapping[int, int], spans: Spans) -> str:
        """How a group of this column grows: by merging, by leaving cells empty, or by repeating its value."""
        if any(left == column and span.max_row > span.min_row for (_top, left), span in spans.items()):
            return "merge"
        if column in self.carry and any(row != source for row, source in sources.items()):
            return "empty"
        return "repeat"

    def _runs(self, column: int, sources: Mapping[int, int], way: str) -> Iterator[tuple[int, list[_Member]]]:
        """The runs of a column in their order, new rows where they belong."""
        was = {row: old for old, row in self.now.items()}
        runs: dict[int, list[_Member]] = {}
        waiting: list[_Member] = []
        current = 0
        for row in range(1, max([*self.now.values(), *self.new]) + 1):
            old = was.get(row, 0)
            if row in self.new:
                waiting.append(_Member(row, self._brought(row, column)))
            elif old >= self.first:
                source = sources.get(old, old)
                # Between two rows of one run a new row is within it; below its last row it joins if it says the same.
                _seat(waiting, runs.get(current), within=source == current, way=way)
                waiting, current = [], source
                runs.setdefault(source, []).append(_Member(row, self.edits.get((old, column), KEPT)))
        _seat(waiting, runs.get(current), within=False, way=way)
        yield from ((source, members) for source, members in runs.items() if (source, column) not in self.fixed)

    def _brought(self, row: int, column: int) -> Told:
        told = dict(self.new[row]["cells"]).get(column - 1, INSIDE)
        return KEPT if told is not None and "as" in told else told

    # --- running numbers ------------------------------------------------------------------------------------------

    def _is_numbered(self, column: int) -> bool:
        """1, 2, 3 ... from the first record to the last."""
        values = [self.page.cell(row, column).value for row in self.records]
        return values == list(range(1, len(values) + 1))

    def _renumber(self, column: int) -> None:
        rows = sorted([self.now[row] for row in self.records if row in self.now] + list(self.new))
        for number, row in enumerate(rows, 1):
            self.page.cell(row, column).value = number


def _seat(waiting: Sequence[_Member], run: list[_Member] | None, *, within: bool, way: str) -> None:
    for member in waiting:
        if run is None or (not within and (member.told is not KEPT or way == "repeat")):
            return
        run.append(_Member(member.row, KEPT) if member.told is INSIDE else member)


def _parts(members: Sequence[_Member], resets: set[int]) -> Iterator[list[_Member]]:
    """Rows next to each other that hold the same; what a reader would take for a new group begins a part."""
    part: list[_Member] = []
    for member in members:
        if part and (member.told != part[0].told or member.row in resets):
            yield part
            part = []
        part.append(member)
    if part:
        yield part


# --- cells ------------------------------------------------------------------------------------------------------------


def _dress(cell: Any, like: Any) -> None:
    """The look of another cell."""
    if like.has_style:
        cell._style = copy(like._style)


def _copy(source: Any, target: Any, *, dressed: bool = True) -> None:
    target.value = source.value
    target.data_type = source.data_type
    if dressed:
        _dress(target, source)


def _write(cell: Any, told: Told, *, like: Any = None) -> None:
    """A value of the kind that stood there: numbers stay numbers, text stays text, days keep their writing."""
    model = like if like is not None and not isinstance(like, MergedCell) else cell
    before = None if model.data_type == "f" else model.value
    if told is None:
        cell.value = None
        return
    ((kind, text),) = told.items()
    if kind == "d" and not isinstance(before, str):
        cell.value = date.fromisoformat(text)
        return
    is_number = isinstance(before, int | float) and not isinstance(before, bool)
    if (kind == "n" and not isinstance(before, str)) or (kind == "t" and is_number and _NUMBER.fullmatch(text)):
        number = Decimal(text)
        cell.value = int(number) if number == number.to_integral_value() else float(number)
        return
    cell.value = writer.safe_text(_day_like(text, str(before)) if kind == "d" else text)
    cell.data_type = "s"  # text that begins with = stays text


def _day_like(text: str, before: str) -> str:
    day = datetime.fromisoformat(text)
    if found := _DAY.fullmatch(before.strip()):
        return f"{day.year}{found[1]}{day.month}{found[1]}{day.day}"
    return f"{day.year}年{day.month}月{day.day}日" if _DAY_ZH.fullmatch(before.strip()) else text


if __name__ == "__main__":
    main(orjson.loads(sys.stdin.buffer.read()))
