"""The steps of a review: opinions, who else is asked, the veto, conditions, and what follows a decision.

A file that goes with an opinion or a proof is uploaded first; what comes back stands for it in the body of the step.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import File, Schema
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import cursors
from guiju.api import versions as tags
from guiju.api.auth import OwnOnly, actor
from guiju.api.resources import r_shapes as shapes
from guiju.api.resources.r_matters import MatterReasonIn, MatterStepIn
from guiju.api.routes import FORM, JSON, Routes
from guiju.api.schemas import Body, Reason
from guiju.files import store as files
from guiju.lib.errors import Problem
from guiju.review import access, actions, resolutions
from guiju.review.enums import Earlier, Stand
from guiju.review.models import Matter

routes = Routes("Reviews")

SUBMIT, MANAGE = P.REVIEW_MATTER_SUBMIT, P.REVIEW_MATTER_MANAGE
#: As on the page: whoever is asked takes the step, whatever his roles; the chairman who signs holds none of reviews.
#: His token carries the scope all the same: one that only looks speaks for nobody.
ASKED = OwnOnly("is done by whoever is asked at a step, brought the matter or owns what is open", scopes=(SUBMIT,))
#: Who stands above the holder of a place by his office says that he must step aside.
BY_OFFICE = OwnOnly("is done by who looks after reviews, or by an office above a place", scopes=(MANAGE, SUBMIT))
Opinion = Annotated[str, StringConstraints(max_length=8_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
#: What an upload gave back.
Handle = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Handles = Annotated[list[Handle], Field(max_length=20)]


class ReviewFileOut(Schema):
    """A file that was uploaded for a step."""

    handle: str = Field(description="Stands for the file in the body of a step of this matter.")
    digest: str
    name: str
    size: int


class ConditionIn(Body):
    """Something that has to be done besides."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    due_on: date
    owner: Annotated[str, StringConstraints(max_length=120)] = Field("", description="Who brings the matter if empty.")
    before: bool = False


class EarlierIn(Body):
    """What becomes of a condition that an earlier round has set."""

    condition: UUID
    state: Earlier
    reason: Annotated[str, StringConstraints(max_length=300)] = Field("", description="Needed where it is dropped.")


class GroundIn(Body):
    """What an opinion rests on: a row of a register, or a law in own words."""

    entry: UUID | None = Field(None, description="See GET /reviews/{uid}/grounds.")
    text: Annotated[str, StringConstraints(max_length=300)] = ""


class OpinionIn(MatterStepIn):
    """What somebody says."""

    stand: Stand
    opinion: Opinion = ""
    files: Handles = []
    conditions: list[ConditionIn] = Field([], max_length=20)
    basis: list[GroundIn] = Field([], max_length=40, description="What the opinion rests on.")
    resolution: UUID | None = Field(None, description="At a step of the leading body: the settled item of its agenda.")
    earlier: list[EarlierIn] = Field(
        [], max_length=200,
        description="Whoever decides says of each open condition of earlier rounds whether it is met, holds or is dropped.",
    )  # fmt: skip


class CounselOpinionIn(MatterStepIn):
    """What outside counsel wrote."""

    stand: Stand
    opinion: Opinion = ""
    files: Handles


class SeatPersonIn(MatterReasonIn):
    """Somebody else, and why."""

    person: Name = Field(description="uid, staff number or name.")


class HandOverIn(SeatPersonIn):
    """Who takes the place, and why."""

    twice: bool = Field(
        False,
        description="True where somebody is to take it who gives an opinion at another step of the matter as well, "
        "or who signs later and then no longer would.",
    )


class AsideIn(MatterReasonIn):
    """Why somebody steps aside."""

    twice: bool = Field(
        False,
        description="True where it is meant that whoever then takes the place looks at the matter at another step as well.",
    )


class CounselIn(MatterReasonIn):
    """Outside counsel, and why."""

    name: Name


