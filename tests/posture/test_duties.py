"""What a document asks by a date becomes somebody's task, and the record that proves it closes it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from guiju.lib import period
from guiju.org import actions as org
from guiju.packs import load
from guiju.packs.models import Pack
from guiju.posture import actions, duties, engine, proving
from guiju.posture.models import Adoption
from guiju.posture.programme import Rule
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.workflow import actions as workflow
from guiju.workflow import queries
from guiju.workflow.models import DoneHow, Task, TaskStatus
from tests.posture.conftest import Story

URN = "cn:test:programme"
SOURCE = """\
为推进合规管理，制定本方案。各单位应当于2026年6月20日前制定实施方案。
每月20日前报送上月工作进展。有境外业务的，每季度组织一次专题学习。
请于2026年7月31日前落实责任。市国资委每年组织一次检查。
"""
HEADER = """\
urn: cn:test:programme
version: '{version}'
title: 试点方案
title_en: Pilot
document_status: in_force
source: {{file: source.txt}}
files: [tasks.yaml]
programme:
  base_date: 2026-01-01
  from_on: 2026-01-01
  to_on: 2026-12-31
  stages:
    - {{code: s1, title: 部署, title_en: Setting out, from_on: 2026-01-01, to_on: 2026-06-30}}
    - {{code: s2, title: 实施, from_on: 2026-07-01, to_on: 2026-12-31}}
"""
TASKS = """\
requirements:
  - {id: plan, kind: task, section: '1', source: 一, official: 制定实施方案, plain: 有实施方案吗？, force: must,
     tests: [{test: plan.made, params: {kinds: [implementation]}}],
     when: {text: 2026年6月20日前, due_on: 2026-06-20, task: 制定实施方案, task_en: Make the plan, lead: 15}}
  - {id: monthly, kind: task, section: '1', source: 一, official: 报送上月工作进展, plain: 报了吗？, force: must,
     tests: [{test: authority.regular, params: {kinds: [monthly_progress]}}],
     when: {text: 每月20日前, cycle: month, day: 20, after: 1, from_on: 2026-04-01, task: 报送月度进展,
            task_en: Send the monthly report, owner: compliance_staff}}
  - {id: study, kind: task, section: '1', source: 一, official: 每季度组织一次专题学习, plain: 学了吗？, force: must,
     applies: {attribute: has_overseas_business, is: true}, tests: [{test: study.held, params: {every: quarter}}],
     when: {text: 每季度, cycle: quarter, task: 组织专题学习, owner: first_responsible}}
  - {id: duty, kind: task, section: '1', source: 一, official: 落实责任, plain: 落实了吗？, force: must, judgement: true,
     when: {text: 2026年7月31日前, due_on: 2026-07-31, task: 落实责任}}
  - {id: inspect, kind: task, section: '1', source: 一, official: 市国资委每年组织一次检查, plain: 检查了吗？, force: must,
     addressee: authority, judgement: true, when: {text: 每年, cycle: year, task: 组织检查}}
"""


@pytest.fixture
def pack(cast: Any, tmp_path: Path) -> Pack:
    """A programme of one year."""
    return write(tmp_path, cast)


def write(folder: Path, cast: Any, *, tasks: str = TASKS, replace: bool = False) -> Pack:
    """Load the programme with these requirements."""
    (folder / "pack.yaml").write_text(HEADER.format(version="1"), encoding="utf-8")
    (folder / "tasks.yaml").write_text(tasks + MARKS, encoding="utf-8")
    (folder / "source.txt").write_text(SOURCE, encoding="utf-8")
    load.load(folder, by=cast.house, replace=replace)
    return Pack.objects.get(urn=URN, is_current=True)


MARKS = """\
marks:
  - {kind: no_duty, official: 为推进合规管理，制定本方案。各单位应当于, why: purpose}
  - {kind: date, official: 2026年6月20日前}
  - {kind: date, official: 每月20日前}
  - {kind: definition, official: 有境外业务的}
  - {kind: no_duty, official: 请于, why: reference}
  - {kind: date, official: 2026年7月31日前}
