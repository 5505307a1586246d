"""Who sees which rows: decided once, the same for lists, records and counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from guiju.access import actions as access
from guiju.access import check, scope
from guiju.access.models import Grant, User
from guiju.access.permissions import Permission as P
from guiju.access.roles import ROLES
from guiju.lib import clock
from guiju.lib.errors import Denied, NotFound, Problem
from guiju.org.models import Unit


def oracle(user: User, permission: P, unit: Unit) -> bool:
    """The rule in plain words, written apart from the code: a grant that holds today, whose role lists the permission,
    on the unit itself or, with the subtree, on one above it."""
    today = clock.today()
    above: list[int] = []
    place: Unit | None = unit
    while place is not None:
        above.append(place.pk)
        place = place.parent
    for grant in user.grants.all():
        if grant.withdrawn_at or grant.from_on > today or (grant.to_on and grant.to_on < today):
            continue
        if permission not in ROLES[grant.role].permissions:
            continue
        if grant.unit_id == unit.pk or (grant.with_subtree and grant.unit_id in above):
            return True
    return False


def some(role: str) -> list[P]:
    """Two permissions the role lists and two it does not (fewer where there are not so many)."""
    held = ROLES[role].permissions
    return sorted(held)[:2] + sorted(set(P) - held)[-2:]


def test_every_role_on_every_unit_agrees_with_the_rule_in_words(cast: Any) -> None:
    today = clock.today()
    units = list(Unit.objects.filter(code__in=["HD", "HD-01", "HD-01-A", "HD-01-D1", "SJ"]))
    checked = 0
    for role in ROLES:
        for place in units:
            for with_subtree in (True, False):
                for from_on, to_on in (
                    (today, None),
                    (today + timedelta(1), None),
                    (today - timedelta(9), today - timedelta(1)),
                ):
                    grant = Grant.objects.create(
                        user=cast.ou, role=role, unit=place, with_subtree=with_subtree, from_on=from_on, to_on=to_on,
                        granted_by="t", reason="t",
                    )  # fmt: skip
                    by = cast.actor(cast.ou)
                    for permission in some(role):
                        found = scope.scope(by, permission)
                        listed = set(scope.units(by, permission).values_list("pk", flat=True))
                        for unit in units:
                            expected = oracle(cast.ou, permission, unit)
                            assert found.covers(unit) is expected
                            assert (unit.pk in listed) is expected
                            checked += 1
                    grant.delete()
    assert checked == sum(len(some(role)) for role in ROLES) * 5 * 2 * 3 * 5


def test_two_grants_add_up(cast: Any) -> None:
    for unit in (cast.grandchild, cast.stranger):
        access.grant(user=cast.ou, role="reader", unit=unit, by=cast.house, reason="查阅")
    by = cast.actor(cast.ou)
    assert {u.code for u in scope.units(by, P.ORG_UNIT_VIEW)} == {"HD-01-A", "SJ"}


def test_what_lies_outside_is_not_found_and_what_may_only_be_seen_is_denied(cast: Any) -> None:
    with pytest.raises(NotFound):
        check.require(cast.actor(cast.tan), P.REGISTER_ENTRY_EDIT, cast.group)
    with pytest.raises(Denied):
        check.require(cast.actor(cast.qian), P.REGISTER_ENTRY_EDIT, cast.sub)
    check.require(cast.actor(cast.mei), P.REGISTER_ENTRY_EDIT, cast.grandchild)


def test_a_disabled_account_holds_nothing_at_once(cast: Any) -> None:
    client = cast.client(cast.lin)
    access.disable_account(user=cast.lin, by=cast.house, reason="离职")
    assert scope.scope(cast.actor(cast.lin), P.ORG_UNIT_VIEW).is_empty
    assert "_auth_user_id" not in client.session


def test_nobody_grants_rights_to_himself(cast: Any) -> None:
    access.grant(user=cast.ou, role="security_admin", unit=cast.group, by=cast.house, reason="三员")
    with pytest.raises(Denied):
        access.grant(user=cast.ou, role="reader", unit=cast.group, by=cast.actor(cast.ou), reason="自己")


@pytest.mark.parametrize("second", ["security_admin", "audit_admin", "compliance_office", "reader"])
def test_the_three_administrators_and_business_are_kept_apart(cast: Any, second: str) -> None:
    access.grant(user=cast.ou, role="system_admin", unit=cast.group, by=cast.house, reason="三员")
    with pytest.raises(Denied):
        access.grant(user=cast.ou, role=second, unit=cast.group, by=cast.house, reason="兼任")


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_no_administrator_sees_business_records(role: str) -> None:
    assert not {P.REGISTER_ENTRY_VIEW, P.POSTURE_FINDING_VIEW} & ROLES[role].permissions


def test_an_unknown_role_is_refused_with_the_known_ones(cast: Any) -> None:
    with pytest.raises(Problem) as refused:
        access.grant(user=cast.ou, role="emperor", unit=cast.group, by=cast.house, reason="x")
    assert "reader" in refused.value.fix


def test_a_token_is_cut_down_to_its_scopes_and_unit(cast: Any) -> None:
    until = clock.today() + timedelta(days=30)
    _token, secret = access.issue_token(
        user=cast.lin, name="OA", scopes=[P.ORG_UNIT_VIEW], unit=cast.sub, expires_on=until, by=cast.actor(cast.lin)
    )
    by = access.token_actor(secret)
    assert by is not None
    assert {u.code for u in scope.units(by, P.ORG_UNIT_VIEW)} == {"HD-01", "HD-01-A", "HD-01-D1"}
    assert scope.scope(by, P.REGISTER_ENTRY_VIEW).is_empty
    access.revoke_token(token=_token, by=cast.actor(cast.lin))
    assert access.token_actor(secret) is None


def test_a_token_cannot_be_had_beyond_the_own_units_or_in_the_past(cast: Any) -> None:
    until = clock.today() + timedelta(days=30)
    with pytest.raises(NotFound):
        access.issue_token(
            user=cast.mei,
            name="x",
            scopes=[P.ORG_UNIT_VIEW],
            unit=cast.group,
            expires_on=until,
            by=cast.actor(cast.mei),
        )
    with pytest.raises(Problem):
        access.issue_token(
            user=cast.mei,
            name="x",
            scopes=[P.ORG_UNIT_VIEW],
            unit=cast.sub,
            expires_on=date(2020, 1, 1),
            by=cast.actor(cast.mei),
        )


def test_a_withdrawn_grant_holds_nothing_but_stays_as_history(cast: Any) -> None:
    grant = cast.mei.grants.get()
    access.withdraw(row=grant, by=cast.house, reason="调岗")
    assert scope.scope(cast.actor(cast.mei), P.ORG_UNIT_VIEW).is_empty
    assert cast.mei.grants.get().withdrawn_at is not None


def test_who_holds_a_role_on_one_unit_alone_gives_none_below_it(cast: Any) -> None:
    access.grant(user=cast.ou, role="security_admin", unit=cast.group, by=cast.house, reason="三员", with_subtree=False)
    guest = access.create_account(username="guest", name="Guest", password="correct-horse-battery", by=cast.house)
    with pytest.raises(Denied):
        access.grant(user=guest, role="reader", unit=cast.group, by=cast.actor(cast.ou), reason="查阅")
    access.grant(user=guest, role="reader", unit=cast.group, by=cast.actor(cast.ou), reason="查阅", with_subtree=False)
    assert {u.code for u in scope.units(cast.actor(guest), P.ORG_UNIT_VIEW)} == {"HD"}


def test_who_keeps_one_unit_alone_does_not_move_its_subtree(cast: Any) -> None:
    from guiju.org import actions as org

    for unit in (cast.sub, cast.group):
        access.grant(user=cast.ou, role="compliance_office", unit=unit, by=cast.house, reason="x", with_subtree=False)
    other = org.create_unit(code="HD-77", name="华东设计有限公司", kind="company", parent=cast.group, by=cast.house)
    access.grant(user=cast.ou, role="compliance_office", unit=other, by=cast.house, reason="x")
    with pytest.raises(Denied):
        org.move_unit(unit=cast.sub, parent=other, by=cast.actor(cast.ou), reason="划转")
