"""What a head sees before signing: coverage, sample, time, and what needs an explanation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guiju.access.policy import needs
from guiju.compliance.checks import cycles, doubts, finishing, signing
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib.errors import Problem
from guiju.registers.models import Entry
from guiju.web import place
from guiju.web.compliance.checks import here


@needs(here.VIEW)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The report as it will be signed; signing it."""
    run = here.run_of(request, code, uid)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            signing.sign(
                run=run, by=place.by(request), explanation=request.POST.get("explanation", ""),
                version=_number(request.POST.get("version", "")),
            )  # fmt: skip
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("Signed. The record and the report carry your name and today's date."))
            return redirect(here.address(run))
    elif run.state != RunState.FINISHED:
        return redirect(here.address(run))
    return render(
        request,
        "compliance/checks/sign.html",
        _context(request, run, problem),
        status=problem.status if problem else 200,
    )


@needs(here.VIEW)
@require_POST
def back(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Send it back to the checker, with the reason."""
    run = here.run_of(request, code, uid)
    try:
        signing.send_back(
            run=run, by=place.by(request), reason=request.POST.get("reason", ""),
            version=_number(request.POST.get("version", "")),
        )  # fmt: skip
    except Problem as refused:
        return render(request, "compliance/checks/sign.html", _context(request, run, refused), status=refused.status)
    messages.success(request, _("Sent back; the checker has the reason and a task."))
    return redirect(here.address(run))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _context(request: HttpRequest, run: CheckRun, problem: Problem | None) -> dict[str, Any]:
    items = finishing.items_of(run)
    summary = finishing.summary(run, items)
    entry = _record(run)
    words = {code: word for code, word, _tone in here.RESULTS}
    return {
        "title": _("Zero-risk report") if run.zero_report else _("Record of a check"),
        "trail": here.trail(run.unit, run),
        "unit": run.unit,
        "run": run,
        "period": cycles.words(run.period),
        "summary": summary,
        "statement": finishing.statement(run, summary) if run.zero_report else "",
        "sampled": sum(item.sampled or 0 for item in items),
        "items": [(item, words.get(item.result, ""), here.TONES.get(item.result, "")) for item in items],
        "doubts": doubts.read(run.doubts),
        "signed": entry if entry is not None and entry.done_on is not None else None,
        "may_sign": signing.may_sign(run, by=place.by(request)) and entry is not None and entry.done_on is None,
        "may_work": place.may(request, here.SIGN, run.unit, run.department),
        "sampled_items": [item for item in items if _has_sample(item)],
        "explanation": request.POST.get("explanation", ""),
        "reason": request.POST.get("reason", ""),
        "problem": problem,
    }


def _has_sample(item: CheckItem) -> bool:
    return bool(item.sample or item.sampled)


def _record(run: CheckRun) -> Entry | None:
    return Entry.objects.select_related("owner").filter(uid=run.check_entry).first() if run.check_entry else None