"""


def adopt(story: Story, pack: Pack, **more: Any) -> Adoption:
    return actions.adopt(unit=story.cast.sub, pack=pack, by=story.cast.house, **{"from_on": date(2026, 1, 1), **more})


def due(*, code: str = "", status: str = TaskStatus.OPEN) -> list[tuple[str, str, date]]:
    """Code, period and deadline of tasks."""
    rows = Task.objects.filter(status=status).order_by("code", "due_on")
    return [(row.code, row.period, row.due_on) for row in rows if not code or row.code == code]


def report(story: Story, sent_on: str, **values: object) -> Entry:
    """A monthly report to the authority."""
    given = {"name": f"进展 {sent_on}", "kind": "monthly_progress", "receiver": "市国资委", "number": "1", **values}
    return story.enter("authority_reports", sent_on=sent_on, **given)


def test_adopting_a_programme_makes_its_tasks_up_to_three_months_ahead(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    assert due() == [
        ("duty", "", date(2026, 7, 31)),
        ("monthly", "2026-04", date(2026, 5, 20)),
        ("monthly", "2026-05", date(2026, 6, 20)),
        ("monthly", "2026-06", date(2026, 7, 20)),
        ("monthly", "2026-07", date(2026, 8, 20)),
        ("monthly", "2026-08", date(2026, 9, 20)),
        ("monthly", "2026-09", date(2026, 10, 20)),
        ("plan", "", date(2026, 6, 20)),
    ]
    task = Task.objects.get(code="monthly", period="2026-05")
    assert (task.title, task.title_en) == ("报送月度进展（2026年5月）", "Send the monthly report (2026-05)")
    assert (task.role, task.starts_on, task.unit) == ("compliance_staff", date(2026, 6, 1), story.cast.sub)
    assert "每月20日前" in task.note
    # 20 June 2026 is the Saturday after the Dragon Boat Festival.
    assert "2026-06-18" in task.note
    assert Task.objects.get(code="plan").shown_on == date(2026, 5, 29)


def test_the_night_makes_what_has_come_within_three_months_and_nothing_twice(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    before = Task.objects.count()
    assert duties.sync().created == 0
    with story.at(2026, 7, 2):
        assert duties.nightly()["created"] == 1
    assert Task.objects.count() == before + 1


def test_a_unit_that_begins_another_day_counts_from_there(story: Story, pack: Pack) -> None:
    adopt(story, pack, from_on=date(2026, 6, 1), base_date=date(2026, 6, 1))
    assert due(code="plan") == [("plan", "", date(2026, 11, 20))]
    assert due(code="monthly") == [("monthly", "2026-09", date(2026, 10, 20))]
    (stage, *_rest) = duties.stages_of([story.cast.sub.pk], date(2026, 6, 1), date(2027, 5, 31))
    assert (stage.title, stage.from_on, stage.to_on) == ("部署", date(2026, 6, 1), date(2026, 11, 30))


def test_nothing_is_asked_for_the_time_before_a_unit_answered_to_it(story: Story, pack: Pack) -> None:
    adopt(story, pack, from_on=date(2026, 6, 1))
    assert due(code="monthly")[0] == ("monthly", "2026-06", date(2026, 7, 20))


def test_only_what_applies_for_certain_becomes_a_task(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    assert due(code="study") == []

    def overseas(value: bool, on: date) -> None:
        org.set_attribute(
            unit=story.cast.sub, code="has_overseas_business", value=value, from_on=on, by=story.cast.house
        )

    overseas(True, date(2026, 1, 1))
    assert due(code="study") == [
        ("study", "2026Q1", date(2026, 3, 31)),
        ("study", "2026Q2", date(2026, 6, 30)),
        ("study", "2026Q3", date(2026, 9, 30)),
    ]
    overseas(False, date(2026, 5, 1))
    assert due(code="study") == []
    assert Task.objects.filter(code="study", status=TaskStatus.WAIVED).count() == 3
    overseas(True, date(2026, 6, 1))
    assert len(due(code="study")) == 3
    assert verify.run().findings == []


def test_the_report_on_a_month_closes_the_task_of_that_month_only(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    with story.at(2026, 6, 18):
        entry = report(story, "2026-06-17")
    task = Task.objects.get(code="monthly", period="2026-05")
    assert (task.status, task.done_on, task.done_how) == (TaskStatus.DONE, date(2026, 6, 17), DoneHow.RECORD)
    assert (task.register, task.record_uid, task.done_by) == ("authority_reports", entry.uid, "guiju")
    assert [place for _code, place, _day in due(code="monthly")][:2] == ["2026-04", "2026-06"]
    history = queries.history(task)
    assert "报送月度进展（2026年5月）" in history[0].sentence
    assert verify.run().findings == []


def test_a_report_that_names_its_month_counts_for_that_month_whenever_it_was_sent(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    with story.at(2026, 6, 18):
        report(story, "2026-06-17", period="2026-04")
    assert [place for _code, place, _day in due(code="monthly")][:2] == ["2026-05", "2026-06"]


def test_a_plan_closes_what_is_due_once_and_its_removal_opens_it_again(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    entry = story.enter(
        "programme_plans",
        name="实施方案",
        kind="implementation",
        approved_on="2026-05-20",
        document="沪合规〔2026〕1号",
    )
    task = Task.objects.get(code="plan")
    assert (task.status, task.record_uid, task.done_on) == (TaskStatus.DONE, entry.uid, date(2026, 5, 20))
    registers.remove(entry=entry, version=1, by=story.cast.house, reason="录错了")
    task.refresh_from_db()
    assert (task.status, task.record_uid, task.done_on) == (TaskStatus.OPEN, None, None)
    assert task.reason != ""
    assert verify.run().findings == []


def test_a_record_moved_to_another_day_lets_go_of_its_task(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    with story.at(2026, 6, 18):
        entry = report(story, "2026-06-17")
        registers.update(entry=entry, values={"sent_on": "2026-05-17"}, version=1, by=story.cast.house)
        done = [place for _code, place, _day in due(code="monthly", status=TaskStatus.DONE)]
    assert done == ["2026-04"]


def test_a_second_record_takes_over_when_the_first_is_removed(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    with story.at(2026, 6, 18):
        first, second = report(story, "2026-06-10"), report(story, "2026-06-12")
        registers.remove(entry=first, version=1, by=story.cast.house, reason="录重了")
    task = Task.objects.get(code="monthly", period="2026-05")
    assert (task.status, task.record_uid) == (TaskStatus.DONE, second.uid)


def test_records_that_were_there_before_the_adoption_close_its_tasks_at_once(story: Story, pack: Pack) -> None:
    report(story, "2026-05-18")
    adopt(story, pack)
    assert Task.objects.get(code="monthly", period="2026-04").status == TaskStatus.DONE


def test_a_judgement_closes_what_no_record_can_prove(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    requirement = pack.requirements.get(code="duty")
    actions.judge(
        unit=story.cast.sub,
        requirement=requirement,
        status="met",
        reason="看过责任书",
        by=story.cast.actor(story.cast.mei),
    )
    task = Task.objects.get(code="duty")
    assert (task.status, task.done_how, task.done_by) == (TaskStatus.DONE, DoneHow.PERSON, "Mei")


PARTS = """\
requirements:
  - {id: whole, kind: task, section: '1', source: 一, official: 制定实施方案。每月20日前报送上月工作进展, plain: 都做了吗？,
     force: must, addressee: none,
     when: {text: 2026年7月31日前, due_on: 2026-07-31, covers: [plan, told, abroad], task: 定方案并落实}}
  - {id: plan, kind: duty, section: '1', source: 一, official: 制定实施方案, plain: 有实施方案吗？, force: must,
     tests: [{test: plan.made, params: {kinds: [implementation]}}]}
  - {id: told, kind: duty, section: '1', source: 一, official: 落实责任, plain: 落实了吗？, force: must, judgement: true}
  - {id: abroad, kind: duty, section: '1', source: 一, official: 组织一次专题学习, plain: 学了吗？, force: must,
     applies: {attribute: has_overseas_business, is: true}, judgement: true}
  - {id: rest, kind: duty, section: '1', source: 一, official: 每季度组织一次专题学习。, plain: 学了吗？, force: must,
     addressee: none}
  - {id: inspect, kind: task, section: '1', source: 一, official: 市国资委每年组织一次检查, plain: 检查了吗？, force: must,
     addressee: authority, judgement: true}
