"""Units, attributes and people by programme."""

from __future__ import annotations

import pytest

from tests.api.conftest import Caller
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_a_unit_is_added_changed_moved_and_closed(lin: Caller) -> None:
    made = lin.post(
        "/units", {"code": "HD-02", "name": "华东海外公司", "kind": "company", "parent": "HD", "country": "SG"}
    )
    assert made.status_code == 201
    assert made["Location"] == "/api/v1/units/HD-02"
    unit = lin.get("/units/HD-02").json()
    assert (unit["parent"]["code"], unit["country"], unit["version"]) == ("HD", "SG", 1)
    changed = lin.patch("/units/HD-02", {"short_name": "海外"}, If_Match=made["ETag"]).json()
    assert (changed["short_name"], changed["version"]) == ("海外", 2)
    moved = lin.post("/units/HD-02/move", {"parent": "HD-01", "reason": "重组"}).json()
    assert moved["parent"]["code"] == "HD-01"
    closed = lin.post("/units/HD-02/close", {"on": "2026-06-30", "reason": "注销"}).json()
    assert closed["closed_on"] == "2026-06-30"
    assert [row["code"] for row in lin.get("/units?closed=true").json()["items"]] == ["HD-02"]


def test_somebody_elses_change_is_shown_beside_the_own(lin: Caller) -> None:
    lin.patch("/units/HD", {"version": 1, "short_name": "华东"})
    answer = lin.patch("/units/HD", {"version": 1, "short_name": "东华"})
    assert answer.status_code == 409
    assert answer.json()["data"]["current"]["short_name"] == "华东"
    assert answer.json()["data"]["yours"] == {"short_name": "东华"}


def test_a_change_without_the_version_seen_is_refused(lin: Caller) -> None:
    answer = lin.patch("/units/HD", {"short_name": "x"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "version.missing"


def test_a_circle_of_units_is_refused(lin: Caller) -> None:
    answer = lin.post("/units/HD-01/move", {"parent": "HD-01-A", "reason": "错误"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "unit.cycle"


def test_a_code_that_is_taken_names_the_field(lin: Caller) -> None:
    answer = lin.post("/units", {"code": "HD-01", "name": "重复", "kind": "company", "parent": "HD"})
    assert answer.status_code in {409, 422}
    assert [fault["where"] for fault in answer.json()["faults"]] == ["code"]


def test_the_tree_shows_children_under_their_parents(lin: Caller) -> None:
    (top,) = lin.get("/units/tree").json()
    assert top["code"] == "HD"
    (sub,) = top["children"]
    assert {node["code"] for node in sub["children"]} == {"HD-01-A", "HD-01-D1"}
    (flat,) = lin.get("/units/tree?levels=1").json()
    assert flat["children"][0]["children"] == []
    assert flat["children"][0]["child_count"] == 2


def test_a_parent_above_the_own_scope_stays_unnamed(mei: Caller) -> None:
    answer = mei.get("/units/HD-01")
    assert answer.json()["parent"] is None
    assert "集团" not in answer.content.decode()


def test_attributes_hold_from_a_day_and_decide_the_size(lin: Caller) -> None:
    values = {"industry": "construction", "revenue": 900_000, "total_assets": "810000.5"}
    first = {row["code"]: row for row in lin.get("/units/HD/attributes").json()["attributes"]}
    values["industry"] = first["industry"]["choices"][0]["code"]
    body = {"values": values | {"staff_count": 60}, "from_on": "2025-01-01", "reason": "年报"}
    assert lin.put("/units/HD/attributes", body).status_code == 200
    held = {row["code"]: row["value"] for row in lin.get("/units/HD/attributes?on=2025-02-01").json()["attributes"]}
    assert held["staff_count"] == 60
    before = {row["code"]: row["value"] for row in lin.get("/units/HD/attributes?on=2024-02-01").json()["attributes"]}
    assert before["staff_count"] is None
    size = lin.get("/units/HD/size?on=2025-02-01").json()
    assert size["size"] in {"large", "medium", "small", "micro"}
    assert size["reasons"]
    history = lin.get("/units/HD/attributes/history").json()
    assert {row["code"] for row in history} == set(body["values"])


def test_an_attribute_that_no_pack_declares_is_refused(lin: Caller) -> None:
    answer = lin.put("/units/HD/attributes", {"values": {"colour": "red"}, "from_on": "2025-01-01"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "attribute.unknown"


def test_a_person_is_entered_found_and_changed(lin: Caller) -> None:
    made = lin.post("/people", {"unit": "HD-01", "name": "李静", "number": "2002", "department": "HD-01-D1"})
    assert made.status_code == 201
    uid = made.json()["uid"]
    assert made.json()["department"] == {"code": "HD-01-D1", "name": "经营部"}
    found = lin.get("/people?q=李").json()["items"]
    assert [row["uid"] for row in found] == [uid]
    changed = lin.patch(f"/people/{uid}", {"version": 1, "post": "部长", "left_on": "2026-01-31"}).json()
    assert (changed["post"], changed["left_on"]) == ("部长", "2026-01-31")
    assert lin.get("/people?here_on=2026-06-01&q=李").json()["count"] == 0
    stale = lin.patch(f"/people/{uid}", {"version": 1, "post": "经理"})
    assert stale.status_code == 409
    assert stale.json()["data"]["current"]["post"] == "部长"


def test_a_person_of_a_foreign_unit_is_not_there(cast: Cast, tan: Caller) -> None:
    assert tan.get(f"/people/{cast.wang.uid}").status_code == 404
    assert tan.patch(f"/people/{cast.wang.uid}", {"version": 1, "post": "x"}).status_code == 404


def test_packs_are_shown_as_on_the_command_line(lin: Caller) -> None:
    urn = "cn:casmes:effectiveness-draft"
    assert urn in [row["urn"] for row in lin.get("/packs").json()]
    whole, micro = lin.get(f"/packs/{urn}").json(), lin.get(f"/packs/{urn}?size=micro").json()
    assert micro["document_status"] == "draft"
    assert {row["kind"] for row in micro["requirements"]} == {"indicator"}
    assert len(whole["requirements"]) > len(micro["requirements"]) > 10
    one = lin.get(f"/packs/{urn}/requirements/{micro['requirements'][0]['id']}").json()
    assert one["official"] == micro["requirements"][0]["official"]
    assert lin.get(f"/packs/{urn}?size=huge").status_code == 422
    assert lin.get("/packs/cn:none").status_code == 404
