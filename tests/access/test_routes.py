"""Every route declares whom it lets in, and none lets anybody see what is not theirs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from guiju.access import policy
from guiju.access.permissions import Permission
from guiju.access.roles import ROLES
from guiju.org import actions as org
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.registers import actions as registers
from tests.conftest import Cast, english

URN = "cn:casmes:effectiveness-draft"
#: Words that stand in records of the stranger only.
CANARIES = ("松江拍卖", "金丝雀", "SJ-secret")


@dataclass(frozen=True, slots=True)
class Route:
    """One route by name, with the keyword arguments its address takes."""

    name: str
    view: Any
    kwargs: tuple[str, ...]
    app: str

    def __str__(self) -> str:
        return self.name or "(unnamed)"


def _walk(patterns: list[Any], app: str = "", above: tuple[str, ...] = ()) -> Iterator[Route]:
    for item in patterns:
        taken = (*above, *item.pattern.converters)
        if isinstance(item, URLResolver):
            yield from _walk(item.url_patterns, item.app_name or app, taken)
        elif isinstance(item, URLPattern):
            yield Route(item.name or "", item.callback, taken, app)


ROUTES = [route for route in _walk(get_resolver().url_patterns) if route.app != "api"]
OURS = [route for route in ROUTES if route.name not in policy.LIBRARY_ROUTES]
GUARDED = [route for route in OURS if (found := policy.of(route.view)) is not None and found.signed_in]
_GIVEN: dict[str, str] = {
    "urn": URN,
    "requirement": "A.1.1-m01",
    "attribute_code": "industry",
    "register": "checks",
    "part": "lists",
    "person": "00000000-0000-0000-0000-000000000007",
    "period": "2026Q1",
    "field": "result",
    "move": "close",
    "digest": "ab" * 32,
    "name": "paper.pdf",
    "kind": "people",
}
#: What a compliance office may do nowhere.
LACKING = set(Permission) - ROLES["compliance_office"].permissions
_NUMBERS = {"pk": 999_999, "view": 1, "number": 0}


def _address(route: Route, **own: str) -> str:
    kwargs: dict[str, Any] = {}
    for name in route.kwargs:
        if name in own:
            kwargs[name] = own[name]
        elif name in _NUMBERS:
            kwargs[name] = _NUMBERS[name]
        elif name in {"uid", "run"}:
            kwargs[name] = uuid.UUID(int=7)
        else:
            kwargs[name] = _GIVEN[name]
    return reverse(route.name, kwargs=kwargs)


def test_every_route_declares_a_policy() -> None:
    silent = [str(route) for route in OURS if policy.of(route.view) is None]
    assert silent == []


def test_every_route_that_needs_no_permission_says_why() -> None:
    told = [(str(route), policy.of(route.view)) for route in OURS]
    assert [name for name, found in told if found and not found.permission and not found.reason] == []


def test_library_routes_are_listed_by_name_only_while_they_exist() -> None:
    known = {route.name for route in ROUTES}
    used = {name for name in policy.LIBRARY_ROUTES if name.startswith("account_")}
    assert used <= known


@pytest.mark.django_db
def test_a_visitor_is_sent_to_the_sign_in_page() -> None:
    login, client = reverse("account_login"), Client()
    open_ = [
        str(route)
        for route in GUARDED
        if not client.get(_address(route, code="HD")).headers.get("Location", "").startswith(login)
    ]
    assert open_ == []


def test_an_account_without_a_role_is_refused(cast: Cast) -> None:
    client = cast.client(cast.ou)
    answers = {
        str(route): client.get(_address(route, code="HD")).status_code for route in GUARDED if _permission(route)
    }
    assert {name: status for name, status in answers.items() if status != 403} == {}


def test_a_refusal_says_what_to_do(cast: Cast) -> None:
    answer = english(cast.client(cast.ou)).get(reverse("unit-tree"))
    assert "Security administrator" in answer.content.decode()


def _permission(route: Route) -> Permission | None:
    found = policy.of(route.view)
    return found.permission if found else None


@pytest.fixture
def secrets(cast: Cast) -> dict[str, str]:
    """What the stranger keeps: a person, a record and an adoption, all bearing the canaries."""
    by = cast.actor(cast.tan)
    person = org.add_person(unit=cast.stranger, name="金丝雀", by=by, number="SJ-secret")
    entry = registers.create(
        register="trainings",
        unit=cast.stranger,
        values={"topic": "SJ-secret 金丝雀培训", "held_on": date(2026, 1, 5), "audience": "all"},
        by=by,
    )
    org.supervise(
        authority=org.create_unit(code="GZ", name="某市国资委", kind="authority", by=cast.house),
        unit=cast.stranger,
        document="SJ-secret",
        from_on=date(2026, 1, 1),
        by=cast.house,
    )
    adoption = posture.adopt(unit=cast.stranger, pack=catalogue.current(URN), by=by, reason="SJ-secret")
    return {"person": str(person.uid), "entry": str(entry.uid), "adoption": str(adoption.uid)}


def _foreign(route: Route, secrets: dict[str, str]) -> list[str]:
    """The addresses that name something of the stranger."""
    found: list[str] = []
    if "code" in route.kwargs:
        found.append(_address(route, code="SJ", uid=secrets["adoption"]))
    elif "uid" in route.kwargs:
        found += [_address(route, register=code, uid=uid) for code, uid in _objects(route, secrets)]
    return found


def _objects(route: Route, secrets: dict[str, str]) -> list[tuple[str, str]]:
    if "register" in route.kwargs:
        return [("trainings", secrets["entry"]), ("people", secrets["person"])]
    return [("", uid) for uid in secrets.values()]


def test_what_is_a_strangers_is_not_there_for_others(cast: Cast, secrets: dict[str, str]) -> None:
    client = cast.client(cast.lin)
    found: list[tuple[str, int]] = []
    for route in GUARDED:
        for address in _foreign(route, secrets):
            for answer in _ask(client, address):
                _assert_silent(answer.content.decode(), address)
                found.append((address, answer.status_code))
            # Refused outright is only what the role allows nowhere; of a stranger's thing one learns nothing.
            if client.get(address).status_code == 403:
                assert _permission(route) in LACKING, address
    assert [pair for pair in found if pair[1] not in {403, 404, 405}] == []


def _ask(client: Client, address: str) -> list[Any]:
    return [client.get(address), client.get(address, headers={"HX-Request": "true"}), client.post(address)]


def test_pages_that_name_no_unit_say_nothing_of_strangers(cast: Cast, secrets: dict[str, str]) -> None:
    client = cast.client(cast.lin)
    for route in GUARDED:
        if {"code", "uid", "run"} & set(route.kwargs):
            continue
        for query in ("", "?q=金丝雀", "?q=SJ", "?unit=SJ"):
            address = _address(route) + query
            answer: Any = client.get(address)
            body = (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")
            # What was typed comes back in the search field, no more.
            _assert_silent(body.replace("“金丝雀”", "").replace('value="金丝雀"', ""), address)


def _assert_silent(body: str, address: str) -> None:
    assert [word for word in CANARIES if word in body] == [], address
