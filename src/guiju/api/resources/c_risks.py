"""Risk work: the matrix, assessment rounds and ratings, the heat map, the library of the units above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import paging
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, Reason, UnitRef, Version, unit_ref
from guiju.compliance.enums import RoundState
from guiju.compliance.models import Assessment, Round
from guiju.compliance.risks import library, matrix, overview, reach, rounds, roundviews, setting
from guiju.compliance.risks.matrix import Grid
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.registers import queries as entries
from guiju.registers.models import Entry

routes = Routes("Risks")

VIEW, EDIT = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT
Level = Literal["high", "medium", "low"]
Step = Annotated[int, Field(ge=1, le=5)]
Cell = Annotated[str, StringConstraints(pattern=r"^[1-5],[1-5]$")]
Shift = Annotated[int, Field(ge=-2, le=2)]
Days = Annotated[int, Field(ge=1, le=60)]
Words = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=60)]], Field(min_length=5, max_length=5)
]


class MatrixOut(Schema):
    """The matrix that holds for a unit."""

    unit: UnitRef | None = Field(description="The unit that set it; null for the one that is shipped.")
    version: int = Field(description="0 where the unit itself has set none.")
    cells: dict[str, Level] = Field(description="Key `probability,impact`.")
    uses_third: bool
    third: dict[str, int] = Field(description="Steps up or down by how hard a risk is to detect.")
    names: dict[str, list[str]]
    limits: dict[str, int] = Field(description="Working days: analyse, decide, settle, release.")


class MatrixIn(Body):
    """What differs from the matrix that holds now."""

    version: int = Field(0, ge=0, le=2**31 - 1, description="The version you have seen; 0 where there was none.")
    cells: dict[Cell, Level] = {}
    uses_third: bool | None = None
    third: dict[Literal["1", "2", "3", "4", "5"], Shift] = {}
    names: dict[Literal["probability", "impact", "detectability"], Words] = {}
    limits: dict[Literal["analyse", "decide", "settle", "release"], Days] = {}
    reason: Reason = ""


@routes.get("/units/{code}/risk-matrix", VIEW, answer=MatrixOut, summary=_l("Show the risk matrix"))
def risk_matrix(request: HttpRequest, code: str) -> MatrixOut:
    unit = check.unit(actor(request), VIEW, code)
    return _matrix(unit, matrix.of(unit))


@routes.put(
    "/units/{code}/risk-matrix", P.COMPLIANCE_SETTING_EDIT, answer=MatrixOut, takes=JSON,
    summary=_l("Set the risk matrix"),
)  # fmt: skip
def set_risk_matrix(request: HttpRequest, code: str, body: MatrixIn) -> MatrixOut:
    """Levels that nobody set by hand follow; a graver rating must never give a milder level."""
    by = actor(request)
    unit = check.unit(by, P.COMPLIANCE_SETTING_EDIT, code)
    given = body.model_dump(exclude={"version", "reason"}, exclude_none=True)
    grid = matrix.parsed(given, matrix.of(unit))
    return _matrix(unit, setting.set_matrix(unit=unit, grid=grid, version=body.version, by=by, reason=body.reason))


def _matrix(unit: Unit, grid: Grid) -> MatrixOut:
    own = grid.source is not None and grid.source.pk == unit.pk
    source = unit_ref(grid.source) if grid.source is not None else None
    return MatrixOut(unit=source, version=grid.version if own else 0, **setting.plain(grid))


class HeatCell(Schema):
    """How many risks lie in one cell."""

    probability: int
    impact: int
    level: Level
    count: int
    change: int = Field(description="Against the last closed round; 0 in the other maps.")


class RiskHeatOut(Schema):
    """A heat map."""

    map: str
    cells: list[HeatCell]
    unrated: int


class RiskHeatQuery(Schema):
    """Which map."""

    map: Literal["inherent", "residual", "change"] = "residual"
    all_levels: bool = True


@routes.get("/units/{code}/risk-heat-map", VIEW, answer=RiskHeatOut, summary=_l("Show the heat map of risks"))
def risk_heat_map(request: HttpRequest, code: str, query: Query[RiskHeatQuery]) -> RiskHeatOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    found = overview.heat(by=by, unit=unit, all_levels=query.all_levels, kind=query.map)
    cells = [
        HeatCell(
            probability=cell.probability,
            impact=cell.impact,
            level=cell.level,  # type: ignore[arg-type]
            count=cell.count,
            change=cell.change if found.since else 0,
        )
        for _step, row in found.rows
        for cell in row
    ]
    return RiskHeatOut(map=query.map, cells=cells, unrated=found.unrated)


class RoundOut(Schema):
    """An assessment round."""

    uid: UUID
    unit: UnitRef
    title: str
    period: str
    all_levels: bool
    opened_on: date
    due_on: date
    state: RoundState
    closed_on: date | None
    version: int


class RoundQuery(PageQuery):
    """Filters of the list of rounds."""

    unit: str = Field("", max_length=40, description="Code of a unit.")
    state: RoundState | None = None


class RoundIn(Body):
    """A round to be opened."""

    unit: Code
    title: Annotated[str, StringConstraints(min_length=2, max_length=200)]
    period: Annotated[str, StringConstraints(min_length=4, max_length=8)]
    due_on: date
    all_levels: bool = False


class CloseIn(Body):
    """The version that was seen."""

    version: Version
    reason: Reason = ""


class PartOut(Schema):
    """How far one department, or a unit's rows without a department, has come."""

    company: UnitRef
    at: UnitRef
    rated: int
    left: int


