"""Lists of matters: those of a unit, and one's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs, signed_in
from guiju.review import queries, subjects
from guiju.review.enums import MatterState
from guiju.review.queries import Ask, Line, Listing
from guiju.web import place
from guiju.web.review import here, words
from guiju.web.templatetags.ui import amount as in_yuan
from guiju.web.templatetags.ui import iso_date

_DIGITS = 12

#: The tabs of one's own matters; each number is that of the list behind it.
_OWN = (queries.ASKED, queries.MINE_OPEN, queries.MINE, queries.DECIDED, queries.ALL)


@needs(P.REVIEW_MATTER_VIEW)
@require_safe
def of_unit(request: HttpRequest, code: str) -> HttpResponse:
    """The matters of a unit and those below it, as far as they are seen."""
    seat = here.seen(request, code)
    by = place.by(request)
    ask = _asked(request, queries.OPEN)
    if seat.through is not None and not ask.department:
        ask = replace(ask, department=seat.through.code)
    found = queries.listing(by, ask, within=seat.company)
    numbers = queries.figures(by, within=seat.company)
    unit = seat.through or seat.company
    context = _context(
        request, ask, found, below=any(line.matter.unit_id != seat.company.pk for line in found.lines)
    ) | {
        "title": _("Compliance review"),
        "state": unit.name,
        "pages": here.tabs(request, seat.code, "review-unit"),
        "stats": _stats(numbers),
        "new_url": here.new_url(request, unit),
        "ledger_url": reverse("unit-report", args=[seat.company.code, "review-ledger"]) if seat.through is None else "",
        "filters": _filters(ask, queries.departments(seat.company) if seat.through is None else []),
        "views": _views(
            request, ask, (queries.OPEN, queries.ASKED, queries.MINE, queries.DECIDED, queries.ALL), numbers.waiting
        ),
    }
    return render(request, "review/list.html", context)


@signed_in("shows only what the account brought, is or was asked about")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What somebody brought and is asked about, whatever his role."""
    by = place.by(request)
    waiting, brought = queries.own_counts(by)
    ask = _asked(request, queries.ASKED if waiting or not brought else queries.MINE_OPEN)
    found = queries.listing(by, ask, personal=True)
    unit = place.current_or_none(request)
    sees = unit is not None and place.may(request, P.REVIEW_MATTER_VIEW, unit)
    tabs = here.tabs(request, unit.code, "review-mine") if unit is not None and sees else []
    context = _context(request, ask, found, below=False) | {
        "title": _("My reviews"),
        "state": _("What you are asked about, and what you brought for review."),
        "pages": tabs,
        "standing_url": "" if tabs else reverse("review-standing"),
        "new_url": here.new_url(request),
        "filters": _filters(ask, []),
        "views": _views(request, ask, _OWN, waiting, brought),
        "nobody": here.person_of(by) is None,
    }
    return render(request, "review/list.html", context)


def _asked(request: HttpRequest, first: str) -> Ask:
    given = request.GET
    tab = given.get("tab", first)
    return Ask(
        tab=tab if tab in queries.TABS else first,
        kind=given.get("kind", ""),
        state=given.get("state", "") if given.get("state") in MatterState.values else "",
        department=given.get("department", "")[:60],
        past=given.get("past", "") if given.get("past") in dict(_past()) else "",
        q=given.get("q", "")[:100],
        after=_place(given.get("after", "")),
        before=_place(given.get("before", "")),
    )


def _place(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) <= _DIGITS else 0


def _context(request: HttpRequest, ask: Ask, found: Listing, *, below: bool) -> dict[str, Any]:
    columns = [
        ("title", _("Matter"), ""),
        *([("unit", _("Unit"), "")] if below else []),
        ("kind", _("Kind"), ""),
        ("department", _("Department"), ""),
        ("amount", _("Amount"), "number"),
        ("state", _("State"), ""),
        ("step", pgettext("review", "Step"), ""),
        ("asked", pgettext("review", "Asked"), ""),
        ("due", _("Due"), "date"),
    ]
    waits = ask.tab == queries.ASKED
    rows = [
        {"id": line.matter.pk, "url": here.url(line.matter), "cells": _cells(line, columns, waits=waits)}
        for line in found.lines
    ]
    return {
        "ask": ask,
        "search": {"value": ask.q, "placeholder": _("Title, number or number of the other system")},
        "filter_keep": {"tab": request.GET["tab"]} if "tab" in request.GET else {},
        "filters_clear_url": _turned(request, keep=("tab",)) if _is_narrowed(request) else "",
        "is_narrowed": _is_narrowed(request),
        "table": {
            "caption": _("Compliance review"),
            "columns": [{"code": code, "label": label, "kind": kind} for code, label, kind in columns],
            "rows": rows,
        },
        "pager": {
            "count": found.count,
            "cap": queries.COUNTED,
            "prev_url": _turned(request, before=found.previous) if found.previous else "",
            "next_url": _turned(request, after=found.next) if found.next else "",
        },
    }


