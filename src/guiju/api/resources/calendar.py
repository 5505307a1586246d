"""Working days, reminders and escalation, and the own calendar address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _l
from ninja import Path, Schema
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api import versions
from guiju.api.auth import OwnOnly, actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, UnitRef, unit_ref
from guiju.workflow import actions, queries
from guiju.workflow.yearlist import FIRST, LAST, MOST_LINES, DayLine

routes = Routes("Calendar")

VIEW, EDIT = P.WORKFLOW_TASK_VIEW, P.WORKFLOW_CALENDAR_EDIT
YearNumber = Annotated[int, Path(ge=FIRST, le=LAST)]
Name = Annotated[str, StringConstraints(max_length=80)]
OWN = OwnOnly("a calendar address belongs to the caller himself")


class DayOut(Schema):
    """A day that is not what its weekday says."""

    day: date
    works: bool
    name: str
    own: bool = Field(description="Set by the enterprise, against the published calendar.")


class YearOut(Schema):
    """The working calendar of an enterprise in one year."""

    year: int
    published: bool = Field(description="false: the State Council's notice is not known; days are estimates.")
    note: str
    days: list[DayOut]


class DayIn(Body):
    """Whether the day is worked, and what it is called."""

    works: bool
    name: Name = ""


class DayLineIn(DayIn):
    """One day of a list."""

    day: date


class YearIn(Body):
    """The own days of a year, in place of all there were."""

    days: list[DayLineIn] = Field(max_length=MOST_LINES)


class LadderOut(Schema):
    """When reminders and escalation happen, in working days, and by whose rule (null: the product's)."""

    before: list[int]
    head_after: int
    principal_after: int
    unit: UnitRef | None = Field(description="The unit whose rule it is; null when above the caller's sight, or none.")
    own: bool
    version: int = Field(description="Of the unit's own rule; 0 while it has none.")


class LadderIn(Body):
    """A unit's own rule; `version` 0 for a first one."""

    version: int | None = Field(None, ge=0, le=2**31 - 1)
    before: list[int] = Field(max_length=6)
    head_after: int
    principal_after: int


class FeedOut(Schema):
    """Whether the caller has a calendar address; its secret is shown only once, on the page of the own account."""

    open: bool
    created_at: datetime | None
    used_at: datetime | None


@routes.get("/units/{code}/calendar/{year}", VIEW, answer=YearOut, summary=_l("Show a working calendar"))
def working_calendar(request: HttpRequest, code: str, year: YearNumber) -> YearOut:
    by = actor(request)
    return _shown(queries.year(by=by, root=check.unit(by, VIEW, code), year=year))


@routes.put("/units/{code}/calendar/{year}", EDIT, answer=YearOut, takes=JSON, summary=_l("Set the own days of a year"))
def set_calendar(request: HttpRequest, code: str, year: YearNumber, body: YearIn) -> YearOut:
    by = actor(request)
    root = check.unit(by, EDIT, code)
    rows = [DayLine(row.day, row.works, row.name) for row in body.days]
    actions.import_year(root=root, year=year, rows=rows, by=by)
    return _shown(queries.year(by=by, root=root, year=year))


@routes.put(
    "/units/{code}/days/{day}", EDIT, answer=YearOut, takes=JSON, summary=_l("Set one own working day or day off")
)
def set_day(request: HttpRequest, code: str, day: date, body: DayIn) -> YearOut:
    by = actor(request)
    root = check.unit(by, EDIT, code)
    actions.set_day(root=root, day=day, works=body.works, name=body.name, by=by)
    return _shown(queries.year(by=by, root=root, year=day.year))


@routes.delete("/units/{code}/days/{day}", EDIT, answer=YearOut, summary=_l("Let the published calendar hold again"))
def clear_day(request: HttpRequest, code: str, day: date) -> YearOut:
    by = actor(request)
    root = check.unit(by, EDIT, code)
    actions.clear_day(root=root, day=day, by=by)
    return _shown(queries.year(by=by, root=root, year=day.year))


def _shown(found: queries.Year) -> YearOut:
    return YearOut(
        year=found.year,
        published=found.published,
        note=found.note,
        days=[DayOut(day=row.day, works=row.works, name=row.name, own=row.own) for row in found.days],
    )


# --- the ladder -------------------------------------------------------------------------------------------------------


@routes.get("/units/{code}/ladder", VIEW, answer=LadderOut, summary=_l("Show reminders and escalation"))
def ladder(request: HttpRequest, code: str) -> LadderOut:
    return _ladder(request, code)


@routes.put(
    "/units/{code}/ladder", EDIT, answer=LadderOut, takes=JSON, etag=True, summary=_l("Set reminders and escalation")
)
def set_ladder(request: HttpRequest, code: str, body: LadderIn) -> LadderOut:
    by = actor(request)
    actions.set_ladder(
        unit=check.unit(by, EDIT, code),
        before=body.before,
        head_after=body.head_after,
        principal_after=body.principal_after,
        version=versions.seen(request, body.version),
        by=by,
    )
    return _ladder(request, code)


@routes.delete(
    "/units/{code}/ladder", EDIT, answer=LadderOut, etag=True, summary=_l("Let the ladder from above hold again")
)
def clear_ladder(request: HttpRequest, code: str) -> LadderOut:
    by = actor(request)
    actions.clear_ladder(unit=check.unit(by, EDIT, code), version=versions.seen(request, None), by=by)
    return _ladder(request, code)


def _ladder(request: HttpRequest, code: str) -> LadderOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    found = queries.ladder_of(by=by, unit=unit)
    named = found.unit is not None and check.can(by, VIEW, found.unit)
    return LadderOut(
        before=list(found.rule.before),
        head_after=found.rule.head_after,
        principal_after=found.rule.principal_after,
        unit=unit_ref(found.unit) if found.unit is not None and named else None,
        own=found.unit is not None and found.unit.pk == unit.pk,
        version=found.version,
    )


# --- the own calendar address -----------------------------------------------------------------------------------------


@routes.get("/calendar/feed", OWN, answer=FeedOut, summary=_l("Have I a calendar address?"))
def feed(request: HttpRequest) -> FeedOut:
    found = queries.feed_of(by=actor(request))
    return FeedOut(
        open=found is not None,
        created_at=found.created_at if found else None,
        used_at=found.used_at if found else None,
    )


@routes.delete("/calendar/feed", OWN, answer=FeedOut, summary=_l("Close the own calendar address"))
def close_feed(request: HttpRequest) -> FeedOut:
    actions.close_feed(by=actor(request))
    return FeedOut(open=False, created_at=None, used_at=None)
