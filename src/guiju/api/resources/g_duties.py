"""The organisation check, duties by office, one person's work, coverage of appraisals, the third line.

Appointments, bodies, duty logs, objectives, appraisals, audits and inspections are records of registers and are read and
changed like any others; here stands what is worked out from them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Version
from guiju.governance.duties import actions, queries
from guiju.governance.duties.queries import Ask
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.lib.period import Kind, Period
from guiju.org.models import Unit

routes = Routes("Duties and organisation")

VIEW, EDIT = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT
Finding = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AskedByOut(Schema):
    """A requirement that asks it."""

    urn: str
    code: str
    source: str
    status: str


class AskedOut(Schema):
    """One thing that is asked, by however many documents."""

    plain: str
    status: str
    figures: list[str]
    asked_by: list[AskedByOut]
    proofs: list[UUID] = Field(description="The newest records that count for it.")
    fill: list[str] = Field(description="Registers in which what is missing is entered.")


class CheckPartOut(Schema):
    """A part of the organisation check."""

    part: str
    asks: list[AskedOut]


class DepartmentOfficersOut(Schema):
    """A department and its compliance officers."""

    unit: str
    name: str
    officers: list[UUID]
    second_line: bool = Field(description="The compliance department itself: it needs no officer of its own.")


class OrganisationCheckOut(Schema):
    """What the documents ask of a unit's organisation, by its attributes."""

    size: str
    unknown: list[str] = Field(description="Attributes nobody has entered and on which something depends.")
    parts: list[CheckPartOut]
    departments: list[DepartmentOfficersOut]


class OfficeDutiesOut(Schema):
    """An office or body with its duties."""

    office: str
    people: list[UUID]
    bodies: list[UUID]
    duties: list[AskedOut]
    open_tasks: int
    late_tasks: int


class OfficesOut(Schema):
    """All offices and bodies that have duties or are filled."""

    items: list[OfficeDutiesOut]


class DoneOut(Schema):
    """So many records of one register name the person."""

    register_code: str
    count: int
    latest_on: date | None


class PersonWorkOut(Schema):
    """One person's offices and work in a year."""

    person: UUID
    offices: list[str]
    open_tasks: int
    tasks_done: int
    tasks_late: int
    done: list[DoneOut]
    meetings_attended: int
    months_missing: list[str] = Field(
        description="Months of the periods in which a document adopted asks for an entry in the duty log and none is there."
    )


class AppraisedOut(Schema):
    """Who of a group was appraised in the year."""

    group: str
    whole: int
    done: int
    programme: bool | None


class YearResultsOut(Schema):
    """Objectives, appraisals and decisions of one year."""

    objectives: int
    objectives_due: int
    coverage: list[AppraisedOut]
    unpublished: list[UUID]
    published: int


class ThirdLineOut(Schema):
    """An audit, review or inspection and what became of its findings."""

    uid: UUID
    register_code: str
    title: str
    on: date | None
    findings: int
    settled: int
    settled_as_reported: int = Field(
        description="Of the settled those entered as a number, with no rectification behind."
    )
    untaken: int
    rectifications: list[UUID]
    version: int


class ThirdLinesOut(Schema):
    """The third line of a year, the latest first."""

    items: list[ThirdLineOut]


class FindingIn(Body):
    """A finding that becomes a rectification."""

    problem: Finding
    owner: UUID
    due_on: date
    department: UUID | None = None
    measures: Annotated[str, StringConstraints(max_length=4_000)] = ""
    version: Version


class DutiesYearQuery(Schema):
    """Which year; this one where none is given."""

    year: int | None = Field(None, ge=2000, le=2100)


def _year(query: DutiesYearQuery) -> int:
    return query.year or clock.today().year


def _asked(ask: Ask) -> AskedOut:
    line = ask.first
    return AskedOut(
        plain=line.requirement.plain,
        status=ask.status.value,
        figures=list(ask.figure),
        asked_by=[
            AskedByOut(urn=one.pack.urn, code=one.code, source=one.requirement.source, status=one.status.value)
            for one in ask.lines
        ],
        proofs=[UUID(one.uid) for one in ask.proofs],
        fill=list(dict.fromkeys(gap.register for gap in line.gaps if gap.register)),
    )


