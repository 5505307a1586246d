"""Early warnings and risk reports prove what the documents ask of them."""

from __future__ import annotations

from datetime import date

import pytest

from guiju.lib import clock
from guiju.posture import evidence, reading
from guiju.posture.models import Status
from guiju.registers import actions as registers
from tests.posture.conftest import Story

pytestmark = pytest.mark.django_db


def asked(story: Story, name: str, **params: object) -> Status:
    """What a test says of the subsidiary on the day of the story."""
    test = evidence.get(name)
    given, today = test.Params(**params), clock.today()
    unit = story.cast.sub.pk
    relations = sorted(row.relation for row in test.reads)
    known = reading.read([unit], relations, on=today, people=False, recorded_by=None, attributes={unit: {}})[unit]
    return test.status(test.measure(known, today, given), given)


def warn(story: Story, **values: object) -> object:
    given = {"name": "招标限额预警", "level": "serious", "issued_on": date(2026, 3, 2), "due_on": date(2026, 3, 20)}
    return story.enter("alerts", **{**given, **values})


def report(story: Story, **values: object) -> object:
    given = {
        "matter": "续租未评估", "level": "major", "found_on": date(2026, 3, 2), "due_on": date(2026, 4, 1),
        "reporter": str(story.cast.wang.uid),
    }  # fmt: skip
    return story.enter("risk_reports", **{**given, **values})


def test_a_warning_that_nobody_dealt_with_by_its_day_counts_against_the_unit(story: Story) -> None:
    with story.at(2026, 3, 3):
        warn(story)
        assert asked(story, "alert.raised_handled") == Status.PERSON
    with story.at(2026, 3, 21):
        assert asked(story, "alert.raised_handled") == Status.UNMET


def test_a_warning_that_was_released_is_dealt_with(story: Story) -> None:
    with story.at(2026, 3, 10):
        entry = warn(story)
        registers.move(
            entry=entry, move="release", version=entry.version, by=story.cast.house,
            values={"released_on": date(2026, 3, 10), "release_reason": "年内剩余计划已合并"},
        )  # fmt: skip
        assert asked(story, "alert.raised_handled") == Status.MET


def test_a_major_risk_analysed_after_a_fortnight_came_too_late(story: Story) -> None:
    with story.at(2026, 3, 20):
        report(story, analysed_on=date(2026, 3, 16))
        assert asked(story, "risk_report.analysed") == Status.UNMET
        report(story, matter="担保未报批", analysed_on=date(2026, 3, 4))
        assert asked(story, "risk_report.analysed", percent=50) == Status.MET


def test_a_general_risk_is_nobodys_report_to_the_head(story: Story) -> None:
    with story.at(2026, 3, 20):
        report(story, level="general")
        assert asked(story, "risk_report.analysed") == Status.PERSON


def test_a_major_risk_whose_time_is_still_running_is_not_held_against_anybody(story: Story) -> None:
    with story.at(2026, 3, 20):
        report(story)
        assert asked(story, "risk_report.settled", quiet=True) == Status.NA
    with story.at(2026, 4, 2):
        assert asked(story, "risk_report.settled", quiet=True) == Status.UNMET
