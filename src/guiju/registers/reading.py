"""The first phase of an import: every row read, checked and compared with what is there; nothing saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import text
from guiju.lib.errors import Denied, Fault
from guiju.lib.excel.cells import Row, column_letters
from guiju.org.models import Unit
from guiju.registers import actions, beginning, changes, deciding, ownlayouts, rows, staging, tables, values
from guiju.registers.asking import Rows
from guiju.registers.deciding import Decisions
from guiju.registers.directory import Directory
from guiju.registers.matching import Matching, Positions, is_alike
from guiju.registers.pages import Line, Pages
from guiju.registers.sheets import Table
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Held, Store

Progress = Callable[[int], None]
SHOWN = 200
#: Shorter texts say the same by chance.
_TELLING = 3
_BATCH = 1_000


@dataclass(slots=True)
class Tally:
    """What the preview says."""

    new: int = 0
    changed: int = 0
    same: int = 0
    faulty: int = 0
    #: Of the faulty rows those that only wait for an answer.
    asked: int = 0
    strangers: int = 0
    skipped: int = 0
    fault_count: int = 0
    absent: int = 0
    absentees: list[str] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)
    #: Rows with the number of a record that is something else.
    odd: list[dict[str, Any]] = field(default_factory=list)
    #: One cause each, with its rows: column, what stands there, what is wrong.
    causes: dict[tuple[str, str, str], Cause] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All rows with anything in them but totals."""
        return self.new + self.changed + self.same + self.faulty


@dataclass(slots=True)
class Cause:
    """Something that is wrong in the same way in several rows."""

    fault: dict[str, Any]
    rows: Rows = field(default_factory=Rows)


