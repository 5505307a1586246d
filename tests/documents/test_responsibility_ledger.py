"""台账任务4、5的现状：从清单版本、排查、整改和方案台账里数出来，集团和子企业分开写，没有登记的写明待补充。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from guiju.documents import reports
from guiju.documents import responsibility_part as responsibility
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org import places
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
#: Late enough in a year that something was due in it.
TODAY = date(2026, 9, 10)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.simulate(datetime(2026, 9, 10, 9, tzinfo=clock.SHANGHAI)):
        yield


def told(cast: Cast, number: int, *, code: str = "HD-01", on: date | None = None) -> list[str]:
    by = cast.actor(cast.lin)
    found = responsibility.rows(by=by, seat=places.seat(by, code), below=code == "HD", on=on)
    row = next(row for row in found if row.number == number)
    return [line.text for block in row.blocks for line in block.lines]


def enter(cast: Cast, register: str, unit: Unit | None = None, status: str = "", **values: object) -> Entry:
    place = unit or cast.sub
    return registers.create(register=register, unit=place, values=values, by=cast.house, status=status)


def in_force(cast: Cast, kind: str, unit: Unit | None = None, **more: object) -> Entry:
    values = {"kind": kind, "number": f"{kind}-1", "in_force_on": date(2026, 3, 2), "rows": 9, **more}
    return enter(cast, "list_versions", unit, status="in_force", **values)


def problem(cast: Cast, words: str, **more: object) -> Entry:
    values = {
        "problem": words, "source": "check", "owner": str(cast.wang.uid), "found_on": date(2026, 5, 6),
        "due_on": date(2026, 6, 6), **more,
    }  # fmt: skip
    return enter(cast, "rectifications", **values)


def test_what_nobody_has_recorded_is_missing(cast: Cast) -> None:
    paper = reports.build("responsibility-ledger", unit=cast.sub, period="2026", by=cast.actor(cast.mei))
    assert set(paper.missing) >= {"三张清单制定情况", "2026年全级次、全方位合规风险排查"}
    assert "2026年整改台账没有登记问题。" in str(paper.as_dict())


def test_the_three_lists_are_counted_by_department_and_on_a_day(cast: Cast) -> None:
    org.create_unit(code="HD-01-D2", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    mine = {"department": str(cast.department.uid)}
    for kind in ("duty", "risk"):
        in_force(cast, kind, **mine)
    in_force(cast, "process", cast.department, rows=4)
    in_force(cast, "risk", number="全-1", rows=30)
    said = told(cast, 4)
    assert said[0] == (
        "各部门三张清单制定情况。2个部门中，已制定并启用岗位合规职责清单1个、合规风险清单1个、合规审查流程管控清单1个，"
        "三张清单齐全的1个；三张清单尚不齐全的1个：财务部；另有全单位适用的合规风险清单。"
    )
    assert "岗位合规职责9条、合规风险39项、合规审查流程节点4个" in said[1]
    assert "〔待补充" in told(cast, 4, on=date(2026, 3, 1))[0]


def test_the_check_and_what_became_of_its_problems_are_counted(cast: Cast) -> None:
    values = {"subject": "全级次排查", "way": "site", "checker": str(cast.wang.uid), "checked_on": date(2026, 5, 6)}
    enter(cast, "checks", focus="all_levels", due_count=12, done_count=11, result="general", **values)
    problem(cast, "劳务分包人员未参保", department=str(cast.department.uid))
    problem(cast, "合同先用印后审查", due_on=TODAY + timedelta(days=9))
    problem(cast, "上年的问题", found_on=date(2025, 12, 1))
    said = told(cast, 5)
    assert "登记全级次、全方位合规风险排查1次，最近一次在2026年5月6日；应查12项，实查11项，查出问题的1次" in said[0]
    assert (
        "登记问题2个，其中排查和自查发现的2个；写明责任部门的1个；已整改销号0个，正在整改2个，其中超过期限的1个"
        in said[1]
    )
    assert said[2] == "整改方案制定情况。〔待补充：2026年整改方案〕"
    plan = {
        "name": "排查整改方案",
        "kind": "rectification",
        "document": "路桥〔2026〕9号",
        "approved_on": date(2026, 6, 1),
    }
    enter(cast, "programme_plans", **plan)
    assert told(cast, 5)[2] == "整改方案制定情况。已制定《排查整改方案》，于2026年6月1日批准。"


def test_the_group_and_its_subsidiaries_stand_apart(cast: Cast) -> None:
    in_force(cast, "duty", cast.department)
    problem(cast, "劳务分包人员未参保")
    group, below, _length = told(cast, 4, code="HD")
    assert "〔待补充" in group
    assert "2户子企业中，已制定并启用岗位合规职责清单1户、合规风险清单0户" in below
    checked = told(cast, 5, code="HD")
    assert any("2户子企业中，2026年登记开展全级次、全方位合规风险排查的0户；没有登记的2户" in line for line in checked)
    assert any("2026年整改台账登记问题1个" in line for line in checked)
