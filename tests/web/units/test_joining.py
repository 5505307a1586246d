"""Whose account it is, said on the page of the person by whoever looks after people."""

from __future__ import annotations

from guiju.access import actions as access
from guiju.org import actions as org
from guiju.org.models import Person
from tests.conftest import PASSWORD, Cast


def _zhao(cast: Cast) -> tuple[Person, int]:
    user = access.create_account(username="zhao", name="赵刚", password=PASSWORD, by=cast.house)
    access.grant(user=user, role="department_officer", unit=cast.department, by=cast.house, reason="联络员")
    return org.add_person(unit=cast.sub, name="赵刚", department=cast.department, by=cast.house), user.pk


def test_the_office_joins_an_account_to_its_person_once(cast: Cast) -> None:
    zhao, account = _zhao(cast)
    client = cast.client(cast.mei)
    page = client.get(f"/people/{zhao.uid}/").content.decode()
    assert f'<option value="{account}" selected>' in page
    client.post(f"/people/{zhao.uid}/account/", {"account": account})
    zhao.refresh_from_db()
    assert zhao.user_id == account
    assert f'value="{account}"' not in client.get(f"/people/{cast.wang.uid}/").content.decode()
    client.post(f"/people/{cast.wang.uid}/account/", {"account": account})
    assert Person.objects.get(user=account) == zhao


def test_who_only_keeps_a_departments_records_joins_nobody(cast: Cast) -> None:
    zhao, account = _zhao(cast)
    client = cast.client(cast.ou)
    assert client.post(f"/people/{zhao.uid}/account/", {"account": account}).status_code in {403, 404}
    assert "id_account" not in client.get(f"/people/{zhao.uid}/").content.decode()
    assert not Person.objects.filter(user=account).exists()


def test_an_account_of_a_unit_out_of_reach_is_neither_offered_nor_taken(cast: Cast) -> None:
    zhao, _account = _zhao(cast)
    client = cast.client(cast.mei)
    assert f'<option value="{cast.lin.pk}"' not in client.get(f"/people/{zhao.uid}/").content.decode()
    for given in (str(cast.lin.pk), "x", ""):
        client.post(f"/people/{zhao.uid}/account/", {"account": given})
    assert Person.objects.get(pk=zhao.pk).user_id is None
