"""Amounts for pages and for contracts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import money
from guiju.lib.errors import Problem


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("1234.5", "壹仟贰佰叁拾肆元伍角整"),
        ("1000.50", "壹仟元零伍角整"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("10001000", "壹仟万壹仟元整"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("5000000", "伍佰万元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("1000000000001", "壹万亿零壹元整"),
        ("-3.20", "负叁元贰角整"),
        ("2.005", "贰元零壹分"),
        ("-0.001", "零元整"),
    ],
)
def test_an_amount_is_written_out_as_on_a_cheque(amount, written):
    assert money.capitals(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("amount", "places", "written"),
    [(1234567, 2, "1,234,567.00"), (Decimal("-0.005"), 2, "-0.01"), (Decimal("1234.56"), 0, "1,235")],
)
def test_an_amount_is_grouped_by_thousands(amount, places, written):
    assert money.thousands(amount, places=places) == written


@pytest.mark.parametrize("amount", ["1e16", "-1e100", "NaN", "Infinity"])
def test_an_amount_beyond_all_reason_is_refused(amount):
    with pytest.raises(Problem) as caught:
        money.capitals(Decimal(amount))
    assert caught.value.code in {"money.too_large", "money.not_a_number"}


@given(cents=st.integers(-(10**17) + 1, 10**17 - 1))
def test_capitals_are_read_back_to_the_cent(cents: int) -> None:
    amount = Decimal(cents) / 100
    assert money.of_capitals(money.capitals(amount)) == amount


@pytest.mark.parametrize("written", ["", "元", "5万元", "1,200", "约叁拾万", "合计", "陆续付", "壹号楼"])
def test_what_is_no_amount_in_capitals_is_left_alone(written: str) -> None:
    assert money.of_capitals(written) is None


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("叁拾万圆整", "300000"),
        ("拾贰萬元正", "120000"),
        ("壹亿贰仟万元整", "120000000"),
        ("伍佰", "500"),
        ("零元整", "0"),
    ],
)
def test_capitals_are_read_as_people_write_them(written: str, amount: str) -> None:
    assert money.of_capitals(written) == Decimal(amount)
