"""A register edited as a table: the page with its rows, and the one request that saves them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from guiju.access import check
from guiju.lib.errors import Fault, Problem
from guiju.registers import beginning, grid, gridrows, ownlayouts
from guiju.registers.grid import GridRow, GridSaved
from guiju.registers.gridrows import GridColumn, GridLine, GridPage
from guiju.registers.listing import COUNTED
from guiju.web import links
from guiju.web.registers import asked as addresses
from guiju.web.registers import gridwords, recordpage
from guiju.web.registers.fields import PICKED
from guiju.web.registers.gate import CREATE, EDIT, REMOVE, VIEW, Here, at_register

#: Up to this many columns are shown at once.
_AT_ONCE = 16
#: Fields in which a line break means something.
_LINES = frozenset({"longtext", "choices", "people", "entries"})


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
    uid: UUID | None = None
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    values: dict[str, str] = {}
    remove: bool = False


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    unit: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    rows: list[_Row]
    reason: Annotated[str, StringConstraints(max_length=300)] = ""


@require_GET
@at_register(EDIT)
def show(request: HttpRequest, here: Here) -> HttpResponse:
    """The rows of the list as it was narrowed, ready to be edited."""
    asked = addresses.of(request, here)
    page = gridrows.load(by=here.by, spec=here.spec, query=replace(asked.query, columns=()))
    return render(request, "registers/grid.html", _context(request, here, asked, page))


@require_POST
@at_register(EDIT)
def save(request: HttpRequest, here: Here) -> JsonResponse:
    """Save what was touched: all of it, or nothing with every reason."""
    try:
        table = _read(request)
        unit = check.unit(here.by, here.store.permission(VIEW), table.unit)
        saved = grid.save(
            register=here.spec, unit=unit, rows=[_row(one) for one in table.rows], by=here.by, reason=table.reason
        )
    except Problem as problem:
        return _refused(problem)
    kept = [row.uid for row in saved.rows if row.version]
    lines = {line.uid: _line(line) for line in gridrows.lines(by=here.by, spec=here.spec, uids=kept)}
    rows = [{"key": row.key, "uid": row.uid, "line": lines.get(row.uid)} for row in saved.rows]
    return JsonResponse({"rows": rows, "said": _said(saved)})


def _read(request: HttpRequest) -> _Table:
    try:
        return _Table.model_validate_json(request.body)
    except ValidationError:
        raise Problem(
            "grid.unreadable",
            _("This page has expired; nothing was saved."),
            fix=_("Copy what you entered, load the page again and paste it."),
        ) from None


def _row(one: _Row) -> GridRow:
    return GridRow(one.key, one.values, str(one.uid) if one.uid else None, one.version, one.remove)


def _refused(problem: Problem) -> JsonResponse:
    told = {
        "code": problem.code,
        "what": problem.what,
        "fix": problem.fix,
        "faults": [_fault(fault) for fault in problem.faults],
        "clashes": problem.data.get("rows", []),
    }
    return JsonResponse(told, status=problem.status)


def _fault(fault: Fault) -> dict[str, str]:
    row, _dot, field = fault.where.partition(".")
    return {"row": row, "field": field, "what": fault.what, "fix": fault.fix}


def _said(saved: GridSaved) -> str:
    """What was done, in a sentence."""
    parts = [
        ngettext("%(count)d row entered", "%(count)d rows entered", saved.created) % {"count": saved.created},
        ngettext("%(count)d row changed", "%(count)d rows changed", saved.changed) % {"count": saved.changed},
        ngettext("%(count)d row removed", "%(count)d rows removed", saved.removed) % {"count": saved.removed},
    ]
    counts = (saved.created, saved.changed, saved.removed)
    done = [part for part, count in zip(parts, counts, strict=True) if count]
    return _("Saved: %(done)s.") % {"done": _(", ").join(done)} if done else _("Nothing had changed.")


# --- what the page draws ----------------------------------------------------------------------------------------------


def _context(request: HttpRequest, here: Here, asked: addresses.Asked, page: GridPage) -> dict[str, Any]:
    shown = len(page.lines)
    return {
        "title": _("%(register)s as a table") % {"register": here.spec.title()},
        "trail": recordpage.trail(here),
        "spec": here.spec,
        "unit": asked.unit,
        "page": page,
        "is_narrowed": bool(addresses.filter_keys(request, here.spec)),
        "shown": shown,
        "begins": beginning.told(here.spec, by=here.by, unit=asked.unit),
        "most": gridrows.PAGE,
        "list_url": links.register(here.spec.code) + addresses.turn(request, {"unit": asked.unit.code}),
        "pager": {
            "count": page.count + page.is_capped,
            "cap": COUNTED,
            "prev_url": addresses.turn(request, {"after": page.previous}) if page.previous else "",
            "next_url": addresses.turn(request, {"after": page.next}) if page.next else "",
        },
        "may": here.may(request, asked.unit),
        "data": _data(request, here, asked, page),
    }


def _data(request: HttpRequest, here: Here, asked: addresses.Asked, page: GridPage) -> dict[str, Any]:
    """For the script: columns, rows, and what it says."""
    may = here.may(request, asked.unit)
    return {
        "register": here.spec.code,
        "save_url": reverse("register-grid-save", args=[here.spec.code]),
        "unit": asked.unit.code,
        "columns": _columns(here, asked, page),
        "rows": [_line(line) for line in page.lines],
        "may_create": CREATE in may,
        "may_remove": REMOVE in may,
        "shows_unit": any(line.unit != asked.unit.label for line in page.lines),
        "shows_status": bool(here.spec.states),
        "states": [state.label() for state in here.spec.states],
        "most": grid.MOST,
        "words": gridwords.words(here.spec),
    }


def _columns(here: Here, asked: addresses.Asked, page: GridPage) -> list[dict[str, Any]]:
    """A long form shows at first what the list shows and what must be filled in, beside what rows hold already.

    The name stands first and stays in sight; a code that the programme makes is no name.
    """
    spec = here.spec
    usual = {*spec.list.columns, *spec.key} | {item.code for item in spec.fields if item.required}
    usual -= {item.code for item in spec.fields if item.slot == "number" and item.made_from} - {*spec.list.columns}
    is_short = len(page.columns) <= _AT_ONCE
    columns = sorted(page.columns, key=lambda column: column.field.slot != "title")
    words = ownlayouts.worded(ownlayouts.held_by(asked.unit, spec.code)) if spec.layouts else ownlayouts.Wording()
    used = {code for line in page.lines for code, text in line.cells.items() if text}
    return [
        {**_column(column, asked.unit.code, words), "shown": is_short or column.field.code in usual}
        for column in columns
        if not column.field.own or column.field.code in used or column.field.code in words.labels
    ]


def _column(column: GridColumn, unit: str, words: ownlayouts.Wording) -> dict[str, Any]:
    item = column.field
    pick = PICKED.get(item.type, "")
    return {
        "code": item.code,
        "label": words.label(item),
        "names": tuple(dict.fromkeys((words.label(item), *column.names))),
        "kind": item.type,
        "title": item.slot == "title",
        "required": item.required and not item.made_from and item.default is None,
        "help": item.help(),
        "many": item.is_many,
        "lines": item.type in _LINES,
        "options": column.options,
        "pick": f"{reverse('pick', args=[pick])}?unit={unit}&refers={item.refers}" if pick else "",
    }


def _line(line: GridLine) -> Mapping[str, Any]:
    return {
        "uid": line.uid,
        "version": line.version,
        "title": line.title,
        "unit": line.unit,
        "status": line.status,
        "cells": line.cells,
        "may_edit": line.may_edit,
        "may_remove": line.may_remove,
    }
