"""The pack of 渝国资发〔2023〕7号 against the document itself, read here by other means than the pack's own."""

from __future__ import annotations

import hashlib
import itertools
import re
from datetime import date

import pytest

from guiju.packs import aligning, folder
from guiju.packs.schema import Cell, Form, Item
from tests.project.source import ROOT

PATH = ROOT / "packs/cn-cq-sasac-2023-7"
TEXT = (PATH / "source.txt").read_text(encoding="utf-8")
TASKS = [f"T{number:02d}" for number in range(1, 22)]
CATEGORIES = [
    "构建合规管理制度体系", "落实合规管理责任", "完善合规管理运行机制", "夯实合规管理组织基础", "推进合规管理信息化建设",
    "加快打造合规文化", "抓好境外合规",
]  # fmt: skip
END = date(2023, 12, 31)


def squeezed(text: str) -> str:
    return "".join(text.split())


def between(start: str, end: str = "") -> str:
    """The text from the last place of `start`, which in the annexes is the heading, to the next of `end`."""
    tail = TEXT[TEXT.rindex(start) :]
    return tail[: tail.index(end)] if end else tail


BODY = TEXT[TEXT.index("二、行动任务") : TEXT.index("三、行动安排")]
ANNEX_1 = between("附件1\n", "附件2\n")
TEMPLATE = between("附件2\n", "附件\n")
LEDGER = between("附件\n", "填表说明")
ANNEX_3 = between("附件3\n")


@pytest.fixture(scope="module")
def pack() -> folder.PackFolder:
    return folder.read(PATH)


@pytest.fixture(scope="module")
def items(pack: folder.PackFolder) -> dict[str, Item]:
    return {item.value.id: item.value for item in pack.items}


@pytest.fixture(scope="module")
def forms(pack: folder.PackFolder) -> dict[str, Form]:
    return {form.value.code: form.value for form in pack.forms}


def asked(items: dict[str, Item]) -> list[Item]:
    return [item for item in items.values() if item.addressee == "unit"]


def task_rows() -> dict[int, tuple[str, str]]:
    """Annex 1: number -> (category, words)."""
    found: dict[int, tuple[str, str]] = {}
    category = ""
    for row in ANNEX_1.split("\n\n")[1:]:
        lines = [line.strip() for line in row.split("\n") if line.strip()]
        if lines and lines[0] in CATEGORIES:
            category = lines.pop(0)
        if len(lines) == 2 and lines[0].isdigit():
            found[int(lines[0])] = (category, lines[1])
    return found


def ledger_rows() -> dict[int, str]:
    """Annex 2: number -> everything printed in the row."""
    pieces = re.split(r"(?m)^\t(\d{1,2})\n", LEDGER)
    return {int(pieces[at]): pieces[at + 1] for at in range(1, len(pieces), 2)}


def status_lines(row: str) -> dict[str, list[str]]:
    """The preset lines of a row of the ledger, group and subsidiaries apart; what is printed for problems is cut off."""
    group, subsidiary = re.split(r"(?m)^\s*子企业：", row[row.index("集团：") + 3 :])
    both = {"group": group, "subsidiary": subsidiary}
    return {
        block: re.findall(r"(?m)^\s*(\d\. *\S.*?)\s*$", text.split("问题1")[0]) for block, text in both.items()
    }  # fmt: skip


def cells(form: Form, **wanted: object) -> list[Cell]:
    return [cell for cell in form.cells if all(getattr(cell, key) == value for key, value in wanted.items())]


# --- the whole text ---------------------------------------------------------------------------------------------------


def test_the_text_is_the_document_byte_for_byte(pack: folder.PackFolder) -> None:
    assert pack.faults == []
    assert pack.header is not None
    header = pack.header.value
    assert header.source is not None
    assert header.source.sha256 == hashlib.sha256((PATH / "source.txt").read_bytes()).hexdigest()
    assert squeezed(header.number) == squeezed(TEXT.splitlines()[0])
    assert squeezed(header.title) == squeezed("".join(TEXT.splitlines()[1:4]))


