"""Workbooks that people brought in: kept as the form into which their list is written back.

A workbook of one department is kept for that department, one of several for the unit that it was imported for.
"""

from __future__ import annotations

from pathlib import Path

from django.db.models import Q, QuerySet

from guiju.access.actor import Actor
from guiju.files import store as files
from guiju.lib import clock
from guiju.lib.excel import filling
from guiju.org.models import Unit
from guiju.registers import staging, tables
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import Book, Entry, ImportRun
from guiju.registers.sheets import Table
from guiju.registers.spec import RegisterSpec
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.models import Event

#: Sheet -> (row, uid of the record that stands there).
Places = dict[str, list[tuple[int, str]]]


def may_keep(table: Table, rows: int, path: Path, *, name: str) -> bool:
    """A form of somebody's own, not too long to be filled again, each field in one column."""
    is_plain = not any(tables.spread(key) for match in table.matches for key in match.columns)
    return table.layout != tables.STANDARD and is_plain and filling.fits(path, name=name, rows=rows)


def keep(run: ImportRun, places: Places | None, *, by: Actor) -> Book | None:
    """Keep the file of a confirmed import in place of the one before it; one that is too long only ends that one."""
    if run.layout == tables.STANDARD or run.summary["faulty"]:
        return None
    if places is None:
        if run.summary["rows"] > filling.FILLED_ROWS:
            _replace(run.unit, run)
        return None
    unit = _place(run.unit, run.register, [uid for found in places.values() for _row, uid in found])
    _replace(unit, run)
    stored = files.save(staging.source(run), name=run.file_name, by=by)
    book = Book.objects.create(
        unit=unit,
        register=run.register,
        layout=run.layout,
        digest=stored.digest,
        name=run.file_name,
        # Sheets that hold no list stand here too, empty: they are in the file that others may get.
        rows={name: [] for name in run.summary.get("other_sheets", ())}
        | {sheet: sorted(found) for sheet, found in places.items()},
        row_count=sum(map(len, places.values())),
        kept_at=clock.now(),
        by=by.name[:80],
    )
    trail.record(
        Action.BOOK_KEPT,
        by=by,
        unit=unit,
        object_type="book",
        object_id=str(book.uid),
        object_version=1,
        title=book.name,
        content=state(book),
    )
    return book


def state(book: Book) -> dict[str, object]:
    """What the trail commits to."""
    return {"register": book.register, "layout": book.layout, "digest": book.digest, "rows": book.row_count}


def has_more(book: Book) -> bool:
    """Are there sheets beside those of the list?"""
    return not all(book.rows.values())


def is_kept_by(book: Book, by: Actor) -> bool:
    """Did this account bring the workbook in?"""
    told = Event.objects.filter(object_type="book", object_id=str(book.uid), action=Action.BOOK_KEPT)
    return by.user_id is not None and told.filter(actor_id=by.user_id).exists()


def _replace(unit: Unit, run: ImportRun) -> None:
    held = Book.objects.filter(unit=unit, register=run.register, layout=run.layout, replaced_at__isnull=True)
    held.update(replaced_at=clock.now())


def _place(unit: Unit, register: str, uids: list[str]) -> Unit:
    """The one department of all rows, or the unit."""
    found: set[int] = set()
    for start in range(0, len(uids), 500):
        some = Entry.objects.filter(register=register, uid__in=uids[start : start + 500])
        found |= {pk or 0 for pk in some.order_by().values_list("department_id", flat=True).distinct()}
    return Unit.objects.get(pk=found.pop()) if len(found) == 1 and 0 not in found else unit


def current(spec: RegisterSpec, unit: Unit, layout: str) -> Book | None:
    """The workbook that a list of this unit is written into."""
    return _chosen(list(_around(spec, unit).filter(layout=layout)), unit)


def kept(spec: RegisterSpec, unit: Unit) -> dict[str, Book]:
    """The workbooks into which the unit's list can be written, by layout; one question."""
    by_layout: dict[str, list[Book]] = {}
    for book in _around(spec, unit).defer("rows"):
        by_layout.setdefault(book.layout, []).append(book)
    found = {layout: _chosen(books, unit) for layout, books in by_layout.items()}
    return {layout: book for layout, book in found.items() if book is not None}


def _chosen(books: list[Book], unit: Unit) -> Book | None:
    """The unit's own, or the only one of its departments."""
    own = [book for book in books if book.unit_id == unit.pk]
    return (own or books)[0] if own or len(books) == 1 else None


def _around(spec: RegisterSpec, unit: Unit) -> QuerySet[Book]:
    here = Q(unit=unit) | Q(unit__parent=unit, unit__kind__in=DEPARTMENT_KINDS)
    return Book.objects.filter(here, register=spec.code, replaced_at__isnull=True).select_related("unit")


def places(spec: RegisterSpec, unit: Unit, layout: str, *, name: str, sheets: list[str]) -> Places | None:
    """Where the records stood in the workbook of which this file is most likely a later state."""
    found = [book for book in _around(spec, unit).filter(layout=layout) if set(book.rows) & set(sheets)]
    if layout == tables.STANDARD or not found:
        return None
    book = max(
        found, key=lambda one: (one.name == name, len(set(one.rows) & set(sheets)), one.unit_id == unit.pk, one.kept_at)
    )  # fmt: skip
    return {sheet: [(row, uid) for row, uid in held] for sheet, held in book.rows.items()}
