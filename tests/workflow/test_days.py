"""Counting working days, with the swaps of China and a house's own days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiju.access.models import User
from guiju.lib import calendar
from guiju.lib.errors import NotFound, Problem
from guiju.trail.models import Event
from guiju.workflow import actions, days, queries, yearlist
from guiju.workflow.days import Calendar
from guiju.workflow.yearlist import DayLine
from tests.workflow.conftest import Desk

DAYS = st.dates(date(2024, 12, 1), date(2027, 2, 28))


@settings(deadline=None)
@given(DAYS, DAYS, st.dictionaries(DAYS, st.booleans(), max_size=8))
def test_counting_at_once_equals_counting_day_by_day(start: date, end: date, own: dict[date, bool]) -> None:
    assert Calendar(own).between(start, end) == calendar.working_days_between(start, end, overrides=own)


@settings(deadline=None)
@given(DAYS, st.integers(-60, 60), st.dictionaries(DAYS, st.booleans(), max_size=8))
def test_going_some_working_days_on_lands_where_they_have_passed(
    start: date, count: int, own: dict[date, bool]
) -> None:
    found = Calendar(own)
    assert found.add(start, count) == calendar.add_working_days(start, count, overrides=own)
    if count > 0:
        assert found.between(start, found.add(start, count)) == count


def test_the_saturday_before_the_national_day_of_2026_is_worked() -> None:
    assert Calendar().works(date(2026, 9, 20))
    assert not Calendar().works(date(2026, 10, 7))
    assert Calendar({date(2026, 10, 7): True}).works(date(2026, 10, 7))


def test_the_last_worked_day_before_a_holiday_is_found() -> None:
    assert Calendar().last_worked(date(2026, 10, 3)) == date(2026, 9, 30)


def test_lin_gives_the_group_a_day_off_and_it_holds_for_all_below(desk: Desk) -> None:
    lin = desk.cast.actor(desk.cast.lin)
    day = date(2026, 6, 5)
    actions.set_day(root=desk.cast.group, day=day, works=False, name="司庆", by=lin)
    assert not days.of(desk.cast.sub.root_id).works(day)
    assert days.of(desk.cast.stranger.pk).works(day)
    noted = {row.day: row for row in queries.year(by=lin, root=desk.cast.group, year=2026).days}
    assert (noted[day].name, noted[day].own, noted[day].by) == ("司庆", True, "Lin")
    actions.clear_day(root=desk.cast.group, day=day, by=lin)
    assert days.of(desk.cast.group.pk).works(day)
    assert Event.objects.filter(action="calendar.set").count() == 2


def test_a_calendar_belongs_to_the_top_of_a_tree(desk: Desk) -> None:
    with pytest.raises(Problem, match=r"整个|whole enterprise"):
        actions.set_day(root=desk.cast.sub, day=date(2026, 6, 5), works=False, by=desk.cast.actor(desk.cast.lin))


@pytest.mark.parametrize("who", ["tan", "mei", "qian"])
def test_only_the_groups_own_office_sets_its_calendar(desk: Desk, who: str) -> None:
    user: User = getattr(desk.cast, who)
    with pytest.raises(Problem) as refused:
        actions.set_day(root=desk.cast.group, day=date(2026, 6, 5), works=False, by=desk.cast.actor(user))
    assert refused.value.status in {403, 404}


def test_a_year_that_is_not_published_is_said_to_be_estimated(desk: Desk) -> None:
    lin = desk.cast.actor(desk.cast.lin)
    known, unknown = (queries.year(by=lin, root=desk.cast.group, year=year) for year in (2026, 2027))
    assert (known.published, known.note) == (True, "")
    assert not unknown.published
    assert "2027" in unknown.note
    names = {row.day: (row.works, row.name) for row in known.days}
    assert names[date(2026, 2, 17)] == (False, "春节")
    assert names[date(2026, 2, 14)][0] is True


def test_a_stranger_does_not_see_the_calendar(desk: Desk) -> None:
    with pytest.raises(NotFound):
        queries.year(by=desk.cast.actor(desk.cast.tan), root=desk.cast.group, year=2026)


def test_the_list_of_the_notice_is_taken_over_as_it_is_written(desk: Desk) -> None:
    text = "2027-02-05 至 2027-02-11 休 春节\n2027年1月30日 班 春节调休\n\n2027-02-14，上班"
    rows = yearlist.parse(text, year=2027)
    assert len(rows) == 9
    actions.import_year(root=desk.cast.group, year=2027, rows=rows, by=desk.cast.actor(desk.cast.lin))
    found = days.of(desk.cast.group.pk)
    assert not found.works(date(2027, 2, 11))
    assert found.works(date(2027, 1, 30))
    assert found.works(date(2027, 2, 14))
    actions.import_year(root=desk.cast.group, year=2027, rows=[], by=desk.cast.actor(desk.cast.lin))
    assert not days.of(desk.cast.group.pk).works(date(2027, 1, 30))


def test_a_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(Problem) as refused:
        yearlist.parse("2027-02-06 休 春节\n元宵节\n2026-05-01 休", year=2027)
    assert len(refused.value.faults) == 2


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_list(text: str) -> None:
    try:
        rows = yearlist.parse(text, year=2027)
    except Problem:
        return
    assert all(isinstance(row, DayLine) and row.day.year == 2027 for row in rows)


def test_days_of_another_year_are_refused(desk: Desk) -> None:
    with pytest.raises(Problem) as refused:
        actions.import_year(
            root=desk.cast.group,
            year=2027,
            rows=[DayLine(date(2026, 1, 1) + timedelta(days=1), True)],
            by=desk.cast.actor(desk.cast.lin),
        )
    assert refused.value.code == "calendar.invalid"
