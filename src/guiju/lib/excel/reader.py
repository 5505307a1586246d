"""Reads .xlsx through a limited child process, row by row, so that a hostile file costs nobody anything.

for row in iter_rows(path): ...           the first visible sheet, as a stream
book = read(path)                         all sheets, in memory
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

import orjson

from guiju.lib.errors import Problem
from guiju.lib.excel import guard, sandbox
from guiju.lib.excel.cells import Cell, Row, Sheet, SheetInfo, Value, Workbook
from guiju.lib.excel.limits import MB, Limits
from guiju.lib.i18n import _

__all__ = ["Cell", "Row", "Sheet", "SheetInfo", "Workbook", "heads", "iter_rows", "iter_sheets", "read", "sheets"]


def read(path: Path, *, name: str = "", limits: Limits | None = None) -> Workbook:
    """All sheets, hidden ones too."""
    hidden: dict[str, bool] = {}
    found: dict[str, list[Row]] = {}
    current: list[Row] = []
    with closing(_Child(path, name=name, limits=limits, rows=True, everything=True).lines()) as lines:
        for line in lines:
            if isinstance(line, list):
                current.append(_row(line))
            elif "sheets" in line:
                hidden = dict(line["sheets"])
            elif "sheet" in line:
                current = found.setdefault(line["sheet"], [])
    return Workbook([Sheet(title, hidden[title], rows) for title, rows in found.items()])


def iter_rows(path: Path, *, sheet: str | None = None, name: str = "", limits: Limits | None = None) -> Iterator[Row]:
    """The rows that are not empty of one sheet (the first visible one by default), as they are read."""
    with closing(_Child(path, name=name, limits=limits, rows=True, sheet=sheet).lines()) as lines:
        for line in lines:
            if isinstance(line, list):
                yield _row(line)


def heads(path: Path, *, rows: int, name: str = "", limits: Limits | None = None) -> list[Sheet]:
    """Every sheet with its first rows only, to find out what it is."""
    hidden: dict[str, bool] = {}
    found: dict[str, list[Row]] = {}
    current: list[Row] = []
    with closing(_Child(path, name=name, limits=limits, rows=True, everything=True, head=rows).lines()) as lines:
        for line in lines:
            if isinstance(line, list):
                current.append(_row(line))
            elif "sheets" in line:
                hidden = dict(line["sheets"])
            elif "sheet" in line:
                current = found.setdefault(line["sheet"], [])
    return [Sheet(title, flag, found.get(title, [])) for title, flag in hidden.items()]


def iter_sheets(
    path: Path, names: Sequence[str], *, name: str = "", limits: Limits | None = None
) -> Iterator[tuple[str, Row]]:
    """The rows of several sheets in one stream; merged ranges that overlap are refused."""
    current = ""
    with closing(_Child(path, name=name, limits=limits, rows=True, names=names, strict=True).lines()) as lines:
        for line in lines:
            if isinstance(line, list):
                yield current, _row(line)
            elif "sheet" in line:
                current = line["sheet"]


def sheets(path: Path, *, name: str = "", limits: Limits | None = None) -> list[SheetInfo]:
    """The names of the sheets, in order."""
    with closing(_Child(path, name=name, limits=limits, rows=False).lines()) as lines:
        return [
            SheetInfo(title, flag)
            for line in lines
            if isinstance(line, dict) and "sheets" in line
            for title, flag in line["sheets"]
        ]


def _row(line: list[Any]) -> Row:
    number = line[0]
    cells = [
        Cell(_decode(value), number, column, False, "i" in value)
        if type(value) is dict
        else Cell(value, number, column)
        for column, value in enumerate(line[1])
    ]
    if len(line) > 2:
        for column in line[2]:
            if column < len(cells):
                cells[column] = cells[column]._replace(merged=True)
    return Row(number, cells)


def _decode(tagged: dict[str, str]) -> Value:
    ((tag, text),) = tagged.items()
    match tag:
        case "n":
            return Decimal(text)
        case "i":
            return int(Decimal(text))
        case "d":
            return date.fromisoformat(text)
        case "t":
            return datetime.fromisoformat(text)
    return time.fromisoformat(text)


class _Child:
    """One run of `guiju.lib.excel.child`, stopped when nobody listens any more."""

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        limits: Limits | None,
        rows: bool,
        sheet: str | None = None,
        everything: bool = False,
        names: Sequence[str] | None = None,
        head: int = 0,
        strict: bool = False,
    ) -> None:
        self.name = name or path.name
        self.limits = limits or Limits()
        guard.check(path, name=self.name, limits=self.limits)
        self.sheet = sheet
        self.order = {
            "path": os.fspath(path.resolve()),
            "sheet": sheet,
            "all": everything,
            "names": None if names is None else list(names),
            "head": head,
            "strict": strict,
            "rows": rows,
            "sheets": self.limits.sheets,
            "columns": self.limits.columns,
            "max_rows": self.limits.rows,
            "memory_bytes": self.limits.memory_bytes,
            "cpu_seconds": self.limits.cpu_seconds,
        }
        self.titles: Sequence[str] = ()

    def lines(self) -> Generator[Any, None, None]:
        """The child's messages; raises a Problem if it refuses, dies or takes too long."""
        with subprocess.Popen(
            sandbox.command("guiju.lib.excel.child"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=MB,
            env=sandbox.environment(),
        ) as process:
            watch = _Watch(process, self.limits.wait_seconds)
            try:
                _send(process, orjson.dumps(self.order))
                yield from self._until_done(process, watch)
            finally:
                watch.stop()
                process.kill()

    def _until_done(self, process: subprocess.Popen[bytes], watch: _Watch) -> Iterator[Any]:
        assert process.stdout is not None
        while line := watch.read_line(process.stdout):
            message = orjson.loads(line) if line.endswith(b"\n") else {"error": "broken"}
            if isinstance(message, dict):
                if "done" in message:
                    return
                if "error" in message:
                    raise self._problem(message["error"], *message.get("about", ()))
                if "sheets" in message:
                    self.titles = [title for title, _hidden in message["sheets"]]
            yield message
        # It died without a word: out of time, or out of memory inside the parser.
        raise self._problem("time" if watch.expired else "memory")

    def _problem(self, error: str, *about: str) -> Problem:
        limits = self.limits
        if error == "merge":
            sheet, one, other = about
            return Problem(
                "file.merge",
                _("The merged cells %(one)s and %(other)s of the sheet “%(sheet)s” overlap; the file is broken there.")
                % {"one": one, "other": other, "sheet": sheet},
                fix=_("Unmerge these cells in Excel or WPS, enter their values again and save the file."),
                where=f"{self.name} · {sheet}!{one}",
            )
        if error == "unknown_sheet":
            return Problem(
                "sheet.unknown",
                _("The file has no sheet “%(sheet)s”.") % {"sheet": self.sheet},
                fix=_("Its sheets are: %(titles)s.") % {"titles": "、".join(self.titles)},
                where=self.name,
            )
        too_much = {
            "rows": _("The file has more than %(count)d rows.") % {"count": limits.rows},
            "columns": _("A sheet has more than %(count)d columns.") % {"count": limits.columns},
            "sheets": _("The file has more than %(count)d sheets.") % {"count": limits.sheets},
            "memory": _("Reading the file needs more memory or time than is allowed."),
            "time": _("Reading the file takes too long."),
        }
        if error in too_much:
            return Problem(
                "file.too_big",
                too_much[error],
                fix=_("Delete empty rows and columns at the end of the sheets, or split the file."),
                where=self.name,
                status=413,
            )
        return Problem(
            "file.broken",
            _("The file is damaged and cannot be read."),
            fix=_("Open it in Excel or WPS, repair and save it, or get it again from its sender."),
            where=self.name,
        )


class _Watch:
    """Stops a child that keeps us waiting; the time that our own side takes between two lines does not count."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.expired = False
        self._process = process
        self._left = seconds
        self._since: float | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="excel-child-watch", daemon=True)
        self._thread.start()

    def read_line(self, stream: Any) -> bytes:
        self._since = monotonic()
        line: bytes = stream.readline()
        self._left -= monotonic() - self._since
        self._since = None
        if self._left < 0:
            self.expired = True
        return b"" if self.expired else line

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            since = self._since
            if since is not None and monotonic() - since > self._left:
                self.expired = True
                self._process.kill()
                return


def _send(process: subprocess.Popen[bytes], order: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(order)
        process.stdin.close()
    except OSError:
        pass  # it died at once; the missing answer says so
