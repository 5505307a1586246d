"""Reporting periods as text and as days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import period
from guiju.lib.errors import Problem
from guiju.lib.period import Kind, Period

DAYS = st.dates(date(1901, 1, 1), date(2190, 12, 31))
KINDS = st.sampled_from(list(Kind))


@pytest.mark.parametrize(
    ("text", "start", "end", "before", "after", "chinese"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31), "2024", "2026", "2025年度"),
        ("2025H1", date(2025, 1, 1), date(2025, 6, 30), "2024H2", "2025H2", "2025年上半年"),
        ("2025Q4", date(2025, 10, 1), date(2025, 12, 31), "2025Q3", "2026Q1", "2025年第四季度"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01", "2024-03", "2024年2月"),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31), "2025-11", "2026-01", "2025年12月"),
    ],
)
def test_a_period_knows_its_days_and_its_neighbours(text, start, end, before, after, chinese):
    one = period.parse(text)
    assert (str(one), one.start, one.end) == (text, start, end)
    assert (str(one.previous), str(one.next), one.chinese) == (before, after, chinese)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" 2025h2 ", "2025H2"), ("2025年", "2025"), ("2025年度", "2025"), ("2025年3月", "2025-03"),
        ("2025年第一季度", "2025Q1"), ("2025年4季度", "2025Q4"), ("2025年下半年", "2025H2"),
    ],
)  # fmt: skip
def test_the_writings_of_chinese_ledgers_are_understood(written, meant):
    assert str(period.parse(written)) == meant


@pytest.mark.parametrize(
    "text", ["", "25", "2025H3", "2025Q0", "2025-13", "2025-3", "2025-00", "20250", "0000", "三月"]
)
def test_another_text_is_refused_with_the_forms_that_work(text):
    with pytest.raises(Problem, match="is not a period") as caught:
        period.parse(text, where="period")
    assert (caught.value.code, caught.value.where) == ("period.unreadable", "period")
    assert "2025Q1" in caught.value.fix


def test_a_period_that_cannot_be_is_refused():
    with pytest.raises(Problem):
        Period(2025, Kind.QUARTER, 5)


@given(DAYS, KINDS)
def test_a_day_lies_in_exactly_its_own_period(on, kind):
    one = period.of(on, kind)
    assert one.contains(on)
    assert not one.next.contains(on)
    assert not one.previous.contains(on)
    assert one.previous.end + timedelta(days=1) == one.start
    assert one.next.previous == one
    assert period.parse(str(one)) == period.parse(one.chinese) == one
