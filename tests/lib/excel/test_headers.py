"""Finding the header in lists that people have formatted by hand."""

import pytest

from guiju.lib.errors import Problem
from guiju.lib.excel.cells import Cell, Row
from guiju.lib.excel.headers import ColumnSpec, describe, label_key, locate, split

COLUMNS = [
    ColumnSpec("number", ["序号"]),
    ColumnSpec("title", ["风险名称", "合规风险/名称", "风险描述"], required=True),
    ColumnSpec("level", ["风险等级", "合规风险/等级"], required=True),
    ColumnSpec("department", ["责任部门", "归口部门", "牵头部门"]),
    ColumnSpec("due_on", ["完成时限"]),
]


def sheet(*lines):
    """Rows from lists; `^` and `<` are cells merged with the one above or to the left."""
    rows = []
    for number, line in enumerate(lines, 1):
        cells = []
        for column, value in enumerate(line):
            merged = value in ("^", "<")
            if value == "^":
                value = rows[-1].cells[column].value
            elif value == "<":
                value = cells[-1].value
            cells.append(Cell(value, number, column, merged=merged))
        if any(cell.value is not None for cell in cells):
            rows.append(Row(number, cells))
    return rows


def test_a_header_below_title_and_remarks_is_found():
    match = locate(
        sheet(
            ["某公司2026年合规风险清单", "<", "<", "<"],
            [None],
            ["填报单位：采购部", None, "填报时间：", "2026-03-31"],
            ["序号", "风险名称", "风险等级", "责任部门"],
            [1, "未经审查签约", "高", "采购部"],
        ),
        COLUMNS,
        sheet="清单",
    )
    assert match.rows == (4,)
    assert match.columns == {"number": 0, "title": 1, "level": 2, "department": 3}
    assert match.missing == ()
    assert match.ensure() is match


@pytest.mark.parametrize(
    "header",
    [
        ["序 号", "风险\n名称", "风险 等级*", "责任部门（盖章）", "完成时限："],
        ["序号", "【风险名称】", "（风险等级）", "责任　部门", "完成时限(年月日)"],
        ["序号", "风险描述", "风险等级", "牵头部门", "完成时限"],
        ["number", "TITLE", "level", "department", "due_on"],
    ],
)
def test_blanks_punctuation_brackets_and_synonyms_do_not_matter(header):
    match = locate(sheet(header), COLUMNS)
    assert match.columns == {"number": 0, "title": 1, "level": 2, "department": 3, "due_on": 4}


def test_a_group_label_above_two_labels_is_joined_with_them():
    rows = sheet(
        ["清单", "<", "<", "<", "<"],
        ["序号", "合规风险", "<", "合规义务", "<"],
        ["^", "名称", "等级", "名称", "来源"],
        [1, "未经审查签约", "高", "应当审查", "条例"],
    )
    specs = [*COLUMNS, ColumnSpec("duty", ["合规义务名称"]), ColumnSpec("source", ["义务来源", "来源"])]
    match = locate(rows, specs)
    assert match.rows == (2, 3)
    assert match.columns == {"number": 0, "title": 1, "level": 2, "duty": 3, "source": 4}
    assert match.labels["duty"] == "合规义务/名称"


def test_a_header_whose_labels_are_all_merged_downwards_ends_where_the_merge_ends():
    rows = sheet(
        ["序号", "风险名称", "风险等级", "处理情况", "<"],
        ["^", "^", "^", "措施", "结果"],
        [1, "未经审查签约", "高", "补审", "完成"],
    )
    match, body = split(rows, COLUMNS)
    assert match.last_row == 2
    assert [row.number for row in body] == [3]
    assert match.unknown == {3: "处理情况/措施", 4: "处理情况/结果"}


def test_data_below_the_header_is_not_taken_for_a_second_header_row():
    rows = sheet(["序号", "风险名称", "风险等级"], [1, "责任部门", "高"], [2, "完成时限", "低"])
    assert locate(rows, COLUMNS).rows == (1,)


def test_what_nobody_asked_for_and_what_is_missing_are_both_told():
    match = locate(sheet(["序号", "风险名称", "备注"]), COLUMNS, sheet="清单")
    assert match.unknown == {2: "备注"}
    assert [spec.code for spec in match.missing] == ["level"]
    with pytest.raises(Problem, match="风险等级") as caught:
        match.ensure()
    assert (caught.value.code, caught.value.where) == ("header.missing", "清单")
    assert describe(match) == [("A", "序号", "number"), ("B", "风险名称", "title"), ("C", "备注", "")]


def test_a_sheet_without_header_is_refused_with_what_was_looked_for():
    with pytest.raises(Problem) as caught:
        locate(sheet(["甲", "乙"], [1, 2]), COLUMNS, sheet="Sheet1")
    assert caught.value.code == "header.not_found"
    assert "Sheet1" in caught.value.what
    assert "风险名称、风险等级" in caught.value.fix


def test_one_lucky_word_makes_no_header():
    with pytest.raises(Problem):
        locate(sheet(["序号", "甲", "乙"]), COLUMNS)


def test_a_header_after_the_fortieth_row_is_not_looked_for():
    rows = sheet(*[[f"说明{n}"] for n in range(40)], ["序号", "风险名称", "风险等级"])
    with pytest.raises(Problem):
        locate(rows, COLUMNS)


def test_the_first_of_two_columns_with_one_label_is_taken():
    match = locate(sheet(["序号", "风险名称", "风险名称", "风险等级"]), COLUMNS)
    assert match.columns["title"] == 1
    assert match.unknown == {2: "风险名称"}


def test_splitting_loses_no_row_of_a_long_list():
    rows = sheet(["序号", "风险名称", "风险等级"], *[[n, "x", "高"] for n in range(200)])
    match, body = split(iter(rows), COLUMNS)
    data = list(body)
    assert [row.number for row in data] == list(range(2, 202))
    assert match.get(data[0], "title").value == "x"
    assert match.get(data[0], "due_on") is None


def test_a_label_is_compared_by_letters_and_digits():
    assert label_key("（一）风险 名称：*") == label_key("一风险名称")


def test_a_fields_own_name_wins_over_a_running_number_that_stands_before_it():
    columns = [ColumnSpec("number", ["编号", "义务编号", "序号"], required=True), ColumnSpec("duty", ["合规义务"])]
    match = locate(sheet(["序号", "义务编号", "合规义务"], [1, "YW-01", "明码标价"]), columns)
    assert match.columns == {"number": 1, "duty": 2}
    assert match.unknown == {0: "序号"}
    match = locate(sheet(["序号", "合规义务"], [1, "明码标价"]), columns)
    assert match.columns == {"number": 0, "duty": 1}