class VetoReportIn(MatterStepIn):
    """The report to the leading body."""

    receiver: Name
    body: UUID | None = Field(None, description="Its row in `bodies`; without it that to which the receiver belongs.")
    delivered_on: date | None = None
    files: Handles = []


class VetoLiftIn(MatterStepIn):
    """The resolution of the leading body."""

    resolution: UUID


class ProofIn(MatterStepIn):
    """With what a condition was met."""

    proof: Annotated[str, StringConstraints(max_length=1_000)] = ""
    files: Handles = []


class SettledIn(MatterStepIn):
    """Whether a condition was met."""

    met: bool
    reason: Reason = ""


class AdoptedIn(MatterStepIn):
    """What became of the opinions."""

    adopted: bool
    why: Annotated[str, StringConstraints(max_length=1_000)] = ""
    done_on: date | None = None


# --- opinions -------------------------------------------------------------------------------------------------------


@routes.post(
    "/reviews/{uuid:uid}/files", ASKED, answer=ReviewFileOut, status=201, takes=FORM, slow=True,
    summary=_l("Upload a file for a step of a review"),
)  # fmt: skip
def upload_review_file(request: HttpRequest, uid: UUID, file: File[UploadedFile]) -> ReviewFileOut:
    by = actor(request)
    row = access.find(by, uid)
    name = str(file.name)
    stored = files.save(file, name=name, by=by)
    handle = cursors.seal(orjson.dumps([stored.digest, name[:200]]).decode(), purpose=_purpose(row, by))
    return ReviewFileOut(handle=handle, digest=stored.digest, name=name, size=stored.size)


@routes.post(
    "/reviews/{uuid:uid}/opinions", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Give an opinion at the step that is asked"),
)  # fmt: skip
def give_opinion(request: HttpRequest, uid: UUID, body: OpinionIn) -> HttpResponse:
    """Only whoever is asked; at the last step it decides. With “veto” the matter is suspended at once."""
    row, by, seen = _asked(request, uid, body)
    conditions = [
        {
            "text": one.text, "due_on": one.due_on, "before": one.before,
            "owner": shapes.person(one.owner, row.unit, where=f"conditions.{place}.owner") if one.owner else None,
        }
        for place, one in enumerate(body.conditions)
    ]  # fmt: skip
    spoken = actions.speak(
        matter=row, stand=body.stand, opinion=body.opinion, files=_files(body.files, row, by), conditions=conditions,
        basis=[one.model_dump() for one in body.basis], resolution=body.resolution,
        earlier=[one.model_dump() for one in body.earlier], version=seen, by=by,
    )  # fmt: skip
    return shapes.tagged(spoken)


@routes.post(
    "/reviews/{uuid:uid}/seats", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Ask one more person"),
)  # fmt: skip
def add_seat(request: HttpRequest, uid: UUID, body: SeatPersonIn) -> HttpResponse:
    """Anybody but who signs at a later step by his office: once he had spoken, somebody else would sign."""
    row, by, seen = _asked(request, uid, body)
    person = shapes.person(body.person, row.unit, where="person")
    return shapes.tagged(actions.add(matter=row, person=person, reason=body.reason, version=seen, by=by))


@routes.post(
    "/reviews/{uuid:uid}/escalation", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Report a matter to the leading body, which then decides in the end"),
)  # fmt: skip
def escalate_matter(request: HttpRequest, uid: UUID, body: MatterReasonIn) -> HttpResponse:
    """Only whoever is asked now; the steps of the route go on until then."""
    row, by, seen = _asked(request, uid, body)
    return shapes.tagged(actions.escalate(matter=row, reason=body.reason, version=seen, by=by))


