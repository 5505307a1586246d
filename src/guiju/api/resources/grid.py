"""A table of a register sent back in one piece: new, changed and removed records, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _l
from ninja import Schema
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.entryvalues import incoming
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, Reason, Version
from guiju.lib.errors import Fault, Problem
from guiju.registers import grid, gridrows
from guiju.registers import spec as specs
from guiju.registers.grid import GridRow
from guiju.registers.spec import RegisterSpec

routes = Routes("Records")

Values = dict[Annotated[str, StringConstraints(max_length=60)], Any]


class GridRowIn(Body):
    """One row: without `uid` it is entered, with `remove` it is taken out, otherwise the given fields change."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")] = Field(
        description="Your name for the row; faults and conflicts name it. A new row with a UUID as key keeps that uid."
    )
    uid: UUID | None = None
    version: Version | None = Field(None, description="The version you have seen; needed with `uid`.")
    values: Values = {}
    remove: bool = False


class GridIn(Body):
    """Rows of one register. New ones enter the unit, the others stay in theirs."""

    unit: Code
    rows: list[GridRowIn] = Field(min_length=1, max_length=grid.MOST)
    reason: Reason = ""


class GridRowOut(Schema):
    """What became of a row; version 0 when it was removed."""

    key: str
    uid: UUID
    version: int


class GridOut(Schema):
    """What was done, and to which rows."""

    created: int
    changed: int
    removed: int
    rows: list[GridRowOut]


@routes.post(
    "/registers/{code}/grid", P.REGISTER_ENTRY_EDIT, answer=GridOut, takes=JSON, summary=_l("Save a table of records")
)
def save_grid(request: HttpRequest, code: str, body: GridIn) -> GridOut:
    """All rows or none. Faults name `key.field`; a conflict carries both sides of every cell in `data.rows`."""
    by = actor(request)
    spec = specs.get(code)
    gridrows.require_entries(spec)
    unit = check.keeper(by, P.REGISTER_ENTRY_EDIT, body.unit)
    saved = grid.save(register=spec, unit=unit, rows=_rows(spec, body.rows), by=by, reason=body.reason)
    rows = [GridRowOut(key=row.key, uid=UUID(row.uid), version=row.version) for row in saved.rows]
    return GridOut(created=saved.created, changed=saved.changed, removed=saved.removed, rows=rows)


def _rows(spec: RegisterSpec, given: Sequence[GridRowIn]) -> list[GridRow]:
    """In the words that the register's parser takes; a file in any row is refused at its place."""
    found, faults = [], list[Fault]()
    for row in given:
        try:
            values = incoming(spec, row.values)
        except Problem as problem:
            faults += [Fault(f"{row.key}.{fault.where}", fault.what, fault.fix) for fault in problem.faults]
            continue
        found.append(GridRow(row.key, values, str(row.uid) if row.uid else None, row.version, row.remove))
    if faults:
        raise grid.invalid(faults)
    return found
