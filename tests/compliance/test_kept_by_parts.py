"""公司的数：本部的、部门里登记的、分公司登记的，都是它的；下属法人单位的不是。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.compliance.hearing import counting
from guiju.compliance.hearing import queries as hearings
from guiju.compliance.rectify import actions as rectifying
from guiju.compliance.rectify import queries as rectify
from guiju.compliance.risks import overview
from guiju.documents import reports
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.org.tree import homes, own, own_units
from guiju.registers import actions as registers
from guiju.registers import queries
from guiju.registers import spec as specs
from guiju.registers.listing import ListQuery
from guiju.registers.models import Entry
from guiju.workflow.models import Task
from tests.compliance.riskers import risk
from tests.compliance.test_rectify import enter
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch(cast: Cast) -> Unit:
    return org.create_unit(code="HD-01-X", name="西部分公司", kind="branch", parent=cast.sub, by=cast.house)


@pytest.fixture
def section(cast: Cast, branch: Unit) -> Unit:
    """A department of the branch."""
    return org.create_unit(code="HD-01-X1", name="西部工程部", kind="department", parent=branch, by=cast.house)


@pytest.fixture
def parts(cast: Cast, branch: Unit, section: Unit) -> list[Unit]:
    """Where a company's rows may be kept: itself, a department, a branch, a department of the branch."""
    return [cast.sub, cast.department, branch, section]


@pytest.fixture
def zhao(cast: Cast) -> Person:
    return org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)


def quarter() -> Period:
    return Period.of(clock.today(), "quarter")


def everywhere(cast: Cast, parts: list[Unit], make: Callable[[Unit], Entry]) -> list[Entry]:
    """One row in each of the places, and one at the company below, which is none of this company's."""
    make(cast.grandchild)
    return [make(unit) for unit in parts]


def test_what_is_kept_below_belongs_to_the_nearest_company(cast: Cast, parts: list[Unit]) -> None:
    assert list(own_units(cast.sub).order_by("path")) == sorted(parts, key=lambda unit: unit.path)
    assert list(own_units(cast.grandchild)) == [cast.grandchild]
    assert homes((unit.pk, unit.path) for unit in parts[1:]) == dict.fromkeys(
        (unit.pk for unit in parts[1:]), cast.sub.pk
    )


def test_a_closed_department_keeps_its_rows_for_the_company(cast: Cast, zhao: Person) -> None:
    row = enter(cast.house, cast.department, zhao)
    org.close_unit(unit=cast.department, on=clock.today(), reason="并入", by=cast.house)
    assert list(Entry.objects.filter(own(cast.sub), register="rectifications")) == [row]


def test_to_a_department_belongs_what_its_company_keeps_of_it(cast: Cast, zhao: Person, section: Unit) -> None:
    by = cast.house
    named = enter(by, cast.sub, zhao, department=str(cast.department.uid))
    kept = enter(by, cast.department, zhao)
    enter(by, cast.sub, zhao, problem="另一项")
    enter(by, section, zhao)
    assert set(Entry.objects.filter(own(cast.department), register="rectifications")) == {named, kept}


def test_the_hearings_sheet_counts_them_all(cast: Cast, parts: list[Unit], zhao: Person) -> None:
    by, today = cast.actor(cast.mei), clock.today()
    before = counting.count(unit=cast.sub, period=quarter(), by=by)
    late: dict[str, Any] = {"found_on": today, "due_on": today}
    everywhere(cast, parts, lambda unit: enter(cast.house, unit, zhao, **late))
    everywhere(cast, parts, lambda unit: risk(cast.house, unit, level="high"))
    everywhere(cast, parts, lambda unit: registers.create(
        register="alerts", unit=unit, by=cast.house,
        values={"number": f"预警{unit.code}", "name": "重大预警", "level": "major", "issued_on": today, "due_on": today},
    ))  # fmt: skip
    everywhere(cast, parts, lambda unit: registers.create(
        register="checks", unit=unit, by=cast.house, values={"subject": "用印排查", "checked_on": today,
                "result": "general", "checker": str(zhao.uid)},
    ))  # fmt: skip
    with clock.simulate(clock.now() + timedelta(days=1)):
        sheet = counting.count(unit=cast.sub, period=quarter(), by=by)
    assert before["rectifications"]["pending"] == 0
    assert before["risks"]["high"] is None
    assert (sheet["rectifications"]["opened"], sheet["rectifications"]["overdue"]) == (4, 4)
    assert (sheet["risks"]["high"], sheet["risks"]["warnings"]) == (4, 4)
    assert (sheet["checks"]["finished"], sheet["checks"]["problems"]) == (4, 4)
    assert len(sheet["open"]["overdue"]) == 4


