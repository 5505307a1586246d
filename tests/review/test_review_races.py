"""Several people at one matter at once: nothing passes without every answer, for other papers, or beside a veto.

In processes of their own, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.apart import KINDS, Apart
from tests.review.reviewpairs import PAIRS

pytestmark = pytest.mark.slow

#: What a slower one is told: somebody was quicker, or it is not open to him any more. Never an error of the database.
SLOWER = {"review.conflict", "review.state", "route.seat", "route.state", "denied"}


@pytest.fixture(params=KINDS)
def stories(request: pytest.FixtureRequest, apart: Apart) -> dict[str, Any]:
    """What came of every story, by its name."""
    found: dict[str, Any] = apart.tell(request.param, "tests.review.reviewraces")
    return found


def one_of_two(rounds: list[list[Any]], *states: str) -> None:
    """One was done and the other refused in words, and the matter stands where the one that was done leads."""
    for told, state, wrong, *_more in rounds:
        assert "done" in told
        assert len([one for one in told if one == "done"]) == 1
        assert set(told) - {"done"} <= SLOWER
        assert state in states
        assert wrong == []


def sound(rounds: list[list[Any]], *states: str) -> None:
    """Whoever was refused was refused in words, and the matter stands somewhere it may stand."""
    for told, state, wrong, *_more in rounds:
        assert set(told) <= SLOWER | {"done"}
        assert state in states
        assert wrong == []


def test_of_an_agreement_and_a_veto_at_once_one_holds(stories: dict[str, Any]) -> None:
    one_of_two(stories["approve_and_veto"], "passed", "suspended")


def test_two_who_agree_at_once_make_one_pass(stories: dict[str, Any]) -> None:
    one_of_two(stories["agree_twice"], "passed")


def test_a_matter_that_is_withdrawn_has_no_pass(stories: dict[str, Any]) -> None:
    one_of_two(stories["approve_and_withdraw"], "passed", "withdrawn")


def test_nobody_escapes_a_veto_by_withdrawing_at_the_same_moment(stories: dict[str, Any]) -> None:
    one_of_two(stories["veto_and_withdraw"], "suspended", "withdrawn")


def test_what_is_returned_by_one_is_not_passed_by_another(stories: dict[str, Any]) -> None:
    one_of_two(stories["approve_and_return"], "passed", "returned")


def test_who_agreed_to_the_first_text_has_not_agreed_to_the_second(stories: dict[str, Any]) -> None:
    sound(stories["approve_while_it_comes_back_changed"], "passed", "in_review")


def test_the_text_that_is_handed_in_is_the_text_that_is_reviewed(stories: dict[str, Any]) -> None:
    sound(stories["change_and_submit"], "in_review")


def test_a_second_click_begins_no_second_round(stories: dict[str, Any]) -> None:
    one_of_two(stories["submit_twice"], "in_review")
    assert [rounds for *_rest, rounds in stories["submit_twice"]] == [2] * len(stories["submit_twice"])


@pytest.mark.parametrize("story", ["approve_and_add", "approve_and_ask_counsel"])
def test_whoever_was_asked_as_well_is_heard_before_it_passes(stories: dict[str, Any], story: str) -> None:
    one_of_two(stories[story], "passed", "in_review")


def test_what_is_reported_to_the_leading_body_at_the_same_moment_goes_there_or_was_decided_before(
    stories: dict[str, Any],
) -> None:
    sound(stories["approve_and_escalate"], "passed", "in_review")


def test_who_has_to_step_aside_has_decided_before_or_not_at_all(stories: dict[str, Any]) -> None:
    one_of_two(stories["approve_and_be_excluded"], "passed", "in_review")


def test_who_hands_over_has_decided_before_or_not_at_all(stories: dict[str, Any]) -> None:
    one_of_two(stories["approve_and_hand_over"], "passed", "in_review")


def test_a_step_that_everybody_leaves_falls_to_somebody_else(stories: dict[str, Any]) -> None:
    sound(stories["step_aside_all"], "in_review")
    assert all(asked for *_rest, asked in stories["step_aside_all"])


def test_a_deputy_speaks_before_his_time_ends_or_not_at_all(stories: dict[str, Any]) -> None:
    sound(stories["deputy_and_end"], "passed", "in_review")
    for told, state, *_rest in stories["deputy_and_end"]:
        assert (state == "passed") == (told == ["done", "done"])


def test_who_brought_it_does_not_pass_it_in_somebody_elses_stead(stories: dict[str, Any]) -> None:
    for told, state, wrong in stories["submitter_stands_in"]:
        assert (set(told), state, wrong) == ({"denied"}, "in_review", [])


def test_a_veto_is_reported_or_taken_back(stories: dict[str, Any]) -> None:
    one_of_two(stories["report_and_take_back"], "vetoed", "in_review")


def test_a_suspended_matter_is_withdrawn_only_after_the_veto_was_taken_back(stories: dict[str, Any]) -> None:
    for told, state, wrong in stories["take_back_and_withdraw"]:
        assert "done" in told
        assert set(told) <= SLOWER | {"done"}
        assert (state == "withdrawn") == (told == ["done", "done"])
        assert wrong == []


def test_a_veto_is_lifted_once_and_makes_one_pass(stories: dict[str, Any]) -> None:
    one_of_two(stories["lift_twice"], "passed")
    assert [count for *_rest, count in stories["lift_twice"]] == [1] * len(stories["lift_twice"])


def test_a_vetoed_thing_does_not_come_back_under_its_number_beside_the_veto(stories: dict[str, Any]) -> None:
    for told, state, wrong, states in stories["lift_and_begin_again"]:
        assert (state, wrong) == ("passed", [])
        assert "done" in told
        assert states in (["passed"], ["draft", "passed"])


def test_minutes_that_are_open_again_lift_no_veto(stories: dict[str, Any]) -> None:
    for told, state, wrong in stories["lift_and_reopen"]:
        assert set(told) <= {"done", "review.resolution", "meeting.conflict"}
        assert state == ("stayed" if told == ["done", "done"] else "vetoed"), "lifted first, and then it waits"
        assert wrong == []


def test_the_same_thing_is_under_review_once(stories: dict[str, Any]) -> None:
    assert stories["bring_twice"] == [[["done", "review.under_way"], ["in_review"]]] * len(stories["bring_twice"])


def test_of_one_text_under_two_numbers_the_veto_reaches_both_unless_it_came_too_late(stories: dict[str, Any]) -> None:
    for told, state, wrong in stories["same_text_vetoed_and_passed"]:
        assert wrong == []
        assert (state == "passed") == (told == ["done", "done"])
        assert set(told) <= {"done", "review.vetoed_text"}


def test_the_trail_agrees(stories: dict[str, Any]) -> None:
    assert stories["trail"] == []


# --- any two acts, in two processes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_acts_at_once_lead_round_the_review(apart: Apart, kind: str) -> None:
    found = apart.tell(kind, "tests.review.reviewpairs", "pairs")
    assert found["trail"] == []
    assert found["pairs"] >= PAIRS
