"""Zero-risk reports of checks that were entered or imported."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _l
from ninja import Schema
from pydantic import Field

from guiju.access.permissions import Permission as P
from guiju.api import versions
from guiju.api.auth import actor
from guiju.api.routes import Routes
from guiju.compliance.checks import zero
from guiju.compliance.checks.zero import Zero
from guiju.registers import queries

routes = Routes("Checks")


class ZeroReportOut(Schema):
    """What the zero-risk report of a check says, or would say."""

    report: UUID | None = Field(description="The record in zero_risk_reports; null where none is made.")
    state: str = Field(description="awaiting or signed; empty where none is made.")
    statement: str
    lacks: list[str] = Field(description="What the record must say first.")
    doubts: list[str] = Field(description="What needs an explanation before somebody signs.")


@routes.get(
    "/checks/records/{uuid:uid}/zero-report", P.REGISTER_ENTRY_VIEW, answer=ZeroReportOut,
    summary=_l("Show the zero-risk report of a recorded check"),
)  # fmt: skip
def zero_report(request: HttpRequest, uid: UUID) -> ZeroReportOut:
    return _told(zero.of_record(queries.find(actor(request), uid, register=zero.CHECKS)))


@routes.post(
    "/checks/records/{uuid:uid}/zero-report", P.REGISTER_ENTRY_CREATE, answer=ZeroReportOut, status=201,
    summary=_l("Make the zero-risk report of a recorded check"),
)  # fmt: skip
def make_zero_report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Somebody else signs it: POST /registers/zero_risk_reports/entries/{uid}/move."""
    by = actor(request)
    record = queries.find(by, uid, register=zero.CHECKS)
    made = zero.make(record=record, by=by)
    return versions.tagged(_told(zero.of_record(record)), version=made.version, status=201)


def _told(found: Zero) -> ZeroReportOut:
    return ZeroReportOut(
        report=found.report.uid if found.report is not None else None,
        state=found.report.status if found.report is not None else "",
        statement=found.statement if zero.is_zero(found.record) else "",
        lacks=[fault.what for fault in found.faults],
        doubts=[one.words for one in found.doubts],
    )
