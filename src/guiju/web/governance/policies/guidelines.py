"""Special guidelines born from findings: what was found and by whom, and the guideline that answers it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.policies import answering, gaps, planning
from guiju.governance.policies.answering import Finding, Guideline
from guiju.governance.policies.guiding import FINDINGS
from guiju.lib.errors import Problem
from guiju.registers import queries as rows
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.governance.policies import doors, matrixpage
from guiju.web.governance.policies.libraryhere import At, common, enter, entry_row, words

VIEW, CREATE = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_CREATE
_PAGE = "governance-policies-guidelines"


@needs(VIEW)
@require_safe
def guidelines(request: HttpRequest, code: str) -> HttpResponse:
    """Problems without a guideline, guidelines with their problem, and the share by source."""
    at = enter(request, code)
    everything = request.GET.get("fields") == "all"
    found = answering.answers(by=at.by, seat=at.seat, below=at.below, everything=everything)
    sources, fields = words("source", FINDINGS), words("field", FINDINGS)
    total = sum(share.total for share in found.shares)
    context = {
        **common(at, _PAGE, _("Guidelines from findings")),
        "findings": [_finding(at, one, sources, fields) for one in found.findings],
        "count": found.count,
        "others": found.others,
        "everything": everything,
        "all_url": at.url(_PAGE, fields="all"),
        "risky_url": at.url(_PAGE),
        "high": [fields.get(code, code) for code in found.high],
        "shares": [
            {"label": sources[share.source], "total": share.total, "answered": share.answered,
             "counts": {"met": share.answered, "unmet": share.total - share.answered}}
            for share in found.shares
        ],
        "total": total,
        "answered": sum(share.answered for share in found.shares),
        "judged": found.judged,
        "judged_url": at.listed("policy_plans", _status="not_needed", finding__empty="0"),
        "guidelines": [_guideline(at, one, sources) for one in found.guidelines],
        "missing": [_missing(at, gap, fields) for gap in found.missing],
        "open_fields": sum(gap.is_open for gap in found.missing),
        "gaps_url": at.url("governance-policies") + "#gaps",
        "ruled": [_ruled(at, one, sources, fields) for one in found.ruled],
        "ruled_count": found.ruled_count,
        "new_finding_url": links.new_record(FINDINGS, unit=at.seat.company) if at.writes else "",
        "new_url": doors.draft_url(at.unit, **{"set.level": "guideline", "set.mechanism": "special_field"})
        if at.writes
        else "",
    }  # fmt: skip
    return render(request, "governance/policies/guidelines.html", context)


def _finding(at: At, one: Finding, sources: dict[str, str], fields: dict[str, str]) -> dict[str, Any]:
    row = one.entry
    return {
        "uid": str(row.uid),
        "title": row.title,
        "url": links.record(FINDINGS, row.uid),
        "source": sources.get(row.kind, ""),
        "field": fields.get(row.level, ""),
        "unit": row.unit.label if at.below else "",
        "department": row.department.label if row.department is not None else "",
        "on": row.on,
        "is_high": one.is_high,
        "draft_url": doors.url(one.draft.unit.code, one.draft.uid) if one.draft is not None else "",
        "plan_url": links.record("policy_plans", one.plan.uid) if one.plan is not None else "",
        "begin_url": draft_url(row) if at.writes and one.draft is None else "",
        "may": at.writes and one.draft is None and one.plan is None,
    }


def _missing(at: At, gap: gaps.Gap, fields: dict[str, str]) -> dict[str, Any]:
    """A field without a guideline, as the overview of the library has it."""
    tones = {"open": "unmet", "planned": "partly", "not_needed": "na"}
    return {
        "label": fields.get(gap.field, gap.field),
        "why": gaps.why(gap),
        "word": matrixpage.word(gap),
        "tone": tones[gap.state],
        "plan_url": links.record("policy_plans", gap.plan.uid) if gap.plan is not None else "",
        "url": at.url("governance-policies") + f"#gap-{gap.key}".replace(":", "-"),
    }


def _ruled(at: At, one: Guideline, sources: dict[str, str], fields: dict[str, str]) -> dict[str, Any]:
    """A problem whose field has a guideline in force that does not name it."""
    assert one.finding is not None
    return {
        "title": one.finding.title,
        "url": links.record(FINDINGS, one.finding.uid),
        "source": sources.get(one.finding.kind, ""),
        "field": fields.get(one.finding.level, ""),
        "unit": one.finding.unit.label if at.below else "",
        "on": one.finding.on,
        "guideline": one.entry.title,
        "guideline_url": doors.url(one.entry.unit.code, one.entry.uid),
    }


def draft_url(row: Entry) -> str:
    """The form of a guideline that answers a problem, with the problem in it."""
    values = {
        "set.arises_from": row.uid, "set.level": "guideline", "set.field": row.level, "set.mechanism": "special_field",
        "set.name": gaps.parse(f"guideline:{row.level}").name if row.level else "",
        "set.department": row.department.uid if row.department is not None else None,
    }  # fmt: skip
    return doors.draft_url(row.unit, **values)


def _guideline(at: At, one: Guideline, sources: dict[str, str]) -> dict[str, Any]:
    shown = entry_row(one.entry, with_unit=at.below)
    shown["is_draft"] = one.entry.status == "draft"
    if one.finding is not None:
        shown["finding"] = one.finding.title
        shown["finding_url"] = links.record(FINDINGS, one.finding.uid)
        shown["source"] = sources.get(one.finding.kind, "")
    return shown


@needs(CREATE)
@require_POST
def answer_finding(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a guideline for a problem, or judge that it asks for none."""
    at = enter(request, code)
    finding = rows.find(at.by, request.POST.get("finding", ""), register=FINDINGS)
    try:
        if request.POST.get("do") == "decline":
            planning.decline_finding(finding=finding, reason=request.POST.get("reason", ""), by=at.by)
            messages.success(request, _("Noted: this problem asks for no guideline. The reason stands in the plan."))
        else:
            row = planning.for_finding(finding=finding, by=at.by, year=matrixpage.year_of(request))
            messages.success(request, matrixpage.planned(row))
    except Problem as problem:
        matrixpage.refused(request, problem)
    return redirect(at.url(_PAGE))
