"""What people write, to one stored form and back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib.errors import Problem
from guiju.lib.excel.cells import Cell
from guiju.registers import values
from guiju.registers.directory import Directory
from guiju.registers.spec import RegisterSpec
from tests.registers.conftest import CONTRACTS

SPEC = RegisterSpec.model_validate(CONTRACTS)
NOBODY = Directory()
TEXT = st.text(max_size=150)
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def field(code):
    return SPEC.by_code[code]


def again(code, stored, lang):
    with translation.override(lang):
        return values.parse(field(code), values.show(field(code), stored, NOBODY), NOBODY)


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@given(data=st.data())
def test_what_is_shown_can_be_typed_in_again(lang, data):
    written = {
        "name": TEXT,
        "note": TEXT,
        "signed_on": DAYS,
        "amount": st.decimals(0, 10**12, places=2),
        "copies": st.integers(1, 99),
        "rate": st.decimals(-(10**9), 10**9, places=4),
        "important": st.booleans(),
        "kind": st.sampled_from(["purchase", "sale"]),
        "risks": st.lists(st.sampled_from(["tax", "labour", "data"])),
        "period": st.builds(
            lambda y, tail: f"{y}{tail}", st.integers(1900, 9998), st.sampled_from(["", "H1", "Q3", "-12"])
        ),
    }
    for code, strategy in written.items():
        stored = values.parse(field(code), data.draw(strategy), NOBODY)
        assert again(code, stored, lang) == stored, code


@given(amount=st.decimals(0, 10**12, places=2))
def test_one_amount_has_one_stored_form_however_it_is_written(amount):
    ways = [amount, str(amount), f"{amount:,}", f"¥{amount:,}", f"{amount}元", str(amount).translate(_FULL_WIDTH)]
    assert len({values.parse(field("amount"), way, NOBODY) for way in ways}) == 1


_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@given(day=DAYS)
def test_one_day_has_one_stored_form_however_it_is_written(day):
    ways = [
        day,
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y/%m/%d}",
    ]
    assert {values.parse(field("signed_on"), way, NOBODY) for way in ways} == {day.isoformat()}


@given(
    raw=st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.lists(st.text()),
        st.dates(),
        st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    )
)
def test_anything_at_all_is_either_stored_or_refused_with_a_reason(raw):
    for item in SPEC.fields:
        if item.type in {"person", "people", "department", "unit", "entry", "entries"}:
            continue
        try:
            stored = values.parse(item, raw, NOBODY)
        except Problem as problem:
            stored = f"{problem.what} {problem.fix}"
        assert stored is None or isinstance(stored, str | int | list)


@pytest.mark.parametrize("written", ["1,23", "12万", "1e5", "--1", "1.234.5", "０x1", "NaN", "Infinity"])
def test_a_number_that_may_mean_two_things_is_refused(written):
    with pytest.raises(Problem):
        values.parse(field("amount"), written, NOBODY)


def test_a_long_code_that_excel_has_cut_short_is_refused():
    with pytest.raises(Problem) as refusal:
        values.parse_cell(field("number"), Cell(913100001234567000, 3, 1, imprecise=True), NOBODY)
    assert refusal.value.code == "cell.imprecise"
    assert values.parse_cell(field("number"), Cell(20260001, 3, 1), NOBODY) == "20260001"
    assert values.parse_cell(field("number"), Cell(Decimal("12.5"), 3, 1), NOBODY) == "12.5"


def test_excel_turns_a_month_into_its_first_day_and_we_read_the_month():
    assert values.parse(field("period"), date(2026, 3, 1), NOBODY) == "2026-03"
    with pytest.raises(Problem):
        values.parse(field("period"), date(2026, 3, 2), NOBODY)
    assert values.parse(field("period"), 2025, NOBODY) == "2025"


@pytest.mark.parametrize("written", ["采购", "purchase", "Purchase", " 采 购 ", "ＰＵＲＣＨＡＳＥ"])
def test_a_choice_is_known_by_code_and_by_both_labels(written):
    assert values.parse(field("kind"), written, NOBODY) == "purchase"
    assert values.parse(field("kind"), "卖出", NOBODY) == "sale"


def test_an_address_must_be_a_web_address():
    assert values.parse(field("link"), " https://example.cn/a?b=1 ", NOBODY) == "https://example.cn/a?b=1"
    for wrong in ("javascript:alert(1)", "example.cn", "http://", "https://a b.cn", "file:///etc/passwd"):
        with pytest.raises(Problem):
            values.parse(field("link"), wrong, NOBODY)


def test_text_loses_what_no_database_can_hold():
    assert values.parse(field("note"), "甲\x00乙\ud800丙", NOBODY) == "甲乙丙"
    with pytest.raises(Problem):
        values.parse(field("number"), "1" * 61, NOBODY)


def test_a_person_is_found_by_name_or_staff_number_near_the_unit(house):
    known = Directory(house.power)
    assert values.parse(field("handler"), "王芳", known) == str(house.wang.uid)
    assert values.parse(field("handler"), "A001", known) == str(house.wang.uid)
    assert values.parse(field("handler"), str(house.zhao.uid), known) == str(house.zhao.uid)
    assert values.parse(field("signers"), "王芳、李雷，赵敏", known) == [
        str(person.uid) for person in (house.wang, house.li, house.zhao)
    ]
    for stranger in ("孙悟空", "A00"):
        with pytest.raises(Problem):
            values.parse(field("handler"), stranger, known)
    with pytest.raises(Problem):
        values.parse(field("handler"), str(house.wang.uid), Directory(house.other))


@pytest.mark.parametrize("bulk", [False, True])
def test_a_name_that_two_people_have_is_refused_with_both_of_them(house, bulk):
    from guiju.org import actions as org
    from tests.registers.conftest import GUIJU

    org.add_person(unit=house.power, name="王芳", number="A017", department=house.law, by=GUIJU)
    with pytest.raises(Problem) as refusal:
        values.parse(field("handler"), "王芳", Directory(house.power, bulk=bulk))
    assert refusal.value.code == "person.ambiguous"
    assert "A001" in refusal.value.what
    assert "A017" in refusal.value.what
    assert values.parse(field("handler"), "王芳（A001）", Directory(house.power, bulk=bulk)) == str(house.wang.uid)
    exact = Directory(house.power, exact=True)
    assert values.show(field("handler"), str(house.wang.uid), exact) == "王芳（A001）"


@pytest.mark.parametrize("bulk", [False, True])
def test_a_department_is_looked_for_below_the_unit_first(house, bulk):
    from guiju.org import actions as org
    from tests.registers.conftest import GUIJU

    theirs = org.create_unit(code="G-F2", name="财务部", kind="department", parent=house.gas, by=GUIJU)
    assert values.parse(field("department"), "财务部", Directory(house.power, bulk=bulk)) == str(house.finance.uid)
    assert values.parse(field("department"), "财务部", Directory(house.gas, bulk=bulk)) == str(theirs.uid)
    with pytest.raises(Problem) as refusal:
        values.parse(field("department"), "财务部", Directory(house.group, bulk=bulk))
    assert "G-F2" in refusal.value.what
    with pytest.raises(Problem):
        values.parse(field("department"), "G-02", Directory(house.power, bulk=bulk))


def test_yesterday_is_not_a_number_and_a_bare_number_is_no_day():
    with pytest.raises(Problem):
        values.parse(field("signed_on"), 46000, NOBODY)
    assert values.parse(field("signed_on"), date(2026, 1, 1) + timedelta(days=1), NOBODY) == "2026-01-02"
