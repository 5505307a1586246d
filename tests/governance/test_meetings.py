"""会议：先安排、通知到人，再记到会、记结果，定稿后议定事项成为责任人的任务；人数不够就不能议定。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from guiju.governance.meetings import actions, cycles, minutes, queries, quorum
from guiju.governance.models import Sitting
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org.models import Person
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture.findings import findings
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.workflow.models import Task
from tests.compliance.test_rectify import account
from tests.conftest import Cast
from tests.governance.meeters import (
    committee,
    decision,
    fresh,
    office,
    open_tasks,
    person,
    planned,
    seat,
    version,
    written,
)

pytestmark = pytest.mark.django_db
CQ = "cn:cq-sasac:2023-7"


@pytest.fixture
def five(cast: Cast) -> list[Person]:
    return [cast.wang, *(person(cast, name, f"20{at:02}") for at, name in enumerate(["赵强", "钱进", "孙立", "李平"]))]


@pytest.fixture
def body(cast: Cast, five: list[Person]) -> Entry:
    made = committee(cast.sub, cast.house)
    for at, one in enumerate(five):
        seat(made, one, ("chair", "vice", "member", "member", "secretary")[at], cast.house)
    return made


def hold(meeting: Entry, said: dict[str, Any], cast: Cast) -> None:
    actions.hold(meeting=fresh(meeting), written=said, version=version(meeting), by=cast.actor(cast.mei))


def settle(meeting: Entry, said: dict[str, Any], cast: Cast) -> None:
    actions.settle(meeting=fresh(meeting), written=said, version=version(meeting), by=cast.actor(cast.mei))


def test_a_planned_meeting_becomes_minutes_resolutions_and_the_owners_task(
    cast: Cast, five: list[Person], body: Entry
) -> None:
    by = cast.actor(cast.mei)
    meeting = planned(
        body, cast.sub, by, items=[{"matter": "审议办法", "kind": "decide"}, {"matter": "听取汇报", "kind": "hear"}]
    )
    assert meeting.status == "planned"
    assert [row["seat"] for row in minutes.expected(meeting)] == ["chair", "vice", "member", "member", "secretary"]
    said = written(meeting, cast.wang, five[:3], minutes={"decisions": [decision(five[1])], "next_work": "年底前印发"})
    first, second = minutes.items_of(meeting)
    said["items"][str(first.uid)] |= {"votes_for": "3", "votes_against": "0", "votes_abstained": ""}
    said["items"][str(second.uid)] = {"outcome": "noted"}
    hold(meeting, said, cast)
    assert fresh(meeting).status == "held"
    settle(meeting, {}, cast)
    done = fresh(meeting)
    assert (done.status, done.count_1, done.person, done.flag_1, done.flag_2) == ("settled", 3, cast.wang, True, True)
    assert done.body.data["attendees"] == "王敏、赵强、钱进"
    assert done.body.data["resolution"] == "1. 审议办法：同意；原则同意\n2. 听取汇报：已听取"
    first, second = minutes.items_of(done)
    assert (first.level, first.count_2, first.on, second.level) == ("agreed", 3, clock.today(), "noted")
    (made,) = Entry.objects.filter(register="decisions", ref_1=meeting.uid)
    (task,) = open_tasks(made.uid)
    assert (task.owner, task.due_on) == (five[1], made.due_on)
    with pytest.raises(Conflict):
        actions.keep(meeting=done, written={"minutes": {"place": "二楼"}}, version=version(done), by=by)


def test_without_a_quorum_nothing_is_decided_but_may_be_deferred(cast: Cast, five: list[Person], body: Entry) -> None:
    meeting = planned(body, cast.sub, cast.house)
    said = written(meeting, cast.wang, five[:2])
    hold(meeting, said, cast)
    with pytest.raises(Problem) as refused:
        settle(meeting, said, cast)
    assert [fault.where for fault in refused.value.faults] == ["attendance"]
    assert "2" in refused.value.faults[0].what
    (item,) = minutes.items_of(meeting)
    settle(meeting, {"items": {str(item.uid): {"outcome": "deferred"}}}, cast)
    assert fresh(meeting).flag_1 is False


def test_a_secretary_does_not_make_the_quorum_and_a_deputy_only_where_the_rules_say_so(
    cast: Cast, five: list[Person], body: Entry
) -> None:
    meeting = planned(body, cast.sub, cast.house)
    said = written(meeting, cast.wang, [five[0], five[1], five[4]])
    said["attendance"][str(five[2].uid)] = {"state": "deputy", "deputy": "周全"}
    hold(meeting, said, cast)
    with pytest.raises(Problem):
        settle(meeting, said, cast)
    registers.update(entry=fresh(body), values={"deputies_count": True}, version=1, by=cast.house)
    settle(meeting, said, cast)
    assert "钱进（委托周全）" in fresh(meeting).body.data["attendees"]


def test_whoever_steps_aside_is_counted_out_of_the_vote(cast: Cast, five: list[Person], body: Entry) -> None:
    by = cast.actor(cast.mei)
    meeting = planned(body, cast.sub, by)
    (item,) = minutes.items_of(meeting)
    actions.recuse(item=item, person=five[1], reason="其配偶在供应商任职", by=by)
    with pytest.raises(Conflict):
        actions.recuse(item=item, person=five[1], reason="再说一次", by=by)
    with pytest.raises(Problem):
        actions.recuse(item=item, person=five[2], reason="  ", by=by)
    said = written(meeting, cast.wang, five[:3])
    said["items"][str(item.uid)] |= {"votes_for": 3}
    hold(meeting, said, cast)
    with pytest.raises(Problem) as refused:
        settle(meeting, said, cast)
    assert [fault.where for fault in refused.value.faults] == [f"items.{item.uid}.votes_for"]
    said["items"][str(item.uid)] |= {"votes_for": 2}
    settle(meeting, said, cast)
    assert fresh(item).count_2 == 2


def test_votes_that_do_not_carry_are_no_agreement(cast: Cast, five: list[Person], body: Entry) -> None:
    registers.update(entry=fresh(body), values={"passes": "majority_present"}, version=1, by=cast.house)
    meeting = planned(body, cast.sub, cast.house)
    (item,) = minutes.items_of(meeting)
    said = written(meeting, cast.wang, five[:4])
    said["items"][str(item.uid)] |= {"votes_for": 2, "votes_against": 2}
    hold(meeting, said, cast)
    with pytest.raises(Problem) as refused:
        settle(meeting, said, cast)
    assert [fault.where for fault in refused.value.faults] == [f"items.{item.uid}.outcome"]
    said["items"][str(item.uid)]["outcome"] = "rejected"
    settle(meeting, said, cast)


@pytest.mark.parametrize(
    ("lacking", "where"),
    [
        ({"chair": ""}, "chair"),
        ({"held_on": ""}, "held_on"),
        ({"held_on": "2999-01-01"}, "held_on"),
    ],
)
def test_a_meeting_that_lacks_something_is_not_entered(
    cast: Cast, five: list[Person], body: Entry, lacking: dict[str, Any], where: str
) -> None:
    meeting = planned(body, cast.sub, cast.house)
    with pytest.raises(Problem) as refused:
        hold(meeting, written(meeting, cast.wang, five, minutes=lacking), cast)
    assert where in [fault.where for fault in refused.value.faults]
    assert fresh(meeting).status == "planned"


def test_nonsense_is_named_where_it_stands(cast: Cast, five: list[Person], body: Entry) -> None:
    meeting = planned(body, cast.sub, cast.house)
    (item,) = minutes.items_of(meeting)
    said = {
        "minutes": {"chair": "someone", "held_on": "31 of February"},
        "attendance": {str(cast.wang.uid): {"state": "maybe"}},
        "items": {str(item.uid): {"outcome": "perhaps", "votes_for": "many"}},
    }
    with pytest.raises(Problem) as refused:
        actions.keep(meeting=meeting, written=said, version=version(meeting), by=cast.house)
    assert {fault.where for fault in refused.value.faults} == {
        "chair", "held_on", f"attendance.{cast.wang.uid}", f"items.{item.uid}.outcome", f"items.{item.uid}.votes_for",
    }  # fmt: skip


def test_two_who_write_at_once_see_each_others_words(cast: Cast, body: Entry) -> None:
    meeting = planned(body, cast.sub, cast.house)
    seen = version(meeting)
    actions.keep(meeting=meeting, written={"minutes": {"place": "三楼"}}, version=seen, by=cast.actor(cast.mei))
    with pytest.raises(Conflict) as late:
        actions.keep(meeting=meeting, written={"minutes": {"place": "二楼"}}, version=seen, by=cast.actor(cast.lin))
    assert late.value.data["current"] == {"minutes.place": "三楼"}
    assert late.value.data["yours"] == {"minutes.place": "二楼"}
    same = actions.keep(meeting=meeting, written={"minutes": {"place": "三楼"}}, version=seen, by=cast.actor(cast.lin))
    assert same.version == seen + 1


def test_members_with_an_account_are_told_and_the_notice_ends_with_the_meeting(
    cast: Cast, five: list[Person], body: Entry
) -> None:
    by = cast.actor(cast.mei)
    account("zhao", "reader", cast.sub, five[1], cast.house)
    meeting = planned(body, cast.sub, by, on=clock.today() + timedelta(days=3))
    assert actions.notify(meeting=meeting, by=by) == 1
    assert actions.notify(meeting=meeting, by=by) == 0
    (task,) = open_tasks(meeting.uid)
    assert (task.owner, task.due_on, task.about) == (five[1], meeting.on, "meeting")
    later = clock.today() + timedelta(days=5)
    registers.update(entry=fresh(meeting), values={"held_on": later.isoformat()}, version=fresh(meeting).version, by=by)
    assert [one.due_on for one in open_tasks(meeting.uid)] == [later]
    actions.cancel(meeting=fresh(meeting), reason="主持人出差", by=by)
    assert open_tasks(meeting.uid) == []
    with pytest.raises(Problem):
        actions.notify(meeting=fresh(meeting), by=by)


def test_reopened_minutes_are_settled_again_without_making_decisions_twice(
    cast: Cast, five: list[Person], body: Entry
) -> None:
    meeting = planned(body, cast.sub, cast.house)
    said = written(meeting, cast.wang, five[:4], minutes={"decisions": [decision(five[1])]})
    settle(meeting, said, cast)
    actions.reopen(meeting=fresh(meeting), reason="补充意见", by=cast.actor(cast.mei))
    settle(meeting, {"minutes": {"decisions": [decision(five[1]), decision(five[2], "报备")]}}, cast)
    assert Entry.objects.filter(register="decisions", ref_1=meeting.uid).count() == 2


def test_a_group_principal_reads_a_department_officer_and_a_stranger_do_not(
    cast: Cast, five: list[Person], body: Entry
) -> None:
    meeting = planned(body, cast.sub, cast.house)
    officer = account("officer", "department_officer", cast.department, five[1], cast.house)
    assert queries.meeting(by=cast.actor(cast.qian), uid=meeting.uid).meeting == meeting
    for stranger in (cast.tan, officer):
        with pytest.raises(NotFound):
            queries.meeting(by=cast.actor(stranger), uid=meeting.uid)
    with pytest.raises(Denied):
        actions.keep(meeting=meeting, written={"minutes": {"place": "x"}}, version=1, by=cast.actor(cast.qian))
    with pytest.raises(NotFound):
        actions.keep(meeting=meeting, written={"minutes": {"place": "x"}}, version=1, by=cast.actor(cast.tan))
    with pytest.raises((Denied, NotFound)):
        planned(body, cast.sub, cast.actor(officer))
    named = actions.add_item(
        meeting=meeting, values={"matter": "经营部分包", "department": str(cast.department.uid)}, by=cast.house
    )
    assert queries.items_naming(by=cast.actor(officer), company=cast.sub, department=cast.department) == [named]


def test_the_strip_of_a_year_shows_held_due_and_missing(cast: Cast, body: Entry) -> None:
    with clock.simulate(clock.now().replace(month=8, day=15)):
        year = clock.today().year
        for month, status in ((2, "held"), (8, "planned")):
            values = {
                "subject": f"{month}月会议",
                "topic": "risk",
                "body": str(body.uid),
                "held_on": f"{year}-{month:02}-20",
            }
            registers.create(register="meetings", unit=cast.sub, values=values, status=status, by=cast.house)
        (line,) = queries.bodies(by=cast.house, company=cast.sub, year=year)
        assert [cell.state for cell in line.strip.cells] == ["held", "missing", "due", "ahead"]
        assert line.strip.cells[2].planned is not None
        assert (line.strip.missing, line.strip.due_on) == (1, line.strip.cells[2].period.end)
        assert "meeting" in line.lacks
        assert "rules" in line.lacks
        assert cycles.cycle(fresh(body), "month") == (cycles.Kind.QUARTER, True)


def test_management_that_leads_where_no_body_can_be_formed_lacks_no_rules_of_procedure(cast: Cast) -> None:
    bare = {"quorum": None, "meets_every": None}
    committee(cast.sub, cast.house, name="总经理办公会", kind="top_management", **bare)
    committee(cast.sub, cast.house, **bare)
    found = {line.body.kind: set(line.lacks) for line in queries.bodies(by=cast.house, company=cast.sub, year=2026)}
    formed = {"chair", "members", "rules", "quorum", "cycle"}
    assert found["committee"] >= formed
    assert not found["top_management"] & formed


def test_a_page_of_bodies_asks_the_same_whatever_there_is(cast: Cast, five: list[Person], body: Entry) -> None:
    counts = []
    for number in (1, 6):
        for at in range(number):
            other = committee(cast.sub, cast.house, name=f"领导小组{number}{at}", kind="leading_group")
            seat(other, five[1], "chair", cast.house)
            planned(other, cast.sub, cast.house)
        with CaptureQueriesContext(connection) as asked:
            queries.bodies(by=cast.actor(cast.mei), company=cast.sub, year=clock.today().year)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def test_whoever_changes_a_sheet_behind_the_programmes_back_is_found(cast: Cast, body: Entry) -> None:
    meeting = planned(body, cast.sub, cast.house)
    assert verify.run().findings == []
    Sitting.objects.filter(meeting=meeting.uid).update(minutes={"chair": "别人"})
    assert verify.run().findings


def _answer(cast: Cast, code: str) -> str:
    (found,) = findings(cast.sub, catalogue.current(CQ), codes=[code]) or []
    return str(found.status)


def test_coordination_is_met_by_a_joint_meeting_that_took_place_and_not_by_a_planned_one(
    cast: Cast, five: list[Person]
) -> None:
    by = cast.actor(cast.mei)
    posture.adopt(
        unit=cast.sub,
        pack=catalogue.current(CQ),
        by=by,
        from_on=date(clock.today().year, 1, 1),
        base_date=date(clock.today().year, 1, 1),
        reason="行动方案",
    )
    before = _answer(cast, "T07-2")
    meeting = planned(None, cast.sub, by, subject="合规联席会议", topic="joint_meeting")
    waiting = _answer(cast, "T07-2")
    settle(meeting, written(meeting, cast.wang, [], minutes={"guests": "赵强、钱进", "minutes_number": "〔1〕"}), cast)
    assert (before, waiting, _answer(cast, "T07-2")) == ("not_due", "not_due", "met")
    assert Task.objects.filter(about="meeting").count() == 0


def test_an_office_asks_for_opinions_as_soon_as_a_major_item_stands_on_the_agenda(
    cast: Cast, five: list[Person], body: Entry
) -> None:
    office(cast.sub, "compliance_head", five[1], cast.house)
    meeting = planned(body, cast.sub, cast.house, items=[{"matter": "收购检测公司", "major": True}])
    (item,) = minutes.items_of(meeting)
    (task,) = open_tasks(item.uid)
    assert (task.owner, task.due_on) == (five[1], meeting.on)


@given(
    members=st.integers(1, 40),
    there=st.integers(0, 40),
    rule=st.sampled_from(["majority", "two_thirds", "all", ""]),
)
def test_a_quorum_is_never_more_than_all_and_never_less_than_half(members: int, there: int, rule: str) -> None:
    there = min(there, members)
    rows = [
        {"person": str(at), "seat": "member", "state": "present" if at < there else "absent"} for at in range(members)
    ]
    found = quorum.of(rows, {"quorum": rule})
    assert (found.members, found.present) == (members, there)
    if rule:
        assert found.needed is not None
        assert members / 2 < found.needed <= members
    assert found.is_reached == (not rule or there >= (found.needed or 0))
    assert quorum.voters(rows, {}, ["0"]) == max(there - 1, 0) if there else True
