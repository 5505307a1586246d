"""Who acts: an account (perhaps through a token), or the installation itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from guiju.access.models import ApiToken, User


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
    return of_user(user, request_id=getattr(request, "request_id", ""))


def system(name: str) -> Actor:
    """The installation itself, named by what runs (`guiju`, `clock`, `demo`)."""
    return Actor(name=name)
