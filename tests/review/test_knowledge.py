"""Answers that were published are knowledge for every department; who asked and what was written stay where they were."""

from __future__ import annotations

from typing import Any

import pytest

from guiju.lib.errors import Denied, Problem
from guiju.org import actions as org
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import knowledge
from guiju.web.workflow import abouts
from guiju.workflow.models import Task, TaskStatus
from tests.api.conftest import open_caller
from tests.conftest import Cast
from tests.governance.policy_house import account
from tests.review.house import Reviewers

pytestmark = pytest.mark.django_db


def _answered(them: Reviewers, **more: Any) -> Entry:
    values = {
        "question": "收到供应商节日礼盒怎么办", "kind": "conduct", "asked_on": "2026-09-01", "detail": "采莲收到恒达公司礼盒",
        "asked_by": str(them.person("buyer").uid), "department": str(them.department.uid), "answered_on": "2026-09-02",
        "answered_by": str(them.person("staff").uid), "answer": "采莲应当登记上交。", "gist": "礼品一律登记上交，七日内退还。",
        **more,
    }  # fmt: skip
    row = registers.create(register="consultations", unit=them.unit, values=values, by=them.house)
    return registers.move(entry=row, move="answer", version=row.version, by=them.by("staff"))


def _published(them: Reviewers, **more: Any) -> Entry:
    row = _answered(them, **more)
    return registers.move(entry=row, move="publish", version=row.version, by=them.by("head"))


@pytest.fixture
def neighbour(them: Reviewers, cast: Cast) -> Any:
    """The officer of another department."""
    other = org.create_unit(parent=them.unit, kind="department", code="HD-01-09", name="财务部", by=cast.house)
    return account("Cheng", "department_officer", other, cast.house)


def test_an_officer_of_another_department_finds_the_gist_and_nothing_else(
    them: Reviewers, cast: Cast, neighbour: Any
) -> None:
    _published(them)
    by = cast.actor(neighbour)
    (found,) = knowledge.find(by, "礼品 上交")
    assert (found.entry.title, found.is_open) == ("收到供应商节日礼盒怎么办", False)
    assert knowledge.find(by, "恒达") == []
    assert knowledge.find(by, "采莲") == []
    page = cast.client(neighbour).get("/search/?q=登记上交").content.decode()
    assert "七日内退还" in page
    assert "采莲" not in page


def test_what_is_answered_but_not_published_stays_in_its_department(
    them: Reviewers, cast: Cast, neighbour: Any
) -> None:
    row = _answered(them)
    assert knowledge.find(cast.actor(neighbour), "礼品") == []
    page = cast.client(them.staff).get("/search/?part=answers&q=登记上交").content.decode()
    assert f"/r/consultations/{row.uid}/" in page


def test_publishing_needs_a_gist_and_the_compliance_department(them: Reviewers) -> None:
    bare = _answered(them, gist=None)
    with pytest.raises(Problem) as refused:
        registers.move(entry=bare, move="publish", version=bare.version, by=them.by("head"))
    assert "gist" in {fault.where for fault in refused.value.faults}
    whole = _answered(them, question="另一个问题")
    with pytest.raises(Denied):
        registers.move(entry=whole, move="publish", version=whole.version, by=them.by("officer"))


def test_what_is_published_no_longer_is_found_no_longer(them: Reviewers, cast: Cast, neighbour: Any) -> None:
    row = _published(them)
    registers.move(entry=row, move="unpublish", version=row.version, by=them.by("head"), reason="规定已变")
    assert knowledge.find(cast.actor(neighbour), "礼品") == []


def test_another_group_finds_nothing(them: Reviewers, cast: Cast) -> None:
    _published(them)
    assert knowledge.find(cast.actor(cast.ou), "礼品") == []


def test_a_published_answer_is_told_once(them: Reviewers, cast: Cast) -> None:
    _published(them)
    page = cast.client(them.staff).get("/search/?q=登记上交").content.decode()
    assert page.count("收到供应商节日礼盒怎么办") == 1


