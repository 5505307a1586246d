"""The rows of a register as a table for editing: texts as people write them, and who may touch which row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.access.scope import Scope
from guiju.lib.errors import NotFound
from guiju.registers import keyset, listing, store, values
from guiju.registers.directory import Directory
from guiju.registers.listing import ListQuery
from guiju.registers.records import Record
from guiju.registers.spec import Field, RegisterSpec

#: The most rows of one page; the next ones stand on the next page.
PAGE = 500

_EDIT, _REMOVE = Permission.REGISTER_ENTRY_EDIT, Permission.REGISTER_ENTRY_REMOVE


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column: a field of the register; `options` are the words that may stand in it, where they are few."""

    field: Field
    options: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Headings under which the column is known in other people's tables."""
        return tuple(dict.fromkeys(name for name in (self.field.zh, self.field.en, *self.field.synonyms) if name))


@dataclass(frozen=True, slots=True)
class GridLine:
    """One row as it stands, with the version that was read."""

    uid: str
    version: int
    title: str
    unit: str
    status: str
    cells: dict[str, str]
    may_edit: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class GridPage:
    """A page of rows for editing."""

    spec: RegisterSpec
    columns: tuple[GridColumn, ...]
    lines: tuple[GridLine, ...]
    count: int
    is_capped: bool
    next: str
    previous: str


def fields_of(spec: RegisterSpec) -> tuple[Field, ...]:
    """The columns, in the order of the form and of an export; files are attached on the page of the record."""
    return tuple(item for item in spec.fields if item.type != "files")


def columns_of(spec: RegisterSpec) -> tuple[GridColumn, ...]:
    """All columns of a register."""
    return tuple(GridColumn(item, _options(item)) for item in fields_of(spec))


def _options(item: Field) -> tuple[str, ...]:
    if item.type == "bool":
        known = Directory()
        return tuple(values.show(item, value, known) for value in (True, False))
    return tuple(option.label() for option in item.options) if item.type in {"choice", "choices"} else ()


def load(*, by: Actor, spec: RegisterSpec, query: ListQuery, size: int = PAGE) -> GridPage:
    """The rows of the list that the query asks for, up to `size`; a fixed number of questions however many they are."""
    source = _entries(spec)
    order = listing.order_of(source, query.sort or spec.list.sort)
    reached, counted = listing.reached(by, source, query)
    at = keyset.Position.read(query.cursor, reached, order) if query.cursor else None
    found = keyset.page(_whole(source, reached), order, at=at, size=min(size, PAGE))
    has_next, has_previous = found.has_next and found.rows, found.has_previous and found.rows
    return GridPage(
        spec=spec,
        columns=columns_of(spec),
        lines=_lines(by, source, found.rows),
        count=counted.count,
        is_capped=counted.is_capped,
        next=keyset.position(found.rows[-1], order, forward=True) if has_next else "",
        previous=keyset.position(found.rows[0], order, forward=False) if has_previous else "",
    )


def lines(*, by: Actor, spec: RegisterSpec, uids: Iterable[str]) -> tuple[GridLine, ...]:
    """Some rows as they stand now."""
    source = _entries(spec)
    return _lines(by, source, list(_whole(source, source.rows(by).filter(uid__in=list(uids)))))


def require_entries(spec: RegisterSpec) -> None:
    """Units and people are changed on their own pages."""
    if not spec.is_entry:
        raise NotFound(_("This register is not edited as a table."), fix=_("Change its rows one by one."))


def _entries(spec: RegisterSpec) -> store.Store:
    require_entries(spec)
    return store.of(spec)


def _whole(source: store.Store, rows: Any) -> Any:
    """With bodies and departments, so that no row asks further."""
    return source.joined(rows, [item.code for item in source.spec.fields]).select_related("unit", "department", "body")


def _lines(by: Actor, source: store.Store, rows: Sequence[Any]) -> tuple[GridLine, ...]:
    known = Directory(by=by)
    records = [source.record(row, known) for row in rows]
    shown = [item.code for item in fields_of(source.spec)]
    listing.load_labels(source.spec, records, known, set(shown))
    edit, remove = scope.scope(by, _EDIT), scope.scope(by, _REMOVE)
    return tuple(_line(record, shown, edit=edit, remove=remove) for record in records)


def _line(record: Record, shown: Sequence[str], *, edit: Scope, remove: Scope) -> GridLine:
    return GridLine(
        uid=record.uid,
        version=record.version,
        title=record.title,
        unit=record.unit.label,
        status=record.status_label,
        cells={code: text for code in shown if (text := record.text(code))},
        may_edit=edit.covers_row(record.unit, record.department),
        may_remove=remove.covers_row(record.unit, record.department),
    )
