"""A department's officer and the people of his department."""

from __future__ import annotations

from guiju.access import actions as access
from guiju.org import actions as org
from tests.conftest import Cast


def test_a_department_officer_opens_the_page_of_his_own_people_only(cast: Cast) -> None:
    access.grant(user=cast.ou, role="department_officer", unit=cast.department, by=cast.house, reason="联络员")
    mine = org.add_person(unit=cast.sub, name="钱多", department=cast.department, by=cast.house)
    client = cast.client(cast.ou)
    assert client.get(f"/people/{mine.uid}/").status_code == 200
    assert client.get(f"/people/{cast.wang.uid}/").status_code == 404
