"""The registers engine on 100,000 rows: import from Excel, lists, save, search, export.

    python bench/registers.py [--rows 100000]

The register feeds a fact relation and its company answers to a document, so that posture listens to every row. Beside
stands what Django's own `bulk_create` needs for the same rows and bodies, without reading, trail or search words.
"""

from __future__ import annotations

import random
import resource
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import _bench
import _house

#: Rows that are saved once more by Django itself, for comparison.
SAMPLE = 20_000
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
    "facts": [
        {
            "relation": "work_record",
            "columns": {"mechanism": "kind", "form": "level", "made_on": "signed_on", "person": "handler"},
        }
    ],
    "list": {
        "columns": ["name", "number", "kind", "signed_on", "amount", "handler"],
        "sort": "-signed_on",
        "filters": ["kind", "level", "signed_on", "amount", "handler"],
    },
}


def main() -> int:
    options = _bench.arguments(__doc__, rows=100_000)
    with _bench.installation() as home:
        measure(options.rows, home, _bench.Table("registers"))
    return 0


def measure(rows: int, home: Path, table: _bench.Table) -> None:
    from guiju.access.actor import of_user, system
    from guiju.packs import catalogue

    group, companies = _companies(system("bench"))
    spec = _declare()
    _house.adopt([catalogue.current("cn:casmes:effectiveness-draft")])
    by = of_user(_bench.member("bench", "compliance_office", group))
    book = home / "contracts.xlsx"
    _book(book, rows)
    _import(spec, companies[0], book, rows, by, table)
    _export(spec, home / "out.xlsx", rows, by, table)
    _form(home, rows, by, companies[2], table)
    _lists(spec, companies[1], by, table)
    _writes(spec, companies[1], by, table)


def _import(spec: Any, unit: Any, book: Path, rows: int, by: Any, table: _bench.Table) -> None:
    from guiju.registers import importing
    from guiju.registers.models import Entry

    def read() -> Any:
        return importing.prepare(register=spec, unit=unit, path=book, name="a.xlsx", by=by)

    _bench.forget_peak()
    reading, run = _bench.once(read)
    assert run.summary["new"] == rows, run.summary["faults"][:3]
    table.rate(f"import {rows:,} rows: read and check every cell", reading, rows)
    saving, _done = _bench.once(lambda: importing.confirm(run, by))
    table.rate("import: save with trail, search and posture", saving, rows, least=4_000)
    both = _bench.Taken((reading.wall[0] + saving.wall[0],), (reading.cpu[0] + saving.cpu[0],))
    table.rate("import: both together", both, rows)
    table.number("import: most memory of the importing process", _bench.memory(peak=True), most=400, what=" MB")
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    table.number("import: most memory of its reading child", child, what=" MB")
    table.add("import: SQLite's write lock is held for", wall=f"{saving.wall[0]:.1f} s", cpu=f"{saving.cpu[0]:.1f} s",
              aim="60 s", holds=saving.cpu[0] <= 60)  # fmt: skip
    again, run = _bench.once(read)
    assert run.summary["same"] == rows
    table.rate("import: the same file again, nothing to save", again, rows)
    sample = list(Entry.objects.filter(register=spec.code).select_related("body")[:SAMPLE])
    bare, _made = _bench.once(lambda: _bare(sample))
    table.rate("Django's bulk_create of the same rows and bodies, no more", bare, len(sample))
    slower = [(one / rows) / (other / len(sample)) for one, other in zip(saving.seconds, bare.seconds, strict=True)]
    table.add("saving a row by import, as a multiple of that", wall=f"{slower[0]:.1f}", cpu=f"{slower[1]:.1f}")


def _form(home: Path, rows: int, by: Any, unit: Any, table: _bench.Table) -> None:
    """A risk library in the form of a grid company: two rows of headings, a sheet for each of ten departments."""
    from guiju.access.actor import system
    from guiju.org import actions as org
    from guiju.registers import exporting, importing
    from guiju.registers import spec as specs
    from guiju.registers.listing import ListQuery

    names = [f"第{at}部门" for at in range(10)]
    for at, name in enumerate(names):
        org.create_unit(code=f"{unit.code}-D{at}", name=name, kind="department", parent=unit, by=system("bench"))
    book, spec = home / "risks.xlsx", specs.get("risk_list")
    _risks(book, rows, names)
    _bench.forget_peak()
    reading, run = _bench.once(
        lambda: importing.prepare(register=spec, unit=unit, path=book, name="risks.xlsx", by=by)
    )  # fmt: skip
    assert (run.summary["new"], run.layout) == (rows, "grid-company"), run.summary["faults"][:3]
    saving, _done = _bench.once(lambda: importing.confirm(run, by))
    table.rate(f"import {rows:,} risks in the form of a grid company: read and check", reading, rows)
    table.rate("import in a form: save with trail, search and posture", saving, rows, least=4_000)
    table.number("import in a form: most memory", _bench.memory(peak=True), most=400, what=" MB")
    _bench.forget_peak()
    asked = ListQuery(within=unit)
    taken, written = _bench.once(
        lambda: exporting.export(by=by, spec=spec, query=asked, layout="grid-company", to=home / "risks-out.xlsx")
    )
    assert written == rows
    table.rate(f"export {rows:,} risks in the form of a grid company", taken, rows, least=8_000)
    table.number("export in a form: most memory", _bench.memory(peak=True), most=400, what=" MB")


