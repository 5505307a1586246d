"""Reading what people really have in their workbooks."""

import threading
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice

import pytest
import xlsxwriter

from guiju.lib.errors import Problem
from guiju.lib.excel import cells, reader, sandbox
from guiju.lib.excel.limits import MB, Limits
from tests.lib.excel import files


@pytest.fixture
def book(tmp_path):
    """A function that lets a test fill a workbook and gives its path."""

    def make(fill, *, name="台账.xlsx"):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as workbook:
            fill(workbook)
        return path

    return make


@pytest.fixture
def packed(tmp_path):
    def make(sheet):
        path = tmp_path / "清单.xlsx"
        path.write_bytes(files.package(files.parts(sheet=sheet)))
        return path

    return make


def values(row):
    return [cell.value for cell in row.cells]


def test_each_kind_of_cell_comes_back_as_what_it_is(book):
    def fill(workbook):
        sheet = workbook.add_worksheet("清单")
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        clock = workbook.add_format({"num_format": "hh:mm"})
        sheet.write_row("A1", ["文本", 12, 1.5, True])
        sheet.write_datetime("E1", datetime(2026, 3, 31), day)  # noqa: DTZ001
        sheet.write_datetime("F1", datetime(2026, 3, 31, 10, 5), day)  # noqa: DTZ001
        sheet.write_datetime("G1", time(10, 5), clock)
        sheet.write_formula("I1", "=1+1", None, 2)

    (row,) = reader.iter_rows(book(fill))
    expected = ["文本", 12, Decimal("1.5"), True, date(2026, 3, 31), datetime(2026, 3, 31, 10, 5), time(10, 5), None, 2]  # noqa: DTZ001
    assert values(row) == expected
    assert [type(value) for value in values(row)] == [type(value) for value in expected]
    assert [cell.kind for cell in row.cells] == [
        "text", "number", "number", "bool", "date", "date", "date", "empty", "number",
    ]  # fmt: skip
    assert [cell.ref for cell in row.cells][:2] == ["A1", "B1"]
    assert [cell.text for cell in row.cells][2:6] == ["1.5", "True", "2026-03-31", "2026-03-31 10:05"]


def test_a_code_that_excel_has_spoilt_is_flagged(packed):
    row_xml = '<row r="1"><c r="A1"><v>915000001234567000</v></c><c r="B1"><v>123456789012345</v></c></row>'
    (row,) = reader.iter_rows(packed(files.sheet_xml(row_xml)))
    assert [(cell.value, cell.imprecise) for cell in row.cells] == [
        (915000001234567000, True),
        (123456789012345, False),
    ]


def test_a_number_is_what_the_person_sees_and_not_its_binary_dust(packed):
    row_xml = '<row r="1"><c r="A1"><v>0.30000000000000004</v></c><c r="B1"><v>1E+400</v></c></row>'
    (row,) = reader.iter_rows(packed(files.sheet_xml(row_xml)))
    assert row.cell(0).value == Decimal("0.3")


def test_rows_and_columns_keep_their_places_around_emptiness(book):
    def fill(workbook):
        sheet = workbook.add_worksheet()
        sheet.write("C5", "甲")
        sheet.write("D9", "乙")

    rows = list(reader.iter_rows(book(fill)))
    assert [(row.number, values(row)) for row in rows] == [(5, [None, None, "甲"]), (9, [None, None, None, "乙"])]
    assert rows[0].cell(2).ref == "C5"
    assert rows[0].cell(99).kind == "empty"


def test_a_merged_value_is_filled_down_and_right_and_says_so(book):
    def fill(workbook):
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:B3", "采购部")
        sheet.write("C2", "风险")
        sheet.write("A4", "法务部")

    *rows, last = reader.iter_rows(book(fill))
    assert (values(last), last.has_own) == (["法务部"], True)
    assert [values(row) for row in rows] == [["采购部"] * 2, ["采购部", "采购部", "风险"], ["采购部"] * 2]
    assert [[cell.merged for cell in row.cells] for row in rows] == [
        [False, True],
        [True, True, False],
        [True, True],
    ]
    assert [row.has_own for row in rows] == [True, True, False]


def test_all_sheets_are_read_with_their_hidden_flag_and_charts_left_out(book):
    def fill(workbook):
        workbook.add_worksheet("一").write("A1", 1)
        hidden = workbook.add_worksheet("二")
        hidden.write("B2", "x")
        hidden.hide()
        workbook.add_worksheet("空")
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": "=一!$A$1"})
        workbook.add_chartsheet("图").set_chart(chart)

    path = book(fill)
    whole = reader.read(path)
    assert [(sheet.name, sheet.hidden, len(sheet.rows)) for sheet in whole.sheets] == [
        ("一", False, 1),
        ("二", True, 1),
        ("空", False, 0),
    ]
    assert reader.sheets(path) == [
        cells.SheetInfo("一", hidden=False),
        cells.SheetInfo("二", hidden=True),
        cells.SheetInfo("空", hidden=False),
    ]
    assert whole.sheet("二").cell("B2").value == "x"
    assert whole.sheet("二").cell("Z9").value is None
    assert whole.sheet("三") is None
    assert [values(row) for row in reader.iter_rows(path, sheet="二")] == [[None, "x"]]


