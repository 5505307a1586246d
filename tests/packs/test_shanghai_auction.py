"""The pack of seed 000 against the document itself: its parts, steps, dates and words are read here again."""

import hashlib
import re
from calendar import monthrange
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
from guiju.registers import taxonomy
from tests.conftest import Cast

PACK = Path(__file__).parents[2] / "packs" / "cn-sh-auction-2023"
SOURCE = (PACK / "source.txt").read_text(encoding="utf-8")
URN = "cn:sh:auction-2023"

Item = dict[str, Any]


def load(name: str) -> Any:
    return yaml.safe_load((PACK / name).read_text(encoding="utf-8"))


HEADER: Item = load("pack.yaml")
CLAUSES: list[Item] = load("clauses.yaml")["requirements"]
STEPS: list[Item] = load("steps.yaml")["requirements"]
MARKS: list[Item] = load("marks.yaml")["marks"]
ALL = CLAUSES + STEPS


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def between(start: str, end: str) -> str:
    return SOURCE[SOURCE.index(f"\n{start}") + 1 : SOURCE.index(f"\n{end}") + 1]


def split(text: str, heading: str) -> list[tuple[str, str]]:
    """Headings that open a line, each with the text below it."""
    found = list(re.finditer(heading, text, re.MULTILINE))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [(match[0], text[match.end() : end]) for match, end in zip(found, ends, strict=True)]


PARTS = split(between("三、", "四、"), r"^（[一二三四五]）.*$")
PRINTED_STEPS = split(between("四、", "附件："), r"^\([一二三四]\).*$")
PARAGRAPHS = [
    (part, int(number.rstrip("、")), words)
    for part, (_, text) in enumerate(PARTS, start=1)
    for number, words in split(text, r"^\d、")
]


def leftover(text: str, items: list[Item]) -> str:
    """What is left of a stretch of text without the words of the items, which follow each other in it."""
    rest, words, at = "", squeeze(text), 0
    for item in items:
        official = squeeze(item["official"])
        found = words.index(official, at)
        rest, at = rest + words[at:found], found + len(official)
    return rest + words[at:]


def named_tests(item: Item) -> list[Item]:
    return [ref for place in item.get("tests", []) for ref in place.get("any", [place])]


def test_the_source_is_the_document_byte_for_byte() -> None:
    assert hashlib.sha256((PACK / "source.txt").read_bytes()).hexdigest() == HEADER["source"]["sha256"]


def test_the_header_carries_the_printed_title_and_who_runs_the_campaign() -> None:
    assert HEADER["urn"] == URN
    assert squeeze(SOURCE).startswith(HEADER["title"])
    assert HEADER["issuer"] in SOURCE
    assert HEADER["document_status"] == "ended"
    assert [word for words in HEADER["titles"].values() for word in words if word not in SOURCE] == []


def test_every_section_is_named_in_the_words_of_the_document() -> None:
    titles = {section["code"]: section["title"] for section in HEADER["sections"]}
    assert [titles[f"3.{number}"] for number in range(1, 6)] == [heading[3:] for heading, _ in PARTS]
    steps = [heading[3:].split("(")[0].strip() for heading, _ in PRINTED_STEPS]
    assert [titles[f"4.{number}"] for number in range(1, 5)] == steps
    assert [stage["title"] for stage in HEADER["programme"]["stages"]] == steps


def test_the_five_parts_have_their_printed_paragraphs() -> None:
    assert Counter(part for part, _, _ in PARAGRAPHS) == {1: 3, 2: 3, 3: 2, 4: 2, 5: 2}
    known = {tuple(map(int, item["id"].split("-")[0].split(".")[1:])) for item in CLAUSES if "." in item["id"]}
    assert known == {(part, number) for part, number, _ in PARAGRAPHS}


@pytest.mark.parametrize(("part", "number", "words"), PARAGRAPHS, ids=lambda value: str(value)[:4])
def test_the_requirements_of_a_paragraph_leave_none_of_its_words(part: int, number: int, words: str) -> None:
    mine = [item for item in CLAUSES if item["id"].startswith(f"3.{part}.{number}-")]
    assert {item["section"] for item in mine} == {f"3.{part}"}
    assert leftover(words, mine) == ""


@pytest.mark.parametrize("step", range(1, 5))
def test_the_requirements_of_a_step_leave_none_of_its_words(step: int) -> None:
    mine = [item for item in STEPS if item["section"] == f"4.{step}"]
    assert leftover(PRINTED_STEPS[step - 1][1], mine) == ""


