"""Rows for `components/table.html`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Text = str | Promise
#: A cell: its text, or a mapping with what the component knows (`text`, `kind`, `status`, `tone`, `url`, `title`).
Cell = str | int | None | Promise | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `key` ones stay on phones."""

    code: str
    label: Text
    kind: str = "text"
    key: bool = False
    wrap: bool = False
    sort_url: str = ""
    sorted: str = ""


def table(
    caption: Text,
    columns: Iterable[Column],
    rows: Iterable[tuple[str, Mapping[str, Cell]]],
    *,
    totals: list[str] | None = None,
) -> dict[str, Any]:
    """The component's context from columns and (address, cells by code)."""
    heads = list(columns)
    return {
        "caption": caption,
        "columns": heads,
        "rows": [{"url": url, "cells": [_cell(head, cells.get(head.code)) for head in heads]} for url, cells in rows],
        "totals": totals or [],
    }


def _cell(head: Column, value: Cell) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "code": head.code,
        "label": head.label,
        "kind": head.kind,
        "key": head.key,
        "wrap": head.wrap,
    }
    if isinstance(value, Mapping):
        return shown | dict(value)
    text = "" if value is None else str(value)
    return shown | {"text": text, "title": text if len(text) > 24 and not head.wrap else ""}
