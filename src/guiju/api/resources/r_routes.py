"""Review routes: the decision table of a unit, trying it out, its versions; and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.resources import r_shapes as shapes
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, PersonRef, Reason, UnitRef, Version, person_ref, unit_ref
from guiju.lib import clock, money
from guiju.lib.errors import NotFound, Problem
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.tree import ancestors
from guiju.review import routing
from guiju.workflow.routes import deciding, rules, standing
from guiju.workflow.routes.enums import RouteState
from guiju.workflow.routes.models import Delegation, Route

routes = Routes("Review routes")

VIEW, EDIT = P.REVIEW_MATTER_VIEW, P.WORKFLOW_ROUTE_EDIT
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class RouteVersionOut(Schema):
    """One version of a unit's route."""

    uid: UUID
    unit: UnitRef
    number: int
    state: RouteState
    rows: list[dict[str, Any]]
    note: str
    in_force_at: datetime | None
    by: str
    version: int


class RouteOut(Schema):
    """The route that holds for a unit."""

    unit: UnitRef
    source: RouteVersionOut | None = Field(description="null where the table that is shipped holds.")
    rows: list[dict[str, Any]] = Field(description="The table that holds: the first row that fits names the steps.")
    draft: RouteVersionOut | None


class RouteDraftIn(Body):
    """A table to be tried and published."""

    rows: list[dict[str, Any]] = Field(max_length=rules.MOST_ROWS)
    note: Reason = ""
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(0, description="Of the draft that was seen; 0 for none.")


class RouteStepIn(Body):
    """The version that was seen."""

    version: Version | None = None
    reason: Reason = ""


class RouteTrialQuery(Schema):
    """A matter as it might come."""

    kind: str = Field(max_length=24)
    amount: str = Field("", max_length=24)
    overseas: bool = False
    major: bool = False
    level: str = Field("", max_length=40)
    department: str = Field("", max_length=40)
    draft: bool = Field(False, description="By the draft instead of what holds.")


class TrialStepOut(Schema):
    """A step and who would take it today."""

    code: str
    name: str
    part: str
    days: int
    veto: bool
    people: list[str] = Field(description="Empty where the chair is vacant.")


class RouteTrialOut(Schema):
    """Who would review it."""

    row: str = Field(description="The row that fits; empty where none does.")
    steps: list[TrialStepOut]
    assumed: str = Field(description="What the answer takes for granted where no department is named.")


class DelegationIn(Body):
    """Somebody stands in for somebody else."""

    unit: Code
    giver: Name = Field(description="uid, staff number or name of the one who is stood in for.")
    taker: Name
    starts_on: date
    ends_on: date
    reason: Reason = ""


class DelegationOut(Schema):
    """Somebody stands in for somebody else."""

    uid: UUID
    giver: PersonRef
    taker: PersonRef
    starts_on: date
    ends_on: date
    reason: str
    ended_at: datetime | None


# --- routes ---------------------------------------------------------------------------------------------------------


@routes.get("/units/{code}/review-route", VIEW, answer=RouteOut, summary=_l("Show the review route of a unit"))
def review_route(request: HttpRequest, code: str) -> RouteOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    source, table = routing.table(unit)
    draft = deciding.draft_of(unit, routing.PURPOSE) if check.can(by, EDIT, unit) else None
    return RouteOut(
        unit=unit_ref(unit), source=_version(source, by) if source else None, rows=rules.write(table),
        draft=_version(draft, by) if draft else None,
    )  # fmt: skip


@routes.get(
    "/units/{code}/review-route/versions", EDIT, answer=list[RouteVersionOut],
    summary=_l("List the versions of a unit's own route"),
)  # fmt: skip
def route_versions(request: HttpRequest, code: str) -> list[RouteVersionOut]:
    by = actor(request)
    return [_version(row, by) for row in deciding.versions(check.unit(by, EDIT, code), routing.PURPOSE)]


@routes.get(
    "/units/{code}/review-route/trial", VIEW, answer=RouteTrialOut, summary=_l("Say who would review such a matter")
)
def try_route(request: HttpRequest, code: str, query: Query[RouteTrialQuery]) -> RouteTrialOut:
    """“Who would review a contract of six million abroad?”"""
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    facts = rules.Facts(
        kind=query.kind, units=[one.code for one in ancestors(unit, itself=True)], amount=_amount(query.amount),
        overseas=query.overseas, major=query.major, level=query.level,
    )  # fmt: skip
    department = _department(unit, query.department)
    row, tried = deciding.try_out(_table(by, unit, query.draft), facts, unit=unit, department=department)
    steps = [
        TrialStepOut(
            code=one.step.code, name=one.step.name, part=one.step.part, days=one.step.days, veto=one.step.veto,
            people=[sitter.person.name for sitter in one.sitters],
        )
        for one in tried
    ]  # fmt: skip
    told = routing.assumed(row, unit, department) if row else ""
    return RouteTrialOut(row=row.name if row else "", steps=steps, assumed=told)


