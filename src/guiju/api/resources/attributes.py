"""Dated attributes of a unit, and the size class that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Reason
from guiju.lib import clock
from guiju.org import actions, queries
from guiju.org.models import Unit
from guiju.packs import catalogue

routes = Routes("Units")


class Option(Schema):
    """One value of a choice."""

    code: str
    label: str


class AttributeOut(Schema):
    """An attribute that some pack declares, with the unit's value on the day."""

    code: str
    label: str
    type: str
    choices: list[Option]
    derived: bool = Field(description="Computed, never entered.")
    pack: str
    value: Any = None


class AttributesOut(Schema):
    """The attributes of one unit on one day."""

    on: date
    attributes: list[AttributeOut]


class PastValue(Schema):
    """One dated value."""

    code: str
    value: Any
    from_on: date
    to_on: date | None
    reason: str
    recorded_at: datetime
    by: str


class AttributesIn(Body):
    """Values by attribute code; all are set or none. Null clears one."""

    values: dict[str, str | bool | int | float | None] = Field(min_length=1, max_length=60)
    from_on: date = Field(description="The first day on which the values hold.")
    reason: Reason = ""


class SizeOut(Schema):
    """The size class with what led to it."""

    on: date
    size: str = Field(description="large, medium, small or micro; empty when figures are missing.")
    industry: str
    reasons: list[str]
    missing: list[str] = Field(description="Attributes without which no class can be said.")
    overridden: bool
    inputs: dict[str, str]


class DayQuery(Schema):
    """As of which day."""

    on: date | None = Field(None, description="Today, if not given.")


@routes.get("/units/{code}/attributes", P.ORG_UNIT_VIEW, answer=AttributesOut, summary=_l("Show a unit's attributes"))
def unit_attributes(request: HttpRequest, code: str, query: Query[DayQuery]) -> AttributesOut:
    return _answer(check.unit(actor(request), P.ORG_UNIT_VIEW, code), query.on or clock.today())


@routes.put(
    "/units/{code}/attributes", P.ORG_ATTRIBUTE_EDIT, answer=AttributesOut, takes=JSON,
    summary=_l("Set attributes of a unit"),
)  # fmt: skip
def set_attributes(request: HttpRequest, code: str, body: AttributesIn) -> AttributesOut:
    by = actor(request)
    unit = check.unit(by, P.ORG_ATTRIBUTE_EDIT, code)
    for name, value in body.values.items():
        actions.set_attribute(unit=unit, code=name, value=value, from_on=body.from_on, by=by, reason=body.reason)
    return _answer(unit, body.from_on)


@routes.get(
    "/units/{code}/attributes/history", P.ORG_UNIT_VIEW, answer=list[PastValue],
    summary=_l("Show how a unit's attributes changed"),
)  # fmt: skip
def attribute_history(request: HttpRequest, code: str) -> list[PastValue]:
    unit = check.unit(actor(request), P.ORG_UNIT_VIEW, code)
    return [
        PastValue(
            code=row.code,
            value=row.value,
            from_on=row.from_on,
            to_on=row.to_on,
            reason=row.reason,
            recorded_at=row.recorded_at,
            by=row.by,
        )
        for rows in queries.history(unit).values()
        for row in rows
    ]


@routes.get("/units/{code}/size", P.ORG_UNIT_VIEW, answer=SizeOut, summary=_l("Show a unit's size class with reasons"))
def unit_size(request: HttpRequest, code: str, query: Query[DayQuery]) -> SizeOut:
    unit = check.unit(actor(request), P.ORG_UNIT_VIEW, code)
    on = query.on or clock.today()
    found = queries.size_of(unit, on=on)
    return SizeOut(
        on=on,
        size=found.size,
        industry=found.industry,
        reasons=list(found.reasons),
        missing=list(found.missing),
        overridden=found.overridden,
        inputs={name: format(value, "f") for name, value in found.inputs.items()},
    )


def _answer(unit: Unit, on: date) -> AttributesOut:
    held: Mapping[str, Any] = queries.attributes(unit, on=on)
    return AttributesOut(
        on=on,
        attributes=[
            AttributeOut(
                code=item.code,
                label=item.text,
                type=item.type,
                choices=[Option(code=choice.code, label=choice.label) for choice in item.choices],
                derived=item.derived,
                pack=item.pack,
                value=held.get(item.code),
            )
            for item in catalogue.attributes().values()
        ],
    )
