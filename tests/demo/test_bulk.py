"""Rows made in bulk are rows like any other."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from guiju.access.actor import system
from guiju.demo import bulk, load
from guiju.lib.errors import Problem
from guiju.org.models import Person, Unit
from guiju.registers import rows, spec
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.trail.models import Event, Log

pytestmark = pytest.mark.django_db


def test_every_register_gets_values_as_it_would_store_them() -> None:
    turn = bulk.Round(datetime(2026, 6, 1, tzinfo=UTC), date(2026, 3, 1), date(2026, 5, 31))
    (unit,) = bulk.tree(1)
    known = Directory(unit)
    people = [str(uid) for uid in Person.objects.filter(unit=unit).values_list("uid", flat=True)]
    known.load(people=people)
    chance = random.Random(3)
    for item in (item for item in spec.all_specs() if item.is_entry):
        for number in range(20):
            data = bulk.values(item, unit.code, number, turn, chance, people=people, entries={})
            given = {code: value for code, value in data.items() if item.by_code[code].type != "entry"}
            needed = {each.code for each in item.fields if each.type == "entry" and each.required}
            assert [fault for fault in rows.check(item, given) if fault.where not in needed] == [], item.code
            stored, faults = rows.parsed(item, given, known)
            assert (faults, stored) == ([], given), item.code


def test_a_unit_has_six_below_it_and_paths_that_say_so() -> None:
    made = bulk.tree(50)
    assert [unit.depth for unit in made] == [0] + [1] * 6 + [2] * 36 + [3] * 7
    assert len({unit.path for unit in made}) == 50
    assert all(unit.parent is None or unit.path.startswith(unit.parent.path) for unit in made)
    assert {unit.root_id for unit in made} == {made[0].pk}


def test_a_real_installation_is_refused() -> None:
    Log.objects.update(origin="Real company")
    with pytest.raises(Problem) as caught:
        load.run("large", units=3, entries=30)
    assert caught.value.code == "demo.real"
    assert not Unit.objects.exists()


def test_without_an_actor_nothing_is_told() -> None:
    before = Event.objects.count()
    bulk.tree(3)
    assert bulk.records(20, today=date(2026, 6, 1)) >= 50
    bulk.adopt([], units=[])
    assert Event.objects.count() == before
    assert Entry.objects.filter(created_by=system("bench").name).exists()
