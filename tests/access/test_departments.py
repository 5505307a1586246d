"""A grant on a department: its own rows, and those that its company keeps and the department answers for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest

from guiju.access import actions as access
from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.models import Grant, User
from guiju.access.permissions import Permission as P
from guiju.access.roles import ROLES
from guiju.lib import clock
from guiju.lib.errors import Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.org.models import Unit
from guiju.registers import actions, exporting, queries, spec
from guiju.registers.listing import ListQuery
from guiju.registers.models import Entry
from tests.conftest import Cast

VALUES = {
    "problem": "印章外借未登记",
    "source": "audit",
    "found_on": "2026-01-05",
    "due_on": "2026-02-01",
    "owner": "1001",
}


@pytest.fixture
def house(cast: Cast) -> dict[str, Unit]:
    """The subsidiary with two departments, one of which has a section; all units of the group by code."""
    for code, name, parent in (("HD-01-D2", "财务部", cast.sub), ("HD-01-D1-S", "投标室", cast.department)):
        org.create_unit(code=code, name=name, kind="department", parent=parent, by=cast.house)
    org.create_unit(code="HD-D9", name="集团办公室", kind="department", parent=cast.group, by=cast.house)
    return {unit.code: unit for unit in Unit.objects.all()}


def keep(cast: Cast, unit: Unit, department: Unit | None, number: str, by: Actor | None = None) -> Entry:
    """A rectification that a unit keeps and a department may answer for."""
    values = {**VALUES, "number": number, "owner": str(cast.wang.uid)}
    if department is not None:
        values["department"] = department.code
    return actions.create(register="rectifications", unit=unit, values=values, by=by or cast.house)


@pytest.fixture
def rows(cast: Cast, house: dict[str, Unit]) -> list[Entry]:
    """Rows of every kind: kept by companies, by departments, for departments of the company and of another."""
    pairs = [("HD", None), ("HD", "HD-D9"), ("HD", "HD-01-D1"), ("HD-01", None), ("HD-01", "HD-01-D1"),
             ("HD-01", "HD-01-D1-S"), ("HD-01", "HD-01-D2"), ("HD-01-D1", None), ("HD-01-D1-S", None),
             ("HD-01-D2", None), ("HD-01-D2", "HD-01-D1"), ("HD-01-A", None)]  # fmt: skip
    for at, (unit, department) in enumerate(pairs):
        keep(cast, house[unit], house[department] if department else None, f"R-{at}")
    return list(Entry.objects.select_related("unit", "department"))


def company_of(unit: Unit) -> Unit:
    while unit.kind in {"department", "branch"}:
        assert unit.parent is not None
        unit = unit.parent
    return unit


def above(unit: Unit | None) -> Iterator[Unit]:
    while unit is not None:
        yield unit
        unit = unit.parent


def oracle(grants: list[Grant], permission: P, row: Entry) -> bool:
    """The rule in words: the grant reaches the unit that keeps the row; or it is one on a department, which reaches
    the department that the row names, and the row is kept by that department's own company."""
    for grant in grants:
        if permission not in ROLES[grant.role].permissions:
            continue
        reached = {grant.unit_id}
        if grant.with_subtree:
            reached |= {unit.pk for unit in Unit.objects.all() if grant.unit in above(unit)}
        if row.unit_id in reached:
            return True
        is_part = grant.unit.kind in {"department", "branch"} and company_of(grant.unit).pk == row.unit_id
        if is_part and row.department_id in reached:
            return True
    return False


def listed(by: Actor, within: Unit | None = None) -> set[str]:
    """The numbers of the rows in a list."""
    found = scope.restrict(Entry.objects.all(), by=by, permission=P.REGISTER_ENTRY_VIEW, within=within)
    return set(found.values_list("number", flat=True))


def give(user: User, role: str, unit: Unit, *, with_subtree: bool = True) -> Grant:
    return Grant.objects.create(
        user=user, role=role, unit=unit, with_subtree=with_subtree, from_on=date(2020, 1, 1), granted_by="t", reason="t"
    )


def test_every_grant_shows_the_rows_that_the_rule_in_words_names(
    cast: Cast, house: dict[str, Unit], rows: list[Entry]
) -> None:
    by = cast.actor(cast.ou)
    places = ["HD", "HD-01", "HD-01-D1", "HD-01-D1-S", "HD-01-D2", "HD-D9", "SJ"]
    for code in places:
        for with_subtree in (True, False):
            for second in (None, "HD-01-D2", "HD-01-A"):
                grants = [give(cast.ou, "department_officer", house[code], with_subtree=with_subtree)]
                if second and second != code:
                    grants.append(give(cast.ou, "reader", house[second]))
                expected = {row.number for row in rows if oracle(grants, P.REGISTER_ENTRY_VIEW, row)}
                found = scope.scope(by, P.REGISTER_ENTRY_VIEW)
                assert listed(by) == expected, (code, with_subtree, second)
                assert {row.number for row in rows if found.covers_row(row.unit, row.department)} == expected
                for grant in grants:
                    grant.delete()


def test_a_place_in_the_tree_only_ever_narrows(cast: Cast, house: dict[str, Unit], rows: list[Entry]) -> None:
    by = cast.actor(cast.ou)
    whole = {code: listed(cast.house, unit) for code, unit in house.items()}
    for code in ("HD", "HD-01", "HD-01-D1", "HD-01-D2"):
        for with_subtree in (True, False):
            grant = give(cast.ou, "reader", house[code], with_subtree=with_subtree)
            seen = listed(by)
            for place, unit in house.items():
                assert listed(by, unit) == seen & whole[place], (code, with_subtree, place)
            grant.delete()