@routes.get(
    "/units/{code}/organisation-check",
    VIEW,
    answer=OrganisationCheckOut,
    summary=_l("Check the organisation of a unit"),
)
def organisation_check(request: HttpRequest, code: str) -> OrganisationCheckOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    found = queries.organisation(by=by, unit=unit)
    lines = queries.departments(by=by, company=unit)
    return OrganisationCheckOut(
        size=found.asked.size,
        unknown=list(found.asked.unknown),
        parts=[CheckPartOut(part=part.code, asks=[_asked(one) for one in part.rows]) for part in found.parts],
        departments=[
            DepartmentOfficersOut(
                unit=one.unit.code,
                name=one.unit.name,
                officers=[who.uid for who in one.officers],
                second_line=one.is_second,
            )
            for one in lines
        ],
    )


@routes.get("/units/{code}/duties", VIEW, answer=OfficesOut, summary=_l("Show the duties of every office and body"))
def duties(request: HttpRequest, code: str) -> OfficesOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    return OfficesOut(
        items=[
            OfficeDutiesOut(
                office=one.code,
                people=list(dict.fromkeys(row.person.uid for row in one.appointments if row.person is not None)),
                bodies=[body.uid for body, _chair in one.bodies],
                duties=[_asked(ask) for ask in one.asks],
                open_tasks=one.waiting,
                late_tasks=one.late,
            )
            for one in queries.holdings(by=by, unit=unit)
        ]
    )


@routes.get(
    "/units/{code}/duties/people/{uid}", VIEW, answer=PersonWorkOut, summary=_l("Show one person's work of a year")
)
def person_work(request: HttpRequest, code: str, uid: UUID, query: Query[DutiesYearQuery]) -> PersonWorkOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    person = queries.find(by=by, unit=unit, uid=uid)
    found = queries.work(by=by, unit=unit, person=person, period=Period(_year(query), Kind.YEAR))
    return PersonWorkOut(
        person=person.uid,
        offices=[row.kind for row in found.offices],
        open_tasks=len(found.tasks),
        tasks_done=found.tasks_done,
        tasks_late=found.tasks_late,
        done=[DoneOut(register_code=one.register, count=one.count, latest_on=one.latest_on) for one in found.done],
        meetings_attended=found.attended,
        months_missing=[str(one.period) for one in found.months if one.is_missing],
    )


@routes.get(
    "/units/{code}/duties/results", VIEW, answer=YearResultsOut, summary=_l("Show objectives and appraisals of a year")
)
def year_results(request: HttpRequest, code: str, query: Query[DutiesYearQuery]) -> YearResultsOut:
    by = actor(request)
    found = queries.results(by=by, unit=check.unit(by, VIEW, code), year=_year(query))
    return YearResultsOut(
        objectives=len(found.objectives),
        objectives_due=sum(one.is_due for one in found.objectives),
        coverage=[
            AppraisedOut(group=one.group, whole=one.whole, done=one.done, programme=one.programme)
            for one in found.coverage
        ],
        unpublished=[one.entry.uid for one in found.unpublished],
        published=found.published,
    )


def _round(one: queries.Round) -> ThirdLineOut:
    row = one.entry
    return ThirdLineOut(
        uid=row.uid,
        register_code=row.register,
        title=row.title,
        on=row.on,
        findings=one.findings,
        settled=one.settled,
        settled_as_reported=one.reported,
        untaken=one.untaken,
        rectifications=[rectification.uid for rectification in one.rectifications],
        version=row.version,
    )


@routes.get("/units/{code}/third-line", VIEW, answer=ThirdLinesOut, summary=_l("Show audits, reviews and inspections"))
def third_line(request: HttpRequest, code: str, query: Query[DutiesYearQuery]) -> ThirdLinesOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    return ThirdLinesOut(items=[_round(one) for one in queries.rounds(by=by, unit=unit, year=query.year)])


@routes.post(
    "/units/{code}/third-line/{uid}/findings", EDIT, answer=ThirdLineOut, status=201, takes=JSON,
    summary=_l("Make a rectification of a finding"),
)  # fmt: skip
def third_line_finding(request: HttpRequest, code: str, uid: UUID, body: FindingIn) -> ThirdLineOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    _belongs(queries.one(by=by, uid=uid), unit)
    values = body.model_dump(mode="json", exclude={"version"}, exclude_none=True)
    actions.rectify(uid=uid, values=values, version=body.version, by=by)
    return _round(queries.one(by=by, uid=uid))


def _belongs(found: queries.Round, unit: Unit) -> None:
    if unit.pk not in {found.entry.unit_id, found.entry.unit.parent_id}:
        raise NotFound(_("There is no such record here."), fix=_("Open it from the list."))
