"""Units and people through the same doors as every other register."""

from __future__ import annotations

import pytest

from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import queries, store
from guiju.registers.listing import ListQuery
from tests.registers.conftest import account


def test_an_officer_adds_a_department_and_changes_it(base, house, officer):
    units = store.of(base["units"])
    made = units.create(unit=house.power, values={"code": "G-01-C", "name": "合规部", "kind": "部门"}, by=officer)
    assert (made.title, made.text("parent"), made.text("kind")) == ("合规部", "华东电力有限公司", "部门")
    found = units.find(officer, made.uid)
    changed = units.update(found, values={"name": "法务合规部"}, version=found.version, by=officer)
    assert changed.title == "法务合规部"
    with pytest.raises(Conflict):
        units.update(found, values={"name": "又一个"}, version=found.version, by=officer)
    assert len(units.history(changed)) == 2


def test_the_organisations_refusals_name_the_fields_of_the_form(base, house, officer):
    units, people = store.of(base["units"]), store.of(base["people"])
    with pytest.raises(Problem) as refusal:
        units.create(unit=house.power, values={"code": "G-01", "name": "双胞胎", "kind": "公司"}, by=officer)
    assert refusal.value.faults[0].where == "code"
    with pytest.raises(Problem):
        units.create(
            unit=house.power, values={"code": "Z", "name": "坏代码", "kind": "公司", "uscc": "123"}, by=officer
        )
    with pytest.raises(Problem) as refusal:
        people.create(unit=house.power, values={"name": "无邮箱", "email": "not-an-address"}, by=officer)
    assert refusal.value.faults[0].where == "email"


def test_a_unit_does_not_become_its_own_ancestor_through_the_list(base, house, officer):
    units = store.of(base["units"])
    record = units.find(officer, house.power.uid)
    with pytest.raises(Problem) as refusal:
        units.update(record, values={"parent": "G-F"}, version=record.version, by=officer)
    assert refusal.value.code == "unit.cycle"


def test_people_are_listed_filtered_and_sorted_by_sound(base, house, officer):
    page = queries.listing(officer, base["people"], ListQuery())
    assert [row.title for row in page.rows] == ["李雷", "王芳", "赵敏"]
    chosen = ListQuery(filters={"department": (str(house.finance.uid),)})
    assert [row.title for row in queries.listing(officer, base["people"], chosen).rows] == ["王芳"]
    pages = queries.listing(officer, base["units"], ListQuery(sort="code", within=house.power))
    assert [row.value("code") for row in pages.rows] == ["G-01", "G-F", "G-L"]


def test_strangers_find_neither_units_nor_people(base, house):
    stranger = account("stranger", house.other)
    assert [row.title for row in queries.listing(stranger, base["units"], ListQuery()).rows] == ["江南拍卖有限公司"]
    assert queries.listing(stranger, base["people"], ListQuery()).rows == []
    for code, row in (("units", house.power), ("people", house.wang)):
        with pytest.raises(NotFound):
            store.of(base[code]).find(stranger, row.uid)
    reader = account("reader", house.group, "reader")
    with pytest.raises(Denied):
        store.of(base["people"]).create(unit=house.power, values={"name": "甲"}, by=reader)
