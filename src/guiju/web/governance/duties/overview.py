"""The organisation check of a company; for the officer of a department that department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.duties import queries, terms
from guiju.governance.duties.queries import DepartmentLine, Organisation
from guiju.org.enums import Role, Size
from guiju.packs import catalogue
from guiju.web import links, place
from guiju.web.governance.duties import drawing
from guiju.web.governance.duties import here as places
from guiju.web.governance.duties.here import Here
from guiju.web.posture import counts

#: What decides how a unit has to be organised, in the order in which people say it.
_DECIDING = ("has_board", "has_general_counsel", "group_headquarters", "single_business")


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """What is asked of the organisation, how it stands, and the step that closes each gap."""
    at = places.here(request, code)
    context = {
        "unit": at.unit,
        "trail": [{"label": at.unit.label, "url": links.unit(at.unit.code)}],
        "views": places.tabs(at, "governance-duties"),
    }
    if not at.seat.whole:
        return render(request, "governance/duties/department.html", context | _department(at))
    found = queries.organisation(by=at.by, unit=at.company)
    context |= _company(request, at, found) | _deciding(request, at, found)
    return render(request, "governance/duties/overview.html", context)


def _company(request: HttpRequest, at: Here, found: Organisation) -> dict[str, Any]:
    most, asks_most = _most(found)
    direct = [one for one in at.seat.departments if one.parent_id == at.company.pk]
    lines = queries.departments(by=at.by, company=at.company, within=direct)
    parts = [
        {
            "code": part.code,
            "label": terms.ASPECTS[part.code],
            **drawing.grouped(request, at.company, part.rows),
            "counts": part.counts,
            "is_long": part.code == terms.PEOPLE,
        }
        for part in found.parts
    ]
    return {
        "title": _("Organisation check"),
        "parts": parts,
        "counts": found.counts,
        "documents": [counts.title(pack) for pack in found.asked.packs],
        "adopt_url": reverse("unit-posture", args=[at.company.code]),
        "departments": [_line(request, at, one, most) for one in lines],
        "lacking": sum(one.lacks for one in lines),
        "asks_most": asks_most,
        "most": most,
        "department_url": reverse("unit", args=[at.company.code]),
    }


def _most(found: Organisation) -> tuple[int, str]:
    """The greatest number of officers that a document wants in a department, and which document says so."""
    for line in found.asked.rows:
        for one in line.asks:
            most = one.params.model_dump().get("most") if one.test.name == "department.officers" else None
            if most:
                return int(most), counts.title(line.pack)
    return 0, ""


def _line(request: HttpRequest, at: Here, one: DepartmentLine, most: int) -> dict[str, Any]:
    number = len(one.officers)
    values = {"role": Role.DEPARTMENT_OFFICER.value, "department": str(one.unit.uid)}
    may = place.may(request, P.REGISTER_ENTRY_CREATE, at.company, one.unit)
    return {
        "name": one.unit.label,
        "url": links.unit(one.unit.code),
        "officers": [
            {"name": who.name, "url": reverse("governance-duties-person", args=[at.code, who.uid])}
            for who in one.officers
        ],
        "status": "unmet" if one.lacks else "partly" if most and number > most else "met",
        "number": number,
        "is_second": one.is_second,
        "is_many": bool(most) and number > most,
        "start_url": links.new_record(terms.APPOINTMENTS, unit=at.company, values=values) if may and one.lacks else "",
    }


def _deciding(request: HttpRequest, at: Here, found: Organisation) -> dict[str, Any]:
    """The attributes by which the unit is asked what it is asked, and those nobody has entered."""
    known = catalogue.attributes()
    may = place.may(request, P.ORG_UNIT_EDIT, at.company)

    def link(codes: Iterable[str]) -> list[dict[str, str]]:
        return [
            {"label": known[one].text, "url": reverse("unit-attribute", args=[at.company.code, one]) if may else ""}
            for one in codes
            if one in known and not known[one].derived
        ]

    return {"facts": _facts(found.asked.size, found.asked.attributes), "unknown": link(found.asked.unknown)}


def _facts(size: str, attributes: Mapping[str, Any]) -> list[str]:
    known = catalogue.attributes()
    found = [str(Size(size).label)] if size else []
    for code in _DECIDING:
        value = attributes.get(code)
        if code in known and value is not None:
            answer = _("yes") if value else _("no")
            found.append(_("%(what)s: %(answer)s") % {"what": known[code].text, "answer": answer})
    return found


def _department(at: Here) -> dict[str, Any]:
    lines = queries.departments(by=at.by, company=at.company, within=at.seat.departments)
    return {
        "title": _("Compliance in the department"),
        "departments": [
            {
                "name": one.unit.label,
                "number": len(one.officers),
                "status": "unmet" if one.lacks else "met",
                "is_second": one.is_second,
                "officers": [who.name for who in one.officers],
            }
            for one in lines
        ],
        "me_url": reverse("governance-duties-person", args=[at.code, at.me.uid]) if at.me else "",
    }
