"""Tasks in people's hands."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import actions as registers
from guiju.trail import verify
from guiju.trail.models import Event
from guiju.workflow import actions, queries
from guiju.workflow.models import DoneHow, Task, TaskStatus
from tests.workflow.conftest import Desk


def test_mei_makes_a_task_hands_it_over_and_wang_does_it(desk: Desk) -> None:
    mei = desk.cast.actor(desk.cast.mei)
    wang = desk.person("王小敏")
    task = actions.create_task(unit=desk.cast.sub, title="整理制度", within=5, role="compliance_staff", by=mei)
    assert (task.due_on, task.starts_on) == (date(2026, 6, 8), date(2026, 6, 1))
    task = actions.hand_over(task=task, to=wang, version=1, by=mei, reason="她更熟悉")
    assert desk.told(wang) == [("handed", 2)]
    by = desk.cast.actor(wang.user)
    task = actions.done(task=task, version=2, by=by, reason="已发布")
    assert (task.status, task.done_on, task.done_how) == (TaskStatus.DONE, date(2026, 6, 1), DoneHow.PERSON)
    with translation.override("en"):
        said = [line.sentence for line in queries.history(task)]
    assert said == [
        "王小敏 closed the task “整理制度”.",
        "Mei handed the task “整理制度” to 王小敏.",
        "Mei made the task “整理制度”.",
    ]
    assert verify.run().findings == []


def test_a_deadline_on_a_rest_day_stays_but_says_so(desk: Desk) -> None:
    task = desk.task(date(2026, 6, 13))
    assert task.due_on == date(2026, 6, 13)
    assert "2026-06-12" in task.note


def test_a_colleague_who_only_reads_may_not_close_somebody_elses_task(desk: Desk) -> None:
    task = desk.task(date(2026, 6, 10), owner=desk.person("王小敏"))
    li = desk.person("李雷")
    with pytest.raises(Denied):
        actions.done(task=task, version=1, by=desk.cast.actor(li.user))


def test_the_holder_of_the_office_owns_what_was_handed_to_nobody(desk: Desk) -> None:
    li = desk.person("李雷")
    desk.appoint("compliance_staff", li)
    task = actions.done(task=desk.task(date(2026, 6, 10)), version=1, by=desk.cast.actor(li.user))
    assert task.done_by == "李雷"


def test_a_stranger_finds_no_task(desk: Desk) -> None:
    task = desk.task(date(2026, 6, 10))
    tan = desk.cast.actor(desk.cast.tan)
    with pytest.raises(NotFound):
        queries.find(by=tan, uid=task.uid)
    with pytest.raises(NotFound):
        actions.done(task=task, version=1, by=tan)
    with pytest.raises(NotFound):
        actions.waive(task=task, version=1, by=tan, reason="不需要了")


def test_the_second_of_two_is_shown_both_sides(desk: Desk) -> None:
    mei = desk.cast.actor(desk.cast.mei)
    task = desk.task(date(2026, 6, 10))
    actions.done(task=task, version=1, by=mei)
    with pytest.raises(Conflict) as refused:
        actions.waive(task=task, version=1, by=mei, reason="不需要了")
    assert refused.value.data["current"]["status"] == "done"
    assert refused.value.data["yours"] == {"status": "waived"}


def test_not_needed_takes_a_reason(desk: Desk) -> None:
    mei = desk.cast.actor(desk.cast.mei)
    task = desk.task(date(2026, 6, 10))
    with pytest.raises(Problem) as refused:
        actions.waive(task=task, version=1, by=mei, reason=" ")
    assert refused.value.where == "reason"
    assert actions.waive(task=task, version=1, by=mei, reason="项目已取消").status == TaskStatus.WAIVED


def test_a_closed_task_is_opened_again_with_its_history(desk: Desk) -> None:
    mei = desk.cast.actor(desk.cast.mei)
    task = actions.done(task=desk.task(date(2026, 6, 10)), version=1, by=mei)
    task = actions.reopen(task=task, version=2, by=mei, reason="材料不全")
    assert (task.status, task.done_on, task.done_how, task.reason) == (TaskStatus.OPEN, None, "", "材料不全")
    with pytest.raises(Conflict):
        actions.reopen(task=task, version=3, by=mei, reason="再来")


def test_a_record_can_be_named_that_shows_it(desk: Desk) -> None:
    mei = desk.cast.actor(desk.cast.mei)
    values = {"topic": "合规培训", "held_on": "2026-05-20", "audience": "all"}
    entry = registers.create(register="trainings", unit=desk.cast.sub, values=values, by=mei)
    task = actions.done(
        task=desk.task(date(2026, 6, 10)), version=1, by=mei, record=("trainings", entry.uid), on=date(2026, 5, 20)
    )
    assert (task.done_how, task.record_uid) == (DoneHow.RECORD, entry.uid)
    other = registers.create(register="trainings", unit=desk.cast.stranger, values=values, by=desk.cast.house)
    with pytest.raises(NotFound):
        actions.done(task=desk.task(date(2026, 6, 10)), version=1, by=mei, record=("trainings", other.uid))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "", "due_on": date(2026, 6, 9), "role": "compliance_head"}, "title"),
        ({"title": "整理", "due_on": date(2026, 5, 9), "role": "compliance_head"}, "due_on"),
        ({"title": "整理", "role": "compliance_head"}, "due_on"),
        ({"title": "整理", "due_on": date(2026, 6, 9), "role": "cleaner"}, "role"),
        ({"title": "整理", "due_on": date(2026, 6, 9)}, "owner"),
    ],
)
def test_a_task_without_what_it_needs_is_refused(desk: Desk, values: dict[str, object], field: str) -> None:
    with pytest.raises(Problem) as refused:
        actions.create_task(unit=desk.cast.sub, by=desk.cast.actor(desk.cast.mei), **values)
    assert [fault.where for fault in refused.value.faults] == [field]


def test_a_task_is_not_given_to_somebody_of_another_house(desk: Desk) -> None:
    foreign = desk.person("外人", desk.cast.stranger)
    with pytest.raises(Problem) as refused:
        desk.task(date(2026, 6, 10), owner=foreign)
    assert refused.value.code == "task.owner"


def test_a_task_is_made_once_however_often_it_is_asked_for(desk: Desk) -> None:
    specs = [desk.spec("a", date(2026, 7, 1)), desk.spec("b", date(2026, 8, 1))]
    assert actions.ensure(specs, by=desk.cast.house).created == 2
    assert actions.ensure(specs, by=desk.cast.house) == actions.Made(0, 0)
    assert Event.objects.filter(action="task.created").count() == 1


def test_an_open_task_follows_a_corrected_document_and_a_closed_one_stays(desk: Desk) -> None:
    actions.ensure([desk.spec("a", date(2026, 7, 1)), desk.spec("b", date(2026, 7, 1))], by=desk.cast.house)
    closed = Task.objects.get(key="b")
    actions.done(task=closed, version=1, by=desk.cast.house)
    specs = [desk.spec("a", date(2026, 7, 8)), desk.spec("b", date(2026, 7, 8))]
    assert actions.ensure(specs, by=desk.cast.house) == actions.Made(0, 1)
    assert [task.due_on for task in Task.objects.order_by("key")] == [date(2026, 7, 8), date(2026, 7, 1)]
    assert verify.run().findings == []


def test_a_task_changed_behind_the_trail_is_found(desk: Desk) -> None:
    task = desk.task(date(2026, 6, 10))
    assert verify.run().findings == []
    Task.objects.filter(pk=task.pk).update(due_on=date(2026, 12, 31))
    assert not verify.run().ok


def test_thousands_of_tasks_are_made_with_few_questions(desk: Desk, django_assert_max_num_queries) -> None:
    specs = [desk.spec(f"k{number}", date(2026, 7, 1)) for number in range(1000)]
    with django_assert_max_num_queries(25):
        actions.ensure(specs, by=desk.cast.house)
    assert Task.objects.count() == 1000


def test_a_task_moved_into_the_sight_of_another_tree_is_noticed(desk: Desk) -> None:
    task = desk.task(date(2026, 6, 22))
    assert verify.run().findings == []
    Task.objects.filter(pk=task.pk).update(root=desk.cast.stranger)
    assert not verify.run().ok
