"""A round asks each department for its risks, follows what it rates, and is closed with what is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.access.actor import of_user
from guiju.compliance.models import Assessment, Round
from guiju.compliance.risks import reach, rounds
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture import evidence, reading
from guiju.posture.models import Status
from guiju.registers import actions as registers
from guiju.workflow.models import Task, TaskStatus
from tests.compliance.riskers import fresh, mei, officer, open_round, risk
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 18)
FULL: dict[str, Any] = {"probability": 4, "impact": 4, "residual_probability": 2, "residual_impact": 3, "priority": 1}


@pytest.fixture(autouse=True)
def _day() -> Any:
    from datetime import datetime

    with clock.simulate(datetime(2026, 11, 18, 9, tzinfo=clock.SHANGHAI)):
        yield


def tasks(round_: Round, status: str = TaskStatus.OPEN) -> list[Task]:
    return list(Task.objects.filter(about="round", about_uid=round_.uid, status=status).order_by("pk"))


def test_each_department_with_risks_gets_its_task(cast: Cast) -> None:
    by = mei(cast)
    risk(by, cast.sub, department=cast.department)
    risk(by, cast.sub, "印章外借")
    row = open_round(by, cast.sub)
    assert {(task.unit, task.role) for task in tasks(row)} == {
        (cast.department, "department_officer"), (cast.sub, "compliance_staff"),
    }  # fmt: skip


def test_all_levels_are_asked_at_once_and_others_are_not(cast: Cast) -> None:
    lin = of_user(cast.lin)
    for unit in (cast.group, cast.sub, cast.grandchild):
        risk(lin, unit)
    risk(of_user(cast.tan), cast.stranger)
    assert len(tasks(open_round(lin, cast.group, all_levels=True))) == 3
    assert [task.unit for task in tasks(open_round(lin, cast.sub, period_code="2026H2"))] == [cast.sub]


def test_a_department_officer_rates_her_risks_and_her_task_closes(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub, department=cast.department)
    row, hua = open_round(by, cast.sub), of_user(officer(cast, cast.department))
    made = rounds.assess(round_=row, risk=entry, values=FULL, version=1, by=hua)
    now = fresh(entry)
    assert (made.inherent_level, made.level, made.trend) == ("high", "medium", "new")
    assert (now.level, now.num_1, now.on, now.text_2) == ("medium", 1, DAY, "new")
    assert (now.body.data["inherent_level"], now.body.data["residual_impact"]) == ("high", 3)
    assert tasks(row) == []
    assert reach.counts(row) == {cast.department.pk: (1, 0)}


def test_level_and_order_are_two_things(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub)
    row = open_round(by, cast.sub)
    made = rounds.assess(
        round_=row, risk=entry, values={"probability": 1, "impact": 1, "priority": 1}, version=1, by=by
    )
    assert (made.level, made.priority) == ("low", 1)


def test_a_level_by_hand_needs_a_reason(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub)
    row = open_round(by, cast.sub)
    with pytest.raises(Problem) as refused:
        rounds.assess(round_=row, risk=entry, values={**FULL, "level": "low"}, version=1, by=by)
    assert [fault.where for fault in refused.value.faults] == ["level_reason"]
    made = rounds.assess(
        round_=row, risk=entry, values={**FULL, "level": "low", "level_reason": "已全部线上招标"}, version=1, by=by
    )
    assert (made.level, made.reason) == ("low", "已全部线上招标")


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"probability": 3}, "impact"),
        ({"probability": 6, "impact": 1}, "probability"),
        ({"probability": "x", "impact": 1}, "probability"),
        ({"probability": 1, "impact": 1, "residual_impact": 1}, "residual_impact"),
        ({"probability": 1, "impact": 1, "priority": 0}, "priority"),
        ({"probability": 1, "impact": 1, "priority": "first"}, "priority"),
        ({"probability": 1, "impact": 1, "level": "huge"}, "level"),
    ],
)
def test_a_rating_that_cannot_be_meant_is_refused(cast: Cast, values: dict[str, Any], where: str) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub)
    with pytest.raises(Problem) as refused:
        rounds.assess(round_=open_round(by, cast.sub), risk=entry, values=values, version=1, by=by)
    assert where in {fault.where for fault in refused.value.faults}
    assert not Assessment.objects.exists()


def test_two_who_rate_the_same_risk_do_not_overwrite_each_other(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub)
    row = open_round(by, cast.sub)
    rounds.assess(round_=row, risk=entry, values=FULL, version=1, by=by)
    with pytest.raises(Conflict):
        rounds.assess(round_=row, risk=fresh(entry), values={**FULL, "impact": 1}, version=1, by=of_user(cast.lin))
    assert Assessment.objects.get().impact == 4


def test_others_rate_nothing_here(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub)
    row = open_round(by, cast.sub)
    with pytest.raises(NotFound):
        rounds.assess(round_=row, risk=entry, values=FULL, version=1, by=of_user(cast.tan))
    with pytest.raises(NotFound):
        rounds.assess(round_=row, risk=entry, values=FULL, version=1, by=of_user(officer(cast, cast.department)))
    with pytest.raises(Denied):
        rounds.assess(round_=row, risk=entry, values=FULL, version=1, by=of_user(cast.qian))
    with pytest.raises(Denied):
        open_round(of_user(cast.qian), cast.sub, period_code="2026Q4")


def test_a_risk_that_comes_up_joins_the_round(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub, department=cast.department)
    row = open_round(by, cast.sub)
    rounds.assess(round_=row, risk=entry, values=FULL, version=1, by=by)
    assert tasks(row) == []
    risk(by, cast.sub, "新业务", department=cast.department)
    assert [task.unit for task in tasks(row)] == [cast.department]
    assert reach.counts(row) == {cast.department.pk: (1, 1)}


def test_a_risk_that_is_gone_is_asked_for_no_longer(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub)
    row = open_round(by, cast.sub)
    registers.move(entry=entry, move="close", values={"closed_on": DAY}, by=by, reason="业务已停办")
    assert tasks(row) == []


def test_a_closed_round_is_frozen_with_what_nobody_rated(cast: Cast) -> None:
    by = mei(cast)
    one, two = risk(by, cast.sub), risk(by, cast.sub, "印章外借")
    row = open_round(by, cast.sub)
    rounds.assess(round_=row, risk=one, values=FULL, version=1, by=by)
    row = rounds.close_round(round_=row, version=1, by=by)
    assert [each["risk"] for each in row.unrated] == [str(two.uid)]
    assert tasks(row) == []
    with pytest.raises(Conflict):
        rounds.assess(round_=row, risk=two, values=FULL, version=1, by=by)
    risk(by, cast.sub, "之后的")
    assert reach.counts(row) == {cast.sub.pk: (1, 1)}


def test_a_round_of_the_same_period_is_not_opened_twice(cast: Cast) -> None:
    open_round(mei(cast), cast.sub)
    with pytest.raises(Problem) as refused:
        open_round(mei(cast), cast.sub)
    assert refused.value.faults[0].where == "period"


def test_the_trend_compares_with_the_round_before(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub)
    first = open_round(by, cast.sub, period_code="2026H1")
    rounds.assess(round_=first, risk=entry, values={"probability": 3, "impact": 3}, version=1, by=by)
    rounds.close_round(round_=first, version=1, by=by)
    for code, p, expected in (("2026Q3", 4, "up"), ("2026Q4", 4, "same"), ("2026", 1, "down")):
        row = open_round(by, cast.sub, period_code=code)
        now = fresh(entry)
        made = rounds.assess(round_=row, risk=now, values={"probability": p, "impact": 3}, version=now.version, by=by)
        assert made.trend == expected
        rounds.close_round(round_=row, version=1, by=by)


def test_the_same_as_last_time_is_one_step(cast: Cast) -> None:
    by, entry = mei(cast), risk(mei(cast), cast.sub, probability=4, impact=5, priority=2)
    made = rounds.again(round_=open_round(by, cast.sub), risk=entry, version=1, by=by)
    assert (made.probability, made.impact, made.level, made.priority) == (4, 5, "high", 2)


def _status(unit: Any, name: str) -> Status:
    test = evidence.get(name)
    given = test.Params()
    known = reading.read(
        [unit.pk], [row.relation for row in test.reads], on=clock.today(), people=False, recorded_by=None,
        attributes={unit.pk: {}},
    )[unit.pk]  # fmt: skip
    return test.status(test.measure(known, clock.today(), given), given)


def test_a_finished_round_proves_what_the_standard_asks(cast: Cast) -> None:
    by = mei(cast)
    pack = catalogue.current("cn:casmes:effectiveness-draft")
    posture.adopt(unit=cast.sub, pack=pack, by=by, from_on=date(2026, 1, 1), reason="决议")
    made = [risk(by, cast.sub, f"风险{n}", business="招标") for n in range(3)]
    assert _status(cast.sub, "risk.assessed") != Status.MET
    row = open_round(by, cast.sub)
    for place, entry in enumerate(made, 1):
        rounds.assess(round_=row, risk=entry, values={**FULL, "priority": place}, version=1, by=by)
    assert (_status(cast.sub, "risk.assessed"), _status(cast.sub, "risk.prioritised")) == (Status.MET, Status.MET)


STEPS = st.lists(
    st.tuples(st.sampled_from(["rate", "add", "gone", "close"]), st.integers(1, 5), st.integers(1, 5)), max_size=8
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_whatever_happens_the_task_is_open_exactly_while_something_is_left(
    cast: Cast, steps: list[tuple[str, int, int]]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        by, place = mei(cast), 0
        entries = [risk(by, cast.sub, "起始", department=cast.department)]
        row = open_round(by, cast.sub)
        for step, p, i in steps:
            if step == "rate" and entries:
                one = fresh(entries[p % len(entries)])
                rounds.assess(round_=row, risk=one, values={"probability": p, "impact": i}, version=one.version, by=by)
            elif step == "add":
                place += 1
                entries.append(risk(by, cast.sub, f"新增{place}", department=cast.department))
            elif step == "gone" and entries:
                one = entries.pop(i % len(entries))
                registers.move(entry=one, move="close", values={"closed_on": DAY}, by=by, reason="已停办")
            elif step == "close":
                row = rounds.close_round(round_=row, version=row.version, by=by)
                break
            left = reach.unrated(row).count()
            assert bool(tasks(row)) == bool(left)
        if row.closed_on is not None:
            assert tasks(row) == []
        transaction.set_rollback(True)
