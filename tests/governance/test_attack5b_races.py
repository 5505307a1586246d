"""两个人同时动手：审批与撤回、重复发布、重复定稿、确认与关闭、纸面与手机、重复入库、重复排计划。

The stories run in a process of their own (`races`), once on SQLite on disk and once on PostgreSQL.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.apart import KINDS, Apart

pytestmark = pytest.mark.slow


@pytest.fixture(params=KINDS)
def stories(request: pytest.FixtureRequest, apart: Apart) -> dict[str, Any]:
    """What came of every story, by its name."""
    found: dict[str, Any] = apart.tell(request.param, "tests.governance.races")
    return found


def test_of_approving_and_giving_up_the_first_counts(stories: dict[str, Any]) -> None:
    assert stories["approved_and_withdrawn"] == [[["done", "policy.conflict"], True]] * 3


def test_a_version_is_issued_once_by_whoever_comes_first(stories: dict[str, Any]) -> None:
    assert stories["issued_twice"] == [[1, 1, 1]] * 3


def test_minutes_are_settled_once_and_each_decision_becomes_one_task(stories: dict[str, Any]) -> None:
    assert stories["settled_twice"] == {
        "told": ["done", "meeting.closed"], "sheets": 1, "settled": 1, "decisions": 1, "tasks": 1, "status": "settled",
    }  # fmt: skip


def test_an_opinion_that_comes_with_the_decision_is_proven_only_where_the_record_had_it_first(
    stories: dict[str, Any],
) -> None:
    for refused, marked, verdict in stories["opinion_meets_decision"]:
        assert refused == ["done", "done"]
        assert verdict in {"sound", "doubtful"}
        assert verdict == "sound" or not marked


def test_a_confirmation_on_three_screens_is_one(stories: dict[str, Any]) -> None:
    assert stories["confirmed_twice"] == {"told": ["done"] * 3, "counted": 1, "version": 2, "events": 1}


def test_a_reading_closed_while_people_confirm_records_just_those_who_did(stories: dict[str, Any]) -> None:
    assert stories["confirmed_while_closed"] == {"odd": [], "state": "closed", "agree": True, "online": True}


def test_a_signature_on_paper_and_one_on_the_phone_are_counted_once_and_nobody_waits_for_ever(
    stories: dict[str, Any],
) -> None:
    assert stories["signed_and_confirmed"] == {"told": ["done"] * 5, "done": 4, "counted": 4, "once": True}


def test_the_same_rule_is_given_out_once_to_the_same_people(stories: dict[str, Any]) -> None:
    assert stories["given_out_twice"] == {"told": ["done", "reading.twice", "reading.twice"], "readings": 1}


def test_a_reading_closed_while_it_is_given_out_asks_nobody_twice(stories: dict[str, Any]) -> None:
    assert stories["closed_while_given_out"] == {"told": ["done"] * 3, "state": "closed", "once": True, "counted": True}


def test_a_stock_is_taken_over_once(stories: dict[str, Any]) -> None:
    assert stories["taken_over_twice"] == {
        "told": ["done", "intake.closed", "intake.closed"], "policies": 2, "plans": 1, "stocktakes": 1, "events": 1,
    }  # fmt: skip


def test_the_same_rule_from_two_stocks_is_in_force_once(stories: dict[str, Any]) -> None:
    found = stories["same_rule_from_two_stocks"]
    assert (found["in_force"], found["plans"]) == (1, 1)
    assert "done" in found["told"]
    assert set(found["told"]) <= {"done", "policy.duplicate", "intake.open"}
    assert len(set(found["told"])) == 2


def test_a_rule_and_a_revision_are_begun_once(stories: dict[str, Any]) -> None:
    assert stories["begun_twice"] == {
        "told": ["done", "policy.duplicate"], "drafts": 1, "revisions": ["done", "policy.at_work"], "at_work": 1,
    }  # fmt: skip


def test_of_two_who_settle_a_file_the_second_is_told(stories: dict[str, Any]) -> None:
    assert stories["settled_by_two"] == {"told": ["done", "intake.conflict"], "version": 1}


def test_a_gap_a_problem_and_a_rule_are_planned_for_once_each(stories: dict[str, Any]) -> None:
    assert stories["planned_twice"] == {"told": ["done"] * 3 + ["policy_plan.duplicate"] * 4, "rows": 3}


def test_a_finding_is_taken_up_once(stories: dict[str, Any]) -> None:
    assert stories["rectified_twice"] == {"told": ["done", "entry.conflict"], "made": 1, "named": 1}


def test_the_trail_agrees_with_all_of_it(stories: dict[str, Any]) -> None:
    assert stories["trail"] == []
