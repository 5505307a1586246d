"""Policies: their texts in versions, from draft to repeal, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterable
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
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.resources.entries import Values
from guiju.api.routes import FORM, JSON, Routes
from guiju.api.schemas import Body, UnitRef, Version, unit_ref
from guiju.files import store as files
from guiju.governance.enums import VersionState
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, clauses, comparing, queries, reviewing, structure
from guiju.governance.policies.comparing import Kind, Row
from guiju.governance.policies.terms import LONGEST
from guiju.lib.errors import NotFound
from guiju.org import places
from guiju.registers.models import Entry
from guiju.review.enums import MatterState

routes = Routes("Policies")

VIEW, EDIT, CREATE = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT, P.REGISTER_ENTRY_CREATE
APPROVE, ISSUE = P.GOVERNANCE_POLICY_APPROVE, P.GOVERNANCE_POLICY_ISSUE
Said = Annotated[str, StringConstraints(max_length=1_000)]
Number = Annotated[str, StringConstraints(max_length=60)]
Text = Annotated[str, StringConstraints(max_length=LONGEST)]
#: Versions whose review is of any moment.
_REVIEWED = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.APPROVED, VersionState.IN_FORCE)
#: Differing clauses in one answer.
MOST = 500


class PolicyFileOut(Schema):
    """A file of a version."""

    digest: str = Field(description="SHA-256 of the bytes.")
    name: str
    size: int


class PolicyReviewOut(Schema):
    """How the compliance review of a version's text stands."""

    asked: bool = Field(description="Whether rules of this unit go through review.")
    matter: UUID | None = Field(description="See GET /reviews/{uid}; null where it was never brought.")
    number: str
    state: MatterState | None
    fits: bool = Field(description="Whether that review was about exactly this text.")
    clear: bool = Field(description="Whether the version may be approved as far as the review goes.")
    why: str = Field(description="What still stands against issuing it.")
    code: str = Field(description="The short code of the pass.")


class PolicyVersionOut(Schema):
    """One version of a policy's text, without the text."""

    uid: UUID
    policy: UUID
    number: int = Field(description="1, 2, 3 … within the policy.")
    state: VersionState
    title: str
    document_number: str
    reason: str
    files: list[PolicyFileOut]
    issued_on: date | None
    in_force_on: date | None = Field(description="With the state approved: the day on which it comes into force.")
    ended_on: date | None
    end_reason: str
    end_number: str
    drafted_by: str
    submitted_at: datetime | None
    submitted_by: str
    approved_at: datetime | None
    approved_by: str
    opinion: str
    review: PolicyReviewOut | None = Field(
        description="Null where no review is asked for and none was about this text."
    )
    version: int


class ClauseOut(Schema):
    """A heading, an article or a paragraph of a text."""

    anchor: str = Field(description="Leads to it on the page of the text.")
    place: str
    label: str
    words: str
    level: int = Field(description="1 to 3 for headings, 4 for articles and points, 0 for paragraphs.")


class PolicyTextOut(PolicyVersionOut):
    """A version with its text."""

    text: str
    clauses: list[ClauseOut]


class PolicyOut(Schema):
    """A policy: its record in passing, and its versions."""

    uid: UUID
    unit: UnitRef
    department: UnitRef | None
    name: str
    number: str
    status: str = Field(description="draft, issued or repealed.")
    versions: list[PolicyVersionOut] = Field(description="The latest first.")
    version: int = Field(description="Of the record.")


class DifferenceOut(Schema):
    """One clause that differs."""

    kind: Kind
    place: str
    moved: bool
    renumbered: bool
    label_before: str
    label_after: str
    before: str
    after: str
    words: list[tuple[Literal["same", "del", "ins"], str]] = Field(description="Within a changed clause.")


class PolicyDifferencesOut(Schema):
    """What differs between two versions."""

    before: int
    after: int
    counts: dict[str, int]
    items: list[DifferenceOut]
    hidden: int = Field(description="Differing clauses beyond those shown.")


class PolicyCompareQuery(Schema):
    """Which versions, by number."""

    before: int = Field(ge=1, le=100_000)
    after: int = Field(ge=1, le=100_000)


