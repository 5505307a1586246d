"""The pack of seed 004 against the document itself: its articles, duties and modal words are read here again."""

import hashlib
import re
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from guiju.lib import clock
from guiju.packs import catalogue
from guiju.posture import actions, findings, queries
from guiju.posture.models import Status
from guiju.registers import actions as registers
from tests.conftest import Cast

PACK = Path(__file__).parents[2] / "packs" / "cn-samr-platform"
SOURCE = (PACK / "source.txt").read_text(encoding="utf-8")
URN = "cn:samr:platform-draft"

Item = dict[str, Any]


def load(name: str) -> Any:
    return yaml.safe_load((PACK / name).read_text(encoding="utf-8"))


HEADER: Item = load("pack.yaml")
ALL: list[Item] = load("requirements.yaml")["requirements"]
MARKS: list[Item] = load("marks.yaml")["marks"]
DEFINITION = next(mark["official"] for mark in MARKS if mark["kind"] == "definition")

NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]
NUMERALS += [f"十{digit}" for digit in NUMERALS[:6]]


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def printed_articles() -> dict[int, str]:
    """Articles 1 to 16: each from its number in brackets at the beginning of a line to the next one or a chapter."""
    found = list(re.finditer(r"^（([一二三四五六七八九十]+)）", SOURCE, re.MULTILINE))
    stops = [match.start() for match in re.finditer(r"^[一二三四五]、|\Z", SOURCE, re.MULTILINE)]
    starts = [match.start() for match in found]
    return {
        NUMERALS.index(match[1]) + 1: SOURCE[match.end() : min(at for at in starts + stops if at > match.start())]
        for match in found
        if match[1] in NUMERALS
    }


ARTICLES = printed_articles()


def article_of(item: Item) -> int:
    return int(re.split(r"[-.]", item["id"])[0])


def items_of(number: int) -> list[Item]:
    return [item for item in ALL if article_of(item) == number]


def printed_points(number: int) -> list[str]:
    """The numbered points of an article."""
    return re.findall(r"^\d\.(.+)$", ARTICLES[number], re.MULTILINE)


def named_tests(item: Item) -> list[Item]:
    return [ref for place in item.get("tests", []) for ref in place.get("any", [place])]


def test_the_source_is_the_document_byte_for_byte() -> None:
    assert hashlib.sha256((PACK / "source.txt").read_bytes()).hexdigest() == HEADER["source"]["sha256"]


def test_the_header_says_it_is_the_consultation_draft() -> None:
    assert HEADER["urn"] == URN
    assert squeeze(SOURCE).startswith(f"{HEADER['title']}（征求意见稿）")
    assert HEADER["document_status"] == "draft"
    assert "征求意见稿" in HEADER["status_note"]


def test_the_titles_of_this_document_mean_its_own_offices() -> None:
    titles = HEADER["titles"]
    assert titles["compliance_head"] == ["合规负责人"]
    assert titles["compliance_staff"] == ["合规管理员"]
    assert "主要负责人" in titles["first_responsible"]
    assert [word for words in titles.values() for word in words if word not in SOURCE] == []


def test_there_are_sixteen_articles_in_five_chapters_and_each_has_requirements() -> None:
    assert list(ARTICLES) == list(range(1, 17))
    assert {article_of(item) for item in ALL} - {0} == set(ARTICLES)
    printed = re.findall(r"^[一二三四五]、(.+)$", SOURCE, re.MULTILINE)
    assert [section["title"] for section in HEADER["sections"]] == printed


@pytest.mark.parametrize("number", range(1, 17))
def test_the_requirements_of_an_article_leave_none_of_its_words(number: int) -> None:
    words = squeeze(ARTICLES[number]).replace(squeeze(DEFINITION), "", 1)
    rest, at = "", 0
    for item in items_of(number):
        official = squeeze(item["official"])
        found = words.index(official, at)
        rest, at = rest + words[at:found], found + len(official)
    assert re.sub(r"\d\.", "", rest + words[at:]) == ""


def test_what_the_general_part_asks_is_asked_of_the_authority() -> None:
    general = SOURCE[SOURCE.index("一、总体要求") : SOURCE.index("二、健全合规管理组织")]
    mine = items_of(0)
    assert [item["id"] for item in mine] == ["0-1", "0-2"]
    assert {item["addressee"] for item in mine} == {"authority"}
    assert {item["section"] for item in mine} == {"1"}
    assert [item["id"] for item in mine if item["official"] not in general] == []
    asking = "建立健全|加强|引导|督促|强化|提升|降低"
    free = squeeze(general)
    for item in mine:
        free = free.replace(squeeze(item["official"]), "")
    assert re.findall(asking, free) == []


