"""Accounts, roles and grants: who may do what, for the administrators who keep them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import actions, check, scope
from guiju.access.actor import Actor
from guiju.access.models import Grant, User
from guiju.access.permissions import Permission as P
from guiju.access.roles import ROLES
from guiju.api import paging
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, UnitRef, unit_ref
from guiju.lib import clock
from guiju.lib.errors import NotFound

routes = Routes("Administration")

RoleCode = Annotated[str, Field(max_length=40, json_schema_extra={"enum": list(ROLES)})]
Username = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Why = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AccountOut(Schema):
    """An account; rights come from grants alone."""

    username: str
    name: str
    email: str
    is_active: bool
    created_at: datetime


class AccountIn(Body):
    """A new account, without any right."""

    username: Username
    name: Username
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    email: Annotated[str, StringConstraints(max_length=254)] = ""


class DisableIn(Body):
    """Why the account may not sign in any more."""

    reason: Why


class RoleOut(Schema):
    """A role: a paragraph for people, and what it permits."""

    code: str
    label: str
    description: str
    permissions: list[P]


class GrantOut(Schema):
    """A role held by an account on a unit."""

    uid: UUID
    account: str
    name: str
    role: str
    unit: UnitRef
    with_subtree: bool
    from_on: date
    to_on: date | None
    granted_by: str
    reason: str
    withdrawn_at: datetime | None


class GrantQuery(PageQuery):
    """Filters of the list of grants."""

    account: str = Field("", max_length=60)
    role: RoleCode | None = None
    unit: str = Field("", max_length=40, description="Code of a unit.")
    holding: bool = Field(True, description="Only those that hold today.")


class GrantIn(Body):
    """A role for an account; never for the own one, and never two administrator duties together."""

    account: Username
    role: RoleCode
    unit: Code
    with_subtree: bool = True
    from_on: date | None = Field(None, description="Today, if not given.")
    to_on: date | None = None
    reason: Why


class WithdrawQuery(Schema):
    """Why a grant ends."""

    reason: Why


@routes.get("/accounts", P.ADMIN_ACCOUNT_MANAGE, answer=Page[AccountOut], summary=_l("List accounts"))
def accounts(request: HttpRequest, query: Query[PageQuery]) -> object:
    rows = actions.accounts(actor(request))
    if query.q:
        rows = rows.filter(Q(username__icontains=query.q) | Q(name__icontains=query.q))
    return paging.page(
        rows,
        request=request,
        query=query,
        sorts={"username": "username", "name": "name", "created_at": "created_at"},
        default="username",
        show=lambda found: [_account(row) for row in found],
    )


@routes.post(
    "/accounts", P.ADMIN_ACCOUNT_MANAGE, answer=AccountOut, status=201, takes=JSON, summary=_l("Make an account")
)
def create_account(request: HttpRequest, body: AccountIn) -> AccountOut:
    return _account(actions.create_account(**body.model_dump(), by=actor(request)))


@routes.post(
    "/accounts/{username}/disable",
    P.ADMIN_ACCOUNT_MANAGE,
    answer=AccountOut,
    takes=JSON,
    summary=_l("Disable an account"),
)
def disable_account(request: HttpRequest, username: str, body: DisableIn) -> AccountOut:
    """Its sessions and tokens end at once."""
    by = actor(request)
    user = _user(username, by=by, permission=P.ADMIN_ACCOUNT_MANAGE)
    actions.disable_account(user=user, by=by, reason=body.reason)
    return _account(user)


@routes.get("/roles", P.ADMIN_GRANT_VIEW, answer=list[RoleOut], summary=_l("List roles"))
def roles(request: HttpRequest) -> list[RoleOut]:
    return [
        RoleOut(
            code=role.code,
            label=str(role.label),
            description=str(role.description),
            permissions=sorted(role.permissions),
        )
        for role in ROLES.values()
    ]


@routes.get("/grants", P.ADMIN_GRANT_VIEW, answer=Page[GrantOut], summary=_l("List grants"))
def grants(request: HttpRequest, query: Query[GrantQuery]) -> object:
    by = actor(request)
    rows = _visible(by, P.ADMIN_GRANT_VIEW)
    if query.holding:
        rows = rows.filter(pk__in=Grant.objects.holding(clock.today()).values("pk"))
    if query.account:
        rows = rows.filter(user__username=query.account)
    if query.role:
        rows = rows.filter(role=query.role)
    if query.unit:
        rows = rows.filter(unit=check.unit(by, P.ADMIN_GRANT_VIEW, query.unit))
    if query.q:
        rows = rows.filter(Q(user__name__icontains=query.q) | Q(reason__icontains=query.q))
    return paging.page(
        rows,
        request=request,
        query=query,
        sorts={"granted_at": "granted_at", "unit": "unit__path", "account": "user__username"},
        default="-granted_at",
        show=_shown,
    )


@routes.post("/grants", P.ADMIN_GRANT_MANAGE, answer=GrantOut, status=201, takes=JSON, summary=_l("Grant a role"))
def give_grant(request: HttpRequest, body: GrantIn) -> GrantOut:
    by = actor(request)
    row = actions.grant(
        user=_user(body.account, by=by, permission=P.ADMIN_GRANT_MANAGE),
        role=body.role,
        unit=check.unit(by, P.ADMIN_GRANT_MANAGE, body.unit),
        by=by,
        reason=body.reason,
        with_subtree=body.with_subtree,
        from_on=body.from_on,
        to_on=body.to_on,
    )
    return _shown([row])[0]


@routes.delete("/grants/{uuid:uid}", P.ADMIN_GRANT_MANAGE, answer=GrantOut, summary=_l("Withdraw a grant"))
def withdraw_grant(request: HttpRequest, uid: UUID, query: Query[WithdrawQuery]) -> GrantOut:
    by = actor(request)
    row = _visible(by, P.ADMIN_GRANT_MANAGE).filter(uid=uid).first()
    if row is None:
        raise NotFound(_("There is no such grant here."))
    if row.withdrawn_at is None:
        actions.withdraw(row=row, by=by, reason=query.reason)
    return _shown([row])[0]


def _user(username: str, *, by: Actor, permission: P) -> User:
    """An account in the administrator's hand; another firm's is as little there as one that nobody has made."""
    found = actions.accounts(by, permission=permission).filter(username=username).first()
    if found is None:
        raise NotFound(_("There is no account “%(name)s”.") % {"name": username})
    return found


def _visible(by: Actor, permission: P) -> QuerySet[Grant]:
    return Grant.objects.filter(unit__in=scope.units(by, permission)).select_related("unit", "user")


def _account(user: User) -> AccountOut:
    return AccountOut(
        username=user.username,
        name=user.name,
        email=user.email,
        is_active=user.is_active,
        created_at=user.created_at,
    )


def _shown(found: Sequence[Grant]) -> list[GrantOut]:
    return [
        GrantOut(
            uid=row.uid,
            account=row.user.username,
            name=row.user.name,
            role=row.role,
            unit=unit_ref(row.unit),
            with_subtree=row.with_subtree,
            from_on=row.from_on,
            to_on=row.to_on,
            granted_by=row.granted_by,
            reason=row.reason,
            withdrawn_at=row.withdrawn_at,
        )
        for row in found
    ]
