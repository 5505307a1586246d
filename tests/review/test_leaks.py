"""The leak finder on generated ledgers: each kind of leak is found, and nothing that only looks like one."""

from __future__ import annotations

import sys
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.lib import pairing
from guiju.review.enums import LeakKind as K
from tests.review import leakage
from tests.review.leakage import LOOK_ALIKES, MUTATIONS, Scenario

ALL_MUTATIONS = [scenario for held in MUTATIONS.values() for scenario in held]
ALL_LOOK_ALIKES = [scenario for held in LOOK_ALIKES.values() for scenario in held]
_QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def _name(scenario: Scenario) -> str:
    return scenario.__name__


@pytest.mark.parametrize("scenario", ALL_MUTATIONS, ids=_name)
@_QUICK
@given(rng=st.randoms(use_true_random=False))
def test_a_leak_is_found_for_what_it_is(scenario: Scenario, rng: Random) -> None:
    made = leakage.world(rng, [scenario])
    assert leakage.found(made.result()) == made.expected != set()


@pytest.mark.parametrize("scenario", ALL_LOOK_ALIKES, ids=_name)
@_QUICK
@given(rng=st.randoms(use_true_random=False))
def test_what_only_looks_like_a_leak_is_left_alone(scenario: Scenario, rng: Random) -> None:
    assert leakage.found(leakage.world(rng, [scenario]).result()) == set()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rng=st.randoms(use_true_random=False),
    scenarios=st.lists(st.sampled_from(ALL_MUTATIONS + ALL_LOOK_ALIKES), max_size=14),
)
def test_leaks_are_told_apart_however_they_lie_together(rng: Random, scenarios: list[Scenario]) -> None:
    made = leakage.world(rng, scenarios)
    assert leakage.found(made.result()) == made.expected


def test_every_kind_has_precision_and_recall_of_one() -> None:
    scores = leakage.measure(40, seed=7)
    sys.stdout.write(f"\n{leakage.table(scores)}\n")
    assert set(scores) == set(K.values) == set(MUTATIONS) == set(LOOK_ALIKES)
    assert all(score.right >= 40 for score in scores.values())
    assert {kind: (score.precision, score.recall) for kind, score in scores.items()} == dict.fromkeys(K.values, (1, 1))


@given(st.text("0129ＨＴht〔〕[]()（）—-－·.号年第 补", max_size=30))
def test_a_number_written_twice_over_is_the_same_number(number: str) -> None:
    key = pairing.number_key(number)
    assert pairing.number_key(f" {number}号 ") == key
    assert pairing.number_key(key) == key


@pytest.mark.parametrize("written", ["ＨＴ〔2026〕－１１３号", "ht[2026]-113", "HT（2026）—113 号", "HT【2026】-113"])
def test_numbers_are_compared_however_they_are_written(written: str) -> None:
    assert pairing.number_key(written) == pairing.number_key("HT(2026)-113")


@pytest.mark.parametrize(
    "motion",
    ["关于审议《跨江通道投资方案》的议案", "关于跨江通道投资方案的请示", "审议跨江通道投资方案", "跨江通道投资方案"],
)
def test_a_motion_is_what_it_is_about(motion: str) -> None:
    assert pairing.title_key(motion) == "跨江通道投资方案"


@pytest.mark.parametrize("title", ["《采购管理办法》（送审稿）", "采购管理办法(2026年修订)", "采购管理办法（试行）"])
def test_a_rule_is_the_same_in_every_edition(title: str) -> None:
    assert pairing.title_key(title) == pairing.title_key("采购管理办法") != pairing.title_key("采购管理办法（二）")


@_QUICK
@given(rng=st.randoms(use_true_random=False))
def test_rates_count_what_was_reviewed_in_time_and_name_the_rest(rng: Random) -> None:
    made = leakage.world(
        rng,
        [
            leakage.clean_reviewed,
            leakage.never_reviewed,
            leakage.reviewed_after,
            leakage.another_amount,
            leakage.clean_rule,
        ],
    )
    by_kind = {rate.kind: rate for rate in made.result().rates}
    assert (by_kind["contract"].ok, by_kind["contract"].n, by_kind["contract"].percent) == (2, 4, 50)
    assert len(by_kind["contract"].exceptions) == 2
    assert (by_kind["policy"].ok, by_kind["policy"].n) == (1, 1)