def printed_dates(heading: str) -> tuple[date | None, date]:
    """First and last day of a step, from what stands in its brackets; a month ends with its last day."""
    found = re.findall(r"(?:(\d{4})\s*年)?-?(\d{1,2})月(?:(\d{1,2})日)?", heading)
    years = [int(year) for year, _, _ in found if year] or [int(re.findall(r"(\d{4})年", heading)[0])]
    last_year, month = years[-1], int(found[-1][1])
    day = int(found[-1][2]) if found[-1][2] else monthrange(last_year, month)[1]
    start = None if "止" in heading else date(years[0], int(found[0][1]), 1)
    return start, date(last_year, month, day)


def test_the_four_steps_run_as_printed() -> None:
    printed = [printed_dates(heading) for heading, _ in PRINTED_STEPS]
    assert printed[1] == (None, date(2023, 8, 15))
    assert printed[3] == (date(2023, 8, 1), date(2024, 4, 30))
    stages = HEADER["programme"]["stages"]
    dates = [mark for mark in MARKS if mark["kind"] == "date"]
    for (start, end), stage, mark in zip(printed, stages, dates, strict=True):
        assert (stage["to_on"], mark["to_on"]) == (end, end)
        assert mark.get("from_on") == start
        assert stage["from_on"] == (start or HEADER["programme"]["from_on"])
    assert (HEADER["programme"]["from_on"], HEADER["programme"]["to_on"]) == (printed[0][0], printed[3][1])


def test_what_a_step_asks_is_due_on_the_steps_last_day() -> None:
    for step, (heading, _) in enumerate(PRINTED_STEPS, start=1):
        dated = [item["when"]["due_on"] for item in STEPS if item["section"] == f"4.{step}" and "when" in item]
        assert set(dated) == {printed_dates(heading)[1]}


MODALS = (("normally", "一般应"), ("must", r"(?<![相适对反])应(?!对)"), ("may", "可(?:直接|制定|通过)"))


def modal(words: str) -> str:
    """The last modal word in the words; 有权 opens a clause without one."""
    found = [(match.end(), force) for force, word in MODALS for match in re.finditer(word, words)]
    force = max(found)[1] if found else "indicator"
    return "indicator" if re.search("有权", words[max(found)[0] :] if found else words) else force


def test_the_force_of_each_requirement_is_that_of_its_sentence_so_far() -> None:
    document = squeeze(SOURCE)
    wrong, at = [], 0
    for item in ALL:
        official = squeeze(item["official"])
        at = document.index(official, at)
        end = at + len(official)
        start = max(document.rfind(sign, 0, end - 1) for sign in "。.")
        if item["force"] != modal(document[min(start + 1, at) : end]):
            wrong.append(item["id"])
    assert wrong == []


def test_normally_is_asked_of_those_who_can_and_the_rest_may_do_the_other() -> None:
    tied = [item for item in CLAUSES if item.get("group") == "3.1.1-g1"]
    assert [item["force"] for item in tied] == ["normally", "must"]
    assert ["有条件" in tied[0]["official"], "如无条件" in tied[1]["official"]] == [True, True]
    assert [item["id"] for item in CLAUSES if item.get("group") == "3.2.1-g1"] == ["3.2.1-2", "3.2.1-3"]


def test_a_board_decides_which_body_is_asked_for() -> None:
    assert {item["id"]: item["applies"] for item in ALL if "applies" in item} == {
        "3.1.1-1": {"attribute": "has_board", "is": True},
        "3.1.1-2": {"attribute": "has_board", "is": False},
    }


def test_level_and_priority_and_the_link_to_business_are_asked_apart() -> None:
    by_words = {item["official"]: {ref["test"] for ref in named_tests(item)} for item in CLAUSES}
    assert by_words["确定合规风险等级"] == {"risk.assessed"}
    assert by_words["和优先管理顺序，"] == {"risk.prioritised"}
    assert {"risk.linked"} < next(tests for words, tests in by_words.items() if "与业务活动、产品和服务等关联" in words)


def test_the_opinion_on_decisions_is_that_of_the_compliance_function() -> None:
    row = next(item for item in CLAUSES if item["official"] == "并经合规管理机构签署意见；")
    assert row["who"] == "合规管理机构"
    assert {ref["test"] for ref in named_tests(row)} == {"decision.reviewed", "decision.heard"}


def test_every_kind_of_matter_that_counts_as_a_major_decision_is_asked_about() -> None:
    shipped = yaml.safe_load((PACK.parent / "base" / "review-subjects.yaml").read_text(encoding="utf-8"))["subjects"]
    major = {one["code"] for one in shipped if one.get("rate") == "decision"}
    asked = {"企业合规管理机构在企业内部应具有一定的权威.", "企业经营的重要决策工作应经过合规评审程序，"}
    for row in (item for item in CLAUSES if item["official"] in asked):
        assert {code for ref in named_tests(row) for code in ref["params"]["subjects"]} == major, row["id"]
    new = next(item for item in CLAUSES if item["official"].startswith("以及新制度和流程、新业务"))
    assert "new_business" in {code for ref in named_tests(new) for code in ref["params"].get("subjects", ())}


