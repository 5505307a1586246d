"""A question whose SQL is written once gives what the same question gives when it is written anew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from guiju.access.models import Grant, User
from guiju.lib.prepared import Prepared
from tests.conftest import Cast

TODAY = date(2026, 11, 22)
pytestmark = pytest.mark.django_db


def _of(user: int, on: date) -> QuerySet[Grant, Any]:
    rows = Grant.objects.holding(on).filter(user_id=user).order_by("id")
    return rows.values_list("role", "unit__path", "with_subtree")


@pytest.fixture
def lin(cast: Cast) -> User:
    lin, group = cast.lin, cast.group
    Grant.objects.filter(user=lin).delete()
    for role, begins, ends in (
        ("compliance_officer", -9, None), ("reader", -9, -1), ("auditor", 0, 0), ("principal", 1, None),
    ):  # fmt: skip
        Grant.objects.create(
            user=lin,
            role=role,
            unit=group,
            from_on=TODAY + timedelta(days=begins),
            to_on=None if ends is None else TODAY + timedelta(days=ends),
            granted_by="guiju",
        )
    return lin


def test_each_day_and_account_has_its_own_answer_and_costs_one_question(lin: User) -> None:
    asked = Prepared(_of, user=-1, on=date.min)
    for day in (TODAY + timedelta(days=n) for n in range(-10, 3)):
        for user in (lin.pk, lin.pk + 1):
            with CaptureQueriesContext(connection) as told:
                found = asked.rows(user=user, on=day)
            assert len(told) == 1
            assert found == list(_of(user, day))
    assert [role for role, *_rest in asked.rows(user=lin.pk, on=TODAY)] == ["compliance_officer", "auditor"]


def test_what_was_withdrawn_in_the_meantime_is_not_answered_any_more(lin: User) -> None:
    asked = Prepared(_of, user=-1, on=date.min)
    assert len(asked.rows(user=lin.pk, on=TODAY)) == 2
    Grant.objects.filter(role="auditor").delete()
    assert [role for role, *_rest in asked.rows(user=lin.pk, on=TODAY)] == ["compliance_officer"]


def test_a_question_without_its_gap_is_a_mistake_and_says_so() -> None:
    asked = Prepared(lambda user, on: _of(user, TODAY), user=-1, on=date.min)
    with pytest.raises(ValueError, match="mark"):
        asked.rows(user=1, on=TODAY)


def test_a_question_with_a_gap_left_open_is_not_asked(lin: User) -> None:
    asked = Prepared(_of, user=-1, on=date.min)
    with pytest.raises(KeyError):
        asked.rows(user=lin.pk)