@pytest.mark.parametrize(("number", "count", "role"), [(5, 6, "compliance_head"), (6, 7, "compliance_staff")])
def test_the_duties_of_head_and_officer_are_the_printed_points(number: int, count: int, role: str) -> None:
    duties = [item for item in items_of(number) if item["kind"] == "duty"]
    assert [item["official"] for item in duties] == printed_points(number)
    assert [item["id"] for item in duties] == [f"{number}.{point}" for point in range(1, count + 1)]
    assert {item["role"] for item in duties} == {role}
    assert {item["who"] for item in duties} == set(HEADER["titles"][role])


def test_only_the_two_lists_of_duties_are_duties() -> None:
    assert Counter(article_of(item) for item in ALL if item["kind"] == "duty") == {5: 6, 6: 7}
    assert {item["kind"] for item in ALL} == {"duty", "clause"}


def test_the_abilities_of_article_3_are_its_printed_points() -> None:
    assert [item["official"] for item in items_of(3)[1:]] == printed_points(3)


FORCES = (
    ("normally", "一般应当"),
    ("must", "应当|部门要(?!求)"),
    ("may", "可以"),
    ("encourage", "鼓励"),
    ("guide", "引导网络|指导网络|引导企业"),
)


def modal(words: str) -> str | None:
    """The last modal word."""
    found = [(match.end(), -at, force) for at, (force, word) in enumerate(FORCES) for match in re.finditer(word, words)]
    return max(found)[2] if found else None


def expected_force(item: Item) -> str:
    """The modal of the sentence so far, else the guiding word that opens its paragraph."""
    if article_of(item) == 0:
        return modal(item["official"]) or "indicator"
    paragraph = next(
        line for line in map(squeeze, ARTICLES[article_of(item)].splitlines()) if squeeze(item["official"]) in line
    )
    end = paragraph.index(squeeze(item["official"])) + len(squeeze(item["official"]))
    sentence = paragraph[paragraph.rfind("。", 0, end - 1) + 1 : end]
    opening = modal(paragraph[:4])
    return modal(sentence) or (opening if opening in {"guide", "encourage"} else None) or "indicator"


def test_the_force_of_each_requirement_is_that_of_its_own_words() -> None:
    assert [item["id"] for item in ALL if item["force"] != expected_force(item)] == []
    forces = Counter(item["force"] for item in ALL)
    assert set(forces) == {"must", "normally", "encourage", "guide", "may", "indicator"}
    assert [item["id"] for item in ALL if item["force"] == "normally"] == ["2-1"]


def test_the_general_part_and_the_last_four_articles_are_for_the_authority_and_no_firm_is_asked() -> None:
    theirs = {0, 13, 14, 15, 16}
    for item in ALL:
        assert (item.get("addressee") == "authority") == (article_of(item) in theirs), item["id"]
    assert {item["who"] for item in ALL if article_of(item) in theirs} == {"市场监督管理部门"}


def test_permissions_and_catch_alls_are_asked_of_nobody() -> None:
    silent = [item["id"] for item in ALL if item.get("addressee") == "none"]
    assert silent == ["3.3", "5.6", "5-7", "6.7", "6-8"]
    assert [item["id"] for item in ALL if item["force"] == "may"] == ["5-7", "6-8"]


def row(code: str) -> Item:
    return next(item for item in ALL if item["id"] == code)


def test_head_and_officers_are_heard_before_a_major_decision() -> None:
    assert "重大决策前" in row("4-2")["official"]
    assert row("4-2")["role"] == "first_responsible"
    assert row("4-2")["tests"][0]["params"]["roles"] == ["compliance_head", "compliance_staff"]


def test_nothing_found_needs_a_record_and_a_zero_risk_report() -> None:
    assert row("8-6")["official"] == "未发现问题的，应当予以记录并实行零风险报告。"
    assert row("8-6")["force"] == "must"
    assert [ref["test"] for ref in named_tests(row("8-6"))] == ["check.zero_reported"]


def test_each_quarter_the_principal_hears_the_head_and_arranges_the_next() -> None:
    hearing, arranging = row("10-2"), row("10-4")
    assert "每季度至少听取一次" in hearing["official"]
    assert hearing["when"]["cycle"] == "quarter"
    assert hearing["when"]["task"]
    assert hearing["when"]["owner"] == hearing["role"] == "first_responsible"
    assert "下个季度" in arranging["official"]
    assert arranging["when"]["cycle"] == "quarter"
    held = next(ref for ref in named_tests(arranging) if ref["test"] == "hearing.held")
    assert held["params"]["next_plan"] is True
    assert "安排下季度" in hearing["when"]["task"]
    assert "纪要" in row("10-5")["official"]


def test_only_the_quarter_is_a_printed_rhythm_and_the_rest_is_said_to_be_ours() -> None:
    assert [item["id"] for item in ALL if item.get("when", {}).get("task")] == ["10-2"]
    for item in ALL:
        text = item.get("when", {}).get("text", "")
        assert squeeze(text) in squeeze(item["official"]), item["id"]
    assert "半年" in HEADER["note"]


