"""The leak finder on ledgers that were made without it: numbers from scans, amounts in capitals, renamed firms, frameworks."""

from __future__ import annotations

import sys
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.review import hardleaks
from tests.review.hardcases import BEYOND, CLEAN, LEAKS
from tests.review.hardyear import Scenario

_QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
_SEEDS = st.integers(0, 10**6)


def _name(scenario: Scenario) -> str:
    return scenario.__name__


@pytest.mark.parametrize("scenario", [one for held in LEAKS.values() for one in held], ids=_name)
@_QUICK
@given(seed=_SEEDS)
def test_a_leak_that_hides_is_found_by_its_rows(scenario: Scenario, seed: int) -> None:
    made = hardleaks.year(Random(seed), [scenario])
    assert made.found() == set(made.leaks) != set()


@pytest.mark.parametrize("scenario", CLEAN, ids=_name)
@_QUICK
@given(seed=_SEEDS)
def test_a_clean_contract_that_looks_like_a_leak_is_left_alone(scenario: Scenario, seed: int) -> None:
    assert hardleaks.year(Random(seed), [scenario]).found() == set()


def test_together_every_kind_is_told_with_precision_and_recall_of_one() -> None:
    scores = hardleaks.measure(60, seed=11)
    sys.stdout.write(f"\n{hardleaks.table(scores)}\n")
    assert {kind: (one.precision, one.recall) for kind, one in scores.items()} == dict.fromkeys(LEAKS, (1, 1))


#: What the finder says where the ledgers cannot settle it: as docs/domain.md tells people.
_LIMITS = {
    "two_streets": {"split"}, "tax_that_nobody_writes": {"changed"}, "renamed_in_silence": {"changed"},
    "two_digits_changed_places": {"unreviewed"}, "reviewed_by_the_parent": {"unreviewed"}, "pieces_over_two_firms": set(),
    "pieces_far_apart": set(),
}  # fmt: skip


@pytest.mark.parametrize("scenario", BEYOND, ids=_name)
def test_what_no_ledger_can_settle_ends_as_it_is_documented(scenario: Scenario) -> None:
    for seed in range(5):
        found = hardleaks.year(Random(seed), [scenario]).found()
        assert {kind for kind, _rows in found} == _LIMITS[scenario.__name__]
