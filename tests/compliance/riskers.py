"""The people of the stories about risks: Mei's office, Hua of the trading department, and what they rate."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user
from guiju.access.models import User
from guiju.compliance.models import Round
from guiju.compliance.risks import rounds
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import PASSWORD, Cast


def officer(cast: Cast, unit: Unit, name: str = "Hua") -> User:
    """Somebody who keeps one department's records."""
    user = access.create_account(username=name.lower(), name=name, password=PASSWORD, by=cast.house)
    access.grant(
        user=user, role="department_officer", unit=unit, by=cast.house, reason="tests", from_on=date(2020, 1, 1)
    )
    return user


def risk(by: Actor, unit: Unit, name: str = "围标串标", **more: Any) -> Entry:
    """A risk on the list."""
    values = {"name": name, "behaviour": f"{name}的行为", **more}
    if isinstance(values.get("department"), Unit):
        values["department"] = str(values["department"].uid)
    return registers.create(register="risk_list", unit=unit, values=values, by=by)


def open_round(by: Actor, unit: Unit, **more: Any) -> Round:
    """A round that ends in a month or so."""
    given: dict[str, Any] = {"title": "年度合规风险评估", "period_code": "2026", "all_levels": False, **more}
    due = max(date(2026, 12, 18), clock.today() + timedelta(days=28))
    return rounds.open_round(unit=unit, due_on=due, by=by, **given)


def mei(cast: Cast) -> Actor:
    """The subsidiary's compliance office."""
    return of_user(cast.mei)


def fresh(entry: Entry) -> Entry:
    """The row as it is now."""
    return Entry.objects.select_related("body", "unit", "department").get(pk=entry.pk)


def today() -> date:
    """The day of the story."""
    return clock.today()
