"""The figures of a library as a workbook: a line for each business, of all levels also one for each legal entity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO

from django.db import transaction

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.policies import ledger, library, statistics
from guiju.governance.policies.statistics import Figures
from guiju.lib.excel import writer
from guiju.org.places import Seat
from guiju.registers import taxonomy
from guiju.trail import log as trail
from guiju.trail.events import Action

_LEVELS = {code: label for code, label, *_rest in taxonomy.POLICY_LEVELS}
_BUSINESSES = {code: label for code, label, *_rest in taxonomy.BUSINESSES}


@transaction.atomic
def write(*, by: Actor, seat: Seat, below: bool, on: date, to: IO[bytes]) -> int:
    """Write it and tell the trail; returns the number of lines."""
    unit = seat.through or seat.company
    check.require(by, P.REGISTER_ENTRY_EXPORT, seat.company, seat.through)
    found = statistics.figures(by=by, seat=seat, below=below, on=on)
    labels = ("单位", "业务、职能类别", "现行有效制度", *_LEVELS.values(), "未分级")
    columns = [
        writer.Column(label, 28 if at < 2 else 16, "text" if at < 2 else "int") for at, label in enumerate(labels)
    ]
    lines = [*_businesses(found, unit.label), *(_units(by, seat) if below else ())]
    title = f"{unit.label}制度分类分级统计（{on.isoformat()}）"
    said = ledger.text(ledger.rows(by=by, seat=seat, below=below, on=on)).split("\n")
    total = writer.write(to, title=title, columns=columns, rows=lines, notes=said)
    about = {"rows": total, "report": "policy-statistics", "on": on.isoformat(), "all_levels": below}
    trail.record(Action.EXPORT_MADE, by=by, unit=unit, object_type="register", object_id="policies", title=title[:200],
                 content=about)  # fmt: skip
    return total


def _businesses(found: Figures, unit: str) -> Iterator[Sequence[object]]:
    for code, label in {**_BUSINESSES, "": "未分类"}.items():
        if found.counts.business(code).in_force:
            cells = [found.counts.at(code, level).in_force for level in (*_LEVELS, "")]
            yield (unit, label, found.counts.business(code).in_force, *cells)
    yield (unit, "合计", found.total, *(found.level(level) for level in (*_LEVELS, "")))


def _units(by: Actor, seat: Seat) -> Iterator[Sequence[object]]:
    """What stands there today; a unit without any is named too."""
    lines, _count = library.units_below(by=by, seat=seat)
    for line in lines:
        cells = [line.by_level.get(level, 0) for level in (*_LEVELS, "")]
        yield (line.unit.name, "各级企业（今日）", line.total, *cells)
