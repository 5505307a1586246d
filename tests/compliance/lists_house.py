"""A company whose departments keep their three lists, and the people who draw them up and approve them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user
from guiju.access.models import User
from guiju.compliance.lists import versions
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import PASSWORD, Cast

ROWS: dict[str, dict[str, Any]] = {
    "duty": {"post": "招标专员", "duty": "不得泄露标底。"},
    "risk": {"name": "围标串标", "behaviour": "投标人相互串通。", "level": "high"},
    "process": {"process": "合同签订", "node": "审查对方资质"},
}


@dataclass(slots=True)
class ListHouse:
    """The cast with a department officer, a colleague who approves, and short ways to enter rows."""

    cast: Cast
    officer: User
    drafter: Actor
    head: Actor
    zhao: Person
    chen: Person
    other: Unit
    count: int = field(default=0)

    def at(self, *day: int) -> clock.simulate:  # type: ignore[valid-type]
        """The day on which what follows happens."""
        return clock.simulate(datetime(*day, 2, tzinfo=UTC))

    def row(self, kind: str = "risk", *, department: Unit | None = None, by: Actor | None = None, **more: Any) -> Entry:
        """One row of a list of the department (the operating department unless another is named)."""
        self.count += 1
        values = {**ROWS[kind], "number": f"{kind}-{self.count}", **more}
        place = self.cast.department if department is None else department
        return registers.create(
            register=f"{kind}_list",
            unit=self.cast.sub,
            values={**values, "department": str(place.uid)},
            by=by or self.cast.house,
        )

    def change(self, row: Entry, **values: Any) -> Entry:
        """Write something else into a row."""
        fresh = Entry.objects.get(uid=row.uid)
        return registers.update(entry=fresh, values=values, version=fresh.version, by=self.cast.house)

    def draft(self, kind: str = "risk", *, department: Unit | None = None, number: str = "") -> Entry:
        """The next version of a list, drawn up by the officer of the department."""
        place = self.cast.department if department is None else department
        return versions.draft(unit=self.cast.sub, kind=kind, department=place, number=number, by=self.drafter)

    def in_force(self, kind: str = "risk", *, department: Unit | None = None, on: date | None = None) -> Entry:
        """The next version, from draft to in force."""
        place = self.cast.department if department is None else department
        entry = versions.draft(unit=self.cast.sub, kind=kind, department=place, by=self.cast.house)
        entry = versions.submit(entry=entry, by=self.cast.house, owner=self.zhao)
        entry = versions.approve(entry=entry, by=self.head)
        return versions.enforce(entry=entry, by=self.head, in_force_on=on)


def build(cast: Cast) -> ListHouse:
    """Zhao keeps the lists of the operating department, Chen of the compliance office approves them."""
    officer = access.create_account(username="zhao", name="Zhao", password=PASSWORD, by=cast.house)
    access.grant(
        user=officer,
        role="department_officer",
        unit=cast.department,
        by=cast.house,
        reason="t",
        from_on=date(2020, 1, 1),
    )
    zhao = org.add_person(unit=cast.sub, name="赵刚", number="2001", department=cast.department, by=cast.house)
    chen = org.add_person(unit=cast.sub, name="陈静", number="2002", by=cast.house)
    Person.objects.filter(pk=zhao.pk).update(user=officer)
    Person.objects.filter(pk=chen.pk).update(user=cast.mei)
    other = org.create_unit(code="HD-01-D2", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    return ListHouse(cast, officer, of_user(officer), of_user(cast.mei), zhao, chen, other)
