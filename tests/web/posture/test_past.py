"""The slider over recorded days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from guiju.lib import clock
from guiju.posture import engine
from guiju.posture.models import RollupDay
from guiju.web.posture import past
from tests.conftest import english
from tests.plugins.stages import staged
from tests.web.conftest import URN, Firm
from tests.web.posture.conftest import noon

PAGE = f"/u/HD-01/posture/{URN}/past/"


@staged
def lived(firm: Firm) -> Firm:
    """Nothing on the first evening, a committee on the third: the first is 9 days ago."""
    today = clock.today()
    RollupDay.objects.all().delete()
    for days, founds in ((8, False), (7, True), (6, False), (5, False)):
        with clock.simulate(noon(today - timedelta(days=days))):
            engine.nightly()
            if founds:
                firm.body(unit=firm.cast.sub)
    return firm


def test_before_the_first_night_the_page_says_that_nothing_is_recorded(firm: Firm) -> None:
    body = firm.page(PAGE)
    assert "This is the first recorded day" in body
    assert "Nothing has been recorded yet" in firm.page(f"/u/HD-01-A/posture/{URN}/past/")


def test_the_recorded_days_are_drawn_as_lines_with_a_slider(lived: Firm) -> None:
    body = lived.page(PAGE)
    assert body.count("<polyline") == 3
    assert 'type="range"' in body
    assert "<datalist" in body
    assert f"recorded since {clock.today() - timedelta(days=9)}" in body


def test_a_day_of_the_past_is_told_with_what_has_changed_since(lived: Firm) -> None:
    day = clock.today() - timedelta(days=8)
    body = lived.page(f"{PAGE}?on={day}")
    told = body[body.index('id="past-day"') :]
    assert "From then until today" in told
    assert f"/u/HD-01/posture/{URN}/?on={day}" in told


def test_before_recording_began_the_page_says_so(lived: Firm) -> None:
    body = lived.page(f"{PAGE}?on={clock.today() - timedelta(days=30)}")
    assert "Nothing is on record for that day" in body


def test_the_slider_asks_for_the_counts_of_its_day_alone(lived: Firm) -> None:
    since = clock.today() - timedelta(days=9)
    body = lived.page(f"{PAGE}?part=day&reach=own&since={since}&day=1")
    assert "<html" not in body
    assert body.index('id="past-day"') < body.index('hx-swap-oob="true"')


def test_without_scripts_the_slider_leads_to_the_address_of_the_day(lived: Firm) -> None:
    since = clock.today() - timedelta(days=9)
    answer = lived.client().get(f"{PAGE}?reach=own&since={since}&day=2")
    assert answer["Location"].endswith(f"?reach=own&on={since + timedelta(days=2)}")


@pytest.mark.parametrize(
    "asked", ["since=x&day=2", "since=2026-01-01&day=99999", "since=9999-12-31&day=2", "day=two", "on=1999-01-01"]
)
def test_a_day_that_makes_no_sense_is_no_fault(lived: Firm, asked: str) -> None:
    assert english(lived.client()).get(f"{PAGE}?part=day&{asked}").status_code == 200


def test_earlier_and_later_lead_from_change_to_change(lived: Firm) -> None:
    history = lived.page(PAGE)
    changes = sorted(RollupDay.objects.filter(unit=lived.cast.sub, reach="own").values_list("on", flat=True))
    assert len(changes) == 2
    assert f"on={changes[-1]}" in history
    earlier = lived.page(f"{PAGE}?on={changes[-1]}")
    assert f"on={changes[0]}" in earlier
    assert f"on={clock.today()}" in earlier


def test_the_group_has_the_history_of_all_levels(lived: Firm) -> None:
    body = lived.page(f"/u/HD/posture/{URN}/past/?reach=all")
    assert "2 units" in body


def test_the_sheet_of_a_unit_carries_the_slider(lived: Firm) -> None:
    assert 'type="range"' in lived.page(f"/u/HD-01/posture/{URN}/")


def test_a_longer_history_asks_no_more(lived: Firm, cost: Callable[[Client, str], int]) -> None:
    client = lived.client()
    few = cost(client, PAGE)
    for days in (4, 3, 2):
        with clock.simulate(noon(clock.today() - timedelta(days=days))):
            engine.nightly()
            lived.body(unit=lived.cast.sub)
    assert cost(client, PAGE) == few <= 22


def test_a_timeline_of_one_day_stands_still() -> None:
    assert past.timeline([], clock.today()) is None
