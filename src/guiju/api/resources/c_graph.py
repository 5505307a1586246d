"""The graph behind the three lists: links, what lies around a record, marks of changes, proposals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import paging, versions
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, Reason, Version
from guiju.compliance.enums import LinkState, Outcome
from guiju.compliance.graph import actions, proposing, queries, settling, shape
from guiju.compliance.graph.edges import Edge
from guiju.compliance.models import Link, Mark
from guiju.registers import queries as registers
from guiju.registers.models import Entry

routes = Routes("Graph")

VIEW, EDIT = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT
Note = Annotated[str, StringConstraints(max_length=300)]


class GraphNodeOut(Schema):
    """A record of the graph in passing."""

    uid: UUID
    register_code: str = Field(serialization_alias="register")
    title: str
    unit: str


class GraphLinkOut(Schema):
    """A link between two records; `why` quotes the words on which a proposal rests."""

    uid: UUID
    one: GraphNodeOut
    other: GraphNodeOut
    state: LinkState
    why: str
    made_at: datetime
    made_by: str
    settled_at: datetime | None
    settled_by: str
    version: int


class GraphLinkIn(Body):
    """Two records by uid."""

    one: UUID
    other: UUID
    why: Note = ""


class GraphDecideIn(Body):
    """What a person decides about a link."""

    version: Version | None = None
    state: Literal["confirmed", "refused"]
    why: Note = ""


class GraphLinkQuery(PageQuery):
    """Filters of the list of links."""

    unit: Code = Field(description="Code of the unit (or department) whose records stand at one of the ends.")
    state: LinkState | None = None


class GraphDropQuery(Schema):
    """Which version of the link is dropped, and why."""

    version: Version | None = None
    reason: Reason = ""


class GraphEdgeOut(Schema):
    """A joint: a link, or a field that refers (`field`)."""

    one: UUID
    other: UUID
    link: UUID | None
    field: str


class GraphAroundNodeOut(GraphNodeOut):
    """A record around another: how many steps away, and from which record it was reached."""

    steps: int
    reached_from: UUID | None


class GraphAroundOut(Schema):
    """What lies around a record, as far as the caller sees it."""

    nodes: list[GraphAroundNodeOut]
    edges: list[GraphEdgeOut]
    cut: bool = Field(description="True when there is more than was read.")


class GraphAroundQuery(Schema):
    """How far to go."""

    depth: int = Field(2, ge=1, le=3)


class GraphChangeOut(Schema):
    """One field that changed; a state is named by its code."""

    field: str
    label: str
    old: str
    new: str


class GraphMarkOut(Schema):
    """A record that a change of another touches."""

    uid: UUID
    unit: str
    cause: UUID
    cause_register: str
    cause_title: str
    cause_version: int
    changes: list[GraphChangeOut]
    target: UUID
    target_register: str
    target_version: int
    path: list[UUID]
    task: UUID | None
    made_at: datetime
    made_by: str
    outcome: Outcome | None
    note: str
    settled_at: datetime | None
    settled_by: str
    version: int


class GraphMarkQuery(PageQuery):
    """Filters of the list of marks."""

    unit: str = Field("", max_length=40, description="Code of a unit or department.")
    cause: UUID | None = None
    target: UUID | None = None
    open: bool = Field(True, description="false: settled ones too.")


class GraphSettleIn(Body):
    """What came of looking at a record."""

    version: Version | None = None
    outcome: Outcome
    note: Note = ""


class GraphProposeIn(Body):
    """Whose lists to read."""

    unit: Code
    reason: Reason = ""


class GraphProposedOut(Schema):
    """How many links are newly proposed; null when a job reads the lists."""

    count: int | None


# --- links --------------------------------------------------------------------------------------------------------


@routes.get("/graph/links", VIEW, answer=Page[GraphLinkOut], summary=_l("List links"))
def graph_links(request: HttpRequest, query: Query[GraphLinkQuery]) -> object:
    by = actor(request)
    unit = check.unit(by, VIEW, query.unit)
    rows = queries.links(unit, by=by, state=query.state.value if query.state else "")
    return paging.page(
        rows.filter(why__icontains=query.q) if query.q else rows,
        request=request,
        query=query,
        sorts={"made_at": "made_at"},
        default="-made_at",
        show=lambda found: _links(found, by=by),
    )


def _links(found: Sequence[Link], *, by: Actor) -> list[GraphLinkOut]:
    """Those of the page of which the caller sees both ends."""
    known = queries.entries({uid for row in found for uid in (row.low, row.high)}, by=by)
    return [_link(row, known[row.low], known[row.high]) for row in found if row.low in known and row.high in known]


@routes.post("/graph/links", EDIT, answer=GraphLinkOut, status=201, takes=JSON, summary=_l("Link two records"))
def create_graph_link(request: HttpRequest, body: GraphLinkIn) -> HttpResponse:
    by = actor(request)
    made = actions.link(one=registers.find(by, body.one), other=registers.find(by, body.other), why=body.why, by=by)
    return _tagged(made, by=by, status=201, location=f"/api/v1/graph/links/{made.uid}")


@routes.get("/graph/links/{uuid:uid}", VIEW, answer=GraphLinkOut, summary=_l("Show a link"))
def graph_link(request: HttpRequest, uid: UUID) -> HttpResponse:
    by = actor(request)
    row, _low, _high = queries.find_link(uid, by=by)
    return _tagged(row, by=by)


@routes.post(
    "/graph/links/{uuid:uid}/decide", EDIT, answer=GraphLinkOut, takes=JSON, etag=True,
    summary=_l("Confirm or refuse a link"),
)  # fmt: skip
def decide_graph_link(request: HttpRequest, uid: UUID, body: GraphDecideIn) -> HttpResponse:
    by = actor(request)
    row, _low, _high = queries.find_link(uid, by=by)
    act = actions.confirm if body.state == "confirmed" else actions.refuse
    return _tagged(act(link=row, version=versions.seen(request, body.version), why=body.why, by=by), by=by)


@routes.delete("/graph/links/{uuid:uid}", EDIT, answer=None, status=204, etag=True, summary=_l("Drop a link"))
def drop_graph_link(request: HttpRequest, uid: UUID, query: Query[GraphDropQuery]) -> None:
    by = actor(request)
    row, _low, _high = queries.find_link(uid, by=by)
    actions.drop(link=row, version=versions.seen(request, query.version), why=query.reason, by=by)


@routes.post("/graph/proposals", EDIT, answer=GraphProposedOut, takes=JSON, summary=_l("Look for links in the words"))
def propose_graph_links(request: HttpRequest, body: GraphProposeIn) -> GraphProposedOut:
    by = actor(request)
    return GraphProposedOut(count=proposing.ask(unit=check.unit(by, VIEW, body.unit), by=by))


@routes.get("/graph/around/{uuid:uid}", VIEW, answer=GraphAroundOut, summary=_l("Show what lies around a record"))
def graph_around(request: HttpRequest, uid: UUID, query: Query[GraphAroundQuery]) -> GraphAroundOut:
    found = queries.around(uid, by=actor(request), depth=query.depth)
    return GraphAroundOut(
        nodes=[
            GraphAroundNodeOut(**_node(entry).dict(), steps=found.steps[each], reached_from=found.before.get(each))
            for each, entry in found.entries.items()
        ],
        edges=[_edge(edge) for edge in found.edges],
        cut=found.is_cut,
    )


def _edge(edge: Edge) -> GraphEdgeOut:
    return GraphEdgeOut(one=edge.one, other=edge.other, link=edge.link, field=edge.field)


def _node(entry: Entry) -> GraphNodeOut:
    return GraphNodeOut(uid=entry.uid, register_code=entry.register, title=entry.title, unit=entry.unit.code)


def _tagged(row: Link, *, by: Actor, status: int = 200, location: str = "") -> HttpResponse:
    held, low, high = queries.find_link(row.uid, by=by)
    return versions.tagged(_link(held, low, high), version=held.version, status=status, location=location)


def _link(row: Link, low: Entry, high: Entry) -> GraphLinkOut:
    one, other = (low, high) if shape.in_order([low.register, high.register])[0] == low.register else (high, low)
    return GraphLinkOut(
        uid=row.uid, one=_node(one), other=_node(other), state=LinkState(row.state), why=row.why, made_at=row.made_at,
        made_by=row.made_by, settled_at=row.settled_at, settled_by=row.settled_by, version=row.version,
    )  # fmt: skip


# --- marks --------------------------------------------------------------------------------------------------------


@routes.get("/graph/marks", VIEW, answer=Page[GraphMarkOut], summary=_l("List what changes touch"))
def graph_marks(request: HttpRequest, query: Query[GraphMarkQuery]) -> object:
    by = actor(request)
    rows = queries.marks(by=by, within=check.unit(by, VIEW, query.unit) if query.unit else None)
    if query.open:
        rows = rows.filter(settled_at__isnull=True)
    if query.cause is not None:
        rows = rows.filter(cause=query.cause)
    if query.target is not None:
        rows = rows.filter(target=query.target)
    return paging.page(
        rows.filter(cause_title__icontains=query.q) if query.q else rows,
        request=request,
        query=query,
        sorts={"made_at": "made_at"},
        default="-made_at",
        show=lambda found: [_mark(row) for row in found],
    )


@routes.post(
    "/graph/marks/{uuid:uid}/settle", EDIT, answer=GraphMarkOut, takes=JSON, etag=True,
    summary=_l("Settle what a change asked of a record"),
)  # fmt: skip
def settle_graph_mark(request: HttpRequest, uid: UUID, body: GraphSettleIn) -> HttpResponse:
    by = actor(request)
    row = queries.find_mark(uid, by=by)
    seen = versions.seen(request, body.version)
    settled = settling.settle(mark=row, outcome=body.outcome.value, note=body.note, version=seen, by=by)
    return versions.tagged(_mark(settled), version=settled.version)


def _mark(row: Mark) -> GraphMarkOut:
    return GraphMarkOut(
        uid=row.uid, unit=row.unit.code, cause=row.cause, cause_register=row.cause_register,
        cause_title=row.cause_title, cause_version=row.cause_version,
        changes=[GraphChangeOut(field=each["field"], label=each["label"], old=each["old"], new=each["new"])
                 for each in row.changes],
        target=row.target, target_register=row.target_register, target_version=row.target_version,
        path=[UUID(each) for each in row.path], task=row.task, made_at=row.made_at, made_by=row.made_by,
        outcome=Outcome(row.outcome) if row.outcome else None, note=row.note, settled_at=row.settled_at,
        settled_by=row.settled_by, version=row.version,
    )  # fmt: skip
