"""Lists: searching, filtering, sorting, turning pages; and how many questions they ask of the database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.lib.errors import NotFound, Problem
from guiju.registers import actions, queries, search
from guiju.registers.listing import ListQuery
from guiju.registers.models import Entry
from tests.registers.conftest import GUIJU, account


def contract(number, **more):
    return {
        "name": f"合同{number}",
        "number": f"HT-{number:03}",
        "kind": "sale" if number % 3 else "purchase",
        "amount": number * 100,
        "copies": 1,
        "signed_on": date(2026, 1, 1) + timedelta(days=number),
        **more,
    }


@pytest.fixture
def sixty(house, contracts, officer):
    people = ["王芳", "李雷", "", "赵敏"]
    plain = [
        contract(
            number,
            handler=people[number % 4],
            signed_on="" if number % 10 == 0 else date(2026, 1, 1) + timedelta(days=number % 7),
        )
        for number in range(60)
    ]
    actions.create_many(register="contracts", unit=house.power, rows=plain[:40], by=officer)
    actions.create_many(register="contracts", unit=house.gas, rows=plain[40:], by=officer)
    return contracts


def numbers(page):
    return [row.text("number") for row in page.rows]


def walk(by, spec, forward=True, **query):
    """All rows, page by page."""
    page = queries.listing(by, spec, ListQuery(size=10, **query))
    found = [numbers(page)]
    while page.next:
        page = queries.listing(by, spec, ListQuery(size=10, cursor=page.next, **query))
        found.append(numbers(page))
    back = [found[-1]]
    while page.previous:
        page = queries.listing(by, spec, ListQuery(size=10, cursor=page.previous, **query))
        back.insert(0, numbers(page))
    return found, back


@pytest.mark.parametrize(
    "sort", ["-signed_on", "signed_on", "amount", "-name", "kind", "-_recorded_at", "_status", "closed_on"]
)
def test_turning_pages_shows_every_row_once_in_order_and_back_again(sixty, officer, sort):
    found, back = walk(officer, sixty, sort=sort)
    flat = [number for page in found for number in page]
    assert len(flat) == len(set(flat)) == 60
    assert [number for page in back for number in page] == flat
    assert len(found) == 6


def test_rows_without_a_date_come_last_when_the_newest_come_first(sixty, officer):
    page = queries.listing(officer, sixty, ListQuery(size=60, sort="-signed_on"))
    days = [row.value("signed_on") for row in page.rows]
    assert days[-6:] == [None] * 6
    assert days[:54] == sorted(days[:54], reverse=True)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=st.sampled_from(["signed_on", "-signed_on", "amount", "-amount"]), size=st.integers(10, 25), only=st.booleans()
)
def test_pages_laid_together_are_the_list(sixty, officer, sort, size, only):
    chosen = {"kind": ("sale",)} if only else {}
    whole = numbers(queries.listing(officer, sixty, ListQuery(size=200, sort=sort, filters=chosen)))
    laid: list[str] = []
    cursor = ""
    while True:
        page = queries.listing(officer, sixty, ListQuery(size=size, sort=sort, filters=chosen, cursor=cursor))
        laid += numbers(page)
        cursor = page.next
        if not cursor:
            break
    assert laid == whole


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"kind": ("purchase",)}, 20),
        ({"kind": ("采购", "销售")}, 60),
        ({"signed_on__from": ("2026-01-02",), "signed_on__to": ("2026年1月3日",)}, 16),
        ({"signed_on__empty": ("1",)}, 6),
        ({"amount__from": ("5,000",)}, 10),
        ({"amount__to": ("500",), "kind": ("sale",)}, 4),
        ({"important": ("1",)}, 0),
        ({"_status": ("open",)}, 60),
        ({"_status": ("closed",)}, 0),
        ({"number": ("HT-007",)}, 1),
    ],
)
def test_filters_find_what_they_say(sixty, officer, filters, count):
    assert queries.listing(officer, sixty, ListQuery(filters=filters)).count == count


def test_a_filter_by_person_and_a_unit_below_the_group(sixty, officer, house):
    page = queries.listing(officer, sixty, ListQuery(filters={"handler": (str(house.wang.uid),)}))
    assert page.count == 15
    assert {row.text("handler") for row in page.rows} == {"王芳"}
    assert queries.listing(officer, sixty, ListQuery(within=house.gas)).count == 20


def test_a_year_finds_its_quarters_and_months(house, contracts, officer):
    for number, when in enumerate(["2025", "2025Q1", "2025-03", "2026H1"]):
        actions.create(register=contracts, unit=house.power, values=contract(number, period=when), by=officer)
    found = {
        when: queries.listing(officer, contracts, ListQuery(filters={"period": (when,)})).count
        for when in ("2025", "2025Q1", "2026", "2024")
    }
    assert found == {"2025": 3, "2025Q1": 1, "2026": 1, "2024": 0}


def test_two_characters_are_enough_to_find_a_row_and_a_change_is_found_at_once(house, contracts, officer):
    entry = actions.create(
        register=contracts,
        unit=house.power,
        by=officer,
        values=contract(1, name="税务咨询服务合同", party="江南拍卖行", handler="王芳", secret="底价八折"),
    )
    actions.create(register=contracts, unit=house.power, values=contract(2, name="物业合同"), by=officer)

    def found(text):
        return numbers(queries.listing(officer, contracts, ListQuery(text=text)))

    assert found("税务") == found("咨询服务") == found("拍卖") == found("王芳") == found("ht-001") == ["HT-001"]
    assert found("合同") == ["HT-002", "HT-001"]
    assert found("税务 拍卖") == ["HT-001"]
    assert found("务税") == found("底价") == found("%") == []
    actions.update(entry=entry, values={"name": "法律顾问合同"}, version=1, by=officer)
    assert found("税务") == []
    assert found("顾问") == ["HT-001"]
    actions.remove(entry=Entry.objects.get(pk=entry.pk), version=2, by=officer, reason="录重了")
    assert found("顾问") == []


def test_every_row_in_which_the_words_stand_is_found(house, contracts, officer):
    names = [
        "合规审查",
        "审查合规",
        "规审",
        "合同合规管理办法",
        "不合 规",
        "合，规",
        "HeGui合规",
        "合规",
        "规合",
        "重大合规风险",
    ]
    actions.create_many(
        register=contracts,
        unit=house.power,
        by=officer,
        rows=[contract(number, name=name) for number, name in enumerate(names)],
    )
    for query in ("合规", "审查", "规审", "风险", "合", "hegui"):
        truth = {f"HT-{number:03}" for number, name in enumerate(names) if query in name.lower()}
        assert set(search.narrow(Entry.objects.all(), query).values_list("number", flat=True)) == truth, query


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "nonsense"},
        {"cursor": "WzEsMl0"},
        {"cursor": "W251bGwsInEiLDFd"},
        {"sort": "note"},
        {"sort": "-nobody"},
        {"filters": {"amount__from": ("viel",)}},
        {"filters": {"handler": ("王芳",)}},
        {"filters": {"kind": ("rent",)}},
        {"filters": {"note": ("x",)}},
        {"filters": {"signed_on__from": ("2026-02-30",)}},
    ],
)
def test_an_address_that_makes_no_sense_is_refused_with_a_reason(sixty, officer, query):
    with pytest.raises(Problem) as refusal:
        queries.listing(officer, sixty, ListQuery(**query))
    assert refusal.value.status == 400


def test_an_address_becomes_a_query_and_again_an_address(sixty, house):
    query = ListQuery.from_params(
        sixty,
        {
            "q": " 税务 ",
            "kind": ["sale"],
            "amount__from": "5",
            "sort": "-amount",
            "size": "20",
            "columns": "name,amount",
            "utm": "x",
        },
        within=house.gas,
    )
    assert (query.text, query.filters, query.size) == ("税务", {"kind": ("sale",), "amount__from": ("5",)}, 20)
    assert "utm" not in query.address()
    assert query.address(sort="name").count("sort=name") == 1
    with pytest.raises(Problem):
        ListQuery.from_params(sixty, {"utm": "x"}, strict=True)


def test_totals_stand_below_a_list_that_was_counted_completely(sixty, officer, monkeypatch):
    page = queries.listing(officer, sixty, ListQuery())
    assert (page.count_text, page.totals["amount"]) == ("60", sum(number * 100 for number in range(60)))
    monkeypatch.setattr("guiju.registers.listing.COUNTED", 50)
    page = queries.listing(officer, sixty, ListQuery())
    assert (page.count_text, page.is_capped, page.totals) == ("50+", True, {})


def test_a_stranger_sees_nothing_and_an_officer_of_one_company_only_its_rows(sixty, house):
    stranger = account("stranger", house.other)
    assert queries.listing(stranger, sixty, ListQuery()).rows == []
    assert queries.listing(stranger, sixty, ListQuery(within=house.power)).rows == []
    mine = account("mine", house.gas, subtree=False)
    assert queries.listing(mine, sixty, ListQuery()).count == 20
    with pytest.raises(NotFound):
        queries.find(mine, Entry.objects.filter(unit=house.power).first().uid)


def test_columns_can_be_chosen_and_those_outside_the_slots_are_read_too(house, contracts, officer):
    actions.create(
        register=contracts,
        unit=house.power,
        by=officer,
        values=contract(1, note="长备注", risks=["tax", "data"], signers=["王芳", "A002"]),
    )
    page = queries.listing(
        officer, contracts, ListQuery(columns=("number", "note", "risks", "signers", "_unit", "_status"))
    )
    assert page.rows[0].cells([column.code for column in page.columns]) == [
        "HT-001",
        "长备注",
        "税务、数据",
        "王芳、李雷",
        "华东电力有限公司",
        "履行中",
    ]


@pytest.mark.parametrize("who", ["group", "subtree", "node"])
def test_a_page_asks_the_same_few_questions_whatever_the_number_of_rows(house, contracts, who):
    by = {
        "group": lambda: account("a", house.group),
        "subtree": lambda: account("b", house.power),
        "node": lambda: account("c", house.power, subtree=False),
    }[who]()
    asked = []
    query = ListQuery(columns=("name", "number", "kind", "amount", "handler", "_unit", "_status"))
    done = 0
    for total in (1, 3, 60):
        rows = [contract(number, handler="王芳" if number % 2 else "李雷") for number in range(done, total)]
        actions.create_many(register=contracts, unit=house.power, rows=rows, by=GUIJU)
        done = total
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page = queries.listing(by, contracts, query)
            assert [row.cells(["name", "handler", "_unit"]) for row in page.rows]
        assert len(page.rows) == min(total, 50)
        asked.append(len(captured))
    assert len(set(asked)) == 1
    assert asked[0] <= 6, [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize(("written", "size"), [("9" * 5_000, 50), ("٣", 10), ("0", 10), ("-1", 50), ("x", 50)])
def test_any_size_of_a_page_that_somebody_writes_is_taken_or_forgotten(sixty, written: str, size: int) -> None:
    assert ListQuery.from_params(sixty, {"size": written}).size == size
