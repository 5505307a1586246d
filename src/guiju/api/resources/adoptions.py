"""Which unit answers to which document, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
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
from guiju.api.schemas import Body, Code, Reason, UnitRef, unit_ref
from guiju.lib.errors import NotFound
from guiju.packs import catalogue
from guiju.posture import actions, queries
from guiju.posture.models import Adoption, AdoptionMode
from guiju.posture.programme import Programme

routes = Routes("Posture")

Urn = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class AdoptionOut(Schema):
    """A unit answers to a pack."""

    uid: UUID
    unit: UnitRef
    pack: str
    version: str
    mode: AdoptionMode
    from_on: date
    to_on: date | None
    base_date: date | None
    programme_end: date | None = Field(
        description="The last day of the programme as it runs for this unit; it then stays in the picture as it stood."
    )
    reason: str
    by: str
    recorded_at: datetime


class StageOut(Schema):
    """A stretch of a programme."""

    code: str
    title: str
    title_en: str
    from_on: date
    to_on: date


class ProgrammeOut(Schema):
    """The programme as it runs for the unit."""

    base_date: date
    from_on: date
    to_on: date
    stages: list[StageOut]


class DeadlineOut(Schema):
    """One time at which something is due."""

    period: str = Field(description="Such as 2026Q1; empty for what is due once.")
    starts_on: date
    due_on: date = Field(description="The last day on which it is in time.")


class DueOut(Schema):
    """When a requirement is due."""

    requirement: str
    text: str = Field(description="The document's words.")
    cycle: str = Field(description="month, quarter, half or year; empty for what is due once.")
    open: bool = Field(description="The document leaves the day to a later notice.")
    deadlines: list[DeadlineOut] = Field(description="In order; of what comes again at most the first twelve.")


class TimetableOut(Schema):
    """The document's dates as they hold for the unit."""

    adoption: AdoptionOut
    programme: ProgrammeOut | None
    dues: list[DueOut]


class AdoptionQuery(PageQuery):
    """Filters of the list of adoptions."""

    unit: str = Field("", max_length=40, description="Code of a unit.")
    pack: str = Field("", max_length=120, description="URN of a pack.")
    open: bool | None = Field(None, description="true: not ended; false: ended.")


class AdoptionIn(Body):
    """A unit begins to answer to a pack."""

    unit: Code
    pack: Urn
    mode: AdoptionMode = AdoptionMode.VOLUNTARY
    from_on: date | None = Field(None, description="Today, if not given.")
    base_date: date | None = Field(
        None, description="The day from which the document's dates count; its own base date, if not given."
    )
    reason: Reason = ""


class EndIn(Body):
    """The last day, and why."""

    on: date | None = Field(None, description="Today, if not given.")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]


@routes.get("/adoptions", P.POSTURE_FINDING_VIEW, answer=Page[AdoptionOut], summary=_l("List adoptions"))
def adoptions(request: HttpRequest, query: Query[AdoptionQuery]) -> object:
    by = actor(request)
    rows = _visible(by, P.POSTURE_FINDING_VIEW)
    if query.unit:
        rows = rows.filter(unit=check.unit(by, P.POSTURE_FINDING_VIEW, query.unit))
    if query.pack:
        rows = rows.filter(pack__urn=query.pack)
    if query.open is not None:
        rows = rows.filter(to_on__isnull=query.open)
    if query.q:
        rows = rows.filter(pack__title__icontains=query.q)
    return paging.page(
        rows,
        request=request,
        query=query,
        sorts={"from_on": "from_on", "unit": "unit__path", "recorded_at": "recorded_at"},
        default="-from_on",
        show=_shown,
    )


@routes.post(
    "/adoptions", P.POSTURE_ADOPTION_EDIT, answer=AdoptionOut, status=201, takes=JSON, summary=_l("Adopt a pack")
)
def adopt(request: HttpRequest, body: AdoptionIn) -> AdoptionOut:
    by = actor(request)
    made = actions.adopt(
        unit=check.unit(by, P.POSTURE_ADOPTION_EDIT, body.unit),
        pack=catalogue.current(body.pack),
        by=by,
        mode=body.mode.value,
        from_on=body.from_on,
        base_date=body.base_date,
        reason=body.reason,
    )
    return _shown([made])[0]


@routes.post(
    "/adoptions/{uuid:uid}/end", P.POSTURE_ADOPTION_EDIT, answer=AdoptionOut, takes=JSON, summary=_l("End an adoption")
)
def end_adoption(request: HttpRequest, uid: UUID, body: EndIn) -> AdoptionOut:
    by = actor(request)
    found = _visible(by, P.POSTURE_ADOPTION_EDIT).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such adoption here."))
    return _shown([actions.end_adoption(adoption=found, by=by, on=body.on, reason=body.reason)])[0]


@routes.get(
    "/adoptions/{uuid:uid}/timetable", P.POSTURE_FINDING_VIEW, answer=TimetableOut,
    summary=_l("Show the dates of an adopted document"),
)  # fmt: skip
def adoption_timetable(request: HttpRequest, uid: UUID) -> TimetableOut:
    """Programme, stages and deadlines, shifted to the adoption's base date."""
    by = actor(request)
    found = _visible(by, P.POSTURE_FINDING_VIEW).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such adoption here."))
    told = queries.timetable(by=by, adoption=found)
    return TimetableOut(
        adoption=_shown([found])[0],
        programme=_programme(told.programme),
        dues=[
            DueOut(
                requirement=row.requirement.code,
                text=row.text,
                cycle=row.rule.cycle,
                open=row.rule.is_open,
                deadlines=[DeadlineOut(**each._asdict()) for each in row.deadlines],
            )
            for row in told.dues
        ],
    )


def _programme(found: Programme | None) -> ProgrammeOut | None:
    if found is None:
        return None
    return ProgrammeOut(
        base_date=found.base_date,
        from_on=found.from_on,
        to_on=found.to_on,
        stages=[StageOut(**asdict(stage)) for stage in found.stages],
    )


def _visible(by: Actor, permission: P) -> QuerySet[Adoption]:
    return Adoption.objects.filter(unit__in=scope.units(by, permission)).select_related("unit", "pack")


def _shown(found: Sequence[Adoption]) -> list[AdoptionOut]:
    return [
        AdoptionOut(
            uid=row.uid,
            unit=unit_ref(row.unit),
            pack=row.pack.urn,
            version=row.pack.version,
            mode=AdoptionMode(row.mode),
            from_on=row.from_on,
            to_on=row.to_on,
            base_date=row.base_date,
            programme_end=row.programme_end,
            reason=row.reason,
            by=row.by,
            recorded_at=row.recorded_at,
        )
        for row in found
    ]
