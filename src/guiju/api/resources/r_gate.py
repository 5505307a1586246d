"""The review gate for other systems: ask before something is sealed, signed, paid or issued, and tell what was done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import AwareDatetime, Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api import paging
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, UnitRef, Version, unit_ref
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.review import gate, late, passes, webhooks
from guiju.review.enums import DeliveryState, UseKind
from guiju.review.models import Delivery, Pass, PassUse, Unasked, Webhook

routes = Routes("Review gate")

ASK, VIEW, MANAGE = P.REVIEW_GATE_ASK, P.REVIEW_MATTER_VIEW, P.REVIEW_MATTER_MANAGE
System = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-fA-F]{64}$")]
Doing = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Shown = Annotated[str, StringConstraints(max_length=passes.LONGEST)]


class GateAnswerOut(Schema):
    """What the gate says."""

    cleared: bool
    code: str = Field(
        description="cleared, or why not: unknown, under_review, returned, suspended, vetoed, stayed, refused, withdrawn, "
        "void, revoked, expired, changed, attachment, condition; of a pass that was shown: malformed, unknown_key, forged, "
        "foreign."
    )
    why: str = Field(description="The same as a sentence.")
    number: str = Field(description="Of the review.")
    matter: str
    state: str
    passed: str = Field(alias="pass", description="The short code of the pass.")
    expires_on: str


class PassUseOut(Schema):
    """Something that was done on the ground of a pass."""

    uid: UUID
    kind: UseKind
    doing: str
    digest: str
    used_at: datetime
    by: str


class GateUseOut(GateAnswerOut):
    """What the gate says, and what was kept."""

    use: PassUseOut | None = Field(description="null where it was not cleared: nothing was kept, do not go on.")


class GateQuery(Schema):
    """What is asked about."""

    system: System
    ref: Ref = Field(description="The number that this system gives it.")
    digest: Sha256 = Field(description="SHA-256 of the very document that is about to be sealed, signed or issued.")
    unit: str = Field("", max_length=40, description="Only matters of this unit.")
    shown: Shown = Field("", description="The pass that was shown: its text, or its short code.")


class GateUseIn(Body):
    """Something that is being done."""

    system: System
    ref: Ref
    digest: Sha256
    kind: UseKind
    doing: Doing = Field(description="Your number of this doing: told twice it counts once.")
    unit: Annotated[str, StringConstraints(max_length=40)] = ""
    shown: Shown = ""


class UnaskedIn(Body):
    """A line of the journal that was kept while the gate could not be reached."""

    uid: UUID = Field(
        description="Your own id of the line: told twice it counts once; told otherwise it is refused (409)."
    )
    system: System
    ref: Ref
    digest: Sha256
    at: AwareDatetime
    went_on: bool = Field(description="True where it was done all the same, false where it was stopped.")
    kind: UseKind | None = None
    doing: Annotated[str, StringConstraints(max_length=120)] = ""
    reason: Annotated[str, StringConstraints(max_length=300)] = ""
    shown: Shown = Field("", description="The pass that was shown, where one was.")


class UnaskedManyIn(Body):
    """Lines of the journal."""

    unit: Code
    entries: list[UnaskedIn] = Field(min_length=1, max_length=late.MOST)


class UnaskedOut(Schema):
    """What was done or left undone without an answer."""

    uid: UUID
    unit: UnitRef
    system: str
    ref: str
    digest: str
    kind: str
    doing: str
    at: datetime
    went_on: bool
    reason: str
    code: str = Field(
        description="What the gate would have said, as it stood when this was told; before: the pass was issued later, "
        "used: for another doing."
    )
    matter: UUID | None
    told_at: datetime
    by: str


class UnaskedManyOut(Schema):
    """The same lines, each with what the gate would have said."""

    items: list[UnaskedOut]


class PassOut(Schema):
    """A review pass."""

    code: str
    uid: UUID
    matter: UUID
    number: str
    title: str
    unit: UnitRef
    system: str
    ref: str
    issued_at: datetime
    expires_on: date
    revoked_at: datetime | None
    reason: str
    key_id: str
    token: str = Field(description="The signed pass: a JWS that the published keys check.")
    uses: list[PassUseOut]


class HookIn(Body):
    """An address to tell; hosts are those that the administrator allows."""

    unit: Code
    url: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    system: Annotated[str, StringConstraints(max_length=40)] = ""


class HookEnd(Body):
    """The version that was seen."""

    version: Version | None = None


class HookOut(Schema):
    """An address that is told what becomes of matters."""

    uid: UUID
    unit: UnitRef
    system: str
    url: str
    ended_at: datetime | None
    version: int


class HookMadeOut(HookOut):
    """With the secret that signs messages; it is shown once."""

    secret: str | None


class DeliveryOut(Schema):
    """A message to such an address."""

    uid: UUID
    event: str
    matter: UUID
    state: DeliveryState
    attempts: int
    answer: int | None = Field(description="HTTP status of the last answer.")
    error: str
    made_at: datetime
    done_at: datetime | None


# --- asking ---------------------------------------------------------------------------------------------------------


@routes.get("/gate", ASK, answer=GateAnswerOut, summary=_l("Ask whether something may be done"))
def ask_gate(request: HttpRequest, query: Query[GateQuery]) -> HttpResponse:
    """200 either way: `cleared` is the answer. Whatever is not 200 with `cleared` true is a no."""
    answer = gate.ask(
        system=query.system, ref=query.ref, digest=query.digest, by=actor(request), shown=query.shown, unit=query.unit
    )
    return _json(answer.said())


@routes.post(
    "/gate/uses", ASK, answer=GateUseOut, takes=JSON, summary=_l("Tell that something is being done, if it may be")
)
def use_gate(request: HttpRequest, body: GateUseIn) -> HttpResponse:
    """Asked once more and kept in one step. Not cleared: `use` is null and nothing was kept."""
    answer, row = gate.use(
        system=body.system, ref=body.ref, digest=body.digest, kind=body.kind, doing=body.doing, by=actor(request),
        shown=body.shown, unit=body.unit,
    )  # fmt: skip
    return _json({**answer.said(), "use": _use(row).model_dump() if row is not None else None})


@routes.post(
    "/gate/unasked", ASK, answer=UnaskedManyOut, takes=JSON,
    summary=_l("Tell later what was done while the gate could not be reached"),
)  # fmt: skip
def tell_unasked(request: HttpRequest, body: UnaskedManyIn) -> UnaskedManyOut:
    by = actor(request)
    entries = [late.Entry(**{**one.model_dump(exclude={"kind"}), "kind": str(one.kind or "")}) for one in body.entries]
    rows = late.tell(entries=entries, unit=check.unit(by, ASK, body.unit), by=by)
    return UnaskedManyOut(items=[_unasked(row) for row in rows])


@routes.get("/gate/unasked", VIEW, answer=paging.Page[UnaskedOut], summary=_l("List what was done without asking"))
def list_unasked(request: HttpRequest, query: Query[paging.PageQuery]) -> Any:
    rows = late.told(actor(request)).select_related("unit")
    if query.q:
        rows = rows.filter(ref__icontains=query.q)
    return paging.page(
        rows, request=request, query=query, sorts={"at": "acted_at", "told_at": "told_at"}, default="-told_at",
        show=lambda found: [_unasked(row) for row in found],
    )  # fmt: skip


@routes.get("/passes/{code}", ASK, answer=PassOut, summary=_l("Show a pass by its short code"))
def one_pass(request: HttpRequest, code: str) -> PassOut:
    """For those who ask the gate for its unit."""
    by = actor(request)
    rows = Pass.objects.select_related("matter", "matter__unit", "matter__department").prefetch_related("uses")
    row = rows.filter(code=code.strip().upper()[:12]).first()
    matter = row.matter if row is not None else None
    if row is None or matter is None or not check.can(by, ASK, matter.unit, matter.department):
        raise NotFound(_("There is no such pass here."), fix=_("Check the letters of the code."))
    return PassOut(
        code=row.code, uid=row.uid, matter=matter.uid, number=matter.number, title=matter.title,
        unit=unit_ref(matter.unit), system=row.system, ref=row.ref, issued_at=row.issued_at, expires_on=row.expires_on,
        revoked_at=row.revoked_at, reason=row.reason, key_id=row.key_id, token=row.token,
        uses=[_use(one) for one in row.uses.all()],
    )  # fmt: skip


# --- telling others -------------------------------------------------------------------------------------------------


@routes.post(
    "/gate/hooks", MANAGE, answer=HookMadeOut, status=201, takes=JSON,
    summary=_l("Have an address told what becomes of matters"),
)  # fmt: skip
def make_hook(request: HttpRequest, body: HookIn) -> HttpResponse:
    """Each message is signed with the secret that is shown once here."""
    by = actor(request)
    unit: Unit = check.unit(by, MANAGE, body.unit)
    row = webhooks.make(unit=unit, url=body.url, system=body.system, by=by)
    made = HookMadeOut(**_hook(row).model_dump(), secret=webhooks.secret(row))
    return tags.tagged(made, version=row.version, status=201)


@routes.get("/gate/hooks", MANAGE, answer=list[HookOut], summary=_l("List the addresses that are told"))
def list_hooks(request: HttpRequest) -> list[HookOut]:
    return [_hook(row) for row in webhooks.visible(actor(request)).filter(ended_at__isnull=True).order_by("pk")[:200]]


@routes.post(
    "/gate/hooks/{uuid:uid}/end", MANAGE, answer=HookOut, takes=JSON, etag=True,
    summary=_l("Tell an address nothing more"),
)  # fmt: skip
def end_hook(request: HttpRequest, uid: UUID, body: HookEnd) -> HttpResponse:
    by = actor(request)
    row = webhooks.end(hook=webhooks.find(by, uid), version=tags.seen(request, body.version), by=by)
    return tags.tagged(_hook(row), version=row.version)


@routes.get(
    "/gate/hooks/{uuid:uid}/deliveries", MANAGE, answer=list[DeliveryOut], summary=_l("List messages to an address")
)
def list_deliveries(request: HttpRequest, uid: UUID) -> list[DeliveryOut]:
    """The latest 200."""
    hook = webhooks.find(actor(request), uid)
    return [_delivery(row) for row in hook.deliveries.order_by("-pk")[:200]]


@routes.post(
    "/gate/deliveries/{uuid:uid}/resend", MANAGE, answer=DeliveryOut, takes=JSON,
    summary=_l("Send a message to such an address again"),
)  # fmt: skip
def resend_delivery(request: HttpRequest, uid: UUID) -> DeliveryOut:
    """Now, and under the same id; whoever took it already knows it by that."""
    by = actor(request)
    return _delivery(webhooks.resend(delivery=webhooks.message_of(by, uid), by=by))


# --- shape ----------------------------------------------------------------------------------------------------------


def _json(said: dict[str, Any]) -> HttpResponse:
    from guiju.api import wire

    return HttpResponse(wire.dumps(said), content_type="application/json; charset=utf-8")


def _use(row: PassUse) -> PassUseOut:
    return PassUseOut(
        uid=row.uid, kind=UseKind(row.kind), doing=row.doing, digest=row.digest, used_at=row.used_at, by=row.by
    )


def _unasked(row: Unasked) -> UnaskedOut:
    return UnaskedOut(
        uid=row.uid, unit=unit_ref(row.unit), system=row.system, ref=row.ref, digest=row.digest, kind=str(row.kind),
        doing=row.doing, at=row.acted_at, went_on=row.went_on, reason=row.reason, code=row.code, matter=row.matter,
        told_at=row.told_at, by=row.by,
    )  # fmt: skip


def _hook(row: Webhook) -> HookOut:
    return HookOut(
        uid=row.uid, unit=unit_ref(row.unit), system=row.system, url=row.url, ended_at=row.ended_at, version=row.version
    )


def _delivery(row: Delivery) -> DeliveryOut:
    return DeliveryOut(
        uid=row.uid, event=row.event, matter=row.matter, state=DeliveryState(row.state), attempts=row.attempts,
        answer=row.answer, error=row.error, made_at=row.made_at, done_at=row.done_at,
    )  # fmt: skip
