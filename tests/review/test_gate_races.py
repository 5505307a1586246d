"""Several systems at the gate at once: one pass, one seal. In a process of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plugins.apart import KINDS, Apart

pytestmark = pytest.mark.slow


@pytest.fixture(params=KINDS)
def stories(request: pytest.FixtureRequest, apart: Apart) -> dict[str, Any]:
    """What came of every story, by its name."""
    found: dict[str, Any] = apart.tell(request.param, "tests.review.gateraces")
    return found


def test_one_pass_is_sealed_once_however_many_try(stories: dict[str, Any]) -> None:
    assert stories["two_seals"] == [[["done", "gate.used", "gate.used"], 1]] * 3


def test_one_doing_told_at_once_counts_once(stories: dict[str, Any]) -> None:
    assert stories["one_seal_told_twice"] == [[["done", "done", "done"], 1]] * 3


def test_a_pass_that_is_withdrawn_was_used_before_or_not_at_all(stories: dict[str, Any]) -> None:
    assert all(ordered for _told, ordered in stories["seal_and_void"])
    assert all("done" in told for told, _ordered in stories["seal_and_void"])


def test_the_trail_agrees(stories: dict[str, Any]) -> None:
    assert stories["trail"] == []
