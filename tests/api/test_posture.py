"""Adoption, findings, roll-up, judgement, trail and jobs by programme."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from guiju.jobs.models import Job
from guiju.lib import clock
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture.models import Adoption
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast, _account
from tests.posture.conftest import drive_pack

pytestmark = pytest.mark.django_db

URN = "cn:casmes:effectiveness-draft"
APPOINTMENT = {"role": "compliance_head", "person": "王敏", "from_on": "2025-01-01", "document": "华路〔2025〕1号"}


def adopted(caller: Caller, unit: str = "HD-01") -> dict[str, object]:
    values = {"size_override": "micro"}
    body = {"values": values, "from_on": "2024-01-01", "reason": "测试"}
    assert caller.put(f"/units/{unit}/attributes", body).status_code == 200
    answer = caller.post("/adoptions", {"unit": unit, "pack": URN, "mode": "voluntary", "from_on": "2025-01-01"})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_a_pack_is_adopted_and_ended(lin: Caller) -> None:
    made = adopted(lin)
    assert (made["unit"]["code"], made["pack"], made["to_on"]) == ("HD-01", URN, None)
    assert lin.post("/adoptions", {"unit": "HD-01", "pack": URN}).status_code == 409
    assert [row["uid"] for row in lin.get("/adoptions?open=true").json()["items"]] == [made["uid"]]
    ended = lin.post(f"/adoptions/{made['uid']}/end", {"reason": "到期"})
    assert ended.json()["to_on"] == clock.today().isoformat()
    assert lin.get("/adoptions?open=true").json()["count"] == 0
    assert lin.post("/adoptions", {"unit": "HD-01-D1", "pack": URN}).status_code == 422


def test_findings_come_with_what_proves_them_and_what_is_missing(lin: Caller) -> None:
    assert lin.get(f"/posture/HD-01/{URN}").json()["adopted"] is False
    adopted(lin)
    found = lin.get(f"/posture/HD-01/{URN}").json()
    assert found["adopted"] is True
    assert {row["status"] for row in found["requirements"]} <= {"met", "partly", "unmet", "person", "na", "not_due"}
    asked = {row["id"] for row in found["requirements"]}
    assert asked <= {row.code for row in catalogue.requirements(catalogue.current(URN))}
    one = found["requirements"][0]
    shown = lin.get(f"/posture/HD-01/{URN}/requirements/{one['id']}").json()
    assert shown["status"] == one["status"]
    assert lin.get(f"/posture/HD-01/{URN}/requirements/Z.9").status_code == 404


def test_what_was_not_adopted_then_is_not_asked_then(lin: Caller) -> None:
    adopted(lin)
    assert lin.get(f"/posture/HD-01/{URN}?as_of=2024-06-30").json()["adopted"] is False
    assert lin.get(f"/posture/HD-01/{URN}?as_of=soon").status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_meant_is_refused(lin: Caller, day: str) -> None:
    adopted(lin)
    assert lin.get(f"/posture/HD-01/{URN}?as_of={day}").status_code == 422
    assert lin.get(f"/posture/HD-01?on={day}").status_code == 422
    for far in ("1950-01-01", "2200-12-31"):
        assert lin.get(f"/posture/HD-01/{URN}?as_of={far}").status_code == 200
        assert lin.get(f"/posture/HD-01?on={far}").status_code == 200


def test_the_group_sees_all_levels(lin: Caller) -> None:
    adopted(lin)
    (overview,) = lin.get("/posture/HD").json()
    assert (overview["pack"], overview["adopted"], overview["own"]) == (URN, False, None)
    assert overview["all_levels"]["units"] == 1
    rollup = lin.get(f"/posture/HD/{URN}/rollup").json()
    assert [row["unit"]["code"] for row in rollup["units"]] == ["HD", "HD-01"]
    code = next(code for code, count in rollup["requirements"].items() if count["units"])
    (row,) = lin.get(f"/posture/HD/{URN}/requirements/{code}/units").json()
    assert row["unit"]["code"] == "HD-01"


def test_a_record_says_what_it_proves(lin: Caller) -> None:
    adopted(lin)
    made = lin.post("/registers/appointments/entries", {"unit": "HD-01", "values": APPOINTMENT}).json()
    proofs = lin.get(f"/registers/appointments/entries/{made['uid']}/proves")
    assert proofs.status_code == 200
    for proof in proofs.json():
        found = lin.get(f"/posture/HD-01/{URN}/requirements/{proof['requirement']}").json()
        assert made["uid"] in {row["uid"] for row in found["evidence"]}


def test_a_person_judges_with_a_reason(lin: Caller, reader: Caller) -> None:
    adopted(lin)
    rows = lin.get(f"/posture/HD-01/{URN}").json()["requirements"]
    code = next(row["id"] for row in rows if row["status"] in {"person", "unmet"})
    path = f"/posture/HD-01/{URN}/requirements/{code}/judgement"
    assert lin.post(path, {"status": "met", "reason": "x"}).status_code == 422
    assert reader.post(path, {"status": "met", "reason": "查阅了全部材料"}).status_code == 403
    made = lin.post(path, {"status": "met", "reason": "查阅了全部材料"})
    assert made.status_code == 201
    shown = lin.get(f"/posture/HD-01/{URN}/requirements/{code}").json()
    assert shown["judgement"]["reason"] == "查阅了全部材料"


def test_a_stranger_sees_no_posture(lin: Caller, tan: Caller) -> None:
    made = adopted(lin)
    assert tan.get("/posture/HD-01").status_code == 404
    assert tan.get(f"/posture/HD-01/{URN}").status_code == 404
    assert tan.get("/adoptions").json()["items"] == []
    assert tan.post(f"/adoptions/{made['uid']}/end", {"reason": "x"}).status_code == 404
    assert Adoption.objects.get().to_on is None


def test_the_auditor_reads_and_verifies_the_trail_of_his_units(cast: Cast, lin: Caller, tan: Caller) -> None:
    lin.patch("/units/HD-01", {"version": 1, "short_name": "路桥"})
    tan.patch("/units/SJ", {"version": 1, "short_name": "松江"})
    auditor = open_caller(_account("Xu", "auditor", cast.group, cast.house), cast.group)
    found = auditor.get(f"/trail/events?object_type=unit&object_id={cast.sub.uid}").json()["items"]
    assert [row["action"] for row in found] == ["unit.changed", "unit.created"]
    assert found[0]["changes"][0]["after"] == "路桥"
    assert "松江" not in auditor.get("/trail/events?limit=200").content.decode()
    report = auditor.get("/trail/verify").json()
    assert report["ok"] is True
    assert lin.get("/trail/events").status_code == 403


def test_everybody_sees_the_own_jobs_only(cast: Cast, lin: Caller, mei: Caller) -> None:
    row = Job.objects.create(
        task="x", title="导出", user_id=cast.lin.pk, run_after=clock.now(), enqueued_at=clock.now(), total_count=10
    )
    assert [job["title"] for job in lin.get("/jobs?state=waiting").json()["items"]] == ["导出"]
    assert lin.get(f"/jobs/{row.uid}").json()["total_count"] == 10
    assert mei.get("/jobs").json()["count"] == 0
    assert mei.get(f"/jobs/{row.uid}").status_code == 404


@pytest.fixture
def drive() -> Iterator[Pack]:
    """A document that is a programme."""
    catalogue.forget()
    yield drive_pack()
    catalogue.forget()


def test_the_dates_of_a_programme_count_from_the_base_date(lin: Caller, drive: Pack) -> None:
    body = {"unit": "HD-01", "pack": drive.urn, "from_on": "2026-06-01", "base_date": "2026-06-01"}
    made = lin.post("/adoptions", body).json()
    assert (made["to_on"], made["programme_end"]) == ("2026-11-30", "2026-11-30")
    told = lin.get(f"/adoptions/{made['uid']}/timetable").json()
    assert told["programme"]["from_on"] == "2026-06-15"
    first = next(row for row in told["dues"] if row["requirement"] == "t01")
    assert [row["due_on"] for row in first["deadlines"]] == ["2026-08-31"]
    assert lin.post("/adoptions", {**body, "unit": "HD-01-A", "base_date": "1900-01-01"}).status_code == 422
    refused = lin.post("/adoptions", {**body, "unit": "HD-01-A", "base_date": "2020-01-01"})
    assert (refused.status_code, refused.json()["code"]) == (422, "adoption.programme_over")


def test_the_group_picture_is_there_for_programmes_too(lin: Caller, tan: Caller) -> None:
    adopted(lin)
    lin.post("/registers/appointments/entries", {"unit": "HD-01", "values": APPOINTMENT})
    walk = lin.get("/posture/HD-01/crosswalk").json()
    assert walk["packs"] == [URN]
    assert all(row["serves"] for row in walk["questions"])
    assert {row["code"] for row in walk["registers"]} >= {"appointments"}
    late = lin.get("/posture/HD-01/lateness?months=3&before=2026-06-01").json()
    assert len(late["months"]) == 3
    assert late["months"][-1]["whole"]["long_after"] == 1
    assert late["eve"]["percent"] in {None, 0}
    assert lin.get("/posture/HD-01/lateness?months=99").status_code == 422
    heat = lin.get("/posture/HD/heat").json()
    assert [column["key"] for column in heat["columns"]] == [URN]
    assert heat["rows"][1]["cells"][URN]["units"] == 1
    assert lin.get(f"/posture/HD/heat?pack={URN}").json()["rows"][1]["cells"]
    (point,) = lin.get(f"/posture/HD/{URN}/history").json()
    assert (point["on"], point["count"]["units"]) == (clock.today().isoformat(), 1)
    assert lin.get("/posture/HD?on=2020-01-01").json() == []
    for path in ("crosswalk", "lateness", "heat", f"{URN}/history"):
        assert tan.get(f"/posture/HD-01/{path}").status_code == 404