class ProgressOut(Schema):
    """A round with its progress."""

    round: RoundOut
    rated: int
    left: int
    parts: list[PartOut]


@routes.get("/assessment-rounds", VIEW, answer=Page[RoundOut], summary=_l("List assessment rounds"))
def assessment_rounds(request: HttpRequest, query: Query[RoundQuery]) -> object:
    by = actor(request)
    rows = _visible_rounds(by)
    if query.unit:
        rows = rows.filter(unit=check.unit(by, VIEW, query.unit))
    if query.state:
        rows = rows.filter(state=query.state)
    if query.q:
        rows = rows.filter(title__icontains=query.q)
    sorts = {"opened_on": "opened_on", "due_on": "due_on", "title": "title"}
    return paging.page(rows, request=request, query=query, sorts=sorts, default="-opened_on", show=_rounds)


@routes.post(
    "/assessment-rounds", P.COMPLIANCE_ROUND_EDIT, answer=RoundOut, status=201, takes=JSON,
    summary=_l("Open an assessment round"),
)  # fmt: skip
def open_assessment_round(request: HttpRequest, body: RoundIn) -> RoundOut:
    by = actor(request)
    unit = check.unit(by, P.COMPLIANCE_ROUND_EDIT, body.unit)
    made = rounds.open_round(
        unit=unit, title=body.title, period_code=body.period, due_on=body.due_on, all_levels=body.all_levels, by=by
    )
    return _rounds([made])[0]


@routes.get("/assessment-rounds/{uuid:uid}", VIEW, answer=ProgressOut, summary=_l("Show an assessment round"))
def assessment_round(request: HttpRequest, uid: UUID) -> ProgressOut:
    by = actor(request)
    row = _round(by, uid)
    found = roundviews.progress(row, by=by)
    parts = [
        PartOut(company=unit_ref(company.unit), at=unit_ref(part.unit), rated=part.rated, left=part.left)
        for company in found.companies
        for part in company.parts
    ]
    return ProgressOut(round=_rounds([row])[0], rated=found.rated, left=found.left, parts=parts)


@routes.post(
    "/assessment-rounds/{uuid:uid}/close", P.COMPLIANCE_ROUND_EDIT, answer=RoundOut, takes=JSON,
    summary=_l("Close an assessment round"),
)  # fmt: skip
def close_assessment_round(request: HttpRequest, uid: UUID, body: CloseIn) -> RoundOut:
    by = actor(request)
    row = _round(by, uid)
    return _rounds([rounds.close_round(round_=row, version=body.version, by=by, reason=body.reason)])[0]


class AssessmentIn(Body):
    """How a risk is rated. `version` is that of the risk."""

    risk: UUID
    version: Version
    probability: Step
    impact: Step
    detectability: Step | None = None
    residual_probability: Step | None = None
    residual_impact: Step | None = None
    residual_detectability: Step | None = None
    level: Level | None = Field(None, description="Only where it differs from the matrix; then with a reason.")
    level_reason: Reason = ""
    priority: Annotated[int, Field(ge=1, le=100_000)] | None = None


class AssessmentOut(Schema):
    """How a risk was rated in a round."""

    uid: UUID
    risk: UUID
    unit: UnitRef
    department: UnitRef | None
    probability: int
    impact: int
    detectability: int | None
    residual_probability: int | None
    residual_impact: int | None
    residual_detectability: int | None
    inherent_level: str
    level: str
    priority: int | None
    trend: str
    reason: str
    version: int


@routes.get(
    "/assessment-rounds/{uuid:uid}/assessments",
    VIEW,
    answer=Page[AssessmentOut],
    summary=_l("List the ratings of a round"),
)
def assessments(request: HttpRequest, uid: UUID, query: Query[PageQuery]) -> object:
    by = actor(request)
    seen = entries.visible(by, "risk_list").values("uid")
    rows = Assessment.objects.filter(round=_round(by, uid), risk__in=seen)
    rows = rows.select_related("unit", "department")
    if query.q:
        rows = rows.filter(risk__in=Entry.objects.filter(register="risk_list", title__icontains=query.q).values("uid"))
    return paging.page(rows, request=request, query=query, sorts={"at": "at"}, default="at", show=_assessments)


@routes.post(
    "/assessment-rounds/{uuid:uid}/assessments", EDIT, answer=AssessmentOut, status=201, takes=JSON,
    summary=_l("Rate a risk"),
)  # fmt: skip
def assess_risk(request: HttpRequest, uid: UUID, body: AssessmentIn) -> AssessmentOut:
    by = actor(request)
    entry = entries.find(by, body.risk, register="risk_list")
    values = body.model_dump(exclude={"risk", "version"}, exclude_none=True)
    made = rounds.assess(round_=_round(by, uid), risk=entry, values=values, version=body.version, by=by)
    return _assessments([made])[0]


