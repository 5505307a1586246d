"""Reports of a unit: which there are, one as data or as a Word file."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import Routes
from guiju.api.schemas import UnitRef, unit_ref
from guiju.documents import reports

routes = Routes("Reports")


class ReportKindOut(Schema):
    """A kind of report."""

    code: str
    label: str
    help: str
    periods: list[str] = Field(description="Lengths it is made for, the usual one first: year, half, quarter, month.")
    workbook: bool = Field(description="Whether it is a ledger that also comes as a workbook.")
    latest: str = Field(description="The period now running, such as 2026Q4.")


class BlockOut(Schema):
    """A line or a table of the paper, as it prints."""

    kind: str = Field(
        description="title, doc_number, to, heading, para, fact, table, missing, signature, attachment, sign, note, annex or "
        "annex_title."
    )
    text: str = ""
    lead: str = Field("", description="The number of a heading, the label of a fact.")
    level: int = Field(0, description="Of a heading, from 1.")
    caption: str = ""
    columns: list[str] = []
    rows: list[list[str]] = []


class PaperOut(Schema):
    """A report on a unit and a period."""

    report: str
    unit: UnitRef
    period: str
    title: str
    missing: list[str] = Field(description="What nobody has recorded; it prints as missing.")
    blocks: list[BlockOut]


class PaperQuery(Schema):
    """For when, and in which form."""

    period: str = Field(
        "", max_length=20, description="2025, 2025H1, 2025Q1 or 2025-03; the one now running if left out."
    )
    format: Literal["json", "docx", "xlsx"] = Field(
        "json", description="docx asks for register:entry:export as well; ledgers also come as xlsx."
    )


@routes.get(
    "/units/{code}/reports", P.REGISTER_ENTRY_VIEW, answer=list[ReportKindOut],
    summary=_l("List the reports of a unit"),
)  # fmt: skip
def list_reports(request: HttpRequest, code: str) -> list[ReportKindOut]:
    by = actor(request)
    unit = check.unit(by, P.REGISTER_ENTRY_VIEW, code)
    return [
        ReportKindOut(
            code=report.code,
            label=str(report.label),
            help=str(report.help),
            periods=list(report.periods),
            workbook=report.workbook is not None,
            latest=str(reports.usual(report)),
        )
        for report in reports.all_reports()
        if check.can(by, report.permission, unit)
    ]


@routes.get(
    "/units/{code}/reports/{kind}", P.REGISTER_ENTRY_VIEW, answer=PaperOut, media=reports.MEDIA_TYPE, sparse=True,
    summary=_l("Make a report, as data or as a Word file"),
)  # fmt: skip
def make_report(request: HttpRequest, code: str, kind: str, query: Query[PaperQuery]) -> dict[str, Any] | HttpResponse:
    """The Word file is an export, which the trail records with its digest."""
    by = actor(request)
    unit = check.unit(by, P.REGISTER_ENTRY_VIEW, code)
    report = reports.get(kind)
    period = reports.period_of(report, query.period) if query.period else reports.usual(report)
    if query.format == "xlsx":
        return reports.response(reports.export_workbook(kind, unit=unit, period=period, by=by))
    if query.format == "docx":
        return reports.response(reports.export(kind, unit=unit, period=period, by=by))
    paper = reports.build(kind, unit=unit, period=period, by=by)
    return {"report": kind, "unit": unit_ref(unit), "period": str(period), **paper.as_dict()}
