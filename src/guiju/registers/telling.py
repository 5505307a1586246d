"""How entries are told in history, and how verification compares them with the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.registers import catalogue, values, writing
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.registers.spec import Field, RegisterSpec
from guiju.trail.presenters import register_fields
from guiju.trail.reconcile import register_reconciler

_HIDDEN = ""


def set_up() -> None:
    """Make entries known to the trail; called once when the product starts."""
    register_fields("entry", label=label, value=shown)
    register_reconciler("entry", live, ids=ids)


def label(code: str, content: Mapping[str, Any]) -> str:
    """A field's name in the reader's language."""
    spec = _spec(content)
    item = spec.field(code) if spec is not None else None
    if item is not None:
        return item.label()
    return _("Status") if code == "status" else code


def shown(code: str, value: object, content: Mapping[str, Any]) -> str:
    """A field's value as people read it."""
    spec = _spec(content)
    item = spec.field(code) if spec is not None else None
    if item is not None:
        try:
            return values.show(item, value, _nearby(item, value, content))
        except (ArithmeticError, ValueError, TypeError, KeyError):
            return str(value)  # written when the field was of another type
    if code == "status" and spec is not None and (state := spec.state(str(value))):
        return state.label()
    return "" if value is None else str(value)


def _nearby(item: Field, value: object, content: Mapping[str, Any]) -> Directory:
    """What a history may name: its reader sees this record's unit, of other units' records he may not know the title."""
    known = Directory()
    if item.type in {"entry", "entries"} and value:
        known.load(entries=map(str, value) if isinstance(value, list) else [str(value)])
        unit = content["columns"].get("unit_id")
        for uid, row in known.entries.items():
            if row.unit_id != unit:
                known.entries[uid] = row._replace(title=_("a record of another unit"))
    return known


def _spec(content: Mapping[str, Any]) -> RegisterSpec | None:
    columns = content.get("columns")
    code = columns.get("register") if isinstance(columns, Mapping) else None
    try:
        return catalogue.specs().get(str(code))
    except Problem:
        return None


def live(uids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the live rows."""
    rows = Entry.objects.filter(uid__in=list(uids)).select_related("body")
    return {str(row.uid): writing.state(row, row.body.data) for row in rows}


def ids() -> Iterable[str]:
    """All live rows."""
    return (str(uid) for uid in Entry.objects.order_by().values_list("uid", flat=True).iterator(chunk_size=5_000))
