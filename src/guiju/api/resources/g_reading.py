"""Read and confirm: giving a rule out, how far it has come, who is missing; and what the caller himself is to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api import paging
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import FORM, JSON, Routes
from guiju.api.schemas import Body, PersonRef, UnitRef, Version, person_ref, unit_ref
from guiju.files import store as files
from guiju.governance.enums import ReadingState, ReceiptState
from guiju.governance.models import PolicyVersion, Reading, Receipt
from guiju.governance.policies import queries as policies
from guiju.governance.reading import audience as audiences
from guiju.governance.reading import confirming, issuing, managing, previewing, queries
from guiju.governance.reading.audience import Audience
from guiju.governance.reading.queries import Tally
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.models import Unit

routes = Routes("Reading")
VIEW, ISSUE, CONFIRM = P.REGISTER_ENTRY_VIEW, P.GOVERNANCE_READING_ISSUE, P.GOVERNANCE_READING_CONFIRM
Statement = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class AudienceIn(Body):
    """Who is asked: everybody of the unit, unless something is said."""

    kind: Literal["all", "managers", "officers", "compliance_staff", "department_officer", "key_posts", "new_hires"] = (
        "all"
    )
    since: date | None = Field(None, description="For new hires: joined since.")
    departments: list[UUID] = Field([], max_length=500)
    below: bool = Field(False, description="All units below too.")
    joiners: bool = Field(False, description="Whoever joins while it is open is asked too.")


class ReadingIn(Body):
    """A policy in force, given out to be read."""

    policy: UUID
    audience: AudienceIn | None = None
    due_on: date
    statement: Statement
    compared: int | None = Field(None, ge=1, description="Number of the earlier version to show what differs from.")


class TallyOut(Schema):
    """How many were asked, and how many have confirmed."""

    asked: int
    confirmed: int
    paper: int = Field(description="Of those confirmed, by a signed list.")
    late: int


class ReadingOut(Schema):
    """One reading."""

    uid: UUID
    unit: UnitRef
    policy: UUID
    policy_version: UUID | None
    title: str
    statement: str
    audience: dict[str, object]
    due_on: date
    state: ReadingState
    person_count: int
    confirmed_count: int
    reminded_on: date | None
    issued_at: datetime
    closed_at: datetime | None
    record: str = Field(description="Register and uid of the record made of it, if any.")
    version: int
    by: str


class ReadingPlaceOut(Schema):
    """A department or a unit below with its figures."""

    unit: UnitRef | None = Field(description="Nothing: people without a department.")
    tally: TallyOut


class ReadingRatesOut(Schema):
    """The figures of a unit: all below, its departments, the units directly below."""

    whole: TallyOut
    departments: list[ReadingPlaceOut]
    units: list[ReadingPlaceOut]


class ReadingPreviewOut(Schema):
    """How many people would be asked today."""

    count: int
    without_account: int
    units: int
    outside: int


class ReceiptOut(Schema):
    """One person of a reading."""

    person: PersonRef
    unit: UnitRef
    department: UnitRef | None
    state: ReceiptState
    way: str
    has_account: bool
    opened_at: datetime | None
    confirmed_at: datetime | None


class ReceiptQuery(PageQuery):
    """Whose people, and which of them."""

    unit: str = Field(
        "", max_length=40, description="Code of a unit or department below; the reading's own if left out."
    )
    state: Literal["", "pending", "confirmed", "no_account"] = ""


class ReadingUnitQuery(Schema):
    """From where it is looked at."""

    unit: str = Field(
        "", max_length=40, description="Code of a unit or department below; the reading's own if left out."
    )


class ReadingRemindIn(Body):
    """Whom to remind."""

    unit: str = Field("", max_length=40)


class ReadingExtendIn(Body):
    """Another last day."""

    due_on: date
    version: Version | None = None


class ReadingCloseIn(Body):
    """The end of it."""

    record: Literal["", "publicity", "work_records"] = Field("", description="Register in which it is recorded.")
    version: Version | None = None


class ReadingPaperIn(Body):
    """Who has signed."""

    people: list[UUID] = Field(min_length=1, max_length=confirming.MOST)


class ReadingCountOut(Schema):
    """How many it concerns."""

    count: int


class OwnReadingOut(Schema):
    """What the caller is asked to read, or has confirmed."""

    uid: UUID
    title: str
    unit: UnitRef
    statement: str
    due_on: date
    state: ReceiptState
    confirmed_at: datetime | None
    way: str


class OwnReadingTextOut(OwnReadingOut):
    """With its text, one paragraph a line."""

    text: str


class ReadToEndIn(Body):
    """The caller says that the person has read the text to its end."""

    read_to_end: Literal[True]


# --- giving out -----------------------------------------------------------------------------------------------------


@routes.get("/units/{code}/readings", VIEW, answer=Page[ReadingOut], summary=_l("List the readings of a unit"))
def readings(request: HttpRequest, code: str, query: Query[PageQuery]) -> object:
    rows = queries.of_unit(check.unit(actor(request), VIEW, code))
    if query.q:
        rows = rows.filter(title__icontains=query.q)
    sorts = {"issued_at": "issued_at", "due_on": "due_on"}
    return paging.page(rows, request=request, query=query, sorts=sorts, default="-issued_at", show=_many)


@routes.post(
    "/units/{code}/readings/preview", ISSUE, answer=ReadingPreviewOut, takes=JSON,
    summary=_l("Count whom an audience would ask"),
)  # fmt: skip
def preview_reading(request: HttpRequest, code: str, body: AudienceIn) -> ReadingPreviewOut:
    unit = check.unit(actor(request), ISSUE, code)
    found = previewing.preview(audiences.checked(_audience(body), unit), unit, on=clock.today())
    return ReadingPreviewOut(count=found.count, without_account=found.without, units=found.units, outside=found.outside)


@routes.post(
    "/units/{code}/readings", ISSUE, answer=ReadingOut, takes=JSON, status=202,
    summary=_l("Give a policy out to be read"),
)  # fmt: skip
def issue_reading(request: HttpRequest, code: str, body: ReadingIn) -> HttpResponse:
    """The people are asked in the background."""
    by = actor(request)
    unit = check.unit(by, ISSUE, code)
    entry = policies.find(by, body.policy)
    compared = None
    if body.compared is not None:
        compared = PolicyVersion.objects.filter(policy=entry.uid, number=body.compared).first()
        if compared is None:
            raise NotFound(_("There is no such version here."))
    row = issuing.issue(
        unit=unit,
        policy=entry,
        audience=_audience(body.audience) if body.audience is not None else Audience(),
        due_on=body.due_on,
        statement=body.statement,
        compared=compared,
        by=by,
    )
    return tags.tagged(_one(row), version=row.version, status=202, location=f"/api/v1/readings/{row.uid}")


@routes.get("/readings/{uuid:uid}", VIEW, answer=ReadingOut, summary=_l("Show a reading"))
def reading(request: HttpRequest, uid: UUID) -> HttpResponse:
    row = queries.find(actor(request), uid)
    return tags.tagged(_one(row), version=row.version)


@routes.get("/readings/{uuid:uid}/rates", VIEW, answer=ReadingRatesOut, summary=_l("Count how far a reading has come"))
def reading_rates(request: HttpRequest, uid: UUID, query: Query[ReadingUnitQuery]) -> ReadingRatesOut:
    by = actor(request)
    row = queries.find(by, uid)
    found = queries.rates(row, _unit(request, row, query.unit), on=clock.today(), by=by)
    return ReadingRatesOut(
        whole=_tally(found.whole),
        departments=[_place(unit, tally) for unit, tally in found.departments],
        units=[_place(unit, tally) for unit, tally in found.units],
    )


@routes.get("/readings/{uuid:uid}/people", VIEW, answer=Page[ReceiptOut], summary=_l("List the people of a reading"))
def reading_people(request: HttpRequest, uid: UUID, query: Query[ReceiptQuery]) -> object:
    by = actor(request)
    row = queries.find(by, uid)
    held = queries.receipts(row, _unit(request, row, query.unit), by=by)
    rows = queries.people(held, state=query.state, q=query.q).order_by("pk")
    return paging.page(rows, request=request, query=query, sorts={"asked": "pk"}, default="asked", show=_receipts)


@routes.post(
    "/readings/{uuid:uid}/remind",
    ISSUE,
    answer=ReadingCountOut,
    takes=JSON,
    status=202,
    summary=_l("Remind those missing"),
)
def remind_reading(request: HttpRequest, uid: UUID, body: ReadingRemindIn) -> ReadingCountOut:
    row = queries.find(actor(request), uid)
    unit = _unit(request, row, body.unit)
    return ReadingCountOut(count=managing.remind(reading=row, unit=unit, by=actor(request)))


@routes.post(
    "/readings/{uuid:uid}/extend", ISSUE, answer=ReadingOut, takes=JSON, etag=True, summary=_l("Set another last day")
)
def extend_reading(request: HttpRequest, uid: UUID, body: ReadingExtendIn) -> HttpResponse:
    by = actor(request)
    found = queries.find(by, uid)
    row = managing.extend(reading=found, due_on=body.due_on, version=tags.seen(request, body.version), by=by)
    return tags.tagged(_one(row), version=row.version)


@routes.post(
    "/readings/{uuid:uid}/close", ISSUE, answer=ReadingOut, takes=JSON, etag=True, slow=True,
    summary=_l("Close a reading"),
)  # fmt: skip
def close_reading(request: HttpRequest, uid: UUID, body: ReadingCloseIn) -> HttpResponse:
    by = actor(request)
    found = queries.find(by, uid)
    row = managing.close(reading=found, version=tags.seen(request, body.version), record=body.record, by=by)
    return tags.tagged(_one(row), version=row.version)


@routes.post(
    "/readings/{uuid:uid}/paper", ISSUE, answer=ReadingCountOut, takes=FORM, status=201, slow=True,
    summary=_l("Record a list signed on paper"),
)  # fmt: skip
def record_paper(
    request: HttpRequest, uid: UUID, file: File[UploadedFile], form: Form[ReadingPaperIn]
) -> ReadingCountOut:
    by = actor(request)
    row = queries.find(by, uid)
    stored = files.save(file, name=str(file.name), by=by)
    kept = {"digest": stored.digest, "name": str(file.name)}
    count = confirming.paper(reading=row, people=[str(one) for one in form.people], file=kept, by=by)
    return ReadingCountOut(count=count)


# --- one's own ------------------------------------------------------------------------------------------------------


@routes.get("/me/readings", CONFIRM, answer=list[OwnReadingOut], summary=_l("What I am to read, and what I confirmed"))
def my_readings(request: HttpRequest) -> list[OwnReadingOut]:
    by = actor(request)
    return [OwnReadingOut(**_own(one)) for one in (*queries.mine(by)[:200], *queries.confirmed(by)[:200])]


@routes.get("/me/readings/{uuid:uid}", CONFIRM, answer=OwnReadingTextOut, summary=_l("Show what I am to read"))
def my_reading(request: HttpRequest, uid: UUID) -> OwnReadingTextOut:
    receipt = queries.own(actor(request), uid)
    version = receipt.reading.policy_version
    return OwnReadingTextOut(**_own(receipt), text=version.text if version else "")


@routes.post(
    "/me/readings/{uuid:uid}/confirm", CONFIRM, answer=OwnReadingOut, takes=JSON,
    summary=_l("Confirm that I have read it"),
)  # fmt: skip
def confirm_reading(request: HttpRequest, uid: UUID, body: ReadToEndIn) -> OwnReadingOut:
    """For the caller himself; again it changes nothing."""
    by = actor(request)
    receipt = queries.own(by, uid)
    confirming.open_(receipt)
    whole = confirming.parts(confirming.pieces(receipt.reading))
    for part in range(receipt.reached + 1, whole + 1):
        confirming.reach(receipt, part, of=whole)
    confirming.confirm(reading=uid, by=by)
    return OwnReadingOut(**_own(queries.own(by, uid)))


# --- shape ----------------------------------------------------------------------------------------------------------


def _audience(body: AudienceIn) -> Audience:
    return Audience(
        kind=body.kind,
        since=body.since,
        departments=tuple(str(one) for one in body.departments),
        below=body.below,
        joiners=body.joiners,
    )


def _unit(request: HttpRequest, row: Reading, code: str) -> Unit:
    return check.keeper(actor(request), VIEW, code or row.unit.code)


def _many(rows: Sequence[Reading]) -> list[ReadingOut]:
    return [_one(row) for row in rows]


def _one(row: Reading) -> ReadingOut:
    plain = ("uid", "policy", "title", "statement", "audience", "due_on", "person_count", "confirmed_count", "reminded_on",
             "issued_at", "closed_at", "record", "version", "by")  # fmt: skip
    return ReadingOut(
        **{name: getattr(row, name) for name in plain},
        unit=unit_ref(row.unit),
        policy_version=row.policy_version.uid if row.policy_version else None,
        state=ReadingState(row.state),
    )


def _tally(one: Tally) -> TallyOut:
    return TallyOut(asked=one.asked, confirmed=one.confirmed, paper=one.paper, late=one.late)


def _place(unit: Unit | None, tally: Tally) -> ReadingPlaceOut:
    return ReadingPlaceOut(unit=unit_ref(unit) if unit is not None else None, tally=_tally(tally))


def _receipts(rows: Sequence[Receipt]) -> list[ReceiptOut]:
    return [
        ReceiptOut(
            person=person_ref(one.person),
            unit=unit_ref(one.unit),
            department=unit_ref(one.department) if one.department else None,
            state=ReceiptState(one.state),
            way=one.way,
            has_account=one.person.user_id is not None,
            opened_at=one.opened_at,
            confirmed_at=one.confirmed_at,
        )
        for one in rows
    ]


def _own(one: Receipt) -> dict[str, Any]:
    row = one.reading
    return {
        "uid": row.uid, "title": row.title, "unit": unit_ref(row.unit), "statement": row.statement,
        "due_on": one.due_on or row.due_on, "state": ReceiptState(one.state), "confirmed_at": one.confirmed_at,
        "way": one.way,
    }  # fmt: skip
