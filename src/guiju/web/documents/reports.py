"""Reports of a unit: which there are, how one reads for a period, and the file to take away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.documents import reports
from guiju.documents.preview import preview
from guiju.documents.reports import Report
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.registers import spec as specs
from guiju.web import links, place
from guiju.web.units import page as units

P = Permission


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """The reports that this person may have made for this unit, each with its latest periods."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    found = [report for report in reports.all_reports() if place.may(request, report.permission, unit)]
    context = {
        "title": _("Reports"),
        "state": unit.name,
        "trail": [*units.above(request, unit)[1:], {"label": unit.label, "url": links.unit(unit.code)}],
        "unit": unit,
        "reports": [{"report": report, "periods": list(_periods(unit, report, each=3))} for report in found],
    }
    return render(request, "documents/reports.html", context)


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def show(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The paper as it prints, and beside it what is missing."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    report = reports.get(kind)
    if not request.GET.get("period"):
        return redirect(address(unit, report, reports.usual(report)))
    period = reports.period_of(report, request.GET["period"])
    paper = reports.build(kind, unit=unit, period=period, by=place.by(request))
    above = [*units.above(request, unit)[1:], {"label": unit.label, "url": links.unit(unit.code)}]
    context = {
        "title": report.label,
        "trail": [*above, {"label": _("Reports"), "url": reverse("unit-reports", args=[unit.code])}],
        "unit": unit,
        "report": report,
        "period": period,
        "period_word": period_word(period),
        "periods": _choices(report, period),
        "paper": preview(paper),
        "file_url": _with(reverse("unit-report-file", args=[unit.code, kind]), period)
        if place.may(request, reports.EXPORT, unit)
        else "",
        "sheet_url": _with(reverse("unit-report-sheet", args=[unit.code, kind]), period)
        if report.workbook is not None and place.may(request, reports.EXPORT, unit)
        else "",
        "sources": _sources(request, unit, report),
        "deliver_url": _deliver(request, unit, report, title=paper.title, period=period),
    }
    return render(request, "documents/report.html", context)


@needs(P.REGISTER_ENTRY_EXPORT)
@require_GET
def file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The paper as a Word file; the trail tells that it was taken."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_EXPORT)
    report = reports.get(kind)
    period = request.GET.get("period") or reports.usual(report)
    made = reports.export(kind, unit=unit, period=period, by=place.by(request))
    return reports.response(made)


@needs(P.REGISTER_ENTRY_EXPORT)
@require_GET
def sheet(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """A ledger as a workbook; the trail tells that it was taken."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_EXPORT)
    period = request.GET.get("period") or reports.usual(reports.get(kind))
    made = reports.export_workbook(kind, unit=unit, period=period, by=place.by(request))
    return reports.response(made)


def address(unit: Unit, report: Report, period: Period) -> str:
    """Where the paper of a period is shown."""
    return _with(reverse("unit-report", args=[unit.code, report.code]), period)


def period_word(period: Period) -> str:
    """A period as the reader's language writes it."""
    return period.chinese if _is_chinese() else str(period)


def _is_chinese() -> bool:
    from django.utils.translation import get_language

    return (get_language() or "").startswith("zh")


def _with(path: str, period: Period) -> str:
    return f"{path}?period={period}"


def _periods(unit: Unit, report: Report, *, each: int) -> Any:
    """The latest periods of the usual length."""
    one = reports.usual(report)
    for _time in range(each):
        yield {"label": period_word(one), "url": address(unit, report, one)}
        one = one.previous


def _choices(report: Report, chosen: Period) -> list[dict[str, Any]]:
    """The periods to choose from, by length; the one chosen is always among them."""
    known = reports.recent(report)
    if chosen not in known:
        known.append(chosen)
    return [
        {
            "label": reports.PERIOD_WORDS[kind],
            "options": [
                {"value": str(one), "label": period_word(one), "chosen": one == chosen}
                for one in known
                if one.kind == kind
            ],
        }
        for kind in report.periods
    ]


def _deliver(request: HttpRequest, unit: Unit, report: Report, *, title: str, period: Period) -> str:
    """The form that says to whom and when the paper was handed: only that proves that there was a report."""
    if not report.delivered_as or not place.may(request, P.REGISTER_ENTRY_CREATE, unit):
        return ""
    values = {"name": title, "kind": report.delivered_as, "period": str(period), "form": "written"}
    return links.new_record("report_deliveries", unit=unit, values=values)


def _sources(request: HttpRequest, unit: Unit, report: Report) -> list[dict[str, str]]:
    """The registers whose records the paper is made of: there what is missing is entered."""
    if not place.may(request, P.REGISTER_ENTRY_VIEW, unit):
        return []
    return [
        {"label": specs.get(code).title(), "url": links.register(code, unit=unit.code)} for code in report.registers
    ]
