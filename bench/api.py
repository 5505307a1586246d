"""The HTTP API on 140,000 records in 300 units: lists of ten rows at three widths of scope, one record, one write.

    python bench/api.py [--rows 140000] [--json FILE]

Requests go through the whole application (middleware, token, permission, JSON) inside one process; a network and a web
server come on top. A database of its own is made in a temporary folder and thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WORDS = "合规审查采购合同服务项目工程设备租赁咨询软件开发维护物业能源安全培训劳务运输保险担保投资并购转让许可"
UNITS = 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=140_000)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guiju-bench-") as folder:
        _start(Path(folder))
        found = _measure(_callers(options.rows), options.times)
    for name, value in found.items():
        print(f"{name:64} {value:>10}")
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _start(folder: Path) -> None:
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(GUIJU_HOME=str(folder), GUIJU_LOG_ORIGIN="DEMO bench", DJANGO_SETTINGS_MODULE="guiju.settings")
    (folder / "tmp").mkdir()
    sys.path.insert(0, str(ROOT / "src"))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    _declare(ROOT / "packs" / "base" / "registers" / "checks.yaml")


def _declare(path: Path) -> None:
    """The one register that is measured, without the packs around it."""
    import yaml

    from guiju.lib import clock
    from guiju.packs.models import Pack, RegisterDefinition

    pack = Pack.objects.create(
        urn="bench", version="1", title="bench", document_status="own", header={}, digest="0", loaded_at=clock.now()
    )
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    RegisterDefinition.objects.create(code=spec["register"], pack=pack, spec=spec, digest="0")


def _callers(count: int) -> dict[str, str]:
    """Tokens by width of scope, over `count` records spread evenly."""
    from guiju.access import actions as access
    from guiju.access.actor import system
    from guiju.lib import clock
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
    people = [org.add_person(unit=unit, name=f"王{n}", by=house) for n, unit in enumerate(units)]
    _fill(count, units, people)
    user = access.create_account(username="bench", name="Bench", password="correct-horse-battery", by=house)
    access.grant(user=user, role="compliance_office", unit=group, by=house, reason="bench", from_on=date(2020, 1, 1))
    scopes = ["register:entry:view", "register:entry:create", "register:entry:edit", "org:unit:view"]
    return {
        name: access.issue_token(
            user=user, name=name, scopes=scopes, unit=unit, expires_on=clock.today() + timedelta(days=9), by=house
        )[1]
        for name, unit in (("whole group", group), ("a tenth", tenth[3]), ("one unit", units[-1]))
    }


def _fill(count: int, units: list[Any], people: list[Any]) -> None:
    from django.db import connection, transaction

    from guiju.access.actor import system
    from guiju.registers import spec as specs
    from guiju.registers import writing
    from guiju.registers.directory import Directory

    chance, spec, known = random.Random(7), specs.get("checks"), Directory()
    known.load(people=[str(person.uid) for person in people])
    for start in range(0, count, 5_000):
        drafts = []
        for number in range(start, min(start + 5_000, count)):
            at = number % len(units)
            day = date(2020, 1, 1) + timedelta(days=chance.randrange(2_200))
            data = {
                "subject": "".join(chance.choices(WORDS, k=10)) + str(number),
                "checked_on": day.isoformat(),
                "result": chance.choice(["none", "none", "general", "major"]),
                "way": chance.choice(["documents", "sample", "interview"]),
                "due_count": 100,
                "done_count": chance.randrange(100),
                "problem": "".join(chance.choices(WORDS, k=60)),
                "checker": str(people[at].uid),
            }
            drafts.append(writing.Draft(units[at], data))
        with transaction.atomic():
            writing.insert(spec, drafts, known, by=system("bench"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _measure(secrets: dict[str, str], times: int) -> dict[str, str]:
    from django.db import connection
    from django.test import Client

    client, found = Client(headers={"Host": "localhost"}), {}

    def timed(name: str, call: Callable[[], Any]) -> Any:
        answer = call()
        assert answer.status_code < 300, answer.content
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        call()
        asked, connection.force_debug_cursor = len(connection.queries_log), False
        spent = []
        for _number in range(times):
            before = time.perf_counter()
            answer = call()
            spent.append((time.perf_counter() - before) * 1000)
        spent.sort()
        found[f"{name}: p50 ms"] = f"{statistics.median(spent):.1f}"
        found[f"{name}: p95 ms"] = f"{spent[int(len(spent) * 0.95)]:.1f}"
        found[f"{name}: queries"] = str(asked)
        return answer

    def get(address: str, secret: str) -> Any:
        return client.get(address, headers={"Authorization": f"Bearer {secret}"})

    base, whole = "/api/v1/registers/checks/entries", secrets["whole group"]
    for width, secret in secrets.items():
        lists = {
            "10 rows": f"{base}?limit=10",
            "10 rows, filter and sort": f"{base}?limit=10&result=major&sort=checked_on",
            "10 rows, search": f"{base}?limit=10&q=审查采购",
            "10 rows, 4,000 rows deep": _deep(lambda address, secret=secret: get(address, secret).json(), base),
        }
        for name, address in lists.items():
            if address:
                timed(f"{width}: {name}", partial(get, address, secret))
    uid = get(f"{base}?limit=1", whole).json()["items"][0]["uid"]
    timed("one record", partial(get, f"{base}/{uid}", whole))
    numbers = iter(range(10**6))

    def enter() -> Any:
        values = {"subject": f"新排查{next(numbers)}", "checked_on": "2026-01-01", "result": "none", "checker": "王1"}
        return client.post(
            base,
            {"unit": "G-0", "values": values},
            content_type="application/json",
            headers={"Authorization": f"Bearer {whole}", "Idempotency-Key": f"k{next(numbers)}"},
        )

    timed("enter one record with key", enter)
    return found


def _deep(page: Callable[[str], Any], base: str) -> str:
    """The address of a page some 4,000 rows down, empty where there are not so many."""
    found = page(f"{base}?limit=200")
    for _step in range(20):
        if not found["next"]:
            return ""
        found = page(found["next"])
    return str(found["previous"] or "").replace("limit=200", "limit=10")


if __name__ == "__main__":
    sys.exit(main())
