"""A rule given out to 100,000 people in the background, its figures, a reminder, and the check of the trail.

    python bench/reading.py [--people 100000] [--units 300]

Every tenth person has an account: those get notices too.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from typing import Any

import _bench


def main() -> int:
    options = _bench.arguments(__doc__, people=100_000, units=300)
    with _bench.installation():
        measure(options, _bench.Table("reading"))
    return 0


def measure(options: argparse.Namespace, table: _bench.Table) -> None:
    group, keeper = _house(options.people, options.units)
    row = _issue(group, keeper)
    from guiju.governance.models import Receipt
    from guiju.jobs import worker

    taken, _ran = _bench.once(worker.drain)
    table.number("people asked", Receipt.objects.filter(reading=row).count())
    table.once("giving out in the background", taken, most=120)
    taken, _again = _bench.once(lambda: _give(row))
    table.once("the same job begun again: nothing to do", taken)
    _bench.analyse()
    _pages(row, group, keeper, table)
    _confirm(row, table)
    taken, told = _bench.once(lambda: _remind(row, group))
    table.once(f"reminding, {told:,} accounts told", taken)
    taken, findings = _bench.once(_verify)
    assert findings == [], findings[:3]
    table.once("comparing every receipt with the trail", taken)


def _house(people: int, units: int) -> tuple[Any, Any]:
    """A group with its units and people as rows, and its compliance office."""
    from guiju.access.actor import system
    from guiju.access.models import User
    from guiju.lib import bulk, clock
    from guiju.lib import text as letters
    from guiju.org import actions as org
    from guiju.org.models import Person

    house = system("bench")
    group = org.create_unit(code="G", name="集团有限公司", kind="company", by=house)
    found = [group] + [
        org.create_unit(code=f"G-{n}", name=f"第{n}子公司", kind="company", parent=group, by=house)
        for n in range(units - 1)
    ]
    from uuid import uuid4

    users = [User(username=f"e{n}", name=f"王{n}", password="!") for n in range(people // 10)]
    User.objects.bulk_create(users, batch_size=2_000)
    accounts = list(User.objects.order_by("pk").values_list("pk", flat=True))
    now = clock.now()
    names = ("uid", "unit_id", "name", "sort_key", "number", "post", "email", "phone", "is_external", "user_id", "version",
             "recorded_at")  # fmt: skip
    rows = (
        (uuid4(), found[n % units].pk, f"王{n}", letters.sort_key(f"王{n}"), f"{n:06d}", "", "", "", False,
         accounts[n // 10] if n % 10 == 0 else None, 1, now)
        for n in range(people)
    )  # fmt: skip
    from django.db import transaction

    with transaction.atomic():
        bulk.insert(Person, names, rows)
    return group, _bench.member("keeper", "compliance_office", group)


def _issue(group: Any, keeper: Any) -> Any:
    from guiju.access.actor import of_user, system
    from guiju.governance.policies import actions as policies
    from guiju.governance.reading import issuing
    from guiju.governance.reading.audience import Audience
    from guiju.lib import clock
    from guiju.registers import actions as registers

    values = {
        "name": "员工行为合规准则",
        "mechanism": "business",
        "level": "basic",
        "issued_on": clock.today().isoformat(),
    }
    entry = registers.create(register="policies", unit=group, values=values, by=system("bench"))
    text = "\n".join(f"第{n}条 员工应当遵守法律法规和本准则，发现问题及时报告。" for n in range(1, 41))
    policies.take_over(entry=entry, by=system("bench"), text=text)
    return issuing.issue(
        unit=group,
        policy=entry,
        audience=Audience(below=True),
        due_on=clock.today() + timedelta(days=14),
        statement="我已阅读并遵守。",
        by=of_user(keeper),
    )


def _give(row: Any) -> int:
    from guiju.governance.reading import issuing

    return issuing.give_out(row)


def _pages(row: Any, group: Any, keeper: Any, table: _bench.Table) -> None:
    get = _bench.browser(keeper)
    table.turns("page of the reading, all levels", _bench.often(lambda: get(f"/u/{group.code}/reading/{row.uid}"), 10))
    table.turns("page of one unit", _bench.often(lambda: get(f"/u/G-7/reading/{row.uid}"), 10))
    table.turns("list of readings", _bench.often(lambda: get(f"/u/{group.code}/reading/"), 10))


def _confirm(row: Any, table: _bench.Table) -> None:
    from guiju.access.actor import of_user
    from guiju.access.models import Grant, User
    from guiju.governance.models import Receipt
    from guiju.governance.reading import confirming
    from guiju.lib import clock

    people = iter(list(User.objects.filter(username__startswith="e")[:60]))
    Receipt.objects.filter(reading=row).update(reached=1)

    def one() -> None:
        user = next(people)
        Grant.objects.create(
            user=user, role="employee", unit=row.unit, from_on=clock.today(), granted_by="bench", reason="bench"
        )
        confirming.confirm(reading=row.uid, by=of_user(user))

    table.turns("one person confirms", _bench.often(one, 40))


def _remind(row: Any, group: Any) -> int:
    from guiju.access.actor import system
    from guiju.governance.reading import managing
    from guiju.lib import clock

    on = clock.today() + timedelta(days=7)
    return managing.reminded(row, group, on=on, by=system("bench"))


def _verify() -> list[str]:
    from guiju.trail import reconcile

    found = reconcile.Findings()
    for name in [name for name in reconcile._registry if name not in {"receipt", "reading"}]:
        del reconcile._registry[name]
    reconcile.reconcile(found)
    return found.told()


if __name__ == "__main__":
    sys.exit(main())
