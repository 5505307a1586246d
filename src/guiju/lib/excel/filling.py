"""Writes changed values into a copy of a person's own workbook and leaves everything else as it is."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from guiju.lib.errors import Problem
from guiju.lib.excel import guard, sandbox
from guiju.lib.excel.limits import MB, Limits
from guiju.lib.i18n import _

#: Longer workbooks are drawn anew: openpyxl needs some fifty times their unpacked size.
FILLED_ROWS = 5_000
FILLED_BYTES = 15 * MB


@dataclass(frozen=True, slots=True)
class Insert:
    """A row that is new: it comes below row `after`, looks like row `like`, and holds values by column from 0.

    A value may be `As(row)`: the same as in that row, so that it joins its group. `source` is the row of another
    sheet that it is moved from, for what stands in columns that nobody knows.
    """

    after: int
    like: int
    cells: dict[int, object]
    source: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class As:
    """The value of that row."""

    row: int


@dataclass(slots=True)
class SheetFill:
    """What happens to one sheet; rows count from 1, columns from 0."""

    name: str
    #: The first row below the header.
    first: int
    #: The rows that hold records.
    rows: list[int]
    #: Columns whose empty cells mean what stands above.
    carry: list[int]
    #: Columns that may hold running numbers.
    numbers: list[int] = field(default_factory=list)
    edits: list[tuple[int, int, object]] = field(default_factory=list)
    deletes: list[int] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    #: A sheet that is copied for its header, and the words in it that are replaced.
    copied_from: str = ""
    words: tuple[str, str] = ("", "")

    @property
    def is_touched(self) -> bool:
        """False for a sheet that stays as it is."""
        return bool(self.edits or self.deletes or self.inserts or self.copied_from)


def fits(source: Path, *, name: str, rows: int) -> bool:
    """Is the workbook small enough to be filled?"""
    return rows <= FILLED_ROWS and guard.check(source, name=name).unpacked <= FILLED_BYTES


def fill(source: Path, out: Path, sheets: Sequence[SheetFill], *, name: str = "", limits: Limits | None = None) -> None:
    """Write `out`; a workbook to which nothing happens comes back byte by byte."""
    touched = [sheet for sheet in sheets if sheet.is_touched]
    if not touched:
        out.write_bytes(source.read_bytes())
        return
    limits = limits or Limits()
    guard.check(source, name=name or source.name, limits=limits)
    order = {
        "source": os.fspath(source.resolve()),
        "out": os.fspath(out.resolve()),
        "sheets": [_plain(sheet) for sheet in touched],
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
    }
    try:
        done = subprocess.run(
            sandbox.command("guiju.lib.excel.filling_child"),
            input=orjson.dumps(order, option=orjson.OPT_NON_STR_KEYS),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=sandbox.environment(),
            timeout=limits.wait_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failed(name, "") from None
    if done.returncode != 0:
        raise _failed(name, done.stderr.decode("utf-8", "replace")[-400:])


def _failed(name: str, why: str) -> Problem:
    return Problem(
        "book.unfillable",
        _("The workbook cannot be written to; it may hold something unusual."),
        fix=_("Choose another form for the export, or import the list again from a plain workbook."),
        where=name,
        status=422,
        data={"why": why},
    )


def _plain(sheet: SheetFill) -> dict[str, Any]:
    told = asdict(sheet)
    told["edits"] = [(row, column, value_of(value)) for row, column, value in sheet.edits]
    told["inserts"] = [
        {
            "after": one.after,
            "like": one.like,
            "cells": [(column, value_of(value)) for column, value in one.cells.items()],
            "source": one.source,
        }
        for one in sheet.inserts
    ]
    return told


def value_of(value: object) -> dict[str, Any] | None:
    """A value on its way: {kind: text}."""
    if value is None or value == "":
        return None
    if isinstance(value, As):
        return {"as": value.row}
    if isinstance(value, datetime):
        return {"t": value.isoformat(sep=" ", timespec="minutes")}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"n": format(value, "f") if isinstance(value, Decimal) else str(value)}
    return {"t": str(value)}
