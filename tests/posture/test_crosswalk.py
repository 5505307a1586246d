"""One record serves every document that asks for it; who stands how, at a glance."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.lib.errors import NotFound
from guiju.packs.models import Pack
from guiju.posture import engine, queries
from guiju.posture.models import Status
from tests.posture.conftest import Story


@pytest.fixture
def both(story: Story, drive: Pack) -> Story:
    """The subsidiary answers to the standard and takes part in the campaign."""
    story.sized("small")
    story.adopt()
    story.adopt(pack=drive, base_date=date(2026, 6, 1))
    return story


def test_a_question_is_one_row_for_all_documents(both: Story, drive: Pack) -> None:
    person = str(both.cast.wang.uid)
    both.enter("appointments", role="compliance_staff", person=person, from_on="2026-01-15", document="任命书")
    found = queries.crosswalk(by=both.cast.house, unit=both.cast.sub)
    assert [pack.urn for pack in found.packs] == [both.pack.urn, drive.urn]
    shared = [row for row in found.rows if row.is_shared]
    assert shared == list(found.rows[: len(shared)])
    training = next(row for row in shared if row.name == "training.given")
    assert training.registers == ("trainings",)
    assert {one.requirement.code for one in training.cells[drive.urn]} == {"t04", "t08"}
    appointed = next(row for row in found.rows if row.name == "appointment.held" and drive.urn in row.cells)
    assert (appointed.status, appointed.registers) == (Status.MET, ("appointments",))
    assert {one.requirement.code: one.status for one in appointed.cells[drive.urn]} == {
        "t01": Status.MET, "t08": Status.NOT_DUE,
    }  # fmt: skip
    register = next(each for each in found.registers if each.register == "appointments")
    assert (register.packs[drive.urn].count, register.packs[drive.urn].met) == (2, 1)
    assert register.packs[both.pack.urn].count > register.packs[both.pack.urn].met
    assert register.requirement_count > register.met_count > 0


def test_the_crosswalk_asks_the_database_few_questions(both: Story) -> None:
    queries.crosswalk(by=both.cast.house, unit=both.cast.sub)
    with CaptureQueriesContext(connection) as asked:
        queries.crosswalk(by=both.cast.house, unit=both.cast.sub)
    assert len(asked) <= 4


def test_one_record_proves_requirements_of_both_documents(both: Story, drive: Pack) -> None:
    entry = both.enter(
        "trainings", topic="合规", audience="all", held_on="2026-05-18", attended=3, culture=True, organiser="合规部"
    )
    assert {proof.pack.urn for proof in queries.proves(entry)} == {both.pack.urn, drive.urn}
    with CaptureQueriesContext(connection) as asked:
        queries.proves(entry)
    assert len(asked) <= 8


def test_a_record_proves_nothing_to_an_ended_programme(both: Story, drive: Pack) -> None:
    with both.at(2026, 12, 5):
        engine.nightly()
        entry = both.enter(
            "trainings", topic="合规", audience="all", held_on="2026-11-18", attended=3, culture=True, organiser="部"
        )
        assert {proof.pack.urn for proof in queries.proves(entry)} == {both.pack.urn}
        found = queries.crosswalk(by=both.cast.house, unit=both.cast.sub)
        training = next(row for row in found.rows if row.name == "training.given" and drive.urn in row.cells)
        assert {one.status for one in training.cells[drive.urn]} == {Status.UNMET}


def test_units_stand_against_documents_and_against_the_parts_of_one(both: Story, drive: Pack) -> None:
    both.adopt(both.cast.grandchild, drive, base_date=date(2026, 6, 1))
    documents = queries.heat(by=both.cast.house, unit=both.cast.group)
    assert [column.key for column in documents.columns] == [both.pack.urn, drive.urn]
    group, sub = documents.rows
    assert (group.unit, group.cells) == (both.cast.group, {})
    assert (sub.cells[both.pack.urn].units, sub.cells[drive.urn].units) == (1, 2)
    parts = queries.heat(by=both.cast.house, unit=both.cast.group, pack=drive)
    assert [(column.key, column.title) for column in parts.columns] == [("1", "任务")]
    assert parts.rows[1].cells["1"].by_status == sub.cells[drive.urn].by_status
    below = queries.heat(by=both.cast.house, unit=both.cast.sub)
    assert [row.unit.code for row in below.rows] == ["HD-01", "HD-01-A"]
    assert below.rows[0].cells[drive.urn].units == 1


def test_a_stranger_is_told_nothing(both: Story) -> None:
    tan = both.cast.actor(both.cast.tan)
    with pytest.raises(NotFound):
        queries.crosswalk(by=tan, unit=both.cast.sub)
    with pytest.raises(NotFound):
        queries.heat(by=tan, unit=both.cast.sub)
    with pytest.raises(NotFound):
        queries.history(by=tan, unit=both.cast.sub, pack=both.pack)
    with pytest.raises(NotFound):
        queries.lateness(by=tan, unit=both.cast.sub)
    with pytest.raises(NotFound):
        queries.eve(by=tan, unit=both.cast.sub, before=date(2026, 6, 1))
