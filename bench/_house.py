"""Units, people, records and adoptions in bulk, as rows: the actions' own speed is measured elsewhere."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

TODAY = date(2026, 6, 1)
SIZES = ("medium", "small", "micro")
WORDS = "合规审查采购合同服务项目工程设备租赁咨询软件开发维护物业能源安全培训劳务运输保险担保投资并购转让许可"


def tree(count: int, *, children: int = 6) -> list[Any]:
    """A group whose units have so many children each, with sizes in turn and three people per unit."""
    from guiju.lib import clock
    from guiju.org.models import STEP, Person, Unit, UnitAttribute
    from guiju.org.tree import step

    now = clock.now()
    units: list[Unit] = []
    below: dict[str, int] = {}
    for number in range(count):
        parent = units[(number - 1) // children] if number else None
        base = parent.path if parent else ""
        below[base] = below.get(base, 0) + 1
        path = base + step(below[base])
        units.append(
            Unit(
                pk=number + 1, code=f"U{number}", name=f"单位{number}", kind="company", parent=parent, root_id=1,
                path=path, depth=len(path) // STEP - 1, recorded_at=now,
            )
        )  # fmt: skip
    Unit.objects.bulk_create(units, batch_size=500)
    UnitAttribute.objects.bulk_create(
        [
            UnitAttribute(
                unit=unit, code="size_override", value=SIZES[unit.pk % 3], from_on=date(2024, 1, 1), recorded_at=now,
                by="bench",
            )
            for unit in units
        ],
        batch_size=500,
    )  # fmt: skip
    people = (Person(unit=unit, name=f"人员{number}", recorded_at=now) for unit in units for number in range(3))
    Person.objects.bulk_create(people, batch_size=500)
    return units


def records(rows: int, *, seed: int = 20260601) -> int:
    """So many records per unit, spread over all registers, with believable columns."""
    from django.db import transaction
    from django.db.models import Min

    from guiju.lib import bulk
    from guiju.org.models import Person, Unit
    from guiju.registers import rows as columns
    from guiju.registers.models import Entry

    chance = random.Random(seed)
    people = dict(Person.objects.values("unit_id").annotate(first=Min("pk")).values_list("unit_id", "first"))
    units = list(Unit.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(units), 100):
        made = [row for unit in units[start : start + 100] for row in _of_unit(unit, rows, people[unit], chance)]
        with transaction.atomic():
            ids = bulk.reserve(Entry, len(made))
            names = ("id", *columns.COLUMNS)
            bulk.insert(
                Entry,
                names,
                ((pk, *[row[name] for name in columns.COLUMNS]) for pk, row in zip(ids, made, strict=True)),
            )
    return rows * len(units)


def _of_unit(unit: int, rows: int, person: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    from guiju.lib import clock
    from guiju.registers import slots, spec
    from guiju.registers.rows import COLUMNS

    now = clock.now() - timedelta(days=400)
    items = [item for item in spec.all_specs() if item.is_entry]
    empty = {name: "" if name in slots.EMPTY_TEXT else None for name in COLUMNS}
    for number in range(rows):
        item = items[number % len(items)]
        yield {
            **empty, "uid": uuid.UUID(int=chance.getrandbits(128)), "register": item.code, "unit_id": unit,
            "root_id": 1, "title": f"记录{number}", "title_key": f"{number:05}", "status": item.initial,
            "version": 1, "file_count": 0,
            "created_at": now, "created_by": "bench", "recorded_at": now, "recorded_by": "bench",
            **_columns(item, person, chance),
        }  # fmt: skip


def _columns(item: Any, person: int, chance: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in item.fields:
        if not field.slot or field.slot in {"title", "number"} or chance.random() < 0.2:
            continue
        name = {"person": "person_id", "owner": "owner_id", "department": "department_id"}.get(field.slot, field.slot)
        if field.type == "choice":
            values[name] = chance.choice([option.code for option in field.options])
        elif field.type == "person":
            values[name] = person + chance.randint(0, 2)
        elif field.type == "date":
            late = field.slot in {"due_on", "done_on"}
            values[name] = TODAY + timedelta(days=chance.randint(-30, 300) if late else -chance.randint(1, 500))
        elif field.type in {"integer", "number", "amount"}:
            values[name] = chance.randint(1, 60)
        elif field.type == "bool":
            values[name] = chance.random() < 0.7
        elif field.type == "text":
            values[name] = "有"
        elif field.type == "period":
            values[name] = "2025"
    return values


def copies(pack: Any, count: int) -> list[Any]:
    """The document under other names, with the same requirements: they share its test instances."""
    from guiju.packs.models import Pack, Requirement
    from guiju.posture import wiring

    made = []
    for number in range(count):
        copy = Pack.objects.get(pk=pack.pk)
        copy.pk, copy.urn = None, f"bench:copy-{number}"
        copy.save()
        found = list(Requirement.objects.filter(pack=pack).order_by("order"))
        for row in found:
            row.pk, row.pack = None, copy
        Requirement.objects.bulk_create(found, batch_size=200)
        wiring.wire(copy)
        made.append(copy)
    return made


def adopt(packs: list[Any]) -> None:
    """Every unit answers to these documents."""
    from guiju.lib import clock
    from guiju.org.models import Unit
    from guiju.posture.models import Adoption

    earlier = clock.now() - timedelta(days=400)
    units = list(Unit.objects.values_list("pk", flat=True))
    held = (
        Adoption(unit_id=unit, pack=pack, mode="mandatory", from_on=date(2025, 1, 1), by="bench", recorded_at=earlier)
        for pack in packs
        for unit in units
    )
    Adoption.objects.bulk_create(held, batch_size=1000)
