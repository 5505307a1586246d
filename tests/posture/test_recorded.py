"""The group's history as it was recorded, night by night."""

from __future__ import annotations

from datetime import date

from guiju.packs.models import Pack
from guiju.posture import actions, engine, queries, recorded
from guiju.posture.models import RecordedDay, RollupDay, Status
from tests.posture.conftest import Story


def lived_through(story: Story, drive: Pack) -> None:
    """Adopted on 20 January, an officer on 10 February; the first night in between, the last on 1 July."""
    with story.at(2026, 1, 20):
        story.adopt(pack=drive)
    for night in ((2026, 1, 21), (2026, 2, 10)):
        with story.at(*night):
            engine.nightly()
    with story.at(2026, 2, 10):
        person = str(story.cast.wang.uid)
        story.enter("appointments", role="compliance_staff", person=person, from_on="2026-01-15", document="任命书")
    for night in ((2026, 2, 11), (2026, 7, 1), (2026, 7, 2)):
        with story.at(*night):
            engine.nightly()


def test_the_night_writes_down_the_evening_before(story: Story, drive: Pack) -> None:
    lived_through(story, drive)
    with story.at(2026, 7, 2):
        points = queries.history(by=story.cast.house, unit=story.cast.group, pack=drive)
    told = [(point.on, point.count.by_status[Status.MET]) for point in points]
    assert told == [
        (date(2026, 1, 20), 0), (date(2026, 2, 10), 1), (date(2026, 7, 1), 1), (date(2026, 7, 2), 1),
    ]  # fmt: skip


def test_a_second_run_of_the_same_day_leaves_the_evening_alone(story: Story, drive: Pack) -> None:
    lived_through(story, drive)
    with story.at(2026, 7, 3):
        engine.nightly()
    rows, days = list(RollupDay.objects.order_by("pk").values()), RecordedDay.objects.count()
    with story.at(2026, 7, 3):
        story.sized("small")
        story.adopt()
        engine.nightly()
        engine.full()
    assert list(RollupDay.objects.order_by("pk").values()) == rows
    assert RecordedDay.objects.count() == days


def test_the_overview_of_a_day_is_the_recorded_one(story: Story, drive: Pack) -> None:
    lived_through(story, drive)
    with story.at(2026, 7, 2):
        by, unit = story.cast.house, story.cast.group
        assert queries.overview_on(by=by, unit=unit, on=date(2026, 1, 19)) == []
        (winter,) = queries.overview_on(by=by, unit=story.cast.sub, on=date(2026, 2, 9))
        (spring,) = queries.overview_on(by=by, unit=unit, on=date(2026, 5, 1))
        assert winter.own is not None
        assert spring.all_levels is not None
        assert (winter.own.by_status[Status.MET], spring.all_levels.by_status[Status.MET]) == (0, 1)
        assert (spring.pack, spring.own, spring.adoption) == (drive, None, None)
        assert winter.adoption is not None
        assert queries.overview_on(by=by, unit=unit, on=date(2026, 7, 2)) == queries.overview(by=by, unit=unit)


def test_what_is_no_longer_counted_is_recorded_as_gone(story: Story) -> None:
    with story.at(2026, 3, 1):
        story.sized("small")
        adoption = story.adopt()
    with story.at(2026, 3, 2):
        engine.nightly()
        actions.end_adoption(adoption=adoption, by=story.cast.house, reason="停止")
    for night in ((2026, 3, 3), (2026, 3, 4)):
        with story.at(*night):
            engine.nightly()
    with story.at(2026, 3, 4):
        points = queries.history(by=story.cast.house, unit=story.cast.sub, pack=story.pack, reach="own")
        assert [(point.on.day, point.count.units) for point in points] == [(1, 1), (3, 0), (4, 0)]
        assert queries.overview_on(by=story.cast.house, unit=story.cast.sub, on=date(2026, 3, 3)) == []


def test_past_days_worked_out_later_are_those_that_were_recorded(story: Story, drive: Pack) -> None:
    lived_through(story, drive)
    kept = set(RollupDay.objects.values_list("unit", "pack", "reach", "on", "met", "not_due", "units"))
    RollupDay.objects.all().delete()
    RecordedDay.objects.all().delete()
    with story.at(2026, 7, 2):
        recorded.backfill([date(2026, 1, 20), date(2026, 2, 10), date(2026, 2, 11), date(2026, 7, 1)])
        again = RollupDay.objects.values_list("unit", "pack", "reach", "on", "met", "not_due", "units")
        assert set(again) == kept
