"""重大决策前的意见：先有意见、后有决定，而且记录的先后也是如此；事后补的看得出来。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from guiju.access.actor import Actor
from guiju.governance.meetings import actions, minutes, order
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.enums import Role
from guiju.org.models import Person
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture.findings import findings
from guiju.posture.models import RequirementTest
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.governance.meeters import committee, fresh, office, open_tasks, person, planned, seat, version, written

pytestmark = pytest.mark.django_db
SAMR = "cn:samr:platform-draft"


@pytest.fixture
def head(cast: Cast) -> Person:
    one = person(cast, "赵强", "3001")
    office(cast.sub, "compliance_head", one, cast.house)
    return one


@pytest.fixture
def staff(cast: Cast) -> Person:
    one = person(cast, "钱进", "3002")
    office(cast.sub, "compliance_staff", one, cast.house)
    return one


@pytest.fixture
def meeting(cast: Cast, head: Person, staff: Person) -> Entry:
    body = committee(cast.sub, cast.house)
    seat(body, cast.wang, "chair", cast.house)
    return planned(body, cast.sub, cast.house, items=[{"matter": "收购检测公司", "major": True}])


def opine(cast: Cast, who: Person, role: str, item: Entry | None = None, on: date | None = None, **more: Any) -> Entry:
    values = {
        "matter": item.title if item else "处置闲置设备", "agenda_item": str(item.uid) if item else None, "role": role,
        "person": str(who.uid), "given_on": (on or clock.today()).isoformat(), "written": True,
        "opinion": "建议先做尽职调查", **more,
    }  # fmt: skip
    return registers.create(register="decision_opinions", unit=cast.sub, values=values, by=cast.house)


def adopt(cast: Cast, urn: str = SAMR, *, base: date | None = None) -> None:
    """海东检测答复一份文件；平台企业的属性一并登记。"""
    by = cast.actor(cast.mei)
    for code, value in {"is_platform": True, "telecom_licence": True}.items():
        org.set_attribute(unit=cast.sub, code=code, value=value, from_on=date(2024, 1, 1), by=by)
    posture.adopt(
        unit=cast.sub, pack=catalogue.current(urn), by=by, from_on=date(2025, 1, 1), base_date=base, reason="董事会决议"
    )


def settle(meeting: Entry, cast: Cast, outcome: str = "agreed") -> None:
    said = written(meeting, cast.wang, [cast.wang])
    for row in said["items"].values():
        row["outcome"] = outcome
        row["unheard"] = "会议临时召开"
    actions.settle(meeting=fresh(meeting), written=said, version=version(meeting), by=cast.house)


def the_one(cast: Cast, by: Actor | None = None) -> order.Decision:
    (found,) = order.decisions(by=by or cast.house, company=cast.sub)
    return found


def test_opinions_given_and_recorded_before_the_decision_are_proven(
    cast: Cast, head: Person, staff: Person, meeting: Entry
) -> None:
    (item,) = minutes.items_of(meeting)
    assert [task.owner for task in open_tasks(item.uid)] == [head, staff]
    assert the_one(cast).verdict == order.WAITING
    opine(cast, head, "compliance_head", item)
    assert [task.owner for task in open_tasks(item.uid)] == [staff]
    opine(cast, staff, "compliance_staff", item)
    assert open_tasks(item.uid) == []
    assert the_one(cast).verdict == order.READY
    settle(meeting, cast)
    found = the_one(cast)
    assert (found.verdict, [line.verdict for line in found.lines]) == (order.SOUND, [order.PROVEN] * 2)
    opinions = Entry.objects.filter(register="decision_opinions")
    assert {(row.date_1, row.text_1) for row in opinions} == {(clock.today(), "合规管理委员会")}


def test_a_decision_without_the_opinions_is_red_and_the_tasks_are_dropped(
    cast: Cast, head: Person, staff: Person, meeting: Entry
) -> None:
    adopt(cast)
    (item,) = minutes.items_of(meeting)
    opine(cast, head, "compliance_head", item)
    settle(meeting, cast)
    found = the_one(cast)
    assert found.verdict == order.WITHOUT
    assert [role for role, _holders in found.missing] == [Role.COMPLIANCE_STAFF]
    assert open_tasks(item.uid) == []


def test_an_opinion_entered_after_the_decision_proves_half_however_it_is_dated(
    cast: Cast, head: Person, staff: Person, meeting: Entry
) -> None:
    (item,) = minutes.items_of(meeting)
    opine(cast, staff, "compliance_staff", item)
    settle(meeting, cast)
    earlier = clock.today() - timedelta(days=5)
    opine(cast, head, "compliance_head", item, on=earlier)
    found = the_one(cast)
    late = next(line for line in found.lines if line.role == "compliance_head")
    assert (found.verdict, late.verdict, late.late_days) == (order.DOUBTFUL, order.LATE, 5)


def test_an_opinion_dated_after_the_decision_counts_for_nothing(
    cast: Cast, head: Person, staff: Person, meeting: Entry
) -> None:
    adopt(cast)
    (item,) = minutes.items_of(meeting)
    with clock.simulate(clock.now() - timedelta(days=9)):
        opine(cast, staff, "compliance_staff", item)
    with clock.simulate(clock.now() - timedelta(days=9) + timedelta(minutes=5)):
        settle(meeting, cast)
    opine(cast, head, "compliance_head", item)
    found = the_one(cast)
    assert found.verdict == order.WITHOUT
    assert [line.verdict for line in found.lines] == [order.PROVEN, order.AFTER]


def test_what_was_deferred_still_waits(cast: Cast, head: Person, staff: Person, meeting: Entry) -> None:
    settle(meeting, cast, "deferred")
    found = the_one(cast)
    assert (found.verdict, found.is_taken) == (order.WAITING, False)
    (item,) = minutes.items_of(meeting)
    assert len(open_tasks(item.uid)) == 2


def test_a_decision_outside_a_meeting_is_known_by_its_opinions(cast: Cast, head: Person) -> None:
    given = opine(cast, head, "compliance_head")
    assert the_one(cast).verdict == order.READY
    registers.update(entry=fresh(given), values={"decided_on": clock.today().isoformat()}, version=1, by=cast.house)
    assert the_one(cast).verdict == order.SOUND


def test_an_opinion_that_came_in_together_with_its_decision_is_not_proven(cast: Cast, head: Person) -> None:
    opine(cast, head, "compliance_head", decided_on=clock.today().isoformat())
    assert the_one(cast).verdict == order.DOUBTFUL


def test_a_firm_without_a_head_is_told_that_nobody_holds_the_office(cast: Cast) -> None:
    planned(None, cast.sub, cast.house, items=[{"matter": "收购", "major": True}])
    assert the_one(cast).missing == ((Role.COMPLIANCE_HEAD, ()),)


def test_one_more_opinion_after_the_decision_does_not_undo_those_that_came_before(
    cast: Cast, head: Person, staff: Person, meeting: Entry
) -> None:
    (item,) = minutes.items_of(meeting)
    with clock.simulate(clock.now() - timedelta(days=9)):
        opine(cast, head, "compliance_head", item)
    with clock.simulate(clock.now() - timedelta(days=9) + timedelta(minutes=5)):
        settle(meeting, cast)
    opine(cast, staff, "compliance_staff", item)
    found = the_one(cast)
    assert (found.verdict, [line.verdict for line in found.lines]) == (order.SOUND, [order.PROVEN, order.AFTER])


def test_without_a_document_that_asks_for_both_one_opinion_before_the_decision_is_enough(
    cast: Cast, head: Person, staff: Person, meeting: Entry
) -> None:
    (item,) = minutes.items_of(meeting)
    assert order.asking(cast.sub) == order.Asking((frozenset({Role.COMPLIANCE_HEAD, Role.COMPLIANCE_STAFF}),), ())
    opine(cast, head, "compliance_head", item)
    settle(meeting, cast)
    found = the_one(cast)
    assert (found.verdict, found.missing) == (order.SOUND, ())


@pytest.mark.parametrize(
    ("urn", "demands"),
    [
        (SAMR, [{Role.COMPLIANCE_HEAD}, {Role.COMPLIANCE_STAFF}]),
        ("cn:sh:auction-2023", [{Role.COMPLIANCE_HEAD, Role.COMPLIANCE_STAFF}]),
    ],
)
def test_whose_opinion_is_wanted_is_what_the_document_adopted_says(
    cast: Cast, urn: str, demands: list[set[Role]]
) -> None:
    adopt(cast, urn, base=clock.today() - timedelta(days=9) if urn != SAMR else None)
    found = order.asking(cast.sub)
    assert [set(one) for one in found.demands] == demands
    assert found.documents == (catalogue.current(urn).title,)


def test_an_office_filled_after_the_decision_is_not_blamed_for_it(cast: Cast) -> None:
    one, two = person(cast, "赵强", "3001"), person(cast, "钱进", "3002")
    office(cast.sub, "compliance_head", one, cast.house)
    adopt(cast)
    then = clock.today() - timedelta(days=60)
    with clock.simulate(clock.now() - timedelta(days=60)):
        given = opine(cast, one, "compliance_head", on=then)
    with clock.simulate(clock.now() - timedelta(days=60) + timedelta(minutes=5)):
        registers.update(entry=fresh(given), values={"decided_on": then.isoformat()}, version=1, by=cast.house)
    office(cast.sub, "compliance_staff", two, cast.house, from_on=clock.today() - timedelta(days=5))
    assert (the_one(cast).verdict, the_one(cast).missing) == (order.SOUND, ())


def test_a_stranger_sees_no_decision_of_another_company(cast: Cast, meeting: Entry) -> None:
    assert order.decisions(by=cast.actor(cast.tan), company=cast.sub) == []


def test_a_problem_becomes_a_report_of_own_accord_in_one_step(cast: Cast, head: Person) -> None:
    values = {
        "problem": "平台内经营者资质过期未核验", "source": "check", "found_on": "2026-01-05", "due_on": "2026-03-01",
        "owner": str(head.uid), "measures": "逐户核验",
    }  # fmt: skip
    problem = registers.create(register="rectifications", unit=cast.sub, values=values, by=cast.house)
    given = {**actions.report_values(problem), "receiver": "市市场监督管理局"}
    made = registers.create(register="authority_reports", unit=cast.sub, values=given, status="draft", by=cast.house)
    assert (made.kind, made.ref_1, made.date_1) == ("proactive", problem.uid, date(2026, 1, 5))
    sent = registers.move(
        entry=made, move="send", values={"sent_on": clock.today().isoformat(), "way": "paper"}, by=cast.house
    )
    done = registers.move(entry=sent, move="receive", values={"receipt": "市监收〔2026〕8号"}, by=cast.house)
    assert done.status == "received"


def test_article_four_moves_with_opinions_that_came_before_the_decision(
    cast: Cast, head: Person, staff: Person, meeting: Entry
) -> None:
    adopt(cast)
    (item,) = minutes.items_of(meeting)
    before = _answer(cast)
    opine(cast, head, "compliance_head", item)
    opine(cast, staff, "compliance_staff", item)
    settle(meeting, cast)
    assert (before, _answer(cast)) == ("person", "met")


def _answer(cast: Cast) -> str:
    pack = catalogue.current(SAMR)
    codes = [row.requirement.code for row in RequirementTest.objects.filter(
        requirement__pack=pack, instance__test="decision.heard"
    ).select_related("requirement")]  # fmt: skip
    return str((findings(cast.sub, pack, codes=codes) or [])[0].status)
