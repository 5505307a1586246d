"""Quarterly hearings: the quarters, a hearing's sheet, its minutes, its closing; work reports of people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check, scope
from guiju.access.permissions import Permission as P
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.resources.reports import BlockOut
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Version
from guiju.compliance.hearing import actions, figures, queries
from guiju.compliance.models import Hearing
from guiju.documents import reports
from guiju.documents.kinds import hearing as papers
from guiju.documents.kinds import work_report
from guiju.lib.errors import NotFound
from guiju.lib.period import Period
from guiju.org.models import Person

routes = Routes("Quarterly hearings")

VIEW, EDIT = P.REGISTER_ENTRY_VIEW, P.COMPLIANCE_HEARING_EDIT
Short = Annotated[str, StringConstraints(max_length=300)]
Long = Annotated[str, StringConstraints(max_length=4_000)]


class QuarterOut(Schema):
    """How a quarter stands."""

    period: str
    state: str = Field(
        description="held; open; missing: a document asks for it; none: ended without one; before: nothing was recorded then."
    )
    meeting: UUID | None
    prepared: bool


class StripOut(Schema):
    """The last eight quarters, the oldest first."""

    items: list[QuarterOut]
    missing: int
    #: None where no document that the unit answers to asks for a hearing each quarter.
    due_on: date | None


class FigureOut(Schema):
    """A figure of the sheet; null where it is not known."""

    section: str
    code: str
    label: str
    value: int | None
    first: int | None = Field(description="As it was when the sheet was first prepared.")


class HearingOut(Schema):
    """A hearing."""

    uid: UUID
    period: str
    state: str
    counted_at: datetime
    figures: list[FigureOut]
    minutes: dict[str, Any]
    meeting: UUID | None
    version: int


class DecisionIn(Body):
    """A matter, who does it, by when."""

    matter: Annotated[str, StringConstraints(max_length=200)] = ""
    owner: UUID | None = None
    due_on: date | None = None


class MinutesIn(Body):
    """What was written; what is left out stays."""

    held_on: date | None = None
    chair: UUID | None = None
    place: Short | None = None
    attendees: Short | None = None
    reporter: Short | None = None
    minutes_number: Short | None = None
    signer: Short | None = None
    remark_management: Long | None = None
    remark_risks: Long | None = None
    remark_rectification: Long | None = None
    next_work: Long | None = None
    decisions: list[DecisionIn] | None = Field(None, max_length=50)
    version: Version | None = None


class HearingCloseIn(MinutesIn):
    """What was written last, and whether the figures stay though the records have changed since they were counted."""

    keep_figures: bool = False


class WorkReportQuery(Schema):
    """Whose, and for when."""

    person: UUID
    period: str = Field(max_length=20, description="2026Q4, 2026-11, 2026H2 or 2026.")


class WorkReportOut(Schema):
    """The work report of one person."""

    title: str
    missing: list[str]
    blocks: list[BlockOut]


@routes.get("/units/{code}/hearings", VIEW, answer=StripOut, summary=_l("Show the last quarters and their hearings"))
def hearings(request: HttpRequest, code: str) -> StripOut:
    by = actor(request)
    found = queries.strip(by=by, unit=check.unit(by, VIEW, code))
    items = [
        QuarterOut(
            period=str(one.period),
            state=one.state,
            meeting=one.meeting.uid if one.meeting else None,
            prepared=one.hearing is not None,
        )
        for one in found.quarters
    ]
    return StripOut(items=items, missing=found.missing, due_on=found.due_on)


@routes.get("/units/{code}/hearings/{period}", VIEW, answer=HearingOut, summary=_l("Show a hearing"))
def hearing(request: HttpRequest, code: str, period: str) -> HttpResponse:
    return _tagged(_find(request, code, period))


@routes.post(
    "/units/{code}/hearings/{period}/prepare", EDIT, answer=HearingOut, takes="", summary=_l("Count the sheet")
)
def hearing_prepare(request: HttpRequest, code: str, period: str) -> HttpResponse:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    return _tagged(actions.prepare(unit=unit, period=Period.parse(period, where="period"), by=by))


@routes.post(
    "/units/{code}/hearings/{period}/minutes",
    EDIT,
    answer=HearingOut,
    takes=JSON,
    etag=True,
    summary=_l("Keep the minutes"),
)
def hearing_minutes(request: HttpRequest, code: str, period: str, body: MinutesIn) -> HttpResponse:
    found, version = _find(request, code, period), tags.seen(request, body.version)
    return _tagged(actions.edit(hearing=found, values=_values(body), version=version, by=actor(request)))


@routes.post(
    "/units/{code}/hearings/{period}/close",
    EDIT,
    answer=HearingOut,
    takes=JSON,
    etag=True,
    summary=_l("Close a hearing"),
)
def hearing_close(request: HttpRequest, code: str, period: str, body: HearingCloseIn) -> HttpResponse:
    by = actor(request)
    found, version = _find(request, code, period), tags.seen(request, body.version)
    with transaction.atomic():
        closed = actions.close(
            hearing=found, values=_values(body), version=version, by=by, keep_figures=body.keep_figures
        )
        papers.attach(closed, Period.parse(closed.period), by=by)
    return _tagged(closed)


@routes.get("/units/{code}/work-report", VIEW, answer=WorkReportOut, summary=_l("Make the work report of a person"))
def person_work_report(request: HttpRequest, code: str, query: Query[WorkReportQuery]) -> WorkReportOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    people = scope.people(by, P.ORG_PERSON_VIEW).filter(unit__root_id=unit.root_id or unit.pk)
    person: Person | None = people.select_related("department").filter(uid=query.person).first()
    if person is None:
        raise NotFound(_("There is no such person here."), where="person")
    period = reports.period_of(work_report.REPORT, query.period)
    shown = work_report.of_person(unit, period, person, by=by).as_dict()
    return WorkReportOut(
        title=shown["title"], missing=shown["missing"], blocks=[BlockOut(**one) for one in shown["blocks"]]
    )


def _find(request: HttpRequest, code: str, period: str) -> Hearing:
    by = actor(request)
    return queries.find(by=by, unit=check.unit(by, VIEW, code), period=Period.parse(period, where="period"))


def _values(body: MinutesIn) -> dict[str, Any]:
    given = body.model_dump(mode="json", exclude_unset=True, exclude={"version", "keep_figures"})
    return {code: value for code, value in given.items() if value is not None}


def _tagged(found: Hearing) -> HttpResponse:
    first = found.sheet.get("first") or {}
    shown = HearingOut(
        uid=found.uid,
        period=found.period,
        state=found.state,
        counted_at=found.counted_at,
        figures=[
            FigureOut(
                section=section, code=one.code, label=str(one.label), value=figures.value(found.sheet, section, one.code),
                first=figures.value(first, section, one.code),
            )
            for section, (_label, known) in figures.sections(found.sheet).items()
            for one in known
        ],
        minutes=found.minutes,
        meeting=found.meeting,
        version=found.version,
    )  # fmt: skip
    return tags.tagged(shown, version=found.version)
