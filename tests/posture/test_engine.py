"""What the engine asks, and how often."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from guiju.org import actions as org
from guiju.packs.models import Requirement
from guiju.posture import engine, queries, standing, wiring
from guiju.posture.evidence import TESTS, Strength
from guiju.posture.models import PackRollup, RequirementTest, Standing, Status, UnitAnswers
from guiju.registers import actions as registers
from tests.posture.conftest import Story


def statuses(story: Story) -> dict[str, Status]:
    """Every requirement of the subsidiary as stored."""
    rows = queries.sheet(by=story.cast.house, unit=story.cast.sub, pack=story.pack)
    return {row.requirement.code: row.status for row in rows}


def test_every_indicator_is_wired_and_few_rest_on_existence_alone(story: Story) -> None:
    wired = wiring.one(story.pack)
    indicators = set(Requirement.objects.filter(pack=story.pack, kind="indicator").values_list("code", flat=True))
    assert indicators <= {row.code for row in wired.requirements if row.instances}
    weakest = [
        min(wired.instances[pk].test.strength for pk in row.instances)
        for row in wired.requirements
        if row.code in indicators
    ]
    assert sum(strength <= Strength.DOCUMENT for strength in weakest) * 3 <= len(weakest)
    assert {instance.test.name for instance in wired.instances.values()} <= set(TESTS)


def test_requirements_share_one_instance_of_a_test_with_the_same_parameters(story: Story) -> None:
    links = RequirementTest.objects.filter(requirement__pack=story.pack)
    assert links.filter(instance__test="objective.evaluated").values("instance").distinct().count() == 1
    assert links.values("instance").distinct().count() < links.count()


def test_defaults_written_out_are_the_same_instance() -> None:
    assert wiring.canonical("check.regular", {"every": "quarter", "months": 12}) == {}
    short = wiring.canonical("body.exists", {"kinds": ["committee"]})
    assert wiring.key("body.exists", short) == wiring.key("body.exists", {"kinds": ["committee"]})


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_units(story: Story) -> None:
    cast = story.cast
    for unit in (cast.group, cast.sub, cast.grandchild):
        story.sized("small", unit)
        story.adopt(unit)
    with CaptureQueriesContext(connection) as one:
        engine.refresh([cast.sub.pk])
    with CaptureQueriesContext(connection) as three:
        engine.refresh([cast.group.pk, cast.sub.pk, cast.grandchild.pk])
    assert len(three) <= len(one)


def test_a_record_asks_only_the_tests_that_read_it(story: Story) -> None:
    story.sized("small")
    story.adopt()
    before = UnitAnswers.objects.get(unit=story.cast.sub).answers
    story.enter("trainings", topic="反垄断培训", audience="all", held_on=date(2026, 5, 6), attended=3, culture=True)
    after = UnitAnswers.objects.get(unit=story.cast.sub).answers
    instances = wiring.one(story.pack).instances
    changed = {instances[int(pk)].reads for pk in after if after[pk] != before[pk]}
    assert changed
    assert all("training" in reads for reads in changed)


def test_a_large_import_is_asked_once_after_the_commit(
    story: Story, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    story.sized("small")
    story.adopt()
    rows = (
        {"topic": f"培训{n}", "audience": "all", "held_on": "2026-05-06", "attended": 3, "culture": True}
        for n in range(1000)
    )
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        registers.create_many(register="trainings", unit=story.cast.sub, rows=rows, by=story.cast.house)
        due = UnitAnswers.objects.get(unit=story.cast.sub).valid_until
        assert due is not None
        assert due < date(2026, 6, 1), "the nightly run would find it if the process died here"
    assert callbacks
    kept = UnitAnswers.objects.get(unit=story.cast.sub)
    engine.full()
    again = UnitAnswers.objects.get(unit=story.cast.sub)
    assert (kept.answers, kept.valid_until) == (again.answers, again.valid_until)


def test_an_attribute_that_begins_later_counts_from_its_day(story: Story) -> None:
    story.sized("small")
    org.set_attribute(
        unit=story.cast.sub, code="has_board", value=True, from_on=date(2026, 7, 1), by=story.cast.house, reason="换届"
    )
    story.adopt()
    assert statuses(story)["6.2.a-2"] == Status.PERSON
    with story.at(2026, 7, 1):
        engine.nightly()
        assert statuses(story)["6.2.a-2"] == Status.UNMET
        assert statuses(story)["6.2.a-3"] == Status.NA


def test_an_adoption_that_begins_later_counts_from_its_day(story: Story) -> None:
    story.sized("small")
    story.adopt(from_on=date(2026, 6, 10))
    assert not Standing.objects.exists()
    with story.at(2026, 6, 10):
        engine.nightly()
        assert Standing.objects.count() == 1
        assert PackRollup.objects.filter(unit=story.cast.group, reach="all", units=1).exists()


@pytest.mark.parametrize(
    ("condition", "attributes", "size", "yes", "unknown"),
    [
        ({"attribute": "has_board", "is": True}, {"has_board": True}, "small", True, ()),
        ({"attribute": "has_board", "is": True}, {"has_board": False}, "small", False, ()),
        ({"attribute": "has_board", "is": True}, {}, "small", True, ("has_board",)),
        ({"sizes": ["small"], "attribute": "has_board", "is": True}, {}, "medium", False, ()),
        ({"any": [{"sizes": ["medium"]}, {"attribute": "x", "is": False}]}, {}, "medium", True, ()),
        ({"any": [{"sizes": ["medium"]}, {"attribute": "x", "is": False}]}, {}, "small", True, ("x",)),
        ({"any": [{"sizes": ["medium"]}, {"attribute": "x", "is": False}]}, {"x": True}, "small", False, ()),
    ],
)
def test_who_is_concerned(
    condition: dict[str, object], attributes: dict[str, object], size: str, yes: bool, unknown: tuple[str, ...]
) -> None:
    row = wiring.Wired(1, "x", 0, frozenset(), condition, "", True, False, ())
    found = standing.applies(row, standing.Circumstances(attributes, size))
    assert (found.yes, found.unknown) == (yes, unknown)


@pytest.mark.parametrize(
    ("given", "together"),
    [
        (["met", "met"], "met"),
        (["met", "partly"], "partly"),
        (["met", "unmet"], "partly"),
        (["unmet", "unmet"], "unmet"),
        (["met", "person"], "person"),
        (["unmet", "person"], "unmet"),
    ],
)
def test_all_tests_of_a_requirement_together(given: list[str], together: str) -> None:
    assert standing.together(map(Status, given)) == Status(together)
