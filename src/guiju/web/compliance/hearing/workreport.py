"""Work reports: choose person and period, read it, take it away, enter that it was handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from guiju.access import scope
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.documents import reports
from guiju.documents.kinds import work_report
from guiju.documents.preview import preview
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.lib.period import Period
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers.directory import as_uid
from guiju.web import links, place
from guiju.web.compliance.hearing.strip import views
from guiju.web.documents.reports import period_word
from guiju.workflow.owners import Offices

_OFFICES = (Role.COMPLIANCE_HEAD, Role.GENERAL_COUNSEL, Role.COMPLIANCE_STAFF, Role.DEPARTMENT_OFFICER)


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def mine(request: HttpRequest, code: str) -> HttpResponse:
    """Whose report, of which period; a choice that was made leads there."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    people = _people(unit)
    me = Person.objects.filter(user=request.user.pk).first()
    chosen = request.GET.get("person") or (str(me.uid) if me else "")
    if request.GET.get("period") and as_uid(request.GET.get("person", "")):
        span = reports.period_of(work_report.REPORT, request.GET["period"])
        return redirect(reverse("compliance-work-report", args=[unit.code, as_uid(chosen), str(span)]))
    context = {
        "title": _("My work report") if me else _("Work reports"),
        "unit": unit,
        "views": views(unit, "compliance-work-reports"),
        "people": _with_me(people, me),
        "chosen": chosen,
        "periods": _periods(),
    }
    return render(request, "compliance/hearing/workreports.html", context)


def _people(unit: Unit) -> list[dict[str, str]]:
    """Who holds an office of compliance in the unit today."""
    offices = Offices([unit.pk], on=clock.today())
    found: dict[int, str] = {}
    for role in _OFFICES:
        for holder in offices.people(unit.pk, role):
            found.setdefault(holder.person_id, str(role.label))
    rows = Person.objects.in_bulk(list(found))
    return [
        {"uid": str(rows[pk].uid), "name": rows[pk].name, "office": office}
        for pk, office in found.items()
        if pk in rows
    ]


def _with_me(people: list[dict[str, str]], me: Person | None) -> list[dict[str, str]]:
    if me is None or any(row["uid"] == str(me.uid) for row in people):
        return people
    return [{"uid": str(me.uid), "name": me.name, "office": ""}, *people]


def _periods() -> list[dict[str, str]]:
    known = reports.recent(work_report.REPORT, each=4)
    return [{"value": str(one), "label": period_word(one)} for one in known]


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def show(request: HttpRequest, code: str, uid: UUID, period: str) -> HttpResponse:
    """The report as it prints."""
    unit, who, span = _asked(request, code, uid, period)
    paper = work_report.of_person(unit, span, who, by=place.by(request))
    args = [unit.code, str(who.uid), str(span)]
    context = {
        "title": paper.title,
        "trail": [{"label": _("Work reports"), "url": reverse("compliance-work-reports", args=[unit.code])}],
        "unit": unit,
        "paper": preview(paper),
        "file_url": reverse("compliance-work-report-file", args=args)
        if place.may(request, reports.EXPORT, unit)
        else "",
        "deliver_url": _deliver(request, unit, who, span, paper.title),
    }
    return render(request, "compliance/hearing/workreport.html", context)


def _asked(request: HttpRequest, code: str, uid: UUID, period: str) -> tuple[Unit, Person, Period]:
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    by = place.by(request)
    who = scope.people(by, P.ORG_PERSON_VIEW).select_related("unit", "department").filter(uid=uid).first()
    if who is None or (who.unit.root_id or who.unit_id) != (unit.root_id or unit.pk):
        raise NotFound(_("There is no such person here."))
    return unit, who, reports.period_of(work_report.REPORT, period)


def _deliver(request: HttpRequest, unit: Unit, who: Person, span: Period, title: str) -> str:
    """The form that enters that it was handed over, with everything known filled in."""
    if not place.may(request, P.REGISTER_ENTRY_CREATE, unit):
        return ""
    offices = Offices([unit.pk], on=clock.today())
    held = offices.roles_of(unit.pk, who.pk)
    upward = Role.FIRST_RESPONSIBLE if Role.COMPLIANCE_HEAD in held else Role.COMPLIANCE_HEAD
    receiver = next(iter(offices.people(unit.pk, upward)), None)
    values: dict[str, Any] = {
        "name": title,
        "kind": "duty",
        "period": str(span),
        "form": "written",
        "reporter": str(who.uid),
        "receiver": str(Person.objects.get(pk=receiver.person_id).uid) if receiver else "",
        "delivered_on": clock.today().isoformat(),
    }
    return links.new_record("report_deliveries", unit=unit, values=values)


@needs(P.REGISTER_ENTRY_EXPORT)
@require_GET
def file(request: HttpRequest, code: str, uid: UUID, period: str) -> HttpResponse:
    """The report as a Word file; the trail tells that it was taken."""
    unit, who, span = _asked(request, code, uid, period)
    made = reports.export_paper(
        work_report.of_person(unit, span, who, by=place.by(request)),
        code=f"{work_report.REPORT.code}/{who.uid}",
        unit=unit,
        period=span,
        by=place.by(request),
    )
    return reports.response(made)
