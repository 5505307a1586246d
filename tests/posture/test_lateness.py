"""补录: when records were made, compared with when things happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.lib import clock
from guiju.org.models import Unit
from guiju.posture import engine, lateness, queries
from guiju.posture.models import LatenessNight
from tests.posture.conftest import Story


@pytest.fixture
def enter(story: Story) -> Callable[..., None]:
    """Enters a training, so many days after it was held."""

    def enter(on: date, held_on: str, unit: Unit | None = None, hour: int = 2) -> None:
        with clock.simulate(datetime(on.year, on.month, on.day, hour, tzinfo=UTC)):
            story.enter("trainings", unit, topic="合规", audience="all", held_on=held_on)

    return enter


def told(found: queries.Lateness) -> dict[str, tuple[int, int, int]]:
    """The months in which something was entered."""
    return {
        month.month: (month.whole.in_time, month.whole.late, month.whole.long_after)
        for month in found.months
        if month.whole.total
    }


def test_records_are_counted_by_the_month_in_which_they_were_made(story: Story, enter: Callable[..., None]) -> None:
    enter(date(2026, 3, 10), "2026-03-10")
    enter(date(2026, 3, 13), "2026-03-10")
    enter(date(2026, 3, 14), "2026-03-10")
    enter(date(2026, 4, 9), "2026-03-10")
    enter(date(2026, 4, 10), "2026-03-10")
    # Eight in the evening of the last of April is the first of May in China, three days after the 28th.
    enter(date(2026, 4, 30), "2026-04-28", hour=20)
    enter(date(2025, 5, 10), "2025-05-10")
    found = queries.lateness(by=story.cast.house, unit=story.cast.sub)
    assert (found.months[0].month, found.months[-1].month, len(found.months)) == ("2025-07", "2026-06", 12)
    assert told(found) == {"2026-03": (2, 1, 0), "2026-04": (0, 1, 1), "2026-05": (1, 0, 0)}
    assert found.groups == ("training",)
    assert found.months[8].groups["training"].percent_in_time == 66
    assert told(queries.lateness(by=story.cast.house, unit=story.cast.sub, months=2)) == {"2026-05": (1, 0, 0)}


def test_a_unit_answers_for_its_departments_and_the_group_for_all_levels(
    story: Story, enter: Callable[..., None]
) -> None:
    for unit in (story.cast.sub, story.cast.department, story.cast.grandchild, story.cast.stranger):
        enter(date(2026, 5, 10), "2026-05-10", unit)
    by = story.cast.house
    assert told(queries.lateness(by=by, unit=story.cast.sub)) == {"2026-05": (2, 0, 0)}
    assert told(queries.lateness(by=by, unit=story.cast.sub, all_levels=True)) == {"2026-05": (3, 0, 0)}
    assert told(queries.lateness(by=by, unit=story.cast.group)) == {}
    with CaptureQueriesContext(connection) as asked:
        assert told(queries.lateness(by=by, unit=story.cast.group, all_levels=True)) == {"2026-05": (3, 0, 0)}
    assert len(asked) <= 4


def test_evidence_made_on_the_eve_of_an_inspection_shows(story: Story, enter: Callable[..., None]) -> None:
    enter(date(2026, 3, 10), "2026-03-10")
    enter(date(2026, 5, 25), "2026-03-10")
    enter(date(2026, 5, 31), "2026-04-10")
    enter(date(2026, 5, 17), "2026-04-10")
    enter(date(2026, 6, 1), "2026-05-10")
    found = queries.eve(by=story.cast.house, unit=story.cast.sub, before=date(2026, 6, 1))
    assert (found.total, found.on_eve, found.percent) == (4, 2, 50)
    assert found.groups == {"training": (4, 2)}
    assert queries.eve(by=story.cast.house, unit=story.cast.grandchild, before=date(2026, 6, 1)).percent is None


def test_large_parts_of_a_group_are_counted_at_night(
    story: Story, enter: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lateness, "LARGE", 2)
    for unit in (story.cast.sub, story.cast.grandchild, story.cast.grandchild):
        enter(date(2026, 5, 10), "2026-05-10", unit)
    engine.nightly()
    assert set(LatenessNight.objects.values_list("unit__code", "reach")) == {("HD", "all"), ("HD-01", "all")}
    enter(date(2026, 5, 11), "2026-05-10", story.cast.grandchild)
    by, grandchild = story.cast.house, story.cast.grandchild
    night = queries.lateness(by=by, unit=story.cast.group, all_levels=True)
    assert (told(night), night.as_of) == ({"2026-05": (3, 0, 0)}, date(2026, 6, 1))
    assert told(queries.lateness(by=by, unit=grandchild, all_levels=True)) == {"2026-05": (3, 0, 0)}
    assert told(queries.lateness(by=by, unit=story.cast.sub)) == {"2026-05": (1, 0, 0)}
    monkeypatch.setattr(lateness, "LARGE", 1)
    engine.nightly()
    kept = set(LatenessNight.objects.filter(reach="own").values_list("unit__code", flat=True))
    assert kept == {"HD-01-A"}
    assert told(queries.lateness(by=by, unit=grandchild)) == {"2026-05": (3, 0, 0)}
    monkeypatch.setattr(lateness, "LARGE", 20)
    engine.nightly()
    assert not LatenessNight.objects.exists()
