"""A programme that calls the API with a token, the way scripts do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from guiju.access import actions as access
from guiju.access.actor import system
from guiju.access.models import ApiToken, User
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org.models import Unit
from tests.conftest import Cast

ALL = [permission.value for permission in Permission]


@dataclass(slots=True)
class Caller:
    """One token and the requests made with it."""

    token: ApiToken
    secret: str
    client: Client

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """A request with a JSON body; header names as `If_Match`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **sent},
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.ask("PUT", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("DELETE", path, body, **headers)

    def upload(self, path: str, data: dict[str, Any], **headers: str) -> HttpResponse:
        """A form with files."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1{path}", data, headers={"Authorization": f"Bearer {self.secret}", **sent})


CallerOf = Callable[..., Caller]


def open_caller(user: User, unit: Unit, *, scopes: list[str] | None = None, days: int = 30) -> Caller:
    """A token of the user for the unit's subtree."""
    token, secret = access.issue_token(
        user=user,
        name=f"{user.name} in {unit.code}",
        scopes=scopes or ALL,
        unit=unit,
        expires_on=clock.today() + timedelta(days=days),
        by=system("tests"),
    )
    return Caller(token, secret, Client(raise_request_exception=False))


@pytest.fixture
def lin(cast: Cast) -> Caller:
    """The group's compliance office, with everything its account may do."""
    return open_caller(cast.lin, cast.group)


@pytest.fixture
def mei(cast: Cast) -> Caller:
    """The compliance office of a subsidiary."""
    return open_caller(cast.mei, cast.sub)


@pytest.fixture
def tan(cast: Cast) -> Caller:
    """A stranger's officer."""
    return open_caller(cast.tan, cast.stranger)


@pytest.fixture
def reader(cast: Cast) -> Caller:
    """The group's principal, who reads."""
    return open_caller(cast.qian, cast.group)
