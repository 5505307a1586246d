"""A document's text is shown as paragraphs and tables, with every word of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guiju.packs import layout


def shown(text: str) -> list[list[list[str]]]:
    return [[[text[start:end] for start, end in row] for row in block.rows] for block in layout.blocks(text)]


def test_lines_are_paragraphs_and_blank_lines_nothing() -> None:
    assert shown("  总则\n\n第一条 甲。\n") == [[["总则"]], [["第一条 甲。"]]]


def test_tabs_within_lines_make_a_row_of_each() -> None:
    assert shown("指标\t说明\n一\t甲 乙\n\t丙\n正文") == [[["指标", "说明"], ["一", "甲 乙"], ["", "丙"]], [["正文"]]]


def test_a_tab_before_each_cell_makes_a_row_of_what_stands_between_blank_lines() -> None:
    text = "\t序号\n\t任务\n\n类别\n\n\t1\n\t清理\n集团：\n\n\t\n\t排查\n\n\n注：按季填报"
    assert shown(text) == [
        [["序号", "任务\n\n类别"], ["1", "清理\n集团："], ["", "排查"]],
        [["注：按季填报"]],
    ]


def test_columns_and_rows_that_are_empty_throughout_are_left_out() -> None:
    assert shown("甲\t\t乙\t\n\t\t\t\n丙\t\t丁\t\n") == [[["甲", "乙"], ["丙", "丁"]]]


def test_a_table_of_contents_is_no_table() -> None:
    assert shown("前言\tII\n1 范围\t1\n") == [[["前言\tII"]], [["1 范围\t1"]]]


@given(st.text(alphabet="甲乙1 \t\n", max_size=80))
def test_no_word_is_lost_or_shown_twice(text: str) -> None:
    found = "".join(cell for block in shown(text) for row in block for cell in row)
    assert "".join(found.split()) == "".join(text.split())
    assert all(len({len(row) for row in block}) == 1 for block in shown(text))
