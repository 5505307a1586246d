"""What another system did before its pass was issued stays what it is, however late and however kindly it is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation

from guiju.lib import clock
from guiju.review import late
from guiju.review.enums import LeakKind as K
from guiju.review.leaks import queries, wording
from guiju.review.models import LeakFinding, Matter, Pass, PassUse, Unasked
from tests.review.house import Reviewers, passed
from tests.review.test_leaks_actions import contract, look, rate_in_posture

pytestmark = pytest.mark.django_db

REF = "HT-2026-001"


def told(them: Reviewers, row: Matter, at: datetime, **more: Any) -> Unasked:
    entry = late.Entry(
        uid=uuid4(), system="oa", ref=REF, digest=row.papers.get(role="text").digest, at=at, went_on=True, kind="seal",
        doing="YY-1", **more,
    )  # fmt: skip
    (kept,) = late.tell(entries=[entry], unit=them.unit, by=them.house)
    return kept


def issued(row: Matter, days: int = 0) -> datetime:
    """When its pass was issued; `days` ago, where it is said."""
    if days:
        Pass.objects.filter(matter=row).update(issued_at=clock.now() - timedelta(days=days))
    return row.passes.get().issued_at


def test_a_use_before_the_pass_is_no_use_of_it_and_is_found_as_done_before_its_review(them: Reviewers) -> None:
    row = passed(them)
    kept = told(them, row, issued(row) - timedelta(days=3))
    row.refresh_from_db()
    assert (kept.code, PassUse.objects.count(), row.done_on) == ("before", 0, None)
    assert [(one.kind, one.why) for one in LeakFinding.objects.filter(run=look(them))] == [(K.LATE, "after")]


def test_a_moment_before_the_pass_on_the_same_day_is_found_as_well(them: Reviewers) -> None:
    row = passed(them)
    Pass.objects.filter(matter=row).update(issued_at=_midnight() + timedelta(seconds=2))
    kept = told(them, row, _midnight() + timedelta(seconds=1))
    (found,), _count = queries.findings(look(them))
    assert (kept.code, found.row.kind, found.row.why) == ("before", K.LATE, "same_day")
    with translation.override("en"):
        assert "day of the review" in wording.why(found.row)[0]
    assert rate_in_posture(them, "contract") == (0, 0)


def _midnight() -> datetime:
    return clock.now().astimezone(clock.SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)


def test_a_contract_entered_with_a_later_day_does_not_hide_it(them: Reviewers) -> None:
    row = passed(them)
    contract(them, REF)
    told(them, row, issued(row) - timedelta(days=3))
    assert [row.kind for row in LeakFinding.objects.filter(run=look(them))] == [K.LATE]


def test_a_contract_that_says_so_itself_is_found_once(them: Reviewers) -> None:
    row = passed(them)
    at = issued(row) - timedelta(days=3)
    contract(them, REF, signed_on=clock.day_of(at).isoformat())
    told(them, row, at)
    assert [row.kind for row in LeakFinding.objects.filter(run=look(them))] == [K.LATE]


def test_what_was_done_after_the_pass_is_a_use_of_it(them: Reviewers) -> None:
    row = passed(them)
    kept = told(them, row, issued(row, days=2) + timedelta(hours=1))
    row.refresh_from_db()
    assert (kept.code, PassUse.objects.count()) == ("cleared", 1)


def test_a_seal_that_was_counted_already_does_not_cover_the_same_one_done_before(them: Reviewers) -> None:
    row = passed(them)
    told(them, row, clock.now())
    assert told(them, row, issued(row) - timedelta(hours=1)).code == "before"
    assert PassUse.objects.count() == 1
