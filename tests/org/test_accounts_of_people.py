"""Whose account it is."""

from __future__ import annotations

import pytest

from guiju.access import actions as access
from guiju.lib.errors import Conflict, Denied, NotFound
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.trail.models import Event
from tests.conftest import PASSWORD, Cast


def test_a_person_gets_an_account_and_the_trail_says_so(cast: Cast) -> None:
    org.link_account(person=cast.wang, user=cast.mei, by=cast.house)
    assert Person.objects.get(user=cast.mei) == cast.wang
    event = Event.objects.order_by("-id")[0]
    assert (event.action, event.object_id, event.unit_code) == ("account.changed", str(cast.mei.pk), cast.sub.code)


def test_the_same_link_twice_leaves_no_second_trace(cast: Cast) -> None:
    org.link_account(person=cast.wang, user=cast.mei, by=cast.house)
    count = Event.objects.count()
    org.link_account(person=cast.wang, user=cast.mei, by=cast.house)
    assert Event.objects.count() == count


def test_an_account_belongs_to_one_person_only(cast: Cast) -> None:
    org.link_account(person=cast.wang, user=cast.mei, by=cast.house)
    other = org.add_person(unit=cast.sub, name="赵一", by=cast.house)
    with pytest.raises(Conflict, match="王敏"):
        org.link_account(person=other, user=cast.mei, by=cast.house)
    second = access.create_account(username="second", name="Second", password=PASSWORD, by=cast.house)
    with pytest.raises(Conflict):
        org.link_account(person=cast.wang, user=second, by=cast.house)
    assert Person.objects.get(user=cast.mei) == cast.wang


def test_only_who_looks_after_people_links_accounts(cast: Cast) -> None:
    with pytest.raises(Denied):
        org.link_account(person=cast.wang, user=cast.mei, by=cast.actor(cast.qian))
    with pytest.raises(NotFound):
        org.link_account(person=cast.wang, user=cast.mei, by=cast.actor(cast.tan))
