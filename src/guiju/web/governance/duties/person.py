"""What I must do, what I did: one person's offices, duties, tasks and records of a span; the yearly work report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.duties import queries, terms
from guiju.governance.duties.queries import Work
from guiju.lib import clock
from guiju.lib.period import Kind, Period
from guiju.org.enums import Role
from guiju.registers import spec as specs
from guiju.web import links, place
from guiju.web.documents.reports import period_word
from guiju.web.governance.duties import drawing
from guiju.web.governance.duties import here as places
from guiju.web.governance.duties.here import Here
from guiju.workflow.models import Task
from guiju.workflow.words import title_of

#: Years that can be looked at besides the present one.
_BACK = 2


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def person(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The page of one person; one's own for everybody, others' for who may look at people."""
    at = places.here(request, code)
    who = queries.find(by=at.by, unit=at.company, uid=uid)
    period = _period(request)
    found = queries.work(by=at.by, unit=at.company, person=who, period=period)
    is_me = at.me is not None and at.me.pk == who.pk
    context = {
        "title": _("What I must do, what I did") if is_me else _("%(name)s: duties and work") % {"name": who.name},
        "unit": at.company,
        "trail": places.trail(at),
        "views": places.tabs(at, "me" if is_me else "governance-duties-offices" if at.seat.whole else ""),
        "who": who,
        "is_me": is_me,
        "period": period_word(period),
        "years": _years(at, who.uid, period),
        **_context(request, at, found),
        **_report(request, at, found, is_me=is_me),
    }
    return render(request, "governance/duties/person.html", context)


def _period(request: HttpRequest) -> Period:
    written = request.GET.get("year", "")
    this = clock.today().year
    year = int(written) if written.isdecimal() and len(written) == 4 else this
    return Period(year if this - 10 <= year <= this else this, Kind.YEAR)


def _years(at: Here, uid: UUID, period: Period) -> list[dict[str, Any]]:
    url = reverse("governance-duties-person", args=[at.code, uid])
    this = clock.today().year
    return [
        {"label": str(year), "url": f"{url}?year={year}", "current": year == period.year}
        for year in range(this, this - _BACK - 1, -1)
    ]


def _context(request: HttpRequest, at: Here, found: Work) -> dict[str, Any]:
    return {
        "offices": [
            {
                "label": str(Role(row.kind).label),
                "department": row.department.label if row.department else "",
                "from_on": row.on,
                "document": row.text_1,
                "url": links.record(terms.APPOINTMENTS, row.uid),
            }
            for row in found.offices
        ],
        "seats": [{"title": row.title, "url": links.record(terms.MEMBERS, row.uid)} for row in found.seats],
        "duties": [
            {
                "label": terms.HOLDERS[code],
                **drawing.grouped(request, at.company, asks),
                "count": len(asks),
            }
            for code, asks in found.duties.items()
        ],
        "sees_findings": found.sees_findings,
        "tasks": [_task(task) for task in found.tasks],
        "tasks_done": found.tasks_done,
        "tasks_late": found.tasks_late,
        "done": [
            {
                "label": specs.get(one.register).title(),
                "count": one.count,
                "latest_on": one.latest_on,
                "url": links.register(one.register, unit=at.company.code, **one.where),
            }
            for one in found.done
        ],
        "attended": found.attended,
        "meetings_url": reverse("governance-meetings", args=[at.code]),
        "months": [
            {"label": period_word(one.period), "count": one.count, "is_missing": one.is_missing} for one in found.months
        ],
        "lacking": [period_word(one) for one in found.lacking],
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "title": title_of(task),
        "due_on": task.due_on,
        "is_late": task.due_on < clock.today(),
        "url": reverse("task", args=[task.uid]),
    }


def _report(request: HttpRequest, at: Here, found: Work, *, is_me: bool) -> dict[str, str]:
    """The report of the year as it prints, and the form of the duty log."""
    role = next((row.kind for row in found.offices), "")
    values = {"role": role, "person": str(found.person.uid), "done_on": clock.today().isoformat()}
    department = next((row.department for row in found.offices if row.department), None)
    may = is_me and place.may(request, P.REGISTER_ENTRY_CREATE, at.company, department)
    if department is not None:
        values["department"] = str(department.uid)
    return {
        "report_url": reverse("compliance-work-report", args=[at.code, found.person.uid, str(found.period)]),
        "log_url": links.new_record(terms.LOGS, unit=at.company, values=values) if may and role else "",
    }
