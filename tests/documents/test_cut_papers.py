"""纸面放不下的，要说还有多少；授课人按姓名逐个比对，不按字面包含。"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.compliance.checks import reporting
from guiju.compliance.hearing import actions as hearings
from guiju.documents import lecturers, reports
from guiju.documents.kinds import check_report, entries, hearing, meeting_minutes, work_report, zero_risk
from guiju.documents.paper import Paper
from guiju.documents.shortened import rest
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers import actions as registers
from tests.compliance.test_rectify import enter
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def quarter() -> Period:
    return Period.of(clock.today(), "quarter")


def said(paper: Paper) -> str:
    return str(paper.as_dict())


def opinions(cast: Cast, count: int) -> None:
    rows = [
        {"name": f"自查{number}", "subject": "rule", "role": "compliance_staff", "person": str(cast.wang.uid),
         "given_on": clock.today(), "risk": "none", "opinion": "未发现风险。"}
        for number in range(count)
    ]  # fmt: skip
    registers.create_many(register="self_check_opinions", unit=cast.sub, rows=rows, by=cast.house)


def test_nothing_is_said_where_nothing_is_left_out() -> None:
    assert rest(3, 3) == []
    assert [para.text for para in rest(70, 60)] == ["以上列出60项，另有10项见台账。"]


def test_seventy_opinions_print_sixty_and_say_so(cast: Cast) -> None:
    opinions(cast, 70)
    told = said(reports.build("self-check-opinion", unit=cast.sub, period=quarter(), by=cast.house))
    assert "以上列出60份，另有10份见台账。" in told
    assert entries._MOST == 60


def test_sixty_opinions_are_all_there(cast: Cast) -> None:
    opinions(cast, 60)
    assert "另有" not in said(reports.build("self-check-opinion", unit=cast.sub, period=quarter(), by=cast.house))


def test_zero_risk_reports_beyond_the_paper_are_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero_risk, "_ROWS", 2)
    for number in range(5):
        values = {"subject": f"排查{number}", "checker": str(cast.wang.uid)}
        registers.create(register="zero_risk_reports", unit=cast.sub, values=values, by=cast.house)
    told = said(reports.build("zero-risk", unit=cast.sub, period=quarter(), by=cast.house))
    assert "以上列出2份，另有3份见台账。" in told


def test_the_check_report_counts_all_and_says_what_it_leaves_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_report, "_ROWS", 2)
    monkeypatch.setattr(reporting, "MOST", 3)
    day = clock.today() - timedelta(days=3)
    for number in range(5):
        enter(cast.house, cast.sub, cast.wang, problem=f"问题{number}", found_on=day, due_on=day + timedelta(days=1))
        values = {"subject": f"排查{number}", "checker": str(cast.wang.uid), "made_on": day}
        registers.create(register="zero_risk_reports", unit=cast.sub, values=values, by=cast.house)
    period = Period.of(day, "quarter")
    told = said(reports.build("check-report", unit=cast.sub, period=period, by=cast.house))
    assert "本期排查发现问题5项" in told
    assert "正在整改5项，其中逾期5项" in told
    assert "零风险报告5份，已签字0份" in told
    assert told.count("以上列出2项，另有3项见台账。") == 2
    assert "以上列出2份，另有3份见台账。" in told


def test_the_minutes_name_ten_overdue_problems_and_say_how_many_more(cast: Cast) -> None:
    for number in range(13):
        enter(cast.house, cast.sub, cast.wang, problem=f"问题{number}", due_on=clock.today() - timedelta(days=2))
    prepared = hearings.prepare(unit=cast.sub, period=quarter(), by=cast.actor(cast.mei))
    paper = hearing.of_hearing(prepared, quarter(), by=cast.actor(cast.mei))
    assert "以上列出10项，另有3项见台账。" in said(paper)


def test_minutes_of_many_meetings_say_how_many_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting_minutes, "_MOST", 2)
    for number in range(4):
        values = {"subject": f"合规会议{number}", "topic": "coordination", "held_on": clock.today()}
        registers.create(register="meetings", unit=cast.sub, values=values, by=cast.house)
    told = said(reports.build("meeting-minutes", unit=cast.sub, period=quarter(), by=cast.house))
    assert "以上列出2份，另有2份见台账。" in told


# --- 授课人 -------------------------------------------------------------------------------------------------------


def taught(cast: Cast, lecturer: str) -> None:
    values = {"topic": f"合规培训（{lecturer}）", "held_on": clock.today(), "lecturer": lecturer, "audience": "all"}
    registers.create(register="trainings", unit=cast.sub, values=values, by=cast.house)


def own(cast: Cast, person: Person) -> Any:
    today = clock.today()
    return work_report._Rows(cast.sub, person, today.replace(day=1), today, cast.house).trainings


def test_a_longer_name_is_another_person(cast: Cast) -> None:
    for written in ("王敏", "外聘律师李文、王敏", "王敏（经营部）", "王敏敏", "小王敏", "王敏，赵强"):
        taught(cast, written)
    assert len(own(cast, cast.wang).mine) == 4


def test_a_namesake_is_told_apart_by_department_or_number(cast: Cast) -> None:
    other = org.add_person(unit=cast.sub, name="王敏", number="2002", department=cast.department, by=cast.house)
    for written in ("王敏", "王敏（2002）", "王敏（经营部）", "王敏（1001）"):
        taught(cast, written)
    assert (len(own(cast, cast.wang).mine), own(cast, cast.wang).doubtful) == (1, 1)
    assert (len(own(cast, other).mine), own(cast, other).doubtful) == (2, 1)
    paper = work_report.of_person(cast.sub, quarter(), cast.wang, by=cast.house)
    assert "另有1次培训的授课人写作“王敏”" in said(paper)


def test_a_post_beside_the_name_does_not_hide_it(cast: Cast) -> None:
    Person.objects.filter(pk=cast.wang.pk).update(post="合规部部长")
    person = Person.objects.get(pk=cast.wang.pk)
    assert lecturers.named("合规部部长王敏", person, has_namesakes=False) is True
    assert lecturers.named("合规部部长王敏敏", person, has_namesakes=False) is False
    assert lecturers.named("王敏 赵强", person, has_namesakes=False) is True
    assert lecturers.named("王敏（财务部）", person, has_namesakes=True) is False
