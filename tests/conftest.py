"""The house and the cast: packs are loaded once, and the same few people appear in every story.

华东集团 is a group of three levels; 松江拍卖行 is a stranger to it. Lin keeps the group's compliance office, Mei the
one of a subsidiary, Qian is the group's principal, Tan the stranger's officer, and Ou holds nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user, system
from guiju.access.models import User
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers.spec import RegisterSpec
from tests.plugins import kept, stages
from tests.plugins.stages import staged, touches_database

if TYPE_CHECKING:
    from tests.review.house import Reviewers

pytest_plugins = ["tests.plugins.requirements", "tests.plugins.apart"]

# An example may take long where two workers share the cores; how long says nothing of the product. Where CI is set,
# hypothesis has taken its own profile already: the same examples in each run.
hypothesis.settings.register_profile("here", deadline=None)
if not hypothesis.settings.get_current_profile_name().startswith("ci"):
    hypothesis.settings.load_profile("here")

PASSWORD = "correct-horse-battery"


def _furnish() -> None:
    """An open log and the shipped packs."""
    from guiju.packs import load
    from guiju.trail import log

    log.open_log(by=system("guiju"), origin="DEMO test")
    load.load_all(by=system("guiju"))


def _forget() -> None:
    """What was read of packs and registers that are there no longer; what is there is read at once, so that no test
    that counts questions pays for it."""
    from guiju.packs import catalogue
    from guiju.posture import wiring
    from guiju.registers import catalogue as registers

    catalogue.forget()
    wiring.forget()
    registers.clear()
    catalogue.packs()
    registers.specs()


_blocker: list[DjangoDbBlocker] = []


@dataclass
class _Furnished:
    """What stands in the database when a test begins."""

    packs: set[int] = field(default_factory=set)
    registers: dict[str, RegisterSpec] = field(default_factory=dict)


_furnished = _Furnished()


def _remembers_others() -> bool:
    """Does this process remember packs or registers that a test loaded or declared and took away again?"""
    from guiju.packs import catalogue
    from guiju.registers import catalogue as registers

    held, specs = catalogue._kept, registers._Held.specs
    if held is not None and {pack.pk for pack in held.packs.values()} != _furnished.packs:
        return True
    return specs is not None and specs != _furnished.registers


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the shipped packs into the empty database, once for all tests."""
    with django_db_blocker.unblock():
        _furnish()
        _furnished.packs, _furnished.registers = _packs(), _registers()
        kept.keep()
    _blocker.append(django_db_blocker)
    yield
    _blocker.clear()
    with django_db_blocker.unblock():
        stages.clear()
        kept.forget()


def _packs() -> set[int]:
    from guiju.packs import catalogue

    return {pack.pk for pack in catalogue.packs()}


def _registers() -> dict[str, RegisterSpec]:
    from guiju.registers import catalogue

    return dict(catalogue.specs())


def _empties_the_database(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asked = marker is not None and bool(marker.kwargs.get("transaction"))
    return asked or bool({"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The rows that a test begins with stand before it; what has nothing to do with the database leaves them alone."""
    if _blocker and touches_database(item):
        with _blocker[0].unblock():
            stages.clear() if _empties_the_database(item) else stages.prepare(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A transactional test ends with the database as it was in the beginning (see `kept`)."""
    yield
    if nextitem is not None and _blocker and (_empties_the_database(item) or _remembers_others()):
        with _blocker[0].unblock():
            _forget()


@pytest.fixture(autouse=True)
def _no_question_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every few seconds a process asks whether packs have changed; tests that count questions must not meet that one."""
    from guiju.packs import catalogue

    monkeypatch.setattr(catalogue, "RECHECK_SECONDS", 3600.0)


@pytest.fixture(autouse=True)
def _nobody_came_before() -> None:
    """Counters of wrong guesses and of open tasks are kept apart from the database; no test inherits another's."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_lease_from_another_thread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of most tests stand in a transaction that another connection does not see: to the thread that renews the
    lease of a long job, on a busy machine, that job would look lost."""
    if not _empties_the_database(request.node):
        from guiju.jobs import lease

        monkeypatch.setattr(lease.Heartbeat, "_beat", lambda _self: None)


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """A page asked for in English leaves its language to the thread; every test begins in Chinese."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


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


def english(client: Client) -> Client:
    """The same browser, in which English has been chosen."""
    client.cookies["django_language"] = "en"
    return client


def _account(name: str, role: str, unit: Unit, house: Actor) -> User:
    user = access.create_account(username=name.lower(), name=name, password=PASSWORD, by=house)
    access.grant(user=user, role=role, unit=unit, by=house, reason="tests", from_on=date(2020, 1, 1))
    return user


@staged
def cast() -> Cast:
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


@staged
def them(cast: Cast) -> Reviewers:
    """Who takes part in the reviews of the subsidiary."""
    from tests.review.house import reviewers

    return reviewers(cast)
