"""The people of the stories about checks: Mei checks, Shen is her head, and what they look through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user
from guiju.access.models import User
from guiju.compliance.checks import plans, running
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import PASSWORD, Cast

#: A quiet working day in the middle of a quarter.
DAY = date(2026, 11, 18)


def at(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment of that day in China."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=clock.SHANGHAI)


@dataclass(slots=True)
class Checkers:
    """Mei and Shen of the subsidiary, joined to people."""

    cast: Cast
    mei: Actor
    shen: Actor
    shen_user: User
    mei_person: Person
    shen_person: Person

    def risks(self, count: int = 3, **more: Any) -> list[Entry]:
        """Risks on the list of the subsidiary."""
        return [
            registers.create(
                register="risk_list",
                unit=self.cast.sub,
                values={
                    "name": f"{more.get('field', 'contract')}风险{number}",
                    "behaviour": f"未经审查签订合同{number}",
                    "measure": "先审查后签",
                    "level": "high",
                    "field": "contract",
                    "assessed_on": DAY,
                    "department": str(self.cast.department.uid),
                    **more,
                },
                by=self.mei,
            )
            for number in range(1, count + 1)
        ]

    def plan(self, **more: Any) -> plans.Plan:
        """A quarterly plan over the risks, checked by Mei."""
        unit = more.pop("unit", self.cast.sub)
        values = {
            "name": "合同领域风险排查",
            "kind": "risk",
            "cycle": "quarter",
            "checker": str(self.mei_person.uid),
            "starts_on": clock.today(),
            "minutes": 10,
            "way": "sample",
            **more,
        }
        given = {name: value for name, value in values.items() if value is not None}
        entry = registers.create(register="check_plans", unit=unit, values=given, by=self.cast.house)
        found = plans.find(entry.uid)
        assert found is not None
        return found

    def run(self, plan: plans.Plan) -> CheckRun:
        """The first run of the plan."""
        return CheckRun.objects.select_related("unit", "department", "checker").get(plan=plan.uid)


def make(cast: Cast) -> Checkers:
    """Join the accounts to people; Shen is the head who signs."""
    user = access.create_account(username="shen", name="Shen", password=PASSWORD, by=cast.house)
    access.grant(
        user=user, role="compliance_office", unit=cast.sub, by=cast.house, reason="tests", from_on=date(2020, 1, 1)
    )
    mei = org.add_person(unit=cast.sub, name="梅影", by=cast.house)
    shen = org.add_person(unit=cast.sub, name="沈衡", by=cast.house)
    Person.objects.filter(pk=mei.pk).update(user=cast.mei)
    Person.objects.filter(pk=shen.pk).update(user=user)
    return Checkers(cast, of_user(cast.mei), of_user(user), user, mei, shen)


def items(run: CheckRun) -> list[CheckItem]:
    """The items in their order."""
    return list(
        CheckItem.objects.filter(run=run).select_related("run", "run__unit", "run__department").order_by("place")
    )


def look(item: CheckItem, by: Actor, **values: Any) -> CheckItem:
    """Record one item."""
    fresh = CheckItem.objects.select_related("run", "run__unit", "run__department").get(pk=item.pk)
    given = {
        "result": "none",
        "way": "sample",
        "population": 40,
        "sampled": 5,
        "sample": f"合同{item.place}号",
        **values,
    }
    return running.record(item=fresh, values=given, version=fresh.version, by=by)