def test_no_word_of_the_document_is_left_out(pack: folder.PackFolder) -> None:
    assert [row.value.official for row in pack.alignment.unplaced] == []
    assert aligning.uncovered(TEXT, pack.alignment.spans) == []


def test_the_cells_of_a_form_lie_one_after_the_other(pack: folder.PackFolder) -> None:
    places: dict[str, list[tuple[int, int]]] = {}
    for span in pack.alignment.spans:
        if span.kind == aligning.FORM:
            places.setdefault(str(span.reference), []).append((span.start, span.end))
    for form in pack.forms:
        spans = [places[f"{form.value.code}/{cell.id}"][0] for cell in form.value.cells]
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_each_requirement_lies_in_the_part_of_the_document_that_its_number_names(pack: folder.PackFolder) -> None:
    parts = {"T": "二、行动任务", "2": "二、行动任务", "3": "三、行动安排", "4": "四、行动保障", "A": "填表说明"}
    ends = {"T": "三、行动安排", "2": "三、行动安排", "3": "四、行动保障", "4": "附件：1", "A": "附件3\n"}
    for span in pack.alignment.spans:
        if span.kind == aligning.REQUIREMENT:
            letter = str(span.reference)[0]
            assert TEXT.index(parts[letter]) < span.start < span.end <= TEXT.index(ends[letter]), span.reference


# --- the tasks --------------------------------------------------------------------------------------------------------


def test_there_are_21_tasks_in_the_7_categories_of_annex_1(pack: folder.PackFolder, items: dict[str, Item]) -> None:
    rows = task_rows()
    assert sorted(rows) == list(range(1, 22))
    assert [item.id for item in items.values() if item.kind == "task"] == TASKS
    assert pack.header is not None
    titles = {section.code: section.title for section in pack.header.value.sections}
    assert [titles[f"2.{number}"] for number in range(1, 8)] == CATEGORIES
    for number, (category, _words) in rows.items():
        assert titles[items[f"T{number:02d}"].section] == category


def test_the_tasks_of_a_category_are_its_paragraph_of_the_body(items: dict[str, Item]) -> None:
    paragraphs = re.findall(r"（[一二三四五六七]）(\w+)。[^。]+。(.+)", BODY)
    assert [title for title, _words in paragraphs] == CATEGORIES
    for number, (_title, words) in enumerate(paragraphs, 1):
        tasks = [item for item in items.values() if item.kind == "task" and item.section == f"2.{number}"]
        assert "".join(item.official for item in tasks) == words.strip()


def test_what_the_opening_of_a_paragraph_asks_beyond_the_tasks_is_asked_too(items: dict[str, Item]) -> None:
    openings = dict(re.findall(r"（([一二三四五六七])）\w+。([^。]+。)", BODY))
    asked_there = {item.id: item.official for item in asked(items) if item.id.startswith("2.")}
    assert asked_there == {
        "2.1-0": openings["一"].partition("，")[2],
        "2.3-0": openings["三"].partition("，")[2],
        "2.4-0": openings["四"].rpartition("，")[2],
    }
    assert items["2.4-0"].applies == items["T09-1"].applies


def test_the_parts_of_a_task_are_the_task_without_a_word_lost(items: dict[str, Item]) -> None:
    for task in TASKS:
        parts = [item for item in items.values() if item.id.startswith(f"{task}-")]
        assert (items[task].addressee == "unit") == (not parts)
        if parts:
            assert "".join(item.official for item in parts) == items[task].official
            assert all(
                part.addressee == "unit" and part.applies == items[task].applies for part in parts if task != "T09"
            )


def test_both_annexes_keep_their_own_words_for_each_task(forms: dict[str, Form]) -> None:
    ledger = ledger_rows()
    for number, (_category, words) in task_rows().items():
        about = f"T{number:02d}"
        (first,) = cells(forms["task_table"], about=about)
        (second,) = cells(forms["ledger"], about=about, column=3)
        assert first.official == f"{number} {words}"
        assert second.official == ledger[number].strip().split("\n")[0].strip()
        assert first.row == second.row == number


