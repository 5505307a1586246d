"""What people find when they come in the morning."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.lib.errors import NotFound
from guiju.workflow import actions, queries, stages
from guiju.workflow.models import Notice
from guiju.workflow.stages import Stage
from tests.workflow.conftest import Desk


def titles(rows) -> list[str]:
    return [task.title for task in rows]


def test_li_finds_what_was_handed_to_him_and_what_his_office_has_to_do(desk: Desk) -> None:
    li, chen = desk.person("李雷"), desk.person("陈总监")
    desk.appoint("compliance_staff", li)
    desk.appoint("compliance_head", chen)
    desk.task(date(2026, 6, 12), title="office")
    desk.task(date(2026, 6, 10), title="handed", role="compliance_head", owner=li)
    desk.task(date(2026, 6, 11), title="head's", role="compliance_head")
    desk.task(date(2026, 6, 11), title="chen's", owner=chen)
    by = desk.cast.actor(li.user)
    found = queries.inbox(by=by)
    assert titles(found.mine) == ["handed", "office"]
    assert titles(found.units) == ["handed", "head's", "chen's", "office"]
    assert (found.counts.open, found.counts.overdue, found.unread) == (2, 0, 1)
    assert titles(queries.mine(by=desk.cast.actor(chen.user))) == ["head's", "chen's"]


def test_what_was_escalated_stands_in_the_heads_inbox_too(desk: Desk) -> None:
    li, chen = desk.person("李雷"), desk.person("陈总监")
    desk.appoint("compliance_staff", li)
    desk.appoint("compliance_head", chen)
    desk.task(date(2026, 6, 12), title="late")
    head = desk.cast.actor(chen.user)
    assert titles(queries.mine(by=head)) == []
    desk.night(date(2026, 6, 15))
    with desk.on(date(2026, 6, 15)):
        assert titles(queries.mine(by=head)) == ["late"]
        assert queries.badge(by=head).overdue == 1
        (notice,) = queries.notices(by=head, unread_only=True)
        assert notice.step == "head"
        assert actions.read_notices(by=head, uids=[notice.uid]) == 1
        assert queries.unread(by=head) == 0


def test_what_lies_far_ahead_is_not_shown_yet(desk: Desk) -> None:
    actions.ensure([desk.spec("a", date(2026, 9, 30), lead=20)], by=desk.cast.house)
    mei = desk.cast.actor(desk.cast.mei)
    assert titles(queries.inbox(by=mei).units) == []
    assert titles(queries.all_of(by=mei)) == ["报送"]
    with desk.on(date(2026, 9, 10)):
        assert titles(queries.inbox(by=mei).mine) == ["报送"]


def test_mei_owns_what_nobody_in_her_unit_was_appointed_for_and_only_sees_the_rest(desk: Desk) -> None:
    desk.task(date(2026, 6, 12), title="sub")
    desk.task(date(2026, 6, 12), title="grandchild", unit=desk.cast.grandchild)
    desk.task(date(2026, 6, 12), title="group", unit=desk.cast.group)
    found = queries.inbox(by=desk.cast.actor(desk.cast.mei))
    assert (titles(found.mine), titles(found.units)) == (["sub"], ["sub", "grandchild"])
    lin = desk.cast.actor(desk.cast.lin)
    assert titles(queries.inbox(by=lin, within=desk.cast.grandchild).units) == ["grandchild"]


@pytest.mark.parametrize("who", ["tan", "ou"])
def test_others_find_nothing(desk: Desk, who: str) -> None:
    task = desk.task(date(2026, 6, 12))
    user = getattr(desk.cast, who)
    Notice.objects.create(user=user, task=task, step="soon", days=3, made_at=task.created_at)
    by = desk.cast.actor(user)
    found = queries.inbox(by=by)
    assert (titles(found.mine), titles(found.units), found.unread) == ([], [], 0)
    with pytest.raises(NotFound):
        queries.find(by=by, uid=task.uid)


def test_a_line_says_whose_it_is_and_how_many_working_days_are_left(desk: Desk) -> None:
    li = desk.person("李雷")
    desk.appoint("compliance_staff", li)
    task = desk.task(date(2026, 6, 13))
    (line,) = queries.lines([task], by=desk.cast.actor(li.user))
    assert (line.owners, line.days_left, line.is_rest_day) == (("李雷",), 9, True)
    assert (line.is_mine, line.may_edit, line.may_act) == (True, False, True)
    (seen,) = queries.lines([task], by=desk.cast.actor(desk.cast.qian))
    assert (seen.is_mine, seen.may_edit) == (False, True)


def test_a_month_shows_tasks_stages_and_rest_days(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(stages, "_providers", [])
    stages.register(
        lambda units, first, last: [Stage(unit, "urn", "三年行动", "s1", "部署", first, last) for unit in units]
    )
    desk.task(date(2026, 6, 18), title="one")
    mei = desk.cast.actor(desk.cast.mei)
    found = queries.month(by=mei, unit=desk.cast.sub, year=2026, month=6)
    by_day = {day.on: day for day in found.days}
    assert len(found.days) == 30
    assert [line.title for line in by_day[date(2026, 6, 18)].tasks] == ["one"]
    assert (by_day[date(2026, 6, 19)].works, by_day[date(2026, 6, 19)].name) == (False, "端午节")
    assert [stage.title for stage in found.stages] == ["部署"]
    assert queries.month(by=mei, year=2027, month=2).note != ""
    with pytest.raises(NotFound):
        queries.month(by=desk.cast.actor(desk.cast.tan), unit=desk.cast.sub, year=2026, month=6)


def test_lin_sees_how_many_are_due_below_and_a_units_timeline(desk: Desk) -> None:
    for unit in (desk.cast.sub, desk.cast.grandchild):
        desk.task(date(2026, 6, 18), unit=unit)
    lin = desk.cast.actor(desk.cast.lin)
    first, last = date(2026, 6, 1), date(2026, 6, 30)
    assert queries.below(by=lin, unit=desk.cast.group, first=first, last=last)[date(2026, 6, 18)].open == 2
    found = queries.timeline(by=lin, unit=desk.cast.sub)
    assert len(found.tasks) == 1


def test_the_inbox_asks_as_much_for_thirty_tasks_as_for_three(desk: Desk) -> None:
    li = desk.person("李雷")
    desk.appoint("compliance_staff", li)
    by = desk.cast.actor(li.user)
    for number in range(3):
        desk.task(date(2026, 6, 12), title=f"n{number}")

    def look() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.lines(queries.inbox(by=by).mine, by=by)
        return len(captured)

    few = look()
    for number in range(27):
        desk.task(date(2026, 6, 12), title=f"m{number}")
    assert look() == few
