"""The forms that officers use (check record, zero-risk report, responses, rectification) hold every heading of theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guiju.compliance.checks import finishing, running
from guiju.documents import reports
from guiju.lib import clock
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from tests.compliance import checkers
from tests.compliance.checkers import Checkers, items, look
from tests.compliance.lists_house import build
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

CHECK = (
    "序号 排查日期 清单编号及版本 排查内容 方式 应查数 实查数 结果 问题描述 已采取措施 是否上报及对象 整改期限 排查人 复核人"
).split()
ZERO = "单位 周期 清单版本 应查项 实查项 抽样清单 未发现风险声明 排查人签字 合规负责人复核 日期".split()
RESPONSE = "责任人 应对措施 应对流程 记录与沟通 监督与检查".split()
LEDGER = (
    "序号 问题来源 问题编号 问题描述 依据 责任单位 责任部门 责任人 整改措施 期限 进展 佐证材料 验收人 验收意见 销号日期 状态"
).split()


@pytest.fixture
def people(cast: Cast) -> Checkers:
    return checkers.make(cast)


@pytest.mark.parametrize(
    ("register", "layout", "headings"),
    [("checks", "record", CHECK), ("zero_risk_reports", "report", ZERO), ("risk_responses", "plan", RESPONSE),
     ("rectifications", "ledger", LEDGER)],
)  # fmt: skip
def test_every_heading_of_the_form_is_a_column(cast: Cast, register: str, layout: str, headings: list[str]) -> None:
    labels = [column.label for column in specs.get(register).layouts[layout].columns]
    assert [label for label in labels if label in headings] == headings


def test_the_record_of_a_check_says_to_whom_a_problem_went_and_by_when_it_is_put_right(
    people: Checkers, cast: Cast
) -> None:
    people.risks(2)
    run = running.begin(run=people.run(people.plan(cycle="year")), by=people.mei)
    due = clock.today() + timedelta(days=10)
    look(items(run)[0], people.mei, result="general", problem="倒签", owner=cast.wang, fix_due_on=due)
    look(items(run)[1], people.mei, result="major", problem="围标", owner=cast.wang, fix_due_on=due + timedelta(days=5))
    finishing.finish(run=run, by=people.mei)
    data = Entry.objects.select_related("body").get(register="checks").body.data
    assert (data["reported"], data["fix_due_on"]) == ("head", (due + timedelta(days=5)).isoformat())


def test_the_zero_risk_report_prints_every_heading_and_names_a_missing_sample(people: Checkers, cast: Cast) -> None:
    people.risks(1)
    run = running.begin(run=people.run(people.plan(cycle="year")), by=people.mei)
    look(items(run)[0], people.mei, sampled=None, population=None, sample="")
    finishing.finish(run=run, by=people.mei)
    paper = reports.build("zero-risk", unit=cast.sub, period=str(clock.today().year), by=people.mei)
    told = str(paper.as_dict())
    for heading in (
        "单位",
        "周期",
        "应查项",
        "实查项",
        "抽样清单",
        "未发现风险声明",
        "排查人签字",
        "合规负责人复核",
        "日期",
    ):
        assert heading in told
    assert "抽样清单" in paper.missing


def test_a_list_that_comes_into_force_is_filed_with_its_version(cast: Cast) -> None:
    house = build(cast)
    house.row()
    entry = house.in_force()
    (file,) = Entry.objects.select_related("body").get(pk=entry.pk).body.data["files"]
    assert file["name"].endswith(".xlsx")
    assert "V1" in file["name"]
