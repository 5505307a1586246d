"""Bodies and their year, meetings from plan to settled minutes, opinions before decisions, shared matters.

Records of the registers (`bodies`, `meetings`, `agenda_items`, `decision_opinions`, `matters` ...) are read and changed
like any others; here stands what acts on several of them at once.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check, scope
from guiju.access.permissions import Permission as P
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Reason, Version
from guiju.documents.kinds import meeting_minutes as papers
from guiju.governance.meetings import actions, matters, order, queries, quorum
from guiju.governance.meetings.queries import OneMeeting
from guiju.governance.meetings.terms import ITEMS, MEETINGS
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.models import Person, Unit
from guiju.registers import queries as rows
from guiju.registers.models import Entry

routes = Routes("Bodies and meetings")

VIEW, EDIT = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(max_length=300)]
Text = Annotated[str, StringConstraints(max_length=8_000)]
#: Of a sheet; 0 before anybody has written anything.
SheetVersion = Annotated[int, Field(ge=0, le=2**31 - 1)]
Votes = Annotated[int, Field(ge=0, le=9_999)]


class BodyCellOut(Schema):
    """A period of a body's year."""

    period: str
    state: str = Field(description="held, due, ahead, missing, or before: nothing was recorded then.")
    meetings: list[UUID]


class BodyLineOut(Schema):
    """A body, its year and what it lacks."""

    uid: UUID
    name: str
    kind: str
    chair: str
    member_count: int
    cycle: str
    due_on: date | None
    year: list[BodyCellOut]
    lacks: list[str] = Field(description="document duties chair members rules quorum cycle meeting")


class BodiesOut(Schema):
    """The standing bodies of a unit."""

    items: list[BodyLineOut]


class YearQuery(Schema):
    """Which year; this one where none is given."""

    year: int | None = Field(None, ge=2000, le=2100)


class SeatOut(Schema):
    """Somebody who is expected, and whether he came."""

    person: UUID
    name: str
    seat: str
    state: str
    deputy: str


class AgendaItemOut(Schema):
    """An item of the agenda with what came of it."""

    uid: UUID
    title: str
    kind: str
    major: bool
    outcome: str
    votes_for: int | None
    votes_against: int | None
    votes_abstained: int | None
    resolution: str
    recused: list[str]


class MeetingOut(Schema):
    """A meeting with its sheet."""

    uid: UUID
    title: str
    state: str
    way: str = Field(description="circulation where it was decided without a meeting.")
    held_on: date | None
    minutes: dict[str, Any]
    attendance: list[SeatOut]
    members: int
    present: int
    needed: int | None = Field(description="How many must be there; null where the body has entered no rule.")
    items: list[AgendaItemOut]
    decisions: list[UUID]
    version: int = Field(description="Of the sheet; 0 where nobody has written anything yet.")


class AgendaItemIn(Body):
    """An item to deal with."""

    matter: Title
    kind: Annotated[str, StringConstraints(max_length=20)] = "decide"
    major: bool = False
    reporter: UUID | None = None
    department: UUID | None = None
    contents: Text = ""
    coordination: UUID | None = None


class MeetingPlanIn(Body):
    """A meeting to come."""

    subject: Title
    topic: Annotated[str, StringConstraints(max_length=40)]
    held_on: date
    body: UUID | None = None
    way: Literal["", "meeting", "circulation"] = Field("", description="Whether it meets, or decides by circulation.")
    starts_at: Annotated[str, StringConstraints(max_length=20)] = ""
    place: Word = ""
    chaired_by: UUID | None = None
    guests: list[UUID] = Field([], max_length=100)
    items: list[AgendaItemIn] = Field([], max_length=60)


class CameIn(Body):
    """Whether somebody came."""

    state: Annotated[str, StringConstraints(max_length=10)]
    deputy: Annotated[str, StringConstraints(max_length=60)] = ""


class OutcomeIn(Body):
    """What came of an item."""

    outcome: Annotated[str, StringConstraints(max_length=20)] | None = None
    votes_for: Votes | None = None
    votes_against: Votes | None = None
    votes_abstained: Votes | None = None
    resolution: Text | None = None
    #: Of a major decision on which nobody was heard before: why.
    unheard: Annotated[str, StringConstraints(max_length=500)] | None = None


class ResolvedIn(Body):
    """A matter, who does it, by when."""

    matter: Annotated[str, StringConstraints(max_length=200)] = ""
    owner: UUID | None = None
    due_on: date | None = None
    item: UUID | None = None


