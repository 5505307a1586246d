"""Nightly work: once per night, made up for when it was missed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guiju.jobs import schedule, worker
from guiju.jobs.models import Job
from guiju.lib import clock
from tests.jobs import work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table(monkeypatch) -> None:
    """One entry: `count` at two in the morning of China."""
    monkeypatch.setattr(schedule, "_daily", {})
    schedule.every_day("night", 2, work.attempt)


def at(day: int, hour: int, minute: int = 0):
    """A moment of March 2026 by the clock of China."""
    return clock.simulate(datetime(2026, 3, day, hour, minute, tzinfo=clock.SHANGHAI).astimezone(UTC))


def fire_and_work() -> int:
    fired = schedule.fire_due()
    worker.drain()
    return fired


def test_a_night_fires_once_however_often_one_looks() -> None:
    with at(2, 1, 59):
        fire_and_work()
    with at(2, 2, 0):
        assert [fire_and_work() for _look in range(3)] == [1, 0, 0]
    with at(3, 1, 59):
        assert fire_and_work() == 0
    with at(3, 2, 1):
        assert fire_and_work() == 1


def test_missed_nights_are_made_up_for_once() -> None:
    with at(2, 3):
        fire_and_work()
    with at(9, 12):
        assert [fire_and_work(), fire_and_work()] == [1, 0]
    assert Job.objects.count() == 2


def test_a_night_that_is_still_waiting_is_not_doubled() -> None:
    with at(2, 3):
        schedule.fire_due()
    with at(3, 3):
        schedule.fire_due()
    assert Job.objects.count() == 1
