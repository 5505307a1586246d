"""Who calls: a bearer token, and the permission that each operation asks of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from guiju.access import actions, check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib.errors import Denied, Problem


@dataclass(frozen=True, slots=True)
class OwnOnly:
    """The operation shows a caller himself and needs no permission, for the reason given."""

    reason: str


class Bearer(HttpBearer):
    """Lets a token in whose scopes, and whose account's roles, hold the operation's permission somewhere.

    Where it holds is decided per row by `access.scope`, exactly as for pages.
    """

    def __init__(self, permission: Permission | OwnOnly) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        by = identify(request, token)
        if by is None or isinstance(self.permission, OwnOnly) or getattr(request, "api_passed", None) is self:
            return by
        if by.token is not None and self.permission.value not in by.token.scopes:
            raise Problem(
                "token.scope",
                _("This token lacks the scope “%(scope)s”.") % {"scope": self.permission.value},
                fix=_("Issue a token with this scope."),
                status=403,
            )
        if not check.can_anywhere(by, self.permission):
            raise Denied(_("Your account holds no role for this."), fix=_("Ask the security administrator."))
        request.api_passed = self  # type: ignore[attr-defined]
        return by


def identify(request: HttpRequest, secret: str) -> Actor | None:
    """The actor of this request, looked up once."""
    if not hasattr(request, "api_actor"):
        found = actions.token_actor(secret.strip(), request_id=getattr(request, "request_id", ""))
        if found is not None and request.method in {"GET", "HEAD"}:
            found = replace(found, looked={})  # as for pages: what only shows reads the grants once
        request.api_actor = found  # type: ignore[attr-defined]
    return cast("Actor | None", request.api_actor)  # type: ignore[attr-defined]


def actor(request: HttpRequest) -> Actor:
    """The `by` of an operation."""
    return cast("Actor", request.auth)  # type: ignore[attr-defined]
