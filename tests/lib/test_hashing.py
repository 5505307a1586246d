"""Digests that must never change: if a vector fails, old records can no longer be proved."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import hashing

GOLDEN = [
    (None, b"null"),
    (True, b"true"),
    (-7, b"-7"),
    (2**70, b"1180591620717411303424"),
    ('合规\t"义务"\n\x01', '"合规\\t\\"义务\\"\\n\\u0001"'.encode()),
    ([], b"[]"),
    ((1, "a"), b'[1,"a"]'),
    ({"b": 1, "a": [None, False]}, b'{"a":[null,false],"b":1}'),
    (Decimal("1.500"), b'"1.5"'),
    (Decimal("1E+3"), b'"1000"'),
    (Decimal("-0.00"), b'"0"'),
    (date(2026, 3, 31), b'"2026-03-31"'),
    (datetime(2026, 3, 31, 1, 2, 3, tzinfo=UTC), b'"2026-03-31T01:02:03.000000Z"'),
    (datetime(2026, 3, 31, 9, 2, 3, 4, tzinfo=timezone(timedelta(hours=8))), b'"2026-03-31T01:02:03.000004Z"'),
    (UUID("12345678-1234-5678-1234-567812345678"), b'"12345678-1234-5678-1234-567812345678"'),
    # JCS orders keys by UTF-16 code units: the astral key (surrogates D840..) comes before U+E000.
    ({"\ue000": 1, "\U00020000": 2, "a": 3}, '{"a":3,"\U00020000":2,"\ue000":1}'.encode()),
]


@pytest.mark.parametrize(("value", "expected"), GOLDEN)
def test_a_value_has_the_bytes_it_always_had(value, expected):
    assert hashing.canonical(value) == expected


def test_a_commitment_has_the_digest_it_always_had():
    value = {"unit": "DEMO-01", "title": "采购合同审查", "amount": Decimal("5000000.00"), "on": date(2026, 3, 31)}
    assert hashing.commit(bytes(range(16)), value).hex() == (
        "3384b06c79edf94bd66cb1aab143ba22bc48a55a79dc89a440e2d9b407ee8eaf"
    )


def test_a_database_that_pads_decimals_does_not_change_the_digest():
    assert hashing.canonical({"x": Decimal("1")}) == hashing.canonical({"x": Decimal("1.00")})


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), Decimal("NaN"), datetime(2026, 3, 31), b"raw", {1: "a"}, {"a": {2, 3}}, object()],  # noqa: DTZ001
)
def test_a_value_without_one_clear_form_is_refused(value):
    with pytest.raises(TypeError):
        hashing.canonical(value)


def test_half_a_character_is_refused():
    with pytest.raises(UnicodeEncodeError):
        hashing.canonical("\ud800")


def test_a_commitment_needs_a_whole_salt():
    with pytest.raises(ValueError, match="16 bytes"):
        hashing.commit(b"short", 1)


def test_a_commitment_holds_its_value_and_no_other():
    salt = hashing.new_salt()
    commitment = hashing.commit(salt, {"a": 1})
    assert hashing.commits_to(commitment, salt, {"a": 1})
    assert not hashing.commits_to(commitment, salt, {"a": 2})
    assert not hashing.commits_to(commitment, hashing.new_salt(), {"a": 1})


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values))
def test_the_order_in_which_a_record_was_filled_does_not_matter(record):
    backwards = dict(reversed(record.items()))
    assert hashing.canonical(record) == hashing.canonical(backwards)
