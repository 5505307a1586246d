"""会议和意见：定稿后改不动，票数对得上，回避不作假，事后补的意见装不成事前的。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guiju.governance.meetings import actions, order
from guiju.governance.models import Sitting
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import verify
from tests.compliance.test_rectify import account
from tests.conftest import Cast
from tests.governance.meeters import committee, decision, fresh, office, person, planned, seat, version, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(cast: Cast) -> list[Person]:
    return [cast.wang, *(person(cast, name, f"20{at:02}") for at, name in enumerate(["赵强", "钱进", "孙立", "李平"]))]


@pytest.fixture
def body(cast: Cast, five: list[Person]) -> Entry:
    made = committee(cast.sub, cast.house, passes="majority_present")
    for at, one in enumerate(five):
        seat(made, one, ("chair", "vice", "member", "member", "secretary")[at], cast.house)
    return made


@pytest.fixture
def meeting(cast: Cast, body: Entry) -> Entry:
    return planned(body, cast.sub, cast.house)


def item_of(meeting: Entry) -> Entry:
    return fresh(Entry.objects.get(register="agenda_items", ref_1=meeting.uid))


def settled(cast: Cast, meeting: Entry, five: list[Person], **more: object) -> Entry:
    said = written(meeting, five[0], five, **more)
    for row in said["items"].values():
        row["unheard"] = "会议临时召开"
    actions.settle(meeting=fresh(meeting), written=said, version=version(meeting), by=cast.actor(cast.mei))
    return fresh(meeting)


def change(cast: Cast, entry: Entry, **values: object) -> None:
    now = fresh(entry)
    registers.update(entry=now, values=values, version=now.version, by=cast.actor(cast.mei))


def test_settled_minutes_are_not_changed_in_the_register(cast: Cast, five: list[Person], meeting: Entry) -> None:
    done = settled(cast, meeting, five)
    for values in (
        {"minutes": "另写"},
        {"attendees": "无人"},
        {"held_on": "2026-01-05"},
        {"chaired_by": str(five[1].uid)},
    ):
        with pytest.raises(Conflict) as caught:
            change(cast, done, **values)
        assert caught.value.code == "meeting.closed"
    change(cast, done, files=[])
    item = item_of(meeting)
    for values in ({"outcome": "rejected"}, {"votes_for": 9}, {"resolution": "另议"}, {"decided_on": "2026-12-01"}):
        with pytest.raises(Conflict):
            change(cast, item, **values)
    with pytest.raises(Conflict):
        registers.remove(entry=item, version=item.version, by=cast.actor(cast.mei), reason="误录")
    with pytest.raises(Conflict):
        actions.add_item(meeting=fresh(meeting), values={"matter": "加一题", "kind": "decide"}, by=cast.actor(cast.mei))
    actions.reopen(meeting=fresh(meeting), reason="更正", by=cast.actor(cast.mei))
    change(cast, fresh(meeting), minutes="更正后的纪要")


def test_nobody_settles_in_the_register_what_has_a_sheet(cast: Cast, five: list[Person], meeting: Entry) -> None:
    mei = cast.actor(cast.mei)
    said = written(meeting, five[0], five[:1])
    actions.hold(meeting=fresh(meeting), written=said, version=version(meeting), by=mei)
    with pytest.raises(Problem):
        registers.move(entry=fresh(meeting), move="settle", values={"minutes": "全票通过"}, by=mei)
    assert fresh(meeting).status == "held"


def test_reopening_in_the_register_opens_the_sheet_too(cast: Cast, five: list[Person], meeting: Entry) -> None:
    mei = cast.actor(cast.mei)
    done = settled(cast, meeting, five)
    registers.move(entry=done, move="reopen", reason="更正", by=mei)
    assert Sitting.objects.get(meeting=meeting.uid).settled_at is None
    with pytest.raises(Problem):
        registers.move(entry=fresh(meeting), move="settle", by=mei)
    actions.settle(meeting=fresh(meeting), written={}, version=version(meeting), by=mei)
    assert fresh(meeting).status == "settled"


def test_a_meeting_that_never_had_a_sheet_is_settled_in_the_register(cast: Cast, five: list[Person]) -> None:
    values = {
        "subject": "旧会",
        "topic": "risk",
        "held_on": "2025-03-01",
        "chaired_by": str(five[0].uid),
        "minutes": "略",
    }
    old = registers.create(register="meetings", unit=cast.sub, values=values, by=cast.house)
    registers.move(entry=old, move="settle", by=cast.actor(cast.mei))
    assert fresh(old).status == "settled"


def test_a_meeting_is_not_held_before_its_day(cast: Cast, five: list[Person], body: Entry) -> None:
    later = planned(body, cast.sub, cast.house, on=clock.today() + timedelta(days=9))
    with pytest.raises(Problem):
        registers.move(entry=later, move="hold", values={"chaired_by": str(five[0].uid)}, by=cast.actor(cast.mei))
    assert fresh(later).status == "planned"


def test_the_outcome_of_an_item_is_what_the_minutes_say(cast: Cast, five: list[Person], meeting: Entry) -> None:
    with pytest.raises(Conflict):
        change(cast, item_of(meeting), outcome="agreed", decided_on=clock.today().isoformat())
    settled(cast, meeting, five)
    assert item_of(meeting).level == "agreed"


def test_nobody_steps_aside_after_the_minutes_are_settled(cast: Cast, five: list[Person], meeting: Entry) -> None:
    actions.recuse(item=item_of(meeting), person=five[1], reason="亲属", by=cast.house)
    settled(cast, meeting, five)
    with pytest.raises(Conflict):
        actions.recuse(item=item_of(meeting), person=five[2], reason="亲属", by=cast.actor(cast.mei))
    gone = Entry.objects.get(register="recusals", ref_1=item_of(meeting).uid)
    with pytest.raises(Conflict):
        registers.remove(entry=fresh(gone), version=gone.version, by=cast.actor(cast.mei), reason="误录")


@pytest.mark.parametrize(
    ("outcome", "votes"),
    [
        ("agreed", (0, 0, 4)),
        ("agreed", (2, 2, 0)),
        ("rejected", (4, 0, 0)),
        ("agreed", (5, 0, 0)),
        ("agreed", (0, 0, 0)),
    ],
)
def test_votes_and_outcome_agree(
    cast: Cast, five: list[Person], meeting: Entry, outcome: str, votes: tuple[int, int, int]
) -> None:
    said = written(meeting, five[0], five)
    names = ("votes_for", "votes_against", "votes_abstained")
    said["items"][str(item_of(meeting).uid)] |= {"outcome": outcome, **dict(zip(names, votes, strict=True))}
    with pytest.raises(Problem):
        actions.settle(meeting=fresh(meeting), written=said, version=version(meeting), by=cast.actor(cast.mei))


def test_nobody_agrees_where_all_who_came_stand_aside(cast: Cast, five: list[Person]) -> None:
    made = committee(cast.sub, cast.house, passes="two_thirds_present", quorum=None)
    seat(made, five[0], "chair", cast.house)
    meeting = planned(made, cast.sub, cast.house)
    actions.recuse(item=item_of(meeting), person=five[0], reason="本人交易", by=cast.house)
    said = written(meeting, five[0], five[:1])
    said["items"][str(item_of(meeting).uid)] |= {"votes_for": 0, "votes_against": 0, "votes_abstained": 0}
    with pytest.raises(Problem):
        actions.settle(meeting=fresh(meeting), written=said, version=version(meeting), by=cast.actor(cast.mei))


def test_a_decision_that_was_corrected_goes_to_its_new_owner(cast: Cast, five: list[Person], meeting: Entry) -> None:
    mei = cast.actor(cast.mei)
    settled(cast, meeting, five, minutes={"decisions": [decision(five[1]), decision(five[1], "另一件")]})
    actions.reopen(meeting=fresh(meeting), reason="更正", by=mei)
    said = written(meeting, five[0], five, minutes={"decisions": [decision(five[2])]})
    actions.settle(meeting=fresh(meeting), written=said, version=version(meeting), by=mei)
    found = {row.title: row for row in Entry.objects.filter(register="decisions", ref_1=meeting.uid)}
    assert found["印发办法"].owner_id == five[2].pk
    assert found["另一件"].status == "dropped"


def test_an_item_from_elsewhere_does_not_stand_on_the_agenda(cast: Cast, five: list[Person], meeting: Entry) -> None:
    dong = cast.actor(account("Dong", "department_officer", cast.department, five[1], cast.house))
    values = {
        "matter": "塞进来的",
        "meeting": str(meeting.uid),
        "kind": "decide",
        "department": str(cast.department.uid),
    }
    for unit in (cast.sub, cast.department):
        with pytest.raises(Problem):
            registers.create(register="agenda_items", unit=unit, values=values, by=dong)
    lin = cast.actor(cast.lin)
    with pytest.raises(Problem):
        registers.create(register="agenda_items", unit=cast.group, values=values | {"department": None}, by=lin)


# --- the order of opinions --------------------------------------------------------------------------------------------


@pytest.fixture
def major(cast: Cast, body: Entry, five: list[Person]) -> Entry:
    office(cast.sub, "compliance_head", five[1], cast.house)
    return planned(body, cast.sub, cast.house, items=[{"matter": "收购检测公司", "major": True}])


def opine(cast: Cast, who: Person, item: Entry, on: date | None = None, **more: object) -> Entry:
    values = {
        "matter": item.title, "agenda_item": str(item.uid), "role": "compliance_head", "person": str(who.uid),
        "given_on": (on or clock.today()).isoformat(), "written": True, "opinion": "建议先做尽职调查", **more,
    }  # fmt: skip
    return registers.create(register="decision_opinions", unit=cast.sub, values=values, by=cast.house)


def verdict(cast: Cast) -> str:
    (found,) = order.decisions(by=cast.house, company=cast.sub)
    return found.verdict


def test_words_written_into_an_old_opinion_after_the_decision_are_not_proven(
    cast: Cast, five: list[Person], major: Entry
) -> None:
    given = opine(cast, five[1], item_of(major), opinion="占位")
    settled(cast, major, five)
    assert verdict(cast) == order.SOUND
    change(cast, given, opinion="坚决不同意，已书面说明")
    assert verdict(cast) == order.DOUBTFUL


def test_an_opinion_lent_from_another_matter_afterwards_is_not_proven(
    cast: Cast, five: list[Person], major: Entry, body: Entry
) -> None:
    given = opine(cast, five[1], item_of(major), agenda_item=None, matter="别的事")
    settled(cast, major, five)
    change(cast, given, agenda_item=str(item_of(major).uid), matter="收购检测公司")
    assert verdict(cast) != order.SOUND


def test_whether_it_was_followed_may_be_entered_afterwards(cast: Cast, five: list[Person], major: Entry) -> None:
    given = opine(cast, five[1], item_of(major))
    settled(cast, major, five)
    change(cast, given, adopted=True, reason="已采纳")
    assert verdict(cast) == order.SOUND


def test_nobody_is_asked_for_an_opinion_on_what_was_decided(cast: Cast, five: list[Person], major: Entry) -> None:
    settled(cast, major, five)
    with pytest.raises(Conflict):
        actions.ask_opinions(item=item_of(major), meeting=fresh(major), by=cast.actor(cast.mei))


# --- shared matters ---------------------------------------------------------------------------------------------------


def test_an_opinion_on_a_concluded_matter_stays_as_it_was(cast: Cast, five: list[Person]) -> None:
    values = {
        "name": "供应商准入", "kind": "project", "due_on": (clock.today() + timedelta(days=5)).isoformat(),
        "functions": ["compliance"], "lead": "compliance", "compliance_person": str(five[1].uid),
    }  # fmt: skip
    mei = cast.actor(cast.mei)
    entry = actions.open_matter(unit=cast.sub, values=values, by=mei)
    entry = actions.answer(
        entry=fresh(entry), function="compliance", stand="agree", opinion="同意", version=entry.version, by=mei
    )
    said = {"conclusion": "准入", "concluded_on": clock.today().isoformat()}
    registers.move(entry=fresh(entry), move="conclude", values=said, by=mei)
    for values in ({"compliance_opinion": "不同意", "compliance_stand": "object"}, {"conclusion": "不准入"}):
        with pytest.raises(Conflict):
            change(cast, entry, **values)


def test_a_stranger_and_another_department_find_no_sheet(cast: Cast, five: list[Person], meeting: Entry) -> None:
    dong = cast.actor(account("Dong", "department_officer", cast.department, five[1], cast.house))
    for who in (dong, cast.actor(cast.tan)):
        with pytest.raises(NotFound):
            actions.keep(meeting=fresh(meeting), written={"minutes": {"remark": "我来"}}, version=1, by=who)


def test_the_trail_agrees_with_all_of_it(cast: Cast, five: list[Person], meeting: Entry) -> None:
    done = settled(cast, meeting, five, minutes={"decisions": [decision(five[1])]})
    registers.move(entry=done, move="reopen", reason="更正", by=cast.actor(cast.mei))
    actions.settle(meeting=fresh(meeting), written={}, version=version(meeting), by=cast.actor(cast.mei))
    assert verify.run().ok