class Reading:
    """One reading of one file for one register; `run` fills the two files of `staging` and returns the tally."""

    def __init__(
        self, spec: RegisterSpec, source: Store, unit: Unit, by: Actor, table: Table, decided: Decisions
    ) -> None:
        self.spec = spec
        self.store = source
        self.by = by
        self.pages = Pages(spec, source, unit, by, table, decided)
        self.matching = Matching(spec, source, unit, self.pages)
        self.known = self.pages.known
        self.tally = Tally()
        self._unique = {item.code: source.taken(unit, item.code) for item in spec.fields if item.unique}
        self._once: dict[str, dict[Any, tuple[str, int]]] = {code: {} for code in self._unique}
        self._positions: Positions | None = None
        self._waiting: list[Line] = []
        self._first: dict[int, str] = {}
        #: What the organisation calls its columns, those of its own above all.
        self._words = ownlayouts.worded(ownlayouts.held_by(unit, spec.code)) if spec.layouts else ownlayouts.Wording()
        #: Rows that say nothing new are noted too where the workbook may be kept: it has to know whose they are.
        self._notes_same = table.layout != tables.STANDARD

    def stands(self, places: Mapping[str, Sequence[tuple[int, str]]] | None) -> None:
        """Where records stood in the workbook that was kept, if one was."""
        self._positions = Positions(places) if places else None

    def run(
        self, found: Iterator[tuple[str, Row]], staged: IO[bytes], faults: IO[bytes], progress: Progress | None
    ) -> Tally:
        """All rows, a thousand at a time."""
        done = 0
        for batch in actions.batches(self._expected(self.pages.lines(found)), _BATCH):
            self._settle(batch, staged, faults)
            done += len(batch)
            if progress is not None:
                progress(done)
        self._settle_waiting(staged, faults)
        self.tally.skipped = self.pages.skipped
        self.tally.absent, self.tally.absentees = self.matching.absent()
        return self.tally

    def _expected(self, lines: Iterator[Line]) -> Iterator[Line]:
        """What the list lacks, later rows may name: a group comes in from one file, parents first."""
        for line in lines:
            if not self.spec.is_entry and not line.faults and self.matching.is_keyed:
                key = (self.store.key_unit(self.pages.unit_of(line.unit)), *map(line.given.get, self.spec.key))
                if key not in self.matching.keys:
                    self.store.expect(line.given, self.known)
            yield line

    # --- rows -----------------------------------------------------------------------------------------------------

    def _settle(self, lines: Sequence[Line], staged: IO[bytes], faults: IO[bytes]) -> None:
        """Decide of each row whether it is new, changed, the same or faulty."""
        matched = {id(line): self._match(line) for line in lines if not line.faults and not line.is_bad}
        held = self.store.held([pk for pk in matched.values() if pk])
        for line in lines:
            if line.faults or line.is_bad:
                self._check_rest(line)
                self._complain(line, faults)
                continue
            there = held.get(matched[id(line)] or 0)
            if there is not None and self._is_stranger(line, there):
                there = self._estranged(line, there)
                if line.faults:
                    self._complain(line, faults)
                    continue
            if there is None and self._positions is not None and line.key:
                self._waiting.append(line)
                continue
            self._decide(line, there, staged, faults)

    def _decide(self, line: Line, there: Held | None, staged: IO[bytes], faults: IO[bytes]) -> None:
        data = self._merged(line, there)
        if line.added:
            data = self._with_words(line, data)
        self._check(line, data, there)
        if line.faults:
            self._complain(line, faults)
        elif there is None:
            self._new(line, data, staged)
        else:
            self._compare(line, data, there, staged)

    def _with_words(self, line: Line, data: rows.Data) -> rows.Data:
        data = rows.with_words(self.spec, data, line.added)
        for code in line.added:
            problem = values.length_fault(self.spec.by_code[code], str(data.get(code) or ""))
            if problem is not None:
                self._fault_in(line, code, problem.what, problem.fix)
        return data

    # --- rows with another record's number ------------------------------------------------------------------------

    def _is_stranger(self, line: Line, there: Held) -> bool:
        """The same number, but wholly another name and no other words in common."""
        number, title = self.spec.by_slot.get("number"), self.spec.by_slot.get("title")
        if number is None or title is None or self.matching.rest != (number.code,) or not number.made_from:
            return False
        said, held = line.given.get(title.code), there.data.get(title.code)
        if line.given.get(number.code) is None or not said or not held or said == held:
            return False
        if self._positions is not None and self._positions.place.get(there.pk) == line.place:
            return False
        alike = (
            code not in {number.code, title.code} and isinstance(value, str) and len(value) > _TELLING
            and self.spec.by_code[code].type in {"text", "longtext"} and there.data.get(code) == value
            for code, value in line.given.items()
        )  # fmt: skip
        return not _is_alike(said, held) and not any(alike)

    def _estranged(self, line: Line, there: Held) -> Held | None:
        """What a person has said of such rows: new ones that lose the number, or changes of the record."""
        number, title = self.spec.by_slot["number"], self.spec.by_slot["title"]
        written = str(line.given[number.code])
        if self.pages.decided.strict:
            what = _("“%(number)s” is the number of “%(title)s”, which is something else.")
            self._fault_at_key(
                line, what % {"number": written, "title": there.title}, _("Give this row a number of its own, or none.")
            )
            return there
        self.tally.strangers += 1
        if len(self.tally.odd) < SHOWN:
            told = {"number": written, "title": str(line.given[title.code]), "old": there.title}
            self.tally.odd.append({"row": self.pages.words(line), **told})
        if self.pages.decided.strangers == deciding.CHANGE:
            return there
        self.matching.claimed.pop(there.pk, None)
        line.given[number.code] = None
        if not written.isdigit() and deciding.may_hold(self.spec, "note"):
            line.added.setdefault("note", []).append(f"{self._label(line, number.code)}：{written}")
            self.pages.filled.setdefault("note", self.spec.by_code["note"])
        again = self._match(line)
        return self.store.held([again]).get(again) if again else None

    def _settle_waiting(self, staged: IO[bytes], faults: IO[bytes]) -> None:
        """Rows that no key knows, once all that keys know are settled."""
        for line in self._waiting:
            self._decide(line, self._standing(line), staged, faults)

    def _standing(self, line: Line) -> Held | None:
        """The record that stood where this row stands, unless another row is it."""
        assert self._positions is not None
        matching = self.matching
        for pk in self._positions.candidates(line):
            there = self.store.held([pk]).get(pk) if pk not in matching.claimed else None
            if there is not None and self._may_be(line, there):
                matching.claimed[pk] = line.place
                self._positions.anchor(line, pk)
                return there
        return None

    def _may_be(self, line: Line, there: Held) -> bool:
        """Of the same unit and department, and not wholly other words."""
        code = self.matching.department
        department = line.given.get(code)
        at_home = self.matching.home(there.unit_id) == line.unit.pk
        here = at_home and (department is None or there.data.get(code) == department)
        return here and is_alike(line, there, but=code)

    def _match(self, line: Line) -> int | None:
        """The one existing row with the same key; faults for doubles in the file or in the list."""
        matching = self.matching
        matching.touched.add(line.given.get(matching.department) if matching.department else None)
        key = matching.key_of(line) if matching.is_keyed else None
        if key is None:
            return matching.whole(line)
        line.key = key
        before = matching.seen.setdefault(key, line.place)
        found = self._twins(line, key) if matching.made else matching.candidates(key)
        if before != line.place and not (matching.made and found):
            self._fault_double(line, before)
            return None
        if len(found) > 1:
            self._fault_unclear(line, len(found))
            return None
        if not found:
            return None
        if found[0] in matching.claimed:
            self._fault_at_key(
                line,
                _("The same record stands in row %(row)d already.") % {"row": matching.claimed[found[0]][1]},
                _("Delete one of the two rows."),
            )
            return None
        matching.claimed[found[0]] = line.place
        if self._positions is not None:
            self._positions.anchor(line, found[0])
        return found[0]

    def _twins(self, line: Line, key: tuple[Any, ...]) -> list[int]:
        """Records that the form does not tell apart: of those that no row has taken, the one most like this row."""
        matching = self.matching
        found = [pk for pk in matching.candidates(key) if pk not in matching.claimed] or matching.remade(key)
        if len(found) > 1:
            held = self.store.held(found)
            alike = {
                pk: sum(there.data.get(code) == value for code, value in line.given.items())
                for pk, there in held.items()
            }
            found = [max(found, key=lambda pk: alike.get(pk, -1))]
        return found

    def _fault_double(self, line: Line, before: tuple[str, int]) -> None:
        fix = _("Delete one of the two rows.")
        if self.matching.made:
            fix = _("Delete one of the two rows, or let them differ in their words or numbers.")
        if before[0] == line.page.name:
            what = _("The same record stands in row %(row)d already.") % {"row": before[1]}
        else:
            what = _("The same record stands in row %(row)d of the sheet “%(sheet)s” already.") % {
                "row": before[1],
                "sheet": before[0],
            }
        self._fault_at_key(line, what, fix)

    def _fault_unclear(self, line: Line, count: int) -> None:
        if self.matching.department and line.given.get(self.matching.department) is None:
            what = _("The list holds %(count)d records with this number, in different departments.")
            fix = _("Add a column with the department, or name the sheet after it.")
        else:
            what = _("The list holds %(count)d records like this; it is not clear which one is meant.")
            fix = _("Change it on its page, or remove the double.")
        self._fault_at_key(line, what % {"count": count}, fix)

    def _fault_at_key(self, line: Line, what: str, fix: str) -> None:
        """At the first column of the key that the sheet has, or of those that make it."""
        columns = line.page.match.columns
        codes = [*self.matching.rest, *(name for code in self.matching.rest for name in self._made_from(code))]
        code = next((code for code in codes if code in columns), self.spec.key[0])
        self.pages.fault(line, columns.get(code), what, fix, self._label(line, code))

    def _made_from(self, code: str) -> tuple[str, ...]:
        return tuple(name for name in self.spec.by_code[code].made_from if name != self.matching.department)

    def _begin_faults(self, line: Line, data: rows.Data) -> list[Fault]:
        """What keeps a new row from beginning in the state that the file names; a right that is missing, too."""
        unit = self.pages.unit_of(line.unit)
        try:
            return actions.begin_faults(self.spec, data, line.status, unit=unit, by=self.by)
        except Denied:
            state = self.spec.state(line.status)
            what = _("You cannot enter a record as “%(state)s” here.")
            fix = _("Leave the state empty; whoever may moves the record on afterwards.")
            return [Fault("_status", what % {"state": state.label() if state else line.status}, fix)]

    def _begins(self, line: Line) -> str:
        """The state of a new row that names none."""
        if not self.spec.initial_permission:
            return ""
        unit = self.pages.unit_of(line.unit)
        if unit.pk not in self._first:
            self._first[unit.pk] = beginning.state(self.spec, by=self.by, unit=unit)
        return self._first[unit.pk]

    def _merged(self, line: Line, there: Held | None) -> rows.Data:
        return merged(self.spec, line.given, there.data if there is not None else None, self.known)

    def _check(self, line: Line, data: rows.Data, there: Held | None) -> None:
        begins = line.status or self._begins(line)
        for fault in rows.check(self.spec, data, status=there.status if there is not None else begins):
            self._fault_in(line, fault.where, fault.what, fault.fix)
        self._check_unique(line, data, there)
        for fault in changes.kept(self.spec.code, there.data if there is not None else None, data, _("Import")):
            self._fault_in(line, fault.where, fault.what, fault.fix)
        if there is not None:
            rewrite = changes.Rewrite(there.uid, there.status, there.status, there.data, data, _("Import"))
            for fault in changes.guarded(self.spec.code, rewrite):
                self._fault_in(line, fault.where, fault.what, fault.fix)
        if there is None and line.status:
            for fault in self._begin_faults(line, data):
                self._fault_in(line, fault.where, fault.what, fault.fix)
        if there is not None and line.status and line.status != there.status:
            self._fault_in(
                line,
                "_status",
                _("An import does not move records into another state."),
                _("Leave the state as it is, and move the record on its page."),
            )
        department = self.pages.department
        if there is not None and department is not None and not self.pages.in_hand(there.data.get(department.code)):
            self._fault_in(
                line,
                department.code,
                _("This record belongs to a department that is not yours."),
                _("Ask the compliance office to import this row."),
            )

    def _fault_in(self, line: Line, code: str, what: str, fix: str) -> None:
        self.pages.fault(line, line.page.match.columns.get(code), what, fix, self._label(line, code))

    def _check_rest(self, line: Line) -> None:
        """A row with faults is told of its empty cells in the same breath."""
        already = {fault["code"] for fault in line.faults}
        given = dict(line.given)
        rows.complete(self.spec, given)
        for fault in rows.check(self.spec, given, already=already, status=line.status):
            if fault.where in line.page.match.columns:
                self._fault_in(line, fault.where, fault.what, fault.fix)

    def _check_unique(self, line: Line, data: rows.Data, there: Held | None) -> None:
        for code, taken in self._unique.items():
            stored = data.get(code)
            if stored is None:
                continue
            item = self.spec.by_code[code]
            other = taken.get(stored)
            if other is not None and (there is None or other != there.pk):
                fault = actions.taken(item, stored, _("another record"))
                self._fault_in(line, code, fault.what, fault.fix)
            before = self._once[code].setdefault(stored, line.place)
            if before != line.place:
                what = _("%(field)s “%(value)s” stands in row %(row)d already.")
                words = {"field": item.label(), "value": stored, "row": before[1]}
                self._fault_in(line, code, what % words, _("It may occur once only."))

    def _label(self, line: Line, code: str) -> str:
        item = self.spec.field(code)
        return self._words.label(item) if item is not None else line.page.match.labels.get(code, code)

    def _complain(self, line: Line, faults: IO[bytes]) -> None:
        self.tally.faulty += 1
        self.tally.asked += all(fault.get("ask") for fault in line.faults)
        for fault in line.faults:
            self._note_cause(fault)
            self.tally.fault_count += 1
            staging.write(faults, {**fault, "ref": fault["ref"] or self.pages.name(line.page, f"A{fault['row']}")})
            if len(self.tally.faults) < SHOWN:
                self.tally.faults.append(fault)

    def _note_cause(self, fault: dict[str, Any]) -> None:
        if fault.get("ask"):
            return
        key = (fault["column"], fault["value"], fault["what"])
        if key in self.tally.causes or len(self.tally.causes) < SHOWN:
            self.tally.causes.setdefault(key, Cause(fault)).rows.add(fault["sheet"], fault["row"])

    def _new(self, line: Line, data: rows.Data, staged: IO[bytes]) -> None:
        self.tally.new += 1
        staging.write(
            staged,
            {"n": line.row.number, "h": line.page.name, "k": "new", "u": line.unit.pk, "d": data, "s": line.status},
        )
        if len(self.tally.examples) < 10:
            self.tally.examples.append({"row": self.pages.words(line), "cells": self._shown(data)})

    def _shown(self, data: rows.Data) -> list[dict[str, str]]:
        return [
            {"label": self._words.label(item), "text": values.show(item, data.get(item.code), self.known)}
            for item in self.pages.filled.values()
        ]

    def _compare(self, line: Line, data: rows.Data, there: Held, staged: IO[bytes]) -> None:
        old = there.data
        changed = [item for item in self.pages.filled.values() if old.get(item.code) != data.get(item.code)]
        place = {"n": line.row.number, "h": line.page.name, "u": line.unit.pk, "pk": there.pk}
        if not changed:
            self.tally.same += 1
            if self._notes_same:
                staging.write(staged, {**place, "k": "same"})
            return
        self.tally.changed += 1
        before = {item.code: old.get(item.code) for item in changed}
        columns = line.page.match.columns
        refs = {
            code: self.pages.name(line.page, f"{column_letters(columns[code])}{line.row.number}")
            for code in before
            if code in columns
        }
        told = {**place, "k": "changed", "d": data, "v": there.version, "o": before, "t": there.title, "r": refs}
        staging.write(staged, told)
        if len(self.tally.conflicts) < SHOWN:
            self.tally.conflicts.append(conflict(self.spec, told, self.known, self._words))


