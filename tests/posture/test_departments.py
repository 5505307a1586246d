"""Departments come and go, and what each has is counted as if it had always been looked at from nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.posture import engine, findings, wiring
from guiju.posture.models import UnitAnswers
from guiju.registers import spec
from tests.conftest import Cast
from tests.posture.conftest import URN as STANDARD
from tests.posture.conftest import Story
from tests.posture.test_incremental import World, snapshot, tell

URN = "cn:bt-sasac:2023-120"
#: What people keep by department.
KEPT = ("list_versions", "appointments", "risk_list", "checks", "policies", "risk_responses", "self_check_opinions",
        "trainings", "consultations", "decision_opinions", "policy_plans", "meetings", "reviews")  # fmt: skip


def coverage(story: Story) -> set[tuple[int, int]]:
    """What the stored answers about departments say: of how many, how many do."""
    pack = catalogue.current(URN)
    asked = {pk for pk, one in wiring.one(pack).instances.items() if one.test.name == "lists.by_department"}
    answers = UnitAnswers.objects.get(unit=story.cast.sub).answers
    return {(answers[str(pk)]["ok"], answers[str(pk)]["n"]) for pk in asked if str(pk) in answers}


def test_a_new_department_lacks_its_lists_until_somebody_enters_them(story: Story) -> None:
    story.sized("large")
    story.adopt(pack=catalogue.current(URN), base_date=date(2026, 1, 1))
    assert coverage(story) == {(0, 1)}
    for kind in ("duty", "risk", "process"):
        story.enter(
            "list_versions", story.cast.department, kind=kind, number="1", rows=9, in_force_on=date(2026, 5, 1),
            approved_by=str(story.cast.wang.uid),
        )  # fmt: skip
    assert coverage(story) == {(1, 1)}
    buying = org.create_unit(
        code="HD-01-D2", name="采购部", kind="department", parent=story.cast.sub, by=story.cast.house
    )
    assert coverage(story) == {(1, 2)}
    org.close_unit(unit=buying, on=date(2026, 6, 3), by=story.cast.house, reason="撤并")
    with story.at(2026, 6, 3):
        engine.nightly()
        assert coverage(story) == {(1, 2)}
    with story.at(2026, 6, 4):
        engine.nightly()
        assert coverage(story) == {(1, 1)}


def test_a_department_that_lacks_something_stands_in_the_form_to_fill(story: Story) -> None:
    story.sized("large")
    story.adopt(pack=catalogue.current(URN), base_date=date(2026, 1, 1))
    found = findings.findings(story.cast.sub, catalogue.current(URN)) or []
    gaps = [gap for finding in found for gap in finding.gaps if gap.register == "list_versions"]
    uid = str(story.cast.department.uid)
    assert uid in {gap.values.get("department") for gap in gaps}
    assert any("经营部" in gap.sentence for gap in gaps)


class House(World):
    """A group whose departments come and go; people keep records in them and about them."""

    def __init__(self, story: Story, seed: int) -> None:
        super().__init__(story, seed)
        self.registers = [spec.get(code) for code in KEPT]
        self.pack = catalogue.current(URN)
        self.departments: list[Unit] = [self.cast.department]

    @property
    def steps(self) -> dict[str, Callable[[], object]]:
        return {**super().steps, "found": self.found, "close": self.close, "shift": self.shift, "answer": self.answer}

    def value(self, field: Any, unit: Unit) -> Any:
        if field.type == "department" and self.random.random() < 0.7:
            return str(self.random.choice(self.departments).uid)
        return super().value(field, unit)

    def found(self) -> None:
        """A new department, perhaps within another or from a later day."""
        self.people_changed = True
        parent = self.random.choice([self.cast.sub, self.cast.sub, self.cast.group, *self.departments])
        start = self.random.choice([None, clock.today() + timedelta(days=9)])
        code = f"D{len(self.departments)}"
        unit = org.create_unit(
            code=code, name=f"{code}部", kind="department", parent=parent, founded_on=start, by=self.cast.house
        )
        self.departments.append(unit)
        self.places.append(unit)

    def close(self) -> None:
        self.people_changed = True
        last = clock.today() + timedelta(days=self.random.choice([0, 15]))
        org.close_unit(unit=self.random.choice(self.departments), on=last, by=self.cast.house, reason="撤并")

    def shift(self) -> None:
        """A department goes to another company with its records."""
        self.people_changed = True
        unit = Unit.objects.get(pk=self.random.choice(self.departments).pk)
        parent = Unit.objects.get(pk=self.random.choice([self.cast.sub, self.cast.group]).pk)
        org.move_unit(unit=unit, parent=parent, by=self.cast.house, reason="划转")

    def answer(self) -> None:
        base = clock.today() - timedelta(days=self.random.choice([0, 200]))
        self.story.adopt(self.random.choice(self.units), self.pack, base_date=base, from_on=clock.today())


@pytest.fixture
def house(cast: Cast) -> Callable[[int], House]:
    """Makes groups that begin alike."""
    story = Story(cast, catalogue.current(STANDARD))
    for name, unit in (("张弛", cast.group), ("李想", cast.sub), ("赵宁", cast.department)):
        story.person(name, unit)

    def begin(seed: int) -> House:
        catalogue.forget()
        wiring.forget()
        return House(story, seed)

    return begin


STEPS = [
    *["create"] * 10,
    *["update"] * 3,
    "move",
    "remove",
    "tick",
    "tick",
    "found",
    "found",
    "close",
    "shift",
    "answer",
]


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6), steps=st.lists(st.sampled_from(STEPS), min_size=5, max_size=30))
def test_departments_are_counted_the_same_step_by_step_and_from_nothing(
    house: Callable[[int], House], seed: int, steps: list[str]
) -> None:
    with transaction.atomic():
        tell(house(seed), ["answer", "answer", *steps])
        assert snapshot()["answers"]
        transaction.set_rollback(True)
