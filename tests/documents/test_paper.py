"""What a paper says: numbers of headings, figures from data, and what is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.documents import titles
from guiju.documents.paper import Facts, Grid, Heading, Line, Paper, Para, Table
from guiju.documents.preview import preview
from guiju.documents.words import numeral, shown, width
from tests.documents.conftest import minutes


def lines(paper: Paper, role: str) -> list[Line]:
    return [piece for piece in paper.pieces() if isinstance(piece, Line) and piece.role == role]


def test_headings_are_numbered_as_official_papers_number_them() -> None:
    assert [line.lead + line.text for line in lines(minutes(), "heading")] == [
        "一、排查情况",
        "（一）重点领域",
        "1.采购",
        "（1）供应商",
        "二、整改情况",
    ]


def test_lower_headings_begin_again_under_each_higher_one() -> None:
    paper = Paper(
        "题", blocks=[Heading(1, "甲"), Heading(2, "乙"), Heading(2, "丙"), Heading(1, "丁"), Heading(2, "戊")]
    )
    assert [line.lead for line in lines(paper, "heading")] == ["一、", "（一）", "（二）", "二、", "（一）"]


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")]
)
def test_numerals(number: int, written: str) -> None:
    assert numeral(number) == written


def test_what_is_not_known_prints_as_missing_and_is_listed_once_in_order() -> None:
    paper = minutes()
    assert paper.missing == ["记录人", "实查项", "金额（元）", "下季度重点工作"]
    assert lines(paper, "para")[0].text == "应查1,204项，实查〔待补充：实查项〕项。"
    assert lines(paper, "fact")[1].text == "〔待补充：记录人〕"
    grid = next(piece for piece in paper.pieces() if isinstance(piece, Grid))
    assert grid.rows[1] == ("2", "=SUM(A1:A9)", "〔待补充：金额（元）〕")


def test_a_known_nought_is_written_and_not_taken_for_missing() -> None:
    paper = Paper(
        "题", blocks=[Para("发现问题{n}个。", {"n": ("问题数", 0)}), Facts([("是否上报", False), ("备注", "")])]
    )
    assert paper.missing == []
    assert [line.text for line in lines(paper, "para") + lines(paper, "fact")] == ["发现问题0个。", "否", ""]


def test_number_addressee_and_signature_may_be_missing_too() -> None:
    paper = Paper("题", doc_number=None, to=None, sign=[None, None])
    assert paper.missing == ["发文字号", "主送单位", "落款", "成文日期"]


def test_what_somebody_wrote_is_never_read_as_a_place_for_a_figure() -> None:
    paper = Paper("题", blocks=[Para("{a}", {"a": ("甲", "{b}")}), Para("{x} 100% {0}")])
    assert [line.text for line in lines(paper, "para")] == ["{b}", "{x} 100% {0}"]


def test_values_are_written_as_people_read_them() -> None:
    assert [shown(value) for value in (date(2026, 3, 5), 1036, Decimal("1234.50"), True, "文")] == [
        *("2026年3月5日", "1,036", "1,234.50", "是", "文")
    ]


def test_a_row_that_does_not_fit_its_headings_is_a_fault_of_the_programme() -> None:
    with pytest.raises(ValueError, match="3 cells under 2 headings"):
        Paper("题", blocks=[Table(["甲", "乙"], [[1, 2, 3]])]).pieces()


def test_a_long_title_breaks_after_the_name_of_the_unit() -> None:
    unit = "华东建设集团有限公司"
    assert titles.title_lines(f"{unit}2026年第四季度合规管理调度会议纪要", unit) == [
        unit,
        "2026年第四季度合规管理调度会议纪要",
    ]
    assert titles.title_lines("合规工作报告", unit) == ["合规工作报告"]
    long = "华东建设集团西南区域基础设施投资建设运营管理有限责任公司"
    assert "".join(titles.title_lines(f"{long}2026年度报告", long)[:2]) == long


@given(st.text(alphabet="合规管理的和（）《》，。2026abc", min_size=1, max_size=120))
def test_a_title_loses_nothing_where_it_breaks(title: str) -> None:
    found = titles.title_lines(title, "")
    assert "".join(found) == title
    assert all(found)


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_text_makes_a_paper(text: str, label: str) -> None:
    paper = Paper(text, blocks=[Para(text), Facts([(label, text), (label, None)]), Table([label], [[text], [None]])])
    assert len(paper.missing) <= 1
    assert preview(paper).missing == paper.missing
    assert width(text) >= 0


def test_the_preview_leads_from_each_missing_thing_to_its_first_place() -> None:
    found = preview(minutes())
    parts = [part for group in found.groups for line in group.lines for part in line.parts if part.missing]
    cells = [
        part for group in found.groups for row in group.rows for cell in row for part in cell.parts if part.missing
    ]
    assert sorted(part.anchor for part in parts + cells) == [1, 2, 3, 4]


def test_the_paper_as_data_names_what_is_missing() -> None:
    data = minutes().as_dict()
    assert data["missing"] == minutes().missing
    table = next(block for block in data["blocks"] if block["kind"] == "table")
    assert table["columns"] == ["序号", "问题", "金额（元）"]
