"""The pack of seed 002 against the document itself: its parts, numbers and dates are read here again, independently."""

import hashlib
import re
import unicodedata
from calendar import monthrange
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parents[2] / "packs"
PACK = ROOT / "cn-bt-sasac-2023-120"
SOURCE = (PACK / "source.txt").read_text(encoding="utf-8")

Item = dict[str, Any]


def load(name: str) -> Any:
    return yaml.safe_load((PACK / name).read_text(encoding="utf-8"))


HEADER: Item = load("pack.yaml")
FILES: dict[str, Item] = {name: load(name) for name in HEADER["files"]}
ALL: list[Item] = [item for file in FILES.values() for item in file.get("requirements", [])]
MARKS: list[Item] = FILES["marks.yaml"]["marks"]
BY_ID = {item["id"]: item for item in ALL}
NUMERALS = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七".split()


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


TEXT = squeeze(SOURCE)


class Placed(NamedTuple):
    """Where the words of an entry stand in the text without white space."""

    entry: Item
    start: int
    end: int


def place(entries: list[Item]) -> list[Placed]:
    """Entries of one file follow the document: each is found at or after the start of the one before."""
    found: list[Placed] = []
    at = 0
    for entry in entries:
        words = squeeze(entry["official"])
        at = TEXT.index(words, at)
        found.append(Placed(entry, at, at + len(words)))
    return found


PLACED = [spot for file in FILES.values() for spot in place(file.get("requirements", []))]
MARKED = place(MARKS)
AT = {spot.entry["id"]: spot for spot in PLACED}


def block(start: str, end: str, *, after: str = "") -> tuple[int, int]:
    """From one heading of the text to the next."""
    begin = TEXT.index(squeeze(start), TEXT.index(squeeze(after)) if after else 0)
    return begin, TEXT.index(squeeze(end), begin + 1)


def inside(spot: Placed, stretch: tuple[int, int]) -> bool:
    return stretch[0] <= spot.start and spot.end <= stretch[1]


def named_tests(item: Item) -> list[Item]:
    return [ref for row in item.get("tests", []) for ref in row.get("any", [row])]


def param(code: str, test: str, name: str) -> Any:
    """A parameter of a requirement's test."""
    return next(ref["params"][name] for ref in named_tests(BY_ID[code]) if ref["test"] == test)


# --- the text itself ----------------------------------------------------------------------------------------------


def test_the_source_is_the_document_byte_for_byte() -> None:
    assert hashlib.sha256((PACK / "source.txt").read_bytes()).hexdigest() == HEADER["source"]["sha256"]
    assert HEADER["number"] in TEXT
    assert HEADER["title"] in TEXT


def test_no_two_requirements_share_an_id() -> None:
    assert [code for code, count in Counter(item["id"] for item in ALL).items() if count > 1] == []
    assert [item["id"] for item in ALL if not re.fullmatch(r"[A-Za-z0-9.\-]+", item["id"])] == []


def test_nothing_of_the_document_is_dropped() -> None:
    left = list(TEXT)
    for spot in PLACED + MARKED:
        left[spot.start : spot.end] = " " * (spot.end - spot.start)
    rest = "".join(left)
    number = r"(?<![^\s。；：])(?:\d{1,2}\.|（\d）)"
    rest = re.sub(number, "", rest)
    assert [char for char in rest if unicodedata.category(char)[0] not in "ZPS"] == []


#: Parts of the document with the section codes that belong to them.
PARTS = {
    "0": block("各市属国有企业：", "包头市国资委2023年5月10日"),
    "1": block("一、充分认识", "二、总体思路和目标"),
    "2": block("二、总体思路和目标", "三、合规管理覆盖的重点"),
    "3": block("三、合规管理覆盖的重点", "四、重点任务"),
    "4": block("四、重点任务", "五、任务进度安排"),
    "5": block("五、任务进度安排", "六、保障措施"),
    "6": block("六、保障措施", "七、其他事项"),
    "7": (TEXT.index("七、其他事项"), len(TEXT)),
}


def test_every_requirement_stands_in_the_part_that_its_section_names() -> None:
    wrong = [spot.entry["id"] for spot in PLACED if not inside(spot, PARTS[spot.entry["section"].split(".")[0]])]
    assert wrong == []
    known = {section["code"] for section in HEADER["sections"]}
    assert {item["section"] for item in ALL} <= known


def test_requirements_of_one_file_never_share_the_same_words() -> None:
    """Equal words twice would be taken for one place."""
    assert [code for code, count in Counter(AT[item["id"]][1:] for item in ALL).items() if count > 1] == []


