"""A list as a workbook: streamed, nothing but values, the same headings that the import reads."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import Denied
from guiju.lib.excel import writer
from guiju.lib.excel.filling import FILLED_ROWS
from guiju.org.models import Unit
from guiju.registers import books, filling, formexport, listing, rows, store, tables, values
from guiju.registers.directory import Directory, as_uid
from guiju.registers.listing import ListQuery
from guiju.registers.models import Book
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Held, Store
from guiju.registers.tables import TableColumn
from guiju.trail import log as trail
from guiju.trail.events import Action

EXPORT = Permission.REGISTER_ENTRY_EXPORT
_BATCH = 1_000
_WIDE = frozenset({"longtext", "url"})


@dataclass(frozen=True, slots=True)
class Plan:
    """How a list will be written."""

    layout: str
    layouts: tables.Layouts
    found: QuerySet[Any]
    #: The workbook that is filled, if one is.
    book: Book | None = None
    count: int = 0

    @property
    def is_redrawn(self) -> bool:
        """In somebody's form, but too long for her own workbook."""
        return self.layout != tables.STANDARD and self.count > FILLED_ROWS


def plan(*, by: Actor, spec: RegisterSpec, query: ListQuery | None = None, layout: str = tables.STANDARD) -> Plan:
    """Which rows go out, and into which form."""
    asked = query or ListQuery()
    if not check.can_anywhere(by, EXPORT):
        raise Denied(_("Your account may not export lists."), fix=_("Ask the security administrator for a role."))
    layouts = tables.layouts_for(spec, asked.within)
    tables.layout_of(spec, layout, layouts)
    source = store.of(spec)
    found = listing.narrowed(by, _Taking(source, by), asked)
    if layout == tables.STANDARD:
        order = listing.order_of(source, asked.sort or spec.list.sort)
        return Plan(layout, layouts, found.order_by(*order.terms()))
    found = found.order_by(*(listing.order_of(source, asked.sort).terms() if asked.sort else ("pk",)))
    count = found.count()
    book = _book(by, spec, asked, layout, found) if count <= FILLED_ROWS else None
    return Plan(layout, layouts, found, book, count)


def _book(by: Actor, spec: RegisterSpec, asked: ListQuery, layout: str, found: QuerySet[Any]) -> Book | None:
    """The kept workbook, where the query asks for the whole list that it holds."""
    unit = asked.within
    if unit is None or asked.text or asked.only or not spec.is_entry:
        return None
    item = spec.by_slot.get("department")
    if asked.filters:
        chosen = asked.filters.get(item.code, ()) if item is not None and len(asked.filters) == 1 else ()
        place = Unit.objects.filter(uid=as_uid(chosen[0]) or uuid4()).first() if len(chosen) == 1 else None
        if place is None:
            return None
        unit = place
    book = books.current(spec, unit, layout)
    if book is None or not filling.may(by, book):
        return None
    # What an officer brings in for the department alone is kept with the department itself.
    if found.exclude(unit_id__in={filling.company(book).pk, book.unit_id}).exists():
        return None
    return book


@transaction.atomic
def export(
    *,
    by: Actor,
    spec: RegisterSpec,
    query: ListQuery | None = None,
    layout: str = tables.STANDARD,
    to: Path | IO[bytes],
) -> int:
    """Write what the query finds and this actor may take out; tells the trail; returns the number of rows.

    In a form of which a workbook was kept, that workbook is filled; else the form is drawn anew.
    """
    asked = query or ListQuery()
    planned = plan(by=by, spec=spec, query=asked, layout=layout)
    if planned.book is not None:
        total = _fill(spec, planned, planned.book, by, to)
    elif layout == tables.STANDARD:
        total = _write_plain(spec, planned, by, to)
    else:
        total = formexport.write(spec, planned.layouts[layout], planned.found, count=planned.count, by=by, to=to)
    _record(spec, asked, layout, total, by=by)
    return total


def _fill(spec: RegisterSpec, planned: Plan, book: Book, by: Actor, to: Path | IO[bytes]) -> int:
    found = list(store.of(spec).stream(planned.found))
    if isinstance(to, Path):
        return filling.fill(book, spec=spec, layouts=planned.layouts, found=found, by=by, to=to)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder) / "filled.xlsx"
        total = filling.fill(book, spec=spec, layouts=planned.layouts, found=found, by=by, to=path)
        with path.open("rb") as made:
            shutil.copyfileobj(made, to)
    return total


def _write_plain(spec: RegisterSpec, planned: Plan, by: Actor, to: Path | IO[bytes]) -> int:
    columns = tables.columns(spec, planned.layout, planned.layouts)
    return writer.write(
        to,
        title=tables.title(spec, planned.layout, planned.layouts),
        columns=[_column(column) for column in columns],
        rows=lines(spec, store.of(spec).stream(planned.found), columns, by=by),
        choices=_choices(columns),
    )


