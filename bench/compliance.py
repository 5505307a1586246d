"""The compliance core at the size of a group: lists, the table, a check, the risks of a group, a change and its marks.

    python bench/compliance.py [--rows 100000] [--units 200] [--times 30]

Requests go through the whole application inside one process (middleware, session, permission, template); a network and
a web server come on top.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterable
from datetime import date
from itertools import count, islice
from typing import Any
from uuid import UUID, uuid4

import _bench
import _house

_GRID, _CHANGED, _ITEMS, _TOUCHED = 500, 200, 300, 300


def main() -> int:
    options = _bench.arguments(__doc__, rows=100_000, units=200, times=30)
    with _bench.installation():
        measure(options, _bench.Table("compliance"))
    return 0


def measure(options: argparse.Namespace, table: _bench.Table) -> None:
    units = _house.tree(options.units)
    group, firm, small = units[0], units[1], units[2]
    _fill("duty_list", _duties(options.rows), [firm])
    _fill("duty_list", _duties(_GRID), [small])
    _fill("risk_list", _risks(options.units * 20), units)
    _bench.analyse()
    get = _bench.browser(_bench.member("bench", "compliance_office", group))
    table.number("posts' duties on one list", options.rows)
    _lists(firm, get, options.times, table)
    _grid(small, get, options.times, table)
    _check(units[3], get, options.times, table)
    _risk_pages(group, get, options.times, table)
    _marks(units[4], table)


# --- rows -------------------------------------------------------------------------------------------------------------


def _words(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(_house.WORDS, k=length))


def _duties(rows: int) -> Iterable[dict[str, Any]]:
    chance = random.Random(7)
    for number in range(rows):
        yield {
            "number": f"ZZ-{number:06}",
            "post": f"{_words(chance, 4)}岗{number % 900}",
            "duty": _words(chance, 30),
            "field": chance.choice(["contract", "labour", "finance"]),
            "bottom_line": _words(chance, 12),
            "set_on": "2026-01-05",
        }


def _risks(rows: int) -> Iterable[dict[str, Any]]:
    chance = random.Random(9)
    for number in range(rows):
        probability, impact = chance.randint(1, 5), chance.randint(1, 5)
        grade = "high" if probability * impact > 14 else "medium" if probability * impact > 5 else "low"
        yield {
            "number": f"FX-{number:06}",
            "name": f"{_words(chance, 8)}{number}",
            "behaviour": _words(chance, 24),
            "measure": _words(chance, 16),
            "field": "contract",
            "probability": probability,
            "impact": impact,
            "level": grade,
            "priority": number % 500 + 1,
        }


def _fill(register: str, rows: Iterable[dict[str, Any]], units: list[Any]) -> list[UUID]:
    """These rows, in turn for each unit."""
    from django.db import transaction

    from guiju.access.actor import system
    from guiju.registers import spec as specs
    from guiju.registers import writing
    from guiju.registers.directory import Directory

    made: list[UUID] = []
    spec, known, turn, wanted = specs.get(register), Directory(), count(), iter(rows)
    while some := list(islice(wanted, 5_000)):
        drafts = [writing.Draft(units[next(turn) % len(units)], data, uid=uuid4()) for data in some]
        with transaction.atomic():
            writing.insert(spec, drafts, known, by=system("bench"))
        made += [draft.uid for draft in drafts if draft.uid is not None]
    return made


# --- what is measured ---------------------------------------------------------------------------------------------------


def _shown(name: str, get: Callable[[str], Any], address: str, times: int, table: _bench.Table, **aims: Any) -> None:
    most = aims.pop("questions", None)
    table.turns(name, _bench.often(lambda: get(address), times), **aims)
    table.number("questions to the database of it", _bench.asked(lambda: get(address)), most=most)


def _lists(firm: Any, get: Callable[[str], Any], times: int, table: _bench.Table) -> None:
    base = f"/r/duty_list/?unit={firm.code}"
    _shown("register of duties, as it opens", get, base, times, table, p95=150, questions=12)
    _shown("register of duties, filter and sort", get, f"{base}&f.field=contract&sort=post", times, table, p95=150,
           questions=12)  # fmt: skip
    _shown("list of duties with its versions", get, f"/u/{firm.code}/lists/duty/", times, table)


def _grid(unit: Any, get: Callable[[str], Any], times: int, table: _bench.Table) -> None:
    from guiju.access.actor import system
    from guiju.registers import grid
    from guiju.registers.models import Entry

    _shown(f"table of {_GRID} rows, loaded", get, f"/r/duty_list/grid?unit={unit.code}", times, table)
    turns = count(1)

    def save() -> None:
        turn = next(turns)
        held = Entry.objects.filter(unit=unit, register="duty_list").order_by("pk")[:_CHANGED]
        rows = [
            grid.GridRow(str(number), {"duty": f"第{turn}次改写的职责{number}"}, str(row.uid), row.version)
            for number, row in enumerate(held)
        ]
        assert grid.save(register="duty_list", unit=unit, rows=rows, by=system("bench")).changed == _CHANGED

    table.turns(f"table: {_CHANGED} changed rows saved with trail", _bench.often(save, min(times, 10)))


def _check(unit: Any, get: Callable[[str], Any], times: int, table: _bench.Table) -> None:
    from guiju.access.actor import system
    from guiju.compliance.checks import running
    from guiju.compliance.models import CheckRun
    from guiju.lib import clock
    from guiju.org.models import Person
    from guiju.registers import actions

    person = Person.objects.filter(unit=unit).order_by("pk")[0]
    lines = "\n".join(f"第{number}项" for number in range(1, _ITEMS + 1))
    plan = {"name": "全面排查", "kind": "own", "cycle": "year", "items": lines, "starts_on": clock.today(),
            "checker": str(person.uid)}  # fmt: skip
    entry = actions.create(register="check_plans", unit=unit, values=plan, by=system("bench"))
    run = CheckRun.objects.select_related("unit", "department", "checker").get(plan=entry.uid)
    begun, run = _bench.once(lambda: running.begin(run=run, by=system("bench")))
    table.once(f"a check of {_ITEMS} items is begun", begun)
    _shown(f"page of a check of {_ITEMS} items", get, f"/u/{unit.code}/checks/{run.uid}/", times, table)


def _risk_pages(group: Any, get: Callable[[str], Any], times: int, table: _bench.Table) -> None:
    _shown("risks of the whole group: heat map, order, units", get, f"/u/{group.code}/risks/", times, table, p95=300)
    _shown("lists of all levels", get, f"/u/{group.code}/lists/levels/", times, table, p95=300)


def _marks(unit: Any, table: _bench.Table) -> None:
    """One obligation joined to so many risks changes."""
    from guiju.access.actor import system
    from guiju.compliance.models import Link, Mark
    from guiju.lib import clock
    from guiju.registers import actions
    from guiju.registers.models import Entry

    by = system("bench")
    duty = {"number": "YW-1", "duty": "依法招标", "scope": "external", "source": "《招标投标法》",
            "identified_on": date(2026, 1, 5)}  # fmt: skip
    cause = actions.create(register="obligations", unit=unit, values=duty, by=by)
    touched = _fill("risk_list", _risks(_TOUCHED), [unit])
    Link.objects.bulk_create([_link(unit, cause.uid, uid, clock.now()) for uid in touched], batch_size=500)

    def change() -> None:
        entry = Entry.objects.select_related("unit", "department", "body").get(uid=cause.uid)
        actions.update(entry=entry, values={"text": "修订后的条文"}, version=entry.version, by=by)

    taken, _nothing = _bench.once(change)
    marks = Mark.objects.filter(cause=cause.uid).count()
    table.once(f"a changed obligation marks {marks} risks that rest on it", taken, most=2)


def _link(unit: Any, cause: UUID, uid: UUID, at: Any) -> Any:
    from guiju.compliance.models import Link

    low, high = sorted([(cause, "obligations"), (uid, "risk_list")])
    return Link(
        root_id=unit.root_id or unit.pk, unit=unit, low=low[0], low_register=low[1], high=high[0], high_register=high[1],
        state="confirmed", made_at=at, made_by="bench",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
