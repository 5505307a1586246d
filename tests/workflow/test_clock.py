"""The nights: who is told what, once, and how high a task climbs."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.access import actions as access
from guiju.access.models import Grant
from guiju.trail import verify
from guiju.trail.models import Event
from guiju.workflow import actions, queries
from guiju.workflow import clock as nights
from guiju.workflow.models import Notice, Step, Task
from tests.workflow.conftest import Desk

DUE = date(2026, 6, 12)  # a Friday


def offices(desk: Desk):
    """Li does the work, Chen is the head, Zhao is the first responsible person."""
    people = [desk.person(name) for name in ("李雷", "陈总监", "赵董")]
    for role, person in zip(("compliance_staff", "compliance_head", "first_responsible"), people, strict=True):
        desk.appoint(role, person)
    return people


def test_a_task_climbs_from_its_owner_to_the_first_responsible_person(desk: Desk) -> None:
    li, chen, zhao = offices(desk)
    task = desk.task(DUE)
    for number in range(40):
        desk.night(date(2026, 6, 2) + timedelta(days=number))
    assert desk.told(li) == [("soon", 10), ("soon", 3), ("today", 0), ("overdue", -1)]
    assert desk.told(chen) == [("head", -1)]
    assert desk.told(zhao) == [("principal", -5)]
    task.refresh_from_db()
    assert (task.level, task.version) == (2, 3)
    assert Event.objects.filter(action="task.escalated").count() == 2
    assert verify.run().findings == []


def test_a_task_of_the_head_goes_straight_to_the_principal(desk: Desk) -> None:
    _li, chen, zhao = offices(desk)
    desk.task(DUE, role="compliance_head")
    desk.night(date(2026, 6, 15))
    desk.night(date(2026, 6, 30))
    assert desk.told(chen) == [("overdue", -1)]
    assert desk.told(zhao) == [("principal", -5)]


def test_a_task_handed_by_the_head_to_li_does_reach_the_head(desk: Desk) -> None:
    li, chen, _zhao = offices(desk)
    desk.task(DUE, role="compliance_head", owner=li)
    desk.night(date(2026, 6, 15))
    assert desk.told(li) == [("handed", 1), ("overdue", -1)]
    assert desk.told(chen) == [("head", -1)]


def test_an_office_that_nobody_holds_falls_to_the_next_one_up(desk: Desk) -> None:
    zhao = desk.person("赵董")
    desk.appoint("legal_representative", zhao)
    desk.task(DUE, role="department_officer")
    desk.night(date(2026, 6, 10))
    assert desk.told(zhao) == [("soon", 3)]


def test_where_nobody_was_appointed_the_nearest_compliance_office_is_told(desk: Desk) -> None:
    desk.task(DUE)
    desk.task(DUE, unit=desk.cast.group)
    desk.night(date(2026, 6, 10))
    assert desk.told(desk.cast.mei) == [("soon", 3)]
    assert desk.told(desk.cast.lin) == [("soon", 3)]


def test_whoever_has_no_account_or_may_not_look_is_passed_over(desk: Desk) -> None:
    silent, gone, chen = desk.person("甲", sees=""), desk.person("乙"), desk.person("陈总监")
    for person in (silent, gone):
        desk.appoint("compliance_staff", person)
    desk.appoint("compliance_head", chen)
    access.withdraw(row=Grant.objects.get(user=gone.user), by=desk.cast.house, reason="调岗")
    desk.task(DUE)
    desk.night(date(2026, 6, 10))
    assert (desk.told(gone), desk.told(chen)) == ([], [("soon", 3)])
    (line,) = queries.lines(Task.objects.all(), by=desk.cast.actor(desk.cast.mei))
    assert line.owners == ("甲", "乙")


def test_an_appointment_that_has_ended_owns_nothing(desk: Desk) -> None:
    former, present = desk.person("前任"), desk.person("现任")
    desk.appoint("compliance_staff", former, to_on="2026-05-31")
    desk.appoint("compliance_staff", present)
    desk.task(DUE)
    desk.night(date(2026, 6, 10))
    assert (desk.told(former), desk.told(present)) == ([], [("soon", 3)])


def test_an_officer_appointed_in_a_department_counts_for_its_company(desk: Desk) -> None:
    officer = desk.person("部门合规员")
    desk.appoint("department_officer", officer, unit=desk.cast.department)
    desk.task(DUE, role="department_officer")
    desk.night(date(2026, 6, 10))
    assert desk.told(officer) == [("soon", 3)]


def test_a_night_that_is_run_twice_tells_nobody_twice(desk: Desk) -> None:
    desk.task(DUE)
    first, second = desk.night(date(2026, 6, 30)), desk.night(date(2026, 6, 30))
    assert (first.notices, first.escalated) == (2, 1)
    assert (second.notices, second.escalated) == (0, 0)


def test_a_closed_task_climbs_no_further(desk: Desk) -> None:
    task = desk.task(DUE)
    actions.done(task=task, version=1, by=desk.cast.house)
    assert desk.night(date(2026, 6, 30)).looked_at == 0


def test_a_holiday_does_not_count(desk: Desk) -> None:
    """19 June 2026 is the Dragon Boat Festival: five working days after Friday the 12th end on Monday the 22nd."""
    _li, _chen, zhao = offices(desk)
    desk.task(DUE)
    desk.night(date(2026, 6, 19))
    assert desk.told(zhao) == []
    desk.night(date(2026, 6, 22))
    assert desk.told(zhao) == [("principal", -5)]


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.sets(st.integers(1, 60), max_size=10))
def test_whatever_nights_are_missed_nobody_is_told_a_step_twice(desk: Desk, gaps: set[int]) -> None:
    Notice.objects.all().delete()
    task = desk.task(DUE)
    heights = []
    for number in sorted(gaps):
        desk.night(date(2026, 6, 1) + timedelta(days=number))
        heights.append(Task.objects.get(pk=task.pk).level)
    assert heights == sorted(heights)
    rows = list(Notice.objects.filter(task=task).values_list("user_id", "step"))
    assert len([row for row in rows if row[1] != Step.SOON]) == len({row for row in rows if row[1] != Step.SOON})
    actions.done(task=task, version=Task.objects.get(pk=task.pk).version, by=desk.cast.house)


def test_a_night_asks_as_much_for_nine_hundred_tasks_as_for_ten(desk: Desk) -> None:
    offices(desk)
    counted = []
    for count in (10, 900):
        specs = [desk.spec(f"{count}-{number}", DUE) for number in range(count)]
        actions.ensure(specs, by=desk.cast.house)
        with desk.on(date(2026, 6, 15 if count == 10 else 16)), CaptureQueriesContext(connection) as captured:
            result = nights.run()
        assert result.escalated == count
        counted.append(len(captured))
    assert counted[1] == counted[0], counted
