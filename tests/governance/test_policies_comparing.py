"""两个版本差在哪里：按条比，挪了位置、换了条号的认得出来，条内标到字。"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.governance.policies import comparing, structure
from guiju.governance.policies.comparing import Kind, compare, words
from guiju.governance.policies.structure import number_of, parse
from tests.governance.policy_house import REVISED, TEXT


def by_place(found: comparing.Comparison) -> dict[str, comparing.Row]:
    return {row.place: row for row in found.rows if row.place}


def test_a_text_is_taken_apart_as_people_cite_it() -> None:
    pieces = {piece.anchor: piece for piece in parse(TEXT)}
    assert list(pieces) == ["p-1", "c1", "a1", "a2", "c2", "a3", "a4", "c3", "a5", "a6"]
    assert pieces["a4"].place == "第二章 第四条"
    assert pieces["a4"].words.split("\n")[1:] == ["（一）营业执照；", "（二）近三年无重大违法记录。"]
    assert pieces["c3"].words == "附则"


def test_a_table_of_contents_is_no_chapter() -> None:
    text = "目 录\n第一章 总则……………1\n第二章 程序.......3\n第一章 总则\n第一条 甲。\n第二章 程序\n第二条 乙。"
    assert [piece.anchor for piece in parse(text) if piece.level] == ["c1", "a1", "c2", "a2"]


def test_articles_inserted_later_and_annexes_keep_anchors_of_their_own() -> None:
    text = "第十二条 甲。\n第十二条之一 乙。\n附件\n第一条 丙。\n第１３条 丁。\n第一条 戊。"
    assert [piece.anchor for piece in parse(text)] == ["a12", "a12z1", "a1", "a13", "a1-2"]


def test_a_text_without_articles_is_cited_by_its_numbers() -> None:
    pieces = parse("关于用印的通知\n一、严格审批\n逐笔登记。\n二、双人保管\n3.1 存档")
    assert [(piece.label, piece.words) for piece in pieces] == [
        ("", "关于用印的通知"), ("一、", "严格审批\n逐笔登记。"), ("二、", "双人保管"), ("3.1", "存档"),
    ]  # fmt: skip


def test_chinese_numbers_are_read() -> None:
    read = {"十": 10, "十二": 12, "二十": 20, "一百零三": 103, "两百一十": 210, "１５": 15, "7": 7, "千": 1000}
    assert {written: number_of(written) for written in read} == read


def test_a_changed_and_renumbered_clause_is_known_again_and_its_words_are_marked() -> None:
    rows = by_place(compare(TEXT, REVISED))
    assert rows["第二章 第三条"].kind == Kind.ADDED
    limit = rows["第二章 第四条"]
    assert (limit.kind, limit.renumbered, limit.moved) == (Kind.CHANGED, True, False)
    assert limit.before is not None
    assert limit.before.label == "第三条"
    assert limit.after is not None
    marked = [segment for segment in words(limit.before.words, limit.after.words) if segment[0] != "same"]
    assert marked == [("del", "十万"), ("ins", "二十万")]
    proof = rows["第二章 第五条"]
    assert (proof.kind, proof.renumbered) == (Kind.SAME, True)
    gone = rows["第三章 第五条"]
    assert gone.kind == Kind.REMOVED
    assert compare(TEXT, REVISED).counts() == {
        "changed": 1, "added": 1, "removed": 1, "moved": 0, "renumbered": 2, "same": 8,
    }  # fmt: skip


def test_a_clause_that_went_elsewhere_is_moved_not_lost() -> None:
    before = "\n".join(f"第{n}条 {word * 3}。" for n, word in zip("一二三四", "甲乙丙丁", strict=True))
    after = "\n".join(f"第{n}条 {word * 3}。" for n, word in zip("一二三四", "丁甲乙丙", strict=True))
    found = compare(before, after)
    assert [(row.kind, row.moved) for row in found.rows] == [(Kind.SAME, True)] + [(Kind.SAME, False)] * 3


def test_a_rule_of_two_thousand_pages_is_compared_by_its_clauses() -> None:
    def clause(at: int, words: str) -> str:
        return (
            f"第{at}条 {words}{at * 7919 % 99991}号事项由第{at * 31 % 977}责任部门按规定程序办理，"
            + "并留存记录备查。" * 20
        )

    before = "\n".join(clause(at, "") for at in range(1, 6_001))
    after = "\n".join(clause(at, "重大" if at % 500 == 0 else "") for at in range(1, 6_001))
    found = compare(before, after)
    assert len(before) > 1_000_000
    assert found.counts()["changed"] == 12
    assert found.counts()["same"] == 5_988


_clauses = st.lists(st.text("甲乙丙丁，。第一二条\n AB1", max_size=30), max_size=12).map("\n".join)


@given(_clauses, _clauses)
def test_no_clause_is_lost_and_none_appears_twice(before: str, after: str) -> None:
    found = compare(before, after)
    assert [row.after for row in found.rows if row.after is not None] == parse(after)
    kept = [row.before for row in found.rows if row.before is not None]
    assert sorted(map(repr, kept)) == sorted(map(repr, parse(before)))
    assert compare(before, before).is_same


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("限额为一百五十元。", "限额为二百五十元。", "一百五十", "二百五十"),
        ("三十日内报送。", "十五日内报送。", "三十", "十五"),
        ("不超过1,500元。", "不超过2,500元。", "1,500", "2,500"),
        ("按第十条处理。", "按第十七条处理。", "十", "十七"),
    ],
)
def test_a_figure_that_changed_is_marked_as_a_whole(before: str, after: str, gone: str, come: str) -> None:
    assert [segment for segment in words(before, after) if segment[0] != "same"] == [("del", gone), ("ins", come)]


@given(st.text("甲乙丙二百 1a，。", max_size=60), st.text("甲乙丙二百 1a，。", max_size=60))
def test_marked_words_give_both_texts_again(before: str, after: str) -> None:
    found = words(before, after)
    assert "".join(said for kind, said in found if kind != "ins") == before
    assert "".join(said for kind, said in found if kind != "del") == after


@given(st.text("第一二十章节条之、.1 甲。\n　", max_size=200))
def test_taking_a_text_apart_loses_no_word_and_gives_each_piece_its_anchor(text: str) -> None:
    pieces = structure.parse(text)
    assert len({piece.anchor for piece in pieces}) == len(pieces)
    kept = "".join("".join(piece.text.split()) for piece in pieces)
    lost = set("".join(text.split())) - set(kept)
    assert lost <= set("、.　")
