"""How a matter under review is shown in full, and how people are named on the way in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from guiju.api import versions as tags
from guiju.api.schemas import PersonRef, UnitRef, person_ref, unit_ref
from guiju.lib.errors import Fault, Problem
from guiju.org.models import Person, Unit
from guiju.review import keeping
from guiju.review.enums import ConditionState, MatterState, Stand
from guiju.review.models import Condition, Ground, Matter, Paper, Pass
from guiju.workflow.routes import runs
from guiju.workflow.routes.enums import RunState, SeatKind, SeatState
from guiju.workflow.routes.models import Run, Seat


class ReviewPaperOut(Schema):
    """A paper of a matter."""

    role: str
    digest: str = Field(description="SHA-256 of the bytes.")
    name: str
    size: int
    since_round: int
    until_round: int | None = Field(description="The last round that saw it; null while it counts.")


class ConditionOut(Schema):
    """Something that has to be done besides."""

    uid: UUID
    text: str
    due_on: date
    owner: PersonRef
    before: bool = Field(description="To be met before the matter is carried out: the gate waits for it.")
    state: ConditionState
    proof: str
    settled_on: date | None
    settled_by: str
    round: int = Field(description="The round that set it.")
    stated_round: int | None = Field(description="The latest round that said what has become of it.")
    stated_by: str
    reason: str = Field(description="Why a later round dropped it, or how it saw it met.")


class ReviewStepOut(Schema):
    """A station of the way."""

    code: str
    name: str
    part: str
    need: str
    days: int
    veto: bool
    evidence: bool
    note: str = Field("", description="Why the step is there, where somebody reported the matter to the leading body.")


class GroundOut(Schema):
    """What an opinion rests on, as it read then."""

    register_code: str = Field(serialization_alias="register", description="Empty for the reviewer's own words.")
    entry: UUID | None
    title: str
    source: str


class SeatedOut(Schema):
    """Somebody at a step."""

    uid: UUID
    step: int = Field(description="From 0.")
    kind: SeatKind
    name: str
    state: SeatState
    stand: Stand | None
    opinion: str
    reason: str
    due_on: date | None
    acted_at: datetime | None
    acted_by: str
    on_behalf: str
    basis: list[GroundOut] = Field(description="What the opinion rests on.")


class ReviewRoundOut(Schema):
    """One round of review."""

    round: int
    row: str = Field(description="The row of the route that fitted.")
    state: RunState
    position: int
    steps: list[ReviewStepOut]
    seats: list[SeatedOut]


class MatterPassOut(Schema):
    """A pass of a matter."""

    code: str
    token: str
    issued_at: datetime
    expires_on: date
    revoked_at: datetime | None
    reason: str


class VetoOut(Schema):
    """A veto and what became of it."""

    by: str
    at: datetime
    reason: str
    receiver: str
    body: str = Field(description="The leading body to which it was reported; empty where none was on record.")
    reported_on: str
    lifted: dict[str, Any] | None = Field(description="The resolution of the leading body: its text and votes.")
    stayed: dict[str, Any] | None = Field(
        description="While its minutes are open again: since when, by whom, why; the pass is suspended."
    )
    fallen: dict[str, Any] | None = Field(
        description="The resolution that had lifted it and does so no longer, with why."
    )


class MatterFullOut(Schema):
    """A matter with its papers, rounds, conditions and passes."""

    uid: UUID
    number: str
    kind: str
    title: str
    unit: UnitRef
    department: UnitRef | None
    owner: PersonRef
    summary: str
    amount: str | None
    overseas: bool
    major: bool
    level: str
    form: dict[str, Any]
    system: str
    ref: str
    state: MatterState
    outcome: Stand | None
    reason: str
    submitted_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    adopted: bool | None
    not_adopted: str
    done_on: date | None
    previous: UUID | None
    papers: list[ReviewPaperOut]
    conditions: list[ConditionOut]
    rounds: list[ReviewRoundOut]
    passes: list[MatterPassOut]
    veto: VetoOut | None
    stayed: dict[str, Any] | None = Field(
        description="While its pass is suspended: since when, by whom and why the minutes were opened again."
    )
    version: int


def tagged(row: Matter, *, status: int = 200) -> HttpResponse:
    """The matter as it stands, with its ETag."""
    return tags.tagged(full(row), version=row.version, status=status)


def full(row: Matter) -> MatterFullOut:
    """A matter with everything that belongs to it."""
    held = list(row.grounds.order_by("ordinal"))
    return MatterFullOut(
        uid=row.uid, number=row.number, kind=row.kind, title=row.title, unit=unit_ref(row.unit),
        department=unit_ref(row.department) if row.department else None, owner=person_ref(row.owner),
        summary=row.summary, amount=format(row.amount, "f") if row.amount is not None else None, overseas=row.overseas,
        major=row.major, level=row.level, form=row.form, system=row.system, ref=row.ref, state=MatterState(row.state),
        outcome=Stand(row.outcome) if row.outcome else None, reason=row.reason, submitted_at=row.submitted_at,
        decided_at=row.decided_at, decided_by=row.decided_by, adopted=row.adopted, not_adopted=row.not_adopted,
        done_on=row.done_on, previous=row.previous, papers=[_paper(one) for one in row.papers.order_by("ordinal")],
        conditions=[_condition(one) for one in row.conditions.select_related("owner").order_by("ordinal")],
        rounds=[_round(one, held) for one in keeping.rounds(row)],
        passes=[_pass(one) for one in row.passes.order_by("-pk")], veto=_veto(row), stayed=keeping.stayed(row),
        version=row.version,
    )  # fmt: skip


def _paper(one: Paper) -> ReviewPaperOut:
    return ReviewPaperOut(
        role=one.role, digest=one.digest, name=one.name, size=one.size, since_round=one.since_round,
        until_round=one.until_round,
    )  # fmt: skip


def _condition(one: Condition) -> ConditionOut:
    return ConditionOut(
        uid=one.uid, text=one.text, due_on=one.due_on, owner=person_ref(one.owner), before=one.before,
        state=ConditionState(one.state), proof=one.proof, settled_on=one.settled_on, settled_by=one.settled_by,
        round=one.round, stated_round=one.stated_round or None, stated_by=one.stated_by, reason=one.reason,
    )  # fmt: skip


def _round(run: Run, held: Sequence[Ground]) -> ReviewRoundOut:
    return ReviewRoundOut(
        round=run.round, row=run.row_name, state=RunState(run.state), position=run.position,
        steps=[
            ReviewStepOut(
                code=one.code, name=one.name, part=one.part, need=one.need, days=one.days, veto=one.veto,
                evidence=one.evidence, note=one.note,
            )
            for one in runs.steps(run)
        ],
        seats=[_seat(one, held) for one in runs.seats(run)],
    )  # fmt: skip


def _seat(one: Seat, held: Sequence[Ground]) -> SeatedOut:
    return SeatedOut(
        uid=one.uid, step=one.step, kind=SeatKind(one.kind), name=one.name, state=SeatState(one.state),
        stand=Stand(one.stand) if one.stand else None, opinion=one.opinion, reason=one.reason, due_on=one.due_on,
        acted_at=one.acted_at, acted_by=one.acted_by, on_behalf=one.on_behalf,
        basis=[
            GroundOut(register_code=row.register, entry=row.entry, title=row.title, source=row.source)
            for row in held
            if row.seat == one.uid
        ],
    )  # fmt: skip


def _pass(one: Pass) -> MatterPassOut:
    return MatterPassOut(
        code=one.code, token=one.token, issued_at=one.issued_at, expires_on=one.expires_on, revoked_at=one.revoked_at,
        reason=one.reason,
    )  # fmt: skip


def _veto(row: Matter) -> VetoOut | None:
    said = row.veto
    if not said:
        return None
    return VetoOut(
        by=said.get("by", ""), at=datetime.fromisoformat(said["at"]), reason=said.get("reason", ""),
        receiver=said.get("receiver", ""), body=said.get("body_name", ""), reported_on=said.get("reported_on", ""),
        lifted=said.get("lifted"), stayed=said.get("stayed"), fallen=said.get("fallen"),
    )  # fmt: skip


def person(given: str, unit: Unit, *, where: str) -> Person:
    """Somebody by uid (of the group), or by staff number or name (of the unit); refused where that is not one person."""
    rows = Person.objects.select_related("unit")
    try:
        found = list(rows.filter(uid=UUID(given), unit__root_id=unit.root_id or unit.pk)[:1])
    except ValueError:
        own = rows.filter(unit__path__startswith=unit.path)
        found = list(own.filter(number=given)[:2]) or list(own.filter(name=given, left_on__isnull=True)[:2])
    if len(found) != 1:
        what = _("“%(name)s” is not one person here.") % {"name": given}
        fault = Fault(where, what, _("Give the uid or the staff number."))
        raise Problem("review.person", what, where=where, status=422, faults=[fault])
    return found[0]
