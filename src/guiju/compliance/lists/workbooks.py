"""A frozen version of a list as a workbook, in any form that the unit may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.db import transaction

from guiju.access import check
from guiju.access.actor import Actor
from guiju.compliance.enums import ListKind
from guiju.compliance.lists import freezing
from guiju.compliance.models import Snapshot
from guiju.lib.excel import forms
from guiju.registers import exporting, filling, ownlayouts, tables, values
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Held
from guiju.registers.tables import TableColumn
from guiju.trail import log as trail
from guiju.trail.events import Action

#: Up to so many rows those of one group are brought together, and their equal cells merged.
_GROUPED = 20_000
_WIDTH = 18.0


def layout_of(snapshot: Snapshot) -> str:
    """The organisation's own form where it has one."""
    own = ownlayouts.default_of(snapshot.unit, ListKind(snapshot.kind).register)
    return own.code if own is not None else tables.STANDARD


@transaction.atomic
def export(*, snapshot: Snapshot, by: Actor, to: Path | IO[bytes], layout: str = "") -> int:
    """Write the rows as they were frozen; tells the trail; returns how many."""
    check.require(by, exporting.EXPORT, snapshot.unit, snapshot.department)
    spec = specs.get(ListKind(snapshot.kind).register)
    code = layout or layout_of(snapshot)
    total = write(snapshot=snapshot, by=by, to=to, layout=code)
    trail.record(
        Action.EXPORT_MADE,
        by=by,
        unit=snapshot.unit,
        object_type="register",
        object_id=spec.code,
        title=spec.title_zh,
        content={"rows": total, "layout": code, "list_version": str(snapshot.list_version), "digest": snapshot.digest},
    )
    return total


def write(*, snapshot: Snapshot, by: Actor, to: Path | IO[bytes], layout: str = "") -> int:
    """Only the file: whoever calls this has looked at the right to it, and tells the trail."""
    spec = specs.get(ListKind(snapshot.kind).register)
    layouts = tables.layouts_for(spec, snapshot.unit)
    code = layout or layout_of(snapshot)
    form = tables.layout_of(spec, code, layouts)
    columns = tables.columns(spec, code, layouts)
    merged = snapshot.row_count <= _GROUPED
    title = tables.title(spec, code, layouts)
    held = freezing.rows_of(snapshot)
    parts = _departments(title, held) if form is not None and form.by_department else [(title, held)]
    return forms.write(
        to,
        title=title,
        columns=[_column(column) for column in columns],
        sheets=_sheets(spec, parts, columns, merged=merged, by=by),
        is_merged=merged,
    )


def _column(column: TableColumn) -> forms.FormColumn:
    kind: Any = values.excel_kind(column.field) if column.field is not None else "text"
    kind = "int" if column.code == "_row" else kind
    return forms.FormColumn(column.label, column.under, column.width or _WIDTH, kind, column.carry)


def _sheets(
    spec: RegisterSpec,
    parts: Sequence[tuple[str, list[Held]]],
    columns: Sequence[TableColumn],
    *,
    merged: bool,
    by: Actor,
) -> Iterator[tuple[str, Iterable[Sequence[object]]]]:
    groups = [column.field for column in columns if column.carry and column.field is not None]
    for name, held in parts:
        rows: Iterable[Held] = filling.together(held, groups) if groups and merged else held
        yield name, exporting.lines(spec, rows, columns, by=by)


def _departments(title: str, held: Sequence[Held]) -> list[tuple[str, list[Held]]]:
    """One part per department under its name, in the order of the list; those of none under the list's own."""
    found: dict[str, list[Held]] = {}
    for one in held:
        found.setdefault(str(one.data.get("department") or ""), []).append(one)
    known = Directory(exact=True)
    known.load(units=[uid for uid in found if uid])
    return [(known.unit_label(uid) if uid else title, rows) for uid, rows in found.items()]
