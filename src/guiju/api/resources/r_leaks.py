"""The leak finder: look, the three rates, findings with both sides, and what becomes of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _l
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import FORM, JSON, Routes
from guiju.api.schemas import Body, UnitRef, unit_ref
from guiju.review.enums import LeakKind, LeakState
from guiju.review.leaks import actions, looking, queries, telling, wording
from guiju.review.leaks.queries import Found, RateLine
from guiju.review.models import LeakRun

routes = Routes("Reviews")

Text = Annotated[str, StringConstraints(max_length=1000)]
Seen = Annotated[int, Field(ge=0, le=2**31 - 1)]


class LeakLookIn(Body):
    """Where and when to look."""

    period: str = Field(
        "12m", max_length=8, description="2026, 2026Q1, 2026-03, or 12m: the twelve months up to today."
    )
    below: bool = Field(False, description="All levels below as well.")
    kind: Literal["", "contract", "purchase", "finance"] = Field(
        "", description="What the ledgers are; empty: each is told by its words."
    )


class LeakQuery(Schema):
    """Which findings."""

    kind: LeakKind | None = None
    state: LeakState | None = None
    rate: Literal["", "policy", "contract", "decision"] = Field("", description="Only the exceptions of this rate.")
    offset: int = Field(0, ge=0, le=looking.MOST_FINDINGS)
    limit: int = Field(50, ge=1, le=200)


class ReviewRateOut(Schema):
    """One review rate: of the whole, or of one unit."""

    kind: str = Field(description="policy, contract or decision.")
    unit: str = Field(description="Code of the unit; empty for the whole.")
    reviewed: int
    total: int
    percent: int | None = Field(description="Rounded down; null where nothing was carried out.")
    clean: int | None = Field(
        description="Of those reviewed, how many were carried out as reviewed; null: not counted."
    )
    against: dict[str, int] = Field(description="What weighs against the rate: kind of leak and how many.")
    beside: dict[str, int] = Field(
        description="Reviewed in time and so within the rate, but carried out otherwise: kind of leak and how many."
    )
    entered_afterwards: int = Field(
        description="Reviews that were entered by hand only after the thing was carried out; not counted as reviewed."
    )
    percent_with_entered: int | None = Field(description="What the rate would be with them.")


class LeakJobOut(Schema):
    """A look that was begun."""

    job: UUID = Field(
        description="How far it is: GET /jobs/{job}; its result names the run, or says why there is none."
    )
    run: UUID = Field(description="Where it will stand: GET /leaks/{run}, 404 until the job is done.")


class LeakLedgerOut(Schema):
    """A ledger that was handed in."""

    name: str
    sheet: str
    kind: str
    digest: str
    rows: int
    totals: int = Field(description="Rows of totals, which were left out.")
    doubted: int = Field(description="Cells that could not be read.")
    unread: list[str] = Field(default_factory=list, description="Headings of columns that nothing is read from.")
    lacking: list[str] = Field(default_factory=list, description="Which of party, amount and on no column gives.")


class LeakRunOut(Schema):
    """One look."""

    uid: UUID
    unit: UnitRef
    period: str
    starts_on: date
    ends_on: date
    below: bool
    looked: int
    undated: int = Field(description="Rows of ledgers that name no day and could not be judged.")
    counts: dict[str, int]
    rates: list[ReviewRateOut] = Field(description="The whole first, then unit by unit.")
    ledgers: list[LeakLedgerOut]
    matched: dict[str, int] = Field(description="How the ledgers match, in the words of the merged form.")
    made_at: datetime
    by: str


class LeakOut(Schema):
    """A finding, with both sides as they were when it was found."""

    uid: UUID
    unit: UnitRef
    kind: LeakKind
    why: list[str]
    title: str
    on: date
    amount: Decimal | None
    state: LeakState
    reason: str
    rectification: UUID | None
    version: int = Field(description="Of what became of it; 0 while nothing has.")
    deeds: list[dict[str, Any]] = Field(description="What was carried out.")
    review: dict[str, Any] | None = Field(description="The review beside it.")


class LeaksOut(Schema):
    """Findings of a look, in its order."""

    items: list[LeakOut]
    count: int


class LeakAsideIn(Body):
    """Why it is no leak."""

    reason: Text
    version: Seen | None = None


class LeakRectifyIn(Body):
    """Who puts it right by when."""

    owner: UUID = Field(description="A person.")
    due_on: date
    problem: Annotated[str, StringConstraints(max_length=200)] = ""
    department: UUID | None = None
    measures: Annotated[str, StringConstraints(max_length=4000)] = ""
    version: Seen | None = None


class LeakOpenIn(Body):
    """The version one has seen."""

    version: Seen | None = None


@routes.post(
    "/units/{code}/leaks", P.REVIEW_MATTER_MANAGE, answer=LeakJobOut, status=202, takes=FORM, slow=True,
    summary=_l("Look for leaks of review, in the registers and in ledgers"),
)  # fmt: skip
def look_for_leaks(
    request: HttpRequest, code: str, form: Form[LeakLookIn], files: File[list[UploadedFile] | None] = None
) -> LeakJobOut:
    """It runs as a job; the same look asked for again while it runs is the same job."""
    by = actor(request)
    unit = check.unit(by, P.REVIEW_MATTER_VIEW, code)
    handed = [looking.Handed(str(one.name), one, form.kind) for one in files or ()]
    job = looking.begin(unit=unit, period=form.period, below=form.below, handed=handed, by=by)
    return LeakJobOut(job=job.uid, run=looking.made_by(job))


@routes.get(
    "/units/{code}/leaks", P.REVIEW_MATTER_VIEW, answer=list[LeakRunOut], summary=_l("List the looks for leaks")
)
def leak_runs(request: HttpRequest, code: str) -> list[LeakRunOut]:
    """The latest fifty."""
    by = actor(request)
    unit = check.unit(by, P.REVIEW_MATTER_VIEW, code)
    return [_run(one) for one in queries.runs(by, unit)[:50]]


@routes.get("/leaks/{uuid:uid}", P.REVIEW_MATTER_VIEW, answer=LeakRunOut, summary=_l("Show a look for leaks"))
def leak_run(request: HttpRequest, uid: UUID) -> LeakRunOut:
    return _run(queries.run(actor(request), uid))


@routes.get("/leaks/{uuid:uid}/findings", P.REVIEW_MATTER_VIEW, answer=LeaksOut, summary=_l("List what was found"))
def leak_findings(request: HttpRequest, uid: UUID, query: Query[LeakQuery]) -> LeaksOut:
    held = queries.run(actor(request), uid)
    found, count = queries.findings(
        held, kind=query.kind or "", state=query.state or "", rate=query.rate, at=query.offset, size=query.limit
    )
    return LeaksOut(items=[_finding(one) for one in found], count=count)


@routes.post(
    "/leaks/findings/{uuid:uid}/aside", P.REVIEW_MATTER_MANAGE, answer=LeakOut, takes=JSON,
    summary=_l("Set a finding aside, with a reason"),
)  # fmt: skip
def set_leak_aside(request: HttpRequest, uid: UUID, body: LeakAsideIn) -> LeakOut:
    by = actor(request)
    row = queries.finding(by, uid).row
    return _finding(Found(row, actions.set_aside(finding=row, reason=body.reason, by=by, version=body.version)))


@routes.post(
    "/leaks/findings/{uuid:uid}/rectify", P.REVIEW_MATTER_MANAGE, answer=LeakOut, takes=JSON,
    summary=_l("Make a rectification of a finding"),
)  # fmt: skip
def rectify_leak(request: HttpRequest, uid: UUID, body: LeakRectifyIn) -> LeakOut:
    by = actor(request)
    row = queries.finding(by, uid).row
    values = {
        "owner": str(body.owner), "due_on": body.due_on.isoformat(), "problem": body.problem, "measures": body.measures,
        "department": str(body.department) if body.department is not None else "",
    }  # fmt: skip
    return _finding(Found(row, actions.rectify(finding=row, values=values, by=by, version=body.version)))


@routes.post(
    "/leaks/findings/{uuid:uid}/open", P.REVIEW_MATTER_MANAGE, answer=LeakOut, takes=JSON,
    summary=_l("Take up again what was set aside"),
)  # fmt: skip
def take_leak_up(request: HttpRequest, uid: UUID, body: LeakOpenIn) -> LeakOut:
    by = actor(request)
    row = queries.finding(by, uid).row
    return _finding(Found(row, actions.take_up(finding=row, by=by, version=body.version)))


def _run(row: LeakRun) -> LeakRunOut:
    whole, single = queries.rates(row)
    return LeakRunOut(
        uid=row.uid, unit=unit_ref(row.unit), period=row.period, starts_on=row.starts_on, ends_on=row.ends_on,
        below=row.below, looked=row.looked, undated=row.undated, counts=row.counts,
        rates=[_rate(one) for one in (*whole, *single)], ledgers=[LeakLedgerOut(**_ledger(one)) for one in row.ledgers],
        matched=row.matched, made_at=row.made_at, by=row.by,
    )  # fmt: skip


def _ledger(one: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "sheet", "kind", "digest", "rows", "totals", "doubted", "unread", "lacking")
    return {name: one[name] for name in names if name in one}


def _rate(one: RateLine) -> ReviewRateOut:
    return ReviewRateOut(
        kind=one.kind, unit=one.unit, reviewed=one.ok, total=one.n, percent=one.percent, clean=one.clean,
        against=dict(one.against), beside=dict(one.beside), entered_afterwards=one.entered,
        percent_with_entered=one.percent_with_entered,
    )  # fmt: skip


def _finding(one: Found) -> LeakOut:
    row, settled = one.row, one.settled
    return LeakOut(
        uid=row.uid, unit=unit_ref(row.unit), kind=LeakKind(row.kind), why=wording.why(row), title=row.title, on=row.on,
        amount=row.amount, state=LeakState(one.state), version=one.version,
        reason=settled.reason if settled is not None else "",
        rectification=settled.rectification if settled is not None else None,
        deeds=[telling.plain(deed) for deed in row.sides.get("deeds", ())], review=telling.plain(row.sides.get("review")),
    )  # fmt: skip
