"""What of checks can be taken away: the items of one as a workbook; and the coverage of all of them."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import Routes
from guiju.compliance.checks import queries as checks
from guiju.compliance.checks import workbooks
from guiju.compliance.checks.queries import Cell
from guiju.documents.reports import SHEET_TYPE
from guiju.lib import clock

routes = Routes("Checks")


class CheckCellOut(Schema):
    """One plan in one period: runs by state, items due and looked at, zero-risk reports."""

    period: str
    due: int
    running: int
    finished: int
    missed: int
    items: int
    looked: int
    percent: int | None = Field(description="Share of the items that were looked at; null before any were due.")
    zero: int
    signed: int


class CheckCoverageRowOut(Schema):
    """One plan through the year."""

    plan: UUID
    title: str
    periods: list[CheckCellOut]


class CheckCoverageQuery(Schema):
    """Which year, and how far down."""

    year: int | None = Field(None, ge=2000, le=2100, description="This year if left out.")
    below: bool = Field(True, description="true: with everything below.")


@routes.get(
    "/checks/{uuid:uid}/workbook", P.REGISTER_ENTRY_EXPORT, answer=None, media=SHEET_TYPE,
    summary=_l("Export the items of a check as a workbook"),
)  # fmt: skip
def check_workbook(request: HttpRequest, uid: UUID) -> HttpResponse:
    by, content = actor(request), BytesIO()
    run = checks.find(by, uid, P.REGISTER_ENTRY_EXPORT)
    workbooks.export(run=run, by=by, to=content)
    answer = HttpResponse(content.getvalue(), content_type=SHEET_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{workbooks.name(run)}.xlsx")
    return answer


@routes.get(
    "/units/{code}/checks/coverage", P.REGISTER_ENTRY_VIEW, answer=list[CheckCoverageRowOut],
    summary=_l("Show the coverage of checks through a year"),
)  # fmt: skip
def check_coverage(request: HttpRequest, code: str, query: Query[CheckCoverageQuery]) -> list[CheckCoverageRowOut]:
    by = actor(request)
    unit = check.keeper(by, P.REGISTER_ENTRY_VIEW, code)
    found = checks.coverage(by, unit, year=query.year or clock.today().year, below=query.below)
    return [
        CheckCoverageRowOut(
            plan=plan, title=found.names[plan],
            periods=[_cell(period, found.cells.get((plan, period), Cell())) for period in periods],
        )
        for plan, periods in found.periods.items()
    ]  # fmt: skip


def _cell(period: str, cell: Cell) -> CheckCellOut:
    return CheckCellOut(
        period=period, due=cell.due, running=cell.running, finished=cell.finished, missed=cell.missed, items=cell.items,
        looked=cell.looked, percent=cell.percent, zero=cell.zero, signed=cell.signed,
    )  # fmt: skip
