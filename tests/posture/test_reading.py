"""The facts of a unit are the same whether they are read alone or with many others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Unit
from guiju.posture import facts, reading
from tests.posture.conftest import Story

pytestmark = pytest.mark.django_db


def _units(story: Story) -> list[Unit]:
    return [
        org.create_unit(
            code=f"F{number}", name=f"第{number}厂", kind="company", parent=story.cast.group, by=story.cast.house
        )
        for number in range(8)
    ]


def _records(story: Story, units: list[Unit]) -> None:
    for number, unit in enumerate(units):
        story.enter("trainings", unit, topic="合规", audience="all", held_on=date(2026, 1, 1), attended=number)
        story.enter("bodies", unit, name="委员会", kind="committee", from_on=date(2025, 1, 1), document="通知")


def _read(units: list[Unit], **more: object) -> dict[int, dict[str, list[object]]]:
    found = reading.read([unit.pk for unit in units], sorted(facts.RELATIONS), on=clock.today(), **more)
    return {pk: each.rows for pk, each in found.items()}


@pytest.mark.parametrize("as_of", [False, True])
def test_facts_read_alone_are_those_read_together(story: Story, as_of: bool) -> None:
    units = _units(story)
    _records(story, units)
    past = reading.end_of_day(clock.today() + timedelta(days=1)) if as_of else None
    together = _read(units, titles=True, recorded_by=past)
    alone = {pk: rows for unit in units for pk, rows in _read([unit], titles=True, recorded_by=past).items()}
    assert together == alone
    assert {relation for rows in alone.values() for relation in rows} >= {"body"}
    assert all(rows for rows in alone.values())


def test_the_facts_of_one_unit_cost_one_question_for_all_registers(story: Story) -> None:
    _records(story, [story.cast.sub])
    with CaptureQueriesContext(connection) as asked:
        _read([story.cast.sub])
    assert sum("registers_entry" in query["sql"] for query in asked.captured_queries) == 1


def test_departments_are_read_with_what_stands_below_them(story: Story) -> None:
    cast = story.cast
    below = org.create_unit(code="HD-01-D1-1", name="投标组", kind="department", parent=cast.department, by=cast.house)
    branch = org.create_unit(code="HD-01-B", name="西安分公司", kind="branch", parent=cast.sub, by=cast.house)
    buying = org.create_unit(code="HD-01-B-1", name="采购部", kind="department", parent=branch, by=cast.house)
    found = reading.read([cast.sub.pk, cast.group.pk], [], on=clock.today())
    assert [(each.name, each.units) for each in found[cast.sub.pk].departments] == [
        ("经营部", {cast.department.pk, below.pk}),
        ("采购部", {buying.pk}),
    ]
    assert found[cast.group.pk].departments == ()
