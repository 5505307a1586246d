"""Offices and bodies: who holds them, what the documents ask of them, what the records show, what waits."""

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
from guiju.governance.duties.queries import Holding
from guiju.org.enums import Role
from guiju.web import links, place
from guiju.web.governance.duties import drawing
from guiju.web.governance.duties import here as places
from guiju.web.governance.duties.here import Here

_OPEN = ("unmet", "partly", "person")


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def offices(request: HttpRequest, code: str) -> HttpResponse:
    """Every office and body with its holders and how its duties stand."""
    at = places.here(request, code, whole=True)
    found = queries.holdings(by=at.by, unit=at.company)
    context = {
        "title": _("Duties"),
        "unit": at.company,
        "trail": places.trail(at),
        "views": places.tabs(at, "governance-duties-offices"),
        "rows": [_line(request, at, one) for one in found],
        "adopt_url": reverse("unit-posture", args=[at.company.code]),
    }
    return render(request, "governance/duties/offices.html", context)


def _line(request: HttpRequest, at: Here, one: Holding) -> dict[str, Any]:
    counts = one.counts
    return {
        "label": terms.HOLDERS[one.code],
        "url": reverse("governance-duties-office", args=[at.code, one.code]),
        "holders": holders(at, one),
        "enter_url": _enter(request, at, one),
        "instead_of": terms.HOLDERS.get(one.instead_of, ""),
        "is_body": one.code in terms.KINDS,
        "count": sum(counts.values()),
        "counts": counts,
        "open": sum(counts[code] for code in _OPEN),
        "waiting": one.waiting,
        "late": one.late,
    }


def holders(at: Here, one: Holding) -> list[dict[str, str]]:
    """People with their pages, bodies and departments with theirs."""
    if one.code == terms.BUSINESS:
        return [{"name": row.label, "url": links.unit(row.code), "note": ""} for row in at.seat.departments]
    found: dict[str, dict[str, str]] = {}
    for row in one.appointments:
        if row.person is not None:
            where = row.department.label if row.department else ""
            url = reverse("governance-duties-person", args=[at.code, row.person.uid])
            found[str(row.person.uid)] = {"name": row.person.name, "url": url, "note": where}
    for body, chair in one.bodies:
        url = reverse("governance-meetings-body", args=[at.code, body.uid])
        found[str(body.uid)] = {"name": body.title, "url": url, "note": chair}
    return list(found.values())


def _enter(request: HttpRequest, at: Here, one: Holding) -> str:
    """The form that fills an empty office; the third line and the departments are no bodies that somebody sets up here."""
    if one.is_held or one.code == terms.THIRD or not place.may(request, P.REGISTER_ENTRY_CREATE, at.company):
        return ""
    if one.code in set(Role):
        return links.new_record(terms.APPOINTMENTS, unit=at.company, values={"role": one.code})
    kinds = terms.KINDS.get(one.code, ())
    return links.new_record(terms.BODIES, unit=at.company, values={"kind": kinds[0]}) if kinds else ""


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def office(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """One office or body: its duties one by one."""
    at = places.here(request, code, whole=True)
    found = queries.holding(by=at.by, unit=at.company, code=part)
    context = {
        "title": terms.HOLDERS[part],
        "unit": at.company,
        "trail": [
            *places.trail(at),
            {"label": _("Duties"), "url": reverse("governance-duties-offices", args=[at.code])},
        ],
        "views": places.tabs(at, "governance-duties-offices"),
        "holders": holders(at, found),
        "enter_url": _enter(request, at, found),
        "instead_of": terms.HOLDERS.get(found.instead_of, ""),
        "is_body": part in terms.KINDS,
        "part": drawing.grouped(request, at.company, found.asks),
        "counts": found.counts,
        "count": len(found.asks),
        "waiting": found.waiting,
        "late": found.late,
        "tasks_url": reverse("tasks"),
    }
    return render(request, "governance/duties/office.html", context)