def test_a_grant_on_one_unit_alone_does_not_open_what_lies_below(cast: Cast, rows: list[Entry]) -> None:
    give(cast.ou, "compliance_office", cast.sub, with_subtree=False)
    by = cast.actor(cast.ou)
    assert listed(by, cast.sub) == listed(by) == {"R-3", "R-4", "R-5", "R-6"}
    until = clock.today() + timedelta(days=9)
    token, _secret = access.issue_token(
        user=cast.ou, name="OA", scopes=[P.REGISTER_ENTRY_VIEW], unit=cast.sub, expires_on=until, by=by
    )
    assert listed(dataclasses.replace(by, token=token)) == listed(by)


def test_an_officer_keeps_the_rows_of_the_department_and_no_others(
    cast: Cast, house: dict[str, Unit], rows: list[Entry]
) -> None:
    give(cast.ou, "department_officer", house["HD-01-D1"])
    org.change_person(person=cast.wang, version=1, by=cast.house, department=house["HD-01-D1"])
    by = cast.actor(cast.ou)
    own = keep(cast, cast.sub, house["HD-01-D1"], "N-1", by)
    with pytest.raises(NotFound):
        keep(cast, cast.sub, None, "N-2", by)
    with pytest.raises(Problem):
        keep(cast, cast.sub, house["HD-01-D2"], "N-3", by)
    give(cast.ou, "reader", house["HD-01-D2"])
    with pytest.raises(Denied):
        keep(cast, cast.sub, house["HD-01-D2"], "N-4", by)
    cast.ou.grants.filter(role="reader").delete()
    changed = actions.update(entry=queries.find(by, own.uid), values={"problem": "已补登"}, version=1, by=by)
    assert changed.title == "已补登"
    foreign = next(row for row in rows if row.number == "R-6")
    with pytest.raises(NotFound):
        queries.find(by, foreign.uid)
    with pytest.raises(NotFound):
        actions.update(entry=foreign, values={"problem": "别人的"}, version=1, by=by)


def test_an_officer_cannot_hand_a_row_over_to_another_department(cast: Cast, house: dict[str, Unit]) -> None:
    give(cast.ou, "department_officer", house["HD-01-D1"])
    give(cast.ou, "reader", cast.sub)
    by = cast.actor(cast.ou)
    own = keep(cast, cast.sub, house["HD-01-D1"], "N-1", by)
    with pytest.raises(Problem) as refused:
        actions.update(entry=own, values={"department": "HD-01-D2"}, version=1, by=by)
    assert [fault.where for fault in refused.value.faults] == ["department"]


def test_a_reader_of_a_department_may_look_but_not_write(cast: Cast, house: dict[str, Unit], rows: list[Entry]) -> None:
    give(cast.ou, "reader", house["HD-01-D1"])
    by = cast.actor(cast.ou)
    row = queries.find(by, next(row for row in rows if row.number == "R-4").uid)
    with pytest.raises(Denied):
        actions.update(entry=row, values={"problem": "x"}, version=1, by=by)


def test_an_export_holds_the_rows_of_the_department(cast: Cast, house: dict[str, Unit], rows: list[Entry]) -> None:
    give(cast.ou, "department_officer", house["HD-01-D1"])
    by = cast.actor(cast.ou)
    found = exporting.export(
        by=by, spec=spec.get("rectifications"), query=ListQuery(within=house["HD-01-D1"]), to=BytesIO()
    )
    assert found == len(listed(by)) == 4


def test_the_people_of_a_department_are_seen_with_it(cast: Cast, house: dict[str, Unit]) -> None:
    org.add_person(unit=cast.sub, name="甲", by=cast.house, department=house["HD-01-D1"])
    org.add_person(unit=cast.sub, name="乙", by=cast.house, department=house["HD-01-D2"])
    give(cast.ou, "department_officer", house["HD-01-D1"])
    assert [row.name for row in scope.people(cast.actor(cast.ou), P.ORG_PERSON_VIEW)] == ["甲"]


def test_pages_of_the_officer_show_and_save_the_companys_row(
    cast: Cast, house: dict[str, Unit], rows: list[Entry]
) -> None:
    give(cast.ou, "department_officer", house["HD-01-D1"])
    client = cast.client(cast.ou)
    own, foreign = (next(row for row in rows if row.number == number) for number in ("R-4", "R-6"))
    assert client.get(f"/r/rectifications/{own.uid}/").status_code == 200
    assert client.get(f"/r/rectifications/{own.uid}/edit").status_code == 200
    assert client.get(f"/r/rectifications/{foreign.uid}/").status_code == 404
    page = client.get("/r/rectifications/").content.decode()
    assert "R-4" in page
    assert "R-6" not in page


def test_the_api_takes_a_row_of_the_officers_department(cast: Cast, house: dict[str, Unit], client: Any) -> None:
    give(cast.ou, "department_officer", house["HD-01-D1"])
    org.change_person(person=cast.wang, version=1, by=cast.house, department=house["HD-01-D1"])
    until = clock.today() + timedelta(days=9)
    _token, secret = access.issue_token(
        user=cast.ou, name="OA", scopes=list(P), unit=house["HD-01-D1"], expires_on=until, by=cast.house
    )
    for department, status in (("HD-01-D1", 201), ("HD-01-D2", 422)):
        body = {"unit": "HD-01", "values": {**VALUES, "number": f"N-{department}", "department": department}}
        answer = client.post(
            "/api/v1/registers/rectifications/entries", body, content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        assert answer.status_code == status, answer.content.decode()
