"""The first phase of an import: every row read, checked and compared with what is there; nothing saved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.lib import text
from guiju.lib.errors import Problem
from guiju.lib.excel import headers, reader
from guiju.lib.excel.cells import Cell, Row, column_letters
from guiju.org.models import Unit
from guiju.registers import actions, rows, staging, tables, values
from guiju.registers.directory import Directory, KnownUnit
from guiju.registers.spec import Field, RegisterSpec
from guiju.registers.store import Held, Store

Progress = Callable[[int], None]
SHOWN = 200
_BATCH = 1_000
_TOTALS = frozenset({"合计", "小计", "总计", "total"})
_FORGETTABLE = frozenset({"choice", "bool", "date", "period"})
_MEMORY = 10_000
_SYSTEM = system("import")


@dataclass(slots=True)
class Line:
    """One row of the file on its way."""

    row: Row
    unit: KnownUnit
    given: dict[str, Any]
    status: str = ""
    faults: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What the preview says."""

    new: int = 0
    changed: int = 0
    same: int = 0
    faulty: int = 0
    skipped: int = 0
    fault_count: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """All rows with anything in them but totals."""
        return self.new + self.changed + self.same + self.faulty


def find_table(
    path: Path, *, name: str, columns: Sequence[headers.ColumnSpec]
) -> tuple[headers.HeaderMatch, Iterator[Row], Callable[[], None]]:
    """The first visible sheet in which the header is found, and its rows as a stream with its end."""
    first: Problem | None = None
    seen = ""
    for info in reader.sheets(path, name=name):
        if info.hidden:
            continue
        source = reader.iter_rows(path, sheet=info.name, name=name)
        try:
            match, found = headers.split(source, columns, sheet=info.name)
            return _complete(match, name), found, _closer(source)
        except Problem as problem:
            _closer(source)()
            if problem.code not in {"header.not_found", "header.missing"}:
                raise
            first = first or problem
            seen = seen or _first_words(path, info.name, name)
    if first is None:
        raise Problem("sheet.none", _("The file has no visible sheet."), fix=_("Show the sheet in Excel."), where=name)
    first.where = f"{name} · {first.where}" if name not in first.where else first.where
    if first.code == "header.not_found":
        first.fix = f"{first.fix} {_('Found instead: %(words)s.') % {'words': seen or '—'}}"
    raise first


def _complete(match: headers.HeaderMatch, name: str) -> headers.HeaderMatch:
    try:
        return match.ensure()
    except Problem as problem:
        found = "、".join([*match.labels.values(), *match.unknown.values()])
        problem.where = f"{name} · {match.sheet}"
        problem.fix = f"{problem.fix} {_('Found instead: %(words)s.') % {'words': found[:300]}}"
        raise


def _closer(source: Iterator[Row]) -> Callable[[], None]:
    def close() -> None:
        with closing(source):  # type: ignore[type-var]
            pass

    return close


def _first_words(path: Path, sheet: str, name: str) -> str:
    words: list[str] = []
    with closing(reader.iter_rows(path, sheet=sheet, name=name)) as found:  # type: ignore[type-var]
        for row in found:
            words += [cell.text.strip() for cell in row.cells if cell.value is not None]
            if len(words) >= 12 or row.number > 5:
                break
    return "、".join(word[:20] for word in words[:12])


