"""Working days of China, where a Sunday may be worked and a Thursday not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import calendar

NATIONAL_DAY_2025 = date(2025, 10, 1)
WORKED_SUNDAY = date(2025, 9, 28)


@pytest.mark.parametrize(
    ("on", "worked"),
    [
        (date(2025, 9, 26), True),
        (WORKED_SUNDAY, True),
        (NATIONAL_DAY_2025, False),
        (date(2025, 10, 8), False),
        (date(2025, 10, 9), True),
        (date(2025, 10, 11), True),
        (date(2025, 10, 12), False),
    ],
)
def test_shifted_rest_days_are_known(on, worked):
    assert calendar.is_working_day(on) is worked


def test_an_organisation_may_work_or_rest_on_its_own_days():
    overrides = {NATIONAL_DAY_2025: True, date(2025, 10, 9): False}
    assert calendar.is_working_day(NATIONAL_DAY_2025, overrides=overrides)
    assert calendar.add_working_days(date(2025, 9, 30), 2, overrides=overrides) == date(2025, 10, 10)


def test_a_deadline_of_three_working_days_jumps_over_the_holidays():
    assert calendar.add_working_days(date(2025, 9, 30), 3) == date(2025, 10, 11)
    assert calendar.add_working_days(date(2025, 10, 11), -3) == date(2025, 9, 30)
    assert calendar.add_working_days(NATIONAL_DAY_2025, 0) == NATIONAL_DAY_2025


def test_a_duty_that_falls_on_a_holiday_moves_to_the_next_worked_day():
    assert calendar.next_working_day(NATIONAL_DAY_2025) == date(2025, 10, 9)
    assert calendar.next_working_day(WORKED_SUNDAY) == WORKED_SUNDAY


@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(-40, 40))
def test_counting_and_adding_agree(on, days):
    assert calendar.working_days_between(on, calendar.add_working_days(on, days)) == days or days < 0


def test_counting_backwards_is_negative():
    assert calendar.working_days_between(date(2025, 10, 11), date(2025, 9, 30)) == -3
    assert calendar.working_days_between(date(2025, 10, 11), date(2025, 10, 11)) == 0
