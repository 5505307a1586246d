"""Accounts and grants by programme."""

from __future__ import annotations

import pytest

from guiju.access.actor import system
from guiju.access.models import Grant, User
from tests.api.conftest import ALL, Caller
from tests.conftest import Cast, _account

pytestmark = pytest.mark.django_db


def admin(cast: Cast, role: str) -> Caller:
    """A programme of an administrator: his token is made on the server, his role may not issue any."""
    from datetime import timedelta

    from django.test import Client

    from guiju.access import actions as access
    from guiju.lib import clock

    user = _account(role, role, cast.group, cast.house)
    token, secret = access.issue_token(
        user=user, name=role, scopes=ALL, unit=cast.group, expires_on=clock.today() + timedelta(days=1),
        by=system("tests"),
    )  # fmt: skip
    return Caller(token, secret, Client())


def test_the_system_administrator_makes_and_disables_accounts(cast: Cast, lin: Caller) -> None:
    keeper = admin(cast, "system_admin")
    body = {"username": "zhao", "name": "赵一", "password": "correct-horse-battery"}
    made = keeper.post("/accounts", body, Idempotency_Key="a1")
    assert made.status_code == 201
    assert "password" not in made.json()
    assert keeper.post("/accounts", body).status_code == 409
    assert keeper.post("/accounts", {**body, "username": "zhao2", "password": "short"}).status_code == 422
    assert [row["username"] for row in keeper.get("/accounts?q=赵").json()["items"]] == ["zhao"]
    assert keeper.post("/accounts/zhao/disable", {"reason": "离职"}).json()["is_active"] is False
    assert not User.objects.get(username="zhao").is_active
    assert lin.get("/accounts").status_code == 403


def test_the_security_administrator_grants_and_withdraws(cast: Cast) -> None:
    keeper = admin(cast, "security_admin")
    body = {"account": "ou", "role": "reader", "unit": "HD-01", "reason": "借调"}
    made = keeper.post("/grants", body)
    assert made.status_code == 201, made.json()
    assert keeper.post("/grants", body).status_code == 409
    listed = keeper.get("/grants?account=ou").json()["items"]
    assert [(row["role"], row["unit"]["code"]) for row in listed] == [("reader", "HD-01")]
    assert keeper.delete(f"/grants/{made.json()['uid']}?reason=期满").status_code == 200
    assert keeper.get("/grants?account=ou").json()["items"] == []
    assert Grant.objects.get(uid=made.json()["uid"]).withdrawn_at


def test_nobody_grants_rights_to_himself_or_elsewhere(cast: Cast) -> None:
    keeper = admin(cast, "security_admin")
    own = {"account": "security_admin", "role": "reader", "unit": "HD", "reason": "x"}
    assert keeper.post("/grants", own).status_code == 403
    foreign = {"account": "ou", "role": "reader", "unit": "SJ", "reason": "x"}
    assert keeper.post("/grants", foreign).status_code == 404
    assert keeper.post("/grants", {**own, "account": "ou", "role": "king"}).status_code == 422
    assert {row["unit"]["code"] for row in keeper.get("/grants?limit=200").json()["items"]} <= {"HD", "HD-01"}
    assert "compliance_office" in {row["code"] for row in keeper.get("/roles").json()}
