"""The size class with its reason: 16 industries, three tiers, and the trap of the upper limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.org import actions as org
from guiju.org import queries
from guiju.org.size import MEASURES, SizeRow, classify
from guiju.packs import catalogue

# industry: (sme_below, medium, small) with X staff, Y revenue, Z assets, as the standard prints them.
TABLE = {
    "agriculture": ("Y20000", "Y500", "Y50"),
    "industry": ("X1000 Y40000", "X300 Y2000", "X20 Y300"),
    "construction": ("Y80000 Z80000", "Y6000 Z5000", "Y300 Z300"),
    "wholesale": ("X200 Y40000", "X20 Y5000", "X5 Y1000"),
    "retail": ("X300 Y20000", "X50 Y500", "X10 Y100"),
    "transport": ("X1000 Y30000", "X300 Y3000", "X20 Y200"),
    "storage": ("X200 Y30000", "X100 Y1000", "X20 Y100"),
    "post": ("X1000 Y30000", "X300 Y2000", "X20 Y100"),
    "lodging": ("X300 Y10000", "X100 Y2000", "X10 Y100"),
    "catering": ("X300 Y10000", "X100 Y2000", "X10 Y100"),
    "information": ("X2000 Y100000", "X100 Y1000", "X10 Y100"),
    "software": ("X300 Y10000", "X100 Y1000", "X10 Y50"),
    "real_estate": ("Y200000 Z10000", "Y1000 Z5000", "Y100 Z2000"),
    "property": ("X1000 Y5000", "X300 Y1000", "X100 Y500"),
    "leasing_business": ("X300 Z120000", "X100 Z8000", "X10 Z100"),
    "other": ("X300", "X100", "X10"),
}
LETTERS = {"X": "staff_count", "Y": "revenue", "Z": "total_assets"}


def limits(text: str) -> dict[str, Decimal]:
    return {LETTERS[word[0]]: Decimal(word[1:]) for word in text.split()}


def row(sme: str, medium: str, small: str) -> SizeRow:
    return SizeRow("i", "行业", limits(sme), limits(medium), limits(small))


@pytest.mark.django_db
def test_the_shipped_table_has_the_sixteen_rows_of_the_standard() -> None:
    (table,) = catalogue.size_tables()
    printed = {
        item["industry"]: tuple(
            {measure: Decimal(str(value)) for measure, value in item[tier].items()}
            for tier in ("sme_below", "medium", "small")
        )
        for item in table["rows"]
    }
    assert list(printed.values()) == [tuple(limits(text) for text in texts) for texts in TABLE.values()]


@pytest.mark.parametrize("industry", TABLE)
def test_exactly_on_the_limits_the_higher_tier_holds(industry: str) -> None:
    standard = row(*TABLE[industry])
    everything = {measure: Decimal(10**9) for measure in MEASURES}
    for tier, held in (("large", standard.sme_below), ("medium", standard.medium), ("small", standard.small)):
        at_limit = {**{m: Decimal(0) for m in MEASURES}, **held}
        assert classify(standard, at_limit).size == tier
    assert classify(standard, everything).size == "large"


@pytest.mark.parametrize("industry", TABLE)
def test_one_figure_below_its_limit_drops_a_tier(industry: str) -> None:
    standard = row(*TABLE[industry])
    for tier, held in (("large", standard.sme_below), ("medium", standard.medium), ("small", standard.small)):
        for measure in held:
            figures = {m: Decimal(10**9) for m in MEASURES} | {measure: held[measure] - 1}
            assert classify(standard, figures).size != tier


def test_an_industrial_firm_with_many_workers_and_little_revenue_is_not_large() -> None:
    found = classify(row(*TABLE["industry"]), {"staff_count": Decimal(5000), "revenue": Decimal(39999)})
    assert found.size == "medium"
    assert any("39,999" in reason for reason in found.reasons)


def test_missing_figures_are_named_and_nothing_is_guessed() -> None:
    found = classify(row(*TABLE["industry"]), {"staff_count": Decimal(50)})
    assert (found.size, found.missing) == ("", ("revenue",))


@given(st.fixed_dictionaries({m: st.integers(0, 10**7) for m in MEASURES}), st.sampled_from(sorted(TABLE)))
def test_more_of_everything_never_makes_a_firm_smaller(figures: dict[str, int], industry: str) -> None:
    order = ["micro", "small", "medium", "large"]
    standard = row(*TABLE[industry])
    now = classify(standard, {m: Decimal(v) for m, v in figures.items()}).size
    grown = classify(standard, {m: Decimal(v) * 2 + 1 for m, v in figures.items()}).size
    assert order.index(grown) >= order.index(now)


def test_the_size_follows_the_figures_of_the_day(cast: Any) -> None:
    day = date(2024, 1, 1)
    for code, value in (("industry", "wholesale"), ("staff_count", 12), ("revenue", 3000)):
        org.set_attribute(unit=cast.stranger, code=code, value=value, from_on=day, by=cast.house)
    assert queries.size_of(cast.stranger, on=date(2024, 6, 1)).size == "small"
    org.set_attribute(unit=cast.stranger, code="staff_count", value=4, from_on=date(2025, 1, 1), by=cast.house)
    assert queries.size_of(cast.stranger, on=date(2025, 2, 1)).size == "micro"
    assert queries.size_of(cast.stranger, on=date(2024, 12, 31)).size == "small"


def test_a_size_set_by_hand_needs_a_reason_and_says_that_it_was(cast: Any) -> None:
    from guiju.lib.errors import Problem

    with pytest.raises(Problem) as refused:
        org.set_attribute(
            unit=cast.stranger, code="size_override", value="medium", from_on=date(2024, 1, 1), by=cast.house
        )
    assert refused.value.code == "attribute.reason"
    org.set_attribute(
        unit=cast.stranger, code="size_override", value="medium", from_on=date(2024, 1, 1), by=cast.house, reason="年报"
    )
    found = queries.size_of(cast.stranger, on=date(2024, 6, 1))
    assert (found.size, found.overridden) == ("medium", True)