class PolicyIn(Body):
    """A new rule; `values` are fields of the register `policies`."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    text: Text = ""
    reason: Said = ""
    values: Values = {}
    plan: UUID | None = Field(None, description="The row of the yearly plan that it carries out.")


class RevisionIn(Body):
    """A revision; without a text it begins with the words in force."""

    title: Annotated[str, StringConstraints(max_length=200)] = ""
    text: Text = ""
    reason: Said = ""
    plan: UUID | None = None


class PolicyDraftChange(Body):
    """What changes in a draft; what is not given stays."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    text: Text | None = None
    reason: Said | None = None
    version: Version | None = None


class PolicyStepIn(Body):
    """The version that was seen."""

    version: Version | None = None


class PolicyOpinionIn(PolicyStepIn):
    """With an opinion."""

    opinion: Said = ""


class PolicyReasonIn(PolicyStepIn):
    """With a reason."""

    reason: Said


class PolicyIssueIn(PolicyStepIn):
    """Number and days; today where none is given."""

    number: Number = ""
    issued_on: date | None = None
    in_force_on: date | None = Field(None, description="On a later day it comes into force by itself.")


class PolicyRepealIn(PolicyReasonIn):
    """Day and document of a repeal; `version` is that of the record."""

    on: date | None = None
    number: Number = ""


class PolicyStockIn(Body):
    """The text of a rule that is in force already; without one it is read from the record's file."""

    text: Text = ""


class ClausesIn(Body):
    """Clauses by their anchors."""

    anchors: list[Annotated[str, StringConstraints(max_length=40)]] = Field(min_length=1, max_length=200)


class ClausesOut(Schema):
    """Rows of the register `policy_clauses` that were made."""

    items: list[UUID]


class PolicyFileIn(Body):
    """The version that was seen."""

    version: Version | None = None


# --- reading --------------------------------------------------------------------------------------------------------


