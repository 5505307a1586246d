"""Judging from the sheet: the form opens in the row of the requirement, and the row answers at once."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guiju.access import check
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import actions, queries
from guiju.web import links, place
from guiju.web.posture import counts, overview, rows
from guiju.web.posture.finding import JudgeForm, first_expiry, requirement_of

P = Permission


@needs(P.POSTURE_JUDGEMENT_EDIT)
@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, code: str, urn: str, requirement: str) -> HttpResponse:
    """The form in place of the row; once judged, the row with its new answer and the counts of the sheet."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    check.require(place.by(request), P.POSTURE_JUDGEMENT_EDIT, unit)
    document = overview.pack_of(unit, urn)
    asked = requirement_of(document, requirement)
    if "HX-Request" not in request.headers:
        return redirect(links.finding(unit.code, document.urn, asked.code, judge=1) + "#judge")
    if request.GET.get("part") == "row":
        return render(request, "posture/row.html", {"row": _row(request, unit, document, asked)})
    # Several rows of a sheet may be open at once.
    form = JudgeForm(request.POST or None, initial={"expires_on": first_expiry()}, auto_id=f"{asked.code}-%s")
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.judge(unit=unit, requirement=asked, by=place.by(request), **form.cleaned_data)
        except Problem as refused:
            if refused.status in {403, 404}:
                raise
            problem = refused
        else:
            return _judged(request, unit, document, asked)
    context = {"row": _row(request, unit, document, asked), "form": form, "problem": problem}
    return render(request, "posture/_judge.html", context, status=422 if form.errors or problem else 200)


def _row(request: HttpRequest, unit: Unit, document: Pack, asked: Requirement) -> rows.Row:
    found = queries.requirement(by=place.by(request), unit=unit, pack=document, code=asked.code)
    if found is None:
        raise Problem(
            "judgement.not_adopted",
            _("%(unit)s does not answer to %(pack)s.") % {"unit": unit.name, "pack": document.title},
            fix=_("Adopt the document first."),
        )
    return rows.build(request, unit, document, [asked], [found], live=True)[0]


def _judged(request: HttpRequest, unit: Unit, document: Pack, asked: Requirement) -> HttpResponse:
    found = queries.posture(by=place.by(request), unit=unit, pack=document) or []
    everything = rows.build(request, unit, document, catalogue.requirements(document), found, live=True)
    of_kind = [row for row in everything if rows.tab(row.requirement.kind) == rows.tab(asked.kind)]
    context: dict[str, Any] = {
        "row": next(row for row in everything if row.requirement.code == asked.code),
        "strip": counts.strip(rows.counted(of_kind), links.posture(unit.code, document.urn, kind=asked.kind)),
    }
    answer = render(request, "posture/_judged.html", context)
    answer["HX-Trigger"] = json.dumps({"toast": {"text": _("The judgement is recorded."), "tone": "success"}})
    return answer