def test_tasks_11_15_and_17_are_worded_in_more_than_one_way(items: dict[str, Item], forms: dict[str, Form]) -> None:
    def wordings(task: str) -> list[str]:
        first = cells(forms["task_table"], about=task)[0].official.split(" ", 1)[1]
        return [items[task].official, first, cells(forms["ledger"], about=task, column=3)[0].official]

    assert all(len(set(wordings(task))) == 3 for task in ("T11", "T15", "T17"))
    body, first, second = wordings("T11")
    assert [("“三张清单”" in words, "岗位合规职责清单" in words) for words in (body, first, second)] == [
        (True, False), (True, True), (False, True),
    ]  # fmt: skip
    assert ["旁听" in words for words in wordings("T15")] == [True, False, True]
    assert [re.findall(r"》(.)发布", words) for words in wordings("T17")] == [["，"], ["，"], ["、"]]
    assert all("写法不同" in str(items[task].note) for task in ("T11", "T15", "T17"))


def test_tasks_abroad_concern_only_those_with_business_abroad(items: dict[str, Item]) -> None:
    for item in items.values():
        abroad = item.applies is not None and item.applies.attribute == "has_overseas_business"
        assert abroad == (item.id[:3] in {"T19", "T20", "T21"})
        assert not abroad or item.who == "相关企业"


def test_the_head_is_the_general_counsel_and_the_officer_sits_in_a_department(
    pack: folder.PackFolder, items: dict[str, Item]
) -> None:
    assert pack.header is not None
    titles = pack.header.value.titles
    assert titles["compliance_head"] == ["合规管理负责人", "总法律顾问"]
    assert titles["department_officer"] == ["合规管理员"]
    offices = {item.id: item.role for item in items.values() if item.role}
    assert offices["T10-4"] == "department_officer"
    assert {role for code, role in offices.items() if code.startswith("4.1")} == {"first_responsible"}


# --- the annexes ------------------------------------------------------------------------------------------------------


def test_every_preset_line_of_the_ledger_is_a_cell_of_its_task_and_block(forms: dict[str, Form]) -> None:
    rows = ledger_rows()
    assert sorted(rows) == list(range(1, 22))
    printed = 0
    for number, row in rows.items():
        for block, lines in status_lines(row).items():
            found = cells(forms["ledger"], about=f"T{number:02d}", block=block, role="preset", column=4)
            assert [cell.official for cell in found] == lines, (number, block)
            assert all(cell.row == number for cell in found)
            # Lines without words are there to be continued.
            assert [cell.repeats for cell in found] == [not re.search("[一-龥]", line) for line in lines]
            printed += len(lines)
    assert printed == len(cells(forms["ledger"], role="preset", column=4))
    assert sum(len(status_lines(row)["subsidiary"]) for row in rows.values()) == 42


def test_the_ledger_has_its_columns_and_what_may_stand_in_them_many_times(forms: dict[str, Form]) -> None:
    head = LEDGER[LEDGER.index("任务\n") : LEDGER.index("企业责任部门及负责人")] + "企业责任部门及负责人"
    printed = [squeezed(part) for part in re.split(r"\n\t", head)]
    columns = cells(forms["ledger"], role="column")
    assert [squeezed(cell.official) for cell in columns] == printed
    assert [cell.column for cell in columns] == list(range(1, 13))
    repeated = {squeezed(cell.official) for cell in columns if cell.repeats}
    assert repeated == {"存在问题", "具体工作举措", *(f"{quarter}季度工作计划" for quarter in "一二三四")}
    assert len(re.findall(r"注：按照具体工作举措，[一二三四]季度", LEDGER)) == 4
    assert [cell.column for cell in cells(forms["ledger"], role="hint") if "季度" in cell.official] == [7, 8, 9, 10]
    problems = [cell for cell in cells(forms["ledger"], column=5) if cell.role == "preset"]
    assert [cell.official for cell in problems] == re.findall(r"问题[12N]", LEDGER)
    assert [cell.block for cell in problems] == ["group"] * 3 + ["subsidiary"] * 3
    measures = [cell.official for cell in cells(forms["ledger"], column=6, role="preset")]
    first = ledger_rows()[1]
    printed_measures = re.findall(r"(?m)^\s*(\d\.|……)[ \t]*$", first[first.index("问题1") : first.index("子企业：")])
    assert printed_measures == ["1.", "……", "1.", "……", "1.", "2.", "……"]
    assert "".join(measures).replace(" ", "") == "".join(printed_measures)


