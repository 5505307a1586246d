"""Which record a row of a file means: by its key, by what the key is made of, or by where it stood last time."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from guiju.access.actor import system
from guiju.org.models import Unit
from guiju.org.tree import ancestors
from guiju.registers import rows
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import Entry
from guiju.registers.pages import Line, Pages
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Held, Store

Key = tuple[Any, ...]
#: Records that stay although the file lacks them, named on the preview.
_NAMED = 20
_SYSTEM = system("import")


def _company(unit: Unit) -> int:
    """The company that a department belongs to; anything else is its own."""
    if unit.kind not in DEPARTMENT_KINDS:
        return unit.pk
    above = ancestors(unit).exclude(kind__in=DEPARTMENT_KINDS).last()
    return above.pk if above is not None else unit.pk


class Matching:
    """Keys of the file on one side, of the list on the other.

    A department that the file does not know is left out of the key; a number that it does not have is made from the
    row's own words, as it was when the record came in, and as it would be from the record's words of today.
    """

    def __init__(self, spec: RegisterSpec, source: Store, unit: Unit, pages: Pages) -> None:
        self.spec = spec
        self.store = source
        self.unit = unit
        self.pages = pages
        found = pages.department
        self.department = found.code if found is not None and found.code in spec.key else ""
        self.rest = tuple(code for code in spec.key if code != self.department)
        #: Key fields that the file lacks but that its other columns make.
        self.made = frozenset(code for code in self.rest if code not in pages.filled and spec.by_code[code].made_from)
        self.completed = frozenset(code for code in self.rest if spec.by_code[code].made_from)
        self.is_keyed = bool(self.rest) and all(code in pages.filled or code in self.made for code in self.rest)
        #: Where what a company keeps of the department stands; the unit itself where it is none.
        self.company = _company(unit) if self.department else unit.pk
        self.keys = self._at_home(source.keys(unit)) if self.is_keyed else {}
        self.seen: dict[Key, tuple[str, int]] = {}
        self.claimed: dict[int, tuple[str, int]] = {}
        self._short: dict[Key, list[int]] | None = None
        self._derived: dict[Key, list[int]] | None = None
        self._whole: dict[bytes, int] | None = None
        #: Departments of which the file holds rows; None stands for rows of no department.
        self.touched: set[str | None] = set()

    def home(self, unit: int) -> int:
        """Where a record counts as standing: what the company keeps of the department, in the department."""
        return self.unit.pk if unit == self.company else unit

    def _at_home(self, keys: dict[Key, list[int]]) -> dict[Key, list[int]]:
        if self.company == self.unit.pk:
            return keys
        found: dict[Key, list[int]] = {}
        for (unit, *rest), pks in keys.items():
            found.setdefault((self.home(unit), *rest), []).extend(pks)
        return found

    def key_of(self, line: Line) -> Key | None:
        """Unit, department and the rest; None for a row without a key."""
        given = line.given
        if self.completed and any(given.get(code) is None for code in self.completed):
            given = dict(given)
            rows.complete(self.spec, given)
        rest = tuple(given.get(code) for code in self.rest)
        if not any(value is not None for value in rest):
            return None
        unit = self.store.key_unit(self.pages.unit_of(line.unit))
        there = given.get(self.department) if self.department else None
        return (unit, *(there if code == self.department else given.get(code) for code in self.spec.key))

    def candidates(self, key: Key) -> list[int]:
        """The records that a key means; several when it is not clear which."""
        found = self.keys.get(key)
        if not found and self.department:
            found = self._without_department(key)
        if not found and self.made:
            found = self.remade(key)
        return list(found or ())

    def _without_department(self, key: Key) -> list[int]:
        """A file that knows no department means the one record of that number, and a record that knows none is it."""
        if self._short is None:
            self._short = {}
            for full, pks in self.keys.items():
                self._short.setdefault(self._shortened(full), []).extend(pks)
        if self._department_in(key) is None:
            return self._short.get(self._shortened(key), [])
        return self.keys.get(self._with_department(key, None), [])

    def _place(self) -> int:
        return 1 + self.spec.key.index(self.department)

    def _department_in(self, key: Key) -> Any:
        return key[self._place()]

    def _shortened(self, key: Key) -> Key:
        at = self._place()
        return (*key[:at], *key[at + 1 :])

    def _with_department(self, key: Key, department: str | None) -> Key:
        at = self._place()
        return (*key[:at], department, *key[at + 1 :])

    def remade(self, key: Key) -> list[int]:
        """Records whose number, made anew from the columns that the file has, is this one."""
        if self._derived is None:
            self._derived = {}
            for held in self.store.stream(self.store.rows(_SYSTEM, within=self.unit).order_by()):
                known = {code: held.data[code] for code in self.pages.filled if code in held.data}
                rows.complete(self.spec, known)
                made = (self.home(held.unit_id), *(known.get(code) for code in self.spec.key))
                self._derived.setdefault(made, []).append(held.pk)
        return [pk for pk in self._derived.get(key, ()) if pk not in self.claimed]

    def whole(self, line: Line) -> int | None:
        """Without a key a row is the same as one that agrees in all columns of the file; otherwise it is new."""
        if self._whole is None:
            below = self.store.rows(_SYSTEM, within=self.unit)
            self._whole = {}
            for held in self.store.stream(below.order_by()):
                shown = {code: held.data.get(code) for code in self.pages.filled}
                self._whole[_digest(held.unit_id, shown)] = held.pk
        return self._whole.get(_digest(line.unit.pk, rows.with_words(self.spec, line.given, line.added)))

    # --- what the file lacks --------------------------------------------------------------------------------------

    def absent(self) -> tuple[int, list[str]]:
        """How many records of the departments in the file the file does not have, and the first of them."""
        if not self.department or not self.is_keyed:
            return 0, []
        units = {self.pages.unit.pk}
        found = Entry.objects.filter(register=self.spec.code, unit_id__in=units).order_by("pk")
        count, named = 0, list[str]()
        rows_: Iterator[Any] = found.values_list("pk", "department__uid", "title").iterator(chunk_size=5_000)
        for pk, department, title in rows_:
            uid = None if department is None else str(department)
            if pk not in self.claimed and (uid in self.touched or self.touched == {None}) and self.pages.in_hand(uid):
                count += 1
                named += [title] if len(named) < _NAMED else []
        return count, named


class Positions:
    """Where records stood when this workbook came in last: a row that was reworded in its place is still its record."""

    def __init__(self, places: Mapping[str, Sequence[tuple[int, str]]]) -> None:
        pks = self._pks([uid for found in places.values() for _row, uid in found])
        self.rows = {
            sheet: {row: pks[uid] for row, uid in found if uid in pks} for sheet, found in places.items()
        }  # fmt: skip
        self.place = {pk: (sheet, row) for sheet, found in self.rows.items() for row, pk in found.items()}
        self._anchors: dict[str, list[tuple[int, int]]] = {}

    @staticmethod
    def _pks(uids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for start in range(0, len(uids), 500):
            some = Entry.objects.filter(uid__in=uids[start : start + 500]).values_list("uid", "pk")
            found |= {str(uid): pk for uid, pk in some}
        return found

    def anchor(self, line: Line, pk: int) -> None:
        """A row that is known to be a record tells how far the rows below it have moved."""
        sheet, row = self.place.get(pk, ("", 0))
        if sheet == line.page.name:
            anchors = self._anchors.setdefault(sheet, [])
            anchors.append((line.row.number, row - line.row.number))
            if len(anchors) > 1 and anchors[-2] > anchors[-1]:
                anchors.sort()

    def candidates(self, line: Line) -> list[int]:
        """The records that stood here, counted from the nearest known row above, and as the rows are numbered."""
        sheet, number = line.place
        rows_, anchors = self.rows.get(sheet, {}), self._anchors.get(sheet, [])
        at = bisect_right(anchors, (number, 1 << 30)) - 1
        moved = anchors[at][1] if at >= 0 else 0
        return [pk for row in dict.fromkeys((number + moved, number)) if (pk := rows_.get(row))]


def is_alike(line: Line, held: Held, *, but: str) -> bool:
    """At least one thing that the row says is what the record says; the department alone is no sign."""
    return any(value is not None and held.data.get(code) == value for code, value in line.given.items() if code != but)


def _digest(unit_id: int, given: Mapping[str, Any]) -> bytes:
    plain = {code: value for code, value in given.items() if value is not None}
    return hashlib.sha256(orjson.dumps([unit_id, plain], option=orjson.OPT_SORT_KEYS)).digest()
