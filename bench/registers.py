"""The registers engine on 100,000 rows: import, list, save, search, export. Prints a table; compares nothing.

In brackets the same by our own processor time: the figure to trust when the machine does other work beside.

    python bench/registers.py [--rows 100000] [--alone] [--json FILE]

`--alone` leaves the listeners out (what posture makes of each change is measured in bench/posture.py).
A database of its own is made in a temporary folder and thrown away.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WORDS = "合规审查采购合同服务项目工程设备租赁咨询软件开发维护物业能源安全培训劳务运输保险担保投资并购转让许可"
REGISTER: dict[str, Any] = {
    "register": "bench_contracts",
    "title": "合同台账",
    "group": "review",
    "happened": "signed_on",
    "states": [{"code": "open", "label": "履行中"}, {"code": "closed", "label": "已办结"}],
    "initial": "open",
    "moves": [{"code": "close", "label": "办结", "from": ["open"], "to": "closed"}],
    "fields": [
        {"code": "name", "label": "合同名称", "type": "text", "slot": "title", "required": True},
        {"code": "number", "label": "合同编号", "type": "text", "slot": "number", "required": True, "unique": True},
        {
            "code": "kind",
            "label": "类别",
            "type": "choice",
            "slot": "kind",
            "choices": [{"code": f"kind_{at}", "label": f"第{at}类"} for at in range(8)],
        },
        {
            "code": "level",
            "label": "级别",
            "type": "choice",
            "slot": "level",
            "choices": [
                {"code": "high", "label": "高"},
                {"code": "middle", "label": "中"},
                {"code": "low", "label": "低"},
            ],
        },
        {"code": "signed_on", "label": "签订日期", "type": "date", "slot": "on"},
        {"code": "due_on", "label": "到期日期", "type": "date", "slot": "due_on", "not_before": "signed_on"},
        {"code": "amount", "label": "金额（元）", "type": "amount", "slot": "amount", "min": 0},
        {"code": "copies", "label": "份数", "type": "integer", "slot": "count_1"},
        {"code": "important", "label": "是否重大", "type": "bool", "slot": "flag_1"},
        {"code": "handler", "label": "经办人", "type": "person", "slot": "person"},
        {"code": "party", "label": "相对方", "type": "text", "slot": "text_1"},
        {"code": "note", "label": "备注", "type": "longtext"},
    ],
    "key": ["number"],
    "list": {
        "columns": ["name", "number", "kind", "signed_on", "amount", "handler"],
        "sort": "-signed_on",
        "filters": ["kind", "level", "signed_on", "amount", "handler"],
    },
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guiju-bench-") as folder:
        _start(Path(folder))
        found = _run(options.rows, Path(folder), alone=options.alone)
    for name, value in found.items():
        print(f"{name:50} {value:>26}")
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def _start(folder: Path) -> None:
    os.environ.update(GUIJU_HOME=str(folder), GUIJU_LOG_ORIGIN="DEMO bench", DJANGO_SETTINGS_MODULE="guiju.settings")
    (folder / "tmp").mkdir()
    sys.path.insert(0, str(ROOT / "src"))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _run(count: int, folder: Path, *, alone: bool) -> dict[str, Any]:
    from guiju.access.actor import of_user, system
    from guiju.access.models import Grant, User
    from guiju.org import changes as org_changes
    from guiju.registers import actions, changes, exporting, importing, queries
    from guiju.registers.listing import ListQuery
    from guiju.registers.models import Entry

    if alone:
        org_changes._listeners.clear()
        changes._listeners.clear()
    group, companies = _house(system("bench"))
    spec = _declare()
    user = User.objects.create_user("bench", name="bench")
    Grant.objects.create(
        user=user, role="compliance_office", unit=group, from_on=date(2020, 1, 1), granted_by="x", reason="x"
    )
    by = of_user(user)
    book = folder / "contracts.xlsx"
    _book(book, count)
    found: dict[str, Any] = {"rows": count, "memory before, MB": _memory()}

    seconds, run = _timed(lambda: importing.prepare(register=spec, unit=companies[0], path=book, name="a.xlsx", by=by))
    assert run.summary["new"] == count, run.summary["faults"][:3]
    found["import: read and check, rows/s"] = seconds.rate(count)
    saving, _done = _timed(lambda: importing.confirm(run, by))
    found["import: save with trail and search, rows/s"] = saving.rate(count)
    found["import: both phases, rows/s"] = Taken(seconds.wall + saving.wall, seconds.cpu + saving.cpu).rate(count)
    found["memory after import, MB"] = _memory()
    again, run = _timed(lambda: importing.prepare(register=spec, unit=companies[0], path=book, name="a.xlsx", by=by))
    assert run.summary["same"] == count
    found["import: read again, all the same, rows/s"] = again.rate(count)

    out = folder / "out.xlsx"
    seconds, written = _timed(lambda: exporting.export(by=by, spec=spec, to=out))
    assert written == count
    found["export, rows/s"] = seconds.rate(count)
    found["memory after export, MB"] = _memory()

    def page(**query: Any) -> Callable[[], Any]:
        return lambda: [
            row.cells(list(spec.list.columns)) for row in queries.listing(by, spec, ListQuery(**query)).rows
        ]

    first = queries.listing(by, spec, ListQuery(sort="-amount"))
    deep = first
    for _step in range(20):
        deep = queries.listing(by, spec, ListQuery(sort="-amount", size=200, cursor=deep.next))
    lists = {
        "list: default order": page(),
        "list: by amount": page(sort="-amount"),
        "list: by title": page(sort="name"),
        "list: 4,000 rows deep": page(sort="-amount", cursor=deep.next),
        "list: filtered by kind and year": page(filters={"kind": ("kind_3",), "signed_on__from": ("2025-01-01",)}),
        "list: filtered to nothing": page(filters={"amount__from": ("99999999999",)}),
        "list: two-character word": page(text="租赁"),
        "list: rare number": page(text="HT-00777"),
        "list: below one company": page(within=companies[1]),
    }
    for name, act in lists.items():
        found[f"{name}, ms p50 / p95"] = _often(act, 15)

    values = {
        "name": "办公用品采购合同",
        "kind": "kind_1",
        "amount": "12",
        "signed_on": "2026-01-01",
        "handler": "员工7",
    }
    numbers = iter(range(10_000_000, 20_000_000))

    def create() -> None:
        actions.create(register=spec, unit=companies[1], values={**values, "number": str(next(numbers))}, by=by)

    found["create, ms p50 / p95"] = _often(create, 60)
    entries = iter(Entry.objects.filter(unit=companies[1])[:60])
    found["change, ms p50 / p95"] = _often(
        lambda: actions.update(entry=next(entries), values={"amount": "77"}, version=1, by=by), 50
    )
    return found


def _house(by: Any) -> tuple[Any, list[Any]]:
    from guiju.org import actions as org

    group = org.create_unit(code="G", name="华东集团有限公司", kind="company", by=by)
    companies = [
        org.create_unit(code=f"G-{at:03}", name=f"第{at}子公司", kind="company", parent=group, by=by)
        for at in range(20)
    ]
    for at in range(200):
        org.add_person(unit=companies[0], name=f"员工{at}", number=f"N{at:04}", by=by)
    for at in range(10):
        org.add_person(unit=companies[1], name=f"员工{at}", number=f"M{at:04}", by=by)
    return group, companies


def _declare() -> Any:
    from guiju.lib import clock
    from guiju.packs.models import Pack, RegisterDefinition
    from guiju.registers import catalogue
    from guiju.registers import spec as specs

    pack = Pack.objects.create(
        urn="bench:registers",
        version="1",
        title="bench",
        document_status="own",
        header={},
        digest="",
        loaded_at=clock.now(),
    )
    RegisterDefinition.objects.create(code=REGISTER["register"], pack=pack, spec=REGISTER, digest="1")
    catalogue.clear()
    return specs.get(REGISTER["register"])


def _book(path: Path, count: int) -> None:
    import xlsxwriter

    chance = random.Random(7)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("合同台账")
        sheet.write_row(0, 0, [item["label"] for item in REGISTER["fields"]])
        for row in range(1, count + 1):
            day = date(2023, 1, 1) + timedelta(days=chance.randrange(1200))
            text = "".join(chance.choices(WORDS, k=14))
            cells = [
                f"{text}合同",
                f"HT-{row:06}",
                f"第{chance.randrange(8)}类",
                chance.choice("高中低"),
                None,
                f"{(day + timedelta(days=365)).isoformat()}",
                chance.randrange(10**9) / 100,
                chance.randrange(1, 9),
                chance.choice("是否"),
                f"员工{chance.randrange(200)}",
                f"{text[3:9]}有限公司",
                text * 3,
            ]
            for column, value in enumerate(cells):
                if value is not None:
                    sheet.write(row, column, value)
            sheet.write_datetime(row, 4, day)


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, and of our own processor time, which a busy machine leaves alone."""

    wall: float
    cpu: float

    def rate(self, count: int) -> str:
        return f"{round(count / self.wall)} ({round(count / self.cpu)})"


def _timed(act: Callable[[], Any]) -> tuple[Taken, Any]:
    start, busy = time.perf_counter(), time.process_time()
    result = act()
    return Taken(time.perf_counter() - start, time.process_time() - busy), result


def _often(act: Callable[[], Any], times: int) -> str:
    act()
    taken = [_timed(act)[0] for _turn in range(times)]
    wall = sorted(one.wall * 1000 for one in taken)
    cpu = statistics.median(one.cpu * 1000 for one in taken)
    return f"{statistics.median(wall):.1f} / {wall[int(len(wall) * 0.95) - 1]:.1f} ({cpu:.1f})"


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