def test_the_archive_looks_at_what_article_11_names() -> None:
    relations = [ref["params"]["relations"] for item in items_of(11)[:2] for ref in named_tests(item)]
    assert {"appointment", "training", "exam"} <= set(relations[0])
    assert {"list_version", "self_check", "report_delivery"} <= set(relations[1])


def test_the_scope_is_judged_once_where_the_document_states_it() -> None:
    scoped = [item["id"] for item in ALL if "applies" in item]
    assert scoped == ["1-1", "1-2", "1-3"]
    assert [attribute["code"] for attribute in HEADER["attributes"]] == ["is_platform", "telecom_licence"]
    assert "增值电信业务经营服务许可" in DEFINITION


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("2-2", "适当数量"),
        ("4-4", "没有定义"),
        ("5.2", "没有定义"),
        ("6.2", "没有定义"),
        ("4-6", "没有期限"),
        ("8-6", "最容易漏"),
        ("10-4", "最容易漏"),
        ("16-2", "不是对企业的语气词"),
    ],
)
def test_where_the_document_is_open_or_easily_misread_the_reader_is_told(code: str, words: str) -> None:
    assert words in row(code)["note"]


def test_everything_asked_of_the_firm_can_be_answered() -> None:
    asked = [item for item in ALL if item.get("addressee", "unit") == "unit"]
    assert [item["id"] for item in asked if not item.get("tests") and not item.get("judgement")] == []
    assert [item["id"] for item in asked if not item.get("who")] == []


def test_the_plain_words_are_ours_and_short() -> None:
    assert [item["id"] for item in ALL if not 0 < len(item["plain"]) <= 60] == []
    assert [item["id"] for item in ALL if not item["plain"].endswith(("？", "。"))] == []
    assert [item["id"] for item in ALL if not re.fullmatch(r"[\x20-\x7e]+", item["plain_en"])] == []


def test_no_two_requirements_share_an_id_and_they_stand_in_the_documents_order() -> None:
    assert len({item["id"] for item in ALL}) == len(ALL)
    document, places, at = squeeze(SOURCE), [], 0
    for item in ALL:
        at = document.index(squeeze(item["official"]), at)
        places.append(at)
    assert all(one < other for one, other in pairwise(places))


@pytest.mark.django_db
def test_a_firm_that_does_not_answer_to_the_draft_is_asked_nothing(cast: Cast) -> None:
    pack = catalogue.current(URN)
    with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        actions.adopt(unit=cast.sub, pack=pack, by=cast.house)
        assert findings.findings(cast.stranger, pack) is None
        assert queries.overview(by=cast.house, unit=cast.stranger) == []
        asked = findings.findings(cast.sub, pack)
    assert asked is not None
    codes = {finding.code for finding in asked}
    assert {"4-2", "8-6", "10-2"} <= codes
    assert not codes & {item["id"] for item in ALL if item.get("addressee") in {"authority", "none"}}


@pytest.mark.django_db
def test_the_minutes_of_one_hearing_move_this_draft_and_the_evaluation_standard(cast: Cast) -> None:
    """No document and no attribute is needed for it: the principal is in office and chairs."""
    mine = {"4-6", "10-2", "10-3", "10-4"}
    with clock.simulate(datetime(2026, 9, 1, 2, tzinfo=UTC)):
        principal = {"role": "first_responsible", "person": str(cast.wang.uid), "from_on": date(2026, 1, 5)}
        registers.create(
            register="appointments", unit=cast.sub, values={**principal, "document": "任职文件"}, by=cast.house
        )
        packs = [catalogue.current(urn) for urn in (URN, "cn:casmes:effectiveness-draft")]
        for pack in packs:
            actions.adopt(unit=cast.sub, pack=pack, by=cast.house, from_on=date(2026, 1, 5))

        def standing(at: int) -> dict[str, Status]:
            return {each.code: each.status for each in findings.findings(cast.sub, packs[at]) or []}

        before = standing(0), standing(1)
        hearing = {
            "subject": "2026年第三季度合规管理调度会",
            "topic": "quarterly_hearing",
            "held_on": date(2026, 8, 20),
            "chaired_by": str(cast.wang.uid),
            "minutes_number": "2026-3",
            "next_plan": True,
        }
        registers.create(register="meetings", unit=cast.sub, values=hearing, by=cast.house)
        after = standing(0), standing(1)
    assert {code for code in mine if before[0][code] != Status.UNMET} == set()
    assert {code for code in mine if after[0][code] != Status.MET} == set()
    assert (before[1]["6.4.c"], after[1]["6.4.c"]) == (Status.UNMET, Status.PARTLY)
