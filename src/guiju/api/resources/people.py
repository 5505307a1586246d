"""People who work in or for units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q
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
from guiju.api.schemas import Body, Code, Reason, UnitRef, Version, unit_ref, visible_refs
from guiju.lib.errors import NotFound
from guiju.org import actions
from guiju.org.models import LAST, Person

routes = Routes("People")

Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Number = Annotated[str, StringConstraints(max_length=40)]
Post = Annotated[str, StringConstraints(max_length=80)]
Email = Annotated[str, StringConstraints(max_length=254)]
Phone = Annotated[str, StringConstraints(max_length=30)]


class PersonOut(Schema):
    """A person as entered now."""

    uid: UUID
    unit: UnitRef
    department: UnitRef | None = Field(description="Null too where the department lies outside the own scope.")
    name: str
    number: str
    post: str
    email: str
    phone: str
    is_external: bool
    joined_on: date | None
    left_on: date | None
    version: int
    recorded_at: datetime


class PersonQuery(PageQuery):
    """Filters of the list of people."""

    unit: str = Field("", max_length=40, description="Code of a unit: its people and those below.")
    here_on: date | None = Field(None, description="Only those who belong to their unit on this day.")
    is_external: bool | None = None


class PersonIn(Body):
    """A new person."""

    unit: Code
    name: Name
    department: Code | None = Field(None, description="Code of a department.")
    number: Number = ""
    post: Post = ""
    email: Email = ""
    phone: Phone = ""
    is_external: bool = False
    joined_on: date | None = None
    left_on: date | None = None
    reason: Reason = ""


class PersonChange(Body):
    """What is given changes; the rest stays. `left_on` says that the person left."""

    version: Version | None = Field(None, description="The version you have seen (or send If-Match).")
    unit: Code | None = None
    name: Name | None = None
    department: Code | None = None
    number: Number | None = None
    post: Post | None = None
    email: Email | None = None
    phone: Phone | None = None
    is_external: bool | None = None
    joined_on: date | None = None
    left_on: date | None = None
    reason: Reason = ""


_NULLABLE = frozenset({"department", "joined_on", "left_on"})


@routes.get("/people", P.ORG_PERSON_VIEW, answer=Page[PersonOut], summary=_l("List people"))
def people(request: HttpRequest, query: Query[PersonQuery]) -> object:
    by = actor(request)
    rows = scope.people(by, P.ORG_PERSON_VIEW).select_related("unit")
    if query.unit:
        top = check.unit(by, P.ORG_PERSON_VIEW, query.unit)
        rows = rows.filter(unit__path__gte=top.path, unit__path__lt=top.path + LAST)
    if query.here_on:
        rows = rows.filter(
            Q(joined_on__isnull=True) | Q(joined_on__lte=query.here_on),
            Q(left_on__isnull=True) | Q(left_on__gte=query.here_on),
        )
    if query.is_external is not None:
        rows = rows.filter(is_external=query.is_external)
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(number__istartswith=query.q) | Q(post__icontains=query.q))
    return paging.page(
        rows,
        request=request,
        query=query,
        sorts={"name": "sort_key", "number": "number", "unit": "unit__path", "recorded_at": "recorded_at"},
        default="name",
        show=lambda found: _shown(found, by=by),
    )


@routes.post("/people", P.ORG_PERSON_EDIT, answer=PersonOut, status=201, takes=JSON, summary=_l("Enter a person"))
def create_person(request: HttpRequest, body: PersonIn) -> HttpResponse:
    by = actor(request)
    made = actions.add_person(by=by, **_fields(body.model_dump(), by=by))
    return _tagged(made, by=by, status=201, location=reverse("api:person", args=[made.uid]))


@routes.get("/people/{uuid:uid}", P.ORG_PERSON_VIEW, answer=PersonOut, summary=_l("Show a person"))
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    by = actor(request)
    return _tagged(_find(uid, by=by, permission=P.ORG_PERSON_VIEW), by=by)


@routes.patch(
    "/people/{uuid:uid}", P.ORG_PERSON_EDIT, answer=PersonOut, takes=JSON, etag=True, summary=_l("Change a person")
)
def change_person(request: HttpRequest, uid: UUID, body: PersonChange) -> HttpResponse:
    by = actor(request)
    found = _find(uid, by=by, permission=P.ORG_PERSON_EDIT)
    sent = body.model_dump(exclude_unset=True, exclude={"version", "reason"})
    given = {name: value for name, value in sent.items() if value is not None or name in _NULLABLE}
    version = versions.seen(request, body.version)
    with problems.both_sides(current=lambda: _one(_again(found), by=by).model_dump(), yours=given):
        changed = actions.change_person(
            person=found, version=version, by=by, reason=body.reason, **_fields(given, by=by)
        )
        return _tagged(changed, by=by)


def _fields(given: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    """Codes of units become units on which the caller may edit people."""
    return {
        name: check.unit(by, P.ORG_PERSON_EDIT, value) if name in {"unit", "department"} and value else value
        for name, value in given.items()
    }


def _find(uid: UUID, *, by: Actor, permission: P) -> Person:
    row = scope.people(by, permission).filter(uid=uid).select_related("unit").first()
    if row is None:
        raise NotFound(_("There is no such person here."))
    return row


def _again(person: Person) -> Person:
    return Person.objects.select_related("unit").get(pk=person.pk)


def _one(row: Person, *, by: Actor) -> PersonOut:
    return _shown([row], by=by)[0]


def _shown(found: Sequence[Person], *, by: Actor) -> list[PersonOut]:
    departments = visible_refs((row.department_id for row in found), by=by, permission=P.ORG_PERSON_VIEW)
    return [
        PersonOut(
            uid=row.uid,
            unit=unit_ref(row.unit),
            department=departments.get(row.department_id or 0),
            name=row.name,
            number=row.number,
            post=row.post,
            email=row.email,
            phone=row.phone,
            is_external=row.is_external,
            joined_on=row.joined_on,
            left_on=row.left_on,
            version=row.version,
            recorded_at=row.recorded_at,
        )
        for row in found
    ]


def _tagged(row: Person, *, by: Actor, status: int = 200, location: str = "") -> HttpResponse:
    return versions.tagged(_one(row, by=by), version=row.version, status=status, location=location)
