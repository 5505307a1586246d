"""Who acts: an account (perhaps through a token), or the installation itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from guiju.access.models import ApiToken, User

#: Requests that change nothing.
_LOOKING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Actor:
    """The `by` of every action.

    `user` is None for the installation itself (command line on the server, jobs): it may do all that its
    operating-system account may, and the trail names it so.
    """

    name: str
    user: User | None = None
    token: ApiToken | None = None
    request_id: str = ""
    on_behalf_of: str = ""
    #: What is read once while a page is only looked at; None where something may change meanwhile.
    looked: dict[str, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def user_id(self) -> int | None:
        """The account's id, None for the installation."""
        return self.user.pk if self.user else None

    @property
    def is_system(self) -> bool:
        """True for the command line and jobs."""
        return self.user is None


def of_user(user: User, *, request_id: str = "") -> Actor:
    """The actor of a signed-in account."""
    return Actor(name=user.name, user=user, request_id=request_id)


def of_request(request: HttpRequest) -> Actor:
    """The actor of a page request."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("of_request needs a signed-in account")
    # By account: a request that signs somebody else in does not go on with the rights of the one before.
    held = request.__dict__.setdefault("_looked", {}) if request.method in _LOOKING else None
    looked = held.setdefault(user.pk, {}) if held is not None else None
    return Actor(name=user.name, user=user, request_id=getattr(request, "request_id", ""), looked=looked)


def system(name: str) -> Actor:
    """The installation itself, named by what runs (`guiju`, `clock`, `demo`)."""
    return Actor(name=name)