def _is_alike(one: str, other: str) -> bool:
    """Do two names have half of the shorter one's characters in common, or a third of its pairs of characters?"""
    names = [text.normalise(one), text.normalise(other)]
    chars = [set(name) for name in names]
    pairs = [{name[at : at + 2] for at in range(max(len(name) - 1, 1))} for name in names]
    shared = len(chars[0] & chars[1]) / max(min(map(len, chars)), 1)
    return shared >= 0.5 or len(pairs[0] & pairs[1]) / min(map(len, pairs)) > 0.34


def merged(
    spec: RegisterSpec, given: Mapping[str, Any], there: Mapping[str, Any] | None, known: Directory
) -> rows.Data:
    """What the row would be: fields that the file lacks keep their values, or begin with their defaults."""
    data: rows.Data = dict(there) if there is not None else {}
    if there is None:
        for item in spec.fields:
            if item.default is not None and item.code not in given:
                data[item.code] = values.parse(item, rows.beginning(item), known)
    for code, stored in given.items():
        if spec.by_code[code].kept:
            continue
        if stored is None:
            data.pop(code, None)
        else:
            data[code] = stored
    rows.complete(spec, data)
    return data


def conflict(
    spec: RegisterSpec, told: Mapping[str, Any], known: Directory, words: ownlayouts.Wording
) -> dict[str, Any]:
    """One changed row as it is staged, cell by cell, as a person reads it."""
    cells = [
        {
            "field": code,
            "ref": told["r"].get(code, ""),
            "label": words.label(spec.by_code[code]),
            "old": values.show(spec.by_code[code], old, known),
            "new": values.show(spec.by_code[code], told["d"].get(code), known),
        }
        for code, old in told["o"].items()
    ]
    return {"row": told["n"], "sheet": told["h"], "title": told["t"], "cells": cells}


def unknown_columns(mapping: Sequence[Mapping[str, Any]]) -> list[str]:
    """Columns that go nowhere; running numbers are not worth a word."""
    return [one["name"] for one in mapping if one["to"] == deciding.ASIDE and not one["counting"]]


def absent_columns(spec: RegisterSpec, filled: Mapping[str, object]) -> list[str]:
    """Fields that the file does not have; they keep their values."""
    return [
        item.label()
        for item in spec.fields
        if item.type != "files" and not item.own and not item.kept and item.code not in filled
    ]
