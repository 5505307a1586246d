"""Risk work by programme: the same steps, rights and refusals as on the pages."""

from __future__ import annotations

import pytest

from guiju.access.actor import of_user
from guiju.registers import actions as registers
from tests.api.conftest import Caller, open_caller
from tests.compliance.riskers import fresh, officer, risk
from tests.compliance.riskers import mei as office
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

DUE = "2030-01-31"


def test_a_round_is_opened_rated_and_closed(cast: Cast, mei: Caller) -> None:
    entry = risk(office(cast), cast.sub, department=cast.department)
    made = mei.post("/assessment-rounds", {"unit": "HD-01", "title": "年度评估", "period": "2026", "due_on": DUE})
    assert made.status_code == 201, made.json()
    uid = made.json()["uid"]
    hua = open_caller(officer(cast, cast.department), cast.department)
    sent = hua.post(
        f"/assessment-rounds/{uid}/assessments",
        {"risk": str(entry.uid), "version": 1, "probability": 5, "impact": 4, "priority": 1},
    )
    assert (sent.status_code, sent.json()["level"], sent.json()["trend"]) == (201, "high", "new")
    shown = mei.get(f"/assessment-rounds/{uid}").json()
    assert (shown["rated"], shown["left"], shown["parts"][0]["at"]["code"]) == (1, 0, "HD-01-D1")
    assert mei.get(f"/assessment-rounds/{uid}/assessments").json()["items"][0]["risk"] == str(entry.uid)
    assert mei.post(f"/assessment-rounds/{uid}/close", {"version": 1}).json()["state"] == "closed"
    refused = mei.post(f"/assessment-rounds/{uid}/close", {"version": 1})
    assert refused.status_code == 409
    assert [one["uid"] for one in mei.get("/assessment-rounds?unit=HD-01").json()["items"]] == [uid]


def test_a_level_by_hand_needs_a_reason(cast: Cast, mei: Caller) -> None:
    entry = risk(office(cast), cast.sub)
    given = {"unit": "HD-01", "title": "年度评估", "period": "2026", "due_on": DUE}
    uid = mei.post("/assessment-rounds", given).json()["uid"]
    rating = {"risk": str(entry.uid), "version": 1, "probability": 5, "impact": 5, "level": "low"}
    assert mei.post(f"/assessment-rounds/{uid}/assessments", rating).status_code == 422
    assert mei.post(f"/assessment-rounds/{uid}/assessments", {**rating, "impact": 9}).status_code == 422


def test_the_matrix_is_set_and_refused_where_it_falls(cast: Cast, mei: Caller) -> None:
    entry = risk(office(cast), cast.sub, probability=1, impact=1)
    assert mei.get("/units/HD-01/risk-matrix").json()["unit"] is None
    falls = mei.put("/units/HD-01/risk-matrix", {"cells": {"1,1": "high"}})
    assert (falls.status_code, falls.json()["code"]) == (422, "matrix.falls")
    everything = {f"{p},{i}": "high" for p in range(1, 6) for i in range(1, 6)}
    assert mei.put("/units/HD-01/risk-matrix", {"cells": everything}).json()["version"] == 1
    assert fresh(entry).level == "high"
    assert mei.put("/units/HD-01/risk-matrix", {"cells": everything}).status_code == 409


def test_the_heat_map_counts(cast: Cast, mei: Caller) -> None:
    risk(office(cast), cast.sub, probability=5, impact=4)
    risk(office(cast), cast.sub, "没有评估的")
    found = mei.get("/units/HD-01/risk-heat-map?map=inherent").json()
    assert [(one["probability"], one["impact"]) for one in found["cells"] if one["count"]] == [(5, 4)]
    assert found["unrated"] == 1


def test_shared_risks_are_taken_over_and_settled(cast: Cast, mei: Caller) -> None:
    lin = of_user(cast.lin)
    shared = registers.create(
        register="risk_library", unit=cast.group, by=lin,
        values={"name": "拆分招标", "behaviour": "化整为零", "for_sizes": "内部"},
    )  # fmt: skip
    assert mei.get("/units/HD-01/risk-library").json() == []
    registers.move(entry=shared, move="share", by=lin)
    (offer,) = mei.get("/units/HD-01/risk-library").json()
    assert "for_sizes" not in offer["values"]
    taken = mei.post("/units/HD-01/risk-library/take", {"uids": [offer["uid"]], "department": "HD-01-D1"})
    (uid,) = taken.json()["risks"]
    now = fresh(shared)
    now = registers.update(entry=now, values={"behaviour": "拆分标段"}, version=now.version, by=lin)
    done = mei.post(f"/risks/{uid}/library", {"take_over": True, "version": 1, "seen": now.version})
    assert (done.status_code, done.json()["version"]) == (200, 2)


def test_strangers_find_nothing(cast: Cast, mei: Caller, tan: Caller) -> None:
    entry = risk(office(cast), cast.sub)
    given = {"unit": "HD-01", "title": "年度评估", "period": "2026", "due_on": DUE}
    uid = mei.post("/assessment-rounds", given).json()["uid"]
    assert tan.get(f"/assessment-rounds/{uid}").status_code == 404
    assert tan.get("/units/HD-01/risk-matrix").status_code == 404
    assert tan.post("/assessment-rounds", given).status_code == 404
    rating = {"risk": str(entry.uid), "version": 1, "probability": 1, "impact": 1}
    assert tan.post(f"/assessment-rounds/{uid}/assessments", rating).status_code == 404
