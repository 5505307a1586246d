"""A meeting that a newcomer held with two of five, and a major decision on which nobody had been heard."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guiju.documents.kinds import meeting_minutes as papers
from guiju.governance.meetings import minutes
from guiju.governance.meetings import queries as meetings
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.governance.meeters import committee, fresh, office, person, planned, seat
from tests.governance.test_meetings_order import adopt
from tests.web.conftest import english
from tests.web.governance.test_meetings import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(cast: Cast) -> list[Person]:
    return [cast.wang, person(cast, "赵强", "2001"), person(cast, "钱进", "2002")]


@pytest.fixture
def body(cast: Cast, three: list[Person]) -> Entry:
    made = committee(cast.sub, cast.house, quorum="two_thirds")
    for at, one in enumerate(three):
        seat(made, one, ("chair", "member", "member")[at], cast.house)
    return made


def test_too_few_and_too_many_votes_are_said_when_the_meeting_is_entered(
    cast: Cast, three: list[Person], body: Entry
) -> None:
    meeting = planned(body, cast.sub, cast.house, items=[{"matter": "审议办法"}])
    (item,) = minutes.items_of(meeting)
    sent = form(meeting, cast.wang, three[:1], **{f"item-{item.uid}-votes_for": "14"})
    client = english(cast.client(cast.mei))
    answer = client.post(reverse("governance-meeting-hold", args=["HD-01", meeting.uid]), sent, follow=True)
    told = [str(one) for one in answer.context["messages"]]
    assert any("1 of 3 members were there; 2 are needed" in one for one in told)
    assert any("has 14 votes" in one for one in told)
    assert fresh(meeting).status == "held"


def test_a_major_decision_is_not_settled_unheard_without_a_reason(cast: Cast, three: list[Person], body: Entry) -> None:
    adopt(cast)  # a document that asks for the opinions
    office(cast.sub, "compliance_head", three[1], cast.house)
    meeting = planned(body, cast.sub, cast.house, items=[{"matter": "收购检测公司", "major": "1"}])
    (item,) = minutes.items_of(meeting)
    client = english(cast.client(cast.mei))
    way = reverse("governance-meeting-settle", args=["HD-01", meeting.uid])
    refused = client.post(way, form(meeting, cast.wang, three))
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "is a major decision, and no opinion" in text
    assert f'name="item-{item.uid}-unheard"' in text
    assert fresh(meeting).status == "planned"
    told = form(meeting, cast.wang, three, **{f"item-{item.uid}-unheard": "当日接到通知，会后补提"})
    assert client.post(way, told).status_code == 302
    paper = papers.of_meeting(meetings.meeting(by=cast.house, uid=meeting.uid))
    assert any("当日接到通知" in getattr(one, "text", "") for one in paper.pieces())


def test_a_major_decision_with_its_opinion_is_settled(cast: Cast, three: list[Person], body: Entry) -> None:
    office(cast.sub, "compliance_head", three[1], cast.house)
    meeting = planned(body, cast.sub, cast.house, items=[{"matter": "收购检测公司", "major": "1"}])
    (item,) = minutes.items_of(meeting)
    values = {
        "matter": item.title, "agenda_item": str(item.uid), "role": "compliance_head", "person": str(three[1].uid),
        "given_on": meeting.on, "written": True, "opinion": "同意", "number": "YJ-1",
    }  # fmt: skip
    registers.create(register="decision_opinions", unit=cast.sub, values=values, by=cast.house)
    way = reverse("governance-meeting-settle", args=["HD-01", meeting.uid])
    assert english(cast.client(cast.mei)).post(way, form(meeting, cast.wang, three)).status_code == 302
