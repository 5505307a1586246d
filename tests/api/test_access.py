"""Who may call what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern

from guiju.access import actions as access
from guiju.access.models import ApiToken
from guiju.access.permissions import Permission
from guiju.api import service, urls
from guiju.api.auth import Bearer, OwnOnly
from guiju.lib import clock
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def operations() -> list[tuple[str, object]]:
    return [
        (f"{method} {path}", operation)
        for router in service.api._get_bound_routers()
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]


def test_every_operation_asks_for_a_token_and_names_its_permission() -> None:
    undeclared = [
        name
        for name, operation in operations()
        if len(operation.auth_callbacks) != 1
        or not isinstance(operation.auth_callbacks[0], Bearer)
        or not isinstance(operation.auth_callbacks[0].permission, Permission | OwnOnly)
    ]
    assert undeclared == []
    assert len(operations()) > 15


def test_no_address_of_the_api_leads_to_the_sign_in_page() -> None:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name != "docs":
            assert pattern.callback.login_required is False, pattern


def test_without_a_token_nothing_is_told(client: Client) -> None:
    answer = client.get("/api/v1/units")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "token.missing"


def test_a_session_is_no_token(cast: Cast) -> None:
    assert cast.client(cast.lin).get("/api/v1/units").status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer gj_no", "Basic x", "gj_x", "Bearer \x7f"])
def test_a_wrong_secret_opens_nothing(client: Client, header: str) -> None:
    assert client.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_a_revoked_and_an_expired_token_open_nothing(cast: Cast, lin: Caller) -> None:
    access.revoke_token(token=lin.token, by=cast.house)
    assert lin.get("/me").status_code == 401
    late = open_caller(cast.lin, cast.group)
    ApiToken.objects.filter(pk=late.token.pk).update(expires_on=clock.today() - timedelta(days=1))
    assert late.get("/me").status_code == 401


def test_a_token_without_the_scope_is_refused_by_its_name(cast: Cast) -> None:
    caller = open_caller(cast.lin, cast.group, scopes=["org:unit:view"])
    assert caller.get("/units").status_code == 200
    answer = caller.get("/people")
    assert answer.status_code == 403
    assert answer.json()["code"] == "token.scope"
    assert "org:person:view" in answer.json()["detail"]


def test_a_scope_gives_no_right_that_the_account_lacks(reader: Caller) -> None:
    assert reader.get("/units").status_code == 200
    answer = reader.post("/units", {"code": "X", "name": "新公司", "kind": "company", "parent": "HD"})
    assert answer.status_code == 403


def test_a_token_reaches_no_further_than_its_unit(cast: Cast) -> None:
    caller = open_caller(cast.lin, cast.sub)
    codes = {item["code"] for item in caller.get("/units").json()["items"]}
    assert codes == {"HD-01", "HD-01-A", "HD-01-D1"}
    assert caller.get("/units/HD").status_code == 404


def test_what_lies_outside_the_scope_looks_as_if_it_did_not_exist(mei: Caller) -> None:
    foreign, missing = mei.get("/units/SJ"), mei.get("/units/NOWHERE")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["code"] == missing.json()["code"]


def test_me_says_what_the_token_opens(reader: Caller) -> None:
    answer = reader.get("/me").json()
    assert answer["account"] == "qian"
    assert answer["roles"] == ["principal"]
    assert "org:unit:view" in answer["permissions"]
    assert "org:unit:edit" not in answer["permissions"]


def test_a_new_token_works_and_its_secret_is_shown_once(cast: Cast, lin: Caller) -> None:
    body = {"name": "OA", "scopes": ["org:unit:view"], "unit": "HD-01", "expires_on": _soon()}
    made = lin.post("/tokens", body, Idempotency_Key="t1")
    assert made.status_code == 201
    again = lin.post("/tokens", body, Idempotency_Key="t1")
    assert again.status_code == 201
    assert again.json()["uid"] == made.json()["uid"]
    assert again.json()["secret"] is None
    fresh = Caller(lin.token, made.json()["secret"], lin.client)
    assert fresh.get("/units/HD-01").status_code == 200
    assert fresh.get("/units/HD").status_code == 404
    assert [row["name"] for row in lin.get("/tokens?q=OA").json()["items"]] == ["OA"]
    assert lin.delete(f"/tokens/{made.json()['uid']}").status_code == 200
    assert fresh.get("/units/HD-01").status_code == 401


def test_a_token_cannot_make_one_that_is_stronger_than_itself(cast: Cast) -> None:
    caller = open_caller(cast.lin, cast.sub, scopes=["admin:token:manage", "org:unit:view"], days=5)
    wider = {"name": "x", "scopes": ["org:unit:edit"], "unit": "HD-01", "expires_on": _soon(2)}
    assert caller.post("/tokens", wider).status_code == 403
    higher = {"name": "x", "scopes": ["org:unit:view"], "unit": "HD", "expires_on": _soon(2)}
    assert caller.post("/tokens", higher).status_code == 404
    longer = {"name": "x", "scopes": ["org:unit:view"], "unit": "HD-01", "expires_on": _soon(300)}
    assert caller.post("/tokens", longer).status_code == 403
    fitting = {"name": "x", "scopes": ["org:unit:view"], "unit": "HD-01", "expires_on": _soon(2)}
    assert caller.post("/tokens", fitting).status_code == 201


def test_a_narrow_token_does_not_learn_of_the_others(cast: Cast, lin: Caller) -> None:
    narrow = open_caller(cast.lin, cast.sub)
    assert {row["unit"]["code"] for row in narrow.get("/tokens").json()["items"]} == {"HD-01"}


def _soon(days: int = 10) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()
