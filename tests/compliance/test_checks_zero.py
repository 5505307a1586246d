"""手工登记或者导入的“无问题”排查也要有零风险报告：有疑点先说明，别人签字，签了字条款才算符合。"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from guiju.compliance.checks import zero
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, Problem
from guiju.org import actions as org
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture.findings import findings
from guiju.posture.models import Status
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from tests.compliance import checkers
from tests.compliance.checkers import Checkers
from tests.conftest import Cast, english

pytestmark = pytest.mark.django_db
PLATFORM = "cn:samr:platform-draft"


@pytest.fixture
def people(cast: Cast) -> Checkers:
    return checkers.make(cast)


def record(people: Checkers, **more: Any) -> Entry:
    """A check that was entered by hand and found nothing."""
    values = {
        "subject": "用印排查", "checked_on": clock.today() - timedelta(days=2), "result": "none",
        "checker": str(people.mei_person.uid), "due_count": 20, "done_count": 20, "sample": "合同第1至20号", "minutes": 120,
        **more,
    }  # fmt: skip
    given = {name: value for name, value in values.items() if value is not None}
    return registers.create(register="checks", unit=people.cast.sub, values=given, by=people.mei)


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "department", "body", "owner").get(pk=entry.pk)


def sign(report: Entry, people: Checkers, **more: Any) -> Entry:
    values = {"signer": str(people.shen_person.uid), "signed_on": clock.today(), **more}
    return registers.move(entry=fresh(report), move="sign", values=values, by=people.shen)


def codes(entry: Entry) -> list[str]:
    return [one.code for one in zero.find(fresh(entry))]


def test_a_check_entered_by_hand_becomes_a_report_that_another_signs(people: Checkers) -> None:
    checked = record(people)
    report = zero.make(record=checked, by=people.mei)
    assert (report.status, report.ref_2, report.count_1, report.count_2) == ("awaiting", checked.uid, 20, 20)
    assert "用印排查" in fresh(report).body.data["statement"]
    task = Task.objects.get(about_uid=report.uid)
    assert (task.status, task.role) == (TaskStatus.OPEN, "compliance_head")
    sign(report, people)
    assert Task.objects.get(about_uid=report.uid).status == TaskStatus.DONE
    assert fresh(checked).owner == people.shen_person
    assert fresh(checked).done_on == clock.today()


def test_there_is_one_report_of_a_check_and_none_of_one_that_found_something(people: Checkers) -> None:
    checked = record(people)
    zero.make(record=checked, by=people.mei)
    with pytest.raises(Conflict):
        zero.make(record=fresh(checked), by=people.mei)
    with pytest.raises(Conflict):
        zero.make(record=record(people, subject="合同排查", result="general"), by=people.mei)


def test_a_report_that_was_sent_back_makes_room_for_another(people: Checkers) -> None:
    checked = record(people)
    first = zero.make(record=checked, by=people.mei)
    registers.move(entry=fresh(first), move="return", by=people.shen, reason="样本太少")
    assert Task.objects.get(about_uid=first.uid).status == TaskStatus.DONE
    registers.remove(entry=fresh(first), version=fresh(first).version, by=people.mei, reason="重做")
    assert zero.make(record=fresh(checked), by=people.mei).status == "awaiting"


def test_without_coverage_there_is_no_report(people: Checkers) -> None:
    with pytest.raises(Problem) as refused:
        zero.make(record=record(people, due_count=None, done_count=None), by=people.mei)
    assert [fault.where for fault in refused.value.faults] == ["due_count", "done_count"]


def test_what_looks_like_routine_is_asked_about(people: Checkers) -> None:
    assert codes(record(people)) == []
    assert codes(record(people, subject="合同排查", sample=None, minutes=None)) == ["no_time", "no_sample"]
    assert codes(record(people, subject="费用排查", minutes=3)) == ["too_quick"]
    record(people, subject="采购排查（9月）", checked_on=clock.today() - timedelta(days=60))
    assert codes(record(people, subject="采购排查（10月）")) == ["same_sample"]


def test_nothing_found_three_times_is_asked_about_when_others_found_something(people: Checkers) -> None:
    for months in (3, 2, 1):
        back = clock.today() - timedelta(days=30 * months)
        last = record(people, subject=f"招标排查（{months}）", checked_on=back, sample=f"第{months}批", field="trade")
    assert codes(last) == []
    registers.create(
        register="rectifications", unit=people.cast.department, by=people.mei,
        values={"problem": "围标", "source": "audit", "field": "trade",
                "found_on": clock.today() - timedelta(days=40), "due_on": clock.today(),
                "owner": str(people.mei_person.uid)},
    )  # fmt: skip
    assert codes(last) == ["always_zero"]


def test_doubts_are_explained_before_a_report_is_signed_even_one_written_by_hand(people: Checkers) -> None:
    checked = record(people, minutes=3)
    report = zero.make(record=checked, by=people.mei)
    assert report.flag_1
    with pytest.raises(Problem, match="explanation"):
        sign(report, people)
    sign(report, people, explanation="系统自动核对，用时短")
    other = record(people, subject="合同排查", sample=None)
    values = {"subject": "合同排查", "checker": str(people.mei_person.uid), "check": str(other.uid)}
    by_hand = registers.create(register="zero_risk_reports", unit=people.cast.sub, values=values, by=people.mei)
    with pytest.raises(Problem, match="explanation"):
        sign(by_hand, people)


def test_the_checker_signs_in_nobodys_name(people: Checkers) -> None:
    report = zero.make(record=record(people), by=people.shen)
    values = {"signer": str(people.shen_person.uid), "signed_on": clock.today()}
    with pytest.raises((Problem, Denied)):
        registers.move(entry=fresh(report), move="sign", values=values, by=people.mei)


def test_a_record_alone_is_half_of_it_and_the_signed_report_is_the_rest(people: Checkers, cast: Cast) -> None:
    org.set_attribute(
        unit=cast.sub, code="is_platform", value=True, from_on=clock.today() - timedelta(days=900), by=cast.house,
        reason="许可证",
    )  # fmt: skip
    posture.adopt(unit=cast.sub, pack=catalogue.current(PLATFORM), by=cast.house, reason="t")

    def status() -> Status:
        found = findings(cast.sub, catalogue.current(PLATFORM), codes=["8-6"])
        assert found is not None
        return found[0].status

    checked = record(people, signer=str(people.shen_person.uid), signed_on=clock.today())
    assert status() == Status.PARTLY
    report = zero.make(record=checked, by=people.mei)
    assert status() == Status.PARTLY
    sign(report, people)
    assert status() == Status.MET


def test_the_page_of_the_record_leads_to_the_report(people: Checkers, cast: Cast) -> None:
    checked, mei = record(people), english(cast.client(cast.mei))
    url = reverse("compliance-checks-zero", args=[cast.sub.code, checked.uid])
    assert url in mei.get(reverse("record", args=["checks", checked.uid])).content.decode()
    assert "20 of 20 items" in mei.get(url).content.decode()
    assert mei.post(url).status_code == 302
    report = Entry.objects.get(register="zero_risk_reports")
    assert str(report.uid) in mei.get(url).content.decode()
    assert mei.post(url).status_code == 409


def test_another_company_has_no_such_page(people: Checkers, cast: Cast) -> None:
    url = reverse("compliance-checks-zero", args=[cast.sub.code, record(people).uid])
    assert cast.client(cast.tan).get(url).status_code == 404
    found = record(people, subject="合同排查", result="general")
    assert (
        cast.client(cast.mei).get(reverse("compliance-checks-zero", args=[cast.sub.code, found.uid])).status_code == 404
    )
