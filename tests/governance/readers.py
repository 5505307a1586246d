"""What stories about reading share: employees with accounts, a rule given out, a text read to its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from guiju.access.actor import Actor
from guiju.access.models import User
from guiju.governance.models import PolicyVersion, Reading, Receipt
from guiju.governance.reading import confirming, issuing, queries
from guiju.governance.reading.audience import Audience
from guiju.jobs import worker
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from tests.conftest import Cast
from tests.governance.policy_house import account, days, in_force, record

STATEMENT = "我已阅读并遵守本制度。"


def employee(cast: Cast, name: str, unit: Unit | None = None, **more: Any) -> tuple[User, Person]:
    """Somebody of the subsidiary with an account that may confirm and nothing else."""
    home = unit or cast.sub
    user = account(name, "employee", home, cast.house)
    person = org.add_person(unit=home, name=name, by=cast.house, **more)
    return user, org.link_account(person=person, user=user, by=cast.house)


def issued(
    cast: Cast,
    audience: Audience | None = None,
    *,
    version: PolicyVersion | None = None,
    by: Actor | None = None,
    due_on: date | None = None,
    **more: Any,
) -> Reading:
    """Mei gives the purchasing rule of the subsidiary out; the receipts are made."""
    held = version or in_force(cast)
    row = issuing.issue(
        unit=cast.sub,
        policy=record(held),
        audience=audience or Audience(),
        due_on=due_on or days(10),
        statement=STATEMENT,
        by=by or cast.actor(cast.mei),
        **more,
    )
    worker.drain()
    row.refresh_from_db()
    return row


def read(row: Reading, user: Actor) -> Receipt:
    """Opened, and read to the end."""
    receipt = queries.own(user, row.uid)
    confirming.open_(receipt)
    whole = confirming.parts(confirming.pieces(receipt.reading))
    for part in range(1, whole + 1):
        confirming.reach(receipt, part, of=whole)
    return receipt


def state(row: Reading, person: Person) -> str:
    """Where one person stands."""
    return Receipt.objects.get(reading=row, person=person).state
