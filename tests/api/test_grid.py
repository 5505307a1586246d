"""A programme sends a table back in one piece."""

from __future__ import annotations

from uuid import uuid4

import pytest

from guiju.registers import actions
from guiju.registers.models import Entry
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast
from tests.web.registers.conftest import obligation

pytestmark = pytest.mark.django_db
PATH = "/registers/obligations/grid"


@pytest.fixture
def caller(cast: Cast) -> Caller:
    return open_caller(cast.lin, cast.group)


@pytest.fixture
def old(cast: Cast) -> Entry:
    return actions.create(register="obligations", unit=cast.sub, values=obligation("YW-1"), by=cast.house)


def test_rows_are_entered_changed_and_removed_in_one_request(cast: Cast, caller: Caller, old: Entry) -> None:
    leaving = actions.create(register="obligations", unit=cast.sub, values=obligation("YW-2"), by=cast.house)
    key = str(uuid4())
    body = {
        "unit": "HD-01",
        "reason": "年度梳理",
        "rows": [
            {"key": key, "values": {**obligation("YW-3"), "owner": {"uid": str(cast.wang.uid)}}},
            {"key": "changed", "uid": str(old.uid), "version": 1, "values": {"business": "工程", "important": True}},
            {"key": "gone", "uid": str(leaving.uid), "version": 1, "remove": True},
        ],
    }
    answer = caller.post(PATH, body)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["created"], told["changed"], told["removed"]) == (1, 1, 1)
    assert {row["key"]: row["version"] for row in told["rows"]} == {key: 1, "changed": 2, "gone": 0}
    assert Entry.objects.get(uid=key).owner == cast.wang


def test_one_fault_keeps_everything_back_and_names_row_and_field(caller: Caller, old: Entry) -> None:
    rows = [
        {"key": "good", "values": obligation("YW-5")},
        {"key": "bad", "uid": str(old.uid), "version": 1, "values": {"scope": "别的", "files": [{"digest": "0" * 64}]}},
        {"key": "worse", "values": {**obligation("YW-6"), "identified_on": "昨天"}},
    ]
    first = caller.post(PATH, {"unit": "HD-01", "rows": rows})
    assert (first.status_code, [fault["where"] for fault in first.json()["faults"]]) == (422, ["bad.files"])
    del rows[1]["values"]["files"]
    second = caller.post(PATH, {"unit": "HD-01", "rows": rows}).json()
    assert second["code"] == "grid.invalid"
    assert {fault["where"] for fault in second["faults"]} == {"bad.scope", "worse.identified_on"}
    assert Entry.objects.count() == 1


def test_a_conflict_carries_both_sides_of_each_cell(cast: Cast, caller: Caller, old: Entry) -> None:
    actions.update(entry=old, values={"business": "工程"}, version=1, by=cast.house)
    row = {"key": "r", "uid": str(old.uid), "version": 1, "values": {"business": "贸易"}}
    answer = caller.post(PATH, {"unit": "HD-01", "rows": [row]})
    assert (answer.status_code, answer.json()["code"]) == (409, "grid.conflict")
    (cell,) = answer.json()["data"]["rows"][0]["cells"]
    assert (cell["field"], cell["theirs"], cell["mine"]) == ("business", "工程", "贸易")


def test_the_same_key_saves_once(caller: Caller) -> None:
    body = {"unit": "HD-01", "rows": [{"key": "a", "values": obligation("YW-7")}]}
    first = caller.post(PATH, body, Idempotency_Key="table-1")
    again = caller.post(PATH, body, Idempotency_Key="table-1")
    assert first.json() == again.json()
    assert Entry.objects.count() == 1


def test_a_token_that_may_only_change_enters_nothing(cast: Cast, old: Entry) -> None:
    caller = open_caller(cast.lin, cast.group, scopes=["register:entry:view", "register:entry:edit"])
    change = {"key": "c", "uid": str(old.uid), "version": 1, "values": {"business": "工程"}}
    assert caller.post(PATH, {"unit": "HD-01", "rows": [change]}).status_code == 200
    refused = caller.post(PATH, {"unit": "HD-01", "rows": [{"key": "n", "values": obligation("YW-8")}]})
    assert refused.status_code == 403


def test_units_are_not_saved_as_a_table(caller: Caller) -> None:
    assert caller.post("/registers/units/grid", {"unit": "HD", "rows": [{"key": "a"}]}).status_code == 404