@routes.get("/policies/{uuid:uid}", VIEW, answer=PolicyOut, summary=_l("Show a policy and its versions"))
def policy(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _policy(queries.find(actor(request), uid))


@routes.get("/policy-versions/{uuid:uid}", VIEW, answer=PolicyTextOut, summary=_l("Show a version with its text"))
def policy_version(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _texted(queries.version(actor(request), uid)[0])


@routes.get("/policies/{uuid:uid}/differences", VIEW, answer=PolicyDifferencesOut, summary=_l("Compare two versions"))
def policy_differences(request: HttpRequest, uid: UUID, query: Query[PolicyCompareQuery]) -> PolicyDifferencesOut:
    entry = queries.find(actor(request), uid)
    rows = {row.number: row for row in PolicyVersion.objects.filter(policy=entry.uid)}
    if query.before not in rows or query.after not in rows:
        raise NotFound(_no_version())
    found = comparing.compare(rows[query.before].text, rows[query.after].text)
    differing = [row for row in found.rows if not row.is_plain]
    return PolicyDifferencesOut(
        before=query.before,
        after=query.after,
        counts=found.counts(),
        items=[_difference(row) for row in differing[:MOST]],
        hidden=max(len(differing) - MOST, 0),
    )


# --- drafting -------------------------------------------------------------------------------------------------------


@routes.post(
    "/units/{code}/policies",
    CREATE,
    answer=PolicyTextOut,
    status=201,
    takes=JSON,
    slow=True,
    summary=_l("Draft a rule"),
)
def draft_policy(request: HttpRequest, code: str, body: PolicyIn) -> HttpResponse:
    by = actor(request)
    unit = places.company_of(check.keeper(by, CREATE, code))
    values = {name: value for name, value in body.values.items() if name not in {"name", "files"}}
    row = actions.start(
        policy=None,
        unit=unit,
        title=body.title,
        text=body.text,
        reason=body.reason,
        values=values,
        plan=body.plan,
        by=by,
    )
    return _texted(row, status=201)


@routes.post(
    "/policies/{uuid:uid}/versions", EDIT, answer=PolicyTextOut, status=201, takes=JSON, slow=True,
    summary=_l("Begin a revision"),
)  # fmt: skip
def revise_policy(request: HttpRequest, uid: UUID, body: RevisionIn) -> HttpResponse:
    by = actor(request)
    entry = queries.find(by, uid)
    row = actions.start(
        policy=entry, unit=entry.unit, title=body.title, text=body.text, reason=body.reason, plan=body.plan, by=by
    )
    return _texted(row, status=201)


@routes.post(
    "/policies/{uuid:uid}/take-over", EDIT, answer=PolicyTextOut, takes=JSON, slow=True,
    summary=_l("Take over the text of a rule in force"),
)  # fmt: skip
def take_policy_over(request: HttpRequest, uid: UUID, body: PolicyStockIn) -> HttpResponse:
    by = actor(request)
    return _texted(actions.take_over(entry=queries.find(by, uid), text=body.text, read=True, by=by))


@routes.patch(
    "/policy-versions/{uuid:uid}", EDIT, answer=PolicyTextOut, takes=JSON, etag=True, summary=_l("Change a draft")
)
def change_policy_draft(request: HttpRequest, uid: UUID, body: PolicyDraftChange) -> HttpResponse:
    row, by, seen = _asked(request, uid, body.version)
    given = {name: getattr(body, name) for name in ("title", "text", "reason") if getattr(body, name) is not None}
    return _texted(actions.edit(draft=row, values=given, version=seen, by=by))


@routes.post(
    "/policy-versions/{uuid:uid}/files", EDIT, answer=PolicyTextOut, status=201, takes=FORM, slow=True,
    summary=_l("Attach a file to a draft"),
)  # fmt: skip
def attach_policy_file(
    request: HttpRequest, uid: UUID, file: File[UploadedFile], form: Form[PolicyFileIn]
) -> HttpResponse:
    """A draft without a text takes the words of the file."""
    by = actor(request)
    row, entry = queries.version(by, uid)
    check.require(by, EDIT, entry.unit, entry.department)
    stored = files.save(file, name=str(file.name), by=by)
    attached = {"digest": stored.digest, "name": str(file.name)}
    others = [one for one in row.files if one["digest"] != stored.digest]
    values = {"files": [*others, attached], "text": row.text}
    return _texted(
        actions.edit(draft=row, values=values, version=form.version or row.version, by=by, read=True), status=201
    )


# --- steps ----------------------------------------------------------------------------------------------------------


@routes.post(
    "/policy-versions/{uuid:uid}/submit", EDIT, answer=PolicyVersionOut, takes=JSON, etag=True,
    summary=_l("Submit a draft for approval"),
)  # fmt: skip
def submit_policy(request: HttpRequest, uid: UUID, body: PolicyStepIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body.version)
    return _tagged(actions.submit(draft=row, version=seen, by=by))


@routes.post(
    "/policy-versions/{uuid:uid}/approve", APPROVE, answer=PolicyVersionOut, takes=JSON, etag=True,
    summary=_l("Approve what was submitted"),
)  # fmt: skip
def approve_policy(request: HttpRequest, uid: UUID, body: PolicyOpinionIn) -> HttpResponse:
    """Not by anybody who wrote or submitted it."""
    row, by, seen = _asked(request, uid, body.version)
    return _tagged(actions.approve(draft=row, opinion=body.opinion, version=seen, by=by))


@routes.post(
    "/policy-versions/{uuid:uid}/back", APPROVE, answer=PolicyVersionOut, takes=JSON, etag=True,
    summary=_l("Send a version back"),
)  # fmt: skip
def send_policy_back(request: HttpRequest, uid: UUID, body: PolicyOpinionIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body.version)
    return _tagged(actions.send_back(draft=row, opinion=body.opinion, version=seen, by=by))


@routes.post(
    "/policy-versions/{uuid:uid}/withdraw", EDIT, answer=PolicyVersionOut, takes=JSON, etag=True,
    summary=_l("Withdraw a version"),
)  # fmt: skip
def withdraw_policy(request: HttpRequest, uid: UUID, body: PolicyReasonIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body.version)
    return _tagged(actions.withdraw(draft=row, reason=body.reason, version=seen, by=by))


@routes.post(
    "/policy-versions/{uuid:uid}/issue", ISSUE, answer=PolicyVersionOut, takes=JSON, etag=True,
    summary=_l("Issue an approved version"),
)  # fmt: skip
def issue_policy(request: HttpRequest, uid: UUID, body: PolicyIssueIn) -> HttpResponse:
    """In force at once, or on its day; the version before ends the day before."""
    row, by, seen = _asked(request, uid, body.version)
    issued = actions.issue(
        draft=row, number=body.number, issued_on=body.issued_on, in_force_on=body.in_force_on, version=seen, by=by
    )
    return _tagged(issued)


@routes.post(
    "/policies/{uuid:uid}/repeal", ISSUE, answer=PolicyOut, takes=JSON, etag=True, summary=_l("Repeal a policy")
)
def repeal_policy(request: HttpRequest, uid: UUID, body: PolicyRepealIn) -> HttpResponse:
    by = actor(request)
    entry, seen = queries.find(by, uid), tags.seen(request, body.version)
    actions.repeal(entry=entry, on=body.on, number=body.number, reason=body.reason, version=seen, by=by)
    return _policy(queries.find(by, uid))


@routes.post(
    "/policies/{uuid:uid}/clauses", CREATE, answer=ClausesOut, status=201, takes=JSON,
    summary=_l("Put clauses into the register of clauses"),
)  # fmt: skip
def enter_policy_clauses(request: HttpRequest, uid: UUID, body: ClausesIn) -> ClausesOut:
    by = actor(request)
    entry = queries.find(by, uid)
    row = actions.current(entry.uid)
    if row is None:
        raise NotFound(_no_version())
    made = clauses.enter(entry=entry, row=row, anchors=set(body.anchors), by=by)
    return ClausesOut(items=[one.uid for one in made])


# --- shape ----------------------------------------------------------------------------------------------------------


def _no_version() -> str:
    return _("There is no such version here.")


def _asked(request: HttpRequest, uid: UUID, in_body: int | None) -> tuple[PolicyVersion, Any, int]:
    """The version of the address, who asks, and the state of it that was seen."""
    by = actor(request)
    return queries.version(by, uid)[0], by, tags.seen(request, in_body)


def _policy(entry: Entry) -> HttpResponse:
    shown = PolicyOut(
        uid=entry.uid,
        unit=unit_ref(entry.unit),
        department=unit_ref(entry.department) if entry.department else None,
        name=entry.title,
        number=entry.number,
        status=entry.status,
        versions=[PolicyVersionOut(**_row(row)) for row in queries.versions(entry)],
        version=entry.version,
    )
    return tags.tagged(shown, version=entry.version)


def _row(row: PolicyVersion) -> dict[str, Any]:
    plain = ("uid", "policy", "number", "state", "title", "document_number", "reason", "issued_on", "in_force_on", "ended_on",
             "end_reason", "end_number", "drafted_by", "submitted_at", "submitted_by", "approved_at", "approved_by",
             "opinion", "version")  # fmt: skip
    return {**{name: getattr(row, name) for name in plain}, "files": list(_files(row.files)), "review": _review(row)}


def _review(row: PolicyVersion) -> PolicyReviewOut | None:
    """Of what is being worked on or was just issued; what was replaced has nothing to wait for."""
    if row.state not in _REVIEWED:
        return None
    asked, found = reviewing.is_asked(row), reviewing.standing(row)
    fits = found is not None and found.fits
    if not fits and (not asked or row.state == VersionState.IN_FORCE):
        return None
    if found is None:
        return PolicyReviewOut(
            asked=asked, matter=None, number="", state=None, fits=False, clear=False, why="", code=""
        )  # fmt: skip
    of = found.matter
    return PolicyReviewOut(
        asked=asked, matter=of.uid, number=of.number, state=of.state, fits=found.fits, clear=found.is_clear,
        why=of.why if found.fits else "", code=of.code if found.fits else "",
    )  # fmt: skip


def _files(held: Iterable[dict[str, Any]]) -> Iterable[PolicyFileOut]:
    return (PolicyFileOut(digest=one["digest"], name=one["name"], size=one.get("size") or 0) for one in held)


def _tagged(row: PolicyVersion) -> HttpResponse:
    return tags.tagged(PolicyVersionOut(**_row(row)), version=row.version)


def _texted(row: PolicyVersion, *, status: int = 200) -> HttpResponse:
    pieces = [
        ClauseOut(anchor=piece.anchor, place=piece.place, label=piece.label, words=piece.words, level=piece.level)
        for piece in structure.parse(row.text)
    ]
    shown = PolicyTextOut(**_row(row), text=row.text, clauses=pieces)
    where = f"/api/v1/policy-versions/{row.uid}" if status == 201 else ""
    return tags.tagged(shown, version=row.version, status=status, location=where)


def _difference(row: Row) -> DifferenceOut:
    before, after = row.before, row.after
    changed = row.kind == Kind.CHANGED and before is not None and after is not None
    return DifferenceOut(
        kind=row.kind,
        place=row.place,
        moved=row.moved,
        renumbered=row.renumbered,
        label_before=before.label if before is not None else "",
        label_after=after.label if after is not None else "",
        before=row.old,
        after=row.new,
        words=comparing.words(before.words, after.words) if changed and before and after else [],  # type: ignore[arg-type]
    )
