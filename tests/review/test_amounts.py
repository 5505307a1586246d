"""An amount that somebody writes is read as he meant it, or refused: it decides who reviews the matter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import money
from guiju.lib.errors import Problem
from guiju.web.review.figures import in_yuan
from guiju.workflow.routes import rules
from tests.api.conftest import open_caller
from tests.conftest import Cast, english
from tests.review.house import Reviewers, drafted
from tests.web.review.hands import client, contract

#: What was once read as fifteen, a million, nothing, a little less, nought.
NONE = ["1,5", "1e6", "1e-5", "12.345", "-0", "-5", "+5", "1_000", "1,0000", "10,00,000", "1,000,00", ",500", "5.", ".5", "1.5.2",
        "0x10", "五百万", "1 000", "NaN", "Infinity", "1e400", "9" * 16, "5000000元"]  # fmt: skip


@pytest.mark.parametrize("written", NONE)
def test_what_is_no_amount_is_not_guessed_at(written: str) -> None:
    assert money.written(written) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("300000", "300000"), ("300,000.00", "300000"), ("1,234,567.5", "1234567.5"), ("３００，０００．５０", "300000.5"),
        (" 12 ", "12"), ("0", "0"), ("007", "7"), ("999999999999999.99", "999999999999999.99"),
    ],
)  # fmt: skip
def test_an_amount_in_digits_and_groups_of_three_is_read(written: str, read: str) -> None:
    assert money.written(written) == Decimal(read)


@given(st.decimals(min_value=0, max_value=10**15 - 1, places=2))
def test_every_amount_is_read_as_it_was_written(amount: Decimal) -> None:
    for said in (amount, format(amount, "f"), format(amount, ",.2f")):
        assert money.written(said) == amount
    assert money.written(in_yuan(format(amount, ",.2f"))) == amount


@given(st.text(alphabet="0123456789,.", max_size=12))
def test_whatever_is_read_has_its_digits(written: str) -> None:
    found = money.written(written)
    assert found is None or (
        found == Decimal(written.replace(",", "")) and written[0].isdigit() and written[-1].isdigit()
    )


@pytest.mark.parametrize("written", ["1,5万", "1,5", "12,34亿"])
def test_groups_that_are_none_stay_as_they_are_written_in_a_form_too(written: str) -> None:
    assert in_yuan(written) == written
    assert money.written(in_yuan(written)) is None


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["1,5", "1e6", "1e-5", "12.345", "-0"])
def test_the_buyer_is_told_how_an_amount_is_written(cast: Cast, them: Reviewers, written: str) -> None:
    with pytest.raises(Problem) as refused:
        drafted(them, values={"title": "办公设备采购合同", "amount": written, "form": {"party": "某公司"}})
    assert [fault.where for fault in refused.value.faults] == ["amount"]
    buyer = english(client(cast, them, "buyer"))
    address = reverse("review-new-kind", args=[them.department.code, "contract"])
    answer = buyer.post(address, contract(amount=written))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "at most two decimals" in page
    assert f'value="{written}"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["1,5", "1e6", "12.345", "-0"])
def test_a_route_has_no_amount_that_was_guessed(them: Reviewers, cast: Cast, written: str) -> None:
    step: dict[str, Any] = {
        "code": "c",
        "name": "审查",
        "part": "compliance",
        "who": {"role": "compliance_staff"},
        "days": 3,
    }
    with pytest.raises(Problem) as refused:
        rules.read([{"name": "大额", "when": {"amount_from": written}, "steps": [step]}])
    assert [fault.where for fault in refused.value.faults] == ["rows.1.when.amount_from"]
    officer = open_caller(them.staff, them.unit)
    asked = officer.get(f"/units/{them.unit.code}/review-route/trial?kind=contract&amount={written}")
    assert asked.status_code == 422
    assert asked.json()["where"] == "amount"
