"""Telling two workbooks apart, and writing into one without touching the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.lib.excel import filling, reader
from guiju.lib.excel.compare import differences
from guiju.lib.excel.filling import As, Insert, SheetFill


def make(path: Path, change: Any = None) -> Path:
    """A small workbook with a bit of everything, perhaps changed."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "清单"
    page.append(["组", "名称", "编号", "数"])
    page.append(["甲", "一", "001", 1.5])
    page.append([None, "二", "002", 2])
    page.append(["乙", "三", "003", "=D2+D3"])
    page["D2"].number_format = "0.00"
    page.merge_cells("A2:A3")
    page.column_dimensions["B"].width = 30
    book.create_sheet("附表")["A1"] = "x"
    if change is not None:
        change(book)
    book.save(path)
    return path


def _set(ref: str, value: object) -> Any:
    return lambda book: book["清单"].__setitem__(ref, value)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (_set("B2", "壹"), "B2"),
        (_set("C2", 1), "C2"),
        (lambda book: setattr(book["清单"]["D2"], "number_format", "0.0"), "D2"),
        (lambda book: book["清单"].unmerge_cells("A2:A3"), "A2:A3"),
        (lambda book: setattr(book["清单"].column_dimensions["B"], "width", 31), "width of B"),
        (lambda book: book.move_sheet("附表", -1), "sheets"),
        (lambda book: setattr(book["附表"], "sheet_state", "hidden"), "shown"),
        (lambda book: setattr(book["清单"].row_dimensions[2], "height", 40), "row 2"),
    ],
)
def test_each_kind_of_difference_is_named(tmp_path: Path, change: Any, word: str) -> None:
    found = differences(make(tmp_path / "a.xlsx"), make(tmp_path / "b.xlsx", change))
    assert len(found) == 1
    assert word in found[0]


def test_two_that_are_the_same_differ_in_nothing(tmp_path: Path) -> None:
    assert differences(make(tmp_path / "a.xlsx"), make(tmp_path / "b.xlsx")) == []


def test_rows_that_move_take_their_formulas_and_rules_along(tmp_path: Path) -> None:
    def furnish(book: Any) -> None:
        page = book["清单"]
        page["A6"], page["D6"] = "合计", "=SUM(D2:D4)"
        page.auto_filter.ref = "A1:D4"
        page.row_dimensions[6].height = 33

    source = make(tmp_path / "a.xlsx", furnish)
    fill = SheetFill("清单", first=2, rows=[2, 3, 4], carry=[0], deletes=[2])
    fill.inserts = [Insert(4, 4, {0: As(4), 1: "四", 2: "910000000000000017", 3: 4})]
    filling.fill(source, tmp_path / "b.xlsx", [fill])
    page = openpyxl.load_workbook(tmp_path / "b.xlsx")["清单"]
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2, max_row=6)] == [
        ["甲", "二", "002", 2],
        ["乙", "三", "003", "=D2+D2"],
        [None, "四", "910000000000000017", 4],
        [None, None, None, None],
        ["合计", None, None, "=SUM(D2:D3)"],
    ]
    assert {span.coord for span in page.merged_cells.ranges} == {"A3:A4"}
    assert page.row_dimensions[6].height == 33


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], list[tuple[int, int, int]], dict[tuple[int, int], str]]:
    """Rows of three columns, vertical merges in them, and edits of some cells."""
    count = draw(st.integers(2, 7))
    rows = [[f"{'甲乙丙'[column]}{row}" for column in range(3)] for row in range(count)]
    merges = []
    for column in (0, 1):
        row = 0
        while row < count:
            length = draw(st.integers(1, min(3, count - row)))
            if length > 1:
                merges.append((row, row + length - 1, column))
            row += length
    cell = st.tuples(st.integers(0, count - 1), st.integers(0, 2))
    edits = draw(st.dictionaries(cell, st.sampled_from(["新", "=旧", "改"]), max_size=4))
    return rows, merges, edits


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables())
def test_whatever_is_merged_an_edit_changes_its_row_and_no_other(tmp_path: Path, table: Any) -> None:
    rows, merges, edits = table
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    for top, bottom, column in merges:
        page.merge_cells(start_row=top + 1, end_row=bottom + 1, start_column=column + 1, end_column=column + 1)
    book.save(tmp_path / "a.xlsx")
    before = _seen(tmp_path / "a.xlsx")
    fill = SheetFill("Sheet", first=1, rows=list(range(1, len(rows) + 1)), carry=[0, 1])
    fill.edits = [(row + 1, column, value) for (row, column), value in edits.items()]
    filling.fill(tmp_path / "a.xlsx", tmp_path / "b.xlsx", [fill])
    wanted = [[edits.get((at, column), value) for column, value in enumerate(row)] for at, row in enumerate(before)]
    assert _seen(tmp_path / "b.xlsx") == wanted
    if not edits:
        assert differences(tmp_path / "a.xlsx", tmp_path / "b.xlsx") == []


def _seen(path: Path) -> list[list[object]]:
    """As the importer reads it, merged values filled down."""
    return [[cell.value for cell in row.cells] for row in reader.iter_rows(path)]
