"""Chinese text as people type, copy and look for it."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import text

CHINESE = st.text(st.sampled_from("合规风险采购同税a1B ，（2026年"), max_size=24)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("合规 风险\n（名称）", "合规风险(名称)"),
        ("　责任部门　", "责任部门"),
        ("【序号】", "(序号)"),
        ("〔2023〕７号", "(2023)7号"),
        ("\ufeffＩＤ\u200b", "ID"),
    ],
)
def test_labels_that_people_take_for_equal_are_equal(written, same):
    assert text.normalise(written) == same


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("　采购 部\u3000", "采购 部"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u200b合规\ufeff", "合规"),
        ("全　角", "全　角"),
        ("  ", ""),
    ],
)
def test_a_cell_keeps_its_inside_and_loses_its_edges(written, cleaned):
    assert text.clean(written) == cleaned


def test_a_passage_is_indexed_as_pairs_and_a_last_character():
    assert text.bigrams("采购合同，Form Ａ1条") == "采购 购合 合同 同 form a1 条"


@pytest.mark.parametrize(
    ("query", "fts5", "postgres"),
    [
        ("采购合同", '"采购 购合 合同"', "(采购 <-> 购合 <-> 合同)"),
        ("合同", '"合同"', "(合同)"),
        ("税", '"税"*', "(税:*)"),
        ("合同 ABC", '"合同" AND "abc"', "(合同) & (abc)"),
        ("A公司2026", '"a 公司 司 2026"', "(a <-> 公司 <-> 司 <-> 2026)"),
        ('" OR (', '"or"', "(or)"),
        ("，。 !", "", ""),
    ],
)
def test_a_query_is_safe_in_both_dialects(query, fts5, postgres):
    assert text.bigram_query(query) == fts5
    assert text.bigram_query(query, dialect="postgres") == postgres


def found(passages, query):
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(b)")
        db.executemany("INSERT INTO t(rowid, b) VALUES (?, ?)", [(n, text.bigrams(p)) for n, p in enumerate(passages)])
        return {row[0] for row in db.execute("SELECT rowid FROM t WHERE t MATCH ?", [query])}


def test_two_character_words_single_characters_and_mixed_words_are_found():
    passages = ["签订采购合同", "合理购同", "缴税务局", "按第3条办理A公司2026年事项", "同合"]
    hits = {query: found(passages, text.bigram_query(query)) for query in ("合同", "税", "第3条", "A公司2026", "同")}
    assert hits == {"合同": {0}, "税": {2}, "第3条": {3}, "A公司2026": {3}, "同": {0, 1, 4}}


@given(st.text(st.sampled_from("合规风险采购同税"), min_size=1, max_size=12), st.data())
def test_every_part_of_a_chinese_passage_is_found(passage, data):
    start = data.draw(st.integers(0, len(passage) - 1))
    end = data.draw(st.integers(start + 1, len(passage)))
    assert found([passage], text.bigram_query(passage[start:end])) == {0}


@given(CHINESE)
def test_every_query_is_understood_by_the_database(query):
    asked = text.bigram_query(query)
    assert not asked or found(["合规"], asked) <= {0}


@pytest.mark.parametrize(
    ("passage", "query", "segments"),
    [
        ("签订采购合同书", "合同", [("签订采购", False), ("合同", True), ("书", False)]),
        ("ＡＢＣ公司", "abc", [("ＡＢＣ", True), ("公司", False)]),
        ("合规合规", "合规", [("合规合规", True)]),
        ("合规", "税", [("合规", False)]),
        ("合规", "", [("合规", False)]),
        ("", "税", []),
        ("一二三", "一 三", [("一", True), ("二", False), ("三", True)]),
    ],
)
def test_what_was_looked_for_is_highlighted(passage, query, segments):
    assert text.highlight(passage, query) == segments


@given(st.text(max_size=30), st.text(max_size=6))
def test_highlighting_loses_nothing(passage, query):
    assert "".join(part for part, _hit in text.highlight(passage, query)) == passage


def test_names_sort_by_sound_and_then_by_character():
    names = ["赵六", "李四", "Bob", "张三", "王五", "李斯", "安妮"]
    assert sorted(names, key=text.sort_key) == ["安妮", "Bob", "李四", "李斯", "王五", "张三", "赵六"]
    assert text.sort_key("合规部") == "he gui bu\t合规部"


@pytest.mark.parametrize(
    ("name", "letters"), [("合规管理部", "hgglb"), ("ABC公司", "ags"), ("第3分公司", "d3fgs"), ("", ""), ("、", "")]
)
def test_initials_are_what_people_type(name, letters):
    assert text.initials(name) == letters
