"""整改：一本台账，责任人办、别人验收，延期留痕，复发看得见。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user
from guiju.access.models import User
from guiju.compliance.rectify import actions as rectify
from guiju.compliance.rectify import queries
from guiju.lib import clock
from guiju.lib.errors import Denied, Problem
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.queries import mine
from tests.conftest import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def account(name: str, role: str, unit: Unit, person: Person, house: Actor) -> User:
    """An account of a person."""
    user = access.create_account(username=name, name=person.name, password=PASSWORD, by=house)
    access.grant(user=user, role=role, unit=unit, by=house, reason="tests", from_on=date(2020, 1, 1))
    Person.objects.filter(pk=person.pk).update(user=user)
    return user


def problem(owner: Person, **more: Any) -> dict[str, Any]:
    """What is written of a problem found ten days ago, due in twenty."""
    today = clock.today()
    return {
        "problem": "用印未登记",
        "source": "check",
        "found_on": today - timedelta(days=10),
        "due_on": today + timedelta(days=20),
        "owner": str(owner.uid),
        **more,
    }


def enter(by: Actor, unit: Unit, owner: Person, **more: Any) -> Entry:
    """A problem of a unit."""
    return registers.create(register="rectifications", unit=unit, values=problem(owner, **more), by=by)


def hand_in(entry: Entry, by: Actor, **more: Any) -> Entry:
    """The owner has found the cause and put it right."""
    values = {
        "cause_kind": "not_followed",
        "cause": "印章由一人保管，没有登记",
        "measures": "双人双锁，逐笔登记",
        **more,
    }
    return registers.move(entry=fresh(entry), move="submit", values=values, by=by)


def accept(entry: Entry, by: Actor, acceptor: Person, **more: Any) -> Entry:
    """Somebody else has looked at it; whoever has no account of his own is the person of this one."""
    if by.user is not None and not Person.objects.filter(user=by.user).exists():
        Person.objects.filter(pk=acceptor.pk, user=None).update(user=by.user)
    values = {
        "done_on": clock.today(), "acceptor": str(acceptor.uid), "acceptance": "抽查三十笔，均有登记",
        "no_files": "现场查看", **more,
    }  # fmt: skip
    return registers.move(entry=fresh(entry), move="close", values=values, by=by)


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "department", "body").get(pk=entry.pk)


def tasks(entry: Entry, status: str = TaskStatus.OPEN) -> list[Task]:
    return list(Task.objects.filter(about_uid=entry.uid, status=status).select_related("owner", "unit").order_by("pk"))


@pytest.fixture
def zhao(cast: Cast) -> Person:
    return org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)


def test_a_problem_is_the_owners_task_then_somebody_elses_then_nobodys(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    entry = enter(by, cast.sub, zhao)
    (task,) = tasks(entry)
    assert (task.owner, task.due_on, task.about) == (zhao, entry.due_on, "rectification")
    assert task.shown_on <= clock.today()
    hand_in(entry, by)
    (waiting,) = tasks(entry)
    assert waiting.owner is None
    assert waiting.role == "compliance_head"
    registers.move(entry=fresh(entry), move="back", by=by, reason="缺少登记簿照片")
    (again,) = tasks(entry)
    assert again.owner == zhao
    assert "缺少登记簿照片" in again.note
    hand_in(entry, by)
    accept(entry, by, cast.wang)
    assert tasks(entry) == []
    assert {task.record_uid for task in tasks(entry, TaskStatus.DONE)} == {entry.uid}


def test_the_head_finds_what_a_department_hands_in_among_his_own_tasks(cast: Cast, zhao: Person) -> None:
    head = account("wang", "compliance_office", cast.sub, cast.wang, cast.house)
    appointed = {"role": "compliance_head", "person": str(cast.wang.uid), "from_on": clock.today(), "document": "1号"}
    registers.create(register="appointments", unit=cast.sub, values=appointed, by=cast.house)
    entry = enter(cast.house, cast.sub, zhao, department=str(cast.department.uid))
    assert [task.unit for task in tasks(entry)] == [cast.department]
    hand_in(entry, cast.actor(cast.mei))
    (waiting,) = tasks(entry)
    assert waiting.unit == cast.sub
    assert waiting in mine(by=of_user(head))


def test_the_task_follows_owner_and_deadline(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    entry = enter(by, cast.sub, zhao)
    (task,) = tasks(entry)
    sooner = clock.today() + timedelta(days=15)
    registers.update(entry=fresh(entry), values={"due_on": sooner}, version=1, by=by)
    assert [one.due_on for one in tasks(entry)] == [sooner]
    assert tasks(entry)[0].pk == task.pk
    registers.update(entry=fresh(entry), values={"owner": str(cast.wang.uid)}, version=2, by=by)
    assert [one.owner for one in tasks(entry)] == [cast.wang]
    assert [one.owner for one in tasks(entry, TaskStatus.WAIVED)] == [zhao]
    registers.remove(entry=fresh(entry), version=3, by=by, reason="重复登记")
    assert tasks(entry) == []


def test_a_named_acceptor_gets_the_task_and_the_owner_does_not_accept_his_own(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    owner = of_user(account("zhao", "department_officer", cast.sub, zhao, cast.house))
    entry = enter(by, cast.sub, zhao, acceptor=str(cast.wang.uid))
    assert list(mine(by=owner)) == tasks(entry)
    hand_in(entry, owner)
    assert [task.owner for task in tasks(entry)] == [cast.wang]
    with pytest.raises(Problem) as refused:
        accept(entry, by, zhao)
    assert refused.value.faults[0].where == "acceptor"
    with pytest.raises(Denied):
        accept(entry, owner, cast.wang)
    accept(entry, by, cast.wang)
    assert fresh(entry).body.data["watched_until"] == f"{clock.today().replace(year=clock.today().year + 1)}"


def test_whoever_handed_it_in_does_not_accept_it(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    sender = of_user(account("wang", "department_officer", cast.sub, cast.wang, cast.house))
    entry = enter(by, cast.sub, zhao)
    hand_in(entry, sender)
    assert fresh(entry).body.data["submitted_by"] == str(cast.wang.uid)
    with pytest.raises(Problem) as refused:
        accept(entry, sender, cast.wang)
    assert refused.value.code == "rectification.own"


def test_the_head_does_not_judge_his_own_rectification(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    office = {"role": "compliance_head", "person": str(zhao.uid), "from_on": "2024-01-01", "document": "任命"}
    registers.create(register="appointments", unit=cast.sub, values=office, by=by)
    entry = enter(by, cast.sub, zhao)
    hand_in(entry, by)
    assert [task.role for task in tasks(entry)] == ["first_responsible"]


def test_handing_in_asks_for_the_cause_and_closing_for_evidence(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    entry = enter(by, cast.sub, zhao)
    with pytest.raises(Problem) as refused:
        registers.move(entry=fresh(entry), move="submit", values={"measures": "登记"}, by=by)
    assert {fault.where for fault in refused.value.faults} == {"cause", "cause_kind"}
    hand_in(entry, by)
    with pytest.raises(Problem) as bare:
        accept(entry, by, cast.wang, no_files="")
    assert [fault.where for fault in bare.value.faults] == ["files"]
    accept(entry, by, cast.wang)
    with pytest.raises(Problem):
        registers.update(entry=fresh(entry), values={"no_files": ""}, version=fresh(entry).version, by=by)


def test_a_closed_row_from_elsewhere_needs_evidence_too_and_makes_no_task(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    today = clock.today()
    values: dict[str, Any] = {
        "problem": "合同未审先签", "source": "audit", "found_on": today - timedelta(days=90), "due_on": today,
        "owner": str(zhao.uid),
        "done_on": today, "acceptor": str(cast.wang.uid), "acceptance": "同意",
    }  # fmt: skip
    with pytest.raises(Problem) as bare:
        registers.create(register="rectifications", unit=cast.sub, values=values, status="closed", by=by)
    assert [fault.where for fault in bare.value.faults] == ["files"]
    own = {**values, "no_files": "旧档", "acceptor": str(zhao.uid)}
    with pytest.raises(Problem):
        registers.create(register="rectifications", unit=cast.sub, values=own, status="closed", by=by)
    kept = {**values, "no_files": "旧档案随纸质卷宗移交"}
    entry = registers.create(register="rectifications", unit=cast.sub, values=kept, status="closed", by=by)
    assert Task.objects.filter(about_uid=entry.uid).count() == 0
    assert entry.body.data["watched_until"] > today.isoformat()


def test_no_deadline_moves_in_silence(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    entry = enter(by, cast.sub, zhao)
    first = entry.due_on
    assert first is not None
    later = first + timedelta(days=30)
    with pytest.raises(Problem) as refused:
        registers.update(entry=fresh(entry), values={"due_on": later}, version=1, by=by)
    assert [fault.where for fault in refused.value.faults] == ["extension"]
    rectify.extend(entry=fresh(entry), due_on=later, reason="供应商交货推迟", version=1, by=by)
    rectify.extend(entry=fresh(entry), due_on=later + timedelta(days=9), reason="供应商交货推迟", version=2, by=by)
    held = fresh(entry)
    assert (held.count_2, held.body.data["first_due_on"]) == (2, first.isoformat())
    assert [(one.before, one.after) for one in queries.extensions(held)] == [
        (later, later + timedelta(days=9)),
        (first, later),
    ]
    assert [task.due_on for task in tasks(entry)] == [later + timedelta(days=9)]
    with pytest.raises(Problem):
        rectify.extend(entry=held, due_on=later, reason="早一点", version=3, by=by)


def test_what_the_programme_counts_cannot_be_written_by_a_form(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    entry = enter(by, cast.sub, zhao, extensions=9, first_due_on="2020-01-01", submitted_by=str(zhao.uid))
    assert not {"extensions", "first_due_on", "submitted_by"} & entry.body.data.keys()


def test_progress_is_a_dated_list(cast: Cast, zhao: Person) -> None:
    from guiju.compliance.rectify import progress

    by = cast.actor(cast.mei)
    entry = enter(by, cast.sub, zhao)
    rectify.note_progress(entry=fresh(entry), text="登记簿已建\n交综合部保管", share=40, version=1, by=by)
    rectify.note_progress(entry=fresh(entry), text="补登九月用印：三十笔", share=None, version=2, by=by)
    lines = progress.read(fresh(entry).body.data["progress"])
    assert [(line.on, line.share, line.text) for line in lines] == [
        (clock.today(), None, "补登九月用印：三十笔"),
        (clock.today(), 40, "登记簿已建；交综合部保管"),
    ]
    assert fresh(entry).count_1 == 40
    for bad in ({"text": " "}, {"text": "完成", "share": 101}):
        with pytest.raises(Problem):
            rectify.note_progress(entry=fresh(entry), version=3, by=by, **bad)  # type: ignore[arg-type]


def _closed(by: Actor, unit: Unit, owner: Person, acceptor: Person, **more: Any) -> Entry:
    entry = enter(by, unit, owner, **more)
    hand_in(entry, by)
    return accept(entry, by, acceptor)


def test_the_same_cause_in_the_same_field_is_pointed_out(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    with clock.simulate(clock.now() - timedelta(days=275)):
        earlier = _closed(by, cast.sub, zhao, cast.wang, field="contract", problem="用印未登记（上年）")
    other = enter(by, cast.sub, zhao, field="contract", cause_kind="training", cause="未培训", problem="又一件")
    again = enter(by, cast.sub, zhao, field="contract", cause_kind="not_followed", cause="老办法", problem="用印未登记")
    assert queries.recurrences(other, by=by) == []
    (found,) = queries.recurrences(again, by=by)
    assert (found.uid, found.months) == (earlier.uid, 8)
    (pair,) = queries.pairs(by=by, unit=cast.sub, all_levels=True)
    assert (pair.uid, pair.confirmed) == (again.uid, False)
    rectify.repeats(entry=fresh(again), of=found.uid, version=1, by=by)
    (pair,) = queries.pairs(by=by, unit=cast.sub, all_levels=True)
    assert pair.confirmed
    ledger = queries.ledger(by=by, unit=cast.sub)
    assert (ledger.recent, ledger.recent_repeated, ledger.repeat_percent) == (3, 1, 33)


def test_a_cause_that_comes_back_after_a_year_is_no_recurrence(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    with clock.simulate(clock.now() - timedelta(days=400)):
        _closed(by, cast.sub, zhao, cast.wang, field="contract")
    again = enter(by, cast.sub, zhao, field="contract", cause_kind="not_followed", cause="旧习", problem="再次")
    assert queries.recurrences(again, by=by) == []


def test_a_decision_on_a_violation_is_noted_at_its_rectification(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    entry = enter(by, cast.sub, zhao)
    values = {"matter": "用印未登记", "kind": "talk", "decided_on": clock.today(), "rectification": str(entry.uid)}
    made = registers.create(register="accountabilities", unit=cast.sub, values=values, by=by)
    held = fresh(entry)
    assert (held.ref_2, held.flag_2) == (made.uid, True)


def test_the_ledger_counts_for_all_levels_and_for_one(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.lin)
    late = clock.today() - timedelta(days=5)
    enter(by, cast.sub, zhao, problem="一", due_on=late)
    enter(by, cast.group, zhao, problem="二", source="audit")
    whole = queries.ledger(by=by, unit=cast.group, all_levels=True)
    assert (whole.whole.total, whole.whole.overdue, whole.whole.late_days) == (2, 1, 5)
    assert [(group.key, group.total) for group in whole.by_unit] == [(cast.sub.pk, 1), (cast.group.pk, 1)]
    assert {group.key for group in whole.by_source} == {"check", "audit"}
    assert queries.ledger(by=by, unit=cast.group).whole.total == 1
    assert queries.ledger(by=cast.actor(cast.tan), unit=cast.group, all_levels=True).whole.total == 0


def test_many_rows_make_their_tasks_in_a_few_questions(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    row = {"source": "check", "found_on": clock.today(), "due_on": clock.today(), "owner": str(zhao.uid)}
    counts = []
    for number, size in ((0, 3), (1, 40)):
        rows = [{**row, "problem": f"问题{number}-{at}"} for at in range(size)]
        with CaptureQueriesContext(connection) as asked:
            registers.create_many(register="rectifications", unit=cast.sub, rows=rows, by=by)
        counts.append(len(asked))
    assert Task.objects.filter(about="rectification", status=TaskStatus.OPEN).count() == 43
    assert counts[1] <= counts[0] + 12, counts


def test_whoever_sees_his_department_only_finds_the_tasks_that_name_him(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    owner = of_user(account("zhao", "department_officer", cast.department, zhao, cast.house))
    entry = enter(by, cast.sub, zhao, department=str(cast.department.uid))
    assert list(mine(by=owner)) == tasks(entry)
    elsewhere = enter(by, cast.sub, zhao, problem="别的部门")
    assert {one.about_uid for one in mine(by=owner)} == {entry.uid, elsewhere.uid}
    hand_in(entry, owner)
    hand_in(elsewhere, owner)  # his own work, wherever it stands
    foreign = enter(by, cast.sub, cast.wang, problem="别人的")
    with pytest.raises(Problem):
        hand_in(foreign, owner)
    assert UUID(str(entry.uid)) in {task.about_uid for task in Task.objects.filter(role="compliance_head")}
