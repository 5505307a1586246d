"""被拒绝的页面：说清楚哪些角色能用、可以找谁、怎么回去，各处一个样。"""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from guiju.access import actions as access
from guiju.access.models import User
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from tests.conftest import PASSWORD, Cast, english

WORK = ("lists", "risks", "checks", "rectify", "hearings", "policies", "duties", "archive", "reports", "review")


def work(part: str) -> str:
    """The address of a place of the work, as the menu has it."""
    return reverse("compliance-home", args=[part])


def holder(cast: Cast, name: str, role: str, unit: Unit) -> User:
    """One more account with a role."""
    user = access.create_account(username=name.lower(), name=name, password=PASSWORD, by=cast.house)
    access.grant(user=user, role=role, unit=unit, by=cast.house, reason="tests", from_on=date(2020, 1, 1))
    return user


def clerk(cast: Cast) -> Client:
    """An employee who has been given nothing but what is to be read."""
    return english(cast.client(holder(cast, "Qinchuan", "employee", cast.sub)))


@pytest.mark.django_db
def test_a_clerk_who_opens_a_colleagues_link_reads_whose_page_it_is_and_whom_to_ask(cast: Cast) -> None:
    answer = clerk(cast).get(work("lists"))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Three lists" in page
    assert "Compliance office" in page
    assert "Security administrator" in page
    assert cast.sub.name in page
    assert 'href="/"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("part", WORK)
def test_every_place_of_the_work_refuses_in_the_same_words(cast: Cast, part: str) -> None:
    answer = clerk(cast).get(work(part))
    assert answer.status_code == 403
    refusal = answer.context["refusal"]
    assert "Compliance office" in refusal.offices
    assert "Employee" not in refusal.offices
    assert [one.who for one in refusal.asks] == ["Compliance office", "Security administrator"]


def asked(client: Client, address: str) -> list[tuple[str, str]]:
    """Whom the page of a refusal tells to ask."""
    return [(one.who, one.names) for one in client.get(address).context["refusal"].asks]


@pytest.mark.django_db
def test_names_are_told_only_to_whoever_may_see_them(cast: Cast) -> None:
    holder(cast, "Lei", "security_admin", cast.sub)
    assert [names for _who, names in asked(clerk(cast), work("lists"))] == ["", ""]
    mei = english(cast.client(cast.mei))
    refusal = mei.get("/admin/accounts/").context["refusal"]
    assert refusal.offices == ("System administrator",)
    assert asked(mei, "/admin/accounts/") == [("Security administrator", "Lei")]


@pytest.mark.django_db
def test_a_reader_of_a_subsidiary_learns_no_name_of_the_group(cast: Cast) -> None:
    cast.mei.is_active = False
    cast.mei.save()
    lei = holder(cast, "Lei", "security_admin", cast.group)
    reader = english(cast.client(holder(cast, "Du", "reader", cast.sub)))
    above = [("Compliance office of a level above", ""), ("Security administrator of a level above", "")]
    assert asked(reader, "/r/obligations/new?unit=HD-01") == above
    page = reader.get("/r/obligations/new?unit=HD-01").content.decode()
    assert "Security administrator of a level above" in page
    principal = english(cast.client(cast.qian))
    principal.get("/u/HD-01/")
    assert asked(principal, "/r/obligations/new?unit=HD-01")[1] == ("Security administrator", "Lei")
    person = org.add_person(unit=cast.sub, name="雷", number="1002", by=cast.house)
    Person.objects.filter(pk=person.pk).update(user=lei)
    assert asked(reader, "/r/obligations/new?unit=HD-01")[1] == ("Security administrator", "Lei")


@pytest.mark.django_db
def test_an_administrator_who_belongs_to_another_unit_is_named_only_to_those_who_see_its_people(cast: Cast) -> None:
    lei = holder(cast, "Lei", "security_admin", cast.sub)
    person = org.add_person(unit=cast.group, name="雷", number="1", by=cast.house)
    Person.objects.filter(pk=person.pk).update(user=lei)
    assert asked(english(cast.client(cast.mei)), "/admin/accounts/") == [("Security administrator", "")]
    principal = english(cast.client(cast.qian))
    principal.get("/u/HD-01/")
    reached = holder(cast, "Bao", "security_admin", cast.group)
    assert asked(principal, "/admin/accounts/") == [("Security administrator", reached.name)]


@pytest.mark.django_db
def test_only_who_can_give_the_role_is_named_for_it(cast: Cast) -> None:
    """Whoever holds a role in the group is none of the subsidiary's accounts, and nobody gives a role to himself."""
    anna = holder(cast, "Anna", "security_admin", cast.sub)
    holder(cast, "Lei", "security_admin", cast.group)
    principal = english(cast.client(cast.qian))
    principal.get("/u/HD-01/")
    assert asked(principal, "/r/obligations/new?unit=HD-01")[1] == ("Security administrator", "Lei")
    assert asked(english(cast.client(anna)), "/admin/accounts/") == [("Security administrator of a level above", "")]


@pytest.mark.django_db
def test_a_step_that_takes_another_role_tells_the_same(cast: Cast) -> None:
    holder(cast, "Lei", "security_admin", cast.group)
    answer = english(cast.client(cast.qian)).get("/r/obligations/new?unit=HD")
    assert answer.status_code == 403
    refusal = answer.context["refusal"]
    assert "Compliance office" in refusal.offices
    assert "Principal" not in refusal.offices
    assert [one.names for one in refusal.asks] == ["Lin", "Lei"]


@pytest.mark.django_db
def test_an_account_without_any_unit_is_told_by_office_and_the_form_that_expired_asks_nobody(cast: Cast) -> None:
    answer = english(cast.client(cast.ou)).get(work("checks"))
    assert answer.status_code == 403
    assert [one.names for one in answer.context["refusal"].asks] == ["", ""]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.mei)
    expired = strict.post("/r/obligations/new", {"unit": "HD-01"})
    assert expired.status_code == 403
    assert expired.context["refusal"] is None