"""


def test_a_task_asked_in_parts_is_done_once_every_part_that_applies_is_met(
    story: Story, cast: Any, tmp_path: Path
) -> None:
    pack = write(tmp_path, cast, tasks=PARTS)
    org.set_attribute(
        unit=cast.sub, code="has_overseas_business", value=False, from_on=date(2026, 1, 1), reason="", by=cast.house
    )
    adopt(story, pack)
    assert [code for code, _period, _day in due()] == ["whole"]
    entry = story.enter("programme_plans", name="方案", kind="implementation", approved_on="2026-05-01", document="号")
    assert due(code="whole")
    told = pack.requirements.get(code="told")
    actions.judge(
        unit=cast.sub, requirement=told, status="met", reason="看了分工表", expires_on=date(2026, 12, 31), by=cast.house
    )
    assert not due(code="whole")
    registers.remove(entry=entry, version=entry.version, by=cast.house, reason="录错了")
    assert due(code="whole")


def test_a_programme_that_is_broken_off_asks_nothing_more(story: Story, pack: Pack) -> None:
    adoption = adopt(story, pack)
    actions.end_adoption(adoption=adoption, by=story.cast.house, reason="不再试点")
    assert due() == []
    assert {task.status for task in Task.objects.all()} == {TaskStatus.ENDED}
    assert verify.run().findings == []


def test_after_the_last_day_only_the_last_deadlines_are_still_asked_for(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    with story.at(2026, 12, 20):
        duties.nightly()
    with story.at(2027, 1, 5):
        duties.nightly()
        assert due() == [("monthly", "2026-12", date(2027, 1, 20))]
    with story.at(2027, 1, 21):
        duties.nightly()
        assert due() == []


def test_a_task_closed_by_hand_stays_closed(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    task = Task.objects.get(code="plan")
    workflow.waive(task=task, version=1, by=story.cast.actor(story.cast.mei), reason="集团统一制定")
    duties.nightly()
    task.refresh_from_db()
    assert task.status == TaskStatus.WAIVED


def test_a_corrected_document_moves_its_open_tasks(story: Story, pack: Pack, tmp_path: Path) -> None:
    adopt(story, pack)
    write(tmp_path, story.cast, tasks=TASKS.replace("due_on: 2026-06-20", "due_on: 2026-06-30"), replace=True)
    assert due(code="plan") == [("plan", "", date(2026, 6, 30))]


def test_saving_a_record_that_no_task_waits_for_asks_two_questions_more(story: Story, pack: Pack) -> None:
    proving.on_rows_changed([_change(story)])  # reads the registers' declarations, once per process
    with CaptureQueriesContext(connection) as captured:
        proving.on_rows_changed([_change(story)])
    assert len(captured) == 2
    adopt(story, pack)
    duties.sync()
    Task.objects.filter(code__in=["monthly", "plan"]).delete()
    with CaptureQueriesContext(connection) as captured:
        proving.on_rows_changed([_change(story)])
    # The one open task reads other records: its adoption and pack are looked up, no fact is read.
    assert len(captured) <= 8
    assert not [row for row in captured if "registers_entry" in row["sql"]]


def _change(story: Story) -> Any:
    from guiju.registers.changes import Change

    return Change("authority_reports", story.cast.sub.pk, None, {}, "")


def test_while_the_engine_is_deferred_no_task_is_closed_and_afterwards_all_are(story: Story, pack: Pack) -> None:
    adopt(story, pack)
    with engine.deferred():
        report(story, "2026-05-18")
    assert Task.objects.get(code="monthly", period="2026-04").status == TaskStatus.OPEN
    assert duties.nightly()["closed"] == 1


def test_a_night_asks_as_much_for_twenty_units_as_for_two(story: Story, pack: Pack) -> None:
    def units(count: int) -> None:
        for number in range(count):
            unit = org.create_unit(
                code=f"N{count}-{number}", name=f"第{count}-{number}公司", kind="company", parent=story.cast.sub,
                by=story.cast.house,
            )  # fmt: skip
            actions.adopt(unit=unit, pack=pack, by=story.cast.house, from_on=date(2026, 1, 1))

    counted = []
    for count in (2, 20):
        units(count)
        Task.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            duties.nightly()
        counted.append(len(captured))
    assert counted[1] <= counted[0] + 4, counted


@settings(deadline=None)
@given(
    st.sampled_from(["month", "quarter", "half", "year"]),
    st.integers(0, 3),
    st.one_of(st.none(), st.integers(1, 31)),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_each_day_belongs_to_the_window_of_exactly_one_period(
    cycle: str, after: int, day: int | None, on: date
) -> None:
    rule = Rule(cycle=cycle, after=after, day=day)
    first = period.of(on, cycle)
    near = [first]
    for _number in range(6):
        near = [near[0].previous, *near, near[-1].next]
    windows = [proving.window(each, rule) for each in near]
    assert sum(each.holds(on) for each in windows) == 1
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(windows))