@routes.post(
    "/reviews/{uuid:uid}/seats/{uuid:seat}/hand-over", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Hand a place over to somebody else"),
)  # fmt: skip
def hand_seat_over(request: HttpRequest, uid: UUID, seat: UUID, body: HandOverIn) -> HttpResponse:
    """Whoever sits at another step as well, or signs later and then no longer would, takes it with `twice` only."""
    row, by, seen = _asked(request, uid, body)
    to = shapes.person(body.person, row.unit, where="person")
    handed = actions.hand_over(matter=row, seat=seat, to=to, reason=body.reason, twice=body.twice, version=seen, by=by)
    return shapes.tagged(handed)


@routes.post(
    "/reviews/{uuid:uid}/seats/{uuid:seat}/recuse", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Step aside because of a conflict of interest"),
)  # fmt: skip
def recuse_seat(request: HttpRequest, uid: UUID, seat: UUID, body: AsideIn) -> HttpResponse:
    """Where whoever takes the place sits at another step as well, that is refused by name until `twice` confirms it;
    the `reason` of the new place then tells it."""
    row, by, seen = _asked(request, uid, body)
    left = actions.recuse(matter=row, seat=seat, reason=body.reason, twice=body.twice, version=seen, by=by)
    return shapes.tagged(left)


@routes.post(
    "/reviews/{uuid:uid}/seats/{uuid:seat}/exclude", BY_OFFICE, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Make somebody step aside"),
)  # fmt: skip
def exclude_seat(request: HttpRequest, uid: UUID, seat: UUID, body: AsideIn) -> HttpResponse:
    """Of a signature, and of whoever stands above, only an office above says so; the refusal names who can.

    The token carries review:matter:manage, or review:matter:submit for what its account does by its own office above;
    the account needs no role for that, but has to see the matter. `twice` as for stepping aside.
    """
    row, by, seen = _asked(request, uid, body)
    left = actions.exclude(matter=row, seat=seat, reason=body.reason, twice=body.twice, version=seen, by=by)
    return shapes.tagged(left)