# --- part three: fields, links, people ----------------------------------------------------------------------------


def headings(part: str) -> list[tuple[str, str, int]]:
    """Headings like （一）公司治理。 that open a line: numeral, name, place in the squeezed text."""
    start, end = PARTS[part]
    found = []
    for match in re.finditer(r"^（([一二三四五六七八九十]+)）([^。\n]{2,12})。", SOURCE, re.MULTILINE):
        at = len(squeeze(SOURCE[: match.start()]))
        if start <= at < end:
            found.append((match[1], match[2], at))
    return found


HEADINGS = headings("3")
FIELDS, LINKS = HEADINGS[:17], HEADINGS[17:]
FIELD_CODES = [
    "governance", "trade", "contract", "partner", "finance", "debt", "investment", "construction", "ip", "leasing",
    "data", "labour", "safety", "quality", "gifts", "donation", "overseas",
]  # fmt: skip


def test_the_document_has_seventeen_fields_and_three_links() -> None:
    assert [numeral for numeral, _, _ in FIELDS] == NUMERALS
    assert [numeral for numeral, _, _ in LINKS] == ["一", "二", "三"]
    listed = re.search(r"重点领域包括：(.+?)以及域外业务风险", TEXT)
    assert listed is not None
    assert [*listed[1].split("、"), "域外业务"] == [name for _, name, _ in FIELDS]
    titles = {section["code"]: section["title"] for section in HEADER["sections"]}
    assert [titles[f"3.{number:02d}"] for number in range(1, 18)] == [name for _, name, _ in FIELDS]
    assert [titles[f"3.L{number}"] for number in range(1, 4)] == [name for _, name, _ in LINKS]


@pytest.mark.parametrize("number", range(1, 18))
def test_each_field_has_its_control_points_and_asks_about_itself(number: int) -> None:
    numeral, name, start = FIELDS[number - 1]
    end = HEADINGS[number][2] if number < 17 else TEXT.index("合规管理应覆盖的重点环节")
    mine = [item for item in ALL if item["id"].startswith(f"F{number:02d}-")]
    assert [item["id"] for item in mine] == [f"F{number:02d}-{count}" for count in range(1, len(mine) + 1)]
    assert all(inside(AT[item["id"]], (start, end)) for item in mine)
    assert {item["section"] for item in mine} == {f"3.{number:02d}"}
    assert all(numeral in item["source"] and name in item["source"] for item in mine)
    asked = {code for item in mine for ref in named_tests(item) for code in ref.get("params", {}).get("fields", [])}
    assert FIELD_CODES[number - 1] in asked


def test_each_link_and_the_key_people_are_asked_about() -> None:
    starts = [at for _, _, at in LINKS] + [TEXT.index("合规管理应覆盖的重点人员")]
    for number in range(3):
        mine = [item["id"] for item in ALL if item["id"].startswith(f"L{number + 1}-")]
        assert mine
        assert all(inside(AT[code], (starts[number], starts[number + 1])) for code in mine)
    assert AT["P-1"].start == starts[3]


def test_only_firms_with_business_abroad_are_asked_about_it() -> None:
    abroad = [item for item in ALL if item["id"].startswith("F17-")]
    assert abroad
    assert all(item["applies"] == {"attribute": "has_overseas_business", "is": True} for item in abroad)
    words = [item["id"] for item in ALL if re.search("域外|境外", item["official"])]
    assert set(words) - {item["id"] for item in abroad} == {"3-3"}


# --- part four: tasks and duties ----------------------------------------------------------------------------------


def task_starts() -> list[tuple[int, int, int]]:
    """Numbered tasks: group, number, place; a group begins with a heading （一） to （五）."""
    start, end = PARTS["4"]
    group, found = 0, []
    for line in re.finditer(r"^[ 　]*(?:（([一二三四五])）\S+|(\d{1,2})\.\S+)", SOURCE, re.MULTILINE):
        at = len(squeeze(SOURCE[: line.start()]))
        if not start <= at < end:
            continue
        if line[1]:
            group += 1
            assert line[1] == "一二三四五"[group - 1]
        else:
            found.append((group, int(line[2]), at))
    return found


TASKS = task_starts()


def test_the_tasks_are_one_to_twenty_one_in_five_groups() -> None:
    assert [number for _, number, _ in TASKS] == list(range(1, 22))
    assert Counter(group for group, _, _ in TASKS) == {1: 6, 2: 4, 3: 3, 4: 6, 5: 2}


