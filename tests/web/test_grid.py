"""The page on which a register is edited as a table, and the request that saves it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiju.access import actions as access
from guiju.access.models import User
from guiju.registers import actions
from guiju.registers.models import Entry
from tests.conftest import PASSWORD, Cast
from tests.web.registers.conftest import obligation

pytestmark = pytest.mark.django_db
URL = "/r/obligations/grid"


def _enter(cast: Cast, count: int, start: int = 1, **given: object) -> None:
    rows = [obligation(f"YW-{number:04}", **given) for number in range(start, start + count)]
    actions.create_many(register="obligations", unit=cast.sub, rows=rows, by=cast.house)


def _data(page: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = page.context["data"]
    return found


def _send(client: Client, *rows: dict[str, Any], unit: str = "HD-01", reason: str = "") -> HttpResponse:
    body = {"unit": unit, "rows": rows, "reason": reason}
    return client.post(f"{URL}/save", json.dumps(body), content_type="application/json")


def _clerk(cast: Cast) -> User:
    user = access.create_account(username="dong", name="董", password=PASSWORD, by=cast.house)
    access.grant(
        user=user, role="department_officer", unit=cast.department, by=cast.house, reason="tests", with_subtree=False
    )
    return user


def test_the_page_asks_as_often_for_three_hundred_rows_as_for_ten(cast: Cast) -> None:
    client = cast.client(cast.lin)

    def asked() -> int:
        assert client.get(URL).status_code == 200
        with CaptureQueriesContext(connection) as found:
            page = client.get(URL)
        assert page.status_code == 200
        return len(found)

    _enter(cast, 10, owner="王敏", department="经营部")
    few = asked()
    _enter(cast, 290, start=11, owner="王敏", department="经营部")
    assert asked() <= few
    assert few <= 16


def test_the_page_holds_five_hundred_rows_and_says_where_the_others_are(cast: Cast) -> None:
    _enter(cast, 505)
    client = cast.client(cast.lin)
    page = client.get(URL)
    assert len(_data(page)["rows"]) == 500
    text = page.content.decode()
    assert "500" in text
    assert page.context["pager"]["count"] == 505
    rest = client.get(URL + page.context["pager"]["next_url"])
    assert [row["cells"]["number"] for row in _data(rest)["rows"]] == [f"YW-{number:04}" for number in range(501, 506)]


def test_the_filters_of_the_list_hold_in_the_table_and_on_the_way_back(cast: Cast) -> None:
    _enter(cast, 2)
    _enter(cast, 1, start=3, scope="internal")
    client = cast.client(cast.lin)
    address = client.get("/r/obligations/?f.scope=internal").context["grid_url"]
    page = client.get(address)
    assert [row["cells"]["number"] for row in _data(page)["rows"]] == ["YW-0003"]
    assert "f.scope=internal" in page.context["list_url"]


def test_only_who_may_change_rows_finds_the_way_to_the_table(cast: Cast) -> None:
    reader = access.create_account(username="du", name="杜", password=PASSWORD, by=cast.house)
    access.grant(user=reader, role="principal", unit=cast.group, by=cast.house, reason="tests")
    _enter(cast, 1)
    shown = cast.client(cast.lin).get("/r/obligations/")
    assert f'href="{URL}' in shown.content.decode()
    hidden = cast.client(reader).get("/r/obligations/")
    if not hidden.context["grid_url"]:
        assert URL not in hidden.content.decode()
        assert cast.client(reader).get(URL).status_code == 403
    assert cast.client(cast.ou).get(URL).status_code == 404


def test_units_have_no_table(cast: Cast) -> None:
    client = cast.client(cast.lin)
    assert client.get("/r/units/grid").status_code in {403, 404}
    assert client.get("/r/units/").context["grid_url"] == ""


def test_a_table_is_saved_and_comes_back_as_people_read_it(cast: Cast) -> None:
    values = {**obligation("YW-1"), "scope": "外部义务", "owner": "1001", "identified_on": "2025年3月1日"}
    answer = _send(cast.client(cast.lin), {"key": str(uuid4()), "uid": None, "version": None, "values": values})
    assert answer.status_code == 200
    (row,) = answer.json()["rows"]
    assert row["line"]["cells"]["owner"] == "王敏"
    assert row["line"]["cells"]["identified_on"] == "2025-03-01"
    assert row["line"]["version"] == 1
    assert Entry.objects.get().unit == cast.sub


def test_wrong_cells_come_back_with_row_and_column(cast: Cast) -> None:
    answer = _send(cast.client(cast.lin), {"key": "a", "values": {**obligation(), "owner": "没有这人"}})
    assert answer.status_code == 422
    (fault,) = answer.json()["faults"]
    assert (fault["row"], fault["field"]) == ("a", "owner")
    assert fault["what"]
    assert fault["fix"]


def test_both_sides_come_back_when_somebody_was_quicker(cast: Cast) -> None:
    _enter(cast, 1, business="原来")
    entry = Entry.objects.get()
    actions.update(entry=entry, values={"business": "工程"}, version=1, by=cast.house)
    row = {"key": str(entry.uid), "uid": str(entry.uid), "version": 1, "values": {"business": "贸易"}}
    answer = _send(cast.client(cast.lin), row)
    assert answer.status_code == 409
    (clash,) = answer.json()["clashes"]
    (cell,) = clash["cells"]
    assert (cell["base"], cell["theirs"], cell["mine"], cell["clash"]) == ("原来", "工程", "贸易", True)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"unit": "HD", "rows": [{"key": "a.b"}]}', '{"unit": "HD", "rows": 5}', "\xff"]
)
def test_what_no_page_sends_is_refused_as_a_sentence(cast: Cast, body: str) -> None:
    answer = cast.client(cast.lin).post(f"{URL}/save", body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["what"]


def test_a_department_officer_opens_the_table_of_her_department_and_no_other(cast: Cast) -> None:
    _enter(cast, 1, department="经营部")
    _enter(cast, 1, start=2)
    client = cast.client(_clerk(cast))
    rows = _data(client.get(URL))["rows"]
    assert [row["cells"]["number"] for row in rows] == ["YW-0001"]
    foreign = Entry.objects.get(number="YW-0002")
    row = {"key": str(foreign.uid), "uid": str(foreign.uid), "version": 1, "values": {"business": "x"}}
    assert _send(client, row, unit="HD-01-D1").status_code in {403, 404}
    assert _send(client, row, unit="HD-01").status_code in {403, 404}


def test_the_words_of_a_row_cannot_become_part_of_the_page(cast: Cast) -> None:
    _enter(cast, 1, business="</script><script>alert(1)</script>")
    text = cast.client(cast.lin).get(URL).content.decode()
    assert "<script>alert(1)" not in text
