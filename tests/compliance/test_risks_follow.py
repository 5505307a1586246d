"""Warnings, reports and responses ask the right person for the next step; the library reaches whom it is for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from guiju.access.actor import of_user
from guiju.compliance.risks import library, matrix, setting
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow.models import Notice, Step, Task, TaskStatus
from tests.compliance.riskers import fresh, mei, officer, risk
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.simulate(datetime(2026, 11, 18, 9, tzinfo=clock.SHANGHAI)):
        yield


def todo(entry: Entry) -> dict[str, Task]:
    """The open tasks about a record, by step."""
    rows = Task.objects.filter(about_uid=entry.uid, status=TaskStatus.OPEN).select_related("unit", "owner")
    return {row.key.split(":")[1]: row for row in rows}


def warn(cast: Cast, **more: Any) -> Entry:
    values = {"name": "拆分采购苗头", "level": "general", "due_on": date(2026, 12, 1), **more}
    return registers.create(register="alerts", unit=cast.sub, values=values, by=mei(cast))


def report(cast: Cast, **more: Any) -> Entry:
    values = {"matter": "续租未评估", "level": "major", "reporter": str(cast.wang.uid), **more}
    return registers.create(register="risk_reports", unit=cast.sub, values=values, by=mei(cast))


def test_a_warning_asks_its_owner_and_then_the_head_to_release_it(cast: Cast) -> None:
    by, entry = mei(cast), warn(cast, owner=str(cast.wang.uid), department=str(cast.department.uid))
    task = todo(entry)["handle"]
    assert (task.owner, task.due_on, task.unit) == (cast.wang, date(2026, 12, 1), cast.department)
    registers.move(entry=fresh(entry), move="handle", values={"handling": "已合并采购"}, by=by)
    assert {step: (one.role, one.unit) for step, one in todo(entry).items()} == {
        "release": ("compliance_head", cast.sub)
    }
    with pytest.raises(Problem):
        registers.move(entry=fresh(entry), move="release", values={"released_on": DAY}, by=by)
    registers.move(entry=fresh(entry), move="release", values={"released_on": DAY, "release_reason": "已核实"}, by=by)
    assert todo(entry) == {}
    registers.move(entry=fresh(entry), move="again", by=by, reason="又出现")
    assert set(todo(entry)) == {"handle"}


def test_a_department_officer_releases_no_warning(cast: Cast) -> None:
    entry = warn(cast, department=str(cast.department.uid))
    with pytest.raises(Denied):
        registers.move(
            entry=entry, move="release", values={"released_on": DAY, "release_reason": "没事"},
            by=of_user(officer(cast, cast.department)),
        )  # fmt: skip


def principal(cast: Cast) -> Person:
    person = org.add_person(unit=cast.sub, name="郑启航", by=cast.house)
    registers.create(
        register="appointments", unit=cast.sub, by=cast.house,
        values={
            "role": "first_responsible", "person": str(person.uid), "from_on": "2025-01-01", "document": "任命文件",
        },
    )  # fmt: skip
    Person.objects.filter(pk=person.pk).update(user=cast.mei)
    return person


def test_a_major_warning_reaches_the_first_responsible_person_at_once(cast: Cast) -> None:
    principal(cast)
    warn(cast)
    assert not Notice.objects.filter(step=Step.PRINCIPAL).exists()
    warn(cast, level="major", name="重大苗头")
    assert Notice.objects.filter(step=Step.PRINCIPAL, user=cast.mei).count() == 1


def test_a_major_report_goes_from_head_to_owner_within_its_times(cast: Cast) -> None:
    by, entry = mei(cast), report(cast, due_on=date(2026, 12, 20), owner=str(cast.wang.uid))
    task = todo(entry)["analyse"]
    assert (task.role, task.due_on) == ("compliance_head", date(2026, 11, 19))
    with pytest.raises(Problem) as refused:
        registers.move(entry=fresh(entry), move="settle", values={"settled_on": DAY, "result": "好了"}, by=by)
    assert refused.value.code == "risk_report.unanalysed"
    given = {"analysis": "金额大", "measures": "暂停续租", "analysed_on": DAY}
    registers.move(entry=fresh(entry), move="analyse", values=given, by=by)
    task = todo(entry)["settle"]
    assert (task.owner, task.due_on) == (cast.wang, date(2026, 12, 20))
    registers.move(entry=fresh(entry), move="escalate", values={"escalated_on": DAY}, by=by)
    assert {step: one.role for step, one in todo(entry).items()} == {"decide": "first_responsible"}
    registers.move(entry=fresh(entry), move="decide", values={"decision": "限期整改"}, by=by)
    assert set(todo(entry)) == {"settle"}
    registers.move(entry=fresh(entry), move="settle", values={"settled_on": DAY, "result": "已评估"}, by=by)
    assert todo(entry) == {}
    assert Task.objects.filter(about_uid=entry.uid, status=TaskStatus.DONE).count() == 3


def test_a_general_report_is_settled_by_its_owner(cast: Cast) -> None:
    entry = report(cast, level="general")
    task = todo(entry)["settle"]
    assert (task.role, task.due_on) == ("compliance_staff", date(2026, 12, 2))
    registers.move(entry=fresh(entry), move="settle", values={"settled_on": DAY, "result": "已提醒"}, by=mei(cast))
    assert todo(entry) == {}


def test_the_limits_of_the_unit_count(cast: Cast) -> None:
    grid = matrix.parsed({"limits": {"analyse": 3}}, matrix.of(cast.group))
    setting.set_matrix(unit=cast.group, grid=grid, version=0, by=of_user(cast.lin))
    assert todo(report(cast))["analyse"].due_on == date(2026, 11, 23)


def test_a_department_officer_reports_and_the_head_analyses(cast: Cast) -> None:
    hua = of_user(officer(cast, cast.department))
    entry = report(cast, department=str(cast.department.uid))
    given = {"analysis": "自己看了", "measures": "无", "analysed_on": DAY}
    with pytest.raises(Denied):
        registers.move(entry=entry, move="analyse", values=given, by=hua)


def test_a_response_asks_its_owner_until_it_is_done(cast: Cast) -> None:
    values = {
        "name": "统一续租评估", "kind": "plan", "made_on": DAY, "due_on": date(2026, 12, 10), "owner": str(cast.wang.uid),
    }  # fmt: skip
    entry = registers.create(register="risk_responses", unit=cast.sub, values=values, by=mei(cast))
    assert todo(entry)["carry"].owner == cast.wang
    registers.update(entry=entry, values={"due_on": date(2026, 12, 12)}, version=1, by=mei(cast))
    assert todo(entry)["carry"].due_on == date(2026, 12, 12)
    registers.move(entry=fresh(entry), move="finish", values={"done_on": DAY, "result": "完成"}, by=mei(cast))
    assert todo(entry) == {}


def test_a_removed_record_asks_for_nothing(cast: Cast) -> None:
    entry = warn(cast)
    registers.remove(entry=entry, version=1, by=mei(cast), reason="录入错误")
    assert todo(entry) == {}


# --- the library ----------------------------------------------------------------------------------------------------


def share(cast: Cast, name: str = "拆分招标", **more: Any) -> Entry:
    lin = of_user(cast.lin)
    values = {"name": name, "behaviour": f"{name}的行为", **more}
    entry = registers.create(register="risk_library", unit=cast.group, values=values, by=lin)
    return registers.move(entry=entry, move="share", by=lin)


def test_drafts_and_other_trees_are_never_offered(cast: Cast) -> None:
    shared = share(cast)
    registers.create(register="risk_library", unit=cast.group, values={"name": "草稿", "behaviour": "x"}, by=cast.house)
    assert [one.uid for one in library.offers(unit=cast.grandchild, by=mei(cast))] == [shared.uid]
    assert library.offers(unit=cast.stranger, by=of_user(cast.tan)) == []
    with pytest.raises(NotFound):
        library.offers(unit=cast.sub, by=of_user(cast.tan))
    with pytest.raises(NotFound):
        library.take(unit=cast.stranger, department=None, uids=[shared.uid], by=of_user(cast.tan))


def test_the_search_narrows_what_is_offered(cast: Cast) -> None:
    share(cast, "拆分招标", field="contract")
    share(cast, "印章外借", field="governance")
    assert [one.title for one in library.offers(unit=cast.sub, by=mei(cast), words="印章")] == ["印章外借"]
    assert [one.title for one in library.offers(unit=cast.sub, by=mei(cast), field="contract")] == ["拆分招标"]


def test_what_is_on_the_list_already_is_not_taken_twice(cast: Cast) -> None:
    shared = share(cast)
    assert len(library.take(unit=cast.sub, department=None, uids=[shared.uid], by=mei(cast))) == 1
    assert library.take(unit=cast.sub, department=None, uids=[shared.uid], by=mei(cast)) == []
    assert library.uses(cast.group) == {shared.uid: 1}


def test_a_department_officer_takes_risks_over_into_her_department(cast: Cast) -> None:
    shared, hua = share(cast), of_user(officer(cast, cast.department))
    (made,) = library.take(unit=cast.department, department=None, uids=[shared.uid], by=hua)
    assert (made.unit, made.department) == (cast.sub, cast.department)
    with pytest.raises((Denied, NotFound)):
        library.take(unit=cast.sub, department=None, uids=[shared.uid], by=hua)


def test_a_withdrawn_risk_is_told_and_kept_or_not(cast: Cast) -> None:
    shared, by = share(cast), mei(cast)
    (made,) = library.take(unit=cast.sub, department=None, uids=[shared.uid], by=by)
    assert library.news(unit=cast.sub, by=by) == []
    registers.move(entry=fresh(shared), move="withdraw", by=of_user(cast.lin), reason="不再适用")
    (told,) = library.news(unit=cast.sub, by=by)
    assert told.is_withdrawn
    seen = fresh(shared).version
    with pytest.raises(Conflict):
        library.settle(risk=made, take_over=True, version=1, seen=seen, by=by)
    library.settle(risk=made, take_over=False, version=1, seen=seen, by=by)
    assert library.news(unit=cast.sub, by=by) == []


def test_a_change_that_came_while_she_looked_is_not_taken_over_unseen(cast: Cast) -> None:
    shared, by = share(cast), mei(cast)
    (made,) = library.take(unit=cast.sub, department=None, uids=[shared.uid], by=by)
    old = fresh(shared)
    registers.update(entry=old, values={"behaviour": "新"}, version=old.version, by=of_user(cast.lin))
    with pytest.raises(Conflict):
        library.settle(risk=made, take_over=True, version=1, seen=shared.version, by=by)


def test_our_own_words_stay_when_ours_is_kept(cast: Cast) -> None:
    shared, by = share(cast), mei(cast)
    (made,) = library.take(unit=cast.sub, department=None, uids=[shared.uid], by=by)
    registers.update(entry=made, values={"behaviour": "我们的说法"}, version=1, by=by)
    old = fresh(shared)
    registers.update(entry=old, values={"behaviour": "集团的新说法"}, version=old.version, by=of_user(cast.lin))
    (told,) = library.news(unit=cast.sub, by=by)
    assert [(code, now, ours) for code, _then, now, ours in told.changes] == [
        ("behaviour", "集团的新说法", "我们的说法")
    ]
    library.settle(risk=fresh(made), take_over=False, version=2, seen=fresh(shared).version, by=by)
    assert fresh(made).body.data["behaviour"] == "我们的说法"
    assert risk(by, cast.sub, "无关").body.data["behaviour"] == "无关的行为"