class SheetIn(Body):
    """What was written of a meeting; what is left out stays."""

    held_on: date | None = None
    chair: UUID | None = None
    place: Word | None = None
    guests: Word | None = None
    remark: Text | None = None
    next_work: Text | None = None
    minutes_number: Word | None = None
    signer: Word | None = None
    decisions: list[ResolvedIn] | None = Field(None, max_length=60)
    attendance: dict[UUID, CameIn] | None = Field(None, max_length=300)
    items: dict[UUID, OutcomeIn] | None = Field(None, max_length=100)
    version: SheetVersion | None = None


class AddedItemOut(Schema):
    """The record of an agenda item."""

    uid: UUID


class ToldOut(Schema):
    """How many people were told or asked who had not been before."""

    count: int


class RecusalIn(Body):
    """Who steps aside from an item, and why."""

    person: UUID
    reason: Reason


class MeetingReasonIn(Body):
    """Why."""

    reason: Reason


class OrderLineOut(Schema):
    """One opinion: given, recorded, and what its order proves."""

    uid: UUID
    role: str
    name: str
    given_on: date | None
    recorded_at: datetime
    late_days: int
    verdict: str = Field(description="given, proven, late (entered afterwards), after (the decision).")


class OrderOut(Schema):
    """A major decision with its opinions."""

    title: str
    item: UUID | None
    meeting: UUID | None
    decided_on: date | None
    recorded_at: datetime | None
    verdict: str = Field(description="waiting, ready, sound, doubtful, without.")
    opinions: list[OrderLineOut]
    missing: list[str]


class OrdersOut(Schema):
    """The major decisions of a unit, the latest first."""

    items: list[OrderOut]
    asked: list[list[str]] = Field(description="Offices whose opinion is wanted; of each list one.")
    documents: list[str] = Field(description="The documents that say so; empty where none does.")


class AnswerIn(Body):
    """A function's opinion on a shared matter."""

    stand: Annotated[str, StringConstraints(max_length=20)]
    opinion: Text = ""
    version: Version | None = None


class VoiceOut(Schema):
    """What one function says."""

    function: str
    takes_part: bool
    leads: bool
    person: UUID | None
    stand: str
    opinion: str
    given_on: date | None


class SharedMatterOut(Schema):
    """A shared matter with all opinions."""

    uid: UUID
    title: str
    state: str
    due_on: date | None
    opinions: list[VoiceOut]
    conclusion: str
    version: int


@routes.get("/units/{code}/bodies", VIEW, answer=BodiesOut, summary=_l("Show the bodies of a unit and their year"))
def bodies(request: HttpRequest, code: str, query: Query[YearQuery]) -> BodiesOut:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    found = queries.bodies(by=by, company=unit, year=query.year or clock.today().year)
    return BodiesOut(items=[_body(line) for line in found])


def _body(line: queries.BodyLine) -> BodyLineOut:
    cells = [
        BodyCellOut(period=str(one.period), state=one.state, meetings=[row.uid for row in one.meetings])
        for one in line.strip.cells
    ]
    return BodyLineOut(
        uid=line.body.uid,
        name=line.body.title,
        kind=line.body.kind,
        chair=line.chair.person.name if line.chair and line.chair.person else "",
        member_count=len(line.members),
        cycle=str(line.strip.kind),
        due_on=line.strip.due_on,
        year=cells,
        lacks=list(line.lacks),
    )


@routes.post("/units/{code}/meetings", EDIT, answer=MeetingOut, status=201, takes=JSON, summary=_l("Plan a meeting"))
def meeting_plan(request: HttpRequest, code: str, body: MeetingPlanIn) -> HttpResponse:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    given = body.model_dump(mode="json", exclude={"guests", "items"})
    items = [_present(one.model_dump(mode="json")) for one in body.items]
    guests = _people(request, unit, body.guests)
    made = actions.plan(unit=unit, values=_present(given), items=items, guests=guests, by=by)
    return _tagged(queries.meeting(by=by, uid=made.uid), status=201)


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", False)}


def _people(request: HttpRequest, unit: Unit, uids: list[UUID]) -> list[Person]:
    seen = scope.people(actor(request), P.ORG_PERSON_VIEW).filter(unit__root_id=unit.root_id or unit.pk)
    found = list(seen.filter(uid__in=uids)) if uids else []
    if len(found) < len(set(uids)):
        raise NotFound(_("There is no such person here."), where="guests")
    return found


