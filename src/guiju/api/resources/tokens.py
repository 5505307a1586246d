"""The own account's tokens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import actions, check, scope
from guiju.access.actor import Actor
from guiju.access.models import ApiToken
from guiju.access.permissions import Permission as P
from guiju.api import paging, versions
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, UnitRef, unit_ref
from guiju.lib.errors import NotFound

routes = Routes("Tokens")


class TokenOut(Schema):
    """A token without its secret."""

    uid: UUID
    name: str
    prefix: str = Field(description="How the secret begins.")
    scopes: list[P]
    unit: UnitRef
    created_at: datetime
    expires_on: date
    last_used_on: date | None
    revoked_at: datetime | None


class IssuedToken(TokenOut):
    """A new token. The secret is shown this once; a replayed answer has none."""

    secret: str | None


class TokenIn(Body):
    """What a new token is for and how far it reaches; never further than the token that asks."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    scopes: list[P] = Field(min_length=1, max_length=40)
    unit: Code
    expires_on: date


@routes.get("/tokens", P.ADMIN_TOKEN_MANAGE, answer=Page[TokenOut], summary=_l("List own tokens"))
def tokens(request: HttpRequest, query: Query[PageQuery]) -> object:
    rows = _own(actor(request)).select_related("unit")
    if query.q:
        rows = rows.filter(name__icontains=query.q)
    return paging.page(
        rows,
        request=request,
        query=query,
        sorts={"created_at": "created_at", "name": "name", "expires_on": "expires_on"},
        default="-created_at",
        show=lambda found: [_shown(row) for row in found],
    )


@routes.post("/tokens", P.ADMIN_TOKEN_MANAGE, answer=IssuedToken, status=201, takes=JSON, summary=_l("Issue a token"))
def issue_token(request: HttpRequest, body: TokenIn) -> HttpResponse:
    by = actor(request)
    assert by.user is not None
    token, secret = actions.issue_token(
        user=by.user,
        name=body.name,
        scopes=[item.value for item in dict.fromkeys(body.scopes)],
        unit=check.unit(by, P.ADMIN_TOKEN_MANAGE, body.unit),
        expires_on=body.expires_on,
        by=by,
    )
    shown = IssuedToken(**_shown(token).model_dump(), secret=secret)
    return versions.tagged(shown, version=1, status=201)


@routes.delete("/tokens/{uuid:uid}", P.ADMIN_TOKEN_MANAGE, answer=TokenOut, summary=_l("Revoke an own token"))
def revoke_token(request: HttpRequest, uid: UUID) -> TokenOut:
    by = actor(request)
    token = _own(by).select_related("unit").filter(uid=uid).first()
    if token is None:
        raise NotFound(_("You have no such token."))
    if token.revoked_at is None:
        actions.revoke_token(token=token, by=by)
    return _shown(token)


def _own(by: Actor) -> QuerySet[ApiToken]:
    """A token cut down to one unit does not learn of tokens for others."""
    return ApiToken.objects.filter(user=by.user, unit__in=scope.units(by, P.ADMIN_TOKEN_MANAGE))


def _shown(token: ApiToken) -> TokenOut:
    return TokenOut(
        uid=token.uid,
        name=token.name,
        prefix=token.prefix,
        scopes=[P(item) for item in token.scopes],
        unit=unit_ref(token.unit),
        created_at=token.created_at,
        expires_on=token.expires_on,
        last_used_on=token.last_used_on,
        revoked_at=token.revoked_at,
    )
