"""What the template of a list needs, from a page of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.permissions import Permission
from guiju.lib import clock, money
from guiju.registers import ownlayouts
from guiju.registers.filters import RANGED, FilterState
from guiju.registers.listing import COUNTED, ListColumn, ListPage, pseudo_label
from guiju.registers.models import OwnLayout, SavedView
from guiju.registers.records import Record
from guiju.web import links
from guiju.web.registers import exports, words
from guiju.web.registers.asked import PREFIX, Asked, filter_keys, turn
from guiju.web.registers.gate import CREATE, EDIT, EXPORT, IMPORT, REMOVE, Here

_LAZY = frozenset({"person", "department", "unit", "entry"})
#: Where a directory holds what a filter names; units and departments in `units`.
_HELD = {"person": "people", "entry": "entries"}
#: Columns of a card on a phone besides the title and the state.
_ON_PHONES = 2
_PSEUDO = ("_unit", "_status", "_late", "_file_count", "_recorded_at")
_WIDE = 30


def context(request: HttpRequest, here: Here, asked: Asked, page: ListPage) -> dict[str, Any]:
    """Everything the template draws."""
    may = here.may(request, asked.unit)
    narrowed = filter_keys(request, here.spec)
    views = saved_views(request, here, asked)
    forms = ownlayouts.held_by(asked.unit, here.spec.code) if here.spec.layouts else []
    own = ownlayouts.worded(forms)
    return {
        "title": own.title or here.spec.title(),
        "trail": [{"label": _("Registers"), "url": links.registers()}],
        "spec": here.spec,
        "unit": asked.unit,
        "icon_name": words.icon_of(here.spec),
        "empty_what": _("Nothing in “%(register)s” yet") % {"register": here.spec.title()},
        "below": {"is": asked.has_below, "alone": asked.query.alone,
                  "with_url": turn(request, {"below": None}), "alone_url": turn(request, {"below": "0"})},
        "views": views,
        "may_save_view": len(request.GET.keys() - {"unit", "after", "saved"}) > 0,
        "search": {"value": asked.query.text, "placeholder": _("Search in this register")},
        "filters": filters(request, page),
        "kept": [(key, text) for key, texts in request.GET.lists() if key in {"unit", "below", "sort", "size"}
                 for text in texts],
        "clear_url": turn(request, dict.fromkeys(narrowed)) if narrowed else "",
        "chooser": chooser(here, asked),
        "table": table(request, here, page, bulk=bool(may & {EDIT, EXPORT, REMOVE}), own=own),
        "bulk": {"url": reverse("register-bulk", args=[here.spec.code]), "actions": bulk_actions(here, may)},
        "pager": pager(request, page),
        "page": page,
        "count_text": page.count_text,
        "may": {"create": CREATE in may, "import": IMPORT in may, "export": EXPORT in may},
        "new_url": links.new_record(here.spec.code, unit=asked.unit),
        "import_url": reverse("register-import", args=[here.spec.code]) + f"?unit={asked.unit.code}",
        "export_url": reverse("register-export", args=[here.spec.code]) + turn(request, {"unit": asked.unit.code}),
        "exports": export_ways(request, here, asked, forms) if EXPORT in may else [],
        "grid_url": _grid_url(request, here, asked) if may & {EDIT} and here.spec.is_entry else "",
        "is_narrowed": bool(narrowed) or asked.query.alone,
    }  # fmt: skip


def export_ways(request: HttpRequest, here: Here, asked: Asked, forms: Sequence[OwnLayout]) -> list[dict[str, str]]:
    """The forms in which the list goes out, the person's own workbook among them; none where there is but one."""
    found = exports.choices(here.spec, asked.unit, forms) if here.spec.is_entry else []
    begin = reverse("register-export", args=[here.spec.code])
    return [
        {**one, "url": begin + turn(request, {"unit": asked.unit.code, "layout": one["code"],
                                              **({"below": "0"} if one["kept"] and asked.has_below else {})})}
        for one in found
    ] if len(found) > 1 else []  # fmt: skip


def _grid_url(request: HttpRequest, here: Here, asked: Asked) -> str:
    """The same rows as a table to edit, from the first page of it."""
    return reverse("register-grid", args=[here.spec.code]) + turn(request, {"unit": asked.unit.code})


# --- rows ---------------------------------------------------------------------------------------------------------


