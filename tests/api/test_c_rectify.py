"""Rectification and hearings for programmes: the same rights and refusals as on screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers.models import Entry
from tests.api.conftest import Caller
from tests.compliance.test_hearing import written
from tests.compliance.test_rectify import enter
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao(cast: Cast) -> Person:
    return org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)


def test_a_programme_reads_the_ledger_and_notes_progress(cast: Cast, mei: Caller, tan: Caller, zhao: Person) -> None:
    entry = enter(cast.actor(cast.mei), cast.sub, zhao, due_on=clock.today() - timedelta(days=2))
    ledger = mei.get("/units/HD-01/rectify").json()
    assert (ledger["whole"]["overdue"], ledger["whole"]["late_days"]) == (1, 2)
    noted = mei.post(f"/rectifications/{entry.uid}/progress", {"text": "已补登", "share": 40, "version": 1})
    assert noted.status_code == 200, noted.content
    assert noted.json()["progress"][0]["share"] == 40
    assert mei.post(f"/rectifications/{entry.uid}/progress", {"text": "晚了", "version": 1}).status_code == 409
    later = (clock.today() + timedelta(days=9)).isoformat()
    assert (
        mei.post(f"/rectifications/{entry.uid}/extend", {"due_on": later, "reason": " ", "version": 2}).status_code
        == 422
    )
    extended = mei.post(f"/rectifications/{entry.uid}/extend", {"due_on": later, "reason": "等设备", "version": 2})
    assert [one["reason"] for one in extended.json()["extensions"]] == ["等设备"]
    assert tan.get(f"/rectifications/{entry.uid}").status_code == 404
    assert tan.get("/units/HD-01/rectify/repeats").status_code == 404


def test_the_entries_of_the_register_refuse_what_the_page_refuses(cast: Cast, mei: Caller, zhao: Person) -> None:
    entry = enter(cast.actor(cast.mei), cast.sub, zhao)
    later = (clock.today() + timedelta(days=90)).isoformat()
    moved = mei.patch(f"/registers/rectifications/entries/{entry.uid}", {"values": {"due_on": later}, "version": 1})
    assert moved.status_code == 422, moved.content
    assert Entry.objects.get(pk=entry.pk).due_on == entry.due_on


def test_a_programme_prepares_and_closes_a_hearing(cast: Cast, mei: Caller, zhao: Person) -> None:
    period = str(Period.of(clock.today(), "quarter"))
    page = f"/units/HD-01/hearings/{period}"
    assert mei.get(page).status_code == 404
    prepared = mei.post(f"{page}/prepare", None)
    assert prepared.status_code == 200, prepared.content
    values: dict[str, Any] = written(cast.wang, zhao)
    assert mei.post(f"{page}/close", {**values, "next_work": "", "version": 1}).status_code == 422
    kept = mei.post(f"{page}/minutes", {"place": "三楼", "version": 1})
    assert kept.json()["minutes"]["place"] == "三楼"
    assert mei.post(f"{page}/minutes", {"place": "二楼", "version": 1}).status_code == 409
    closed = mei.post(f"{page}/close", {**values, "version": 2})
    assert closed.status_code == 200, closed.content
    assert Entry.objects.get(register="meetings").file_count == 1
    strip = mei.get("/units/HD-01/hearings").json()
    assert strip["items"][-1]["state"] == "held"
    report = mei.get(f"/units/HD-01/work-report?person={zhao.uid}&period={period}").json()
    assert report["title"].startswith("赵强")
