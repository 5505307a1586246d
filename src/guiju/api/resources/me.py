"""Who the token stands for."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import Field

from guiju.access import actions, check
from guiju.access.permissions import Permission
from guiju.api.auth import OwnOnly, actor
from guiju.api.routes import Routes
from guiju.api.schemas import PersonRef, UnitRef, person_ref, unit_ref
from guiju.org.models import Person

routes = Routes("Account")


class TokenRef(Schema):
    """The token in use."""

    uid: UUID
    name: str
    scopes: list[Permission]
    unit: UnitRef
    expires_on: date


class Me(Schema):
    """The account behind the token, and what the token opens."""

    account: str
    name: str
    person: PersonRef | None
    token: TokenRef
    roles: list[str] = Field(description="Roles the account holds, wherever.")
    permissions: list[Permission] = Field(description="What the token opens somewhere in its unit's subtree.")


@routes.get("/me", OwnOnly("shows a caller who he is"), answer=Me, summary=_("Who am I"))
def me(request: HttpRequest) -> Me:
    by = actor(request)
    assert by.user is not None
    assert by.token is not None
    token = by.token
    person = Person.objects.filter(user=by.user).first()
    held = [item for item in Permission if item.value in token.scopes and check.can_anywhere(by, item)]
    return Me(
        account=by.user.username,
        name=by.user.name,
        person=person_ref(person) if person else None,
        token=TokenRef(
            uid=token.uid,
            name=token.name,
            scopes=[Permission(scope) for scope in token.scopes],
            unit=unit_ref(token.unit),
            expires_on=token.expires_on,
        ),
        roles=sorted({grant.role for grant in actions.open_grants(by.user)}),
        permissions=held,
    )
