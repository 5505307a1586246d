"""The group's picture: recorded history, heat map, crosswalk of documents, and how late records were made."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.resources.posture import CountOut, counted
from guiju.api.routes import Routes
from guiju.api.schemas import UnitRef, unit_ref
from guiju.packs import catalogue
from guiju.posture import queries
from guiju.posture.crosswalk import CrossRow, RegisterSummary
from guiju.posture.lateness import Eve, Late, Month
from guiju.posture.models import Status

routes = Routes("Posture")


class PointOut(Schema):
    """A roll-up as it was from a day on, until the next point."""

    on: date
    count: CountOut


class HistoryQuery(Schema):
    """Whose counts."""

    reach: Literal["own", "all"] = Field("all", description="own: the unit itself; all: with all levels below.")


class ServedOut(Schema):
    """A requirement that a question serves."""

    id: str
    plain: str
    status: Status


class QuestionOut(Schema):
    """One question to the records and what rests on it, by document."""

    name: str
    question: str
    strength: str
    registers: list[str]
    status: Status | None
    figure: str
    serves: dict[str, list[ServedOut]]


class RestsOut(Schema):
    """How many requirements of a document rest on a register."""

    count: int
    met: int


class RestingRegisterOut(Schema):
    """One register and the documents that rest on it."""

    code: str
    title: str
    packs: dict[str, RestsOut]


class CrosswalkOut(Schema):
    """All documents a unit answers to, on the same records."""

    packs: list[str]
    questions: list[QuestionOut] = Field(description="The most widely shared first.")
    registers: list[RestingRegisterOut]


class LateOut(Schema):
    """Records by the days between the event and its entry."""

    in_time: int = Field(description="0 to 3 days.")
    late: int = Field(description="4 to 30 days.")
    long_after: int = Field(description="More than 30 days.")


class MonthOut(Schema):
    """The records made in one month."""

    month: str
    whole: LateOut
    groups: dict[str, LateOut]


class EveOut(Schema):
    """Records of what happened before a date, and how many of them were made in the last days before it."""

    before: date
    days: int
    total: int
    on_eve: int
    percent: int | None


class LatenessOut(Schema):
    """补录: when records were made, compared with when things happened."""

    as_of: date = Field(description="The day of counting; large groups are counted at night.")
    months: list[MonthOut]
    eve: EveOut | None = Field(description="Only where a date was given.")


class LatenessQuery(Schema):
    """Of which months, and whose."""

    months: int = Field(12, ge=1, le=24)
    all_levels: bool = False
    before: date | None = Field(
        None, ge=date(1950, 1, 1), le=date(2200, 1, 1), description="An inspection: what was made on its eve?"
    )
    days: int = Field(14, ge=1, le=90, description="How long the eve is.")


class ColumnOut(Schema):
    """A document, or a section of one."""

    key: str
    title: str


class HeatRowOut(Schema):
    """One unit; children with all levels below them."""

    unit: UnitRef
    cells: dict[str, CountOut]


class HeatOut(Schema):
    """Units against documents, or against the sections of one."""

    columns: list[ColumnOut]
    rows: list[HeatRowOut] = Field(description="The unit itself, then its children.")


class HeatQuery(Schema):
    """Against what."""

    pack: str = Field("", max_length=120, description="URN of a document: its sections; all documents, if not given.")


@routes.get(
    "/posture/{unit}/crosswalk", P.POSTURE_FINDING_VIEW, answer=CrosswalkOut,
    summary=_l("Show which requirements of all documents rest on the same records"),
)  # fmt: skip
def posture_crosswalk(request: HttpRequest, unit: str) -> CrosswalkOut:
    by = actor(request)
    found = queries.crosswalk(by=by, unit=check.unit(by, P.POSTURE_FINDING_VIEW, unit))
    return CrosswalkOut(
        packs=[pack.urn for pack in found.packs],
        questions=[_question(row) for row in found.rows],
        registers=[_register(row) for row in found.registers],
    )


@routes.get(
    "/posture/{unit}/lateness", P.POSTURE_FINDING_VIEW, answer=LatenessOut,
    summary=_l("Show how late records were made"),
)  # fmt: skip
def posture_lateness(request: HttpRequest, unit: str, query: Query[LatenessQuery]) -> LatenessOut:
    by = actor(request)
    place = check.unit(by, P.POSTURE_FINDING_VIEW, unit)
    found = queries.lateness(by=by, unit=place, months=query.months, all_levels=query.all_levels)
    eve = None
    if query.before is not None:
        eve = queries.eve(
            by=by, unit=place, before=query.before, days=query.days, months=query.months, all_levels=query.all_levels
        )
    return LatenessOut(
        as_of=found.as_of,
        months=[_month(month) for month in found.months],
        eve=None if eve is None else _eve(eve),
    )


@routes.get(
    "/posture/{unit}/heat", P.POSTURE_FINDING_VIEW, answer=HeatOut,
    summary=_l("Show the units below against documents or sections"),
)  # fmt: skip
def posture_heat(request: HttpRequest, unit: str, query: Query[HeatQuery]) -> HeatOut:
    by = actor(request)
    pack = catalogue.current(query.pack) if query.pack else None
    found = queries.heat(by=by, unit=check.unit(by, P.POSTURE_FINDING_VIEW, unit), pack=pack)
    return HeatOut(
        columns=[ColumnOut(key=column.key, title=column.title) for column in found.columns],
        rows=[
            HeatRowOut(unit=unit_ref(row.unit), cells={key: counted(count) for key, count in row.cells.items()})
            for row in found.rows
        ],
    )


@routes.get(
    "/posture/{unit}/{urn}/history", P.POSTURE_FINDING_VIEW, answer=list[PointOut],
    summary=_l("Show a document's recorded history"),
)  # fmt: skip
def posture_history(request: HttpRequest, unit: str, urn: str, query: Query[HistoryQuery]) -> list[PointOut]:
    """The days on which the counts changed, and today's."""
    by = actor(request)
    found = queries.history(
        by=by, unit=check.unit(by, P.POSTURE_FINDING_VIEW, unit), pack=catalogue.current(urn), reach=query.reach
    )
    return [PointOut(on=point.on, count=counted(point.count)) for point in found]


def _question(row: CrossRow) -> QuestionOut:
    serves = {
        urn: [ServedOut(id=each.requirement.code, plain=each.requirement.plain, status=each.status) for each in cell]
        for urn, cell in row.cells.items()
    }
    return QuestionOut(
        name=row.name,
        question=row.question,
        strength=row.strength.code,
        registers=list(row.registers),
        status=row.status,
        figure=row.figure,
        serves=serves,
    )


def _register(row: RegisterSummary) -> RestingRegisterOut:
    packs = {urn: RestsOut(count=each.count, met=each.met) for urn, each in row.packs.items()}
    return RestingRegisterOut(code=row.register, title=row.title, packs=packs)


def _month(month: Month) -> MonthOut:
    groups = {group: _late(counts) for group, counts in month.groups.items()}
    return MonthOut(month=month.month, whole=_late(month.whole), groups=groups)


def _late(counts: Late) -> LateOut:
    return LateOut(in_time=counts.in_time, late=counts.late, long_after=counts.long_after)


def _eve(found: Eve) -> EveOut:
    return EveOut(before=found.before, days=found.days, total=found.total, on_eve=found.on_eve, percent=found.percent)