@pytest.mark.parametrize("number", range(1, 22))
def test_each_task_is_split_into_duties_inside_its_own_words(number: int) -> None:
    group, _, start = TASKS[number - 1]
    end = TASKS[number][2] if number < 21 else PARTS["4"][1]
    mine = [item for item in ALL if item["id"].startswith(f"T{number:02d}-")]
    plain = [item["id"] for item in mine if item["kind"] == "task"]
    assert plain == [f"T{number:02d}-{count}" for count in range(1, len(plain) + 1)]
    assert all(inside(AT[item["id"]], (start, end)) for item in mine)
    assert {item["section"] for item in mine} == {f"4.{group}"}


@pytest.mark.parametrize(("number", "count"), [(3, 5), (4, 8)])
def test_the_lines_of_defence_have_their_numbered_duties(number: int, count: int) -> None:
    start, end = TASKS[number - 1][2], TASKS[number][2]
    printed = re.findall(r"（(\d)）(.+?)[。；](?=（\d）|\d{1,2}\.)", TEXT[start:end] + "9.")
    assert [int(numeral) for numeral, _ in printed] == list(range(1, count + 1))
    duties = [item for item in ALL if item["kind"] == "duty" and item["id"].startswith(f"T{number:02d}-d")]
    assert [squeeze(item["official"]) for item in duties] == [words for _, words in printed]
    assert [item["id"] for item in duties] == [f"T{number:02d}-d{each}" for each in range(1, count + 1)]


def test_only_tasks_three_and_four_have_numbered_duties() -> None:
    assert {item["id"][:3] for item in ALL if item["kind"] == "duty"} == {"T03", "T04"}


# --- dates and counts ---------------------------------------------------------------------------------------------


def titles_of_other_texts() -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"《[^》]*》|〔\d{4}〕", TEXT)]


def printed_dates() -> list[tuple[int, str]]:
    pattern = r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月(?:末|底)?|\d{4}年底|\d{4}(?=—\d{4}年)|\d{4}年"
    names = titles_of_other_texts()
    found = [(match.start(), match[0]) for match in re.finditer(pattern, TEXT)]
    return [(at, words) for at, words in found if not any(start <= at < end for start, end in names)]


def first_and_last(words: str) -> tuple[date, date]:
    """The first and the last day that a printed date may mean."""
    year, month, day = ([int(number) for number in re.findall(r"\d+", words)] + [0, 0])[:3]
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        last = date(year, month, monthrange(year, month)[1])
        return (last if words.endswith(("末", "底")) else date(year, month, 1)), last
    return (date(year, 12, 31) if words.endswith("底") else date(year, 1, 1)), date(year, 12, 31)


def test_every_printed_date_is_a_date_mark_or_a_when() -> None:
    found = printed_dates()
    assert len(found) >= 14
    for at, words in found:
        first, last = first_and_last(words)
        days = {
            day
            for spot in MARKED
            if spot.entry["kind"] == "date" and spot.start <= at < spot.end
            for day in (spot.entry["from_on"], spot.entry.get("to_on"))
        } | {
            spot.entry["when"]["due_on"]
            for spot in PLACED
            if spot.start <= at < spot.end and "due_on" in spot.entry.get("when", {})
        }
        assert days & {first, last}, (words, days)


@pytest.mark.parametrize(
    ("words", "due", "code", "test"),
    [
        ("实施方案于2023年5月22日前报国资委", date(2023, 5, 22), "S1-4", "authority.reported"),
        (
            "2023年12月20日前向市国资委报送《合规管理工作年度自查报告》",
            date(2023, 12, 20),
            "M2023-8",
            "authority.reported",
        ),
        ("形成书面报告于2025年10月底前报送市国资委", date(2025, 10, 31), "S3-2", "authority.reported"),
        ("三张清单全部建成并投入使用", date(2023, 12, 31), "M2023-3", "lists.in_use"),
        ("全部设立合规专员", date(2024, 12, 31), "M2024-1", "appointment.held"),
        ("合规管理体系运行情况开展专项检查", date(2025, 12, 31), "M2025-1", "check.all_levels"),
    ],
)
def test_what_is_due_on_a_day_is_due_on_that_day_and_becomes_a_task(
    words: str, due: date, code: str, test: str
) -> None:
    item = BY_ID[code]
    assert words in squeeze(item["official"])
    assert item["when"]["due_on"] == due
    assert item["when"]["task"]
    assert test in {ref["test"] for ref in named_tests(item)}


