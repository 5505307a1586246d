"""The Word file: measures of GB/T 9704, nothing about who made it, the same bytes for the same paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from xml.etree import ElementTree

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiju.documents.paper import Heading, Paper, Para, Table
from tests.documents.conftest import Parts, W, minutes, printed

TakenApart = Callable[[Paper], Parts]
MM = 1440 / 25.4


def value(element: ElementTree.Element | None, name: str = "val") -> str:
    assert element is not None
    return element.get(f"{W}{name}", "")


def style(parts: Parts, code: str) -> ElementTree.Element:
    return next(one for one in parts.tree("word/styles.xml").iter(f"{W}style") if one.get(f"{W}styleId") == code)


def test_the_page_has_the_measures_of_the_standard(taken_apart: TakenApart) -> None:
    section = list(taken_apart(minutes()).tree().iter(f"{W}sectPr"))[-1]
    size, margins, grid = (section.find(f"{W}{name}") for name in ("pgSz", "pgMar", "docGrid"))
    assert (round(int(value(size, "w")) / MM), round(int(value(size, "h")) / MM)) == (210, 297)
    assert [round(int(value(margins, side)) / MM) for side in ("top", "bottom", "left", "right")] == [37, 35, 28, 26]
    assert value(grid, "type") == "linesAndChars"
    room = int(value(size, "h")) - int(value(margins, "top")) - int(value(margins, "bottom"))
    assert room // int(value(grid, "linePitch")) == 22
    pitch = 320 + int(value(grid, "charSpace")) / 4096 * 20
    line = int(value(size, "w")) - int(value(margins, "left")) - int(value(margins, "right"))
    assert int(line / pitch) == 28


@pytest.mark.parametrize(
    ("code", "font", "half_points"),
    [
        ("Title", "方正小标宋简体", "44"),
        ("Heading1", "黑体", None),
        ("Heading2", "楷体", None),
        ("Heading3", "仿宋", None),
        ("Heading4", "仿宋", None),
        ("Footer", "宋体", "28"),
        ("TableHead", "黑体", None),
        ("TableText", None, "24"),
    ],
)
def test_each_kind_of_line_has_its_type(
    taken_apart: TakenApart, code: str, font: str | None, half_points: str | None
) -> None:
    found = style(taken_apart(minutes()), code)
    if font:
        assert value(found.find(f".//{W}rFonts"), "eastAsia") == font
    if half_points:
        assert value(found.find(f".//{W}sz")) == half_points


def test_the_body_is_fangsong_of_sixteen_points_indented_by_two_characters(taken_apart: TakenApart) -> None:
    parts = taken_apart(minutes())
    defaults = parts.tree("word/styles.xml").find(f".//{W}rPrDefault")
    assert defaults is not None
    assert value(defaults.find(f".//{W}rFonts"), "eastAsia") == "仿宋"
    assert value(defaults.find(f".//{W}sz")) == "32"
    assert value(defaults.find(f".//{W}lang"), "eastAsia") == "zh-CN"
    assert value(style(parts, "PaperText").find(f".//{W}ind"), "firstLineChars") == "200"


def test_no_font_comes_from_a_theme(taken_apart: TakenApart) -> None:
    parts = taken_apart(minutes())
    assert not any(b"Theme=" in part or b"theme/" in part for part in parts.parts.values())
    assert b"altName" in parts.parts["word/fontTable.xml"]


def test_the_page_number_stands_between_dashes_in_a_field(taken_apart: TakenApart) -> None:
    footer = taken_apart(minutes()).tree("word/footer1.xml")
    assert "".join(one.text or "" for one in footer.iter(f"{W}t")) == "— 1 —"
    assert [one.text for one in footer.iter(f"{W}instrText")] == ["PAGE"]


def test_lines_come_in_the_order_of_the_paper(taken_apart: TakenApart) -> None:
    texts = [text for text in taken_apart(minutes()).texts() if text]
    assert texts[:6] == [
        "华东建设集团有限公司2026年第四季度合规管理调度会议纪要",
        "华建合规纪〔2026〕4号",
        "各部门：",
        "时间：2026年12月28日",
        "记录人：〔待补充：记录人〕",
        "一、排查情况",
    ]
    assert texts[-5:] == [
        "附件：1.未完成整改事项",
        "2.下季度排查计划",
        "华东建设集团有限公司",
        "2026年12月30日",
        "（联系人：王敏）",
    ]


def test_headings_are_headings_to_the_programme_that_opens_it() -> None:
    document = python_docx.Document(BytesIO(printed(minutes())))
    assert [one.text for one in document.paragraphs if one.style.name.lower().startswith("heading 1")] == [
        "一、排查情况",
        "二、整改情况",
    ]


def test_what_is_missing_is_marked(taken_apart: TakenApart) -> None:
    marked = [
        "".join(one.text or "" for one in run.iter(f"{W}t"))
        for run in taken_apart(minutes()).tree().iter(f"{W}r")
        if (mark := run.find(f"{W}rPr/{W}rStyle")) is not None and value(mark) == "Missing"
    ]
    assert marked == [
        "〔待补充：记录人〕",
        "〔待补充：实查项〕",
        "〔待补充：金额（元）〕",
        "〔待补充：下季度重点工作〕",
    ]


def test_the_file_names_the_unit_and_nobody_else(taken_apart: TakenApart) -> None:
    parts = taken_apart(minutes())
    core = parts.parts["docProps/core.xml"].decode()
    assert "<dc:creator>华东建设集团有限公司</dc:creator>" in core
    assert not any(word in core for word in ("lastModifiedBy", "created", "modified", "python-docx"))
    assert "docProps/app.xml" not in parts.parts


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert printed(minutes()) == printed(minutes())


def test_tables_have_fixed_columns_that_fill_the_line_and_repeat_their_headings(taken_apart: TakenApart) -> None:
    table = next(taken_apart(minutes()).tree().iter(f"{W}tbl"))
    assert value(table.find(f"{W}tblPr/{W}tblLayout"), "type") == "fixed"
    lengths = [int(value(column, "w")) for column in table.iter(f"{W}gridCol")]
    assert sum(lengths) == 11906 - 1587 - 1474
    first, *others = table.iter(f"{W}tr")
    assert first.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in others)


def test_a_table_of_more_than_eight_columns_gets_pages_across(taken_apart: TakenApart) -> None:
    wide = Table([f"列{number}" for number in range(9)], [list(range(9))])
    paper = Paper("题", blocks=[Para("前"), wide, Para("后")])
    sections = list(taken_apart(paper).tree().iter(f"{W}sectPr"))
    assert [value(one.find(f"{W}pgSz"), "orient") for one in sections] == ["", "landscape", ""]
    assert all(one.find(f"{W}footerReference") is not None for one in sections)


def test_a_formula_stays_text(taken_apart: TakenApart) -> None:
    parts = taken_apart(Paper("题", blocks=[Para("=1+1"), Table(["甲"], [["=cmd|'/c calc'!A0"], ["{ PAGE }"]])]))
    assert {"=1+1", "=cmd|'/c calc'!A0", "{ PAGE }"} <= set(parts.texts())
    assert list(parts.tree().iter(f"{W}instrText")) == []


def test_a_cell_of_ten_thousand_characters_may_be_torn_by_the_end_of_a_page(taken_apart: TakenApart) -> None:
    table = next(
        taken_apart(Paper("题", blocks=[Table(["甲", "乙"], [["长" * 10_000, 1], ["短", 2]])])).tree().iter(f"{W}tbl")
    )
    rows = list(table.iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows] == [True, False, True]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_makes_a_file_that_opens(text: str) -> None:
    paper = Paper(text, to=text, unit=text, sign=[text], attachments=[text], note=text)
    paper.add(Heading(1, text), Para(text), Table([text, "乙"], [[text, None]], caption=text))
    python_docx.Document(BytesIO(printed(paper)))


def test_control_characters_are_left_out(taken_apart: TakenApart) -> None:
    assert "甲乙 丙" in taken_apart(Paper("题", blocks=[Para("甲\x00\x0b乙\t丙\ufffe\ud800")])).texts()
