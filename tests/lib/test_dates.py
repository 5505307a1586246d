"""Days in the ways in which people write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import dates
from guiju.lib.errors import Problem

DAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    "written",
    [
        DAY, datetime(2026, 3, 31, 23, 0), datetime(2026, 3, 30, 16, 0, tzinfo=UTC), 20260331,  # noqa: DTZ001
        "2026-03-31", "2026-3-31", "2026.3.31", "2026/3/31", "2026/03/31", "2026年3月31日", "2026年03月31号",
        "20260331", " 2026 年 3 月 31 日 ", "２０２６．３．３１", "2026年3月31", "2026年3月31日（周二）",
        "2026-03-31 10:20", "2026-03-31T10:20:30.5Z", "2026-03-31T10:20:30+08:00", "2026/3/31 0:00:00",
    ],
)  # fmt: skip
def test_every_usual_writing_of_a_day_is_understood(written):
    assert dates.parse(written) == DAY


@pytest.mark.parametrize(
    "written",
    ["", "3月31日", "26-3-31", "2026-3/31", "2026年3月", "46112", 46112, 46112.0, None, True, "明天", "1026-01-01"],
)
def test_what_may_be_no_day_is_refused(written):
    with pytest.raises(Problem, match="is not a date") as caught:
        dates.parse(written, where="Sheet1!C12")
    assert (caught.value.code, caught.value.where) == ("date.unreadable", "Sheet1!C12")


@pytest.mark.parametrize("written", ["2026-02-29", "2026.13.1", "20260431"])
def test_a_day_that_is_not_in_the_calendar_is_named(written):
    with pytest.raises(Problem, match=written) as caught:
        dates.parse(written)
    assert caught.value.code == "date.impossible"


def test_a_day_is_written_in_chinese_with_its_weekday():
    assert dates.chinese(date(2026, 11, 20)) == "2026年11月20日（周五）"


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_what_we_write_we_can_read(on):
    assert dates.parse(dates.chinese(on)) == dates.parse(on.isoformat()) == on


@given(st.text(st.sampled_from("0123456789-./年月日号 :T"), max_size=20))
def test_any_text_is_a_day_or_a_problem(text):
    try:
        answer = dates.parse(text)
    except Problem as problem:
        answer = problem.code
    assert isinstance(answer, date) or answer in {"date.unreadable", "date.impossible"}
