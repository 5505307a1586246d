"""Checks: what is due, its items, finishing, signing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import paging, versions
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, PersonRef, Reason, UnitRef, Version, person_ref, unit_ref
from guiju.compliance.checks import doubts, finishing, running, signing
from guiju.compliance.checks import queries as checks
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib.errors import NotFound
from guiju.org.models import Person

routes = Routes("Checks")

VIEW, EDIT, CREATE, SIGN = (
    P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT, P.REGISTER_ENTRY_CREATE, P.COMPLIANCE_CHECK_SIGN,
)  # fmt: skip
Result = Literal["", "none", "general", "major"]
Text = Annotated[str, StringConstraints(max_length=4_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


class CheckRunOut(Schema):
    """One carrying out of a check plan in one period."""

    uid: UUID
    plan: UUID
    unit: UnitRef
    department: UnitRef | None
    title: str
    period: str = Field(description="2026-11-20, 2026-W47, 2026-11, 2026Q4, 2026H2, 2026 or once.")
    starts_on: date
    due_on: date
    state: RunState
    checker: PersonRef | None
    begun_at: datetime | None
    finished_at: datetime | None
    due_count: int = Field(description="Items due; 0 before the check has begun.")
    done_count: int
    problem_count: int
    doubts: list[str] = Field(description="What needs an explanation before somebody signs.")
    check_entry: UUID | None = Field(serialization_alias="check", description="The record it became.")
    zero_report: UUID | None
    list_version: UUID | None
    note: str
    version: int


class CheckRunQuery(PageQuery):
    """Filters of the list of runs."""

    unit: str = Field(max_length=40, description="Code of a unit.")
    below: bool = Field(False, description="true: with everything below.")
    state: RunState | None = None
    due_from: date | None = None
    due_to: date | None = None


class CheckItemOut(Schema):
    """One item of a run."""

    place: int
    title: str
    detail: str
    subject: UUID | None = Field(description="The row of the list behind it.")
    subject_register: str
    result: Result = Field(description="Empty: nobody has looked at it.")
    way: str
    population: int | None
    sampled: int | None
    sample: str
    note: str
    problem: str
    taken: str
    owner: PersonRef | None
    fix_due_on: date | None
    cause_kind: str
    rectification: UUID | None
    looked_at: datetime | None
    looked_by: str
    version: int


class CheckItemIn(Body):
    """What was found; fields left out stay as they are."""

    version: Version | None = None
    result: Result | None = None
    way: Annotated[str, StringConstraints(max_length=12)] | None = None
    population: Count | None = None
    sampled: Count | None = None
    sample: Text | None = None
    note: Text | None = None
    problem: Text | None = None
    taken: Text | None = None
    owner: UUID | None = None
    fix_due_on: date | None = None
    cause_kind: Annotated[str, StringConstraints(max_length=20)] | None = None


class CheckBeginIn(Body):
    """Who checks; without it the person named in the plan, or whoever calls."""

    checker: UUID | None = None


class CheckFinishIn(Body):
    """The last word."""

    version: Version | None = None
    note: Text = ""


class CheckSignIn(Body):
    """Why it is signed although something needs an explanation."""

    version: Version | None = None
    explanation: Text = ""


class CheckBackIn(Body):
    """Why it is to be checked again."""

    version: Version | None = None
    reason: Reason


@routes.get("/checks", VIEW, answer=Page[CheckRunOut], summary=_l("List checks"))
def checks_list(request: HttpRequest, query: Query[CheckRunQuery]) -> object:
    by = actor(request)
    rows = checks.visible(by, check.keeper(by, VIEW, query.unit), below=query.below)
    if query.state is not None:
        rows = rows.filter(state=query.state.value)
    if query.due_from is not None:
        rows = rows.filter(due_on__gte=query.due_from)
    if query.due_to is not None:
        rows = rows.filter(due_on__lte=query.due_to)
    if query.q:
        rows = rows.filter(title__icontains=query.q)
    sorts = {"due_on": "due_on", "starts_on": "starts_on", "recorded_at": "recorded_at"}
    return paging.page(rows, request=request, query=query, sorts=sorts, default="due_on", show=_shown)


@routes.get("/checks/{uuid:uid}", VIEW, answer=CheckRunOut, summary=_l("Show a check"))
def check_run(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _tagged(checks.find(actor(request), uid))


@routes.get("/checks/{uuid:uid}/items", VIEW, answer=list[CheckItemOut], summary=_l("List the items of a check"))
def check_items(request: HttpRequest, uid: UUID) -> list[CheckItemOut]:
    """In their order; at most two thousand."""
    return [_item(row) for row in finishing.items_of(checks.find(actor(request), uid))]


@routes.post("/checks/{uuid:uid}/begin", EDIT, answer=CheckRunOut, takes=JSON, summary=_l("Begin a check"))
def begin_check(request: HttpRequest, uid: UUID, body: CheckBeginIn) -> HttpResponse:
    by = actor(request)
    checker = _person(body.checker, by=by) if body.checker else None
    return _tagged(running.begin(run=checks.find(by, uid), by=by, checker=checker))


@routes.patch(
    "/checks/{uuid:uid}/items/{int:number}", EDIT, answer=CheckItemOut, takes=JSON, etag=True,
    summary=_l("Record an item of a check"),
)  # fmt: skip
def record_check_item(request: HttpRequest, uid: UUID, number: int, body: CheckItemIn) -> HttpResponse:
    by = actor(request)
    item = running.item_of(checks.find(by, uid), min(number, 100_000))
    given = body.model_dump(exclude_unset=True, exclude={"version"})
    if given.get("owner") is not None:
        given["owner"] = _person(given["owner"], by=by)
    saved = running.record(item=item, values=given, version=versions.seen(request, body.version), by=by)
    return versions.tagged(_item(saved), version=saved.version)


@routes.post("/checks/{uuid:uid}/finish", CREATE, answer=CheckRunOut, takes=JSON, summary=_l("Finish a check"))
def finish_check(request: HttpRequest, uid: UUID, body: CheckFinishIn) -> HttpResponse:
    by = actor(request)
    return _tagged(finishing.finish(run=checks.find(by, uid), by=by, note=body.note, version=body.version))


@routes.post("/checks/{uuid:uid}/sign", SIGN, answer=CheckRunOut, takes=JSON, summary=_l("Sign a check"))
def sign_check(request: HttpRequest, uid: UUID, body: CheckSignIn) -> HttpResponse:
    by = actor(request)
    found = checks.find(by, uid, SIGN)
    return _tagged(signing.sign(run=found, by=by, explanation=body.explanation, version=body.version))


@routes.post("/checks/{uuid:uid}/back", SIGN, answer=CheckRunOut, takes=JSON, summary=_l("Send a check back"))
def send_check_back(request: HttpRequest, uid: UUID, body: CheckBackIn) -> HttpResponse:
    by = actor(request)
    found = checks.find(by, uid, SIGN)
    return _tagged(signing.send_back(run=found, by=by, reason=body.reason, version=body.version))


def _person(uid: UUID, *, by: Actor) -> Person:
    found = scope.people(by, P.ORG_PERSON_VIEW).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such person here."))
    return found


def _tagged(run: CheckRun) -> HttpResponse:
    return versions.tagged(_shown([run])[0], version=run.version)


def _shown(found: Sequence[CheckRun]) -> list[CheckRunOut]:
    figures = checks.progress(run.pk for run in found)
    return [_run(run, figures.get(run.pk, checks.Progress())) for run in found]


def _run(run: CheckRun, done: checks.Progress) -> CheckRunOut:
    return CheckRunOut(
        uid=run.uid,
        plan=run.plan,
        unit=unit_ref(run.unit),
        department=unit_ref(run.department) if run.department else None,
        title=run.title,
        period=run.period,
        starts_on=run.starts_on,
        due_on=run.due_on,
        state=RunState(run.state),
        checker=person_ref(run.checker) if run.checker else None,
        begun_at=run.begun_at,
        finished_at=run.finished_at,
        due_count=done.due,
        done_count=done.done,
        problem_count=done.problems,
        doubts=[doubt.words for doubt in doubts.read(run.doubts)],
        check_entry=run.check_entry,
        zero_report=run.zero_report,
        list_version=run.list_version,
        note=run.note,
        version=run.version,
    )


def _item(row: CheckItem) -> CheckItemOut:
    return CheckItemOut(
        place=row.place,
        title=row.title,
        detail=row.detail,
        subject=row.subject,
        subject_register=row.subject_register,
        result=cast("Result", row.result),
        way=row.way,
        population=row.population,
        sampled=row.sampled,
        sample=row.sample,
        note=row.note,
        problem=row.problem,
        taken=row.taken,
        owner=person_ref(row.owner) if row.owner else None,
        fix_due_on=row.fix_due_on,
        cause_kind=row.cause_kind,
        rectification=row.rectification,
        looked_at=row.looked_at,
        looked_by=row.looked_by,
        version=row.version,
    )