def _visible_rounds(by: Actor) -> Any:
    """Rounds of the units that the caller sees, and those from above that reach down to them."""
    seen = scope.units(by, VIEW)
    return Round.objects.filter(Q(unit__in=seen)).select_related("unit")


def _round(by: Actor, uid: UUID) -> Round:
    row = Round.objects.select_related("unit").filter(uid=uid).first()
    if row is None or not (check.can(by, VIEW, row.unit) or _reaches_down(by, row)):
        raise NotFound(_("There is no such round here."))
    return row


def _reaches_down(by: Actor, row: Round) -> bool:
    """A round of a unit above concerns whoever sees a unit below it."""
    about = reach.units_of(row.unit, all_levels=row.all_levels)
    return scope.units(by, VIEW).filter(pk__in=about.values("pk")).exists()


def _rounds(found: Sequence[Round]) -> list[RoundOut]:
    return [
        RoundOut(
            uid=row.uid,
            unit=unit_ref(row.unit),
            title=row.title,
            period=row.period,
            all_levels=row.all_levels,
            opened_on=row.opened_on,
            due_on=row.due_on,
            state=RoundState(row.state),
            closed_on=row.closed_on,
            version=row.version,
        )
        for row in found
    ]


_PLAIN = (
    "uid", "risk", "probability", "impact", "detectability", "residual_probability", "residual_impact",
    "residual_detectability", "inherent_level", "level", "priority", "trend", "reason", "version",
)  # fmt: skip


def _assessments(found: Sequence[Assessment]) -> list[AssessmentOut]:
    return [
        AssessmentOut(
            unit=unit_ref(row.unit),
            department=unit_ref(row.department) if row.department else None,
            **{name: getattr(row, name) for name in _PLAIN},
        )
        for row in found
    ]


class OfferOut(Schema):
    """A risk that a unit above shares; nothing of it but this."""

    uid: UUID
    unit: UnitRef
    title: str
    version: int
    values: dict[str, Any]
    taken: int = Field(description="How many of the unit's own risks come from it.")


class OfferQuery(Schema):
    """Search in the library."""

    q: str = Field("", max_length=200)
    field: str = Field("", max_length=40)


class TakeIn(Body):
    """Which shared risks go into the unit's list, and for which department."""

    uids: list[UUID] = Field(min_length=1, max_length=library.MOST)
    department: Annotated[str, StringConstraints(max_length=40)] = ""


class TakenOut(Schema):
    """The risks that were made."""

    risks: list[UUID]


class SettleIn(Body):
    """Take over what the library has now, or keep our own."""

    take_over: bool
    version: Version = Field(description="Of the risk.")
    seen: int = Field(
        ge=0, le=2**31 - 1, description="The version of the shared entry that was looked at; 0 where it is gone."
    )


class SettledOut(Schema):
    """The risk afterwards."""

    risk: UUID
    version: int


@routes.get("/units/{code}/risk-library", VIEW, answer=list[OfferOut], summary=_l("List the risks shared from above"))
def risk_library(request: HttpRequest, code: str, query: Query[OfferQuery]) -> list[OfferOut]:
    by = actor(request)
    unit = check.keeper(by, VIEW, code)
    found = library.offers(unit=unit, by=by, words=query.q, field=query.field)
    return [
        OfferOut(
            uid=one.uid, unit=unit_ref(one.unit), title=one.title, version=one.version,
            values={name: value for name, value in one.values.items() if value is not None}, taken=one.taken,
        )
        for one in found
    ]  # fmt: skip


@routes.post(
    "/units/{code}/risk-library/take", P.REGISTER_ENTRY_CREATE, answer=TakenOut, status=201, takes=JSON,
    summary=_l("Take risks over from the library"),
)  # fmt: skip
def take_risks(request: HttpRequest, code: str, body: TakeIn) -> TakenOut:
    by = actor(request)
    unit = check.keeper(by, P.REGISTER_ENTRY_CREATE, code)
    part = Unit.objects.filter(code=body.department, root_id=unit.root_id).first() if body.department else None
    if body.department and part is None:
        raise NotFound(_("There is no such department here."))
    made = library.take(unit=unit, department=part, uids=body.uids, by=by)
    return TakenOut(risks=[row.uid for row in made])


@routes.post(
    "/risks/{uuid:uid}/library", EDIT, answer=SettledOut, takes=JSON, summary=_l("Settle a change of the library")
)
def settle_library_change(request: HttpRequest, uid: UUID, body: SettleIn) -> SettledOut:
    by = actor(request)
    risk = entries.find(by, uid, register="risk_list")
    made = library.settle(risk=risk, take_over=body.take_over, version=body.version, seen=body.seen, by=by)
    return SettledOut(risk=made.uid, version=made.version)
