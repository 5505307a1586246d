"""That reviews of rules, contracts and decisions run in a system, the record says by itself (001 任务11)."""

from __future__ import annotations

import pytest

from guiju.lib import clock
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.review.house import Reviewers, passed, said, submitted

pytestmark = pytest.mark.django_db


def _features() -> dict[str, Entry]:
    return {row.kind: row for row in Entry.objects.filter(register="system_features")}


def test_the_first_decision_of_a_kind_puts_its_review_on_record_as_live_and_used(them: Reviewers) -> None:
    row = submitted(them)
    assert _features() == {}
    said(them, said(them, row, "officer"), "staff", "disagree", "对方没有资质。")
    held = _features()["review_contract"]
    assert (held.title, held.text_1, held.status, held.count_1) == ("经济合同审查流程", "规矩", "live", 1)
    assert (held.on, held.date_1) == (clock.today(), clock.today())


def test_a_feature_that_was_entered_by_hand_stays_the_only_one(them: Reviewers) -> None:
    values = {"name": "合同送审", "kind": "review_contract", "system": "办公系统", "live_on": "2026-01-05"}
    registers.create(register="system_features", unit=them.unit, by=them.house, values=values)
    passed(them)
    assert [row.title for row in Entry.objects.filter(register="system_features")] == ["合同送审"]
