"""What another version of a document changes is told row by row and word by word."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.access.actor import system
from guiju.lib.errors import NotFound, Problem
from guiju.packs import compare, load
from tests.packs.conftest import INDICATORS, SOURCE, MakePack

pytestmark = pytest.mark.django_db
URN = "cn:test:booklet"
LONGER = "第三条 或者外聘律师。\n第四条 企业应当每年培训全体员工。\n"
ADDED = """\
  - id: '4'
    kind: indicator
    section: '1'
    source: 第四条
    official: 企业应当每年培训全体员工
    plain: 今年培训过全体员工吗？
    force: must
    judgement: true
"""


def _two(make_pack: MakePack, indicators: str, source: str = SOURCE) -> compare.Difference:
    """From the version that is loaded to one that is only a folder."""
    load.load(make_pack(), by=system("guiju"))
    folder = make_pack("next", version="2", indicators=indicators, source=source)
    return compare.differ(compare.side(URN), compare.side(str(folder)))


@pytest.fixture(autouse=True)
def _own_packs(pack_dirs: Path) -> None:
    """No other packs are about."""


def test_the_same_content_differs_in_nothing(make_pack: MakePack) -> None:
    assert _two(make_pack, INDICATORS).is_empty


def test_a_new_requirement_is_added_and_one_that_is_gone_removed(make_pack: MakePack) -> None:
    found = _two(make_pack, INDICATORS + ADDED, SOURCE.replace("第三条 或者外聘律师。\n", LONGER))
    assert [row.code for row in found.added] == ["4"]
    assert (found.removed, found.changed) == ((), ())
    back = compare.differ(found.b, found.a)
    assert [row.code for row in back.removed] == ["4"]


def test_other_words_are_marked_within_the_sentence(make_pack: MakePack) -> None:
    found = _two(
        make_pack,
        INDICATORS.replace("企业应当设合规负责人", "企业应当任命合规负责人"),
        SOURCE.replace("应当设合规", "应当任命合规"),
    )
    (change,) = found.changed
    (field,) = change.fields
    assert (change.after.code, field.name, change.is_weighty) == ("1", "official", True)
    assert [(one.state, one.text) for one in field.words] == [
        ("same", "企业应当"),
        ("gone", "设"),
        ("new", "任命"),
        ("same", "合规负责人"),
    ]


def test_an_id_that_changed_is_known_by_its_words(make_pack: MakePack) -> None:
    found = _two(make_pack, INDICATORS.replace("- id: '1'", "- id: 1-a"))
    (change,) = found.changed
    assert (change.before.code, change.after.code, change.renamed, change.fields) == ("1", "1-a", True, ())
    assert found.formerly["1-a"] == "1"
    assert (found.added, found.removed) == ((), ())


def test_nearly_the_same_words_under_another_id_are_the_same_requirement(make_pack: MakePack) -> None:
    renamed = INDICATORS.replace("- id: '1'", "- id: 1-a").replace(
        "official: 企业应当设合规负责人", "official: 企业应设合规负责人"
    )
    found = _two(make_pack, renamed, SOURCE.replace("企业应当设", "企业应设"))
    assert [(one.before.code, one.after.code) for one in found.changed] == [("1", "1-a")]


def test_a_stronger_word_and_another_condition_weigh_and_plain_words_do_not(make_pack: MakePack) -> None:
    other = INDICATORS.replace("force: may", "force: must", 1).replace("is: true", "is: false")
    found = _two(make_pack, other.replace("有没有合规负责人？", "合规负责人是谁？"))
    told = {one.after.code: ({each.name for each in one.fields}, one.is_weighty) for one in found.changed}
    assert told == {"1": ({"plain"}, False), "2": ({"force", "applies"}, True)}


def test_versions_are_named_by_urn_and_number(make_pack: MakePack) -> None:
    load.load(make_pack(), by=system("guiju"))
    make_pack(version="2", indicators=INDICATORS.replace("有没有专员？", "专员在哪里？"))
    load.load_all(by=system("guiju"))
    found = compare.differ(compare.side(f"{URN}@1"), compare.side(URN))
    assert (found.a.name, found.b.name) == (f"{URN}@1", f"{URN}@2")
    assert [one.after.code for one in found.changed] == ["2"]
    with pytest.raises(NotFound, match="1, 2"):
        compare.side(f"{URN}@3")


def test_a_folder_with_faults_is_not_compared(make_pack: MakePack) -> None:
    folder = make_pack(indicators=INDICATORS.replace("force: must", "force: often"))
    with pytest.raises(Problem) as refused:
        compare.side(str(folder))
    assert len(refused.value.faults) == 1


@given(st.text("合规a1 ", max_size=20), st.text("合规b2 ", max_size=20))
def test_words_put_together_give_both_texts_again(before: str, after: str) -> None:
    found = compare.words(before, after)
    assert "".join(one.text for one in found if one.state != "new") == before
    assert "".join(one.text for one in found if one.state != "gone") == after
