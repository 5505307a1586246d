"""在制度库里做的事，对标结果跟着动：列入计划、完成、按问题定指引、清理登记、检查执行。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guiju.access.actor import Actor, of_user
from guiju.governance.policies import planning
from guiju.org import places
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import findings
from guiju.posture.models import Status
from guiju.registers import actions as registers
from tests.governance.policy_house import account
from tests.posture.conftest import Story, story

pytestmark = pytest.mark.django_db
__all__ = ["story"]

URN = "cn:cq-sasac:2023-7"


def pack() -> Pack:
    return catalogue.current(URN)


def keeper(story: Story) -> Actor:
    return of_user(account("Keeper", "compliance_office", story.cast.sub, story.cast.house))


def status(story: Story, code: str) -> Status:
    rows = findings.findings(story.cast.sub, pack(), codes=[code])
    assert rows is not None
    return Status(rows[0].status)


def adopt(story: Story) -> None:
    story.adopt(pack=pack(), base_date=date(2026, 1, 1))


def enter(story: Story, register: str, **values: Any) -> Any:
    return story.enter(register, **values)


def test_a_gap_in_the_plan_and_carried_out_moves_the_task_on_changes(story: Story) -> None:
    adopt(story)
    by = keeper(story)
    before = status(story, "T01-4")
    spot = planning.place_of(places.seat(by, story.cast.sub.code))
    row = planning.for_gap(key="specific:finance", at=spot, by=by)
    assert before == status(story, "T01-4") == Status.NOT_DUE
    with story.at(2026, 9, 1):
        row = registers.update(entry=row, values={"owner": str(story.cast.wang.uid)}, version=row.version, by=by)
        registers.move(entry=row, move="finish", values={"done_on": date(2026, 9, 1)}, by=by)
        assert status(story, "T01-4") == Status.MET


def test_a_gap_judged_not_needed_is_no_planned_change(story: Story) -> None:
    adopt(story)
    by = keeper(story)
    before = status(story, "T01-4")
    spot = planning.place_of(places.seat(by, story.cast.sub.code))
    planning.decline_gap(key="specific:finance", at=spot, reason="由集团统一管理", by=by)
    assert status(story, "T01-4") == before


def test_a_guideline_that_names_its_finding_answers_the_task_on_guidelines(story: Story) -> None:
    adopt(story)
    finding = enter(story, "rectifications", problem="高处作业无防护", source="audit", field="safety",
                    found_on=date(2026, 4, 1), due_on=date(2026, 7, 1), owner=str(story.cast.wang.uid))  # fmt: skip
    rule: dict[str, Any] = {"name": "安全专项合规指引", "mechanism": "special_field", "level": "guideline", "number": "合规1号",
                            "issued_on": date(2026, 5, 1), "field": "safety"}  # fmt: skip
    loose = enter(story, "policies", **rule)
    assert status(story, "T03") != Status.MET
    registers.update(entry=loose, values={"arises_from": str(finding.uid)}, version=loose.version, by=story.cast.house)
    assert status(story, "T03") == Status.MET


def test_a_stocktake_with_sorting_and_grading_answers_the_first_tasks(story: Story) -> None:
    adopt(story)
    assert status(story, "T01-2") != Status.MET
    enter(story, "policy_stocktakes", name="2026年制度清理", cutoff_on=date(2026, 5, 31), taken_on=date(2026, 5, 31),
          total=12, classified=True, graded=True)  # fmt: skip
    assert status(story, "T01-1") == Status.MET
    assert status(story, "T01-2") == Status.MET
