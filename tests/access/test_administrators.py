"""Administrators: each within the own units, duties apart over the whole time, no look into business."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.access import actions as access
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.lib.errors import Denied, NotFound
from guiju.org.models import Unit
from guiju.registers import actions
from tests.api.conftest import open_caller
from tests.conftest import PASSWORD, Cast


def account(cast: Cast, name: str, role: str, unit: Unit) -> User:
    user = access.create_account(username=name, name=name, password=PASSWORD, by=cast.house)
    access.grant(user=user, role=role, unit=unit, by=cast.house, reason="tests")
    return user


def test_the_administrator_of_one_firm_has_no_hand_on_the_accounts_of_another(cast: Cast) -> None:
    by = cast.actor(account(cast, "root-sj", "system_admin", cast.stranger))
    assert cast.lin not in access.accounts(by)
    assert {cast.tan, cast.ou} <= set(access.accounts(by))
    with pytest.raises(NotFound):
        access.disable_account(user=cast.lin, by=by, reason="x")
    assert User.objects.get(pk=cast.lin.pk).is_active
    access.disable_account(user=cast.tan, by=by, reason="离职")
    assert not User.objects.get(pk=cast.tan.pk).is_active


def test_the_api_lists_no_accounts_of_another_firm(cast: Cast) -> None:
    caller = open_caller(account(cast, "root-sj", "system_admin", cast.stranger), cast.stranger)
    names = {row["username"] for row in caller.get("/accounts?limit=200").json()["items"]}
    assert "tan" in names
    assert not {"lin", "mei", "qian"} & names
    assert caller.post("/accounts/lin/disable", {"reason": "x"}).status_code == 404


def test_a_duty_that_begins_next_week_cannot_be_joined_with_another_today(cast: Cast) -> None:
    later = clock.today() + timedelta(days=7)
    access.grant(user=cast.ou, role="system_admin", unit=cast.group, by=cast.house, reason="x", from_on=later)
    with pytest.raises(Denied):
        access.grant(user=cast.ou, role="audit_admin", unit=cast.group, by=cast.house, reason="x", from_on=later)
    with pytest.raises(Denied):
        access.grant(user=cast.ou, role="reader", unit=cast.group, by=cast.house, reason="x")
    access.grant(
        user=cast.ou,
        role="reader",
        unit=cast.group,
        by=cast.house,
        reason="until then",
        to_on=later - timedelta(days=1),
    )


def test_a_duty_that_has_ended_makes_room_for_another(cast: Cast) -> None:
    today = clock.today()
    access.grant(
        user=cast.ou, role="system_admin", unit=cast.group, by=cast.house, reason="x",
        from_on=today - timedelta(days=9), to_on=today - timedelta(days=1),
    )  # fmt: skip
    access.grant(user=cast.ou, role="reader", unit=cast.group, by=cast.house, reason="x")


def test_an_audit_administrator_reads_that_a_record_changed_but_not_what_it_says(cast: Cast) -> None:
    values: dict[str, Any] = {"number": "1", "problem": "印章", "source": "audit", "found_on": "2026-01-05",
                              "due_on": "2026-02-01", "owner": "1001"}  # fmt: skip
    entry = actions.create(register="rectifications", unit=cast.sub, values=values, by=cast.house)
    actions.update(entry=entry, values={"cause": "金丝雀"}, version=1, by=cast.house)
    keeper = open_caller(account(cast, "xu", "audit_admin", cast.group), cast.group)
    auditor = open_caller(account(cast, "ji", "auditor", cast.group), cast.group)
    address = f"/trail/events?object_id={entry.uid}"
    assert len(keeper.get(address).json()["items"]) == 2
    assert "金丝雀" not in keeper.get(address).content.decode()
    assert "金丝雀" in auditor.get(address).content.decode()


def test_a_security_administrator_gives_no_role_to_another_firms_account(cast: Cast) -> None:
    keeper = account(cast, "sec-sj", "security_admin", cast.stranger)
    choosable = set(access.accounts(cast.actor(keeper), permission=Permission.ADMIN_GRANT_MANAGE))
    assert {cast.tan, cast.ou} <= choosable
    assert not {cast.lin, cast.mei, cast.qian} & choosable
    caller = open_caller(keeper, cast.stranger)
    body = {"role": "reader", "unit": "SJ", "reason": "借调"}
    hidden = caller.post("/grants", {**body, "account": "lin"})
    absent = caller.post("/grants", {**body, "account": "nobody"})
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.json()["code"] == absent.json()["code"]
    assert caller.post("/grants", {**body, "account": "ou"}).status_code == 201
    owner = cast.actor(account(cast, "root-hd", "system_admin", cast.group))
    assert cast.lin in access.accounts(owner)


def test_the_action_itself_refuses_an_account_of_another_firm(cast: Cast) -> None:
    admin = access.create_account(username="sec-hd", name="Sec", password=PASSWORD, by=cast.house)
    access.grant(user=admin, role="security_admin", unit=cast.group, by=cast.house, reason="三员")
    with pytest.raises(NotFound):
        access.grant(user=cast.tan, role="reader", unit=cast.group, by=cast.actor(admin), reason="查阅")
    access.grant(user=cast.mei, role="reader", unit=cast.group, by=cast.actor(admin), reason="查阅")
