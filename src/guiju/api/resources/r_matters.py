"""Matters for compliance review: bring one with its papers, see what becomes of it.

Papers come in as files only: nobody attaches what he knows nothing of but the digest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints, ValidationError

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import paging, wire
from guiju.api import versions as tags
from guiju.api.auth import OwnOnly, actor
from guiju.api.resources import r_shapes as shapes
from guiju.api.routes import FORM, JSON, Routes
from guiju.api.schemas import Body, Code, PersonRef, Reason, UnitRef, Version, person_ref, unit_ref
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.lib import text as letters
from guiju.lib.errors import Fault, NotFound, Problem
from guiju.org.models import Unit
from guiju.review import access, actions, keeping, queries, subjects
from guiju.review.enums import MatterState, Stand
from guiju.review.models import Matter

routes = Routes("Reviews")

VIEW, SUBMIT = P.REVIEW_MATTER_VIEW, P.REVIEW_MATTER_SUBMIT
#: Whoever looks at reviews sees those of the scope, whoever only submits what the account has sent.
SEEN = OwnOnly("shows what the scopes of the token open: reviews, or what its account has sent")
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=8_000)]
Amount = Annotated[str, StringConstraints(max_length=24)]
Word = Annotated[str, StringConstraints(max_length=120)]
Role = Annotated[str, StringConstraints(max_length=24)]


class MatterBody(Body):
    """What the form of every kind asks."""

    summary: Text = ""
    amount: Amount | None = Field(None, description="In yuan, such as “5000000.00”.")
    overseas: bool = False
    major: bool = False
    level: Annotated[str, StringConstraints(max_length=40)] = ""
    form: dict[Annotated[str, StringConstraints(max_length=40)], str | bool | None] = Field(
        {}, description="What the kind asks besides, by code: see /review-kinds."
    )


class MatterIn(MatterBody):
    """A matter to be reviewed."""

    unit: Code
    kind: Annotated[str, StringConstraints(min_length=1, max_length=24)]
    title: Title
    department: Annotated[str, StringConstraints(max_length=40)] = ""
    owner: Word = Field("", description="Who brings it: uid, staff number or name; the account's own person if empty.")
    system: Annotated[str, StringConstraints(max_length=40)] = Field("", description="The system it comes from.")
    ref: Word = Field("", description="Its number there: what the gate is asked by.")


class MatterChange(Body):
    """What changes in a draft, or in what was returned; what is not given stays."""

    title: Title | None = None
    summary: Text | None = None
    amount: Amount | None = None
    overseas: bool | None = None
    major: bool | None = None
    level: Annotated[str, StringConstraints(max_length=40)] | None = None
    form: dict[Annotated[str, StringConstraints(max_length=40)], str | bool | None] | None = None
    version: Version | None = None


class BroughtForm(Body):
    """A matter with its papers in one request."""

    matter: Annotated[str, StringConstraints(min_length=2, max_length=40_000)] = Field(
        description="The matter as JSON, as POST /reviews takes it."
    )
    roles: Annotated[str, StringConstraints(max_length=1_000)] = Field(
        "", description="Kinds of the papers in their order, with commas; the first is the text where none is said."
    )
    submit: bool = True


class PaperForm(Body):
    """What a paper is."""

    role: Role = subjects.TEXT
    replace: bool = Field(True, description="In the place of what stands there in this role.")
    submit: bool = Field(False, description="Submit the matter at once.")
    version: Version | None = None


class MatterStepIn(Body):
    """The version that was seen."""

    version: Version | None = None


class MatterReasonIn(MatterStepIn):
    """With a reason."""

    reason: Reason


class MatterQuery(paging.PageQuery):
    """What narrows the list."""

    unit: str = Field("", max_length=40, description="This unit and those below it.")
    kind: str = Field("", max_length=24)
    state: MatterState | None = None
    system: str = Field("", max_length=40)
    ref: str = Field("", max_length=120)


class MatterVersionQuery(Schema):
    """The version that was seen."""

    version: Version | None = None


class MatterOut(Schema):
    """A matter in a list."""

    uid: UUID
    number: str
    kind: str
    title: str
    unit: UnitRef
    department: UnitRef | None
    owner: PersonRef
    amount: str | None
    system: str
    ref: str
    state: MatterState
    outcome: Stand | None
    submitted_at: datetime | None
    decided_at: datetime | None
    version: int


class AlikeOut(Schema):
    """A matter that was vetoed or refused and is like the one asked about."""

    number: str
    uid: UUID | None = Field(description="Null where the account may not open it.")
    title: str = Field(description="Empty where the account may not open it.")
    state: MatterState
    why: list[str] = Field(description="What both have in common: text, number, title, party.")


class KindFieldOut(Schema):
    """Something that the form of a kind asks."""

    code: str
    label: str
    type: str
    required: bool
    choices: dict[str, str] = Field(description="Code and label, where it is a choice.")


class KindPaperOut(Schema):
    """A paper that a kind asks for."""

    code: str
    label: str
    required: bool


class MatterKindOut(Schema):
    """A kind of matter."""

    code: str
    label: str
    help: str
    major: bool
    days: int = Field(description="For which a pass holds.")
    papers: list[KindPaperOut]
    fields: list[KindFieldOut]


# --- reading --------------------------------------------------------------------------------------------------------


@routes.get("/review-kinds", SEEN, answer=list[MatterKindOut], summary=_l("List what is reviewed, with its papers"))
def matter_kinds(request: HttpRequest) -> list[MatterKindOut]:
    return [_kind(one) for one in subjects.all_of().values()]


@routes.get("/reviews", SEEN, answer=paging.Page[MatterOut], summary=_l("List matters under review"))
def list_matters(request: HttpRequest, query: Query[MatterQuery]) -> Any:
    """What the account may look at; of an account that only submits, what it has sent."""
    by = actor(request)
    within = _within(by, query.unit) if query.unit else None
    rows = access.visible(by, within=within).select_related("unit", "department", "owner")
    wanted = {name: getattr(query, name) for name in ("kind", "state", "system", "ref") if getattr(query, name)}
    rows = rows.filter(**{name: letters.word(value) for name, value in wanted.items()})
    if query.q:
        rows = rows.filter(title__icontains=query.q)
    return paging.page(
        rows, request=request, query=query, sorts={"changed": "recorded_at", "title": "title"}, default="-changed",
        show=lambda found: [MatterOut(**brief(row)) for row in found],
    )  # fmt: skip


@routes.get("/reviews/{uuid:uid}", SEEN, answer=shapes.MatterFullOut, summary=_l("Show a matter with its rounds"))
def one_matter(request: HttpRequest, uid: UUID) -> HttpResponse:
    return shapes.tagged(access.find(actor(request), uid))


@routes.get(
    "/reviews/{uuid:uid}/alike", SEEN, answer=list[AlikeOut],
    summary=_l("List what did not pass and is like this matter"),
)  # fmt: skip
def alike(request: HttpRequest, uid: UUID) -> list[AlikeOut]:
    by = actor(request)
    return [
        AlikeOut(
            number=one.matter.number, uid=one.matter.uid if seen else None, title=one.matter.title if seen else "",
            state=MatterState(one.matter.state), why=list(one.why),
        )
        for one, seen in queries.alike(by, access.find(by, uid))
    ]  # fmt: skip


@routes.get(
    "/reviews/{uuid:uid}/papers/{digest}", SEEN, answer=None, media="application/octet-stream",
    summary=_l("Fetch a paper of a matter"),
)  # fmt: skip
def matter_paper(request: HttpRequest, uid: UUID, digest: str) -> FileResponse:
    matter = access.find(actor(request), uid)
    paper = matter.papers.filter(digest=digest).first()
    row = StoredFile.objects.filter(pk=digest).first() if paper is not None else None
    if paper is None or row is None:
        raise NotFound(_("This matter has no such paper."))
    return files.response(row, paper.name)


# --- bringing -------------------------------------------------------------------------------------------------------


@routes.post(
    "/reviews", SUBMIT, answer=shapes.MatterFullOut, status=201, takes=JSON, summary=_l("Prepare a matter for review")
)
def draft_matter(request: HttpRequest, body: MatterIn) -> HttpResponse:
    """Papers follow, each with POST /reviews/{uid}/papers; the last one may submit it at once."""
    return shapes.tagged(_draft(body, request, []), status=201)


@routes.post(
    "/reviews/brought", SUBMIT, answer=shapes.MatterFullOut, status=201, takes=FORM, slow=True,
    summary=_l("Submit a matter with its papers in one request"),
)  # fmt: skip
def bring_matter(request: HttpRequest, file: File[list[UploadedFile]], form: Form[BroughtForm]) -> HttpResponse:
    """All of it, or nothing: what is incomplete is refused with every fault at its place."""
    by, body = actor(request), _read(form.matter)
    given = [one.strip() for one in form.roles.split(",") if one.strip()] if form.roles else []
    roles = given or [subjects.TEXT, *["other"] * (len(file) - 1)]
    if len(roles) != len(file) or len(file) > keeping.MOST_PAPERS:
        raise Problem("matter.roles", _("Name the kind of each paper, once for each file."), where="roles", status=422)
    _unit(by, body)  # nothing is stored for somebody who may not submit here
    papers = [_stored(one, role, by) for one, role in zip(file, roles, strict=True)]
    with transaction.atomic():
        row = _draft(body, request, papers)
        if form.submit:
            row = actions.submit(matter=row, version=row.version, by=by)
    return shapes.tagged(row, status=201)


@routes.patch(
    "/reviews/{uuid:uid}", SUBMIT, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Change a matter that is not under review"),
)  # fmt: skip
def change_matter(request: HttpRequest, uid: UUID, body: MatterChange) -> HttpResponse:
    by = actor(request)
    row, seen = access.find(by, uid), tags.seen(request, body.version)
    values = body.model_dump(exclude_unset=True, exclude={"version"})
    nullable = {name: value for name, value in values.items() if value is not None or name == "amount"}
    if "form" in nullable:
        nullable["form"] = {**row.form, **nullable["form"]}
    return shapes.tagged(actions.change(matter=row, values=nullable, version=seen, by=by))


@routes.post(
    "/reviews/{uuid:uid}/papers", SUBMIT, answer=shapes.MatterFullOut, status=201, takes=FORM, slow=True,
    summary=_l("Attach a paper to a matter"),
)  # fmt: skip
def attach_paper(request: HttpRequest, uid: UUID, file: File[UploadedFile], form: Form[PaperForm]) -> HttpResponse:
    by = actor(request)
    row = access.find(by, uid)
    check.require(by, SUBMIT, row.unit, row.department)
    says = form.version is not None or "If-Match" in request.headers
    seen = tags.seen(request, form.version) if says else row.version
    fresh = _stored(file, form.role, by)
    held = [one for one in _papers(row) if one["digest"] != fresh["digest"] or one["role"] != fresh["role"]]
    if form.replace:
        held = [one for one in held if one["role"] != form.role]
    with transaction.atomic():
        row = actions.change(matter=row, values={}, papers=[*held, fresh], version=seen, by=by)
        if form.submit:
            row = actions.submit(matter=row, version=row.version, by=by)
    return shapes.tagged(row, status=201)


@routes.delete(
    "/reviews/{uuid:uid}/papers/{digest}", SUBMIT, answer=shapes.MatterFullOut, etag=True,
    summary=_l("Take a paper off a matter"),
)  # fmt: skip
def drop_paper(request: HttpRequest, uid: UUID, digest: str, query: Query[MatterVersionQuery]) -> HttpResponse:
    by = actor(request)
    row, seen = access.find(by, uid), tags.seen(request, query.version)
    papers = _papers(row)
    left = [one for one in papers if one["digest"] != digest]
    if len(left) == len(papers):
        raise NotFound(_("This matter has no such paper."))
    return shapes.tagged(actions.change(matter=row, values={}, papers=left, version=seen, by=by))


@routes.post(
    "/reviews/{uuid:uid}/submit", SUBMIT, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Submit a matter for review"),
)  # fmt: skip
def submit_matter(request: HttpRequest, uid: UUID, body: MatterStepIn) -> HttpResponse:
    by = actor(request)
    row, seen = access.find(by, uid), tags.seen(request, body.version)
    return shapes.tagged(actions.submit(matter=row, version=seen, by=by))


@routes.post(
    "/reviews/{uuid:uid}/withdraw", SUBMIT, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Withdraw a matter before it is decided"),
)  # fmt: skip
def withdraw_matter(request: HttpRequest, uid: UUID, body: MatterReasonIn) -> HttpResponse:
    by = actor(request)
    row, seen = access.find(by, uid), tags.seen(request, body.version)
    return shapes.tagged(actions.withdraw(matter=row, reason=body.reason, version=seen, by=by))


@routes.post(
    "/reviews/{uuid:uid}/again", SUBMIT, answer=shapes.MatterFullOut, status=201, takes=JSON,
    summary=_l("Begin a new matter in the place of one that is over"),
)  # fmt: skip
def matter_again(request: HttpRequest, uid: UUID, body: MatterStepIn) -> HttpResponse:
    by = actor(request)
    return shapes.tagged(actions.again(matter=access.find(by, uid), by=by), status=201)


# --- shape ----------------------------------------------------------------------------------------------------------


def brief(row: Matter) -> dict[str, Any]:
    """A matter as a list shows it."""
    return {
        "uid": row.uid, "number": row.number, "kind": row.kind, "title": row.title, "unit": unit_ref(row.unit),
        "department": unit_ref(row.department) if row.department else None, "owner": person_ref(row.owner),
        "amount": format(row.amount, "f") if row.amount is not None else None, "system": row.system, "ref": row.ref,
        "state": MatterState(row.state), "outcome": Stand(row.outcome) if row.outcome else None,
        "submitted_at": row.submitted_at, "decided_at": row.decided_at, "version": row.version,
    }  # fmt: skip


def _read(written: str) -> MatterIn:
    try:
        return MatterIn.model_validate(wire.loads(written.encode()))
    except ValidationError as error:
        faults = [
            Fault(".".join(["matter", *(str(step) for step in one["loc"])]), str(one["msg"])) for one in error.errors()
        ]
        raise Problem(
            "request.invalid", _("Some values are not what this address takes."), status=422, faults=faults
        ) from None


def _within(by: Actor, code: str) -> Unit:
    unit = Unit.objects.filter(code=code).first()
    if unit is None or not (check.touches(by, VIEW, unit) or check.touches(by, SUBMIT, unit)):
        raise NotFound(_("There is no unit with the code “%(code)s” here.") % {"code": code})
    return unit


def _unit(by: Actor, body: MatterIn) -> Unit:
    return check.keeper(by, SUBMIT, body.unit)


def _draft(body: MatterIn, request: HttpRequest, papers: list[dict[str, Any]]) -> Matter:
    by = actor(request)
    unit = _unit(by, body)
    department = _department(unit, body.department)
    owner = shapes.person(body.owner, unit, where="owner") if body.owner else None
    names = ("title", "summary", "amount", "overseas", "major", "level", "form")
    return actions.draft(
        unit=unit, department=department, kind=body.kind, values={name: getattr(body, name) for name in names},
        owner=owner, papers=papers, system=body.system, ref=body.ref, by=by,
    )  # fmt: skip


def _department(unit: Unit, code: str) -> Unit | None:
    if not code:
        return None
    found = Unit.objects.filter(code=code, path__startswith=unit.path).exclude(pk=unit.pk).first()
    if found is None:
        raise Problem(
            "review.department", _("%(unit)s has no such department.") % {"unit": unit.name}, where="department",
            status=422,
        )  # fmt: skip
    return found


def _stored(file: UploadedFile, role: str, by: Actor) -> dict[str, Any]:
    name = str(file.name)
    return {"role": role, "digest": files.save(file, name=name, by=by).digest, "name": name}


def _papers(row: Matter) -> list[dict[str, Any]]:
    return [{"role": one.role, "digest": one.digest, "name": one.name} for one in keeping.current_papers(row)]


def _kind(one: subjects.Subject) -> MatterKindOut:
    return MatterKindOut(
        code=one.code, label=subjects.said(one), help=subjects.helped(one), major=one.major, days=one.days,
        papers=[KindPaperOut(code=p.code, label=subjects.said(p), required=p.required) for p in one.papers],
        fields=[
            KindFieldOut(
                code=item.code, label=subjects.said(item), type=item.type, required=item.required,
                choices={code: label for code, label, _label_en in item.choices},
            )
            for item in one.fields
        ],
    )  # fmt: skip