def test_an_evaluation_is_due_at_least_once_a_year() -> None:
    row = next(item for item in CLAUSES if "每年度应至少开展一次" in item["official"])
    assert row["when"]["cycle"] == "year"
    assert row["when"]["task"]


def test_the_seven_printed_fields_come_first_and_any_other_counts_too() -> None:
    printed = re.findall(r"以下领域：(.+?)等。", SOURCE)[0].split("、")
    codes = {word: code for code, label, _, others in taxonomy.FIELDS for word in (label, *others)}
    assert len(printed) == 7
    for code in ("3.2.1-1", "3.2.1-2"):
        row = next(item for item in CLAUSES if item["id"] == code)
        asked = [ref["params"]["fields"] for ref in named_tests(row)]
        # 包括但不限于: the printed ones first, then every other that a firm may choose.
        assert asked[:7] == [[codes[word]] for word in printed]
        assert sorted(asked) == sorted([code] for code, *_ in taxonomy.FIELDS)


def test_who_has_to_do_it_decides_who_is_asked() -> None:
    for item in STEPS:
        firm = item["who"] in {"会员企业", "报名企业"} and item["force"] != "may"
        expected = "unit" if firm else "association" if "协会" in item["who"] else "authority"
        assert item.get("addressee", "unit") == ("none" if item["force"] == "may" else expected), item["id"]
    assert Counter(item.get("addressee", "unit") for item in STEPS) == {
        "unit": 5,
        "authority": 5,
        "association": 2,
        "none": 1,
    }


def test_the_sign_up_form_has_its_three_contents() -> None:
    printed = re.findall(r"填写(\w+信息)、(\w+状况)和(\w+需求)。", SOURCE)[0]
    form = load("forms.yaml")["forms"][0]
    assert [cell["official"] for cell in form["cells"]] == list(printed)


def test_only_what_a_firm_must_do_by_a_day_becomes_a_task() -> None:
    tasks = {item["id"]: item["when"] for item in ALL if item.get("when", {}).get("task")}
    assert sorted(tasks) == ["3.3.2-4", "4.2-1", "4.4-1"]
    assert [code for code, when in tasks.items() if len(when["task"]) > 40 or not when["task_en"]] == []


def test_everything_asked_of_the_firm_can_be_answered_and_what_is_allowed_is_not_asked() -> None:
    asked = [item for item in ALL if item.get("addressee", "unit") == "unit"]
    assert [item["id"] for item in asked if not item.get("tests") and not item.get("judgement")] == []
    alone = [item for item in ALL if item["force"] == "may" and not item.get("group")]
    assert [item["id"] for item in alone if item["addressee"] != "none"] == []


def test_the_plain_words_are_ours_and_short() -> None:
    assert [item["id"] for item in ALL if not 0 < len(item["plain"]) <= 60] == []
    assert [item["id"] for item in ALL if not item["plain"].endswith(("？", "。"))] == []
    assert [item["id"] for item in ALL if not re.fullmatch(r"[\x20-\x7e]+", item["plain_en"])] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("3.1.1-2", "没有标点"),
        ("3.1.3-3", "不要混"),
        ("3.2.2-4", "两件事"),
        ("3.5.2-3", "不清楚"),
        ("4.2-1", "起日"),
        ("3", "没有随文印出"),
        ("4.2-2", "没有印出"),
    ],
)
def test_where_the_document_is_open_or_easily_misread_the_reader_is_told(code: str, words: str) -> None:
    assert words in next(item["note"] for item in ALL if item["id"] == code)


def test_no_two_requirements_share_an_id_and_they_stand_in_the_documents_order() -> None:
    assert len({item["id"] for item in ALL}) == len(ALL)
    document, places, at = squeeze(SOURCE), [], 0
    for item in ALL:
        at = document.index(squeeze(item["official"]), at)
        places.append(at)
    assert all(one < other for one, other in pairwise(places))


@pytest.mark.django_db
def test_a_firm_that_has_not_joined_the_campaign_is_asked_nothing(cast: Cast) -> None:
    pack = catalogue.current(URN)
    with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        actions.adopt(unit=cast.sub, pack=pack, by=cast.house, base_date=date(2026, 6, 1))
        assert findings.findings(cast.stranger, pack) is None
        assert queries.overview(by=cast.house, unit=cast.stranger) == []
        asked = findings.findings(cast.sub, pack)
    assert asked is not None
    status = {finding.code: finding.status for finding in asked}
    assert status["4.2-1"] == Status.NOT_DUE
    assert status["3.2.2-5"] == Status.UNMET
    assert not status.keys() & {item["id"] for item in ALL if item.get("addressee", "unit") != "unit"}
