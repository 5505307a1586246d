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
    """The operation shows a caller himself, or asks what he is rather than his roles; for the reason given.

    Where `scopes` are named, a token carries one of them: what its account may do by itself is no right of every token.
    """

    reason: str
    scopes: tuple[Permission, ...] = ()


class Bearer(HttpBearer):
    """Lets a token in whose scopes, and whose account's roles, hold the operation's permission somewhere.

    Where it holds is decided per row by `access.scope`, exactly as for pages.
    """

    def __init__(self, permission: Permission | OwnOnly) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        by = identify(request, token)
        if by is None or getattr(request, "api_passed", None) is self:
            return by
        if isinstance(self.permission, OwnOnly):
            _require_scope(by, self.permission.scopes)
            return by
        _require_scope(by, (self.permission,))
        if not check.can_anywhere(by, self.permission):
            raise Denied(_("Your account holds no role for this."), fix=_("Ask the security administrator."))
        request.api_passed = self  # type: ignore[attr-defined]
        return by


def _require_scope(by: Actor, scopes: tuple[Permission, ...]) -> None:
    """Refuse a token that carries none of these; where none is named, any token will do."""
    wanted = [one.value for one in scopes]
    if by.token is not None and wanted and not set(wanted) & set(by.token.scopes):
        raise Problem(
            "token.scope",
            _("This token lacks the scope “%(scope)s”.") % {"scope": wanted[0]},
            fix=_("Issue a token with this scope."),
            status=403,
        )


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
