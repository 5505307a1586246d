"""针对检查发现的问题制定专项合规指引：哪些问题还没有指引，哪个指引回答了哪个问题。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.governance.policies import answering, library, planning
from guiju.governance.policies.answering import Answers
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org import places
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.governance.policy_house import days, drafted, fresh, officer, stock

pytestmark = pytest.mark.django_db


def found_by(cast: Cast, problem: str, source: str = "audit", field: str = "safety", **more: Any) -> Entry:
    given = {
        "problem": problem,
        "source": source,
        "field": field,
        "found_on": days(-40),
        "due_on": days(40),
        "owner": str(cast.wang.uid),
    }
    row = registers.create(register="rectifications", unit=cast.sub, values=given | more, by=cast.actor(cast.mei))
    return fresh(row)


def risky(cast: Cast, field: str = "safety") -> None:
    values = {"name": "高处作业风险", "field": field, "level": "high", "number": f"R-{field}"}
    registers.create(register="risk_list", unit=cast.sub, values=values, by=cast.actor(cast.mei))


def answers(cast: Cast, **more: bool) -> Answers:
    by = cast.actor(cast.mei)
    return answering.answers(by=by, seat=places.seat(by, "HD-01"), **more)


def test_findings_of_others_in_fields_of_high_risk_wait_for_a_guideline(cast: Cast) -> None:
    risky(cast)
    found_by(cast, "高处作业无防护")
    found_by(cast, "发票不合规", field="finance")
    found_by(cast, "制度性漏洞", field="finance", systemic=True)
    found_by(cast, "自己发现的", source="self_check")
    found = answers(cast)
    assert {one.entry.title for one in found.findings} == {"高处作业无防护", "制度性漏洞"}
    assert (found.count, found.others) == (3, 1)
    assert [one.entry.title for one in answers(cast, everything=True).findings][-1] == "发票不合规"


def test_a_guideline_that_names_its_finding_answers_it_once_it_is_in_force(cast: Cast) -> None:
    risky(cast)
    finding = found_by(cast, "高处作业无防护", "discipline")
    values = {"level": "guideline", "field": "safety", "arises_from": str(finding.uid)}
    draft = drafted(cast, "安全环保专项合规指引", values=values)
    found = answers(cast)
    assert found.findings[0].draft is not None
    assert found.findings[0].draft.uid == draft.policy
    assert [(one.source, one.total, one.answered) for one in found.shares if one.total] == [("discipline", 1, 0)]
    stock(cast, "高处作业专项合规指引", **values)
    found = answers(cast)
    assert found.findings == ()
    assert [(one.source, one.total, one.answered) for one in found.shares if one.total] == [("discipline", 1, 1)]
    assert [one.finding.title if one.finding else "" for one in found.guidelines] == ["高处作业无防护"] * 2


def test_a_finding_goes_into_the_plan_or_is_judged_to_ask_for_nothing(cast: Cast) -> None:
    risky(cast)
    mei = cast.actor(cast.mei)
    one, other = found_by(cast, "高处作业无防护"), found_by(cast, "个别人未戴安全帽")
    row = planning.for_finding(finding=one, by=mei)
    assert (row.level, row.text_3, row.ref_2) == ("guideline", "safety", one.uid)
    with pytest.raises(Conflict):
        planning.for_finding(finding=one, by=mei)
    with pytest.raises(Problem):
        planning.decline_finding(finding=other, reason="", by=mei)
    planning.decline_finding(finding=other, reason="个案，已教育本人", by=mei)
    found = answers(cast)
    assert [(it.entry.title, it.plan is not None) for it in found.findings] == [("高处作业无防护", True)]
    assert found.judged == 1


def gap_fields(cast: Cast) -> dict[str, str]:
    """The guideline gaps of the page of the library."""
    by = cast.actor(cast.mei)
    seen = library.overview(by=by, seat=places.seat(by, "HD-01"))
    return {gap.field: gap.state for gap in seen.gaps if gap.kind == "guideline"}


def same_gaps(cast: Cast) -> dict[str, str]:
    """The gaps that both pages tell, which must be the same."""
    told = {gap.field: gap.state for gap in answers(cast).missing}
    assert told == gap_fields(cast)
    return told


def test_the_library_and_the_page_of_findings_tell_the_same_gaps(cast: Cast) -> None:
    risky(cast)
    found_by(cast, "高处作业无防护")
    found_by(cast, "账外资金", field="finance", systemic=True)
    found_by(cast, "个别发票不合规", field="contract")
    assert same_gaps(cast) == {"finance": "open", "safety": "open"}
    stock(cast, "安全专项合规指引", level="guideline", field="safety")
    assert same_gaps(cast) == {"finance": "open"}
    found = answers(cast)
    assert [one.entry.title for one in found.findings] == ["账外资金"]
    assert [(one.entry.title, one.finding.title) for one in found.ruled if one.finding] == [
        ("安全专项合规指引", "高处作业无防护")
    ]


def test_a_guideline_without_a_field_that_names_a_finding_closes_the_gap_of_its_field(cast: Cast) -> None:
    finding = found_by(cast, "账外资金", field="finance", systemic=True)
    other = found_by(cast, "备用金长期挂账", field="finance", systemic=True)
    stock(cast, "资金专项指引", level="guideline", arises_from=str(finding.uid))
    assert same_gaps(cast) == {}
    assert [one.finding.title for one in answers(cast).ruled if one.finding] == [other.title]


def test_what_is_planned_for_a_finding_or_for_its_field_answers_both(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    by = planning.place_of(places.seat(mei, "HD-01"))
    finding = found_by(cast, "账外资金", field="finance", systemic=True)
    risky(cast)
    found_by(cast, "高处作业无防护")
    planning.for_finding(finding=finding, by=mei)
    planning.for_gap(key="guideline:safety", at=by, by=mei)
    assert same_gaps(cast) == {"finance": "planned", "safety": "planned"}
    assert all(one.plan is not None for one in answers(cast).findings)
    with pytest.raises(Conflict):
        planning.for_gap(key="guideline:finance", at=by, by=mei)


def test_a_field_judged_to_need_no_guideline_waits_on_neither_page(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    risky(cast)
    found_by(cast, "高处作业无防护")
    by = planning.place_of(places.seat(mei, "HD-01"))
    planning.decline_gap(key="guideline:safety", at=by, reason="集团指引适用", by=mei)
    assert same_gaps(cast) == {"safety": "not_needed"}
    assert answers(cast).findings == ()


def test_a_problem_judged_to_ask_for_nothing_makes_no_gap(cast: Cast) -> None:
    finding = found_by(cast, "账外资金", field="finance", systemic=True)
    assert same_gaps(cast) == {"finance": "open"}
    planning.decline_finding(finding=finding, reason="个案", by=cast.actor(cast.mei))
    assert same_gaps(cast) == {}


def test_an_officer_of_another_department_sees_and_plans_nothing_of_it(cast: Cast) -> None:
    finding = found_by(cast, "高处作业无防护")
    by = officer(cast)
    seat = places.seat(by, cast.department.code)
    assert answering.answers(by=by, seat=seat, everything=True).count == 0
    with pytest.raises(NotFound):
        planning.for_finding(finding=finding, by=by)
    mine = found_by(cast, "本部门的问题", department=str(cast.department.uid))
    assert answering.answers(by=by, seat=seat, everything=True).count == 1
    assert planning.for_finding(finding=mine, by=by).department == cast.department


def test_the_questions_do_not_grow_with_the_findings(cast: Cast) -> None:
    risky(cast)
    found_by(cast, "问题")
    stock(cast, "指引", level="guideline", arises_from=str(found_by(cast, "别的").uid), issued_on=date(2025, 1, 1))
    with CaptureQueriesContext(connection) as few:
        answers(cast)
    for number in range(10):
        found_by(cast, f"问题{number}")
    with CaptureQueriesContext(connection) as many:
        answers(cast)
    assert len(many) == len(few)
