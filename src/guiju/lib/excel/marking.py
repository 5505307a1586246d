"""Gives people their own file back with the faulty cells marked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from guiju.lib.excel import guard, reader, sandbox, writer
from guiju.lib.excel.cells import Row, column_letters, parse_ref
from guiju.lib.excel.limits import MB, Limits
from guiju.lib.i18n import _

MARKED_ROWS = 5_000
MARKED_BYTES = 15 * MB  # unpacked; openpyxl needs some fifty times as much memory


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with one cell, and what to do; `ref` is `C12`, or empty for the sheet as a whole."""

    sheet: str
    ref: str
    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """`whole` is True when the file is the user's own, False when it lists the faulty rows only."""

    path: Path
    whole: bool


def mark(
    source: Path, faults: Sequence[CellFault], out: Path, *, name: str = "", limits: Limits | None = None
) -> Marked:
    """Write `out`: the source with marked cells and a sheet of errors.

    A file that is long, or that openpyxl cannot open, is answered with a list of its faulty rows instead.
    """
    limits = limits or Limits()
    checked = guard.check(source, name=name or source.name, limits=limits)
    small = checked.unpacked <= MARKED_BYTES and not _is_long(source, limits)
    if small and _mark_whole(source, faults, out, limits=limits):
        return Marked(out, whole=True)
    _write_faulty_rows(source, faults, out, limits=limits)
    return Marked(out, whole=False)


def _is_long(source: Path, limits: Limits) -> bool:
    """Counts no further than needed."""
    count = 0
    for info in reader.sheets(source, limits=limits):
        for _row in reader.iter_rows(source, sheet=info.name, limits=limits):
            count += 1
            if count > MARKED_ROWS:
                return True
    return False


def _mark_whole(source: Path, faults: Sequence[CellFault], out: Path, *, limits: Limits) -> bool:
    """False when openpyxl fails, as it does on some files that Excel itself forgives."""
    table = [(_("Sheet"), _("Cell"), _("What is wrong"), _("What to do"))]
    table += [(fault.sheet, fault.ref, fault.message, fault.fix) for fault in faults]
    order = {
        "source": os.fspath(source.resolve()),
        "out": os.fspath(out.resolve()),
        "title": _("Errors"),
        "author": _("Check"),
        "table": table,
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
    }
    try:
        done = subprocess.run(
            sandbox.command("guiju.lib.excel.marking_child"),
            input=orjson.dumps(order),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=sandbox.environment(),
            timeout=limits.wait_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _write_faulty_rows(source: Path, faults: Sequence[CellFault], out: Path, *, limits: Limits) -> None:
    by_row: dict[tuple[str, int], list[CellFault]] = {}
    for fault in faults:
        by_row.setdefault((fault.sheet, _row_of(fault.ref)), []).append(fault)
    width = max((len(row.cells) for _name, row, _faults in _faulty(source, by_row, limits)), default=0)
    columns = [
        writer.Column(_("Sheet"), 16),
        writer.Column(_("Row"), 8, "int"),
        writer.Column(_("What is wrong"), 50),
        *(writer.Column(column_letters(at), 16) for at in range(width)),
    ]
    writer.write(
        out,
        title=_("Errors"),
        columns=columns,
        rows=_table(source, by_row, limits, width=width),
        notes=[
            _("Your file is too long or too unusual to be marked itself; only its faulty rows are listed here."),
            _("Correct them in your own file and import it again."),
        ],
    )


def _faulty(
    source: Path, by_row: Mapping[tuple[str, int], Sequence[CellFault]], limits: Limits
) -> Iterator[tuple[str, Row, Sequence[CellFault]]]:
    known = {info.name for info in reader.sheets(source, limits=limits)}
    for name in dict.fromkeys(sheet for sheet, _number in by_row):
        seen: set[int] = set()
        for row in reader.iter_rows(source, sheet=name, limits=limits) if name in known else ():
            if found := by_row.get((name, row.number)):
                seen.add(row.number)
                yield name, row, found
        for (sheet, number), found in by_row.items():
            if sheet == name and number not in seen:  # a fault of a row that is empty, or of the sheet
                yield name, Row(number, ()), found


def _table(
    source: Path, by_row: Mapping[tuple[str, int], Sequence[CellFault]], limits: Limits, *, width: int
) -> Iterator[list[object]]:
    for name, row, faults in _faulty(source, by_row, limits):
        what = "\n".join(f"{fault.ref}: {fault.message} {fault.fix}".strip(": ") for fault in faults)
        values: list[object] = [cell.value for cell in row.cells]
        yield [name, row.number or None, what, *values, *[None] * (width - len(values))]


def _row_of(ref: str) -> int:
    try:
        return parse_ref(ref)[0]
    except ValueError:
        return 0