@routes.post(
    "/reviews/{uuid:uid}/counsel", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Ask outside counsel"),
)  # fmt: skip
def ask_counsel(request: HttpRequest, uid: UUID, body: CounselIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    return shapes.tagged(actions.ask_counsel(matter=row, name=body.name, reason=body.reason, version=seen, by=by))


@routes.post(
    "/reviews/{uuid:uid}/seats/{uuid:seat}/counsel", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Enter what outside counsel wrote"),
)  # fmt: skip
def enter_counsel(request: HttpRequest, uid: UUID, seat: UUID, body: CounselOpinionIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    entered = actions.enter_counsel(
        matter=row, seat=seat, stand=body.stand, opinion=body.opinion, files=_files(body.files, row, by), version=seen,
        by=by,
    )  # fmt: skip
    return shapes.tagged(entered)


# --- veto -----------------------------------------------------------------------------------------------------------


@routes.post(
    "/reviews/{uuid:uid}/veto-report", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Report a veto to the leading body: from then on it holds"),
)  # fmt: skip
def report_veto(request: HttpRequest, uid: UUID, body: VetoReportIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    receiver = shapes.person(body.receiver, row.unit, where="receiver")
    reported = actions.report_veto(
        matter=row, receiver=receiver, body=body.body, delivered_on=body.delivered_on,
        files=_files(body.files, row, by), version=seen, by=by,
    )  # fmt: skip
    return shapes.tagged(reported)


@routes.post(
    "/reviews/{uuid:uid}/veto-taken-back", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Take a veto back before it was reported"),
)  # fmt: skip
def take_back_veto(request: HttpRequest, uid: UUID, body: MatterReasonIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    return shapes.tagged(actions.take_back_veto(matter=row, reason=body.reason, version=seen, by=by))


class ResolutionOut(Schema):
    """An item of settled minutes that names the matter."""

    resolution: UUID
    title: str
    body: str
    decided_on: date | None
    agreed: bool
    lacks: str = Field(description="What stands against relying on it; empty where nothing does.")
    hint: str = Field(description="Who voted on it after saying no in this review: no rule forbids it, but it is told.")


@routes.get(
    "/reviews/{uuid:uid}/resolutions", ASKED, answer=list[ResolutionOut],
    summary=_l("List the resolutions of the leading body that name the matter"),
)  # fmt: skip
def list_resolutions(request: HttpRequest, uid: UUID) -> list[ResolutionOut]:
    """For whoever enters one now: to lift a veto, or at a step of the leading body. Empty for everybody else."""
    by = actor(request)
    return [
        ResolutionOut(
            resolution=one.item.uid, title=one.item.title, body=one.body.title, decided_on=one.item.on,
            agreed=one.carried, lacks=f"{one.lacks.what} {one.lacks.fix}" if one.lacks else "", hint=one.hint,
        )
        for one in resolutions.offered(access.find(by, uid), by).found
    ]  # fmt: skip


@routes.post(
    "/reviews/{uuid:uid}/veto-lifted", MANAGE, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Enter the resolution that lifts a veto"),
)  # fmt: skip
def lift_veto(request: HttpRequest, uid: UUID, body: VetoLiftIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    return shapes.tagged(actions.lift_veto(matter=row, resolution=body.resolution, version=seen, by=by))


# --- afterwards -----------------------------------------------------------------------------------------------------


@routes.post(
    "/reviews/{uuid:uid}/conditions/{uuid:condition}/claim", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Say that a condition is met"),
)  # fmt: skip
def claim_condition(request: HttpRequest, uid: UUID, condition: UUID, body: ProofIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    claimed = actions.claim(
        matter=row, condition=condition, proof=body.proof, files=_files(body.files, row, by), version=seen, by=by
    )
    return shapes.tagged(claimed)


@routes.post(
    "/reviews/{uuid:uid}/conditions/{uuid:condition}/settle", MANAGE, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Confirm that a condition is met, or that it is not"),
)  # fmt: skip
def settle_condition(request: HttpRequest, uid: UUID, condition: UUID, body: SettledIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    settled = actions.settle(matter=row, condition=condition, met=body.met, reason=body.reason, version=seen, by=by)
    return shapes.tagged(settled)


@routes.post(
    "/reviews/{uuid:uid}/adoption", ASKED, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Say what became of the opinions"),
)  # fmt: skip
def set_adopted(request: HttpRequest, uid: UUID, body: AdoptedIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    entered = actions.set_adopted(
        matter=row, adopted=body.adopted, why=body.why, done_on=body.done_on, version=seen, by=by
    )
    return shapes.tagged(entered)


@routes.post(
    "/reviews/{uuid:uid}/void", MANAGE, answer=shapes.MatterFullOut, takes=JSON, etag=True,
    summary=_l("Withdraw the pass of a matter"),
)  # fmt: skip
def void_matter(request: HttpRequest, uid: UUID, body: MatterReasonIn) -> HttpResponse:
    row, by, seen = _asked(request, uid, body)
    return shapes.tagged(actions.void(matter=row, reason=body.reason, version=seen, by=by))


# --- shape ----------------------------------------------------------------------------------------------------------


def _asked(request: HttpRequest, uid: UUID, body: MatterStepIn) -> tuple[Matter, Actor, int]:
    """The matter of the address, who asks, and the state of it that was seen."""
    by = actor(request)
    return access.find(by, uid), by, tags.seen(request, body.version)


def _purpose(row: Matter, by: Actor) -> str:
    return f"review.file.{row.uid}.{by.user_id}"


def _files(handles: list[str], row: Matter, by: Actor) -> list[dict[str, Any]]:
    """What the handles stand for; only files that this account has uploaded for this matter."""
    found = []
    for place, handle in enumerate(handles):
        try:
            digest, name = orjson.loads(cursors.unseal(handle, purpose=_purpose(row, by)))
        except Problem:
            what, fix = _("This stands for no file of this matter."), _("Upload the file first.")
            raise Problem("review.file", what, fix=fix, where=f"files.{place}", status=422) from None
        found.append({"digest": digest, "name": name})
    return found
