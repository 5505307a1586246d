"""The three lists by programme: the same steps, rights and refusals as on the pages."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from guiju.registers.models import Entry
from tests.api.conftest import Caller, open_caller
from tests.compliance.lists_house import ListHouse, build
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast) -> ListHouse:
    return build(cast)


@pytest.fixture
def officer(house: ListHouse) -> Caller:
    return open_caller(house.officer, house.cast.department)


def _begin(officer: Caller, house: ListHouse) -> str:
    house.row()
    made = officer.post("/units/HD-01-D1/lists/risk/versions", {"department": "HD-01-D1"})
    assert made.status_code == 201, made.json()
    return str(made.json()["uid"])


def test_a_version_goes_from_draft_to_in_force(house: ListHouse, officer: Caller, mei: Caller) -> None:
    uid = _begin(officer, house)
    sent = officer.post(f"/list-versions/{uid}/submit", {"version": 1})
    assert (sent.status_code, sent.json()["status"], sent.json()["rows"]) == (200, "submitted", 1)
    assert sent.json()["digest"]
    passed = mei.post(f"/list-versions/{uid}/approve", {}, If_Match=sent["ETag"])
    assert passed.json()["approved_by"]["name"] == "陈静"
    done = mei.post(f"/list-versions/{uid}/enforce", {"in_force_on": "2026-01-05"}, If_Match=passed["ETag"])
    assert (done.json()["status"], done.json()["in_force_on"]) == ("in_force", "2026-01-05")
    (row,) = mei.get(f"/list-versions/{uid}/rows").json()["items"]
    assert row["values"]["name"] == "围标串标"


def test_the_overview_says_what_is_next_and_what_has_moved_on(house: ListHouse, mei: Caller) -> None:
    row = house.row(level="high")
    entry = house.in_force(on=date(2026, 1, 5))
    house.change(row, level="low")
    (found,) = [
        one
        for one in mei.get("/units/HD-01/lists").json()
        if one["kind"] == "risk" and one["department"] == {"code": "HD-01-D1", "name": "经营部"}
    ]
    assert (found["step"], found["drift"]) == ("compare", {"added": 0, "removed": 0, "changed": 1})
    compared = mei.get(f"/list-versions/{entry.uid}/compare").json()
    assert [cell["field"] for cell in compared["changed"][0]["cells"]] == ["level"]


def test_an_officer_is_refused_to_approve(house: ListHouse, officer: Caller, mei: Caller) -> None:
    uid = _begin(officer, house)
    officer.post(f"/list-versions/{uid}/submit", {"version": 1})
    assert officer.post(f"/list-versions/{uid}/approve", {"version": 2}).status_code == 403
    assert mei.post(f"/list-versions/{uid}/approve", {"version": 1}).status_code == 409
    assert mei.post(f"/list-versions/{uid}/back", {"version": 2, "reason": ""}).status_code == 422


def test_an_empty_list_is_refused_with_what_to_do(house: ListHouse, officer: Caller) -> None:
    made = officer.post("/units/HD-01-D1/lists/duty/versions", {"department": "HD-01-D1"}).json()
    answer = officer.post(f"/list-versions/{made['uid']}/submit", {"version": 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "list.empty")


def test_a_stranger_finds_neither_lists_nor_versions(house: ListHouse, tan: Caller) -> None:
    house.row()
    entry = house.in_force()
    for path in ("/units/HD-01/lists", f"/list-versions/{entry.uid}", f"/list-versions/{entry.uid}/rows"):
        assert tan.get(path).status_code == 404


def test_forms_are_made_changed_chosen_and_taken_away(house: ListHouse, mei: Caller) -> None:
    columns = [{"field": "name", "label": "风险"}, {"field": "own_1", "label": "党纪依据"}]
    made = mei.post("/units/HD-01/lists/risk/forms", {"title": "我的风险表", "columns": columns})
    assert made.status_code == 201, made.json()
    where = made["Location"].removeprefix("/api/v1")
    changed = mei.put(where, {"title": "风险表", "columns": columns}, If_Match=made["ETag"])
    assert (changed.json()["title"], changed.json()["version"]) == ("风险表", 2)
    assert mei.put(where, {"title": "乙", "columns": columns}, If_Match=made["ETag"]).status_code == 409
    wrong = mei.post(
        "/units/HD-01/lists/risk/forms", {"title": "错", "columns": [*columns, {"field": "x", "label": "y"}]}
    )
    assert (wrong.status_code, wrong.json()["faults"][0]["where"]) == (422, "columns.3")
    assert mei.delete(where, If_Match='"2"').status_code == 204
    assert mei.get("/units/HD-01/lists/risk/forms").json() == {"items": []}


def test_the_names_of_a_document_are_given(house: ListHouse, mei: Caller, officer: Caller) -> None:
    found = mei.post("/units/HD-01/lists/names", {"names": "platform"}).json()
    assert [one["title"] for one in found["items"]] == ["合规风险管控清单"]
    assert officer.post("/units/HD-01/lists/names", {"names": "platform"}).status_code in {403, 404}


def test_a_version_goes_out_as_a_workbook(house: ListHouse, mei: Caller) -> None:
    row = house.row()
    entry = house.in_force()
    house.change(row, name="改了")
    answer = mei.get(f"/list-versions/{entry.uid}/export?layout=law-firm-points")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    words = {str(cell.value) for sheet in book for line in sheet for cell in line}
    assert {"围标串标", "风险点描述"} <= words
    assert Entry.objects.get(uid=row.uid).title == "改了"


def test_all_levels_are_paged(house: ListHouse, lin: Caller) -> None:
    first = lin.get("/units/HD/lists/levels?limit=1").json()
    assert (len(first["items"]), first["units"]) == (1, 2)
    second = lin.get(f"/units/HD/lists/levels?limit=1&after={first['after']}").json()
    assert (second["items"][0]["unit"]["code"], second["after"]) == ("HD-01-A", "")
