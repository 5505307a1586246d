"""Periods of check plans."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.compliance.checks import cycles
from guiju.workflow.days import Calendar

CYCLES = ("day", "week", "month", "quarter", "half", "year")


@given(st.sampled_from(CYCLES), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_in_its_period_and_the_next_begins_the_day_after(cycle: str, day: date) -> None:
    found = cycles.span(cycle, day)
    assert found.start <= day <= found.end
    assert len(found.code) <= 10
    after = cycles.span(cycle, found.end + timedelta(days=1))
    assert after.start == found.end + timedelta(days=1)
    assert after.code != found.code


@given(st.sampled_from(CYCLES), st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 500))
def test_periods_since_a_day_follow_each_other_without_gap(cycle: str, start: date, days: int) -> None:
    on = start + timedelta(days=days)
    found = list(cycles.spans(cycle, starts_on=start, ends_on=None, since=start, on=on))
    assert found[0].start <= start
    assert all(a.end + timedelta(days=1) == b.start for a, b in itertools.pairwise(found))
    assert found[-1].end >= on or len(found) == cycles.MOST


def test_a_week_of_holidays_asks_for_no_check() -> None:
    week = cycles.span("week", date(2024, 10, 3))  # 1 to 7 October 2024 are days of rest
    feast = Calendar({date(2024, 9, 30): False})
    assert cycles.deadline(week, starts_on=date(2024, 1, 1), calendar=feast) is None


@pytest.mark.parametrize(
    ("code", "kept"),
    [("2026-11-20", "2026-11"), ("2026-W47", "2026-11"), ("2026Q4", "2026Q4"), ("once", "2026-11"), ("2026", "2026")],
)
def test_registers_keep_periods_that_they_know(code: str, kept: str) -> None:
    assert cycles.of_register(code, due_on=date(2026, 11, 20)) == kept


def test_periods_are_told_in_words() -> None:
    assert cycles.words("2026Q4") == "2026年第四季度"
    assert cycles.words("2026-11-20") == "2026-11-20"


def test_a_plan_carried_out_once_has_one_period() -> None:
    (only,) = cycles.spans(
        "once", starts_on=date(2026, 11, 1), ends_on=None, since=date(2026, 11, 1), on=date(2027, 5, 1)
    )
    assert (only.code, only.end) == ("once", date(2026, 12, 1))
