"""台账任务6、7、11的现状：从审查台账、漏审查找、会议、制度和信息化台账里数出来，没有登记的写明待补充。"""

from __future__ import annotations

import pytest

from guiju.documents import mechanism_part as mechanism
from guiju.documents import reports
from guiju.lib import clock
from guiju.org import places
from guiju.registers import actions as registers
from guiju.review.leaks import looking
from tests.conftest import Cast
from tests.review.house import Reviewers, passed

pytestmark = pytest.mark.django_db


def told(them: Reviewers, number: int) -> list[str]:
    by = them.by("staff")
    found = mechanism.rows(by=by, seat=places.seat(by, them.unit.code))
    return [line.text for line in next(row for row in found if row.number == number).blocks[0].lines]


def test_what_nobody_has_recorded_is_missing_in_every_task(them: Reviewers, cast: Cast) -> None:
    paper = reports.build("mechanism-ledger", unit=them.unit, period=str(clock.today().year), by=them.by("staff"))
    assert set(paper.missing) >= {
        "合规审查制度", "审查件数", "三项重点工作审查率（漏审查找后得出）", "协同运作制度", "合规联席会议或者协调会议",
        "岗位合规职责清单所在信息系统", "近六个月使用次数",
    }  # fmt: skip


def test_reviews_rates_and_the_system_are_counted_from_their_records(them: Reviewers) -> None:
    passed(them)
    values = {"name": "合规审查管理办法", "mechanism": "review", "issued_on": "2026-01-05"}
    registers.create(register="policies", unit=them.unit, by=them.house, values=values)
    first, second = told(them, 6)
    assert "《合规审查管理办法》" in first
    assert "登记合规审查1件，其中规章制度0件、经济合同1件、重要决策0件" in first
    assert "〔待补充" in second
    looking.look(unit=them.unit, period=str(clock.today().year), by=them.by("head"))
    assert "经济合同没有应审事项" in told(them, 6)[1]
    assert "经济合同审查在规矩" in told(them, 11)[0]
    assert "近六个月使用次数1次" in told(them, 11)[1]


def test_the_group_and_its_subsidiaries_stand_each_for_itself(them: Reviewers, cast: Cast) -> None:
    passed(them)
    paper = reports.build("mechanism-ledger", unit=cast.group, period=str(clock.today().year), by=cast.actor(cast.lin))
    said = str(paper.as_dict())
    for words in ("集团：", "子企业：", "三项审查流程已在信息系统运行的子企业1户"):
        assert words in said, words
