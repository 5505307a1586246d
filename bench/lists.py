"""Lists over 140,000 records in 300 units, as pages and through the API, at three widths of scope.

    python bench/lists.py [--rows 140000] [--times 40]

Requests go through the whole application inside one process (middleware, session or token, permission, template or
JSON); a network and a web server come on top.
"""

from __future__ import annotations

import argparse
import html
import random
import re
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import _bench
import _house

UNITS = 300
REGISTER = "checks"


def main() -> int:
    options = _bench.arguments(__doc__, rows=140_000, times=40)
    with _bench.installation():
        measure(options, _bench.Table("lists"))
    return 0


def measure(options: argparse.Namespace, table: _bench.Table) -> None:
    units = _units()
    _fill(options.rows, units)
    _bench.analyse()
    table.number("records of the register", options.rows)
    widths = {"whole group": units[0], "a tenth of it": units[4], "a hundredth": units[-1]}
    for width, unit in widths.items():
        _page(width, unit, options.times, table)
    for width, unit in widths.items():
        _api(width, unit, options.times, table)


def _units() -> list[Any]:
    """A group, ten firms below it, and the rest below these; the last three hang together as a hundredth."""
    from guiju.access.actor import system
    from guiju.org import actions as org

    house = system("bench")
    group = org.create_unit(code="G", name="集团有限公司", kind="company", by=house)
    tenth = [
        org.create_unit(code=f"G-{n}", name=f"第{n}子公司", kind="company", parent=group, by=house) for n in range(10)
    ]
    units = [group, *tenth]
    for number in range(UNITS - len(units)):
        code, name = f"G-{number % 10}-{number}", f"第{number}项目公司"
        units.append(org.create_unit(code=code, name=name, kind="company", parent=tenth[number % 10], by=house))
    return units


def _fill(rows: int, units: list[Any]) -> None:
    """Every third record of a hundredth of the group belongs to the last unit, the others are spread evenly."""
    from django.db import transaction

    from guiju.access.actor import system
    from guiju.org import actions as org
    from guiju.registers import spec as specs
    from guiju.registers import writing
    from guiju.registers.directory import Directory

    people = [org.add_person(unit=unit, name=f"王{n}", by=system("bench")) for n, unit in enumerate(units)]
    chance, spec, known = random.Random(7), specs.get(REGISTER), Directory()
    known.load(people=[str(person.uid) for person in people])
    for start in range(0, rows, 5_000):
        drafts = []
        for number in range(start, min(start + 5_000, rows)):
            at = len(units) - 1 if number % 100 == 0 else number % len(units)
            day = date(2020, 1, 1) + timedelta(days=chance.randrange(2_200))
            data = {
                "subject": "".join(chance.choices(_house.WORDS, k=10)) + str(number),
                "checked_on": day.isoformat(),
                "result": chance.choice(["none", "none", "general", "major"]),
                "way": chance.choice(["documents", "sample", "interview"]),
                "due_count": 100,
                "done_count": chance.randrange(100),
                "problem": "".join(chance.choices(_house.WORDS, k=60)),
                "checker": str(people[at].uid),
            }
            drafts.append(writing.Draft(units[at], data))
        with transaction.atomic():
            writing.insert(spec, drafts, known, by=system("bench"))


def _page(width: str, unit: Any, times: int, table: _bench.Table) -> None:
    get = _bench.browser(_bench.member(f"page-{unit.code}", "compliance_office", unit))
    base = f"/r/{REGISTER}/?unit={unit.code}"
    shown = {
        "as it opens": base,
        "filter and sort": f"{base}&f.result=major&sort=checked_on",
        "filter, sort, next page": _next(get, f"{base}&f.result=major&sort=checked_on"),
        "search for two characters": f"{base}&q=租赁",
    }
    for name, address in shown.items():
        if not address:
            continue
        act = _act(get, address)
        table.turns(f"page, {width}: {name}", _bench.often(act, times), p95=150)
        table.number("questions to the database of it", _bench.asked(act), most=12)


def _next(get: Callable[[str], Any], address: str) -> str:
    """The address of the page after it, empty when that is all."""
    found = re.findall(r'href="(\?[^"]*after=[^"]*)"', get(address).content.decode())
    return address.split("?", maxsplit=1)[0] + html.unescape(found[-1]) if found else ""


def _act(get: Callable[[str], Any], address: str) -> Callable[[], Any]:
    return lambda: get(address)


def _api(width: str, unit: Any, times: int, table: _bench.Table) -> None:
    from django.test import Client

    client, secret = Client(headers={"Host": "localhost"}), _token(unit)

    def get(address: str) -> Any:
        answer = client.get(address, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200, answer.content
        return answer

    base = f"/api/v1/registers/{REGISTER}/entries"
    shown = {
        "10 rows": f"{base}?limit=10",
        "10 rows, filter and sort": f"{base}?limit=10&result=major&sort=checked_on",
        "10 rows, search": f"{base}?limit=10&q=审查采购",
        "10 rows, 4,000 rows deep": _deep(lambda address: get(address).json(), base),
    }
    for name, address in shown.items():
        if address:
            table.turns(f"API, {width}: {name}", _bench.often(_act(get, address), times), p50=30)
    if unit.depth == 0:
        table.number("questions to the database of it", _bench.asked(_act(get, shown["10 rows"])))
        uid = get(f"{base}?limit=1").json()["items"][0]["uid"]
        table.turns("API: one record", _bench.often(_act(get, f"{base}/{uid}"), times))
        table.turns("API: enter one record, with key and trail", _bench.often(_entering(client, base, secret), times),
                    p50=25)  # fmt: skip


def _token(unit: Any) -> str:
    from guiju.access import actions as access
    from guiju.access.actor import system
    from guiju.lib import clock

    user = _bench.member(f"api-{unit.code}", "compliance_office", unit)
    scopes = ["register:entry:view", "register:entry:create", "register:entry:edit", "org:unit:view"]
    until = clock.today() + timedelta(days=9)
    _token_row, secret = access.issue_token(
        user=user, name="bench", scopes=scopes, unit=unit, expires_on=until, by=system("bench")
    )
    return secret


def _deep(page: Callable[[str], Any], base: str) -> str:
    """The address of a page some 4,000 rows down, empty where there are not so many."""
    found = page(f"{base}?limit=200")
    for _step in range(20):
        if not found["next"]:
            return ""
        found = page(found["next"])
    return str(found["previous"] or "").replace("limit=200", "limit=10")


def _entering(client: Any, base: str, secret: str) -> Callable[[], Any]:
    numbers = count()

    def enter() -> Any:
        values = {"subject": f"新排查{next(numbers)}", "checked_on": "2026-01-01", "result": "none", "checker": "王1"}
        answer = client.post(
            base,
            {"unit": "G-0", "values": values},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": f"k{next(numbers)}"},
        )
        assert answer.status_code == 201, answer.content
        return answer

    return enter


if __name__ == "__main__":
    sys.exit(main())