@routes.put(
    "/units/{code}/review-route/draft", EDIT, answer=RouteVersionOut, takes=JSON, summary=_l("Write a draft of a route")
)
def draft_route(request: HttpRequest, code: str, body: RouteDraftIn) -> HttpResponse:
    by = actor(request)
    row = routing.save(unit=check.unit(by, EDIT, code), rows=body.rows, note=body.note, version=body.version, by=by)
    return tags.tagged(_version(row, by), version=row.version)


@routes.post(
    "/units/{code}/review-route/publish", EDIT, answer=RouteVersionOut, takes=JSON, etag=True,
    summary=_l("Put the draft of a route in force"),
)  # fmt: skip
def publish_route(request: HttpRequest, code: str, body: RouteStepIn) -> HttpResponse:
    """What is under way keeps the route with which it began."""
    by = actor(request)
    seen = tags.seen(request, body.version)
    row = routing.publish(unit=check.unit(by, EDIT, code), version=seen, by=by)
    return tags.tagged(_version(row, by), version=row.version)


@routes.post(
    "/units/{code}/review-route/drop", EDIT, answer=RouteOut, takes=JSON, etag=True,
    summary=_l("Give up the draft, or the unit's own route"),
)  # fmt: skip
def drop_route(request: HttpRequest, code: str, body: RouteStepIn) -> RouteOut:
    by = actor(request)
    seen = tags.seen(request, body.version)
    deciding.drop(unit=check.unit(by, EDIT, code), purpose=routing.PURPOSE, version=seen, reason=body.reason, by=by)
    return review_route(request, code)


# --- standing in ----------------------------------------------------------------------------------------------------


@routes.get("/delegations", EDIT, answer=list[DelegationOut], summary=_l("List who stands in for whom"))
def delegations(request: HttpRequest) -> list[DelegationOut]:
    """Of today and later, in the units whose routes the account edits."""
    from guiju.access import scope

    units = scope.units(actor(request), EDIT).values("pk")
    rows = Delegation.objects.filter(
        Q(giver__unit__in=units), ended_at__isnull=True, ends_on__gte=clock.today()
    ).select_related("giver", "taker")
    return [_delegation(row) for row in rows.order_by("starts_on", "pk")[:200]]


@routes.post("/delegations", EDIT, answer=DelegationOut, status=201, takes=JSON, summary=_l("Have somebody stand in"))
def give_delegation(request: HttpRequest, body: DelegationIn) -> DelegationOut:
    by = actor(request)
    unit = check.unit(by, EDIT, body.unit)
    row = standing.give(
        giver=shapes.person(body.giver, unit, where="giver"), taker=shapes.person(body.taker, unit, where="taker"),
        starts_on=body.starts_on, ends_on=body.ends_on, reason=body.reason, by=by,
    )  # fmt: skip
    return _delegation(row)


@routes.post(
    "/delegations/{uuid:uid}/end", EDIT, answer=DelegationOut, takes=JSON, summary=_l("End that somebody stands in")
)
def end_delegation(request: HttpRequest, uid: UUID, body: RouteStepIn) -> DelegationOut:
    by = actor(request)
    held = Delegation.objects.select_related("giver__unit").filter(uid=uid).first()
    if held is None or not check.can(by, EDIT, held.giver.unit):
        raise NotFound(_("There is nobody standing in here."))
    return _delegation(standing.end(delegation=uid, by=by))


# --- shape ----------------------------------------------------------------------------------------------------------


def _version(row: Route, by: Any) -> RouteVersionOut:
    """A route of a unit above may hold here; its unit is named, and nothing else of it."""
    return RouteVersionOut(
        uid=row.uid, unit=unit_ref(row.unit), number=row.number, state=RouteState(row.state), rows=row.rows,
        note=row.note if check.can(by, VIEW, row.unit) else "", in_force_at=row.in_force_at,
        by=row.by if check.can(by, VIEW, row.unit) else "", version=row.version,
    )  # fmt: skip


def _table(by: Any, unit: Unit, draft: bool) -> tuple[rules.Row, ...]:
    if not draft:
        return routing.table(unit)[1]
    check.require(by, EDIT, unit)
    held = deciding.draft_of(unit, routing.PURPOSE)
    if held is None:
        raise NotFound(_("The unit has no draft of a route."))
    return rules.read(held.rows)


def _department(unit: Unit, code: str) -> Unit | None:
    """A department that is named and not there is no answer for a matter without one."""
    if not code:
        return None
    found = next((one for one in places.departments_of(places.company_of(unit)) if one.code == code), None)
    if found is None:
        what = _("%(unit)s has no such department.") % {"unit": unit.name}
        raise Problem("query.department", what, where="department", fix=_("Give the code of a department."), status=422)
    return found


def _amount(given: str) -> Decimal | None:
    if not given.strip():
        return None
    amount = money.written(given)
    if amount is None:
        raise Problem("query.amount", _("This is no amount in yuan."), where="amount", fix=money.how(), status=422)
    return amount


def _delegation(row: Delegation) -> DelegationOut:
    return DelegationOut(
        uid=row.uid, giver=person_ref(row.giver), taker=person_ref(row.taker), starts_on=row.starts_on,
        ends_on=row.ends_on, reason=row.reason, ended_at=row.ended_at,
    )  # fmt: skip
