"""The consultation desk for programmes, and that whoever asked is told of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.workflow.models import Notice, Step, Task, TaskStatus
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast
from tests.governance.policy_house import account
from tests.review.house import Reviewers

pytestmark = pytest.mark.django_db

ASKED = {"question": "供应商请看演出能不能去", "kind": "conduct", "detail": "票价三百元"}


@pytest.fixture
def buyer(them: Reviewers) -> Caller:
    return open_caller(them.buyer, them.unit)


def answered(them: Reviewers, **more: Any) -> Entry:
    row = Entry.objects.get(register="consultations")
    values = {"answer": "谢绝并登记。", "answered_on": row.on, "answered_by": str(them.person("staff").uid), **more}
    return registers.move(entry=row, move="answer", values=values, version=row.version, by=them.by("staff"))


def test_a_question_is_asked_once_however_often_it_is_sent_and_its_answer_is_read(
    them: Reviewers, buyer: Caller
) -> None:
    first = buyer.post("/review-questions", ASKED, Idempotency_Key="k")
    again = buyer.post("/review-questions", ASKED, Idempotency_Key="k")
    assert (first.status_code, again.json()["uid"]) == (201, first.json()["uid"]), first.content
    url = first["Location"].removeprefix("/api/v1")
    assert buyer.get(url).json()["answered"] is False
    answered(them)
    (mine,) = buyer.get("/review-questions").json()
    assert (mine["answered"], mine["answer"], mine["answered_by"]) == (True, "谢绝并登记。", "何规")
    other = open_caller(them.officer, them.unit)
    assert (other.get("/review-questions").json(), other.get(url).status_code) == ([], 404)
    assert verify.run().findings == []


def test_what_is_missing_is_said_and_another_system_asks_nothing(cast: Cast, them: Reviewers, buyer: Caller) -> None:
    answer = buyer.post("/review-questions", {**ASKED, "kind": "nothing", "question": " "})
    assert (answer.status_code, {one["where"] for one in answer.json()["faults"]}) == (422, {"kind", "question"})
    gate = open_caller(account("Oa", "gateway", cast.sub, cast.house), cast.sub)
    assert gate.post("/review-questions", ASKED).status_code == 403
    narrow = open_caller(them.buyer, them.unit, scopes=["review:gate:ask"])
    assert narrow.post("/review-questions", ASKED).status_code == 403
    assert not Entry.objects.filter(register="consultations").exists()


def test_answers_that_were_published_are_found_and_others_are_not(them: Reviewers, buyer: Caller) -> None:
    buyer.post("/review-questions", ASKED)
    row = answered(them, gist="观看演出一律谢绝。")
    assert buyer.get("/review-questions/answers").json() == []
    registers.move(entry=row, move="publish", version=row.version, by=them.by("head"))
    (found,) = buyer.get("/review-questions/answers?q=演出").json()
    assert (found["uid"], found["gist"]) == (str(row.uid), "观看演出一律谢绝。")
    assert buyer.get("/review-questions/answers?q=票价").json() == []


def test_whoever_asked_is_told_of_each_answer_and_owes_nothing(cast: Cast, them: Reviewers, buyer: Caller) -> None:
    buyer.post("/review-questions", ASKED)
    assert not Notice.objects.filter(user=them.buyer).exists()
    row = answered(them)
    notice = Notice.objects.get(user=them.buyer)
    assert (notice.step, notice.task.about, notice.task.status) == (Step.ASKED, "answer", TaskStatus.DONE)
    page = cast.client(them.buyer)
    shown = page.get("/tasks/notices/").content.decode()
    assert 'href="/review/questions/"' in shown
    assert "供应商请看演出" in shown
    assert page.get(f"/tasks/{notice.task.uid}/").status_code == 200
    row = registers.move(entry=row, move="reopen", version=row.version, by=them.by("staff"), reason="情况有变")
    registers.move(entry=row, move="answer", version=row.version, by=them.by("staff"))
    assert Notice.objects.filter(user=them.buyer).count() == 2
    assert Task.objects.filter(about="answer").count() == 1


def test_who_answers_himself_needs_no_telling(them: Reviewers) -> None:
    open_caller(them.staff, them.unit).post("/review-questions", ASKED)
    answered(them)
    assert not Notice.objects.filter(task__about="answer").exists()