def test_the_first_visible_sheet_is_read_when_none_is_named(book):
    def fill(workbook):
        workbook.add_worksheet("选项").write("A1", "hidden")
        workbook.add_worksheet("清单").write("A1", "seen")
        workbook.get_worksheet_by_name("清单").set_first_sheet()
        workbook.get_worksheet_by_name("清单").activate()
        workbook.get_worksheet_by_name("选项").hide()

    (row,) = reader.iter_rows(book(fill))
    assert values(row) == ["seen"]


def test_a_sheet_that_is_not_there_is_answered_with_those_that_are(book):
    path = book(lambda workbook: workbook.add_worksheet("清单"))
    with pytest.raises(Problem) as caught:
        list(reader.iter_rows(path, sheet="名单"))
    assert caught.value.code == "sheet.unknown"
    assert "名单" in caught.value.what
    assert "清单" in caught.value.fix


def test_rows_stream_and_leaving_early_leaves_nothing_behind(book):
    def fill(workbook):
        sheet = workbook.add_worksheet()
        for number in range(20_000):
            sheet.write_row(number, 0, [number, "合规义务" * 5])

    before = threading.active_count()
    rows = reader.iter_rows(book(fill))
    assert [row.cell(0).value for row in islice(rows, 3)] == [0, 1, 2]
    rows.close()
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(rows=2), "more than 2 rows"),
        (Limits(columns=3), "more than 3 columns"),
        (Limits(sheets=1), "more than 1 sheets"),
    ],
)
def test_more_than_is_allowed_is_refused_with_the_number(book, limits, words):
    def fill(workbook):
        workbook.add_worksheet("又一张")
        sheet = workbook.add_worksheet("清单")
        for number in range(4):
            sheet.write_row(number, 0, [1, 2, 3, 4])

    path = book(fill)
    with pytest.raises(Problem, match=words) as caught:
        reader.read(path, limits=limits)
    assert (caught.value.code, caught.value.where) == ("file.too_big", "台账.xlsx")


def test_a_cell_in_the_last_corner_of_a_sheet_does_not_eat_the_memory(packed):
    sheet = files.sheet_xml(
        files.text_row(1, "a") + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    )
    with pytest.raises(Problem) as caught:
        list(reader.iter_rows(packed(sheet)))
    assert caught.value.code == "file.too_big"


def test_a_text_repeated_a_million_times_stops_at_the_memory_limit(packed):
    long = "合" * 30_000
    shared = f'<sst xmlns="{files.MAIN}"><si><t>{long}</t></si></sst>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 30_001))
    path = packed("")
    content = files.parts(sheet=files.sheet_xml(rows)) | {"xl/sharedStrings.xml": shared}
    content["xl/_rels/workbook.xml.rels"] = str(content["xl/_rels/workbook.xml.rels"]).replace(
        "</Relationships>",
        f'<Relationship Id="r2" Type="{files.RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    path.write_bytes(files.package(content))
    with pytest.raises(Problem) as caught:
        reader.read(path, limits=Limits(memory_bytes=300 * MB))
    assert caught.value.code == "file.too_big"


def test_time_that_runs_out_is_a_problem_and_not_a_hang(book):
    path = book(lambda workbook: workbook.add_worksheet().write("A1", 1))
    with pytest.raises(Problem, match="too long"):
        reader.read(path, limits=Limits(wait_seconds=-1))


@pytest.mark.parametrize("sheet", ["<worksheet><sheetData><row r='1'><c", "<a/>", "<worksheet/>"])
def test_a_sheet_with_broken_xml_is_empty_or_refused(packed, sheet):
    try:
        answer = [values(row) for row in reader.iter_rows(packed(sheet))]
    except Problem as problem:
        answer = problem.code
    assert answer in ([], "file.broken")


def test_the_guard_stands_before_the_reader(tmp_path):
    path = tmp_path / "宏.xlsx"
    path.write_bytes(files.package(files.parts(kind=files.MACRO)))
    with pytest.raises(Problem) as caught:
        reader.read(path)
    assert caught.value.code == "file.macro"


def test_the_child_is_told_no_secrets(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    assert "DATABASE_URL" not in sandbox.environment()


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_excel(column, letters):
    assert cells.column_letters(column) == letters
    assert cells.parse_ref(f"{letters}7") == (7, column)


@pytest.mark.parametrize("ref", ["", "7", "A", "A1B", "甲1", "ABCD1"])
def test_what_is_no_cell_is_refused(ref):
    with pytest.raises(ValueError, match="not a cell"):
        cells.parse_ref(ref)
