"""Tasks made by hand are closed with files and records that show it; who makes one may ask for them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guiju.access.actor import of_user
from guiju.files import store
from guiju.lib.errors import Conflict, Denied, Problem
from guiju.trail import verify
from guiju.workflow import actions, queries
from guiju.workflow.models import DoneHow, Task, TaskStatus
from tests.workflow.conftest import TODAY, Desk

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 30)


def file(desk: Desk, name: str = "回执.pdf") -> dict[str, Any]:
    kept = store.save(f"%PDF-1.4\n{name}\n%%EOF\n".encode(), name=name, by=desk.cast.house)
    return {"digest": kept.digest, "name": name}


def test_a_file_shows_that_a_task_was_done_and_history_names_it(desk: Desk) -> None:
    with desk.on(TODAY):
        task = desk.task(DUE)
        done = actions.done(task=task, version=1, by=desk.cast.house, files=[file(desk)])
    assert (done.status, done.done_how) == (TaskStatus.DONE, DoneHow.FILE)
    assert [one["name"] for one in done.files] == ["回执.pdf"]
    assert "回执.pdf" in queries.history(done)[0].sentence
    assert verify.run().ok


def test_a_task_whose_maker_asks_for_proof_is_not_closed_with_words_alone(desk: Desk) -> None:
    with desk.on(TODAY):
        task = desk.task(DUE, asks_proof=True)
        with pytest.raises(Problem) as refused:
            actions.done(task=task, version=1, by=desk.cast.house, reason="已经电话报送")
        assert (refused.value.code, refused.value.where) == ("task.proof", "files")
        done = actions.done(task=task, version=1, by=desk.cast.house, files=[file(desk)], reason="已报送")
    assert (done.done_how, done.reason) == (DoneHow.FILE, "已报送")
    assert verify.run().ok


def test_a_record_is_proof_too(desk: Desk) -> None:
    with desk.on(TODAY):
        person = desk.person("王敏")
        desk.appoint("compliance_staff", person)
        task = desk.task(DUE, asks_proof=True)
        from guiju.registers.models import Entry

        row = Entry.objects.get(register="appointments")
        done = actions.done(task=task, version=1, by=desk.cast.house, record=("appointments", row.uid))
    assert done.done_how == DoneHow.RECORD


def test_files_put_to_an_open_task_count_when_it_is_closed(desk: Desk) -> None:
    with desk.on(TODAY):
        task = desk.task(DUE, asks_proof=True)
        task = actions.attach(task=task, files=[file(desk, "初稿.pdf")], version=1, by=desk.cast.house)
        assert actions.attach(task=task, files=[file(desk, "初稿.pdf")], version=2, by=desk.cast.house).version == 2
        done = actions.done(task=task, version=2, by=desk.cast.house, files=[file(desk)])
    assert [one["name"] for one in done.files] == ["初稿.pdf", "回执.pdf"]
    assert "初稿.pdf" in queries.history(done)[1].sentence


def test_a_task_that_is_opened_again_asks_for_proof_again(desk: Desk) -> None:
    with desk.on(TODAY):
        task = desk.task(DUE, asks_proof=True)
        done = actions.done(task=task, version=1, by=desk.cast.house, files=[file(desk)])
        again = actions.reopen(task=done, version=2, by=desk.cast.house, reason="回执有误")
        assert (again.files, again.asks_proof) == ([], True)
        with pytest.raises(Problem):
            actions.done(task=again, version=3, by=desk.cast.house, reason="已重新报送")
    assert any("回执.pdf" in line.sentence for line in queries.history(again))
    assert verify.run().ok


def test_a_file_that_was_not_uploaded_and_too_many_are_refused(desk: Desk) -> None:
    with desk.on(TODAY):
        task = desk.task(DUE)
        with pytest.raises(Problem):
            actions.done(task=task, version=1, by=desk.cast.house, files=[{"digest": "0" * 64, "name": "无.pdf"}])
        many = [file(desk, f"{at}.pdf") for at in range(21)]
        with pytest.raises(Problem):
            actions.attach(task=task, files=many, version=1, by=desk.cast.house)
    assert Task.objects.get(pk=task.pk).status == TaskStatus.OPEN


def test_others_put_nothing_to_a_task_and_nobody_to_a_closed_one(desk: Desk) -> None:
    with desk.on(TODAY):
        task = desk.task(DUE)
        reader = desk.person("看客").user
        assert reader is not None
        with pytest.raises(Denied):
            actions.attach(task=task, files=[file(desk)], version=1, by=of_user(reader))
        done = actions.done(task=task, version=1, by=desk.cast.house, reason="已报送")
        with pytest.raises(Conflict):
            actions.attach(task=done, files=[file(desk)], version=2, by=desk.cast.house)


def test_the_person_to_whom_it_was_handed_by_name_closes_it_with_a_file(desk: Desk) -> None:
    with desk.on(TODAY):
        owner = desk.person("李四")
        task = desk.task(DUE, owner=owner, asks_proof=True)
        assert owner.user is not None
        done = actions.done(task=task, version=1, by=of_user(owner.user), files=[file(desk)])
    assert done.done_by == "李四"
