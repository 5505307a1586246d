"""台账任务8至10的现状：从任职、机构、会议、考核、培训里数出来，没有登记的写明待补充。"""

from __future__ import annotations

from datetime import date

import pytest

from guiju.documents import reports
from guiju.governance.duties import ledger
from guiju.lib import clock
from guiju.org import places
from guiju.registers import actions as registers
from tests.conftest import Cast
from tests.governance.meeters import committee, office, person, planned, seat

pytestmark = pytest.mark.django_db


def told(cast: Cast, number: int) -> list[str]:
    by = cast.actor(cast.mei)
    found = ledger.rows(by=by, seat=places.seat(by, "HD-01"))
    row = next(row for row in found if row.number == number)
    return [line.text for line in row.blocks[0].lines]


def test_what_nobody_has_recorded_is_missing_in_every_task(cast: Cast) -> None:
    paper = reports.build("organisation-ledger", unit=cast.sub, period=str(clock.today().year), by=cast.actor(cast.mei))
    assert set(paper.missing) >= {
        "合规委员会或者法治建设领导机构的设立和工作机制", "合规管理负责人", "总法律顾问",
        "将行动任务纳入总法律顾问履职评价考核的情况", "业务及职能部门合规管理员设置情况", "合规管理员业务指导和培训情况",
    }  # fmt: skip


def test_the_committee_is_told_with_its_document_its_chair_and_its_year(cast: Cast) -> None:
    body = committee(cast.sub, cast.house)
    seat(body, cast.wang, "chair", cast.house)
    planned(body, cast.sub, cast.house)
    said = told(cast, 8)
    assert "依据路桥〔2024〕3号，主任（组长）王敏，成员1人" in said[0]
    assert said[1] == f"运行情况。〔待补充：{clock.today().year}年会议情况〕"
    values = {"subject": "专题会议", "topic": "other", "body": str(body.uid), "held_on": clock.today().isoformat()}
    registers.create(register="meetings", unit=cast.sub, values=values, by=cast.house)
    assert "召开会议1次，审议议题0项，形成议定事项0项" in told(cast, 8)[1]


def test_the_general_counsel_is_the_head_only_where_both_appointments_are_of_one_person(cast: Cast) -> None:
    one, other = person(cast, "赵强", "3001"), person(cast, "钱进", "3002")
    office(cast.sub, "compliance_head", one, cast.house)
    assert told(cast, 9)[0] == "明确合规管理负责人情况。合规管理负责人为赵强，总法律顾问为〔待补充：总法律顾问〕。"
    office(cast.sub, "general_counsel", other, cast.house)
    assert "不是同一人" in told(cast, 9)[0]
    office(cast.sub, "general_counsel", one, cast.house, from_on=date(2024, 6, 1))
    assert "已明确总法律顾问赵强作为合规管理负责人，依据任命文件。" in told(cast, 9)[0]
    values = {"subject": "general_counsel", "person": str(one.uid), "period": str(clock.today().year)}
    values |= {"done_on": clock.today().isoformat(), "programme": True}
    registers.create(register="appraisals", unit=cast.sub, values=values, by=cast.house)
    assert "已将专项行动任务纳入总法律顾问履职评价考核，登记1项" in told(cast, 9)[1]


def test_officers_are_counted_by_department_with_their_training(cast: Cast) -> None:
    one = person(cast, "孙立", "3003")
    values = {"role": "department_officer", "person": str(one.uid), "from_on": "2024-01-01"}
    values |= {"department": str(cast.department.uid), "document": "任命文件"}
    registers.create(register="appointments", unit=cast.sub, values=values, by=cast.house)
    training = {"topic": "合规管理员培训", "held_on": clock.today().isoformat(), "audience": "department_officer"}
    registers.create(register="trainings", unit=cast.sub, values=training | {"due": 3, "attended": 2}, by=cast.house)
    said = told(cast, 10)
    assert "1个部门中，设置合规管理员的1个，合规管理员1人" in said[0]
    assert "培训1次，参加2人次" in said[1]


def test_the_group_and_its_subsidiaries_stand_apart(cast: Cast) -> None:
    committee(cast.sub, cast.house)
    by = cast.actor(cast.lin)
    found = ledger.rows(by=by, seat=places.seat(by, "HD"), below=True)
    group, below = found[0].blocks
    assert (group.label, below.label) == ("集团：", "子企业：")
    assert "〔待补充：" in group.lines[0].text
    assert below.lines[0].text == "工作机制建立情况。2户子企业中，登记设立合规委员会或者合规领导小组的1户。"
