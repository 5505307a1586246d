"""The house and the cast: packs are loaded once, and the same few people appear in every story.

华东集团 is a group of three levels; 松江拍卖行 is a stranger to it. Lin keeps the group's compliance office, Mei the
one of a subsidiary, Qian is the group's principal, Tan the stranger's officer, and Ou holds nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user, system
from guiju.access.models import User
from guiju.org import actions as org
from guiju.org.models import Person, Unit

pytest_plugins = ["tests.plugins.requirements", "tests.plugins.append_only"]

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Load the shipped packs into the empty database, once for all tests."""
    from guiju.packs import load
    from guiju.trail import log

    with django_db_blocker.unblock():
        from guiju.packs.models import Pack

        if not Pack.objects.exists():
            log.open_log(by=system("guiju"), origin="DEMO test")
            load.load_all(by=system("guiju"))


@dataclass(slots=True)
class Cast:
    """The people and units of the stories."""

    group: Unit
    sub: Unit
    grandchild: Unit
    department: Unit
    stranger: Unit
    lin: User
    mei: User
    qian: User
    tan: User
    ou: User
    wang: Person
    house: Actor

    def actor(self, user: User) -> Actor:
        """The user as `by`."""
        return of_user(user)

    def client(self, user: User) -> Client:
        """A browser in which the user is signed in."""
        client = Client()
        client.force_login(user)
        return client


def _account(name: str, role: str, unit: Unit, house: Actor) -> User:
    user = access.create_account(username=name.lower(), name=name, password=PASSWORD, by=house)
    access.grant(user=user, role=role, unit=unit, by=house, reason="tests", from_on=date(2020, 1, 1))
    return user


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, fresh."""
    house = system("guiju")
    group = org.create_unit(code="HD", name="华东建设集团有限公司", short_name="华东集团", kind="company", by=house)
    sub = org.create_unit(code="HD-01", name="华东路桥工程有限公司", kind="company", parent=group, by=house)
    grandchild = org.create_unit(code="HD-01-A", name="路桥检测有限公司", kind="company", parent=sub, by=house)
    department = org.create_unit(code="HD-01-D1", name="经营部", kind="department", parent=sub, by=house)
    stranger = org.create_unit(code="SJ", name="松江拍卖行有限公司", kind="company", by=house)
    return Cast(
        group=group,
        sub=sub,
        grandchild=grandchild,
        department=department,
        stranger=stranger,
        lin=_account("Lin", "compliance_office", group, house),
        mei=_account("Mei", "compliance_office", sub, house),
        qian=_account("Qian", "principal", group, house),
        tan=_account("Tan", "compliance_office", stranger, house),
        ou=access.create_account(username="ou", name="Ou", password=PASSWORD, by=house),
        wang=org.add_person(unit=sub, name="王敏", number="1001", by=house),
        house=house,
    )
