"""Posture of many units for one document: from nothing, after one record, and the pages that read it.

    python bench/posture.py [--units 5000] [--rows 100] [--packs 1] [--json FILE]

Units form a tree of five levels and have `--rows` records each, spread over the registers of the base pack; with
`--packs` above one the document is copied under other names. A database of its own is made in a temporary folder and
thrown away.
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
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
URN = "cn:casmes:effectiveness-draft"
TODAY = date(2026, 6, 1)
PICK = random.Random(20260601)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=5000)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--packs", type=int, default=1)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guiju-bench-") as folder:
        _start(Path(folder))
        found = _measure(options)
    for name, value in found.items():
        print(f"{name:70} {value:>12}")
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
    from guiju.access.actor import system
    from guiju.packs import load
    from guiju.trail import log

    log.open_log(by=system("bench"), origin="DEMO bench")
    load.load_all(by=system("bench"))


def _measure(options: argparse.Namespace) -> dict[str, str]:
    from datetime import UTC, datetime

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from guiju.access.actor import system
    from guiju.lib import clock
    from guiju.org.models import Unit
    from guiju.packs import catalogue
    from guiju.posture import engine, findings, queries
    from guiju.posture.models import PackRollup, Standing, UnitAnswers
    from guiju.registers import actions

    by = system("bench")
    found: dict[str, str] = {}
    with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        _units(options.units)
        _entries(options.rows)
        pack = catalogue.current(URN)
        _adopt([pack, *_copies(pack, options.packs - 1)])
        found["units, records, documents"] = f"{options.units} {options.units * options.rows} {options.packs}"
        for name in ("everything from nothing", "everything again, nothing changed"):
            began, worked = time.perf_counter(), time.process_time()
            engine.full()
            spent = time.perf_counter() - began
            found[name] = f"{spent:.1f} s ({time.process_time() - worked:.1f} CPU)"
        deep = Unit.objects.order_by("-depth", "pk").first()
        root = Unit.objects.order_by("pk").first()
        assert deep is not None
        assert root is not None

        def save(number: int) -> None:
            values = {
                "topic": f"培训{number}",
                "audience": "all",
                "held_on": TODAY,
                "attended": number % 9,
                "organiser": "合规部",
            }
            actions.create(register="trainings", unit=deep, values=values, by=by)

        listeners = _registers_listeners()
        found["save one record, posture updated, five levels"] = _p50(save, options.times)
        with CaptureQueriesContext(connection) as asked:
            save(999)
        kept = list(listeners)
        listeners.clear()
        found["save one record, no posture"] = _p50(save, options.times)
        with CaptureQueriesContext(connection) as plain:
            save(1000)
        listeners.extend(kept)
        found["queries of which for posture"] = str(len(asked) - len(plain))
        found["tree page of the root"] = _p50(lambda _n: queries.tree(by=by, unit=root, pack=pack), 20)
        found["matrix of the root (children x sections)"] = _p50(
            lambda _n: queries.matrix(by=by, unit=root, pack=pack), 10
        )
        found["requirement counts, all levels of the root"] = _p50(
            lambda _n: queries.requirement_counts(by=by, unit=root, pack=pack), 10
        )
        found["all requirements of one unit, stored"] = _p50(lambda _n: queries.sheet(by=by, unit=deep, pack=pack), 20)
        found["all findings of one unit with evidence"] = _p50(lambda _n: findings.findings(deep, pack), 20)
        past = TODAY - timedelta(days=100)
        found["the same as of an earlier day"] = _p50(lambda _n: findings.findings(deep, pack, as_of=past), 20)
        sizes = (UnitAnswers.objects.count(), Standing.objects.count(), PackRollup.objects.count())
        found["rows: answers, standings, roll-up"] = " ".join(map(str, sizes))
    return found


def _registers_listeners() -> list[Any]:
    from guiju.registers import changes

    return changes._listeners


def _p50(work: Callable[[int], object], times: int) -> str:
    spent = []
    for number in range(times):
        began = time.perf_counter()
        work(number)
        spent.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(spent):.1f} ms"


def _units(count: int) -> None:
    """A tree with about six children per unit, as rows."""
    from guiju.lib import clock
    from guiju.org.models import STEP, Person, Unit, UnitAttribute
    from guiju.org.tree import step

    now = clock.now()
    units: list[Unit] = []
    children: dict[str, int] = {}
    for number in range(count):
        parent = units[(number - 1) // 6] if number else None
        base = parent.path if parent else ""
        children[base] = children.get(base, 0) + 1
        path = base + step(children[base])
        units.append(
            Unit(
                pk=number + 1, code=f"U{number}", name=f"单位{number}", kind="company", parent=parent, root_id=1,
                path=path, depth=len(path) // STEP - 1, recorded_at=now,
            )
        )  # fmt: skip
    Unit.objects.bulk_create(units, batch_size=500)
    sizes = ("medium", "small", "micro")
    UnitAttribute.objects.bulk_create(
        [
            UnitAttribute(
                unit=unit, code="size_override", value=sizes[unit.pk % 3], from_on=date(2024, 1, 1), recorded_at=now,
                by="bench",
            )
            for unit in units
        ],
        batch_size=500,
    )  # fmt: skip
    Person.objects.bulk_create(
        [Person(unit=unit, name=f"人员{number}", recorded_at=now) for unit in units for number in range(3)],
        batch_size=500,
    )


def _entries(rows: int) -> None:
    """Records of every register with believable columns, bulk-made."""
    from django.db.models import Min

    from guiju.lib import clock
    from guiju.org.models import Person, Unit
    from guiju.registers import spec
    from guiju.registers.models import Entry

    now = clock.now() - timedelta(days=400)
    items = [item for item in spec.all_specs() if item.is_entry]
    people = dict(Person.objects.values("unit_id").annotate(first=Min("pk")).values_list("unit_id", "first"))
    made: list[Entry] = []
    for unit in Unit.objects.order_by("pk").values_list("pk", flat=True).iterator():
        for number in range(rows):
            item = items[number % len(items)]
            values = _columns(item, people[unit])
            made.append(
                Entry(
                    uid=uuid.UUID(int=PICK.getrandbits(128)), register=item.code, unit_id=unit, root_id=1,
                    title=f"记录{number}", status=item.initial, created_at=now, created_by="bench", recorded_at=now,
                    recorded_by="bench", **values,
                )
            )  # fmt: skip
        if len(made) >= 5000:
            Entry.objects.bulk_create(made, batch_size=500)
            made.clear()
    Entry.objects.bulk_create(made, batch_size=500)


def _columns(item: Any, person: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in item.fields:
        if not field.slot or field.slot in {"title", "number"} or PICK.random() < 0.2:
            continue
        name = {"person": "person_id", "owner": "owner_id", "department": "department_id"}.get(field.slot, field.slot)
        if field.type == "choice":
            values[name] = PICK.choice([option.code for option in field.options])
        elif field.type == "person":
            values[name] = person + PICK.randint(0, 2)
        elif field.type == "date":
            late = field.slot in {"due_on", "done_on"}
            values[name] = TODAY + timedelta(days=PICK.randint(-30, 300) if late else -PICK.randint(1, 500))
        elif field.type in {"integer", "number", "amount"}:
            values[name] = PICK.randint(1, 60)
        elif field.type == "bool":
            values[name] = PICK.random() < 0.7
        elif field.type == "text":
            values[name] = "有"
        elif field.type == "period":
            values[name] = "2025"
    return values


def _copies(pack: Any, count: int) -> list[Any]:
    """The document under other names, with the same requirements."""
    from guiju.packs.models import Pack, Requirement
    from guiju.posture import wiring

    made = []
    for number in range(count):
        copy = Pack.objects.get(pk=pack.pk)
        copy.pk, copy.urn = None, f"bench:copy-{number}"
        copy.save()
        rows = list(Requirement.objects.filter(pack=pack).order_by("order"))
        for row in rows:
            row.pk, row.pack = None, copy
        Requirement.objects.bulk_create(rows, batch_size=200)
        wiring.wire(copy)
        made.append(copy)
    return made


def _adopt(packs: list[Any]) -> None:
    from guiju.lib import clock
    from guiju.org.models import Unit
    from guiju.posture.models import Adoption

    Adoption.objects.bulk_create(
        [
            Adoption(
                unit_id=unit, pack=pack, mode="mandatory", from_on=date(2025, 1, 1), by="bench",
                recorded_at=clock.now() - timedelta(days=400),
            )
            for pack in packs
            for unit in Unit.objects.values_list("pk", flat=True)
        ],
        batch_size=1000,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
