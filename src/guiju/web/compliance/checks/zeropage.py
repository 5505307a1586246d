"""The zero-risk report of a check that was entered or imported: what it would say, and making it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guiju.access.policy import needs
from guiju.compliance.checks import queries as checks
from guiju.compliance.checks import zero
from guiju.lib.errors import NotFound, Problem
from guiju.org.places import company_of
from guiju.registers import queries
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.checks import here


@needs(here.VIEW)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """What the report will say and what needs an explanation; making it."""
    unit = here.unit_of(request, code)
    record = queries.find(place.by(request), uid, register=zero.CHECKS)
    if unit.pk not in {record.unit_id, record.department_id, company_of(record.unit).pk} or not zero.is_zero(record):
        raise NotFound(_("There is no check here that found nothing."), fix=_("Open it from the list of checks."))
    if run := checks.of_entry(record.uid):
        return redirect(here.address(run, "sign"))
    problem: Problem | None = None
    if request.method == "POST":
        try:
            made = zero.make(record=record, by=place.by(request))
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("The report is made; somebody other than the checker signs it."))
            return redirect(links.record(zero.REPORTS, made.uid))
    found = zero.of_record(record)
    context = {
        "title": _("Zero-risk report"),
        "trail": here.trail(unit),
        "unit": unit,
        "found": found,
        "record": record,
        "record_url": links.record(zero.CHECKS, record.uid),
        "edit_url": reverse("record-edit", args=[zero.CHECKS, record.uid]),
        "report_url": links.record(zero.REPORTS, found.report.uid) if found.report is not None else "",
        "sample": str(record.body.data.get("sample") or ""),
        "minutes": int(record.num_1) if record.num_1 is not None else None,
        "may_make": place.may(request, here.CREATE, record.unit, record.department),
        "may_edit": place.may(request, here.EDIT, record.unit, record.department),
        "problem": problem,
    }
    return render(request, "compliance/checks/zero.html", context, status=problem.status if problem else 200)


def address(record: Entry) -> str:
    """The page of a record's report."""
    return reverse("compliance-checks-zero", args=[record.unit.code, record.uid])