def table(
    request: HttpRequest, here: Here, page: ListPage, *, bulk: bool, own: ownlayouts.Wording | None = None
) -> dict[str, Any]:
    """For `components/table.html`; the state stands as a chip behind the first column."""
    labels = own.labels if own is not None else {}
    columns = [replace(column, label=labels.get(column.code, column.label)) for column in page.columns]
    if here.spec.states and not any(column.code == "_status" for column in columns):
        sort = "-_status" if page.sort == "_status" else "_status"
        down = {"_status": "up", "-_status": "down"}.get(page.sort, "")
        columns.insert(min(2, len(columns)), ListColumn("_status", pseudo_label("_status"), "pseudo", sort, down))
    columns = _title_first(here, columns)
    keys = {column.code for column in columns[1:] if column.code != "_status"}
    kept = _on_phones(here, [column.code for column in columns[1:] if column.code in keys])
    return {
        "caption": here.spec.title(),
        "bulk": bulk,
        "columns": [_head(request, column) for column in columns],
        "rows": [
            {
                "id": record.uid,
                "url": links.record(here.spec.code, record.uid),
                "cells": [_cell(record, column, key=column.code in {*kept, "_status"}) for column in columns],
            }
            for record in page.rows
        ],
        "totals": _totals(page, columns),
    }


def _on_phones(here: Here, codes: list[str]) -> set[str]:
    """Who and until when before anything else; then the columns in their order."""
    slots = {item.code: item.slot for item in here.spec.fields}
    first = [code for slot in ("due_on", "owner") for code in codes if slots.get(code) == slot]
    rest = [code for code in codes if code not in first and slots.get(code) != "number"]
    return set([*first, *rest, *codes][:_ON_PHONES])


def _title_first(here: Here, columns: list[ListColumn]) -> list[ListColumn]:
    """The column that names the row leads, so that it stays in sight and heads the card on a phone."""
    names = {"name", *(item.code for item in here.spec.fields if item.slot == "title")}
    lead = next((column for column in columns if column.code in names), None)
    return [lead, *(column for column in columns if column is not lead)] if lead else columns


def _head(request: HttpRequest, column: ListColumn) -> dict[str, Any]:
    return {
        "code": column.code,
        "label": column.label,
        "kind": "number" if column.is_number else column.kind,
        "sort_url": turn(request, {"sort": column.sort}) if column.sort else "",
        "sorted": {"up": "asc", "down": "desc"}.get(column.sorted, ""),
    }


def _cell(record: Record, column: ListColumn, *, key: bool) -> dict[str, Any]:
    text = record.text(column.code)
    tone = record.tone(column.code)
    kind = "number" if column.is_number else "date" if column.kind == "date" else "text"
    if text and (tone != "none" or column.code == "_status"):
        kind = "chip"
    if text and column.code == "_late":
        kind, tone = "chip", "partly"
    is_overdue = bool(text) and _is_overdue(record, column)
    if is_overdue:
        kind, tone = "overdue", "unmet"
    return {
        "code": column.code,
        "label": column.label,
        "kind": kind,
        "text": text,
        "tone": "na" if tone == "none" else tone,
        "key": key,
        "title": text if len(text) > _WIDE else "",
    }


def _is_overdue(record: Record, column: ListColumn) -> bool:
    """The deadline of a row that still waits, when it has passed."""
    item = record.spec.field(column.code)
    if item is None or item.slot != "due_on" or record.state is None or record.state.tone in {"met", "na"}:
        return False
    source = record.source
    return bool(source.due_on and source.due_on < clock.today() and source.done_on is None)


def _totals(page: ListPage, columns: list[ListColumn]) -> list[str]:
    """Sums under their columns; nothing where there is nothing to add up."""
    if len(page.rows) < 2 or not any(value is not None for value in page.totals.values()):
        return []
    shown = [_sum(page.totals.get(column.code)) if _adds_up(page, column) else "" for column in columns[1:]]
    return [_("Total"), *shown] if any(shown) else []


def _adds_up(page: ListPage, column: ListColumn) -> bool:
    """Amounts and counts begin at nothing; a number that begins at 1 is a rank or a mark, and a sum of those is none."""
    item = page.spec.field(column.code)
    return item is not None and not (item.type == "integer" and item.min is not None and item.min >= 1)


