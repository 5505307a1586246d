"""People get their own file back and see at once what to correct."""

import openpyxl
import pytest
from openpyxl.comments import Comment

from guiju.lib.errors import Problem
from guiju.lib.excel import marking, reader
from guiju.lib.excel.limits import MB, Limits
from guiju.lib.excel.marking import CellFault, mark
from tests.lib.excel import files

RED = "FFFFC7CE"
TRIGGERS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.fixture
def source(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(["部门", "名称", "日期"])
    for number, text in enumerate([*TRIGGERS, "普通"], 2):
        for column in (2, 3):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"
    sheet.merge_cells("A2:A5")
    sheet["A2"] = "采购部"
    sheet["B8"].comment = Comment("已有批注", "王")
    sheet["D2"] = "=LEN(B2)"
    book.create_sheet("错误").append(["already here"])
    path = tmp_path / "台账.xlsx"
    book.save(path)
    return path


def formulas(path):
    book = openpyxl.load_workbook(path)
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_the_bad_cells_are_red_and_say_why(source, tmp_path):
    out = tmp_path / "out.xlsx"
    faults = [
        CellFault("清单", "C3", "“+1” is not a date.", "Write it like 2026-03-31."),
        CellFault("清单", "C3", "And it lies in the future."),
        CellFault("清单", "B8", "Name missing."),
        CellFault("清单", "A4", "No such department."),
        CellFault("清单", "", "Column “等级” is missing."),
        CellFault("别处", "A1", "Another sheet."),
    ]
    assert mark(source, faults, out).whole
    book = openpyxl.load_workbook(out)
    sheet = book["清单"]
    assert [sheet[ref].fill.fgColor.rgb for ref in ("C3", "B8", "A2")] == [RED] * 3
    assert sheet["C2"].fill.fgColor.rgb != RED
    assert sheet["C3"].comment.text == "“+1” is not a date. Write it like 2026-03-31.\nAnd it lies in the future."
    assert sheet["B8"].comment.text == "已有批注\nName missing."
    listed = [[cell.value for cell in row] for row in book["Errors"].iter_rows()]
    assert listed[0] == ["Sheet", "Cell", "What is wrong", "What to do"]
    assert listed[1] == ["清单", "C3", "“+1” is not a date.", "Write it like 2026-03-31."]
    assert len(listed) == 7


def test_everything_else_in_the_file_stays(source, tmp_path):
    out = tmp_path / "out.xlsx"
    mark(source, [CellFault("清单", "C3", "x")], out)
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(out)
    assert after.sheetnames == ["清单", "错误", "Errors"]
    assert [[cell.value for cell in row] for row in after["清单"]] == [
        [cell.value for cell in row] for row in before["清单"]
    ]
    assert str(after["清单"].merged_cells) == "A2:A5"


@pytest.mark.parametrize("rows", [5_000, 1])
def test_text_that_looks_like_a_formula_stays_text_in_both_ways_of_marking(source, tmp_path, monkeypatch, rows):
    monkeypatch.setattr(marking, "MARKED_ROWS", rows)
    out = tmp_path / "out.xlsx"
    faults = [CellFault("清单", f"B{n}", text, text) for n, text in enumerate(TRIGGERS, 2)]
    mark(source, faults, out)
    assert formulas(out) == [name for name in formulas(source) if rows > 1]


def test_a_second_errors_sheet_does_not_replace_the_first(source, tmp_path):
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    mark(source, [CellFault("清单", "C3", "x")], first)
    mark(first, [CellFault("清单", "C3", "y")], second)
    assert openpyxl.load_workbook(second).sheetnames[-2:] == ["Errors", "Errors(2)"]


def test_of_a_long_file_only_the_faulty_rows_are_given_back(source, tmp_path, monkeypatch):
    monkeypatch.setattr(marking, "MARKED_ROWS", 3)
    out = tmp_path / "out.xlsx"
    faults = [
        CellFault("清单", "C3", "bad day", "fix it"),
        CellFault("清单", "B3", "bad name"),
        CellFault("清单", "C99", "gone"),
    ]
    assert not mark(source, faults, out).whole
    book = reader.read(out)
    rows = [[cell.value for cell in row.cells] for row in book.sheets[0].rows]
    assert rows[1][:4] == ["Sheet", "Row", "What is wrong", "A"]
    assert rows[2] == ["清单", 3, "C3: bad day fix it\nB3: bad name", "采购部", "+1", "+1"]
    assert rows[3][:3] == ["清单", 99, "C99: gone"]
    assert "only its faulty rows" in book.sheets[1].rows[0].cell(0).text


def test_a_hostile_file_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "宏.xlsx"
    path.write_bytes(files.package(files.parts(kind=files.MACRO)))
    with pytest.raises(Problem) as caught:
        mark(path, [], tmp_path / "out.xlsx")
    assert caught.value.code == "file.macro"


def test_a_file_that_cannot_be_marked_is_answered_with_its_faulty_rows(tmp_path):
    path, out = tmp_path / "样式.xlsx", tmp_path / "out.xlsx"
    fills = '<fills count="1"><fill><patternFill patternType="no such pattern"/></fill></fills>'
    odd = {"xl/styles.xml": f'<styleSheet xmlns="{files.MAIN}">{fills}</styleSheet>'}
    path.write_bytes(files.package(files.parts() | odd))
    assert not mark(path, [CellFault("清单", "A1", "x")], out).whole
    assert reader.read(out).sheets[0].cell("D3").value == "名称"


def test_a_merge_over_the_whole_sheet_does_not_eat_the_memory(tmp_path):
    path, out = tmp_path / "合并.xlsx", tmp_path / "out.xlsx"
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    path.write_bytes(files.package(files.parts(sheet=files.sheet_xml(files.text_row(1, "名称"), tail=merged))))
    limits = Limits(memory_bytes=300 * MB, cpu_seconds=1)
    assert not mark(path, [CellFault("清单", "A1", "x")], out, limits=limits).whole
