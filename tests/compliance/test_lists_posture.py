"""What a list in force proves: a draft proves nothing, a list that somebody approved and put in force does."""

from __future__ import annotations

import pytest

from guiju.compliance.lists import versions
from guiju.lib import clock
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture import findings
from guiju.posture.models import Status
from tests.compliance.lists_house import ListHouse, build
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

CHONGQING, BAOTOU = "cn:cq-sasac:2023-7", "cn:bt-sasac:2023-120"


@pytest.fixture
def house(cast: Cast) -> ListHouse:
    found = build(cast)
    today = clock.today()
    for urn in (CHONGQING, BAOTOU):
        posture.adopt(unit=cast.sub, pack=catalogue.current(urn), by=cast.house, from_on=today, base_date=today)
    return found


def _status(house: ListHouse, urn: str, code: str) -> Status:
    (row,) = findings.findings(house.cast.sub, catalogue.current(urn), codes=[code]) or []
    return Status(row.status)


def test_task_four_is_met_once_every_department_has_its_list_in_force(house: ListHouse) -> None:
    house.row()
    house.row(department=house.other)
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    versions.approve(entry=entry, by=house.head)
    assert _status(house, CHONGQING, "T04-2") != Status.MET
    versions.enforce(entry=entry, by=house.head)
    assert _status(house, CHONGQING, "T04-2") != Status.MET
    house.in_force(department=house.other)
    assert _status(house, CHONGQING, "T04-2") == Status.MET
    assert _status(house, CHONGQING, "T04-1") != Status.MET


def test_the_milestone_of_the_three_lists_is_met_when_all_three_are_in_use(house: ListHouse) -> None:
    for kind in ("duty", "risk"):
        house.row(kind)
        house.in_force(kind)
    house.row("process")
    entry = versions.submit(entry=house.draft("process"), by=house.drafter)
    entry = versions.approve(entry=entry, by=house.head)
    assert _status(house, BAOTOU, "M2023-3") != Status.MET
    versions.enforce(entry=entry, by=house.head)
    assert _status(house, BAOTOU, "M2023-3") == Status.MET


def test_a_version_that_follows_keeps_the_requirement_met(house: ListHouse) -> None:
    for kind in ("duty", "risk", "process"):
        house.row(kind)
        house.in_force(kind)
    house.row("risk")
    house.in_force("risk")
    assert _status(house, BAOTOU, "M2023-3") == Status.MET
