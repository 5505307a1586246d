"""The office of a subsidiary: who holds which office there, on 1 June 2026, a Monday."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from guiju.access import actions as access
from guiju.access.models import User
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers import actions as registers
from guiju.workflow import actions
from guiju.workflow import clock as nights
from guiju.workflow.actions import Spec
from guiju.workflow.models import Notice, Task
from tests.conftest import PASSWORD, Cast

TODAY = date(2026, 6, 1)


@dataclass(slots=True)
class Desk:
    """The cast, and short ways to make things happen."""

    cast: Cast

    def on(self, day: date) -> Any:
        """What follows happens at ten in the morning of this day."""
        return clock.simulate(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))

    def person(self, name: str, unit: Unit | None = None, *, sees: str = "reader", email: str = "") -> Person:
        """Somebody who works in the subsidiary and has an account (unless `sees` is empty) with a role there."""
        place = unit or self.cast.sub
        found = org.add_person(unit=place, name=name, by=self.cast.house)
        if sees:
            user = access.create_account(
                username=f"user-{found.pk}", name=name, password=PASSWORD, by=self.cast.house, email=email
            )
            access.grant(user=user, role=sees, unit=place, by=self.cast.house, reason="tests", from_on=date(2020, 1, 1))
            found = org.link_account(person=found, user=user, by=self.cast.house)
        return found

    def appoint(self, role: str, person: Person, *, unit: Unit | None = None, **values: object) -> None:
        """Give somebody an office."""
        given = {"role": role, "person": str(person.uid), "from_on": "2025-01-01", **values}
        registers.create(register="appointments", unit=unit or self.cast.sub, values=given, by=self.cast.house)

    def task(self, due_on: date, *, role: str = "compliance_staff", **values: Any) -> Task:
        """A task of the subsidiary."""
        return actions.create_task(
            unit=values.pop("unit", self.cast.sub), title=values.pop("title", "报送月度进展"), due_on=due_on, role=role,
            by=self.cast.house, **values,
        )  # fmt: skip

    def spec(self, key: str, due_on: date, **values: Any) -> Spec:
        """A task as a document asks it."""
        given = {"title": "报送", "starts_on": due_on - timedelta(days=30), "role": "compliance_staff", **values}
        return Spec(key=key, unit_id=self.cast.sub.pk, root_id=self.cast.group.pk, due_on=due_on, **given)

    def night(self, on: date) -> nights.Result:
        """The clock runs in the night to this day."""
        with self.on(on):
            return nights.run()

    def told(self, person: Person | User) -> list[tuple[str, int]]:
        """What somebody was told, in order."""
        user = person if isinstance(person, User) else person.user
        rows = Notice.objects.filter(user=user).order_by("pk")
        return [(str(step), passed) for step, passed in rows.values_list("step", "days")]


@pytest.fixture
def desk(cast: Cast) -> Iterator[Desk]:
    """The morning of 1 June 2026."""
    with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        yield Desk(cast)
