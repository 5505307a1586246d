"""Reading for programmes: the same steps, rights and refusals as on screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guiju.governance.models import Reading
from guiju.jobs import worker
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast
from tests.governance.policy_house import days, in_force
from tests.governance.readers import STATEMENT, employee, state

pytestmark = pytest.mark.django_db


def given(policy: object, **more: Any) -> dict[str, Any]:
    return {"policy": str(policy), "due_on": days(10).isoformat(), "statement": STATEMENT, **more}


def test_a_programme_gives_out_counts_reminds_extends_and_closes(cast: Cast, mei: Caller, tan: Caller) -> None:
    held = in_force(cast)
    asked = mei.post("/units/HD-01/readings/preview", {"below": True})
    assert asked.json() == {"count": 1, "without_account": 1, "units": 1, "outside": 0}
    assert mei.post("/units/HD-01/readings", given(held.policy, due_on=days(-1).isoformat())).status_code == 422
    assert tan.post("/units/HD-01/readings", given(held.policy)).status_code == 404
    made = mei.post("/units/HD-01/readings", given(held.policy))
    assert made.status_code == 202, made.content
    assert mei.post("/units/HD-01/readings", given(held.policy)).status_code == 409
    worker.drain()
    url = f"/readings/{made.json()['uid']}"
    assert [one["uid"] for one in mei.get("/units/HD-01/readings").json()["items"]] == [made.json()["uid"]]
    assert mei.get(f"{url}/rates").json()["whole"] == {"asked": 1, "confirmed": 0, "paper": 0, "late": 0}
    people = mei.get(f"{url}/people?state=no_account").json()["items"]
    assert [one["person"]["name"] for one in people] == ["王敏"]
    assert tan.get(f"{url}/people").status_code == 404
    assert mei.post(f"{url}/remind", {}).json() == {"count": 1}
    assert mei.post(f"{url}/extend", {"due_on": days(20).isoformat(), "version": 1}).status_code == 200
    assert mei.post(f"{url}/extend", {"due_on": days(30).isoformat(), "version": 1}).status_code == 409
    closed = mei.post(f"{url}/close", {"version": 2, "record": "work_records"})
    assert closed.json()["record"].startswith("work_records:")


def test_a_programme_records_a_signed_list(cast: Cast, mei: Caller) -> None:
    made = mei.post("/units/HD-01/readings", given(in_force(cast).policy)).json()
    worker.drain()
    scan = SimpleUploadedFile("list.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "application/pdf")
    sent = mei.upload(f"/readings/{made['uid']}/paper", {"file": scan, "people": [str(cast.wang.uid)]})
    assert (sent.status_code, sent.json()) == (201, {"count": 1}), sent.content
    assert state(Reading.objects.get(), cast.wang) == "confirmed"


def test_somebody_reads_and_confirms_his_own_and_nothing_else(cast: Cast, mei: Caller) -> None:
    user, gao = employee(cast, "Gao")
    mei.post("/units/HD-01/readings", given(in_force(cast).policy))
    worker.drain()
    row = Reading.objects.get()
    own = open_caller(user, cast.sub)
    assert [one["title"] for one in own.get("/me/readings").json()] == [row.title]
    assert "公开招标" in own.get(f"/me/readings/{row.uid}").json()["text"]
    assert own.post(f"/me/readings/{row.uid}/confirm", {"read_to_end": False}).status_code == 422
    assert own.post(f"/me/readings/{row.uid}/confirm", {"read_to_end": True}).json()["state"] == "confirmed"
    assert state(row, gao) == "confirmed"
    assert mei.post(f"/me/readings/{row.uid}/confirm", {"read_to_end": True}).status_code == 404
    assert own.get(f"/readings/{row.uid}").status_code == 403
