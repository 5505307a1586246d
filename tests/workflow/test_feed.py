"""The calendar that a phone subscribes to."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from icalendar import Calendar

from guiju.access import actions as access
from guiju.access.models import Grant
from guiju.trail.models import Event, EventBody
from guiju.workflow import actions, feed, queries
from guiju.workflow.models import Feed, Task
from tests.workflow.conftest import Desk


@pytest.fixture
def address(desk: Desk) -> str:
    """Li, who holds the office, has opened an address."""
    li = desk.person("李雷")
    desk.appoint("compliance_staff", li)
    _feed, secret = actions.open_feed(by=desk.cast.actor(li.user))
    return f"/calendar/feed/{secret}.ics"


def read(address: str) -> Calendar:
    answer = Client().get(address)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def test_lis_phone_shows_his_tasks_on_their_days_with_alarms_on_working_mornings(desk: Desk, address: str) -> None:
    task = desk.task(date(2026, 6, 22), title="报送月度进展")
    desk.task(date(2026, 6, 22), title="别人的", role="compliance_head")
    found = read(address)
    events = {str(event["summary"]): event for event in found.walk("VEVENT")}
    # Nobody holds the head's office: that falls to the compliance office of the unit, not to Li.
    assert list(events) == ["报送月度进展"]
    event = events["报送月度进展"]
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 6, 22), date(2026, 6, 23))
    assert (str(event["uid"]), event.decoded("dtstamp")) == (
        f"{task.uid}@guiju",
        task.recorded_at.replace(microsecond=0),
    )
    assert str(event["status"]) == "CONFIRMED"
    alarms = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
    # 19 to 21 June are the festival and the weekend; ten, three and no working days before, at nine.
    assert alarms == [
        datetime(2026, 6, 5, 1, tzinfo=UTC),
        datetime(2026, 6, 16, 1, tzinfo=UTC),
        datetime(2026, 6, 22, 1, tzinfo=UTC),
    ]


def test_a_done_task_stays_the_same_event(desk: Desk, address: str) -> None:
    task = desk.task(date(2026, 6, 22))
    (before,) = read(address).walk("VEVENT")
    actions.done(task=task, version=1, by=desk.cast.house)
    (after,) = read(address).walk("VEVENT")
    assert str(before["uid"]) == str(after["uid"])
    assert (before["sequence"], after["sequence"]) == (1, 2)
    assert list(after.walk("VALARM")) == []
    waived = desk.task(date(2026, 6, 23), title="免做")
    actions.waive(task=waived, version=1, by=desk.cast.house, reason="项目已取消")
    assert {str(event["status"]) for event in read(address).walk("VEVENT")} == {"CONFIRMED", "CANCELLED"}


def test_what_was_escalated_to_the_head_stands_in_his_calendar(desk: Desk, address: str) -> None:
    chen = desk.person("陈总监")
    desk.appoint("compliance_head", chen)
    _feed, secret = actions.open_feed(by=desk.cast.actor(chen.user))
    desk.task(date(2026, 6, 12))
    assert list(read(f"/calendar/feed/{secret}.ics").walk("VEVENT")) == []
    desk.night(date(2026, 6, 15))
    assert len(list(read(f"/calendar/feed/{secret}.ics").walk("VEVENT"))) == 1


def test_an_address_opens_nothing_once_it_is_closed_or_replaced(desk: Desk, address: str) -> None:
    user = Feed.objects.get().user
    by = desk.cast.actor(user)
    _feed, second = actions.open_feed(by=by)
    assert Client().get(address).status_code == 404
    other = f"/calendar/feed/{second}.ics"
    assert Client().get(other).status_code == 200
    assert actions.close_feed(by=by) is True
    assert actions.close_feed(by=by) is False
    assert (Client().get(other).status_code, queries.feed_of(by=by)) == (404, None)


def test_whoever_may_not_sign_in_or_see_tasks_any_more_reads_nothing(desk: Desk, address: str) -> None:
    desk.task(date(2026, 6, 22))
    user = Feed.objects.get().user
    access.withdraw(row=Grant.objects.get(user=user), by=desk.cast.house, reason="调岗")
    assert list(read(address).walk("VEVENT")) == []
    user.is_active = False
    user.save()
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("secret", ["x", "gjc_", "gjc_" + "A" * 43, "%00", "..%2f..", "é"])
def test_a_guess_is_not_there(desk: Desk, secret: str) -> None:
    answer = Client().get(f"/calendar/feed/{secret}.ics")
    assert answer.status_code == 404
    assert b"VCALENDAR" not in answer.content


def test_the_secret_is_kept_nowhere_and_no_proxy_keeps_the_calendar(desk: Desk, address: str) -> None:
    secret = address.removeprefix("/calendar/feed/").removesuffix(".ics")
    assert not Feed.objects.filter(digest__contains=secret).exists()
    bodies = EventBody.objects.filter(event__in=Event.objects.filter(object_type="feed"))
    assert [secret in body.text for body in bodies] == [False]
    answer = Client().get(address)
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("private, no-store", "text/calendar; charset=utf-8")
    assert "Set-Cookie" not in answer
    assert Client().post(address).status_code in {403, 405}


def test_reading_the_calendar_writes_at_most_once_an_hour(desk: Desk, address: str, django_assert_num_queries) -> None:
    read(address)
    used = Feed.objects.get().used_at
    read(address)
    assert Feed.objects.get().used_at == used
    assert Task.objects.count() == 0


def test_of_more_tasks_than_fit_old_ones_do_not_hide_what_is_to_come(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST", 3)
    for day in (10, 11, 12, 22):
        desk.task(date(2026, 6, day))
    with desk.on(date(2026, 6, 20)):
        found = read(address).walk("VEVENT")
    assert [event.decoded("dtstart").day for event in found] == [11, 12, 22]


def test_what_is_written_into_a_task_ends_no_line_of_the_calendar(desk: Desk, address: str) -> None:
    hostile = "报送;,\\\r\nEND:VEVENT\rX:1\nBEGIN:VEVENT\x0b\x1b\x85\u2028UID:evil"
    desk.task(date(2026, 6, 22), title=hostile, note=hostile)
    content = Client().get(address).content
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if line.startswith(("X:", "UID:evil"))] == []
    assert sorted({char for char in content.decode() if char < " " or char in "\x85\u2028"}) == ["\n", "\r"]
    assert b"\r" not in content.replace(b"\r\n", b"")
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert str(event["summary"]).startswith("报送;,\\\nEND:VEVENT\nX:1")