def test_every_paragraph_of_the_second_stage_is_due_at_the_end_of_its_year() -> None:
    for year in (2023, 2024, 2025):
        mine = [item for item in ALL if item["id"].startswith(f"M{year}-")]
        assert len(mine) >= 3
        assert {item["kind"] for item in mine} == {"milestone"}
        assert {item["when"]["due_on"] for item in mine} <= {date(year, 12, 31), date(2023, 12, 20)}


def test_the_aims_of_part_two_are_due_when_part_five_says() -> None:
    for code in ("2-2", "2-3", "2-4", "2-5", "2-6", "2-7"):
        assert BY_ID[code]["kind"] == "milestone"
        assert "task" not in BY_ID[code]["when"]
    assert [BY_ID[f"2-{n}"]["when"]["due_on"].year for n in range(2, 8)] == [2023, 2023, 2024, 2024, 2025, 2025]


def test_the_stages_are_those_printed() -> None:
    programme = HEADER["programme"]
    printed = re.findall(r"阶段[（(](\d{4}年\d+月末?)—(?:(\d{4})年)?(\d+月末?)[）)]", TEXT)
    assert len(printed) == 3
    for stage, (start, year, end) in zip(programme["stages"], printed, strict=True):
        assert stage["from_on"] in first_and_last(start)
        assert stage["to_on"] == first_and_last(f"{year or start[:4]}年{end}")[1]
    assert (programme["from_on"], programme["to_on"]) == (date(2023, 3, 1), date(2025, 12, 31))
    assert programme["base_date"] == date(2023, 1, 1)
    assert HEADER["document_status"] == "ended"
    assert HEADER["ended_on"] == programme["to_on"]


def test_numbers_of_the_document_are_parameters_of_its_tests() -> None:
    officers = re.search(r"由(\d)—(\d)名业务骨干担任", TEXT)
    assert officers is not None
    assert param("T10-2", "department.officers", "most") == int(officers[2])
    study = re.search(r"每年至少专题学习(\d)次", TEXT)
    assert study is not None
    assert param("T20-3", "study.held", "at_least") == int(study[1])
    assert param("T20-3", "study.held", "every") == "year"
    assert BY_ID["T20-3"]["when"]["cycle"] == "year"
    assert "开展1次全级次" in BY_ID["M2023-5"]["official"]
    assert BY_ID["M2023-5"]["when"]["due_on"] == date(2023, 12, 31)
    assert param("M2023-5", "check.all_levels", "percent") == 100


def test_what_the_document_wants_every_year_comes_back_every_year() -> None:
    yearly = {item["id"] for item in ALL if item.get("when", {}).get("cycle") == "year"}
    printed = [spot.entry["id"] for spot in PLACED if re.search("每年至少|年度(?!自查)", spot.entry["official"])]
    assert yearly == set(printed) == {"T13-2", "T20-3", "T21-2", "S3-3", "G2-1"}
    assert all(BY_ID[code]["when"].get("task") for code in yearly if BY_ID[code].get("addressee") is None)


def test_what_must_be_done_by_a_day_or_every_year_is_on_the_list_and_nothing_else() -> None:
    listed = [item["id"] for item in ALL if item.get("when", {}).get("task")]
    assert listed == [
        "T13-2", "T20-3", "T21-2", "S1-1", "S1-4", "M2023-1", "M2023-2", "M2023-3", "M2023-4", "M2023-5", "M2023-6",
        "M2023-8", "M2024-1", "M2024-2", "M2024-3", "M2025-1", "S3-2",
    ]  # fmt: skip
    assert BY_ID["S1-1"]["when"]["covers"] == ["S1-1", "S1-2", "S1-3"]


def test_bodies_and_the_head_are_appointed_by_the_principal() -> None:
    """Before he is appointed there is no compliance head to have it on his list."""
    owned = [item["id"] for item in ALL if item.get("when", {}).get("owner") == "first_responsible"]
    assert owned == ["M2023-1", "M2024-1"]


def test_bodies_officers_and_lists_are_not_due_before_the_end_of_2023() -> None:
    """Part five gives them until then; what is proved by them alone waits as long."""
    for code in ("T02-1", "T02-2", "T04-1", "T06-1", "T10-1", "T03-3", "T15-3", "3-1", "L0-1", "P-1"):
        assert BY_ID[code]["when"] == {"text": "到2023年底", "due_on": date(2023, 12, 31)}, code


