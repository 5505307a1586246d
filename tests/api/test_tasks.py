"""Tasks, the working calendar and the ladder by programme."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guiju.access import actions as access
from guiju.lib import clock
from guiju.org import actions as org
from guiju.registers import actions as registers
from guiju.workflow import actions
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_monday():
    with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        yield


TASK = {"unit": "HD-01", "title": "整理制度", "within": 9, "role": "compliance_staff"}


def test_a_task_is_made_handed_over_done_and_opened_again(cast: Cast, mei: Caller) -> None:
    made = mei.post("/tasks", TASK)
    assert made.status_code == 201, made.json()
    task = made.json()
    assert made["Location"] == f"/api/v1/tasks/{task['uid']}"
    assert (task["due_on"], task["days_left"], task["overdue"]) == ("2026-06-12", 9, False)
    handed = mei.post(f"/tasks/{task['uid']}/hand-over", {"to": str(cast.wang.uid)}, If_Match=made["ETag"]).json()
    assert (handed["owner"]["name"], handed["owners"]) == ("王敏", ["王敏"])
    done = mei.post(f"/tasks/{task['uid']}/done", {"version": 2, "reason": "已发布"}).json()
    assert (done["status"], done["done_how"], done["done_by"]) == ("done", "person", "Mei")
    again = mei.post(f"/tasks/{task['uid']}/reopen", {"version": 3, "reason": "材料不全"}).json()
    assert (again["status"], again["version"]) == ("open", 4)
    waived = mei.post(f"/tasks/{task['uid']}/waive", {"version": 4, "reason": "项目取消"}).json()
    assert waived["status"] == "waived"


def test_the_second_of_two_callers_is_shown_what_the_first_did(mei: Caller, lin: Caller) -> None:
    uid = mei.post("/tasks", TASK).json()["uid"]
    mei.post(f"/tasks/{uid}/done", {"version": 1})
    answer = lin.post(f"/tasks/{uid}/waive", {"version": 1, "reason": "不需要"})
    assert answer.status_code == 409
    assert answer.json()["data"]["current"]["status"] == "done"
    assert lin.post(f"/tasks/{uid}/waive", {"reason": "不需要"}).json()["code"] == "version.missing"


def test_lists_are_narrowed_and_the_own_ones_found(cast: Cast, mei: Caller, lin: Caller) -> None:
    mei.post("/tasks", TASK)
    lin.post("/tasks", {**TASK, "unit": "HD", "title": "集团的事"})
    assert [row["title"] for row in lin.get("/tasks").json()["items"]] == ["整理制度", "集团的事"]
    assert [row["title"] for row in lin.get("/tasks?mine=true").json()["items"]] == ["集团的事"]
    assert [row["title"] for row in lin.get("/tasks?within=HD-01").json()["items"]] == ["整理制度"]
    assert lin.get("/tasks?overdue=true").json()["count"] == 0
    with clock.simulate(datetime(2026, 6, 15, 2, tzinfo=UTC)):
        assert lin.get("/tasks?overdue=true&q=集团").json()["count"] == 1


def test_a_reader_sees_tasks_and_closes_only_his_own(cast: Cast, mei: Caller) -> None:
    access.grant(user=cast.ou, role="reader", unit=cast.sub, by=cast.house, reason="tests")
    ou = open_caller(cast.ou, cast.sub)
    uid = mei.post("/tasks", TASK).json()["uid"]
    assert ou.get(f"/tasks/{uid}").status_code == 200
    assert ou.post(f"/tasks/{uid}/done", {"version": 1}).status_code == 403
    assert ou.post("/tasks", TASK).status_code == 403
    org.link_account(person=cast.wang, user=cast.ou, by=cast.house)
    mei.post(f"/tasks/{uid}/hand-over", {"to": str(cast.wang.uid), "version": 1})
    assert [row["step"] for row in ou.get("/notices?unread=true").json()["items"]] == ["handed"]
    assert ou.post("/notices/read", {}).json() == {"count": 1}
    assert ou.get("/notices?unread=true").json()["count"] == 0
    assert ou.post(f"/tasks/{uid}/done", {"version": 2}).status_code == 200


def test_a_stranger_learns_nothing(mei: Caller, tan: Caller) -> None:
    uid = mei.post("/tasks", TASK).json()["uid"]
    assert tan.get("/tasks").json()["items"] == []
    for method, address in (("GET", ""), ("POST", "/done"), ("POST", "/hand-over")):
        assert (
            tan.ask(method, f"/tasks/{uid}{address}", {"version": 1} if method == "POST" else None).status_code == 404
        )
    assert tan.get("/units/HD/calendar/2026").status_code == 404
    assert tan.get("/units/HD/ladder").status_code == 404


def test_the_working_calendar_is_read_and_set(lin: Caller, mei: Caller) -> None:
    assert lin.put("/units/HD/days/2026-06-05", {"works": False, "name": "司庆"}).status_code == 200
    days = {row["day"]: row for row in mei.get("/units/HD-01/calendar/2026").json()["days"]}
    assert (days["2026-06-05"]["own"], days["2026-06-19"]["works"]) == (True, False)
    assert mei.post("/tasks", TASK).json()["due_on"] == "2026-06-15"
    assert "2026-06-05" not in [row["day"] for row in lin.delete("/units/HD/days/2026-06-05").json()["days"]]
    year = lin.get("/units/HD/calendar/2027").json()
    assert (year["published"], "2027" in year["note"]) == (False, True)
    put = lin.put("/units/HD/calendar/2027", {"days": [{"day": "2027-02-14", "works": True}]})
    assert [row["day"] for row in put.json()["days"] if row["own"]] == ["2027-02-14"]
    assert lin.put("/units/HD/calendar/2027", {"days": [{"day": "2026-02-14", "works": True}]}).status_code == 422
    assert mei.put("/units/HD-01/days/2026-06-05", {"works": False}).status_code == 422


def test_a_ladder_is_set_found_below_and_cleared(lin: Caller, mei: Caller) -> None:
    rule = {"before": [7, 1], "head_after": 2, "principal_after": 6}
    assert lin.put("/units/HD/ladder", {**rule, "version": 0}).json()["own"] is True
    below = mei.get("/units/HD-01/ladder").json()
    assert (below["before"], below["unit"], below["own"]) == ([7, 1], None, False)
    assert lin.put("/units/HD/ladder", {**rule, "version": 0}).status_code == 409
    assert lin.put("/units/HD/ladder", {**rule, "before": [1, 7], "version": 1}).status_code == 422
    assert lin.delete("/units/HD/ladder", If_Match='"1"').json()["before"] == [10, 3, 0]


def test_a_token_closes_the_calendar_address_but_never_opens_one(cast: Cast, mei: Caller) -> None:
    _feed, secret = actions.open_feed(by=cast.actor(cast.mei))
    shown = mei.get("/calendar/feed").json()
    assert shown["open"] is True
    assert secret not in str(shown)
    assert mei.post("/calendar/feed", {}).status_code == 405
    assert mei.delete("/calendar/feed").json()["open"] is False


def test_a_task_that_a_record_closed_is_shown_with_it(cast: Cast, mei: Caller) -> None:
    task = mei.post("/tasks", TASK).json()
    entry = registers.create(
        register="trainings", unit=cast.sub, by=cast.house,
        values={"topic": "制度培训", "audience": "all", "held_on": date(2026, 5, 6), "attended": 3},
    )  # fmt: skip
    record = {"register": "trainings", "uid": str(entry.uid)}
    done = mei.post(f"/tasks/{task['uid']}/done", {"version": 1, "record": record})
    assert (done.status_code, done.json()["record"]) == (200, record)
    assert mei.get(f"/tasks/{task['uid']}").json()["record"] == record
    assert [row["record"] for row in mei.get("/tasks").json()["items"]] == [record]


@pytest.mark.parametrize("step", ["done", "hand-over", "reopen"])
def test_a_token_that_only_reads_changes_not_even_its_owners_tasks(cast: Cast, mei: Caller, step: str) -> None:
    org.link_account(person=cast.wang, user=cast.mei, by=cast.house)
    uid = mei.post("/tasks", {**TASK, "owner": str(cast.wang.uid)}).json()["uid"]
    reading = open_caller(cast.mei, cast.sub, scopes=["workflow:task:view"])
    assert reading.get(f"/tasks/{uid}").status_code == 200
    assert reading.post(f"/tasks/{uid}/{step}", {"version": 1, "reason": "不该成功"}).status_code == 403
    assert mei.get(f"/tasks/{uid}").json()["version"] == 1


def test_a_day_on_which_nothing_can_have_been_done_is_refused(mei: Caller) -> None:
    uid = mei.post("/tasks", TASK).json()["uid"]
    for day in ("0001-01-01", "1949-12-31", "9999-12-31"):
        assert mei.post(f"/tasks/{uid}/done", {"version": 1, "on": day}).status_code == 422
    assert mei.post(f"/tasks/{uid}/done", {"version": 1, "on": "2026-05-29"}).status_code == 200


def test_a_task_that_asks_for_proof_is_closed_with_an_uploaded_file(mei: Caller, tan: Caller) -> None:
    task = mei.post("/tasks", {**TASK, "asks_proof": True}).json()
    refused = mei.post(f"/tasks/{task['uid']}/done", {"version": 1, "reason": "已发布"})
    assert (refused.status_code, refused.json()["code"]) == (422, "task.proof")
    sheet = SimpleUploadedFile("发文稿.pdf", b"%PDF-1.4\n1\n%%EOF\n")
    attached = mei.upload(f"/tasks/{task['uid']}/files", {"file": sheet})
    assert attached.status_code == 201, attached.json()
    done = mei.post(f"/tasks/{task['uid']}/done", {"version": 2, "reason": "已发布"}).json()
    assert (done["done_how"], [one["name"] for one in done["files"]]) == ("file", ["发文稿.pdf"])
    address = f"/tasks/{task['uid']}/files/{done['files'][0]['digest']}"
    assert b"".join(mei.get(address).streaming_content).startswith(b"%PDF")
    assert tan.get(address).status_code == 404
