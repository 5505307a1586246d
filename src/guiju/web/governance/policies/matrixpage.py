"""The matrix of businesses and levels, what is missing in it, and rules that want a look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access.policy import needs
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import gaps, library, planning, queries
from guiju.governance.policies.gaps import Gap
from guiju.governance.policies.library import Overview
from guiju.governance.policies.terms import REGISTER
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.governance.policies import doors
from guiju.web.governance.policies.libraryhere import CREATE, VIEW, At, common, enter, entry_row, words

DRAFTING, REVIEW = "drafting", "review"
_SIZE = 50
_TONES = {"open": "unmet", "planned": "partly", "not_needed": "na"}


def matrix(at: At, seen: Overview) -> dict[str, Any]:
    """Rows of businesses that have rules or that the firm works in; the others are only named."""
    levels, businesses = words("level"), words("business")
    missing = {gap.business for gap in seen.gaps if gap.business}
    held = set(seen.counts.businesses)
    shown = [code for code in businesses if code in held | missing]
    if seen.counts.business("") != library.Cell():
        shown.append("")
    columns = {**levels, **({"": _("Without level")} if seen.counts.level("") != library.Cell() else {})}
    return {
        "levels": list(columns.values()),
        "rows": [
            {
                "label": businesses.get(code, _("Not sorted by business")),
                "cells": [_cell(at, seen, code, level) for level in columns],
                "total": seen.counts.business(code).in_force,
                "url": _listed(at, code, None),
            }
            for code in shown
        ],
        "totals": [seen.counts.level(level).in_force for level in columns],
        "total": seen.counts.total.in_force,
        "others": [label for code, label in businesses.items() if code not in shown],
    }


def _cell(at: At, seen: Overview, business: str, level: str) -> dict[str, Any]:
    cell, gap = seen.counts.at(business, level), seen.gap_at(business, level)
    told: dict[str, Any] = {"count": cell.in_force, "draft": cell.draft, "url": _listed(at, business, level)}
    if gap is not None and not cell.in_force:
        return {**told, "tone": _TONES[gap.state], "word": word(gap), "gap": f"gap-{gap.key}".replace(":", "-")}
    return {**told, "tone": "met" if cell.in_force else "", "word": ""}


def word(gap: Gap) -> str:
    """What became of it."""
    return {"open": _("Missing"), "planned": _("In the plan"), "not_needed": _("Judged not needed")}[gap.state]


def _listed(at: At, business: str, level: str | None) -> str:
    said: dict[str, str] = {"business": business} if business else {"business__empty": "1"}
    if level is not None:
        said |= {"level": level} if level else {"level__empty": "1"}
    return at.listed(REGISTER, _status="issued", **said)


def gaps_of(at: At, seen: Overview) -> list[dict[str, Any]]:
    """Open gaps first; each with what can be done about it."""
    businesses, fields = words("business"), words("field")
    order = {"open": 0, "planned": 1, "not_needed": 2}
    found = sorted(seen.gaps, key=lambda gap: order[gap.state])
    return [
        {
            "key": gap.key,
            "id": f"gap-{gap.key}".replace(":", "-"),
            "label": gaps.label(gap, businesses, fields),
            "why": gaps.why(gap),
            "state": gap.state,
            "word": word(gap),
            "tone": _TONES[gap.state],
            "name": gap.name,
            "reason": gap.plan.body.data.get("reason", "")
            if gap.plan is not None and gap.state == "not_needed"
            else "",
            "plan_url": links.record("policy_plans", gap.plan.uid) if gap.plan is not None else "",
            "due": gap.plan.due_on if gap.plan is not None else None,
            "can_decline": gap.kind != gaps.CHARTER,
            "may": at.writes and gap.is_open and at.seat.through is None,
        }
        for gap in found
    ]


@needs(CREATE)
@require_POST
def answer_gap(request: HttpRequest, code: str) -> HttpResponse:
    """Put the missing rule into the plan, or judge that it is not needed."""
    at = enter(request, code)
    key, spot = request.POST.get("gap", ""), planning.place_of(at.seat)
    try:
        if request.POST.get("do") == "decline":
            planning.decline_gap(key=key, at=spot, reason=request.POST.get("reason", ""), by=at.by)
            messages.success(request, _("Noted: the firm needs no such rule. The reason stands in the plan."))
        else:
            row = planning.for_gap(key=key, at=spot, by=at.by, year=year_of(request))
            messages.success(request, planned(row))
    except Problem as problem:
        refused(request, problem)
    return redirect(at.url("governance-policies") + "#gaps")


def planned(row: Entry) -> str:
    """What is told after a row of the plan has been made."""
    return _("“%(title)s” is in the plan of %(year)s.") % {"title": row.title, "year": row.period}


def refused(request: HttpRequest, problem: Problem) -> None:
    """Shown on the page that somebody comes back to; what he may not do at all is a page of its own."""
    if problem.status in {403, 404}:
        raise problem
    fault = next(iter(problem.faults), None)
    told = f"{fault.what} {fault.fix}" if fault is not None else f"{problem.what} {problem.fix}"
    messages.error(request, told.strip())


def year_of(request: HttpRequest) -> int | None:
    """The year that a form names; None for this one."""
    written = request.POST.get("year", "")
    return int(written) if written.isdecimal() and len(written) == 4 else None


# --- rules that want a look -----------------------------------------------------------------------------------------


def _titles() -> dict[str, tuple[str, str]]:
    return {
        library.STALE: (
            _("Not reviewed for three years"),
            _("Neither issued nor reviewed in the last three years: review them, or plan their revision."),
        ),
        library.BARE: (
            _("Without text or file"),
            _("Nobody can read these rules here: open each and attach its file, or type its text."),
        ),
        library.UNSORTED: (
            _("Not sorted by business"),
            _("Enter the business or function that each of them is about."),
        ),
        library.UNGRADED: (_("Without level"), _("Enter whether it is a basic rule, a specific rule or a guideline.")),
        DRAFTING: (_("Being drafted"), _("New rules and revisions that have not been submitted yet.")),
        REVIEW: (
            _("Under review or waiting to be issued"),
            _("Versions that wait for approval, for being issued, or for their day."),
        ),
    }


@needs(VIEW)
@require_safe
def attention(request: HttpRequest, code: str) -> HttpResponse:
    """Rules of one sort, with the step that helps."""
    at = enter(request, code)
    what = request.GET.get("what", "")
    if what not in _titles():
        raise NotFound(_("There is no such list of rules."), fix=_("Choose one from the page of the library."))
    found = _wanted(library.rows(at.by, REGISTER, at.seat, below=at.below), what)
    count, start = found.count(), _start(request)
    rows = found.select_related("unit", "department").order_by("on", "pk")[start : start + _SIZE]
    title, why = _titles()[what]
    context = {
        **common(at, "governance-policies", title),
        "why": why,
        "what": what,
        "count": count,
        "rows": _rows(at, list(rows), planned=what == library.STALE),
        "can_plan": at.writes and what == library.STALE and not at.below,
        "edit": what in (library.UNSORTED, library.UNGRADED),
        "grid_url": at.listed(REGISTER, _status="issued", **_empty(what)) if what in _FIELDS else "",
        "pager": _pager(at, what, count, start),
        "back_url": at.url("governance-policies"),
    }
    return render(request, "governance/policies/attention.html", context)


def _rows(at: At, found: list[Entry], *, planned: bool) -> list[dict[str, Any]]:
    """As listed, with the row of the plan that is about each already."""
    going = planning.going([row.uid for row in found]) if planned else {}
    return [
        {
            **entry_row(row, with_unit=at.below),
            "plan_url": links.record("policy_plans", going[row.uid].uid) if row.uid in going else "",
        }
        for row in found
    ]


_FIELDS = {library.UNSORTED: "business", library.UNGRADED: "level"}


def _empty(what: str) -> dict[str, str]:
    return {f"{_FIELDS[what]}__empty": "1"}


def _wanted(found: QuerySet[Entry], what: str) -> QuerySet[Entry]:
    if what not in (DRAFTING, REVIEW):
        return library.attention(found, what)
    states = (S.DRAFT,) if what == DRAFTING else (S.SUBMITTED, S.APPROVED)
    return found.filter(uid__in=PolicyVersion.objects.filter(state__in=states).values("policy"))


def _start(request: HttpRequest) -> int:
    written = request.GET.get("start", "")
    return int(written) // _SIZE * _SIZE if written.isdecimal() and len(written) < 7 else 0


def _pager(at: At, what: str, count: int, start: int) -> dict[str, Any] | None:
    if count <= _SIZE:
        return None

    def url(first: int) -> str:
        return at.url("governance-policies-attention", what=what, start=str(first))

    return {
        "count": count, "cap": count, "from": start + 1, "to": min(start + _SIZE, count),
        "prev_url": url(start - _SIZE) if start else "",
        "next_url": url(start + _SIZE) if start + _SIZE < count else "",
    }  # fmt: skip


@needs(CREATE)
@require_POST
def plan_rule(request: HttpRequest, code: str) -> HttpResponse:
    """Plan to amend, repeal or interpret a rule in force."""
    at = enter(request, code)
    uid = as_uid(request.POST.get("policy", ""))
    entry = queries.find(at.by, uid or "")
    action, reason = request.POST.get("action", "amend"), request.POST.get("reason", "").strip()
    try:
        ground = reason or f"最近一次发布或复核为{(entry.date_1 or entry.on or clock.today()).isoformat()}，超过三年。"
        row = planning.for_policy(entry=entry, action=action, reason=ground, by=at.by, year=year_of(request))
    except Problem as problem:
        refused(request, problem)
        return redirect(doors.url(entry.unit.code, entry.uid))
    messages.success(request, planned(row))
    return redirect(at.url("governance-policies-attention", what=library.STALE))
