"""How entries are told in history, and how verification compares them with the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.registers import books, catalogue, ownlayouts, values, writing
from guiju.registers.directory import Directory
from guiju.registers.models import Book, Entry, OwnLayout
from guiju.registers.spec import Field, RegisterSpec
from guiju.trail.events import Action
from guiju.trail.header import state_digest
from guiju.trail.models import Event
from guiju.trail.presenters import acting, register_fields, register_sentence
from guiju.trail.reconcile import register_reconciler

_HIDDEN = ""


def set_up() -> None:
    """Make entries known to the trail; called once when the product starts."""
    register_sentence("entry", tell)
    register_fields("entry", label=label, value=shown)
    register_reconciler("entry", live, ids=ids)
    register_reconciler("layout", _live_layouts, ids=_layout_ids)
    register_reconciler("book", _live_books, ids=_book_ids)


def tell(event: Event, content: Mapping[str, Any]) -> str | None:
    """A record that was moved on: from which state to which; None for the usual sentence."""
    before, columns = content.get("before"), content.get("columns")
    if event.action != Action.ENTRY_MOVED or not isinstance(before, Mapping) or not isinstance(columns, Mapping):
        return None
    states = [shown("status", part.get("status"), content) for part in (before, columns)]
    if not all(states):
        return None
    words = {"by": acting(event), "title": event.object_title or event.object_id, "from": states[0], "to": states[1]}
    return _("%(by)s moved “%(title)s” from “%(from)s” to “%(to)s”.") % words


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


def _live_layouts(uids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = OwnLayout.objects.filter(uid__in=list(uids))
    return {str(row.uid): (row.version, state_digest(ownlayouts.state(row))) for row in rows}


def _layout_ids() -> Iterable[str]:
    return (str(uid) for uid in OwnLayout.objects.order_by().values_list("uid", flat=True).iterator())


def _live_books(uids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Book.objects.filter(uid__in=list(uids)).defer("rows")
    return {str(row.uid): (1, state_digest(books.state(row))) for row in rows}


def _book_ids() -> Iterable[str]:
    return (str(uid) for uid in Book.objects.order_by().values_list("uid", flat=True).iterator())