def _sum(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    return money.thousands(value) if isinstance(value, Decimal) else f"{value:,}"


def pager(request: HttpRequest, page: ListPage) -> dict[str, Any]:
    """Previous and next; the number is counted up to a cap."""
    return {
        "count": page.count + page.is_capped,
        "cap": COUNTED,
        "prev_url": turn(request, {"after": page.previous}) if page.previous else "",
        "next_url": turn(request, {"after": page.next}) if page.next else "",
    }


# --- what narrows the list ----------------------------------------------------------------------------------------


def filters(request: HttpRequest, page: ListPage) -> list[dict[str, Any]]:
    """The filters as chips; the state stands among the tabs and is no chip unless several are chosen."""
    named: dict[str, list[str]] = {}
    for state in page.filters:
        if state.kind in _LAZY:
            named.setdefault(_HELD.get(state.kind, "units"), []).extend(state.chosen)
    page.known.ask(**named)
    return [_filter(request, page, state) for state in page.filters if state.code != "_status" or len(state.chosen) > 1]


def _filter(request: HttpRequest, page: ListPage, state: FilterState) -> dict[str, Any]:
    name = PREFIX + state.code
    own = [name, f"{name}__from", f"{name}__to", f"{name}__empty"]
    is_empty = request.GET.get(f"{name}__empty", "")
    query = turn(request, dict.fromkeys(own))
    return {
        "name": name,
        "label": state.label,
        "is_ranged": state.kind in RANGED,
        "input": "date" if state.kind == "date" else "text",
        "is_set": state.is_set or bool(is_empty),
        "words": _words(page, state, is_empty=is_empty),
        "options": [
            {"value": value, "label": label, "chosen": value in state.chosen} for value, label in state.options
        ],
        "options_url": reverse("register-options", args=[page.spec.code, state.code]) + query
        if state.kind in _LAZY
        else "",
        "lower": state.lower,
        "upper": state.upper,
        "clear_url": query,
        "kept": [(key, text) for key, texts in request.GET.lists() if key not in {*own, "after", "saved"}
                 for text in texts],
    }  # fmt: skip


def _words(page: ListPage, state: FilterState, *, is_empty: str) -> str:
    """What the chip says of a filter that is set."""
    if is_empty:
        return _("empty") if is_empty == "1" else _("not empty")
    if state.lower or state.upper:
        return f"{state.lower or '…'} – {state.upper or '…'}"
    labels = dict(state.options)
    item = page.spec.field(state.code)
    if item is not None and state.kind in _LAZY:
        known = page.known
        label = {"person": known.person_label, "entry": known.entry_label}.get(state.kind, known.unit_label)
        return "、".join(label(uid) or uid for uid in state.chosen)
    return "、".join(labels.get(value, value) for value in state.chosen)


def chooser(here: Here, asked: Asked) -> dict[str, Any]:
    """Which columns may be shown, and which are."""
    shown = set(asked.query.columns)
    offered = [(item.code, item.label()) for item in here.spec.fields if item.type != "files"]
    if here.spec.is_entry:
        offered += [(name, pseudo_label(name)) for name in _PSEUDO if name != "_status"]
    return {
        "columns": [{"code": code, "label": label, "on": code in shown} for code, label in offered],
        "is_own": asked.chose_columns,
    }


def saved_views(request: HttpRequest, here: Here, asked: Asked) -> list[dict[str, Any]]:
    """Tabs: everything, each state, then what this person has saved."""
    now = request.GET.getlist(f"{PREFIX}_status")
    tabs: list[dict[str, Any]] = []
    if here.spec.states:
        tabs.append({"label": _("All"), "url": turn(request, {f"{PREFIX}_status": None}), "current": not now})
        tabs += [
            {
                "label": state.label(),
                "url": turn(request, {f"{PREFIX}_status": state.code}),
                "current": now == [state.code],
            }
            for state in here.spec.states
        ]
    mine = SavedView.objects.filter(user=here.by.user, register=here.spec.code).order_by("name")
    current = _without(request, {"unit", "after", "saved"})
    chosen = next((view for view in mine if view.query == current), None)
    if chosen is not None:
        for tab in tabs:
            tab["current"] = False
    if not tabs and mine:
        tabs.append({"label": _("All"), "url": f"?unit={asked.unit.code}", "current": chosen is None})
    tabs += [
        {"label": view.name, "url": f"?{view.query}", "current": view is chosen, "id": view.pk, "is_saved": True}
        for view in mine
    ]
    return tabs


def _without(request: HttpRequest, keys: Iterable[str]) -> str:
    query = request.GET.copy()
    for key in keys:
        query.pop(key, None)
    return query.urlencode()


def bulk_actions(here: Here, may: frozenset[Permission]) -> list[dict[str, Any]]:
    """What may be done to several rows at once."""
    actions: list[dict[str, Any]] = []
    if EDIT in may and here.spec.is_entry:
        actions += [{"value": f"move:{move.code}", "label": move.label()} for move in here.spec.moves]
    if EXPORT in may:
        actions.append({"value": "export", "label": _("Export the selection"), "icon": "download"})
    if REMOVE in may:
        actions.append({"value": "remove", "label": _("Remove"), "icon": "trash3", "danger": True})
    return actions


def days_left(on: date, today: date) -> tuple[str, bool]:
    """How far away a day is, in words, and whether it has passed."""
    days = (on - today).days
    if days < 0:
        return _("%(days)d days overdue") % {"days": -days}, True
    return (_("today") if days == 0 else _("%(days)d days left") % {"days": days}), False