def template(
    *, spec: RegisterSpec, layout: str = tables.STANDARD, unit: Unit | None = None, to: Path | IO[bytes]
) -> None:
    """An empty workbook with the headings, lists to pick from, and what each column wants."""
    layouts = tables.layouts_for(spec, unit)
    columns = tables.columns(spec, layout, layouts)
    notes = [
        f"{column.label}: {column.field.help()}"
        for column in columns
        if column.field is not None and column.field.help()
    ]
    required = "、".join(
        column.label for column in columns if column.field is not None and tables.is_needed(column.field)
    )  # fmt: skip
    if required:
        notes.insert(0, _("Required columns: %(labels)s.") % {"labels": required})
    if layout != tables.STANDARD:
        formexport.template(spec, layouts[layout], notes=notes, choices=_choices(columns), to=to)
        return
    writer.write(
        to,
        title=tables.title(spec, layout, layouts),
        columns=[_column(column) for column in columns],
        rows=(),
        notes=notes,
        choices=_choices(columns),
    )


class _Taking:
    """A store whose rows are those that may be taken out."""

    def __init__(self, source: Store, by: Actor) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def rows(
        self, by: Actor, *, permission: Permission = EXPORT, within: Unit | None = None, sparse: bool | None = None
    ) -> Any:
        seen = self._source.rows(by, within=within)
        taken = self._source.rows(by, permission=EXPORT, within=within)
        return taken if self._source.spec.is_entry else seen.filter(pk__in=taken.values("pk"))


def _column(column: TableColumn) -> writer.Column:
    item = column.field
    if item is None:
        return writer.Column(column.label, 18)
    width = 40.0 if item.type in _WIDE else 12.0 if item.type in {"date", "bool", "integer"} else 18.0
    return writer.Column(column.label, width, values.excel_kind(item))  # type: ignore[arg-type]


def _choices(columns: Sequence[TableColumn]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for column in columns:
        if column.field is not None and column.field.type == "choice":
            found[column.label] = [option.label() for option in column.field.options]
    return found


def lines(
    spec: RegisterSpec, found: Iterable[Held], columns: Sequence[TableColumn], *, by: Actor
) -> Iterator[list[object]]:
    """A thousand at a time, so that names are asked for in few queries and memory stays flat."""
    known = Directory(exact=True, by=by)
    units: dict[int, str] = {}
    cells = [_shown(spec, column, known, units) for column in columns]
    for batch in _batches(found):
        _load_names(spec, batch, known, units)
        for held in batch:
            yield [cell(held) for cell in cells]


def _shown(spec: RegisterSpec, column: TableColumn, known: Directory, units: dict[int, str]) -> Any:
    """A cell of a form: the running number, or a field, which may stand in one of several columns by a choice."""
    if column.code == "_row":
        numbers = count(1)
        return lambda held: next(numbers)
    cell = _cell(spec, column, known, units)
    if column.when is None:
        return cell
    name, value = column.when
    return lambda held: cell(held) if held.data.get(name) == value else None


def _cell(spec: RegisterSpec, column: TableColumn, known: Directory, units: dict[int, str]) -> Any:
    item = column.field
    if item is not None:
        code = item.code
        if item.type in {"text", "longtext", "url", "period", "integer"}:
            return lambda held: held.data.get(code)
        if item.type == "choice":
            labels = {option.code: option.label() for option in item.options}
            return lambda held: labels.get(held.data.get(code), held.data.get(code))
        return lambda held: values.excel(item, held.data.get(code), known)
    if column.code == "_unit":
        return lambda held: units[held.unit_id]
    labels = {state.code: state.label() for state in spec.states}
    if column.code == "_status":
        return lambda held: labels.get(held.status, held.status)
    return lambda held: held.title if column.code == "_title" else held.uid if column.code == "_uid" else None


def _load_names(spec: RegisterSpec, batch: Sequence[Held], known: Directory, units: dict[int, str]) -> None:
    people, places, entries = rows.references(spec, (held.data for held in batch))
    missing = {held.unit_id for held in batch} - units.keys()
    uids = dict(Unit.objects.filter(pk__in=missing).values_list("pk", "uid"))
    known.load(people=people, units={*places, *map(str, uids.values())}, entries=entries)
    units.update((pk, known.unit_label(str(uid))) for pk, uid in uids.items())


def _batches(found: Iterable[Held]) -> Iterator[list[Held]]:
    batch: list[Held] = []
    for held in found:
        batch.append(held)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _record(spec: RegisterSpec, query: ListQuery, layout: str, count: int, *, by: Actor) -> None:
    trail.record(
        Action.EXPORT_MADE,
        by=by,
        unit=query.within,
        object_type="register",
        object_id=spec.code,
        title=spec.title_zh,
        content={
            "rows": count,
            "layout": layout,
            "text": query.text,
            "filters": {key: list(texts) for key, texts in query.filters.items()},
        },
    )