def _is_narrowed(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in ("q", "kind", "state", "department", "past"))


def _turned(request: HttpRequest, keep: tuple[str, ...] = (), **more: object) -> str:
    query = request.GET.copy()
    for name in ("after", "before", *([key for key in query if key not in keep] if keep else [])):
        query.pop(name, None)
    for name, value in more.items():
        query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


def _cells(line: Line, columns: list[tuple[str, Any, str]], *, waits: bool) -> list[dict[str, Any]]:
    row = line.matter
    state = words.state(row.state)
    title = f"{row.number} {row.title}".strip()
    found: dict[str, dict[str, Any]] = {
        "title": {"text": title, "title": title},
        "unit": {"text": row.unit.label, "title": row.unit.name},
        "kind": {"text": words.kind(row.kind)},
        "department": {"text": row.department.label if row.department else ""},
        "amount": {"text": in_yuan(row.amount) if row.amount is not None else "", "kind": "number"},
        "state": {"kind": "chip", "text": state["label"], "tone": state["tone"], "key": True},
        "step": {"text": _step(line, waits=waits), "title": line.step, "key": waits},
        "asked": {"text": "、".join(line.asked), "title": "、".join(line.asked), "key": bool(line.asked)},
        "due": {
            "kind": "overdue" if line.is_late else "date",
            "text": iso_date(line.due_on) if line.due_on else "",
            "key": line.due_on is not None,
        },
    }
    return [{"code": code, "label": label} | found[code] for code, label, _kind in columns]


def _step(line: Line, *, waits: bool) -> str:
    """The step that is asked; of what waits for somebody, what he has to do."""
    told = {
        MatterState.DRAFT: _("Complete it and submit it"),
        MatterState.RETURNED: _("Change it and submit it again"),
        MatterState.SUSPENDED: _("Report the veto to the leading body"),
        MatterState.PASSED: _("A condition is to be met"),
    }.get(MatterState(line.matter.state), "")
    if waits and told:
        return told
    return f"{line.place}/{line.steps} {line.step}" if line.steps else ""


def _views(
    request: HttpRequest, ask: Ask, shown: tuple[str, ...], waiting: int, brought: int | None = None
) -> list[dict[str, Any]]:
    counts = {queries.ASKED: waiting, queries.MINE_OPEN: brought}
    labels = {
        queries.OPEN: pgettext("review", "Under way"),
        queries.ASKED: _("Waiting for me"),
        queries.MINE: _("Brought by me"),
        queries.MINE_OPEN: _("Brought by me, under way"),
        queries.DECIDED: pgettext("review", "Decided"),
        queries.ALL: _("All"),
    }
    return [
        {
            "label": labels[tab],
            "url": f"?tab={tab}",
            "current": ask.tab == tab,
            "count": counts.get(tab),
        }
        for tab in shown
    ]


def _filters(ask: Ask, departments: list[tuple[str, str]]) -> list[dict[str, Any]]:
    kinds = [(code, subjects.said(one)) for code, one in subjects.all_of().items()]
    states = [(value, str(label)) for value, label in MatterState.choices]
    return [
        _filter("kind", _("Kind"), ask.kind, kinds),
        _filter("state", _("State"), ask.state, states),
        _filter("past", _("Past the day"), ask.past, _past()),
        *([_filter("department", _("Department"), ask.department, departments)] if departments else []),
    ]


def _past() -> list[tuple[str, str]]:
    return [(queries.LATE_OPINION, pgettext("review", "An opinion")), (queries.LATE_CONDITION, _("A condition"))]


def _filter(code: str, label: str, value: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "code": code,
        "label": label,
        "value": value,
        "value_label": dict(options).get(value, value),
        "options": [{"value": one, "label": word} for one, word in options],
    }


def _stats(numbers: queries.Figures) -> list[dict[str, Any]]:
    return [
        {"label": _("Waiting for me"), "value": str(numbers.waiting), "url": "?tab=asked"},
        {"label": pgettext("review", "Under way"), "value": str(numbers.under_way), "url": "?tab=open"},
        {"label": _("Past the day"), "value": str(numbers.late), "url": "?tab=open&past=opinion",
         "tone": "unmet" if numbers.late else ""},
        {"label": _("Suspended by a veto"), "value": str(numbers.suspended), "url": "?tab=open&state=suspended",
         "tone": "unmet" if numbers.suspended else ""},
        *_stayed(numbers.stayed),
        {"label": _("Conditions past the day"), "value": str(numbers.conditions_late), "url": "?tab=decided&past=condition",
         "tone": "unmet" if numbers.conditions_late else ""},
    ]  # fmt: skip


def _stayed(count: int) -> list[dict[str, Any]]:
    """Told only where there is one: a resolution is rarely changed afterwards."""
    if not count:
        return []
    label = _("Pass suspended")
    return [{"label": label, "value": str(count), "url": "?tab=decided&state=stayed", "tone": "unmet"}]
