"""Rectification: the ledger at a glance, recurrences, progress, extensions. Rows themselves are entries of a register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, UnitRef, Version, unit_ref
from guiju.compliance.rectify import actions, progress, queries
from guiju.compliance.rectify.queries import Group, Ledger
from guiju.compliance.rectify.terms import REGISTER
from guiju.org.models import Unit
from guiju.registers import queries as registers
from guiju.registers.models import Entry

routes = Routes("Rectification")

VIEW, EDIT = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT


class LedgerQuery(Schema):
    """How far."""

    all_levels: bool = Field(False, description="true: of the unit and everything below; otherwise of the unit alone.")


class CountsOut(Schema):
    """Rectifications by state."""

    total: int
    open: int
    submitted: int
    closed: int
    overdue: int
    late_days: int = Field(description="Days that the oldest overdue one is late.")


class SourceOut(CountsOut):
    """By source."""

    source: str


class PlaceOut(CountsOut):
    """By department or unit; none where no department is named."""

    unit: UnitRef | None


class LedgerOut(Schema):
    """The ledger on a day."""

    on: date
    whole: CountsOut
    by_source: list[SourceOut]
    by_department: list[PlaceOut]
    by_unit: list[PlaceOut]
    extended: int = Field(description="With a deadline that was moved to a later day.")
    extensions: int = Field(description="How often in all.")
    watched: int = Field(description="Closed within twelve months: the same cause would be a recurrence.")
    recent: int = Field(description="Found within twelve months.")
    recent_repeated: int
    repeat_percent: int | None = Field(description="Share of those that repeat another; null where none was found.")
    without_cause: int


class EarlierOut(Schema):
    """A closed rectification with the same cause."""

    uid: UUID
    number: str
    title: str
    closed_on: date
    months: int = Field(description="Whole months from its closing to the day the newer one was found.")


class RepeatOut(Schema):
    """A rectification that repeats, or seems to repeat, an earlier one."""

    uid: UUID
    unit: UnitRef
    number: str
    title: str
    found_on: date
    confirmed: bool = Field(description="Somebody has said so.")
    earlier: EarlierOut


class RepeatsOut(Schema):
    """Recurrences, the newest first."""

    items: list[RepeatOut]


class LineOut(Schema):
    """A line of progress."""

    text: str
    on: date | None
    share: int | None
    by: str


class ExtensionOut(Schema):
    """A deadline that was moved to a later day."""

    at: datetime
    by: str
    before: date
    after: date
    reason: str


class WorkOut(Schema):
    """What a rectification's page shows besides its fields."""

    uid: UUID
    status: str
    due_on: date | None
    progress: list[LineOut]
    extensions: list[ExtensionOut]
    earlier: list[EarlierOut] = Field(
        description="Closed ones with the same cause; empty once it is noted as a repeat."
    )
    version: int


