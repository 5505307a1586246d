"""The year of each body, what is planned, what was resolved and is not done; for a department what names it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.meetings import matters, queries
from guiju.governance.meetings.cycles import AHEAD, BEFORE, DUE, HELD, MISSING, Cell
from guiju.governance.meetings.queries import LEADING, WORKING, BodyLine
from guiju.governance.meetings.terms import CANCELLED, PLANNED
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.documents.reports import period_word
from guiju.web.governance.meetings import here as places
from guiju.web.governance.meetings.here import Here

TONES = {HELD: "met", DUE: "person", AHEAD: "not_due", MISSING: "unmet", BEFORE: "na"}
_DECISIONS, _MEETINGS = 30, 20


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """What the committee's secretary sees first, or what of it concerns a department."""
    at = places.here(request, code)
    context = _company(request, at) if at.seat.whole else _department(at)
    return render(request, "governance/meetings/overview.html", {**_common(at), **context})


def _common(at: Here) -> dict[str, Any]:
    return {
        "title": _("Bodies and meetings"),
        "unit": at.seat.through or at.company,
        "code": at.code,
        "views": places.tabs(at, "governance-meetings"),
        "may": at.writes,
        "new_url": reverse("governance-meetings-new", args=[at.code]) if at.writes else "",
    }


def _company(request: HttpRequest, at: Here) -> dict[str, Any]:
    year = places.year_of(request)
    asked = places.asked_cycle(at.company)
    lines = queries.bodies(by=at.by, company=at.company, year=year, asked=asked)
    # A board meets about many things: its year is watched once its own cycle is entered.
    meeting = [
        line for line in lines if line.body.kind in LEADING or (line.strip.is_own and line.body.kind not in WORKING)
    ]
    decided = list(queries.open_decisions(by=at.by, company=at.company)[: _DECISIONS + 1])
    held = queries.meetings(by=at.by, company=at.company, year=year).exclude(status__in=[PLANNED, CANCELLED])
    return {
        "whole": True,
        "year": year,
        "years": places.years(year, reverse("governance-meetings", args=[at.code])),
        "strips": [strip_of(at, line) for line in meeting],
        "missing": sum(line.strip.missing for line in meeting),
        "planned": [meeting_row(at, row) for row in queries.to_come(by=at.by, company=at.company)],
        "decisions": [decision_row(row) for row in decided[:_DECISIONS]],
        "decisions_more": len(decided) > _DECISIONS,
        "decisions_url": links.register("decisions", unit=at.company.code, **{"f._status": "open"}),
        "held": [meeting_row(at, row) for row in held[:_MEETINGS]],
        "meetings_url": links.register("meetings", unit=at.company.code),
        "bodies_url": reverse("governance-meetings-bodies", args=[at.code]),
    }


def _department(at: Here) -> dict[str, Any]:
    department = at.seat.through or at.seat.departments[0]
    items = queries.items_naming(by=at.by, company=at.company, department=department)
    decided = queries.open_decisions(by=at.by, company=at.company)[:_DECISIONS]
    shared = matters.listing(at.by, company=at.company, whole=False, department=department)
    return {
        "whole": False,
        "items": [item_row(row) for row in items],
        "decisions": [decision_row(row) for row in decided],
        "matters": [
            {"title": row.title, "due_on": row.due_on, "is_late": row.status == matters.OPEN and places.is_late(row.due_on),
             "url": reverse("governance-meetings-matter", args=[at.code, row.uid]), "state": state(row)}
            for row in shared[:20]
        ],
    }  # fmt: skip


def strip_of(at: Here, line: BodyLine) -> dict[str, Any]:
    """A body's year for the template."""
    return {
        "title": line.body.title,
        "url": reverse("governance-meetings-body", args=[at.code, line.body.uid]),
        "cells": [cell_of(at, line, cell) for cell in line.strip.cells],
        "cycle": option("bodies", "meets_every", str(line.strip.kind)),
        "is_own": line.strip.is_own,
        "missing": line.strip.missing,
        "due_on": line.strip.due_on,
        "chair": line.chair.person.name if line.chair and line.chair.person else "",
    }


def cell_of(at: Here, line: BodyLine, cell: Cell) -> dict[str, Any]:
    """One period of a strip with its way on."""
    words = {
        HELD: _("Held"),
        DUE: _("To be held"),
        AHEAD: _("Not yet"),
        MISSING: _("Not held"),
        BEFORE: _("No records then"),
    }
    last = cell.meetings[-1] if cell.meetings else cell.planned
    url = reverse("governance-meeting", args=[at.code, last.uid]) if last else ""
    if last is None and cell.state in {DUE, MISSING} and at.writes:
        url = f"{reverse('governance-meetings-new', args=[at.code])}?body={line.body.uid}"
    word = _("Planned") if cell.planned is not None and not cell.meetings else words[cell.state]
    return {
        "label": period_word(cell.period), "word": word, "tone": TONES[cell.state], "state": cell.state, "url": url,
        "on": last.on if last else None, "count": len(cell.meetings),
    }  # fmt: skip


def meeting_row(at: Here, row: Entry) -> dict[str, Any]:
    """A meeting as lists show it."""
    return {
        "title": row.title, "on": row.on, "topic": option("meetings", "topic", row.kind), "state": state(row),
        "url": reverse("governance-meeting", args=[at.code, row.uid]), "attended": row.count_1,
        "chair": row.person.name if row.person else "", "place": row.body.data.get("place") or "",
        "is_late": row.status == PLANNED and places.is_late(row.on),
    }  # fmt: skip


def decision_row(row: Entry) -> dict[str, Any]:
    """A resolution as lists show it."""
    return {
        "title": row.title, "owner": row.owner.name if row.owner else "", "due_on": row.due_on, "done_on": row.done_on,
        "department": row.department.label if row.department else "", "state": state(row),
        "is_late": row.status == "open" and places.is_late(row.due_on), "url": links.record("decisions", row.uid),
    }  # fmt: skip


def item_row(row: Entry) -> dict[str, Any]:
    """An agenda item as a department sees it."""
    return {
        "title": row.title, "outcome": option("agenda_items", "outcome", row.level), "on": row.on,
        "resolution": row.body.data.get("resolution") or "", "url": links.record("agenda_items", row.uid),
    }  # fmt: skip


def option(register: str, code: str, value: str) -> str:
    """The words for a choice."""
    field = specs.get(register).field(code)
    chosen = field.option(value) if field is not None and value else None
    return chosen.label() if chosen is not None else ""


def state(row: Entry) -> dict[str, str]:
    """The word and tone of a record's state."""
    spec = specs.get(row.register)
    found = spec.state(row.status or spec.initial)
    return {"label": found.label(), "tone": found.tone} if found is not None else {"label": "", "tone": "na"}