# --- everybody who works there --------------------------------------------------------------------------------------


def test_business_staff_find_what_was_published_where_they_work_and_nowhere_else(them: Reviewers, cast: Cast) -> None:
    row = _published(them)
    page = (
        cast.client(account("Yuan", "employee", them.department, cast.house))
        .get("/review/questions/?q=礼品")
        .content.decode()
    )
    assert "七日内退还" in page
    assert f"/r/consultations/{row.uid}/" not in page
    assert "应当登记上交" not in page  # the answer as it was given stays where it was
    stranger = account("Waibu", "business", cast.stranger, cast.house)
    assert "七日内退还" not in cast.client(stranger).get("/review/questions/").content.decode()


def test_a_programme_searches_published_answers_too(them: Reviewers, cast: Cast, neighbour: Any) -> None:
    row = _published(them)
    caller = open_caller(neighbour, cast.sub)
    (found,) = caller.get("/search?q=礼品").json()
    assert (found["uid"], found["register"], found["marked"]) == (str(row.uid), "consultations", ["礼品"])
    assert caller.get("/search?q=礼品&start=1").json() == []
    assert caller.get("/search?q=礼品&register=policies").json() == []
    assert caller.get("/search?q=恒达").json() == []


# --- asking ---------------------------------------------------------------------------------------------------------


def _ask(cast: Cast, them: Reviewers, **more: str) -> int:
    sent = {"question": "供应商请看演出能不能去", "kind": "conduct", "detail": "票价三百元", **more}
    return cast.client(them.buyer).post("/review/questions/", sent).status_code


def test_business_staff_ask_and_read_the_answer_and_the_compliance_staff_has_a_task(
    them: Reviewers, cast: Cast
) -> None:
    assert _ask(cast, them, kind="") == 422
    assert _ask(cast, them) == 302
    row = Entry.objects.get(register="consultations")
    assert (row.owner, row.department, row.status) == (them.person("buyer"), them.department, "asked")
    task = Task.objects.get(about="consultation")
    assert (task.status, task.about_uid, "供应商请看演出" in task.title) == (TaskStatus.OPEN, row.uid, True)
    assert abouts.url(task) == f"/r/consultations/{row.uid}/"
    values = {"answer": "谢绝并登记。", "answered_on": row.on, "answered_by": str(them.person("staff").uid)}
    row = registers.move(entry=row, move="answer", values=values, version=row.version, by=them.by("staff"))
    task.refresh_from_db()
    assert task.status == TaskStatus.DONE
    assert "谢绝并登记" in cast.client(them.buyer).get("/review/questions/").content.decode()
    assert "谢绝并登记" not in cast.client(them.officer).get("/review/questions/").content.decode()
    registers.move(entry=row, move="reopen", version=row.version, by=them.by("staff"), reason="情况有变")
    task.refresh_from_db()
    assert task.status == TaskStatus.OPEN
    assert "谢绝并登记" not in cast.client(them.buyer).get("/review/questions/").content.decode()


def test_the_form_of_an_answer_begins_with_whoever_answers(them: Reviewers, cast: Cast) -> None:
    assert _ask(cast, them) == 302
    row, clerk = Entry.objects.get(register="consultations"), cast.client(them.staff)
    me = str(them.person("staff").uid)
    (move,) = clerk.get(f"/r/consultations/{row.uid}/").context["moves"]
    assert move["form"].initial["answered_by"] == me
    page = clerk.get(f"/r/consultations/{row.uid}/move/answer")
    assert f'value="{me}" selected' in page.content.decode()
    # A new row is that of whoever enters a question, not yet of anybody who answers it.
    assert "answered_by" not in clerk.get(f"/r/consultations/new?unit={them.unit.code}").context["form"].initial


def test_another_system_asks_no_question(them: Reviewers, cast: Cast) -> None:
    gate = account("Oa", "gateway", cast.sub, cast.house)
    assert cast.client(gate).post("/review/questions/", {"question": "问", "kind": "other"}).status_code == 403
    assert not Entry.objects.filter(register="consultations").exists()