class ProgressIn(Body):
    """What was done, and how much is done by now."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    share: int | None = Field(None, ge=0, le=100)
    version: Version | None = None


class ExtendIn(Body):
    """A later deadline and why."""

    due_on: date
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    version: Version | None = None


class RepeatsIn(Body):
    """Which closed rectification it repeats; none if null."""

    of: UUID | None
    version: Version | None = None


@routes.get(
    "/units/{code}/rectify", VIEW, answer=LedgerOut, summary=_l("Show the ledger of rectifications at a glance")
)
def rectify_ledger(request: HttpRequest, code: str, query: Query[LedgerQuery]) -> LedgerOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    return _ledger(queries.ledger(by=by, unit=unit, all_levels=query.all_levels))


@routes.get("/units/{code}/rectify/repeats", VIEW, answer=RepeatsOut, summary=_l("List recurrences"))
def rectify_repeats(request: HttpRequest, code: str, query: Query[LedgerQuery]) -> RepeatsOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    pairs = queries.pairs(by=by, unit=unit, all_levels=query.all_levels)
    known = queries.departments(pair.unit_id for pair in pairs)
    items = [
        RepeatOut(
            uid=pair.uid, unit=unit_ref(known[pair.unit_id]), number=pair.number, title=pair.title, found_on=pair.found_on,
            confirmed=pair.confirmed, earlier=_earlier(pair.earlier),
        )
        for pair in pairs
    ]  # fmt: skip
    return RepeatsOut(items=items)


@routes.get("/rectifications/{uuid:uid}", VIEW, answer=WorkOut, summary=_l("Show progress and extensions"))
def rectification(request: HttpRequest, uid: UUID) -> HttpResponse:
    by = actor(request)
    return _work(registers.find(by, uid, register=REGISTER), request)


@routes.post(
    "/rectifications/{uuid:uid}/progress", EDIT, answer=WorkOut, takes=JSON, etag=True, summary=_l("Note progress")
)
def rectification_progress(request: HttpRequest, uid: UUID, body: ProgressIn) -> HttpResponse:
    by = actor(request)
    entry, version = registers.find(by, uid, register=REGISTER), tags.seen(request, body.version)
    return _work(actions.note_progress(entry=entry, text=body.text, share=body.share, version=version, by=by), request)


@routes.post(
    "/rectifications/{uuid:uid}/extend", EDIT, answer=WorkOut, takes=JSON, etag=True, summary=_l("Extend the deadline")
)
def rectification_extend(request: HttpRequest, uid: UUID, body: ExtendIn) -> HttpResponse:
    by = actor(request)
    entry, version = registers.find(by, uid, register=REGISTER), tags.seen(request, body.version)
    return _work(actions.extend(entry=entry, due_on=body.due_on, reason=body.reason, version=version, by=by), request)


@routes.post(
    "/rectifications/{uuid:uid}/repeats", EDIT, answer=WorkOut, takes=JSON, etag=True,
    summary=_l("Note which rectification this one repeats"),
)  # fmt: skip
def rectification_repeats(request: HttpRequest, uid: UUID, body: RepeatsIn) -> HttpResponse:
    by = actor(request)
    entry, version = registers.find(by, uid, register=REGISTER), tags.seen(request, body.version)
    return _work(actions.repeats(entry=entry, of=body.of, version=version, by=by), request)


# --- shape ------------------------------------------------------------------------------------------------------------


def _ledger(found: Ledger) -> LedgerOut:
    known = queries.departments([*(one.key for one in found.by_department), *(one.key for one in found.by_unit)])
    return LedgerOut(
        on=found.on,
        whole=CountsOut(**_counts(found.whole)),
        by_source=[SourceOut(source=one.key, **_counts(one)) for one in found.by_source],
        by_department=_places(found.by_department, known),
        by_unit=_places(found.by_unit, known),
        extended=found.extended,
        extensions=found.extensions,
        watched=found.watched,
        recent=found.recent,
        recent_repeated=found.recent_repeated,
        repeat_percent=found.repeat_percent,
        without_cause=found.without_cause,
    )


def _counts(group: Group) -> dict[str, int]:
    return {name: getattr(group, name) for name in ("total", "open", "submitted", "closed", "overdue", "late_days")}


def _places(groups: Iterable[Group], known: dict[int, Unit]) -> list[PlaceOut]:
    return [PlaceOut(unit=unit_ref(known[one.key]) if one.key in known else None, **_counts(one)) for one in groups]


def _earlier(found: queries.Recurrence) -> EarlierOut:
    return EarlierOut(
        uid=found.uid, number=found.number, title=found.title, closed_on=found.closed_on, months=found.months
    )


def _work(entry: Entry, request: HttpRequest) -> HttpResponse:
    by = actor(request)
    lines = progress.read(entry.body.data.get("progress"))
    shown = WorkOut(
        uid=entry.uid,
        status=entry.status,
        due_on=entry.due_on,
        progress=[LineOut(text=line.text, on=line.on, share=line.share, by=line.by) for line in lines],
        extensions=[
            ExtensionOut(at=one.at, by=one.by, before=one.before, after=one.after, reason=one.reason)
            for one in queries.extensions(entry)
        ],
        earlier=[_earlier(one) for one in queries.recurrences(entry, by=by)] if entry.ref_1 is None else [],
        version=entry.version,
    )
    return tags.tagged(shown, version=entry.version)
