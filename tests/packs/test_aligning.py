"""Words of a pack find their place in the document's text, and words without a place are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import text as words
from guiju.packs import aligning, folder
from guiju.packs.aligning import Folded, Span, uncovered
from tests.packs.conftest import HEADER, MakePack

LETTERS = st.text(alphabet="合规管理企业应当Ａa１1 　\n\t，。（）“”…①㎡é\u0301", max_size=120)


@given(LETTERS, st.data())
def test_every_stretch_of_a_text_is_found_again(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    folded = Folded(text)
    key = aligning.fold(text[start:end])
    at = folded.find(key)
    if not key:
        assert at == -1
        return
    begin, stop = folded.between(at, len(key))
    assert key in aligning.fold(text[begin:stop])
    assert text[start:end] in folded


@given(LETTERS)
def test_folding_loses_no_more_than_labels_do(text: str) -> None:
    again = Folded(text)
    assert again.folded == aligning.fold(text)
    assert len(again.origin) == len(again.folded)
    assert again.origin == sorted(again.origin)
    assert aligning.fold(words.normalise(text)) == aligning.fold(words.normalise(words.normalise(text)))


@given(LETTERS, st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=6))
def test_covered_words_and_told_ones_are_all_words(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(min(pair), min(max(pair), len(text))) for pair in pairs if min(pair) < len(text)]
    told = uncovered(text, spans)
    for start, end, fragment in told:
        assert text[start:end] == fragment
        assert not any(begin < stop and begin < end and start < stop for begin, stop in spans)
    assert [one.start for one in told] == sorted(one.start for one in told)
    assert uncovered(text, [(0, len(text))]) == []


@pytest.mark.parametrize(
    "text",
    ["一、", "（一）", "1. ", "12．", "a) ", "- b) ", "4.1 ", "6.2.1 ", "第三条 ", "①", "1﹒", "（10）", "\t1\n\t", "3.1\n"],
)  # fmt: skip
def test_the_number_of_a_list_is_nobodys_word(text: str) -> None:
    body = "企业应当建账"
    whole = f"{text}{body}"
    start = len(text)
    left = [one.words for one in uncovered(whole, [(start, start + len(body))])]
    assert left == ([] if text != "\t1\n\t" else ["1"])


@pytest.mark.parametrize("text", ["2023年", "10.5亿元", "3名", "甲乙", "第三方", "三张清单"])
def test_a_figure_that_says_something_is_told(text: str) -> None:
    assert uncovered(f"{text}，企业", [(len(text) + 1, len(text) + 3)]) != []


def test_words_parted_by_signs_are_told_as_one() -> None:
    assert [one.words for one in uncovered("甲、乙，丙。\n丁", [])] == ["甲、乙，丙", "丁"]


MARKS = """\
marks:
  - {kind: no_duty, why: heading, official: 附则}
  - {kind: no_duty, why: heading, official: 附则}
  - {kind: definition, official: 本办法所称企业}
"""
TEXT = "附则\n企业应当建账。\n附则\n本办法所称企业，是公司。\n企业应当建账。\n"


def _marked(make_pack: MakePack, marks: str = MARKS, text: str = TEXT) -> folder.PackFolder:
    header = HEADER.format(urn="cn:test:marks", version="1", status="in_force")
    header = header.replace("[indicators.yaml]", "[marks.yaml]")
    return folder.read(make_pack("marks", pack=header, source=text, marks=marks))


def test_equal_marks_that_follow_each_other_take_one_place_each(make_pack: MakePack) -> None:
    spans = _marked(make_pack).alignment.spans
    assert [(span.start, span.kind, span.reference) for span in spans] == [
        (0, "no_duty", 0),
        (11, "no_duty", 1),
        (14, "definition", 2),
    ]


def test_requirements_with_the_same_words_may_rest_on_one_place(make_pack: MakePack) -> None:
    header = HEADER.format(urn="cn:test:twice", version="1", status="in_force")
    row = "  - {{id: '{0}', kind: clause, section: '1', source: x, official: {1}, plain: p, force: must, judgement: true}}\n"
    rows = "requirements:\n" + row.format(1, "企业应当建账") + row.format(2, "企业应当建账") + row.format(3, "应当建账")
    found = folder.read(make_pack("twice", pack=header, indicators=rows, source=TEXT))
    assert [span[:2] for span in found.alignment.spans] == [(3, 9), (3, 9), (5, 9)]


def test_words_that_stand_nowhere_have_no_place(make_pack: MakePack) -> None:
    found = _marked(make_pack, MARKS.replace("本办法所称企业", "本条例所称企业"))
    assert [row.value.official for row in found.alignment.unplaced] == ["本条例所称企业"]


def test_cells_of_a_form_stand_one_after_the_other(make_pack: MakePack) -> None:
    forms = "forms:\n  - code: f\n    title: 表\n    source: 附表\n    kind: table\n    cells:\n" + "".join(
        f"      - {{id: '{name}', official: {text}, role: column}}\n"
        for name, text in (("a", "金额"), ("b", "日期"), ("c", "金额"), ("d", "金额"))
    )
    header = HEADER.format(urn="cn:test:form", version="1", status="in_force").replace("indicators", "forms")
    found = folder.read(make_pack("form", pack=header, forms=forms, source="金额\t日期\t金额\t金额\n"))
    assert found.faults == []
    assert found.alignment.spans == [
        Span(0, 2, "form", "f/a"),
        Span(3, 5, "form", "f/b"),
        Span(6, 8, "form", "f/c"),
        Span(9, 11, "form", "f/d"),
    ]


def test_a_pack_without_text_has_no_places(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        "urn: cn:test:none\nversion: '1'\ntitle: 无原文\ndocument_status: own\n", encoding="utf-8"
    )
    assert folder.read(tmp_path).alignment.spans == []