def test_the_template_has_its_five_parts_with_what_each_asks_for(forms: dict[str, Form]) -> None:
    printed = re.findall(r"(?m)^([一二三四五]、\w+)(（.+）)$", TEMPLATE)
    sections = cells(forms["plan_template"], role="section")[:5]
    hints = cells(forms["plan_template"], role="hint")
    assert [(one.official, two.official) for one, two in zip(sections, hints, strict=True)] == printed
    assert [cell.row for cell in sections] == [1, 2, 3, 4, 5]


def test_the_three_notes_on_filling_in_are_notes_and_demands(forms: dict[str, Form], items: dict[str, Item]) -> None:
    printed = re.findall(r"(?m)^\d\. (企业应.+)$", between("填表说明", "附件3"))
    assert [items[f"A2-{number}"].official for number in (1, 2, 3)] == printed
    assert {items[f"A2-{number}"].force for number in (1, 2, 3)} == {"must"}
    assert [cell.about for cell in cells(forms["ledger"], role="note")] == ["", "A2-1", "A2-2", "A2-3"]


def test_annex_3_has_its_columns_and_notes(forms: dict[str, Form]) -> None:
    form = forms["media_table"]
    head = ANNEX_3[ANNEX_3.index("序号") : ANNEX_3.index("\n\t1\n")]
    upper, lower = head.split("\n\n")
    columns = cells(form, role="column")
    assert [cell.official for cell in columns if not cell.under] == [word for word in upper.split() if word]
    assert [cell.official for cell in columns if cell.under == "platform"] == lower.split()
    assert [cell.official for cell in cells(form, role="note")] == re.findall(r"(?m)^(?:注：)?\d\. .+$", ANNEX_3)
    assert form.when in ANNEX_3
    rows = [cell.official for cell in cells(form, role="row", column=1)]
    assert rows == re.findall(r"(?m)^\t(\d|……)$", ANNEX_3)


# --- when and who -----------------------------------------------------------------------------------------------------


def test_the_programme_runs_through_2023_in_the_stages_of_the_schedule(pack: folder.PackFolder) -> None:
    assert pack.header is not None
    programme = pack.header.value.programme
    assert programme is not None
    assert (programme.base_date, programme.from_on, programme.to_on) == (date(2023, 1, 1), date(2023, 1, 1), END)
    printed = re.findall(r"（[一二三]）(\w+阶段)（2023年(\d+)(?:-(\d+))?月）", TEXT)
    assert len(printed) == 3
    for stage, (title, first, last) in zip(programme.stages, printed, strict=True):
        assert stage.title == title
        assert (stage.from_on.month, stage.to_on.month) == (int(first), int(last or first))
        assert stage.from_on.day == 1


def test_nothing_is_late_before_its_day(items: dict[str, Item]) -> None:
    for item in asked(items):
        assert item.when is not None, item.id
        assert item.when.due_on or item.when.cycle or item.when.open, item.id
    early = {item.when.due_on for item in asked(items) if item.when and item.when.due_on} - {END}
    assert early == {date(2023, 3, 31), date(2023, 11, 30)}