@routes.get("/units/{code}/meetings/{uid}", VIEW, answer=MeetingOut, summary=_l("Show a meeting with its sheet"))
def meeting(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    return _tagged(_meeting(request, code, uid))


def _meeting(request: HttpRequest, code: str, uid: UUID) -> OneMeeting:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    found = queries.meeting(by=by, uid=uid)
    if found.meeting.unit_id != unit.pk:
        raise NotFound(_("There is no such record here."))
    return found


@routes.post(
    "/units/{code}/meetings/{uid}/items",
    EDIT,
    answer=AddedItemOut,
    status=201,
    takes=JSON,
    summary=_l("Add an agenda item"),
)
def meeting_item(request: HttpRequest, code: str, uid: UUID, body: AgendaItemIn) -> AddedItemOut:
    found = _meeting(request, code, uid)
    values = _present(body.model_dump(mode="json"))
    return AddedItemOut(uid=actions.add_item(meeting=found.meeting, values=values, by=actor(request)).uid)


@routes.post(
    "/units/{code}/meetings/{uid}/notify", EDIT, answer=ToldOut, takes="", summary=_l("Send the notice of a meeting")
)
def meeting_notify(request: HttpRequest, code: str, uid: UUID) -> ToldOut:
    return ToldOut(count=actions.notify(meeting=_meeting(request, code, uid).meeting, by=actor(request)))


@routes.post(
    "/units/{code}/meetings/{uid}/minutes", EDIT, answer=MeetingOut, takes=JSON, etag=True, summary=_l("Keep the sheet")
)
def meeting_minutes(request: HttpRequest, code: str, uid: UUID, body: SheetIn) -> HttpResponse:
    found = _meeting(request, code, uid)
    actions.keep(meeting=found.meeting, written=_written(body), version=_seen(request, body), by=actor(request))
    return _tagged(_meeting(request, code, uid))


@routes.post(
    "/units/{code}/meetings/{uid}/hold", EDIT, answer=MeetingOut, takes=JSON, etag=True,
    summary=_l("Enter that a meeting was held"),
)  # fmt: skip
def meeting_hold(request: HttpRequest, code: str, uid: UUID, body: SheetIn) -> HttpResponse:
    found = _meeting(request, code, uid)
    actions.hold(meeting=found.meeting, written=_written(body), version=_seen(request, body), by=actor(request))
    return _tagged(_meeting(request, code, uid))


@routes.post(
    "/units/{code}/meetings/{uid}/settle", EDIT, answer=MeetingOut, takes=JSON, etag=True,
    summary=_l("Settle the minutes of a meeting"),
)  # fmt: skip
def meeting_settle(request: HttpRequest, code: str, uid: UUID, body: SheetIn) -> HttpResponse:
    found, by = _meeting(request, code, uid), actor(request)
    with transaction.atomic():
        actions.settle(meeting=found.meeting, written=_written(body), version=_seen(request, body), by=by)
        papers.attach(found.meeting, by=by)
    return _tagged(_meeting(request, code, uid))


@routes.post(
    "/units/{code}/meetings/{uid}/reopen", EDIT, answer=MeetingOut, takes=JSON, summary=_l("Open settled minutes again")
)
def meeting_reopen(request: HttpRequest, code: str, uid: UUID, body: MeetingReasonIn) -> HttpResponse:
    found = _meeting(request, code, uid)
    actions.reopen(meeting=found.meeting, reason=body.reason, by=actor(request))
    return _tagged(_meeting(request, code, uid))


@routes.post(
    "/units/{code}/meetings/{uid}/cancel", EDIT, answer=MeetingOut, takes=JSON, summary=_l("Cancel a planned meeting")
)
def meeting_cancel(request: HttpRequest, code: str, uid: UUID, body: MeetingReasonIn) -> HttpResponse:
    found = _meeting(request, code, uid)
    actions.cancel(meeting=found.meeting, reason=body.reason, by=actor(request))
    return _tagged(_meeting(request, code, uid))


@routes.post(
    "/units/{code}/agenda-items/{uid}/recusals", EDIT, answer=AddedItemOut, status=201, takes=JSON,
    summary=_l("Enter who steps aside from an agenda item"),
)  # fmt: skip
def agenda_item_recuse(request: HttpRequest, code: str, uid: UUID, body: RecusalIn) -> AddedItemOut:
    item = _item(request, code, uid)
    (person,) = _people(request, item.unit, [body.person])
    made = actions.recuse(item=item, person=person, reason=body.reason, by=actor(request))
    return AddedItemOut(uid=made.uid)


@routes.post(
    "/units/{code}/agenda-items/{uid}/ask-opinions", EDIT, answer=ToldOut, takes="",
    summary=_l("Ask for the opinions before a major decision"),
)  # fmt: skip
def agenda_item_ask(request: HttpRequest, code: str, uid: UUID) -> ToldOut:
    item, by = _item(request, code, uid), actor(request)
    found = rows.find(by, item.ref_1, register=MEETINGS)
    return ToldOut(count=actions.ask_opinions(item=item, meeting=found, by=by))


def _item(request: HttpRequest, code: str, uid: UUID) -> Entry:
    by = actor(request)
    unit = check.unit(by, VIEW, code)
    found = rows.find(by, uid, register=ITEMS)
    if found.unit_id != unit.pk:
        raise NotFound(_("There is no such record here."))
    return found


@routes.get(
    "/units/{code}/decision-order",
    VIEW,
    answer=OrdersOut,
    summary=_l("Show major decisions with the order of opinions"),
)
def decision_order(request: HttpRequest, code: str) -> OrdersOut:
    by = actor(request)
    company = check.unit(by, VIEW, code)
    found = order.decisions(by=by, company=company)
    wanted = order.asking(company)
    return OrdersOut(
        items=[_order(one) for one in found],
        asked=[sorted(role.value for role in one) for one in wanted.demands],
        documents=list(wanted.documents),
    )


def _order(one: order.Decision) -> OrderOut:
    lines = [
        OrderLineOut(
            uid=line.opinion.uid, role=line.role, name=line.name, given_on=line.given_on, recorded_at=line.recorded_at,
            late_days=line.late_days, verdict=line.verdict,
        )
        for line in one.lines
    ]  # fmt: skip
    return OrderOut(
        title=one.title,
        item=one.item.uid if one.item else None,
        meeting=one.meeting.uid if one.meeting else None,
        decided_on=one.decided_on,
        recorded_at=one.recorded_at,
        verdict=one.verdict,
        opinions=lines,
        missing=[role.value for role, _holders in one.missing],
    )


@routes.get("/matters/{uid}", VIEW, answer=SharedMatterOut, summary=_l("Show a shared matter with all opinions"))
def shared_matter(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _matter(matters.find(actor(request), uid))


@routes.post(
    "/matters/{uid}/opinions/{function}", VIEW, answer=SharedMatterOut, takes=JSON, etag=True,
    summary=_l("Give a function's opinion on a shared matter"),
)  # fmt: skip
def shared_matter_answer(request: HttpRequest, uid: UUID, function: str, body: AnswerIn) -> HttpResponse:
    by = actor(request)
    found = matters.find(by, uid)
    version = tags.seen(request, body.version)
    answered = actions.answer(
        entry=found, function=function, stand=body.stand, opinion=body.opinion, version=version, by=by
    )
    return _matter(answered)


def _matter(entry: Entry) -> HttpResponse:
    data = entry.body.data
    shown = SharedMatterOut(
        uid=entry.uid, title=entry.title, state=entry.status, due_on=entry.due_on,
        opinions=[
            VoiceOut(
                function=one.code, takes_part=one.takes_part, leads=one.leads, person=UUID(one.person) if one.person else None,
                stand=one.stand, opinion=one.opinion, given_on=one.on,
            )
            for one in matters.voices(data)
        ],
        conclusion=data.get("conclusion") or "", version=entry.version,
    )  # fmt: skip
    return tags.tagged(shown, version=entry.version)


def _seen(request: HttpRequest, body: SheetIn) -> int:
    return tags.seen(request, body.version)


def _written(body: SheetIn) -> dict[str, Any]:
    given = body.model_dump(mode="json", exclude_unset=True, exclude={"version"})
    given = {code: value for code, value in given.items() if value is not None}
    attendance, items = given.pop("attendance", {}), given.pop("items", {})
    return {"minutes": given, "attendance": attendance, "items": items}


def _tagged(one: OneMeeting, *, status: int = 200) -> HttpResponse:
    counted = quorum.of(one.attendance, one.rules)
    shown = MeetingOut(
        uid=one.meeting.uid, title=one.meeting.title, state=one.meeting.status or "held", way=one.meeting.level,
        held_on=one.meeting.on, minutes=one.sitting.minutes, attendance=[_seat(row) for row in one.attendance],
        members=counted.members, present=counted.present, needed=counted.needed, items=[_agenda(one, row) for row in one.items],
        decisions=[row.uid for row in one.decisions], version=one.sitting.version,
    )  # fmt: skip
    return tags.tagged(shown, version=one.sitting.version, status=status)


def _seat(row: dict[str, str]) -> SeatOut:
    return SeatOut(
        person=UUID(row["person"]), name=row["name"], seat=row.get("seat") or "", state=row.get("state") or "",
        deputy=row.get("deputy") or "",
    )  # fmt: skip


def _agenda(one: OneMeeting, row: Entry) -> AgendaItemOut:
    data = row.body.data
    said = {**{code: data.get(code) for code in _SAID}, **one.sitting.items.get(str(row.uid), {})}
    return AgendaItemOut(
        uid=row.uid, title=row.title, kind=row.kind, major=bool(row.flag_1), outcome=said.get("outcome") or "",
        votes_for=said.get("votes_for"), votes_against=said.get("votes_against"), votes_abstained=said.get("votes_abstained"),
        resolution=said.get("resolution") or "",
        recused=[other.person.name for other in one.recusals.get(str(row.uid), []) if other.person],
    )  # fmt: skip


_SAID = ("outcome", "votes_for", "votes_against", "votes_abstained", "resolution")
