"""Accounts, roles, tokens, the trail and jobs as pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from guiju.access import actions as access
from guiju.access.models import ApiToken, Grant, User
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from tests.conftest import PASSWORD, Cast, english
from tests.web.conftest import Firm


@pytest.fixture
def as_role(cast: Cast) -> dict[str, Client]:
    """A browser for each administrator duty and an auditor, all on the group."""
    found: dict[str, Client] = {}
    for role in ("system_admin", "security_admin", "audit_admin", "auditor"):
        user = access.create_account(username=role, name=role, password=PASSWORD, by=cast.house)
        access.grant(user=user, role=role, unit=cast.group, by=cast.house, reason="tests")
        found[role] = cast.client(user)
    return found


def _text(client: Client, path: str) -> str:
    return english(client).get(path).content.decode()


def test_a_system_administrator_makes_an_account_that_can_do_nothing_yet(as_role: dict[str, Client]) -> None:
    given = {"username": "zhao", "name": "赵磊", "email": "", "password": "a-long-first-password"}
    answer = as_role["system_admin"].post("/admin/accounts/new/", given)
    user = User.objects.get(username="zhao")
    assert answer["Location"] == f"/admin/accounts/{user.pk}/"
    assert not Grant.objects.filter(user=user).exists()


def test_a_weak_password_and_a_taken_name_are_refused_with_a_reason(as_role: dict[str, Client]) -> None:
    given = {"username": "zhao", "name": "赵磊", "password": "short"}
    answer = english(as_role["system_admin"]).post("/admin/accounts/new/", given)
    assert answer.status_code == 422
    assert "not good enough" in answer.content.decode()
    taken = given | {"username": "lin", "password": "a-long-first-password"}
    assert as_role["system_admin"].post("/admin/accounts/new/", taken).status_code == 422


def test_an_account_is_disabled_with_a_reason(cast: Cast, as_role: dict[str, Client]) -> None:
    path = f"/admin/accounts/{cast.mei.pk}/"
    assert as_role["system_admin"].post(path, {"reason": ""}).status_code == 422
    assert as_role["system_admin"].post(path, {"reason": "Left the firm"}).status_code == 302
    cast.mei.refresh_from_db()
    assert not cast.mei.is_active


def test_accounts_are_found_by_name_and_state(as_role: dict[str, Client]) -> None:
    body = _text(as_role["system_admin"], "/admin/accounts/?state=idle")
    assert ">Ou<" in body
    assert ">Lin<" not in body
    assert ">Lin<" in _text(as_role["system_admin"], "/admin/accounts/?q=lin")


def test_a_security_administrator_gives_a_role_and_withdraws_it(cast: Cast, as_role: dict[str, Client]) -> None:
    client = as_role["security_admin"]
    given = {
        "user": cast.ou.pk,
        "role": "reader",
        "unit": "HD-01",
        "with_subtree": "on",
        "from_on": clock.today().isoformat(),
        "reason": "Appointed",
    }
    assert client.post("/admin/grants/new/", given)["Location"] == "/admin/grants/"
    grant = Grant.objects.get(user=cast.ou)
    assert (grant.role, grant.unit) == ("reader", cast.sub)
    assert cast.client(cast.ou).get("/u/HD-01/").status_code == 200
    assert client.post(f"/admin/grants/{grant.uid}/withdraw/", {"reason": "Ended"}).status_code == 302
    assert cast.client(cast.ou).get("/u/HD-01/").status_code == 403


def test_duties_that_must_stay_apart_are_refused_with_advice(cast: Cast, as_role: dict[str, Client]) -> None:
    given = {
        "user": cast.lin.pk,
        "role": "audit_admin",
        "unit": "HD",
        "from_on": clock.today().isoformat(),
        "reason": "Also",
    }
    answer = english(as_role["security_admin"]).post("/admin/grants/new/", given)
    assert answer.status_code == 422
    assert "separate accounts" in answer.content.decode()


def test_nobody_is_offered_himself(cast: Cast, as_role: dict[str, Client]) -> None:
    own = User.objects.get(username="security_admin")
    body = _text(as_role["security_admin"], "/admin/grants/new/")
    assert f'value="{own.pk}"' not in body
    assert f'value="{cast.lin.pk}"' in body


def test_a_role_on_a_foreign_unit_cannot_be_given(cast: Cast, as_role: dict[str, Client]) -> None:
    given = {"user": cast.ou.pk, "role": "reader", "unit": "SJ", "from_on": clock.today().isoformat(), "reason": "x"}
    assert as_role["security_admin"].post("/admin/grants/new/", given).status_code == 422
    assert "松江" not in as_role["security_admin"].get("/admin/grants/units/", {"q": "松江"}).content.decode(
        "unicode_escape"
    )


def test_the_page_of_roles_shows_every_permission_and_paragraph(as_role: dict[str, Client]) -> None:
    body = _text(as_role["security_admin"], "/admin/roles/")
    assert "Judge what only a person can" in body
    assert "so that nobody reviews his own work" in body


def test_grants_are_listed_within_the_scope(as_role: dict[str, Client]) -> None:
    body = _text(as_role["security_admin"], "/admin/grants/")
    assert "Lin" in body
    assert ">Tan<" not in re.sub(r"\s*([<>])\s*", r"\1", body)


def test_a_token_is_shown_once_and_revoked(cast: Cast) -> None:
    client = cast.client(cast.lin)
    given = {"name": "OA", "unit": "HD-01", "scopes": ["register:entry:view"], "expires_on": "2030-01-01"}
    answer = client.post("/me/tokens/new/", given)
    secret = re.search(r"gj_[\w-]{20,}", answer.content.decode())
    assert secret is not None
    assert answer["Cache-Control"] == "no-store"
    assert access.token_actor(secret[0]) is not None
    page = client.get("/me/").content.decode()
    assert secret[0] not in page
    token = ApiToken.objects.get()
    assert client.post(f"/me/tokens/{token.uid}/revoke/").status_code == 302
    assert access.token_actor(secret[0]) is None


def test_the_account_of_another_system_makes_its_own_token(cast: Cast) -> None:
    """As the guide to the gate says: nobody else can make it for that account."""
    user = access.create_account(username="oa", name="OA", password=PASSWORD, by=cast.house)
    access.grant(user=user, role="gateway", unit=cast.sub, by=cast.house, reason="tests")
    client = cast.client(user)
    assert "/me/tokens/new/" in client.get("/me/").content.decode()
    scopes = ["review:gate:ask", "review:matter:submit"]
    until = (clock.today() + timedelta(days=90)).isoformat()
    given = {"name": "OA", "unit": "HD-01", "scopes": scopes, "expires_on": until}
    assert client.post("/me/tokens/new/", given).status_code == 200
    token = ApiToken.objects.get()
    assert (token.user, token.unit, sorted(token.scopes)) == (user, cast.sub, scopes)


def test_a_token_takes_no_scope_that_the_account_lacks(cast: Cast) -> None:
    given = {"name": "OA", "unit": "HD", "scopes": ["admin:grant:manage"], "expires_on": "2030-01-01"}
    assert cast.client(cast.lin).post("/me/tokens/new/", given).status_code == 422


def test_nobody_revokes_the_token_of_another(cast: Cast) -> None:
    token, _secret = access.issue_token(
        user=cast.tan,
        name="x",
        scopes=["org:unit:view"],
        unit=cast.stranger,
        expires_on=clock.today().replace(year=2030),
        by=cast.actor(cast.tan),
    )
    assert cast.client(cast.lin).post(f"/me/tokens/{token.uid}/revoke/").status_code == 404


def test_an_auditor_reads_who_did_what_with_its_changes(firm: Firm, as_role: dict[str, Client]) -> None:
    firm.rectification(days=3, problem="Seal lent without entry")
    body = _text(as_role["auditor"], "/trail/")
    assert "Lin entered “Seal lent without entry”." in body


def test_the_trail_is_filtered_by_person_action_unit_and_day(firm: Firm, as_role: dict[str, Client]) -> None:
    firm.rectification(days=3, problem="Of the subsidiary", unit=firm.cast.sub)
    client, today = as_role["auditor"], clock.today().isoformat()
    assert "Of the subsidiary" in _text(client, f"/trail/?unit=HD-01&action=entry.created&q=Lin&since={today}")
    for query in ("unit=HD", "action=unit.created", "q=nobody", f"until={clock.today().replace(year=2020)}"):
        assert "Of the subsidiary" not in _text(client, f"/trail/?{query}"), query


def test_the_trail_goes_on_page_by_page(firm: Firm, as_role: dict[str, Client]) -> None:
    for number in range(52):
        firm.rectification(days=3, problem=f"Problem {number:02d}")
    first = _text(as_role["auditor"], "/trail/?action=entry.created")
    assert "Problem 51" in first
    assert "Problem 01" not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert "Problem 01" in _text(as_role["auditor"], "/trail/" + following[1].replace("&amp;", "&"))


def test_an_audit_administrator_reads_accounts_but_no_values_of_records(firm: Firm, as_role: dict[str, Client]) -> None:
    from guiju.registers import actions as registers

    entry = firm.rectification(days=3, problem="Before")
    registers.update(entry=entry, values={"basis": "Secret basis"}, version=entry.version, by=firm.by)
    audit = _text(as_role["audit_admin"], "/trail/")
    assert "created the account" in audit
    assert "Secret basis" not in audit
    auditor = _text(as_role["auditor"], "/trail/")
    assert "created the account" not in auditor
    assert "Secret basis" in auditor


def test_the_trail_is_checked_on_demand(firm: Firm, as_role: dict[str, Client]) -> None:
    firm.rectification(days=3)
    answer = english(as_role["auditor"]).post("/trail/check/")
    assert answer.status_code == 200
    assert "Intact" in answer.content.decode()


def test_somebody_follows_the_own_work_and_nobody_elses(cast: Cast) -> None:
    now = clock.now()
    job = Job.objects.create(
        task="x",
        title="Import of checks",
        state=JobState.RUNNING,
        done_count=40,
        total_count=100,
        user_id=cast.lin.pk,
        run_after=now,
        enqueued_at=now,
        started_at=now,
    )
    client = cast.client(cast.lin)
    assert "Import of checks" in _text(client, f"/jobs/{job.uid}/")
    fragment = client.get(f"/jobs/{job.uid}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'value="40"' in fragment
    assert cast.client(cast.mei).get(f"/jobs/{job.uid}/").status_code == 404


def test_an_administrator_of_one_firm_sees_no_account_of_another(cast: Cast, as_role: dict[str, Client]) -> None:
    body = as_role["system_admin"].get("/admin/accounts/").content.decode()
    assert ">Mei<" in body
    assert ">Tan<" not in body
    assert as_role["system_admin"].get(f"/admin/accounts/{cast.tan.pk}/").status_code == 404


def test_a_place_in_the_trail_of_any_length_is_taken_calmly(as_role: dict[str, Client]) -> None:
    for before in ("9" * 5000, "9" * 18, "-1", "x"):
        assert as_role["auditor"].get(f"/trail/?before={before}").status_code == 200


def test_another_firms_account_is_neither_offered_nor_given_a_role(cast: Cast, as_role: dict[str, Client]) -> None:
    client = as_role["security_admin"]
    assert f'value="{cast.tan.pk}"' not in _text(client, "/admin/grants/new/")
    assert client.get("/admin/grants/accounts/", {"q": "tan"}).json() == {"results": []}
    given = {"role": "reader", "unit": "HD", "from_on": clock.today().isoformat(), "reason": "x"}
    for user in (cast.tan.pk, "999999", "9" * 40, "x"):
        answer = english(client).post("/admin/grants/new/", {**given, "user": user})
        assert answer.status_code == 422
        assert "no such account" in answer.content.decode()
    assert Grant.objects.filter(user=cast.tan).count() == 1


def test_an_account_is_found_by_name_when_a_role_is_given(cast: Cast, as_role: dict[str, Client]) -> None:
    client = as_role["security_admin"]
    found = client.get("/admin/grants/accounts/", {"q": "mei"}).json()["results"]
    assert [row["value"] for row in found] == [str(cast.mei.pk)]
    body = _text(client, "/admin/grants/new/?q=mei")
    assert f'value="{cast.mei.pk}"' in body
    assert f'value="{cast.lin.pk}"' not in body