def test_what_is_done_regularly_says_so_and_has_no_day() -> None:
    regular = [item for item in ALL if "定期" in item["official"] and item["id"] != "T03-d1"]
    assert len(regular) >= 8
    for item in regular:
        assert "定期" in item["when"]["text"], item["id"]
        assert not {"due_on", "cycle", "task"} & set(item["when"]), item["id"]
        assert "口径" in item["note"], item["id"]


# --- who, force, conditions ---------------------------------------------------------------------------------------


def force_of(words: str) -> str:
    """The force that the words carry themselves."""
    if re.search("原则上", words):
        return "normally"
    if re.match("鼓励", words):
        return "encourage"
    if re.search("可以|部门可围绕", words):
        return "may"
    if re.search("^探索推进|努力实现|优先选拔", words):
        return "guide"
    return "must"


def test_the_force_of_a_requirement_is_that_of_its_words() -> None:
    led = {"T19-2": "guide", "T19-3": "guide", "2-1": "guide"}
    wrong = [item["id"] for item in ALL if item["force"] != led.get(item["id"], force_of(item["official"]))]
    assert wrong == []


def test_only_the_striving_of_task_seven_is_guidance() -> None:
    assert (BY_ID["T07-4"]["official"], BY_ID["T07-4"]["force"]) == ("依托现有管理体系推行合规管理", "must")
    assert BY_ID["T07-5"]["official"].startswith("努力实现")
    assert BY_ID["T07-5"]["force"] == "guide"


def test_any_one_feature_shows_that_information_technology_is_taken_up() -> None:
    fields = yaml.safe_load((ROOT / "base" / "registers" / "system_features.yaml").read_text(encoding="utf-8"))[
        "fields"
    ]
    known = {choice["code"] for field in fields if field["code"] == "kind" for choice in field["choices"]}
    assert {kind for ref in named_tests(BY_ID["T19-1"]) for kind in ref["params"]["kinds"]} == known


def test_a_permission_is_asked_of_nobody() -> None:
    permissions = [item for item in ALL if item["force"] == "may"]
    assert [item["id"] for item in permissions] == ["T02-3", "T08-4", "T09-4", "T10-3", "T16-4", "E-3"]
    assert all(item["addressee"] in {"none", "authority"} and not item.get("tests") for item in permissions)


def test_what_the_authority_does_itself_is_not_asked_of_the_unit() -> None:
    theirs = [item["id"] for item in ALL if item.get("addressee") == "authority"]
    assert theirs == ["2-1", "S3-3", "S3-5", "G1-1", "G2-1", "G3-2", "E-3"]


def test_everything_asked_of_the_unit_can_be_answered() -> None:
    asked = [item for item in ALL if "addressee" not in item]
    assert [item["id"] for item in asked if not item.get("tests") and not item.get("judgement")] == []
    assert [item["id"] for item in ALL if not item.get("who") and item["id"].split("-")[0] not in {"T19", "T21"}] == []


def test_the_titles_mean_what_this_document_means() -> None:
    assert {"合规专员", "合规管理负责人", "总法律顾问"} == set(HEADER["titles"]["compliance_head"])
    assert "合规管理员" in HEADER["titles"]["department_officer"]
    assert {"合规管理委员会", "合规管理组织机构"} <= set(HEADER["titles"]["body"])
    for item in ALL:
        if "设立合规专员" in item["official"]:
            assert item["role"] == "compliance_head"
            assert item["when"]["due_on"] == date(2024, 12, 31)
    assert param("T08-3", "appointment.same_person", "holders") == ["general_counsel"]


def test_requirements_branch_only_where_the_document_branches() -> None:
    head, seven = {"attribute": "group_headquarters", "is": True}, {"attribute": "promoted_management", "is": True}
    either = {"any": [head, seven]}
    bond = {"attribute": "issues_bonds", "is": True}
    found = {item["id"]: item["applies"] for item in ALL if "applies" in item and item["section"] != "3.17"}
    assert found == {
        "2-4": either,
        "F06-5": bond,
        "F06-6": bond,
        "F06-7": bond,
        "T02-1": head,
        "T02-2": seven,
        **{f"T02-{number}": either for number in (3, 4, 5, 6)},
        "T08-3": {"attribute": "has_general_counsel", "is": True},
        "T08-4": {"attribute": "has_general_counsel", "is": False},
        **{f"T14-{number}": either for number in (1, 2, 3, 4)},
        "M2024-1": either,
    }


