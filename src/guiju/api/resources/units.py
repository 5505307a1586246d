"""Units: the tree, its nodes, and what changes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import paging, problems, versions
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, Reason, UnitRef, Version, visible_refs
from guiju.lib.errors import Problem
from guiju.org import actions
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, Unit

routes = Routes("Units")

#: Nodes in one answer of the tree.
TREE_NODES = 5_000

Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class UnitOut(Schema):
    """A unit as it stands now."""

    uid: UUID
    code: str
    name: str
    short_name: str
    kind: UnitKind
    parent: UnitRef | None = Field(description="Null for a root, and where the parent lies outside the own scope.")
    depth: int
    is_legal_entity: bool
    uscc: str = Field(description="Unified social credit code.")
    country: str
    founded_on: date | None
    closed_on: date | None
    version: int
    recorded_at: datetime


class UnitNode(Schema):
    """A unit in the tree."""

    code: str
    name: str
    kind: UnitKind
    closed_on: date | None
    child_count: int
    children: list[UnitNode]


class UnitQuery(PageQuery):
    """Filters of the list of units."""

    kind: UnitKind | None = None
    within: str = Field("", max_length=40, description="Code of a unit: it and everything below.")
    parent: str = Field("", max_length=40, description="Code of a unit: its children only.")
    closed: bool | None = Field(None, description="true: closed units only; false: open ones only.")


class TreeQuery(Schema):
    """Where the tree begins and how deep it goes."""

    within: str = Field("", max_length=40, description="Code of the top unit; without it, all that may be seen.")
    levels: int = Field(3, ge=1, le=20, description="Levels below the top.")


class UnitIn(Body):
    """A new unit."""

    code: Code
    name: Name
    kind: UnitKind
    parent: Code = Field(description="Code of the unit above; trees are founded on the server.")
    short_name: Annotated[str, StringConstraints(max_length=40)] = ""
    uscc: Annotated[str, StringConstraints(max_length=18)] = ""
    country: Annotated[str, StringConstraints(min_length=2, max_length=2)] = "CN"
    founded_on: date | None = None
    reason: Reason = ""


class UnitChange(Body):
    """What is given changes; the rest stays."""

    version: Version | None = Field(None, description="The version you have seen (or send If-Match).")
    code: Code | None = None
    name: Name | None = None
    short_name: Annotated[str, StringConstraints(max_length=40)] | None = None
    uscc: Annotated[str, StringConstraints(max_length=18)] | None = None
    country: Annotated[str, StringConstraints(min_length=2, max_length=2)] | None = None
    founded_on: date | None = None
    reason: Reason = ""


class UnitMove(Body):
    """Under which unit it goes, and why."""

    parent: Code
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class UnitClosing(Body):
    """On which day it ends, and why."""

    on: date
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]


@routes.get("/units", P.ORG_UNIT_VIEW, answer=Page[UnitOut], summary=_l("List units"))
def units(request: HttpRequest, query: Query[UnitQuery]) -> object:
    by = actor(request)
    rows = scope.units(by, P.ORG_UNIT_VIEW)
    if query.within:
        top = check.unit(by, P.ORG_UNIT_VIEW, query.within)
        rows = rows.filter(path__gte=top.path, path__lt=top.path + LAST)
    if query.parent:
        rows = rows.filter(parent=check.unit(by, P.ORG_UNIT_VIEW, query.parent))
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.closed is not None:
        rows = rows.filter(closed_on__isnull=not query.closed)
    if query.q:
        rows = rows.filter(
            Q(name__icontains=query.q)
            | Q(short_name__icontains=query.q)
            | Q(code__istartswith=query.q)
            | Q(uscc=query.q)
        )
    return paging.page(
        rows,
        request=request,
        query=query,
        sorts={"path": "path", "code": "code", "name": "sort_key", "recorded_at": "recorded_at"},
        default="path",
        show=lambda found: shown(found, by=by),
    )


@routes.get("/units/tree", P.ORG_UNIT_VIEW, answer=list[UnitNode], summary=_l("Show the tree of units"))
def unit_tree(request: HttpRequest, query: Query[TreeQuery]) -> list[UnitNode]:
    by = actor(request)
    rows = scope.units(by, P.ORG_UNIT_VIEW)
    if query.within:
        top = check.unit(by, P.ORG_UNIT_VIEW, query.within)
        rows = rows.filter(path__gte=top.path, path__lt=top.path + LAST, depth__lte=top.depth + query.levels)
    else:
        first = rows.order_by("depth").values_list("depth", flat=True).first() or 0
        rows = rows.filter(depth__lte=first + query.levels)
    found = list(rows.annotate(child_count=Count("children")).order_by("path")[: TREE_NODES + 1])
    if len(found) > TREE_NODES:
        raise Problem(
            "tree.large",
            _("The tree has more than %(count)d units at these levels.") % {"count": TREE_NODES},
            fix=_("Ask for fewer levels, or begin further down with “within”."),
        )
    return _nested(found)


@routes.post("/units", P.ORG_UNIT_EDIT, answer=UnitOut, status=201, takes=JSON, summary=_l("Add a unit"))
def create_unit(request: HttpRequest, body: UnitIn) -> HttpResponse:
    by = actor(request)
    parent = check.unit(by, P.ORG_UNIT_EDIT, body.parent)
    fields = body.model_dump(exclude={"parent", "kind"})
    made = actions.create_unit(kind=body.kind.value, parent=parent, by=by, **fields)
    return _tagged(made, by=by, status=201, location=reverse("api:unit", args=[made.code]))


@routes.get("/units/{code}", P.ORG_UNIT_VIEW, answer=UnitOut, summary=_l("Show a unit"))
def unit(request: HttpRequest, code: str) -> HttpResponse:
    by = actor(request)
    return _tagged(check.unit(by, P.ORG_UNIT_VIEW, code), by=by)


@routes.patch("/units/{code}", P.ORG_UNIT_EDIT, answer=UnitOut, takes=JSON, etag=True, summary=_l("Change a unit"))
def change_unit(request: HttpRequest, code: str, body: UnitChange) -> HttpResponse:
    by = actor(request)
    found = check.unit(by, P.ORG_UNIT_EDIT, code)
    fields = body.model_dump(exclude_unset=True, exclude={"version", "reason"})
    given = {name: value for name, value in fields.items() if value is not None or name == "founded_on"}
    version = versions.seen(request, body.version)
    with problems.both_sides(current=lambda: _one(Unit.objects.get(pk=found.pk), by=by).model_dump(), yours=given):
        return _tagged(actions.change_unit(unit=found, version=version, by=by, reason=body.reason, **given), by=by)


@routes.post("/units/{code}/move", P.ORG_UNIT_EDIT, answer=UnitOut, takes=JSON, summary=_l("Move a unit"))
def move_unit(request: HttpRequest, code: str, body: UnitMove) -> HttpResponse:
    by = actor(request)
    found, parent = check.unit(by, P.ORG_UNIT_EDIT, code), check.unit(by, P.ORG_UNIT_EDIT, body.parent)
    return _tagged(actions.move_unit(unit=found, parent=parent, by=by, reason=body.reason), by=by)


@routes.post("/units/{code}/close", P.ORG_UNIT_EDIT, answer=UnitOut, takes=JSON, summary=_l("Close a unit"))
def close_unit(request: HttpRequest, code: str, body: UnitClosing) -> HttpResponse:
    by = actor(request)
    found = check.unit(by, P.ORG_UNIT_EDIT, code)
    return _tagged(actions.close_unit(unit=found, on=body.on, by=by, reason=body.reason), by=by)


def shown(found: Sequence[Unit], *, by: Actor) -> list[UnitOut]:
    """Units as they are answered."""
    parents = visible_refs((row.parent_id for row in found), by=by, permission=P.ORG_UNIT_VIEW)
    return [
        UnitOut(
            uid=row.uid,
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            kind=UnitKind(row.kind),
            parent=parents.get(row.parent_id or 0),
            depth=row.depth,
            is_legal_entity=row.is_legal_entity,
            uscc=row.uscc,
            country=row.country,
            founded_on=row.founded_on,
            closed_on=row.closed_on,
            version=row.version,
            recorded_at=row.recorded_at,
        )
        for row in found
    ]


def _one(row: Unit, *, by: Actor) -> UnitOut:
    return shown([row], by=by)[0]


def _tagged(row: Unit, *, by: Actor, status: int = 200, location: str = "") -> HttpResponse:
    return versions.tagged(_one(row, by=by), version=row.version, status=status, location=location)


def _nested(found: Sequence[Unit]) -> list[UnitNode]:
    """Nodes under the nearest node above them that is in the answer."""
    tops: list[UnitNode] = []
    open_nodes: list[tuple[str, UnitNode]] = []
    for row in found:
        node = UnitNode(
            code=row.code,
            name=row.name,
            kind=UnitKind(row.kind),
            closed_on=row.closed_on,
            child_count=row.child_count,  # type: ignore[attr-defined]
            children=[],
        )
        while open_nodes and not row.path.startswith(open_nodes[-1][0]):
            open_nodes.pop()
        (open_nodes[-1][1].children if open_nodes else tops).append(node)
        open_nodes.append((row.path, node))
    return tops
