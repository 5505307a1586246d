"""Stocks of rules for programmes: the same steps, rights and refusals as on screen."""

from __future__ import annotations

import pytest

from guiju.demo import stockfiles
from guiju.governance.intake import reading
from guiju.governance.models import Intake
from guiju.registers.models import Entry
from tests.api.conftest import Caller
from tests.conftest import Cast
from tests.governance import stocks
from tests.governance.stocks import raw, word

pytestmark = pytest.mark.django_db


def test_a_programme_begins_a_stock_settles_a_file_and_takes_it_over(cast: Cast, mei: Caller) -> None:
    made = mei.post("/intakes", {"unit": "HD-01", "name": "制度清理", "cutoff_on": "2022-12-31"})
    assert made.status_code == 201, made.content
    uid = made.json()["uid"]
    intake = Intake.objects.select_related("unit").get(uid=uid)
    from guiju.governance.intake import actions

    actions.add(intake=intake, uploads=[word("印章管理办法"), raw("a.pdf", stockfiles.scan())], by=cast.actor(cast.mei))
    reading.read(intake, by=cast.actor(cast.mei))
    files = mei.get(f"/intakes/{uid}/files").json()
    assert [(one["name"], one["fault"], bool(one["questions"])) for one in files] == [
        ("印章管理办法", "", False),
        ("a", "scanned", True),
    ]
    version = mei.get(f"/intakes/{uid}").json()["version"]
    refused = mei.post(f"/intakes/{uid}/confirm", {"version": version})
    assert (refused.status_code, refused.json()["code"]) == (422, "intake.open")
    settled = mei.patch(f"/intakes/{uid}/files/2", {"version": 1, "left_out": True})
    assert settled.json()["left_out"], settled.content
    assert mei.patch(f"/intakes/{uid}/files/2", {"version": 1, "left_out": False}).status_code == 409
    assert mei.post(f"/intakes/{uid}/confirm", {"version": version}).status_code == 409
    done = mei.post(f"/intakes/{uid}/confirm", {"version": version + 1})
    assert (done.json()["state"], done.json()["figures"]["total"]) == ("confirmed", 1)
    assert Entry.objects.filter(uid=done.json()["stocktake"], register="policy_stocktakes").exists()
    listed = mei.get("/intakes?unit=HD-01").json()["items"]
    assert [(one["uid"], one["file_count"], one["read_count"]) for one in listed] == [(uid, 2, 2)]


def test_a_programme_of_another_firm_finds_nothing(cast: Cast, tan: Caller) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    assert tan.get(f"/intakes/{intake.uid}").status_code == 404
    assert tan.get(f"/intakes/{intake.uid}/files").status_code == 404
    assert tan.patch(f"/intakes/{intake.uid}/files/1", {"version": 1, "level": "basic"}).status_code == 404
    assert tan.get("/intakes?unit=HD-01").status_code == 404
    assert tan.post("/intakes", {"unit": "HD-01", "name": "x", "cutoff_on": "2022-12-31"}).status_code in {403, 404}


def test_a_dropped_stock_stays_dropped(cast: Cast, mei: Caller) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    assert mei.post(f"/intakes/{intake.uid}/drop", {"version": intake.version}).json()["state"] == "dropped"
    assert mei.post(f"/intakes/{intake.uid}/drop", {}).status_code == 409
