"""Whom the pickers of standing in and of a matter offer, and to whom."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from guiju.org import actions as org
from guiju.review import actions
from tests.conftest import Cast, english
from tests.governance.policy_house import account
from tests.review.house import Reviewers, passed, submitted
from tests.web.review.hands import client, page

pytestmark = pytest.mark.django_db


def names(browser: Client, address: str = "", **query: str) -> list[str]:
    answer = browser.get(address or reverse("review-standing-people"), query)
    assert answer.status_code == 200
    return [one["text"].partition("（")[0] for one in answer.json()["results"]]


def test_an_employee_whom_nobody_asks_is_told_of_nobody(cast: Cast, them: Reviewers) -> None:
    buyer = client(cast, them, "buyer")
    assert buyer.get(reverse("review-standing-people")).status_code == 404
    told = page(english(buyer), "review-standing")
    assert "何规" not in told
    assert "Nobody is asking this account for an opinion" in told
    assert reverse("review-standing-people") not in told


def test_who_is_asked_for_an_opinion_is_offered_people_of_his_firm_alone(cast: Cast, them: Reviewers) -> None:
    far = account("Fern", "business", cast.group, cast.house)
    org.add_person(unit=cast.group, name="范远", number="F1", user=far, by=cast.house)
    below = account("Xia", "business", cast.grandchild, cast.house)
    org.add_person(unit=cast.grandchild, name="夏游", number="F2", user=below, by=cast.house)
    officer = client(cast, them, "officer")
    offered = names(officer)
    assert {"何规", "何矩", "首阳", "采莲"} <= set(offered)
    assert not {"范远", "夏游"} & set(offered)
    assert names(officer, q="范") == []
    assert "范远" not in page(officer, "review-standing")


def test_an_employee_who_is_asked_once_may_name_a_deputy_as_long_as_he_is_asked(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    clerk = account("Wen", "business", cast.department, cast.house)
    person = org.add_person(
        unit=cast.sub, department=cast.department, name="文员", number="W1", user=clerk, by=cast.house
    )
    browser = Client()
    browser.force_login(clerk)
    assert browser.get(reverse("review-standing-people")).status_code == 404
    actions.add(matter=row, person=person, reason="懂行", by=them.by("officer"))
    assert "何规" in names(browser)


def test_administrators_are_offered_to_nobody(cast: Cast, them: Reviewers) -> None:
    for login, role, name in (("Anquan", "security_admin", "安权"), ("Xitong", "system_admin", "习统")):
        user = account(login, role, cast.sub, cast.house)
        org.add_person(unit=cast.sub, name=name, number=login[:4], user=user, by=cast.house)
    row = passed(them)
    for offered in (
        names(client(cast, them, "officer")),
        names(client(cast, them, "staff"), reverse("review-people", args=[row.uid])),
    ):
        assert not {"安权", "习统"} & set(offered)
        assert "何矩" in offered


def test_who_looks_after_routes_of_a_group_is_offered_people_of_its_units(cast: Cast, them: Reviewers) -> None:
    top = account("Zong", "compliance_office", cast.group, cast.house)
    org.add_person(unit=cast.group, name="宗规", number="Z1", user=top, by=cast.house)
    browser = Client()
    browser.force_login(top)
    assert "何规" in names(browser, q="何")


def test_who_brought_a_matter_is_told_of_people_of_its_firm_alone(cast: Cast, them: Reviewers) -> None:
    far = account("Fern", "business", cast.group, cast.house)
    org.add_person(unit=cast.group, name="范远", number="F1", user=far, by=cast.house)
    row = submitted(them)
    address = reverse("review-people", args=[row.uid])
    buyer = account("Mai", "employee", cast.department, cast.house)
    person = org.add_person(
        unit=cast.sub, department=cast.department, name="买办", number="M1", user=buyer, by=cast.house
    )
    row.owner = person
    row.save(update_fields=["owner"])
    browser = Client()
    browser.force_login(buyer)
    assert "范远" not in names(browser, address)
    assert "范远" in names(client(cast, them, "officer"), address)