def _risks(path: Path, count: int, departments: list[str]) -> None:
    """Groups of five rows of which only the first says its business."""
    import xlsxwriter

    heads = ("一级业务", "二级业务", "合规风险名称", "风险行为编号", "风险行为描述", "责任或后果", "风险等级", "底线")
    tail = ("合规义务", "风险控制措施", "归口部门", "配合部门", "备注")
    basis = ("国家政策", "法律法规", "监管规定", "行业准则", "规章制度", "其他")
    chance = random.Random(9)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for part, name in enumerate(departments):
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, "合规风险库")
            sheet.write_row(1, 0, [*heads, "合规依据", *[None] * 5, *tail])
            sheet.write_row(2, 8, basis)
            for row in range(count // len(departments)):
                text = "".join(chance.choices(_house.WORDS, k=12))
                group = (f"业务{row // 50}", f"环节{row // 5}", f"{text}风险") if row % 5 == 0 else (None, None, None)
                sheet.write_row(row + 3, 0, [
                    *group, f"{part}-{row:05}", text * 2, text, chance.choice("高中低"), None, None, f"{text}法\n第三条",
                    None, None, None, None, None, text * 2, name, None, None,
                ])  # fmt: skip


def _bare(sample: list[Any]) -> None:
    """The same columns once more under another register's code, rolled back afterwards."""
    from uuid import uuid4

    from django.db import transaction

    from guiju.registers.models import Entry, EntryBody

    with transaction.atomic():
        for start in range(0, len(sample), 1_000):
            _copy(Entry, EntryBody, sample[start : start + 1_000], uuid4)
        transaction.set_rollback(True)


def _copy(entries: Any, bodies: Any, batch: list[Any], uid: Callable[[], Any]) -> None:
    for entry in batch:
        entry.pk, entry.uid, entry.register = None, uid(), "bench_copy"
    entries.objects.bulk_create(batch)
    bodies.objects.bulk_create([bodies(entry_id=entry.pk, data=entry.body.data) for entry in batch])


def _export(spec: Any, to: Path, rows: int, by: Any, table: _bench.Table) -> None:
    from guiju.registers import exporting

    _bench.forget_peak()
    taken, written = _bench.once(lambda: exporting.export(by=by, spec=spec, to=to))
    assert written == rows
    table.rate(f"export {rows:,} rows", taken, rows, least=8_000)
    table.number("export: most memory", _bench.memory(peak=True), most=400, what=" MB")


def _lists(spec: Any, other: Any, by: Any, table: _bench.Table) -> None:
    """A page as the engine gives it, before it is drawn (drawn pages: bench/lists.py)."""
    from guiju.registers import queries
    from guiju.registers.listing import ListQuery

    deep = queries.listing(by, spec, ListQuery(sort="-amount", size=200))
    for _step in range(20):
        deep = queries.listing(by, spec, ListQuery(sort="-amount", size=200, cursor=deep.next)) if deep.next else deep
    shown = {
        "by amount": ListQuery(sort="-amount"),
        "by title": ListQuery(sort="name"),
        "4,000 rows deep": ListQuery(sort="-amount", size=200, cursor=deep.previous),
        "filtered by kind and year": ListQuery(filters={"kind": ("kind_3",), "signed_on__from": ("2025-01-01",)}),
        "filtered to nothing": ListQuery(filters={"amount__from": ("99999999999",)}),
        "rare number": ListQuery(text="HT-00777"),
        "below one company that has none": ListQuery(within=other),
    }
    for name, query in shown.items():
        table.turns(
            f"list: {name}", _bench.often(lambda asked=query: _cells(queries.listing(by, spec, asked), spec), 15)
        )


def _cells(page: Any, spec: Any) -> list[Any]:
    return [row.cells(list(spec.list.columns)) for row in page.rows]


def _writes(spec: Any, unit: Any, by: Any, table: _bench.Table) -> None:
    from guiju.registers import actions
    from guiju.registers.models import Entry

    values = {
        "name": "办公用品采购合同",
        "kind": "kind_1",
        "amount": "12",
        "signed_on": "2026-01-01",
        "handler": "员工7",
    }
    numbers = count(10_000_000)

    def create() -> None:
        actions.create(register=spec, unit=unit, values={**values, "number": str(next(numbers))}, by=by)

    table.turns("create one record", _bench.often(create, 60), p50=25)
    entries = iter(Entry.objects.filter(unit=unit)[:60])

    def change() -> None:
        actions.update(entry=next(entries), values={"amount": "77"}, version=1, by=by)

    table.turns("change one record", _bench.often(change, 50), p50=25)


def _companies(by: Any) -> tuple[Any, list[Any]]:
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
            text = "".join(chance.choices(_house.WORDS, k=14))
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


if __name__ == "__main__":
    sys.exit(main())
