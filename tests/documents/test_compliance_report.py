"""The head's report on compliance work: figures from the records, and what nobody recorded is named as missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guiju.documents import reports
from guiju.lib import clock, period
from guiju.lib.errors import NotFound
from guiju.lib.period import Period
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import PASSWORD, Cast

pytestmark = pytest.mark.django_db

OUTLINE = ["总体情况", "组织架构", "制度体系", "重点领域", "机制运行", "识别评估", "嵌入流程", "审查咨询", "排查整改", "应对报告",
           "工作保障", "第一责任人履职", "考核和队伍", "信息化", "培训与文化", "亮点及典型案例", "不足与下一步"]  # fmt: skip


def _now() -> Period:
    return period.of(clock.today(), "quarter")


def _enter(cast: Cast, register: str, **values: Any) -> Entry:
    return registers.create(register=register, unit=cast.sub, values=values, by=cast.house)


def _risk(cast: Cast, **values: Any) -> Entry:
    return _enter(
        cast, "risk_list", name="合同倒签", field="contract", level="high", assessed_on=clock.today(), **values
    )


def _told(cast: Cast) -> str:
    paper = reports.build("compliance-report", unit=cast.sub, period=_now(), by=cast.house)
    return str(paper.as_dict())


def test_the_report_has_the_nine_parts_and_goes_to_the_first_responsible_person(cast: Cast) -> None:
    paper = reports.build("compliance-report", unit=cast.sub, period=_now(), by=cast.house)
    lines = paper.as_dict()["blocks"]
    assert [line["text"] for line in lines if line["kind"] == "heading"] == OUTLINE
    assert next(line["text"] for line in lines if line["kind"] == "to").startswith("企业主要负责人")


def test_a_register_that_nobody_keeps_is_missing_and_no_nought(cast: Cast) -> None:
    paper = reports.build("compliance-report", unit=cast.sub, period=_now(), by=cast.house)
    assert {"在管合规风险项数", "排查次数", "合规审查件数", "合规管理人员的任职", "下一步工作安排"} <= set(
        paper.missing
    )


def test_what_was_recorded_is_counted_and_what_did_not_happen_is_nought(cast: Cast) -> None:
    today, person = clock.today(), str(cast.wang.uid)
    _risk(cast)
    _enter(
        cast,
        "checks",
        subject="合同抽查",
        checked_on=today,
        result="none",
        checker=person,
        due_count=20,
        done_count=19,
        field="contract",
    )
    late = {"found_on": today - timedelta(days=400), "due_on": today - timedelta(days=300)}
    _enter(cast, "rectifications", problem="去年的倒签", source="audit", owner=person, field="contract", **late)
    told = _told(cast)
    assert "高风险1项、中风险0项" in told
    assert "应查20项，实查19项" in told
    assert "新发现问题0项，销号0项，目前逾期未销号1项" in told
    assert "['合同管理', '1', '1', '1', '0', '1']" in told
    assert "去年的倒签" in told


def test_what_the_last_hearing_arranged_is_the_next_work(cast: Cast) -> None:
    _enter(
        cast, "meetings", subject="调度会", topic="quarterly_hearing", held_on=clock.today(), next_work="补齐采购部清单"
    )
    assert "补齐采购部清单" in _told(cast)


def test_records_of_another_tree_are_not_counted(cast: Cast) -> None:
    _risk(cast)
    with pytest.raises(NotFound):
        reports.build("compliance-report", unit=cast.sub, period=_now(), by=cast.actor(cast.tan))
    other = reports.build("compliance-report", unit=cast.stranger, period=_now(), by=cast.house)
    assert "在管合规风险项数" in other.missing


def test_more_records_ask_no_more_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        _risk(cast, behaviour=f"行为{number}")
    with django_assert_max_num_queries(190):
        reports.build("compliance-report", unit=cast.sub, period=_now(), by=cast.house)


def test_beside_the_paper_stands_where_its_delivery_is_entered(cast: Cast, client: Client) -> None:
    client.login(username="mei", password=PASSWORD)
    for kind, handed in (("compliance-report", "compliance"), ("check-report", "check_rectification")):
        page = client.get(reverse("unit-report", args=[cast.sub.code, kind]), {"period": str(_now())}).content.decode()
        assert f"set.kind={handed}" in page
        assert "report_deliveries/new" in page
    assert (
        "report_deliveries/new"
        not in client.get(
            reverse("unit-report", args=[cast.sub.code, "zero-risk"]), {"period": str(_now())}
        ).content.decode()
    )
