"""The office of a subsidiary on the morning of 1 June 2026, in front of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from guiju.access.models import User
from guiju.lib import clock
from guiju.org.models import Person
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture import duties
from guiju.posture.duties import Plan
from guiju.workflow import actions
from guiju.workflow.models import Task
from tests.conftest import Cast, english
from tests.workflow.conftest import Desk

URN = "cn:bt-sasac:2023-120"


@dataclass(slots=True)
class Office(Desk):
    """The desk of the workflow tests with browsers."""

    zhao: Person

    def browser(self, who: User | Person) -> Client:
        """English, signed in."""
        user = who if isinstance(who, User) else who.user
        assert user is not None
        return english(self.cast.client(user))

    def page(self, path: str, who: User | Person | None = None) -> str:
        """What somebody reads there."""
        answer = self.browser(who or self.zhao).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    def post(self, path: str, who: User | Person, **data: Any) -> Any:
        """Somebody sends a form."""
        return self.browser(who).post(path, data)

    def plan(self) -> Plan:
        """The first thing that the work programme asks as a task."""
        return duties.plans(catalogue.current(URN))[0]

    def asked(self, due_on: date, **values: Any) -> Task:
        """The task that the work programme makes of it."""
        given = {"urn": URN, "code": self.plan().row.code, "title": "制定实施方案", **values}
        actions.ensure([self.spec(f"asked:{due_on}", due_on, **given)], by=self.cast.house)
        return Task.objects.get(key=f"asked:{due_on}")

    def adopt(self) -> None:
        """The subsidiary answers to the programme, counted from this spring."""
        pack = catalogue.current(URN)
        day = date(2026, 3, 1)
        posture.adopt(unit=self.cast.sub, pack=pack, by=self.cast.house, from_on=day, base_date=day, reason="tests")


@pytest.fixture
def office(cast: Cast) -> Iterator[Office]:
    """Zhao holds the office of compliance staff in the subsidiary and has an account that may keep its records."""
    cache.clear()
    with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        found = Office(cast, None)  # type: ignore[arg-type]
        found.zhao = found.person("赵一", sees="department_officer")
        found.appoint("compliance_staff", found.zhao)
        yield found
