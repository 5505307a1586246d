"""Opinions, reports and minutes as official papers; and the report of own accord from a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.documents import reports
from guiju.documents.kinds import authority_report, decision_opinion, meeting_minutes, self_check_opinion
from guiju.documents.paper import Paper
from guiju.documents.preview import preview
from guiju.governance.meetings import actions, queries
from guiju.governance.meetings.terms import MEETINGS, OPINIONS, REPORTS, SELF_CHECKS
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.lib.period import Kind, Period
from guiju.registers import actions as registers
from guiju.registers import queries as rows
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.governance.meetings import here as places
from guiju.web.governance.meetings.here import Here
from guiju.web.governance.meetings.overview import option, state
from guiju.web.registers.fields import RegisterForm

_CODES = {
    MEETINGS: "meeting-minutes", OPINIONS: "decision-opinion", SELF_CHECKS: "self-check-opinion", REPORTS: "authority-report",
}  # fmt: skip
_MAKERS: dict[str, Callable[[Entry], Paper]] = {
    OPINIONS: decision_opinion.of_entry,
    SELF_CHECKS: self_check_opinion.of_entry,
    REPORTS: authority_report.of_entry,
}
#: What may be found that is reported.
_PROBLEMS = frozenset({"rectifications", SELF_CHECKS, "alerts", "risk_reports"})
_FORM = (
    "name",
    "receiver",
    "due_on",
    "sent_on",
    "number",
    "found_on",
    "gist",
    "measures",
    "next_steps",
    "problem",
    "sender",
)


def _paper(request: HttpRequest, code: str, kind: str, uid: UUID) -> tuple[Here, Entry, Paper]:
    at = places.here(request, code)
    if kind not in _CODES:
        raise NotFound(_("There is no such paper."))
    if kind == MEETINGS:
        found = queries.meeting(by=at.by, uid=uid)
        return at, places.own(at, found.meeting), meeting_minutes.of_meeting(found)
    entry = places.own(at, rows.find(at.by, uid, register=kind))
    return at, entry, _MAKERS[kind](entry)


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def paper(request: HttpRequest, code: str, kind: str, uid: UUID) -> HttpResponse:
    """The paper as it prints."""
    at, entry, made = _paper(request, code, kind, uid)
    may_take = place.may(request, reports.EXPORT, entry.unit, entry.department)
    context = {
        "title": made.title,
        "trail": places.trail(at),
        "unit": at.company,
        "paper": preview(made),
        "state": state(entry) if specs.get(kind).states else None,
        "file_url": reverse("governance-meetings-paper-file", args=[at.code, kind, uid]) if may_take else "",
        "record_url": links.record(kind, uid)
        if kind != MEETINGS
        else reverse("governance-meeting", args=[at.code, uid]),
        "moves": _moves(request, entry) if kind == REPORTS else [],
    }
    return render(request, "governance/meetings/paper.html", context)


def _moves(request: HttpRequest, entry: Entry) -> list[dict[str, str]]:
    """Sending it, entering the receipt: the next step of a report."""
    if not place.may(request, P.REGISTER_ENTRY_EDIT, entry.unit, entry.department):
        return []
    spec = specs.get(REPORTS)
    return [
        {"label": step.label(), "url": reverse("record-move", args=[REPORTS, entry.uid, step.code])}
        for step in spec.moves_from(entry.status or spec.initial)
        if not step.asks_reason
    ]


@needs(P.REGISTER_ENTRY_EXPORT)
@require_GET
def file(request: HttpRequest, code: str, kind: str, uid: UUID) -> HttpResponse:
    """The paper as a Word file; the trail tells that it was taken."""
    at, entry, made = _paper(request, code, kind, uid)
    period = Period.of(entry.on or clock.today(), Kind.YEAR)
    taken = reports.export_paper(made, code=f"{_CODES[kind]}/{uid}", unit=entry.unit, period=period, by=at.by)
    return reports.response(taken)


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def own_reports(request: HttpRequest, code: str) -> HttpResponse:
    """What the unit reported of its own accord: to be sent, sent, receipt in hand."""
    at = places.here(request, code)
    found = rows.visible(at.by, REPORTS, sparse=True).filter(unit=at.company, kind=authority_report.PROACTIVE)
    context = {
        "title": _("Reports of own accord"),
        "unit": at.company,
        "views": places.tabs(at, "governance-meetings-reports"),
        "rows": [_row(at, row) for row in found.select_related("person").order_by("-on", "-pk")[:100]],
        "new_url": reverse("governance-meetings-report", args=[at.code, UUID(int=0)]) if at.writes else "",
        "problems_url": reverse("compliance-rectify", args=[at.code]),
        "register_url": links.register(REPORTS, unit=at.company.code),
    }
    return render(request, "governance/meetings/reports.html", context)


def _row(at: Here, row: Entry) -> dict[str, Any]:
    return {
        "title": row.title, "on": row.on, "found_on": row.date_1, "receiver": row.text_1, "receipt": row.text_2,
        "state": state(row), "way": option(REPORTS, "way", row.level), "is_draft": row.status == "draft",
        "days": (row.on - row.date_1).days if row.on and row.date_1 else None,
        "is_late": row.status == "draft" and places.is_late(row.due_on), "due_on": row.due_on,
        "url": reverse("governance-meetings-paper", args=[at.code, REPORTS, row.uid]),
    }  # fmt: skip


@needs(P.REGISTER_ENTRY_CREATE)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """From a problem that was found to the draft of the letter: one form with everything known filled in."""
    at = places.here(request, code, writing=True)
    problem = _problem(at, uid) if uid.int else None
    form = _form(request, at, problem)
    if request.method == "GET":
        return render(request, "governance/meetings/report.html", _form_context(at, form, problem))
    try:
        values = {**form.values(), "kind": authority_report.PROACTIVE}
        made = registers.create(register=REPORTS, unit=at.company, values=values, status="draft", by=at.by)
    except Problem as refused:
        if refused.status in {403, 404}:
            raise
        context = {**_form_context(at, form, problem), "loose": form.refuse(refused), "problem": refused}
        return render(request, "governance/meetings/report.html", context, status=422)
    messages.success(request, _("The letter is drafted. Check it, send it, then enter how it was sent."))
    return redirect(reverse("governance-meetings-paper", args=[at.code, REPORTS, made.uid]))


def _problem(at: Here, uid: UUID) -> Entry:
    found = places.own(at, rows.find(at.by, uid))
    if found.register not in _PROBLEMS:
        raise NotFound(_("There is no such record here."))
    return found


def _form(request: HttpRequest, at: Here, problem: Entry | None) -> RegisterForm:
    known = Directory(at.company, by=at.by)
    initial = actions.report_values(problem) if problem else {"sent_on": clock.today().isoformat()}
    data = request.POST if request.method == "POST" else None
    return RegisterForm(specs.get(REPORTS), _FORM, unit=at.company, known=known, by=at.by, data=data, initial=initial)


def _form_context(at: Here, form: RegisterForm, problem: Entry | None) -> dict[str, Any]:
    back = reverse("governance-meetings-reports", args=[at.code])
    return {
        "title": _("Report to the authority of own accord"),
        "trail": [*places.trail(at), {"label": _("Reports of own accord"), "url": back}],
        "unit": at.company,
        "form": form,
        "loose": [],
        "found": {"title": problem.title, "url": links.record(problem.register, problem.uid)} if problem else None,
        "back": back,
    }
