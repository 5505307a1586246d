"""The ladder as a rule: every step at most once, in order, whatever nights are missed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guiju.lib.errors import Conflict, Problem
from guiju.trail import verify
from guiju.workflow import actions, queries
from guiju.workflow.days import Calendar
from guiju.workflow.ladder import DEFAULT, Ladders, Rule, Rung, reached, unsent
from guiju.workflow.models import Ladder, Step
from tests.workflow.conftest import Desk

DUE = date(2026, 6, 12)
PLAIN = Calendar()

rules = st.builds(
    lambda before, first, more: Rule(tuple(sorted(before, reverse=True)), first, first + more),
    st.sets(st.integers(0, 15), max_size=4),
    st.integers(0, 10),
    st.integers(1, 10),
)


def climb(rule: Rule, nights: list[date], *, height: int = 0, born: date = date(2026, 1, 1)) -> list[Rung]:
    """What is sent over some nights."""
    sent: list[Rung] = []
    level = 0
    for on in nights:
        rungs = reached(rule, on=on, due=DUE, born=born, height=height, calendar=PLAIN)
        fresh = unsent(rungs, {(str(rung.step), rung.days) for rung in sent}, level=level)
        sent += fresh
        level = max([level, *(rung.level for rung in fresh)])
    return sent


def every(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def test_the_ladder_of_a_task_that_nobody_does() -> None:
    assert climb(DEFAULT, every(date(2026, 5, 1), date(2026, 7, 1))) == [
        Rung(Step.SOON, 10),
        Rung(Step.SOON, 3),
        Rung(Step.TODAY, 0),
        Rung(Step.OVERDUE, -1),
        Rung(Step.HEAD, -1),
        Rung(Step.PRINCIPAL, -5),
    ]


def test_a_deadline_on_a_saturday_is_announced_on_the_friday() -> None:
    due = date(2026, 6, 13)
    rung = reached(DEFAULT, on=date(2026, 6, 12), due=due, born=date(2026, 1, 1), height=0, calendar=PLAIN)
    assert rung == [Rung(Step.SOON, 0)]
    late = reached(DEFAULT, on=date(2026, 6, 14), due=due, born=date(2026, 1, 1), height=0, calendar=PLAIN)
    assert late == []
    monday = reached(DEFAULT, on=date(2026, 6, 15), due=due, born=date(2026, 1, 1), height=0, calendar=PLAIN)
    assert [rung.step for rung in monday] == [Step.OVERDUE, Step.HEAD]


def test_a_head_who_wants_to_know_at_once_is_told_together_with_the_owner() -> None:
    rule = Rule((), 0, 3)
    assert climb(rule, [date(2026, 6, 13)]) == []
    assert [rung.step for rung in climb(rule, [date(2026, 6, 15)])] == [Step.OVERDUE, Step.HEAD]


def test_after_a_week_without_nights_only_the_highest_rung_is_sent() -> None:
    assert climb(DEFAULT, [date(2026, 6, 9), date(2026, 6, 30)]) == [
        Rung(Step.SOON, 3),
        Rung(Step.OVERDUE, -1),
        Rung(Step.PRINCIPAL, -5),
    ]


@pytest.mark.parametrize(("height", "steps"), [(1, [Step.OVERDUE, Step.PRINCIPAL]), (2, [Step.OVERDUE])])
def test_nothing_is_escalated_to_the_owners_own_height(height: int, steps: list[Step]) -> None:
    assert [rung.step for rung in climb(DEFAULT, every(DUE, date(2026, 7, 1)), height=height)][1:] == steps


def test_what_was_late_when_it_was_made_climbs_from_that_day() -> None:
    born = date(2026, 8, 3)
    assert climb(DEFAULT, [born], born=born) == []
    assert [rung.step for rung in climb(DEFAULT, [date(2026, 8, 4)], born=born)] == [Step.OVERDUE, Step.HEAD]


@settings(deadline=None)
@given(rules, st.sets(st.dates(date(2026, 5, 1), date(2026, 7, 31))), st.integers(0, 2))
def test_each_step_is_sent_once_and_in_order_whatever_nights_are_missed(
    rule: Rule, nights: set[date], height: int
) -> None:
    sent = climb(rule, sorted(nights), height=height)
    assert len(sent) == len(set(sent))
    order = [Step.SOON, Step.TODAY, Step.OVERDUE, Step.HEAD, Step.PRINCIPAL]
    places = [order.index(rung.step) for rung in sent]
    assert all(one <= other or {one, other} <= {0, 1} for one, other in pairwise(places))
    before = [rung.days for rung in sent if rung.step in {Step.SOON, Step.TODAY}]
    assert before == sorted(before, reverse=True)
    levels = [rung.level for rung in sent if rung.level]
    assert levels == sorted(set(levels))
    assert all(level > height for level in levels)


@settings(deadline=None)
@given(rules, st.sets(st.dates(date(2026, 6, 13), date(2026, 9, 30)), min_size=1))
def test_whoever_misses_nights_stands_in_the_end_where_all_nights_lead(rule: Rule, nights: set[date]) -> None:
    last = max(nights)
    every_night = climb(rule, every(date(2026, 5, 1), last))
    some = climb(rule, sorted(nights))
    assert max((rung.level for rung in some), default=0) == max((rung.level for rung in every_night), default=0)


def test_the_nearest_ladder_above_holds(desk: Desk) -> None:
    lin = desk.cast.actor(desk.cast.lin)
    actions.set_ladder(unit=desk.cast.group, before=[5], head_after=2, principal_after=4, version=0, by=lin)
    actions.set_ladder(unit=desk.cast.sub, before=[7, 1], head_after=1, principal_after=3, version=0, by=lin)
    found = Ladders()
    assert found.at(desk.cast.grandchild.path) == Rule((7, 1), 1, 3)
    assert found.at(desk.cast.group.path) == Rule((5,), 2, 4)
    assert found.at(desk.cast.stranger.path) == DEFAULT
    view = queries.ladder_of(by=lin, unit=desk.cast.grandchild)
    assert (view.rule.before, view.unit, view.version) == ((7, 1), desk.cast.sub, 0)
    actions.clear_ladder(unit=desk.cast.sub, version=1, by=lin)
    assert Ladders().at(desk.cast.grandchild.path) == Rule((5,), 2, 4)


@pytest.mark.parametrize(
    ("before", "head", "principal", "field"),
    [
        ([3, 10], 1, 5, "before"),
        ([10, 10], 1, 5, "before"),
        ([61], 1, 5, "before"),
        ([10], 5, 5, "principal_after"),
        ([10], -1, 5, "head_after"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(
    desk: Desk, before: list[int], head: int, principal: int, field: str
) -> None:
    with pytest.raises(Problem) as refused:
        actions.set_ladder(
            unit=desk.cast.group, before=before, head_after=head, principal_after=principal, version=0,
            by=desk.cast.actor(desk.cast.lin),
        )  # fmt: skip
    assert field in [fault.where for fault in refused.value.faults]


def test_two_who_change_a_ladder_do_not_overwrite_each_other(desk: Desk) -> None:
    lin = desk.cast.actor(desk.cast.lin)
    actions.set_ladder(unit=desk.cast.group, before=[5], head_after=2, principal_after=4, version=0, by=lin)
    with pytest.raises(Conflict) as refused:
        actions.set_ladder(unit=desk.cast.group, before=[6], head_after=2, principal_after=4, version=0, by=lin)
    assert refused.value.data["current"]["before"] == [5]


@pytest.mark.parametrize(("column", "value"), [("before", [1]), ("head_after", 2), ("principal_after", 60)], ids=str)
def test_a_ladder_changed_behind_the_products_back_is_noticed(desk: Desk, column: str, value: object) -> None:
    lin = desk.cast.actor(desk.cast.lin)
    actions.set_ladder(unit=desk.cast.group, before=[5], head_after=1, principal_after=4, version=0, by=lin)
    assert verify.run().findings == []
    Ladder.objects.update(**{column: value})
    assert not verify.run().ok