def test_the_plan_is_due_on_the_day_the_document_names(items: dict[str, Item]) -> None:
    found = re.search(r"于(\d+)年(\d+)月(\d+)日（星期五）前报送", TEXT)
    assert found is not None
    day = date(*(int(part) for part in found.groups()))
    assert day.isoweekday() == 5
    when = items["3.1-6"].when
    assert when is not None
    assert when.due_on == day
    assert when.task


def test_progress_and_annex_3_are_one_task_by_the_20th_of_each_month(items: dict[str, Item]) -> None:
    assert set(re.findall(r"每月(\d+)日前", TEXT)) == {"20"}
    monthly = [item for item in asked(items) if item.when and item.when.cycle]
    assert [item.id for item in monthly] == ["3.2-2", "4.3-5"]
    for item in monthly:
        assert item.when is not None
        assert (item.when.cycle, item.when.day, item.when.after) == ("month", 20, 0)
        assert (item.when.from_on, item.when.until_on) == (date(2023, 4, 1), date(2023, 11, 30))
    assert [bool(item.when and item.when.task) for item in monthly] == [True, False]


def test_the_day_of_the_december_report_is_left_open(items: dict[str, Item]) -> None:
    assert "报送时间另行通知" in items["3.3-2"].official
    when = items["3.3-2"].when
    assert when is not None
    assert (when.open, when.due_on, when.cycle, when.text) == (True, None, None, "另行通知")
    assert [item.id for item in items.values() if item.when and item.when.open] == ["3.3-2"]


def test_only_the_group_reports(items: dict[str, Item]) -> None:
    reporting = [item for item in asked(items) if re.search("报送|发送", item.official)]
    assert {item.id for item in reporting} == {"3.1-6", "3.2-2", "3.3-2", "4.3-5"}
    by_group = {item.id for item in asked(items) if item.who == "集团"}
    assert by_group <= {
        item.id for item in asked(items) if item.applies is not None and item.applies.attribute == "group_headquarters"
    }
    for item in reporting:
        assert item.applies is not None
        assert (item.applies.attribute, item.applies.equals) == ("group_headquarters", True)
    tasks = {item.id for item in items.values() if item.when and item.when.task}
    assert tasks == {"3.1-6", "3.2-2", "3.3-2"} | {f"T{number:02}" for number in range(1, 22)}


def test_a_task_asked_in_parts_covers_all_its_parts(items: dict[str, Item]) -> None:
    for number in range(1, 22):
        task = items[f"T{number:02}"]
        parts = [item.id for item in asked(items) if item.id.startswith(f"{task.id}-")]
        assert task.when is not None
        assert task.when.covers == parts
        assert (task.addressee == "none") == bool(parts)


def test_what_the_authority_does_is_not_asked_of_the_unit(items: dict[str, Item]) -> None:
    authority = [item for item in items.values() if item.addressee == "authority"]
    assert all(item.who in {"市国资委", "市级有关部门和区县国资监管机构"} for item in authority)
    sentences = re.findall(r"(市国资委(?:将|实行|对照)[^。]+)。", TEXT)
    assert len(sentences) == 5
    words = squeezed("".join(item.official for item in authority))
    assert all(squeezed(sentence) in words for sentence in sentences)


def test_what_must_be_done_says_must(items: dict[str, Item]) -> None:
    """要 and 应 oblige; where a sentence, or the part of it that turns to the group, has neither, the pack adds none."""
    sentences = re.split(r"[。\n]|，(?=集团每月)", TEXT)
    for item in asked(items):
        sentence = next(part for part in sentences if item.official.rstrip("。，、；") in part)
        if not item.id.startswith("T"):
            assert (item.force == "must") == bool(re.search("要(?!求|手)|应", sentence)), item.id
    assert {item.force for item in items.values() if item.id.startswith("T")} == {"must"}


def test_every_question_can_be_answered_and_says_what_to_look_at(items: dict[str, Item]) -> None:
    for item in asked(items):
        assert item.tests or item.judgement, item.id
        assert "？" in item.plain, item.id
        assert "看" in item.plain, item.id
        assert item.plain_en.endswith("?"), item.id
