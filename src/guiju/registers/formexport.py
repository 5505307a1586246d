"""A list drawn in a form: its headings in groups, one sheet per department, rows of one group together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib.excel import forms
from guiju.org.models import Unit
from guiju.registers import filling, store, tables, values
from guiju.registers.directory import Directory
from guiju.registers.spec import Layout, RegisterSpec
from guiju.registers.store import Held
from guiju.registers.tables import TableColumn

#: Up to so many rows those of one group are brought together, and their equal cells merged.
GROUPED_ROWS = 20_000
_WIDTH = 18.0


def write(
    spec: RegisterSpec, layout: Layout, found: QuerySet[Any], *, count: int, by: Actor, to: Path | IO[bytes]
) -> int:
    """Draw the rows of a query in this form."""
    columns = _columns(spec, layout)
    is_grouped = count <= GROUPED_ROWS
    return forms.write(
        to,
        title=layout.title,
        columns=[_form_column(column) for column in columns],
        sheets=_sheets(spec, layout, found, columns, is_grouped=is_grouped, by=by),
        is_merged=is_grouped,
    )


def template(
    spec: RegisterSpec,
    layout: Layout,
    *,
    notes: Sequence[str],
    choices: Mapping[str, Sequence[str]],
    to: Path | IO[bytes],
) -> None:
    """The empty form."""
    told = list(notes)
    if layout.by_department:
        told.insert(0, _("One sheet for each department: copy the sheet and name it after the department."))
    columns = [_form_column(column) for column in _columns(spec, layout)]
    forms.write(to, title=layout.title, columns=columns, sheets=[(layout.title, ())], notes=told, choices=choices)


def _columns(spec: RegisterSpec, layout: Layout) -> list[TableColumn]:
    return tables.columns(spec, "form", {"form": layout})


def _form_column(column: TableColumn) -> forms.FormColumn:
    kind: Any = values.excel_kind(column.field) if column.field is not None else "text"
    kind = "int" if column.code == "_row" else kind
    return forms.FormColumn(column.label, column.under, column.width or _WIDTH, kind, column.carry)


def _sheets(
    spec: RegisterSpec,
    layout: Layout,
    found: QuerySet[Any],
    columns: Sequence[TableColumn],
    *,
    is_grouped: bool,
    by: Actor,
) -> Iterator[tuple[str, Iterable[Sequence[object]]]]:
    from guiju.registers import exporting

    source = store.of(spec)
    groups = [column.field for column in columns if column.carry and column.field is not None]
    for name, rows in _departments(spec, found) if layout.by_department else [(layout.title, found)]:
        held: Iterable[Held] = source.stream(rows)
        if groups and is_grouped:
            held = filling.together(list(held), groups)
        yield name, exporting.lines(spec, held, columns, by=by)


def _departments(spec: RegisterSpec, found: QuerySet[Any]) -> list[tuple[str, QuerySet[Any]]]:
    """One part per department, in the order of the tree, under a name that leads back to it; last those of none."""
    if spec.by_slot.get("department") is None:
        return [(spec.title(), found)]
    ids = list(found.order_by().values_list("department_id", flat=True).distinct())
    units = list(Unit.objects.filter(pk__in=[pk for pk in ids if pk is not None]).order_by("path"))
    known = Directory(exact=True)
    known.load(units=[str(unit.uid) for unit in units])
    parts = [(known.unit_label(str(unit.uid)), found.filter(department_id=unit.pk)) for unit in units]
    if None in ids or not parts:
        parts.append((spec.title_zh, found.filter(department_id=None)))
    return parts
