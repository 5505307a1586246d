"""后评估: a review is looked at again, never by whoever reviewed it; a fault leads on, and requirements count it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guiju.lib.errors import Problem
from guiju.posture import reading
from guiju.registers import actions
from guiju.registers.models import Entry
from tests.review.house import Reviewers

pytestmark = pytest.mark.django_db


def _planned(them: Reviewers, **more: Any) -> Entry:
    values = {
        "matter": "办公设备采购合同", "way": "sample", "due_on": "2026-09-30", "checked_on": "2026-09-28",
        "reviewer": str(them.person("staff").uid), "checker": str(them.person("second").uid),
        "findings": "依据准确，条件已落实。", **more,
    }  # fmt: skip
    return actions.create(register="review_checks", unit=them.unit, values=values, by=them.house)


def _moved(them: Reviewers, row: Entry, move: str) -> Entry:
    return actions.move(entry=row, move=move, version=row.version, by=them.by("head"))


def test_a_review_that_holds_is_upheld(them: Reviewers) -> None:
    assert _moved(them, _planned(them), "uphold").status == "upheld"


def test_nobody_looks_again_at_his_own_review(them: Reviewers) -> None:
    row = _planned(them, checker=str(them.person("staff").uid))
    with pytest.raises(Problem) as refused:
        _moved(them, row, "uphold")
    assert {fault.where for fault in refused.value.faults} & {"checker", "reviewer"}


def test_a_fault_needs_a_rectification_or_a_reason(them: Reviewers) -> None:
    given = {"fault_kind": "condition", "consequence": "rectify"}
    with pytest.raises(Problem):
        _moved(them, _planned(them, **given), "fault")
    problem = actions.create(
        register="rectifications", unit=them.unit, by=them.house, values={
            "number": "ZG-1", "problem": "条件未落实即签订", "source": "self_check", "found_on": "2026-09-28",
            "due_on": "2026-10-28",
            "owner": str(them.person("buyer").uid),
        },
    )  # fmt: skip
    row = _planned(them, matter="物业服务合同", rectification=str(problem.uid), **given)
    assert _moved(them, row, "fault").status == "faulty"


def test_what_was_looked_at_counts_as_a_review_of_the_mechanism(them: Reviewers) -> None:
    _moved(them, _planned(them), "uphold")
    _planned(them, matter="还没有复核的")
    facts = reading.read([them.unit.pk], ["mechanism_review"], on=date(2026, 10, 1))[them.unit.pk]
    (row,) = facts.rows["mechanism_review"]
    assert (row.mechanism, row.kind, row.on, row.register) == ("review", "review", date(2026, 9, 28), "review_checks")