def test_a_hearing_that_a_department_entered_is_the_companys(cast: Cast) -> None:
    values = {"subject": "季度调度会", "topic": "quarterly_hearing", "held_on": clock.today()}
    held = registers.create(register="meetings", unit=cast.department, values=values, by=cast.house)
    strip = hearings.strip(by=cast.actor(cast.mei), unit=cast.sub)
    assert strip.quarters[-1].meeting == held


def test_the_ledger_of_the_company_holds_them_and_the_questions_stay_few(
    cast: Cast, parts: list[Unit], zhao: Person
) -> None:
    by = cast.actor(cast.mei)
    with CaptureQueriesContext(connection) as none:
        assert rectify.ledger(by=by, unit=cast.sub).whole.total == 0
    rows = everywhere(cast, parts, lambda unit: enter(cast.house, unit, zhao))
    with CaptureQueriesContext(connection) as some:
        found = rectify.ledger(by=by, unit=cast.sub)
    assert (found.whole.total, found.whole.open) == (4, 4)
    assert len(some) == len(none)
    assert rectify.ledger(by=by, unit=cast.sub, all_levels=True).whole.total == 5
    # The list to which the figures lead holds the same rows.
    query = ListQuery(within=cast.sub, alone=True)
    assert {one.uid for one in queries.listing(by, specs.get("rectifications"), query).rows} == {
        str(row.uid) for row in rows
    }
    page = cast.client(cast.mei).get(reverse("compliance-rectify", args=["HD-01"]) + "?reach=own").content.decode()
    assert "below=0" in page


def test_the_same_cause_in_the_company_and_in_its_department_is_a_recurrence(cast: Cast, zhao: Person) -> None:
    by, told = cast.actor(cast.mei), {"field": "contract", "cause_kind": "not_followed"}
    first = enter(cast.house, cast.department, zhao, **told)
    Entry.objects.filter(pk=first.pk).update(status="closed", done_on=clock.today() - timedelta(days=5))
    again = enter(cast.house, cast.sub, zhao, problem="又一次用印未登记", found_on=clock.today(), **told)
    assert [one.uid for one in rectify.recurrences(again, by=by)] == [first.uid]
    pair = rectify.pairs(by=by, unit=cast.sub, all_levels=False)[0]
    assert (pair.uid, pair.earlier.uid, pair.confirmed) == (again.uid, first.uid, False)
    rectifying.repeats(entry=again, of=first.uid, version=again.version, by=by)
    assert rectify.pairs(by=by, unit=cast.sub, all_levels=False)[0].confirmed


def test_the_risk_list_of_the_company_holds_them(cast: Cast, parts: list[Unit]) -> None:
    by = cast.actor(cast.mei)
    everywhere(cast, parts, lambda unit: risk(cast.house, unit, level="high"))
    assert overview.counts(by=by, unit=cast.sub, all_levels=False)["high"] == 4
    assert overview.counts(by=by, unit=cast.sub, all_levels=True)["high"] == 5
    assert len(overview.top(by=by, unit=cast.sub, all_levels=False)) == 4


def test_the_papers_of_the_company_hold_them(cast: Cast, parts: list[Unit], zhao: Person) -> None:
    by, today = cast.actor(cast.mei), clock.today()
    everywhere(cast, parts, lambda unit: registers.create(
        register="zero_risk_reports", unit=unit, by=cast.house,
        values={"subject": f"{unit.name}用印排查", "checker": str(zhao.uid), "made_on": today},
    ))  # fmt: skip
    everywhere(cast, parts, lambda unit: registers.create(
        register="self_check_opinions", unit=unit, by=cast.house,
        values={"name": f"{unit.name}自查", "subject": "rule", "role": "compliance_staff", "person": str(zhao.uid),
                "given_on": today, "risk": "none", "opinion": "未发现风险。"},
    ))  # fmt: skip
    for code, ending in (("zero-risk", "用印排查"), ("self-check-opinion", "自查")):
        text = str(reports.build(code, unit=cast.sub, period=quarter(), by=by).blocks)
        assert all(f"{unit.name}{ending}" in text for unit in parts), code
        assert f"{cast.grandchild.name}{ending}" not in text


def test_an_overdue_task_in_a_department_of_the_branch_is_on_the_sheet(cast: Cast, section: Unit, zhao: Person) -> None:
    enter(cast.house, section, zhao, due_on=clock.today())
    assert Task.objects.filter(unit=section).exists()
    with clock.simulate(clock.now() + timedelta(days=1)):
        sheet = counting.count(unit=cast.sub, period=quarter(), by=cast.actor(cast.mei))
    assert sheet["work"]["overdue_tasks"] == 1
