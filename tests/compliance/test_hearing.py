"""调度：从数据备好、开会、纪要，议定事项成为责任人的任务；没有安排下季度重点，不算开过。"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.access.actor import Actor
from guiju.compliance.hearing import actions, figures, queries
from guiju.compliance.models import Hearing
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.lib.period import Period
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture.findings import findings
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from tests.compliance.test_rectify import enter, fresh
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
URN = "cn:samr:platform-draft"


@pytest.fixture
def zhao(cast: Cast) -> Person:
    return org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)


def quarter() -> Period:
    return Period.of(clock.today(), "quarter")


def office(cast: Cast, role: str, person: Person) -> None:
    values = {"role": role, "person": str(person.uid), "from_on": "2024-01-01", "document": "任命文件"}
    registers.create(register="appointments", unit=cast.sub, values=values, by=cast.house)


def written(chair: Person, owner: Person, /, **more: Any) -> dict[str, Any]:
    due_on = clock.today() + timedelta(days=30)
    return {
        "held_on": clock.today().isoformat(),
        "place": "三楼会议室",
        "chair": str(chair.uid),
        "attendees": "王敏、赵强",
        "reporter": "赵强",
        "remark_management": "制度已修订两项。",
        "remark_risks": "排查两次。",
        "remark_rectification": "一项超期，要求本月销号。",
        "next_work": "完成第四季度排查，组织重点岗位培训。",
        "decisions": [{"matter": "补齐用印登记", "owner": str(owner.uid), "due_on": due_on.isoformat()}],
        **more,
    }  # fmt: skip


def open_tasks(entry: Entry) -> list[Task]:
    return list(Task.objects.filter(about_uid=entry.uid, status=TaskStatus.OPEN).select_related("owner"))


def test_the_sheet_is_counted_from_the_records_and_says_what_it_does_not_know(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    office(cast, "first_responsible", cast.wang)
    enter(by, cast.sub, zhao, due_on=clock.today() - timedelta(days=3))
    hearing = actions.prepare(unit=cast.sub, period=quarter(), by=by)
    assert hearing.sheet["rectifications"]["overdue"] == 1
    assert hearing.sheet["checks"]["due"] is None
    assert hearing.sheet["risks"]["high"] is None
    assert [one["title"] for one in hearing.sheet["open"]["overdue"]] == ["用印未登记"]
    assert hearing.minutes["chair"] == str(cast.wang.uid)
    enter(by, cast.sub, zhao, problem="又一件", due_on=clock.today() - timedelta(days=1))
    again = actions.prepare(unit=cast.sub, period=quarter(), by=by, given={"red": 4})
    moved = {(one.section, one.figure.code): (one.before, one.now) for one in figures.changes(again.sheet)}
    assert moved["rectifications", "overdue"] == (1, 2)
    assert again.sheet["given"] == {"red": 4}
    assert Hearing.objects.count() == 1


def test_the_sheet_of_a_group_tells_of_all_levels_and_that_of_a_firm_without_any_below_does_not(cast: Cast) -> None:
    for unit in (cast.group, cast.sub, cast.grandchild, cast.stranger):
        owner = org.add_person(unit=unit, name="钱一", by=cast.house)
        enter(cast.house, unit, owner, due_on=clock.today() - timedelta(days=3))
    given = {
        unit.code: actions.prepare(unit=unit, period=quarter(), by=cast.house).sheet for unit in (cast.group, cast.sub)
    }
    told = [figures.value(given[unit.code], "levels", "overdue") for unit in (cast.group, cast.sub)]
    assert told == [3, 2]
    assert figures.value(given[cast.group.code], "rectifications", "overdue") == 1
    assert actions.prepare(unit=cast.grandchild, period=quarter(), by=cast.house).sheet["levels"] == {}


def test_a_closed_hearing_is_a_meeting_and_its_decision_the_owners_task(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    hearing = actions.prepare(unit=cast.sub, period=quarter(), by=by)
    kept = actions.edit(hearing=hearing, values=written(cast.wang, zhao), version=hearing.version, by=by)
    closed = actions.close(hearing=kept, version=kept.version, by=by)
    meeting = Entry.objects.get(uid=closed.meeting)
    assert (meeting.kind, meeting.period, meeting.person, meeting.flag_1, meeting.flag_2) == (
        "quarterly_hearing", str(quarter()), cast.wang, True, True,
    )  # fmt: skip
    (decision,) = queries.decided(by=by, hearing=closed)
    (task,) = open_tasks(decision)
    assert (task.owner, task.due_on, task.about) == (zhao, decision.due_on, "decision")
    registers.move(entry=fresh(decision), move="finish", values={"done_on": clock.today(), "result": "已补齐"}, by=by)
    assert open_tasks(decision) == []
    registers.move(entry=fresh(decision), move="again", reason="抽查仍有缺漏", by=by)
    assert [one.owner for one in open_tasks(decision)] == [zhao]
    with pytest.raises(Conflict):
        actions.prepare(unit=cast.sub, period=quarter(), by=by)
    with pytest.raises(Conflict):
        actions.edit(hearing=closed, values={"place": "二楼"}, version=closed.version, by=by)


@pytest.mark.parametrize(
    ("lacking", "where"),
    [
        ({"next_work": "  "}, "next_work"),
        ({"chair": ""}, "chair"),
        ({"held_on": ""}, "held_on"),
        ({"held_on": "2999-01-01"}, "held_on"),
        ({"decisions": [{"matter": "没有人负责", "owner": "", "due_on": "2030-01-01"}]}, "decisions.1.owner"),
        ({"decisions": [{"matter": "时限在会前", "owner": "WANG", "due_on": "2020-01-01"}]}, "decisions.1.due_on"),
    ],
)
def test_minutes_that_lack_something_are_not_closed(
    cast: Cast, zhao: Person, lacking: dict[str, Any], where: str
) -> None:
    by = cast.actor(cast.mei)
    for row in lacking.get("decisions", []):
        row["owner"] = str(zhao.uid) if row["owner"] == "WANG" else row["owner"]
    hearing = actions.prepare(unit=cast.sub, period=quarter(), by=by)
    with pytest.raises(Problem) as refused:
        actions.close(hearing=hearing, values=written(cast.wang, zhao, **lacking), version=hearing.version, by=by)
    assert [fault.where for fault in refused.value.faults] == [where]
    assert Entry.objects.filter(register="meetings").count() == 0


def test_two_who_write_at_once_see_each_others_words(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    hearing = actions.prepare(unit=cast.sub, period=quarter(), by=by)
    version = hearing.version
    actions.edit(hearing=hearing, values={"place": "三楼"}, version=version, by=by)
    with pytest.raises(Conflict) as late:
        actions.edit(hearing=hearing, values={"place": "二楼"}, version=version, by=cast.actor(cast.lin))
    assert (late.value.data["current"], late.value.data["yours"]) == ({"place": "三楼"}, {"place": "二楼"})
    same = actions.edit(hearing=hearing, values={"place": "三楼"}, version=version, by=by)
    assert same.version == version + 1  # the same words twice are no conflict, and nothing new


def test_who_may_not_prepare_does_not_and_strangers_see_nothing(cast: Cast) -> None:
    with pytest.raises(Denied):
        actions.prepare(unit=cast.group, period=quarter(), by=cast.actor(cast.qian))
    with pytest.raises(NotFound):
        actions.prepare(unit=cast.sub, period=quarter(), by=cast.actor(cast.tan))
    with pytest.raises(NotFound):
        queries.strip(by=cast.actor(cast.tan), unit=cast.sub)


@pytest.mark.parametrize("asked", ["2026", "2026-03", "2999Q1"])
def test_a_hearing_belongs_to_a_quarter_that_has_begun(cast: Cast, asked: str) -> None:
    with pytest.raises(Problem):
        actions.prepare(unit=cast.sub, period=Period.parse(asked), by=cast.actor(cast.mei))


def test_a_quarter_without_a_hearing_is_missing_only_where_a_document_asks_for_it(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    with clock.simulate(clock.now() - timedelta(days=300)):
        values = {"subject": "首次调度", "topic": "quarterly_hearing", "held_on": clock.today()}
        registers.create(register="meetings", unit=cast.sub, values=values, by=by)

    def states() -> tuple[int, int, date | None]:
        found = queries.strip(by=by, unit=cast.sub)
        told = [one.state for one in found.quarters]
        return told.count("missing"), told.count("none"), found.due_on

    missing, none, due_on = states()
    assert (missing, due_on) == (0, None)
    assert none >= 2
    for urn in ("cn:casmes:effectiveness-draft", "cn:sasac:order-42"):
        posture.adopt(unit=cast.sub, pack=catalogue.current(urn), by=cast.house, from_on=date(2024, 1, 1))
    assert states() == (0, none, None)
    since = clock.today() - timedelta(days=100)
    posture.adopt(unit=cast.sub, pack=catalogue.current(URN), by=cast.house, from_on=since)
    later = states()
    assert later[0] + later[1] == none
    assert later[0] in {1, 2}
    assert later[2] is not None


def test_the_strip_shows_the_quarter_without_a_hearing(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    posture.adopt(unit=cast.sub, pack=catalogue.current(URN), by=cast.house, from_on=date(2024, 1, 1))
    with clock.simulate(clock.now() - timedelta(days=300)):
        values = {"subject": "首次调度", "topic": "quarterly_hearing", "held_on": clock.today()}
        registers.create(register="meetings", unit=cast.sub, values=values, by=by)
    strip = queries.strip(by=by, unit=cast.sub)
    states = [one.state for one in strip.quarters]
    assert states.count("held") == 1
    assert states[-1] == "open"
    assert states[: states.index("held")] == ["before"] * states.index("held")
    assert strip.missing == states.count("missing") >= 2
    assert strip.due_on == quarter().end


def test_one_person_two_decisions_of_the_same_words_are_two_tasks(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    hearing = actions.prepare(unit=cast.sub, period=quarter(), by=by)
    row = {"matter": "补齐登记", "owner": str(zhao.uid), "due_on": "2030-01-01"}
    closed = actions.close(
        hearing=hearing, values=written(cast.wang, zhao, decisions=[row, row]), version=hearing.version, by=by
    )
    assert len(queries.decided(by=by, hearing=closed)) == 2


def test_preparing_costs_the_same_whatever_there_is(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    counts = []
    for number in (1, 12):
        for at in range(number):
            enter(by, cast.sub, zhao, problem=f"问题{number}-{at}", due_on=clock.today() - timedelta(days=2))
        with CaptureQueriesContext(connection) as asked:
            actions.prepare(unit=cast.sub, period=quarter(), by=by)
        counts.append(len(asked))
    # The second time the sheet is there and no names are proposed.
    assert counts[1] <= counts[0], counts


def _platform(cast: Cast) -> Actor:
    by = cast.actor(cast.mei)
    for code, value in {"is_platform": True, "telecom_licence": True}.items():
        org.set_attribute(unit=cast.sub, code=code, value=value, from_on=date(2024, 1, 1), by=by)
    posture.adopt(unit=cast.sub, pack=catalogue.current(URN), by=by, from_on=date(2025, 1, 1), reason="董事会决议")
    return by


def _answer(cast: Cast, code: str) -> str:
    (found,) = findings(cast.sub, catalogue.current(URN), codes=[code]) or []
    return str(found.status)


def test_article_ten_moves_with_the_hearing_and_only_with_next_quarters_work(cast: Cast, zhao: Person) -> None:
    by = _platform(cast)
    office(cast, "first_responsible", cast.wang)
    codes = [row.code for row in catalogue.requirements(catalogue.current(URN)) if row.code.startswith("10")]
    before = {code: _answer(cast, code) for code in codes}
    values = {"subject": "调度会", "topic": "quarterly_hearing", "held_on": clock.today(), "period": str(quarter()),
              "chaired_by": str(cast.wang.uid), "minutes": "情况", "attended": 3, "has_resolution": True}  # fmt: skip
    bare = registers.create(register="meetings", unit=cast.sub, values=values, by=by)
    without = {code: _answer(cast, code) for code in codes}
    registers.remove(entry=fresh(bare), version=1, by=by, reason="改由调度办理")
    hearing = actions.prepare(unit=cast.sub, period=quarter(), by=by)
    actions.close(hearing=hearing, values=written(cast.wang, zhao), version=hearing.version, by=by)
    after = {code: _answer(cast, code) for code in codes}
    assert (before["10-4"], without["10-4"], after["10-4"]) == ("unmet", "partly", "met")
    assert (before["10-2"], after["10-2"]) == ("unmet", "met")


steps = st.lists(
    st.sampled_from(["submit", "back", "close", "owner", "due", "extend", "finish", "drop", "again", "words"]),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=steps)
def test_whatever_happens_each_row_has_the_one_task_that_it_asks_for(cast: Cast, zhao: Person, path: list[str]) -> None:
    by = cast.house
    people = [zhao, cast.wang]
    row = enter(by, cast.sub, zhao, problem="甲")
    decision = registers.create(
        register="decisions",
        unit=cast.sub,
        values={"matter": "乙", "owner": str(zhao.uid), "due_on": clock.today() + timedelta(days=5)},
        by=by,
    )
    for at, step in enumerate(path):
        for entry in (row, decision):
            with suppress(Problem):  # not possible in this state: nothing may have moved
                _step(entry, step, at, people, by)
            _holds(fresh(entry))
    for entry in (row, decision):
        registers.remove(entry=fresh(entry), version=fresh(entry).version, by=by, reason="试验")
        assert open_tasks(entry) == []


def _step(entry: Entry, step: str, at: int, people: list[Person], by: Actor) -> None:
    held = fresh(entry)
    owner = next(one for one in people if one.pk != held.owner_id)
    day = (held.due_on or clock.today()) + timedelta(days=1 if step == "extend" else -1)
    given: dict[str, dict[str, Any]] = {
        "submit": {"cause_kind": "training", "cause": "不会", "measures": "教"},
        "close": {"done_on": clock.today(), "acceptor": str(owner.uid), "acceptance": "好", "no_files": "现场"},
        "finish": {"done_on": clock.today(), "result": "好"},
    }
    if step in {"submit", "back", "close", "finish", "drop", "again"}:
        registers.move(entry=held, move=step, values=given.get(step, {}), reason=f"第{at}步", by=by)
        return
    title = "problem" if held.register == "rectifications" else "matter"
    values: dict[str, Any] = {
        "owner": {"owner": str(owner.uid)},
        "due": {"due_on": day},
        "extend": {"due_on": day, **({"extension": f"第{at}步"} if title == "problem" else {})},
        "words": {title: f"改名{at}"},
    }[step]
    registers.update(entry=held, values=values, version=held.version, by=by)


def _holds(entry: Entry) -> None:
    found = open_tasks(entry)
    if entry.status == "open":
        assert [(one.owner_id, one.due_on) for one in found] == [(entry.owner_id, entry.due_on)]
        assert entry.title in found[0].title
    elif entry.status == "submitted":
        assert len(found) == 1
        assert found[0].owner_id != entry.owner_id
    else:
        assert found == []
