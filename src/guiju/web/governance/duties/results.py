"""Objectives, appraisals and decisions on violations of one year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.duties import queries, terms
from guiju.governance.duties import results as domain
from guiju.governance.duties.queries import Coverage, Objective, Violation
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.web import links, place
from guiju.web.documents.reports import period_word
from guiju.web.governance.duties import here as places
from guiju.web.governance.duties.here import Here
from guiju.web.governance.meetings.here import year_of, years

#: A group of the page -> what the register calls its rows.
_SUBJECTS = {domain.SUBSIDIARIES: "subsidiary"}


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def results(request: HttpRequest, code: str) -> HttpResponse:
    """What was aimed at and reached, who was appraised and who was not, what is not made public yet."""
    at = places.here(request, code, whole=True)
    year = year_of(request)
    found = queries.results(by=at.by, unit=at.company, year=year)
    may = place.may(request, P.REGISTER_ENTRY_CREATE, at.company)
    own = reverse("governance-duties-results", args=[at.code])
    context = {
        "title": _("Objectives and appraisal"),
        "unit": at.company,
        "trail": places.trail(at),
        "views": places.tabs(at, "governance-duties-results"),
        "year": year,
        "years": years(year, own),
        "objectives": [_objective(one) for one in found.objectives],
        "due": sum(one.is_due for one in found.objectives),
        "reviews": [
            {"title": row.title, "on": row.on, "url": links.record("meetings", row.uid)} for row in found.reviews
        ],
        "coverage": [_coverage(at, one, year, may=may) for one in found.coverage],
        "unpublished": [_violation(one) for one in found.unpublished],
        "published": found.published,
        "may": may,
        **_ways(at, year),
    }
    return render(request, "governance/duties/results.html", context)


def _ways(at: Here, year: int) -> dict[str, str]:
    today = clock.today().isoformat()
    aim = {"period": str(year), "set_on": today}
    return {
        "objective_url": links.new_record(terms.OBJECTIVES, unit=at.company, values=aim),
        "objectives_url": links.register(terms.OBJECTIVES, unit=at.company.code),
        "appraisals_url": links.register(terms.APPRAISALS, unit=at.company.code),
        "import_url": reverse("register-import", args=[terms.APPRAISALS]) + f"?unit={at.company.code}",
        "meeting_url": reverse("governance-meetings-new", args=[at.company.code]) + "?topic=goal_review",
        "violation_url": links.new_record(terms.ACCOUNTABILITIES, unit=at.company, values={"decided_on": today}),
        "violations_url": links.register(terms.ACCOUNTABILITIES, unit=at.company.code),
    }


def _objective(one: Objective) -> dict[str, Any]:
    row = one.entry
    status = "met" if one.is_evaluated and row.flag_1 is not False else "unmet" if one.is_due else "not_due"
    if one.is_evaluated and row.flag_1 is False:
        status = "partly"
    words = {"met": _("Evaluated"), "partly": _("Not reached"), "unmet": _("To be evaluated"), "not_due": _("Running")}
    return {
        "title": row.title,
        "url": links.record(terms.OBJECTIVES, row.uid),
        "period": period_word(Period.parse(row.period)),
        "target": one.target,
        "actual": one.actual,
        "status": status,
        "word": words[status],
        "evaluated_on": row.done_on,
        "meeting": {"title": one.meeting.title, "url": links.record("meetings", one.meeting.uid)}
        if one.meeting
        else None,
        "owner": row.owner.name if row.owner else "",
    }


def _coverage(at: Here, one: Coverage, year: int, *, may: bool) -> dict[str, Any]:
    values = {"subject": _SUBJECTS.get(one.group, one.group), "period": str(year), "done_on": clock.today().isoformat()}
    status = "met" if not one.left else "partly" if one.done else "unmet"
    if one.programme is False and status == "met":
        status = "partly"

    whose = "subsidiary" if one.group == domain.SUBSIDIARIES else "person"

    def form(**more: str) -> str:
        return links.new_record(terms.APPRAISALS, unit=at.company, values=values | more) if may else ""

    return {
        "label": domain.GROUPS[one.group],
        "done": one.done,
        "whole": one.whole,
        "left": one.left,
        "status": status,
        "people": [{"name": name, "url": form(**{whose: uid})} for name, uid in one.people],
        "more": one.left - len(one.people) if one.people else 0,
        "new_url": form() if one.left and not one.people else "",
        "programme": one.programme,
        "list_url": links.register(
            terms.APPRAISALS,
            unit=at.company.code,
            **{"f.subject": values["subject"], "f.period__from": str(year), "f.period__to": str(year)},
        ),
    }


def _violation(one: Violation) -> dict[str, Any]:
    row = one.entry
    return {
        "title": row.title,
        "url": links.record(terms.ACCOUNTABILITIES, row.uid),
        "decided_on": row.on,
        "days": one.waiting_days,
        "number": row.number,
    }
