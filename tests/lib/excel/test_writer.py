"""Lists that leave the house as Excel."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from guiju.lib.excel import guard, headers, reader
from guiju.lib.excel.writer import Column, safe_text, sheet_name, write

COLUMNS = [
    Column("风险名称", 30),
    Column("等级", 8),
    Column("金额", 14, "money"),
    Column("数量", 8, "int"),
    Column("发现日期", 12, "date"),
    Column("登记时间", 18, "datetime"),
    Column("零风险", 8, "bool"),
]
ROW = ["未经审查签约", "高", Decimal("1234.50"), 3, date(2026, 3, 31), datetime(2026, 3, 31, 2, 5, tzinfo=UTC), False]
TRIGGERS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "http://x.example", "{=1}"]


def written(**kwargs):
    buffer = io.BytesIO()
    options = {"title": "合规风险清单", "columns": COLUMNS, "rows": [ROW]} | kwargs
    count = write(buffer, **options)
    buffer.seek(0)
    return count, buffer


def load(buffer):
    return openpyxl.load_workbook(buffer)


def test_a_list_comes_back_as_it_went_out(tmp_path):
    path = tmp_path / "清单.xlsx"
    assert write(path, title="合规风险清单", columns=COLUMNS, rows=[ROW, [None] * 7]) == 2
    specs = [headers.ColumnSpec(column.label, [column.label], required=True) for column in COLUMNS]
    match, body = headers.split(reader.iter_rows(path), specs)
    (row,) = body
    assert match.ensure().rows == (2,)
    assert [cell.value for cell in row.cells] == [
        "未经审查签约", "高", Decimal("1234.5"), 3, date(2026, 3, 31), datetime(2026, 3, 31, 10, 5), "No",  # noqa: DTZ001
    ]  # fmt: skip


def test_the_list_is_ready_for_the_printer():
    _count, buffer = written()
    sheet = load(buffer)["合规风险清单"]
    assert sheet["A1"].value == "合规风险清单"
    assert sheet["A2"].font.bold
    assert sheet["A2"].fill.fgColor.rgb == "FFE9EEF3"
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:G3"
    assert sheet.print_title_rows == "$1:$2"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet["A3"].alignment.wrap_text


def test_our_own_files_pass_our_own_guard():
    _count, buffer = written(choices={"等级": ["高", "低"]}, notes=["说明"])
    guard.check(buffer, name="a.xlsx")


def test_nothing_that_people_typed_becomes_a_formula_or_a_link():
    columns = [Column(text, 10) for text in TRIGGERS]
    _count, buffer = written(title="=1", columns=columns, rows=[TRIGGERS], notes=TRIGGERS, choices={"+1": TRIGGERS})
    book = load(buffer)
    seen = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {text for text in TRIGGERS if "\r" not in text} <= seen
    assert [
        cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []
    with zipfile.ZipFile(buffer) as archive:
        xml = b"".join(archive.read(name) for name in archive.namelist() if "worksheets/" in name)
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml


def test_a_list_to_pick_from_stands_on_a_hidden_sheet_however_long_it_is():
    names = [f"某集团第{n}分公司合规管理部" for n in range(205)]
    _count, buffer = written(choices={"等级": names})
    book = load(buffer)
    validation = book["合规风险清单"].data_validations.dataValidation[0]
    assert (str(validation.sqref), validation.formula1) == ("B3:B2003", "choices_2")
    assert book.defined_names["choices_2"].attr_text == "'Choices'!$A$1:$A$205"
    assert book["Choices"].sheet_state == "hidden"


def test_notes_have_a_sheet_of_their_own():
    _count, buffer = written(notes=["红色为必填", "不要改动表头"])
    assert [cell.value for cell in load(buffer)["Notes"]["A"]] == ["红色为必填", "不要改动表头"]


def test_a_day_in_a_column_declared_as_text_still_looks_like_a_day():
    _count, buffer = written(columns=[Column("值")] * 3, rows=[[date(2026, 3, 31), 5, datetime(2026, 3, 31, 1, 2)]])  # noqa: DTZ001
    row = load(buffer).active[3]
    assert [cell.number_format for cell in row] == ["yyyy-mm-dd", "General", "yyyy-mm-dd hh:mm"]


@pytest.mark.parametrize("value", [915000001234567890, Decimal("12345678901234567.89"), Decimal("NaN"), float("inf")])
def test_a_number_that_excel_would_spoil_is_written_as_text(value):
    _count, buffer = written(columns=[Column("代码", 20, "int")], rows=[[value]])
    cell = load(buffer).active["A3"]
    assert (cell.data_type, cell.value) == ("s", str(value))


def test_an_empty_list_is_still_a_template():
    count, buffer = written(rows=[])
    assert count == 0
    assert [cell.value for cell in load(buffer).active[2]] == [column.label for column in COLUMNS]


def test_a_row_of_the_wrong_width_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="zip"):
        written(rows=[["one"]])


@pytest.mark.parametrize(
    ("title", "name"),
    [("a/b:c", "a b c"), ("", "Sheet1"), ("清" * 40, "清" * 31), ("'引号'", "引号"), ("[x]*?\\", "x")],
)
def test_any_title_becomes_a_sheet_name_that_excel_allows(title, name):
    assert sheet_name(title) == name


def test_two_sheets_never_share_a_name():
    assert sheet_name("notes", used=["Notes"]) == "notes(2)"
    assert len(sheet_name("清" * 31, used=["清" * 31])) == 31


def test_text_that_no_cell_can_hold_is_cut_visibly():
    assert safe_text("a\x00b\x1fc\td\ne") == "a\ufffdb\ufffdc\td\ne"
    cut = safe_text("合" * 40_000)
    assert len(cut) == 32_767
    assert cut.endswith("(cut here: a cell cannot hold more)")
