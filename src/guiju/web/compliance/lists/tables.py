"""A list as its form has it: the heading in one or two rows, and the cells in the order of the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guiju.access.actor import Actor
from guiju.compliance.lists import names
from guiju.org.models import Unit
from guiju.registers import ownlayouts, rows, values
from guiju.registers.directory import Directory
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Held


def columns_of(unit: Unit, spec: RegisterSpec) -> list[Mapping[str, Any]]:
    """The columns of the organisation's own form; the usual ones where it has none."""
    own = ownlayouts.default_of(unit, spec.code)
    found: list[Mapping[str, Any]] = own.columns if own is not None else [*names.begin(spec)]
    return found


def header(columns: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """One row of headings, or two where columns share a group; as it will be printed."""
    if not any(column.get("under") for column in columns):
        return [[{"label": column["label"], "span": 1, "rows": 1} for column in columns]]
    upper: list[dict[str, Any]] = []
    lower: list[dict[str, Any]] = []
    last = ""
    for column in columns:
        under = str(column.get("under") or "")
        if under and under == last:
            upper[-1]["span"] += 1
        else:
            upper.append({"label": under or column["label"], "span": 1, "rows": 1 if under else 2})
        if under:
            lower.append({"label": column["label"], "span": 1, "rows": 1})
        last = under
    return [upper, lower]


def lines(
    spec: RegisterSpec, columns: Sequence[Mapping[str, Any]], found: Iterable[Held], *, first: int, by: Actor
) -> list[dict[str, Any]]:
    """Rows with their cells as people read them; names are asked for at once."""
    held = list(found)
    known = Directory(by=by)
    rows.load_all_names(spec, (one.data for one in held), known)
    return [
        {"uid": one.uid, "title": one.title, "cells": [_cell(spec, column, one, number, known) for column in columns]}
        for number, one in enumerate(held, first)
    ]


def _cell(spec: RegisterSpec, column: Mapping[str, Any], one: Held, number: int, known: Directory) -> dict[str, Any]:
    code = column["field"]
    item = spec.field(code)
    when = next(iter((column.get("when") or {}).items()), None)
    if code == "_row":
        text = str(number)
    elif item is None or (when is not None and one.data.get(when[0]) != when[1]):
        text = ""
    else:
        text = values.show(item, one.data.get(code), known)
    is_long = item is not None and item.type == "longtext"
    return {"label": column["label"], "text": text, "wrap": is_long and len(text) > 24, "row": code == "_row"}
