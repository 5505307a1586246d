"""Every route says who may come in; a route that says nothing is closed (and a test walks them all)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required

from guiju.access.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

#: Routes of libraries, by namespace-free URL name, that may be reached without a policy of ours, with the reason.
LIBRARY_ROUTES: dict[str, str] = {
    "account_login": "sign-in form",
    "account_logout": "ends the own session",
    "account_reauthenticate": "asks for the own password again",
    "account_change_password": "changes the own password",
    "account_inactive": "says that an account may not sign in",
    "javascript-catalog": "interface texts only",
    "set_language": "changes the own language only",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What a route asks of the one who comes: a permission somewhere, a session, or nothing (with the reason)."""

    permission: Permission | None = None
    signed_in: bool = True
    reason: str = ""


def needs(permission: Permission) -> Callable[[View], View]:
    """The route is for those who hold the permission on at least one unit; the view narrows it to the object."""

    def mark(view: View) -> View:
        view.policy = Policy(permission=permission)  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(reason: str) -> Callable[[View], View]:
    """The route is for every signed-in account, for the reason given."""

    def mark(view: View) -> View:
        view.policy = Policy(reason=reason)  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """The route is for everybody, for the reason given."""

    def mark(view: View) -> View:
        view.policy = Policy(signed_in=False, reason=reason)  # type: ignore[attr-defined]
        return login_not_required(view)

    return mark


def of(view: Callable[..., Any]) -> Policy | None:
    """The policy a view declares, if any."""
    return getattr(view, "policy", None)