def test_four_subjects_are_reviewed_and_none_before_its_review() -> None:
    words = "规章制度制定、重大事项决策、重要合同签订、重大项目投资运营必须要经过合规审查"
    assert words in BY_ID["T18-2"]["official"]
    four = ["policy", "decision", "contract", "project"]
    assert param("T18-2", "review.subjects", "subjects") == four
    assert param("T18-3", "decision.reviewed", "subjects") == four
    assert param("T18-3", "decision.reviewed", "percent") == 100


def test_the_three_lists_carry_their_names_of_this_document() -> None:
    names = re.findall("“([^”]+)”", BY_ID["M2023-3"]["official"])
    assert names == ["违规风险", "重点岗位合规职责", "重点流程节点"]
    assert param("M2023-3", "lists.in_use", "kinds") == ["risk", "duty", "process"]


def test_the_definitions_are_the_three_of_part_seven_and_the_lines_of_defence() -> None:
    found = [mark["official"] for mark in MARKS if mark["kind"] == "definition"]
    assert [match[0] for words in found for match in [re.match(r"本方案所称\w+|即业务部门", words)] if match] == [
        "即业务部门",
        "本方案所称合规",
        "本方案所称合规风险",
        "本方案所称合规管理",
    ]


# --- our own words ------------------------------------------------------------------------------------------------


def test_the_plain_words_are_ours_and_short() -> None:
    assert [item["id"] for item in ALL if squeeze(item["plain"]) == squeeze(item["official"])] == []
    assert [item["id"] for item in ALL if not 0 < len(item["plain"]) <= 60] == []
    assert [item["id"] for item in ALL if not item["plain"].endswith(("？", "。", "）"))] == []
    assert [item["id"] for item in ALL if not re.fullmatch(r"[\x20-\x7e]+", item["plain_en"])] == []
    tasks = [item["when"] for item in ALL if item.get("when", {}).get("task")]
    assert [when["task"] for when in tasks if len(when["task"]) > 40 or not when["task_en"]] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("3-3", "域外业务风险"),
        ("F17-1", "“域外”“境外”混用"),
        ("F17-7", "境内投资见F07-1"),
        ("L0-1", "照录"),
        ("T01-2", "缺“行”字"),
        ("T02-2", "原文没有列"),
        ("T03-d2", "口径"),
        ("T04-d8", "没有说明是谁"),
        ("T08-1", "与其他文件的专职“合规专员”不同"),
        ("T08-1", "到那时才算到期"),
        ("T08-8", "作引导"),
        ("T14-1", "只问它们"),
        ("T15-1", "市属国有企业"),
        ("T16-4", "“可”是可以"),
        ("T18-2", "四类"),
        ("M2023-3", "其他文件里名称不同"),
        ("M2023-8", "以后各年没有要求"),
        ("M2025-1", "2025年6月"),
        ("M2025-1", "早于检查的期限"),
        ("S3-1", "照录"),
    ],
)
def test_where_the_document_is_easily_misread_the_reader_is_told(code: str, words: str) -> None:
    assert words in BY_ID[code]["note"]


#: Test parameters that are codes of a choice: test -> (parameter, register, field).
CHOICES = {
    "authority.reported": ("kinds", "authority_reports", "kind"),
    "body.exists": ("kinds", "bodies", "kind"),
    "body.meets": ("topics", "meetings", "topic"),
    "exam.held": ("kinds", "exams", "kind"),
    "leader.acts": ("kinds", "leader_actions", "kind"),
    "lists.in_use": ("kinds", "list_versions", "kind"),
    "overseas.reviewed": ("kinds", "overseas_reviews", "kind"),
    "plan.made": ("kinds", "programme_plans", "kind"),
    "publicity.varied": ("kinds", "publicity", "kind"),
    "review.subjects": ("subjects", "reviews", "subject"),
    "study.held": ("kinds", "party_studies", "kind"),
    "system.features": ("kinds", "system_features", "kind"),
}


@pytest.mark.parametrize("test", sorted(CHOICES))
def test_a_test_asks_for_values_that_can_be_entered(test: str) -> None:
    name, register, code = CHOICES[test]
    path = ROOT / "base" / "registers" / f"{register}.yaml"
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))["fields"]
    known = {choice["code"] for field in fields if field["code"] == code for choice in field["choices"]}
    asked = {
        value
        for item in ALL
        for ref in named_tests(item)
        if ref["test"] == test
        for value in ref.get("params", {}).get(name, [])
    }
    assert asked
    assert asked <= known