class Reading:
    """One reading of one file for one register; `run` fills the two files of `staging` and returns the tally."""

    def __init__(self, spec: RegisterSpec, source: Store, unit: Unit, by: Actor, match: headers.HeaderMatch) -> None:
        self.spec = spec
        self.store = source
        self.unit = unit
        self.by = by
        self.match = match
        self.known = Directory(unit, bulk=True, by=by)
        self.tally = Tally()
        self.fields = [(spec.by_code[code], at) for code, at in match.columns.items() if code in spec.by_code]
        self.spread = [(found, at) for key, at in match.columns.items() if (found := tables.spread(key))]
        #: Every field that the file may fill, whatever column it stands in.
        self.filled = {item.code: item for item, _at in self.fields}
        self.filled |= {code: spec.by_code[code] for found, _at in self.spread for code in found[:2]}
        self._units: dict[str, Unit] = {}
        self._memory: dict[str, dict[Any, Any]] = {code: {} for code in self.filled}
        self._keys = source.keys(unit) if self._is_keyed else {}
        self._in_file: dict[Any, int] = {}
        self._unique = {item.code: source.taken(unit, item.code) for item in spec.fields if item.unique}
        self._once: dict[str, dict[Any, int]] = {code: {} for code in self._unique}
        self._whole: dict[bytes, int] | None = None

    @property
    def _is_keyed(self) -> bool:
        return bool(self.spec.key) and all(code in self.match.columns for code in self.spec.key)

    def run(self, found: Iterator[Row], staged: IO[bytes], faults: IO[bytes], progress: Progress | None) -> Tally:
        """All rows, a thousand at a time."""
        done = 0
        for batch in actions.batches(found, _BATCH):
            lines = [line for row in batch if (line := self._line(row)) is not None]
            self._settle(lines, staged, faults)
            done += len(batch)
            if progress is not None:
                progress(done)
        return self.tally

    # --- cells ----------------------------------------------------------------------------------------------------

    def _line(self, row: Row) -> Line | None:
        if not row.has_own:
            return None
        if self._is_total(row):
            self.tally.skipped += 1
            return None
        line = Line(row, self._own_unit(), {})
        self._read_unit(line)
        self.known.at(self._unit(line.unit))
        cells = row.cells
        for item, at in self.fields:
            cell = cells[at] if at < len(cells) else None
            try:
                line.given[item.code] = None if cell is None else self._parse(item, cell)
            except Problem as problem:
                self._fault(line, at, problem.what, problem.fix, item.label())
        self._read_spread(line)
        self._read_status(line)
        if not self.spec.is_entry and not line.faults:
            self._expect(line)
        return line

    def _read_spread(self, line: Line) -> None:
        """One field in several columns: the column that is filled says which choice holds."""
        filled: str = ""
        for (code, choice, value), at in self.spread:
            cell = line.row.cell(at)
            if cell.value is None:
                continue
            item, label = self.spec.by_code[code], self.match.labels.get(f"{code}@{choice}={value}", "")
            if filled:
                what = _("“%(other)s” is filled already.") % {"other": filled}
                self._fault(line, at, what, _("Fill one of these columns only."), label)
                continue
            filled = label
            try:
                line.given |= {code: self._parse(item, cell), choice: value}
            except Problem as problem:
                self._fault(line, at, problem.what, problem.fix, label)

    def _expect(self, line: Line) -> None:
        """What the list lacks, later rows may name: a group comes in from one file, parents first."""
        key = (self.store.key_unit(self._unit(line.unit)), *(line.given.get(code) for code in self.spec.key))
        if self._is_keyed and key not in self._keys:
            self.store.expect(line.given, self.known)

    def _parse(self, item: Field, cell: Cell) -> Any:
        value = cell.value
        if value is None:
            return None
        if item.type not in _FORGETTABLE or cell.imprecise:
            return values.parse_cell(item, cell, self.known)
        memory = self._memory[item.code]
        key = (type(value), value)
        if key not in memory:
            if len(memory) > _MEMORY:
                memory.clear()
            memory[key] = values.parse_cell(item, cell, self.known)
        return memory[key]

    def _is_total(self, row: Row) -> bool:
        first = next((cell.value for cell in row.cells if cell.value is not None), None)
        return isinstance(first, str) and text.normalise(first).casefold().rstrip(":") in _TOTALS

    def _own_unit(self) -> KnownUnit:
        unit = self.unit
        return KnownUnit(
            unit.pk,
            str(unit.uid),
            unit.code,
            unit.name,
            unit.short_name,
            str(unit.kind),
            unit.path,
            unit.root_id or unit.pk,
        )

    def _read_unit(self, line: Line) -> None:
        at = self.match.columns.get("_unit")
        cell = line.row.cell(at) if at is not None else None
        if at is None or cell is None or cell.value is None:
            return
        try:
            self.known.at(self.unit)
            found = self.known.any_unit(cell.text)
        except Problem as problem:
            self._fault(line, at, problem.what, problem.fix, self.match.labels["_unit"])
            return
        unit = self._unit(found)
        permission = self.store.permission(actions.IMPORT)
        if not unit.path.startswith(self.unit.path) or not check.can(self.by, permission, unit):
            what = _("%(unit)s does not belong to %(chosen)s, for which you import.")
            self._fault(
                line,
                at,
                what % {"unit": unit.name, "chosen": self.unit.name},
                _("Import it separately, or choose the unit above both."),
                self.match.labels["_unit"],
            )
            return
        line.unit = found

    def _unit(self, known: KnownUnit) -> Unit:
        if known.uid not in self._units:
            self._units[known.uid] = Unit.objects.get(pk=known.pk)
        return self._units[known.uid]

    def _read_status(self, line: Line) -> None:
        at = self.match.columns.get("_status")
        written = line.row.cell(at).text if at is not None else ""
        if at is None or not written.strip():
            return
        word = text.normalise(written).casefold()
        for state in self.spec.states:
            if word in {state.code, text.normalise(state.zh).casefold(), text.normalise(state.en).casefold()}:
                line.status = state.code
                return
        options = "、".join(state.label() for state in self.spec.states)
        self._fault(
            line,
            at,
            _("“%(value)s” is no state of this register.") % {"value": written[:40]},
            _("Choose one of: %(options)s.") % {"options": options},
            self.match.labels["_status"],
        )

    def _fault(self, line: Line, at: int | None, what: str, fix: str, label: str) -> None:
        ref = f"{column_letters(at)}{line.row.number}" if at is not None else ""
        value = line.row.cell(at).text[:80] if at is not None else ""
        line.faults.append(
            {
                "row": line.row.number,
                "ref": ref,
                "column": label,
                "value": value,
                "what": what,
                "fix": fix,
                "code": self._code_at(at),
            }
        )

    def _code_at(self, at: int | None) -> str:
        return next((code for code, place in self.match.columns.items() if place == at), "")

    # --- rows -----------------------------------------------------------------------------------------------------

    def _settle(self, lines: Sequence[Line], staged: IO[bytes], faults: IO[bytes]) -> None:
        """Decide of each row whether it is new, changed, the same or faulty."""
        matched = {id(line): self._match(line) for line in lines if not line.faults}
        held = self.store.held([pk for pk in matched.values() if pk])
        for line in lines:
            if line.faults:
                self._check_rest(line)
                self._complain(line, faults)
                continue
            there = held.get(matched[id(line)] or 0)
            data = self._merged(line, there)
            self._check(line, data, there)
            if line.faults:
                self._complain(line, faults)
            elif there is None:
                self._new(line, data, staged)
            else:
                self._compare(line, data, there, staged)

    def _match(self, line: Line) -> int | None:
        """The one existing row with the same key; faults for doubles in the file or in the list."""
        given = tuple(line.given.get(code) for code in self.spec.key) if self._is_keyed else ()
        if not any(value is not None for value in given):
            return self._match_whole(line)
        key = (self.store.key_unit(self._unit(line.unit)), *given)
        at = self.match.columns[self.spec.key[0]]
        label = self.spec.by_code[self.spec.key[0]].label()
        if key in self._in_file:
            self._fault(
                line,
                at,
                _("The same record stands in row %(row)d already.") % {"row": self._in_file[key]},
                _("Delete one of the two rows."),
                label,
            )
            return None
        self._in_file[key] = line.row.number
        found = self._keys.get(key, [])
        if len(found) > 1:
            self._fault(
                line,
                at,
                _("The list holds %(count)d records like this; it is not clear which one is meant.")
                % {"count": len(found)},
                _("Change it on its page, or remove the double."),
                label,
            )
            return None
        return found[0] if found else None

    def _match_whole(self, line: Line) -> int | None:
        """Without a key a row is the same as one that agrees in all columns of the file; otherwise it is new."""
        if self._whole is None:
            below = self.store.rows(_SYSTEM, within=self.unit)
            self._whole = {}
            for held in self.store.stream(below.order_by()):
                shown = {code: held.data.get(code) for code in self.filled}
                self._whole[self._digest(held.unit_id, shown)] = held.pk
        return self._whole.get(self._digest(line.unit.pk, line.given))

    def _digest(self, unit_id: int, given: Mapping[str, Any]) -> bytes:
        plain = {code: value for code, value in given.items() if value is not None}
        return hashlib.sha256(orjson.dumps([unit_id, plain], option=orjson.OPT_SORT_KEYS)).digest()

    def _merged(self, line: Line, there: Held | None) -> rows.Data:
        """What the row would be: fields that the file lacks keep their values, or begin with their defaults."""
        data: rows.Data = dict(there.data) if there is not None else {}
        if there is None:
            for item in self.spec.fields:
                if item.default is not None and item.code not in line.given:
                    data[item.code] = values.parse(item, rows.beginning(item), self.known)
        for code, stored in line.given.items():
            if stored is None:
                data.pop(code, None)
            else:
                data[code] = stored
        rows.complete(self.spec, data)
        return data

    def _check(self, line: Line, data: rows.Data, there: Held | None) -> None:
        for fault in rows.check(self.spec, data):
            self._fault(line, self.match.columns.get(fault.where), fault.what, fault.fix, self._label(fault.where))
        self._check_unique(line, data, there)
        if there is None and line.status:
            for fault in actions.begin_faults(self.spec, data, line.status, unit=self._unit(line.unit), by=self.by):
                self._fault(line, self.match.columns.get(fault.where), fault.what, fault.fix, self._label(fault.where))
        if there is not None and line.status and line.status != there.status:
            self._fault(
                line,
                self.match.columns["_status"],
                _("An import does not move records into another state."),
                _("Leave the state as it is, and move the record on its page."),
                self.match.labels["_status"],
            )

    def _check_rest(self, line: Line) -> None:
        """A row with faults is told of its empty cells in the same breath."""
        already = {fault["code"] for fault in line.faults}
        for fault in rows.check(self.spec, line.given, already=already):
            if fault.where in self.match.columns:
                self._fault(line, self.match.columns[fault.where], fault.what, fault.fix, self._label(fault.where))

    def _check_unique(self, line: Line, data: rows.Data, there: Held | None) -> None:
        for code, taken in self._unique.items():
            stored = data.get(code)
            if stored is None:
                continue
            item, at = self.spec.by_code[code], self.match.columns.get(code)
            other = taken.get(stored)
            if other is not None and (there is None or other != there.pk):
                fault = actions.taken(item, stored, _("another record"))
                self._fault(line, at, fault.what, fault.fix, item.label())
            before = self._once[code].setdefault(stored, line.row.number)
            if before != line.row.number:
                what = _("%(field)s “%(value)s” stands in row %(row)d already.")
                words = {"field": item.label(), "value": stored, "row": before}
                self._fault(line, at, what % words, _("It may occur once only."), item.label())

    def _label(self, code: str) -> str:
        item = self.spec.field(code)
        return item.label() if item is not None else self.match.labels.get(code, code)

    def _complain(self, line: Line, faults: IO[bytes]) -> None:
        self.tally.faulty += 1
        for fault in line.faults:
            self.tally.fault_count += 1
            staging.write(faults, {**fault, "ref": fault["ref"] or f"A{fault['row']}"})
            if len(self.tally.faults) < SHOWN:
                self.tally.faults.append(fault)

    def _new(self, line: Line, data: rows.Data, staged: IO[bytes]) -> None:
        self.tally.new += 1
        staging.write(staged, {"n": line.row.number, "k": "new", "u": line.unit.pk, "d": data, "s": line.status})
        if len(self.tally.examples) < 10:
            self.tally.examples.append({"row": line.row.number, "cells": self._shown(data)})

    def _shown(self, data: rows.Data) -> list[dict[str, str]]:
        return [
            {"label": item.label(), "text": values.show(item, data.get(item.code), self.known)}
            for item in self.filled.values()
        ]

    def _compare(self, line: Line, data: rows.Data, there: Held, staged: IO[bytes]) -> None:
        old = there.data
        changed = [item for item in self.filled.values() if old.get(item.code) != data.get(item.code)]
        if not changed:
            self.tally.same += 1
            return
        self.tally.changed += 1
        before = {item.code: old.get(item.code) for item in changed}
        staging.write(
            staged,
            {
                "n": line.row.number,
                "k": "changed",
                "u": line.unit.pk,
                "d": data,
                "pk": there.pk,
                "v": there.version,
                "o": before,
                "t": there.title,
            },
        )
        if len(self.tally.conflicts) < SHOWN:
            self.tally.conflicts.append(conflict(self.spec, line.row.number, there.title, before, data, self.known))


def conflict(
    spec: RegisterSpec, row: int, title: str, before: Mapping[str, Any], data: Mapping[str, Any], known: Directory
) -> dict[str, Any]:
    """One changed row, cell by cell, as a person reads it."""
    cells = [
        {
            "field": code,
            "label": spec.by_code[code].label(),
            "old": values.show(spec.by_code[code], old, known),
            "new": values.show(spec.by_code[code], data.get(code), known),
        }
        for code, old in before.items()
    ]
    return {"row": row, "title": title, "cells": cells}


def unknown_columns(match: headers.HeaderMatch) -> list[str]:
    """Headings that mean nothing to this register; running numbers are not worth a word."""
    return [label for label in match.unknown.values() if headers.label_key(label) not in tables.IGNORED]


def absent_columns(spec: RegisterSpec, match: headers.HeaderMatch) -> list[str]:
    """Fields that the file does not have; they keep their values."""
    found = {code for key in match.columns for code in (tables.spread(key) or (key,))[:2]}
    return [item.label() for item in spec.fields if item.type != "files" and item.code not in found]
