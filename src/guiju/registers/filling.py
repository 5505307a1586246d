"""A list into the workbook that it came in: changed cells, new rows, rows that are gone; all the rest stays.

What a cell said when it came in is read again from the kept file by the importer's own reader. A cell is written only
where the record has come to say something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission
from guiju.files import store as files
from guiju.lib.excel import filling, headers, reader
from guiju.lib.excel.filling import As, Insert, SheetFill
from guiju.lib.excel.forms import NOTHING
from guiju.lib.excel.writer import sheet_name
from guiju.org.models import Unit
from guiju.registers import books, reading, rows, sheets, store, tables, values
from guiju.registers.directory import DEPARTMENT_KINDS, Directory
from guiju.registers.models import Book
from guiju.registers.pages import Line, Page, Pages
from guiju.registers.spec import Field, RegisterSpec
from guiju.registers.store import Held

EXPORT = Permission.REGISTER_ENTRY_EXPORT


def may(by: Actor, book: Book) -> bool:
    """A workbook holds more than records; only who may take out all of its rows gets it.

    Sheets beside the list reach those of one department only where they brought them in themselves.
    """
    if check.can(by, EXPORT, company(book)):
        return True
    unit = book.unit
    mine = check.can(by, EXPORT, unit) or (unit.parent is not None and check.can(by, EXPORT, unit.parent, unit))
    return mine and (not books.has_more(book) or books.is_kept_by(book, by))


def fill(book: Book, *, spec: RegisterSpec, layouts: tables.Layouts, found: Sequence[Held], by: Actor, to: Path) -> int:
    """Write the records into a copy of the kept workbook; returns their number."""
    path = files.path_of(book.digest)
    unit = company(book)
    table = sheets.find(path, name=book.name, spec=spec, layout=book.layout, layouts=layouts)
    pages = Pages(spec, store.of(spec), unit, system("export"), table)
    work = _Work(spec, pages, {held.uid: held for held in found}, by)
    with closing(reader.iter_sheets(path, table.names, name=book.name)) as stream:  # type: ignore[type-var]
        work.read(stream, book)
    work.add()
    filling.fill(path, to, list(work.fills.values()), name=book.name)
    return len(found)


def company(book: Book) -> Unit:
    """The unit whose rows a workbook holds: that of the department, where it is kept for one."""
    unit = book.unit
    return unit.parent if unit.kind in DEPARTMENT_KINDS and unit.parent is not None else unit


class _Work:
    """What has to happen to each sheet."""

    def __init__(self, spec: RegisterSpec, pages: Pages, found: dict[str, Held], by: Actor) -> None:
        self.spec = spec
        self.pages = pages
        self.found = found
        self.known = Directory(exact=True, by=by)
        self.fills = {name: _fill_of(page) for name, page in pages.pages.items()}
        #: The records that stand in each sheet, by row, as they will be.
        self.standing: dict[str, dict[int, Held]] = {name: {} for name in self.fills}
        self.placed: set[str] = set()
        #: Records that go to the sheet of another department, and from where.
        self.moving: dict[str, tuple[str, int]] = {}
        self._load()

    def _load(self) -> None:
        rows.load_all_names(self.spec, (held.data for held in self.found.values()), self.known)

    # --- what stands there ----------------------------------------------------------------------------------------

    def read(self, stream: Any, book: Book) -> None:
        """Compare each row of the kept file with its record of today."""
        uids = {sheet: dict(map(tuple, held)) for sheet, held in book.rows.items()}
        for line in self.pages.lines(stream):
            name, row = line.place
            uid = uids.get(name, {}).get(row)
            if uid is None:
                continue
            self.fills[name].rows.append(row)
            held = self.found.get(uid)
            if held is None:
                self.fills[name].deletes.append(row)
                continue
            self.placed.add(uid)
            if self._belongs_elsewhere(line.page, held):
                self.fills[name].deletes.append(row)
                self.moving[uid] = (name, row)
                continue
            self.standing[name][row] = held
            self._edit(line, held)

    def _belongs_elsewhere(self, page: Page, held: Held) -> bool:
        """The sheet alone says which department its rows are of, and this one's is another."""
        item = self.pages.department
        if item is None or page.department is None or item.code in page.match.columns:
            return False
        return bool(held.data.get(item.code) != page.department.uid)

    def _edit(self, line: Line, held: Held) -> None:
        said = reading.merged(self.spec, line.given, None, self.pages.known)
        for item, at in line.page.fields:
            now, before = held.data.get(item.code), said.get(item.code)
            if now != before and not self._is_written(item, line, at, now):
                value = NOTHING if now is None and at in line.page.carry else values.excel(item, now, self.known)
                self.fills[line.page.name].edits.append((line.row.number, at, value))
        at = line.page.match.columns.get("_status", -1)
        if at >= 0 and held.status != (line.status or self.spec.initial):
            state = self.spec.state(held.status)
            self.fills[line.page.name].edits.append((line.row.number, at, state.label() if state else held.status))

    def _is_written(self, item: Field, line: Line, at: int, now: Any) -> bool:
        """A name that leads nowhere any more, but is still the record's own."""
        return bool(line.faults) and line.row.cell(at).text.strip() == values.show(item, now, self.known)

    # --- what is new ----------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Records that the workbook does not have yet go to the sheet of their department."""
        new = [held for uid, held in self.found.items() if uid not in self.placed or uid in self.moving]
        grouped: dict[str, list[Held]] = {}
        for held in new:
            grouped.setdefault(self._sheet_of(held), []).append(held)
        for name, found in grouped.items():
            page = self.pages.pages.get(name) or self._like()
            for held in together(found, [item for item, at in page.fields if at in page.carry]):
                self._insert(self.fills[name], page, held)

    def _sheet_of(self, held: Held) -> str:
        item = self.pages.department
        department = held.data.get(item.code) if item is not None else None
        pages = list(self.pages.pages.values())
        for page in pages:
            if page.department is not None and page.department.uid == department:
                return page.name
        for page in pages:
            if page.department is None:
                return page.name
        label = self.known.unit_label(department) if department else self.spec.title_zh
        return self._new_sheet(label)

    def _new_sheet(self, label: str) -> str:
        """A sheet for a department that had none; its name has to lead back to the department."""
        name = sheet_name(label)
        if name not in self.fills:
            like = self._like()
            model = self.fills[like.name]
            known = [page.department.label for page in self.pages.pages.values() if page.department is not None]
            self.fills[name] = SheetFill(
                name=name,
                first=model.first,
                rows=[],
                carry=model.carry,
                copied_from=like.name,
                words=(like.department.label if like.department is not None else (known or [""])[0], label),
            )
            self.standing[name] = {}
        return name

    def _like(self) -> Page:
        """The sheet that a new one takes its header from: the last one that holds rows."""
        pages = list(self.pages.pages.values())
        return next((page for page in reversed(pages) if page.rows), pages[-1])

    def _insert(self, fill: SheetFill, page: Page, held: Held) -> None:
        standing = self.standing[fill.name]
        after = self._after(page, standing, held)
        model = after or (fill.rows[0] if fill.rows else 0)
        if fill.copied_from:
            model = min(self.fills[fill.copied_from].rows, default=fill.first)
        group = standing.get(after)
        cells: dict[int, object] = {}
        joins = True
        for item, at in sorted(page.fields, key=lambda pair: pair[1]):
            value = held.data.get(item.code)
            same = group is not None and value is not None and group.data.get(item.code) == value
            if at not in page.carry:
                cells[at] = values.excel(item, value, self.known)
                continue
            is_gap = value is None and joins and group is not None and group.data.get(item.code) is not None
            joins = joins and same
            cells[at] = As(after) if joins else NOTHING if is_gap else values.excel(item, value, self.known)
        fill.inserts.append(Insert(after or fill.first - 1, model or fill.first, cells, self.moving.get(held.uid)))

    def _after(self, page: Page, standing: Mapping[int, Held], held: Held) -> int:
        """The last row of the narrowest group that the record belongs to; else the last row of the sheet."""
        codes = [item.code for item, at in sorted(page.fields, key=lambda pair: pair[1]) if at in page.carry]
        for depth in range(len(codes), 0, -1):
            wanted = [held.data.get(code) for code in codes[:depth]]
            if wanted[0] is None:
                break
            alike = [row for row, one in standing.items() if [one.data.get(code) for code in codes[:depth]] == wanted]
            if alike:
                return max(alike)
        return max(standing, default=0)


def _fill_of(page: Page) -> SheetFill:
    numbers = [at for at, label in page.match.unknown.items() if headers.label_key(label) in tables.IGNORED]
    return SheetFill(page.name, page.match.last_row + 1, [], list(page.carry), numbers)


def together(found: Sequence[Held], groups: Sequence[Field]) -> list[Held]:
    """Rows of one group next to each other, groups in the order in which they first appear, those of none first."""
    codes = [item.code for item in groups]
    order: dict[tuple[Any, ...], int] = {}

    def places(held: Held) -> list[int]:
        told = [str(held.data.get(code) or "") for code in codes]
        return [
            order.setdefault(tuple(told[: depth + 1]), len(order) + 1) if told[depth] else 0
            for depth in range(len(codes))
        ]

    ranked = [(places(held), number, held) for number, held in enumerate(found)]
    return [held for _places, _number, held in sorted(ranked, key=lambda one: one[:2])]
