"""What people read: sentences, late entries, changed fields."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from guiju.access.actor import Actor
from guiju.trail import log, presenters
from guiju.trail.events import Action

pytestmark = pytest.mark.usefixtures("empty_log")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def own_words(monkeypatch):
    """Registries of this test's own."""
    for name in ("_sentences", "_labels", "_shown"):
        monkeypatch.setattr(presenters, name, {})


def record(house: Actor, action: Action, **words: object) -> None:
    given = {"object_type": "thing", "object_id": "1", "content": {}, "unit": None, "title": "Training", **words}
    log.record(action, by=house, **given)


def test_history_tells_the_newest_first(house) -> None:
    record(house, Action.ENTRY_CREATED)
    record(house, Action.ENTRY_CHANGED)
    record(house, Action.ENTRY_CHANGED, object_id="2")
    told = [line.sentence for line in log.history("thing", "1")]
    assert told == ["The system changed “Training”.", "The system entered “Training”."]


def test_a_late_entry_shows_the_days_between(house) -> None:
    record(house, Action.ENTRY_CREATED, happened_on=date(2020, 1, 1))
    [line] = log.history("thing", "1")
    assert line.happened_on == date(2020, 1, 1)
    assert line.late_days > 365


def test_a_change_shows_both_values_under_the_fields_own_names(house, own_words) -> None:
    presenters.register_fields(
        "thing",
        label=lambda field, content: {"on": "Held on", "secret": ""}.get(field, field),
        value=lambda field, value, content: f"<{value}>",
    )
    content = {"columns": {"on": date(2026, 2, 1)}, "before": {"on": date(2026, 1, 1), "secret": "x"}}
    record(house, Action.ENTRY_CHANGED, content=content)
    [line] = log.history("thing", "1")
    assert line.changes == [presenters.Change("Held on", "<2026-01-01>", "<2026-02-01>")]


def test_fields_without_a_label_of_their_own_are_still_told(house, own_words) -> None:
    content = {"data": {"open": True, "names": ["a", "b"]}, "before": {"open": None, "names": []}}
    record(house, Action.ENTRY_CHANGED, content=content)
    [line] = log.history("thing", "1")
    assert [(change.label, change.before, change.after) for change in line.changes] == [
        ("names", "", "a、b"),
        ("open", "", "Yes"),
    ]


def test_another_package_may_tell_its_objects_better(house, own_words) -> None:
    presenters.register_sentence("thing", lambda event, content: "Told better." if content else None)
    record(house, Action.ENTRY_CREATED)
    record(house, Action.ENTRY_CHANGED, content={"n": 1})
    assert [line.sentence for line in log.history("thing", "1")] == ["Told better.", "The system entered “Training”."]


def test_a_row_of_an_import_tells_of_the_import(house) -> None:
    rows = [(str(number), 1, {}) for number in range(3)]
    log.record_batch(Action.ENTRY_IMPORTED, by=house, unit=None, object_type="thing", items=rows, title="a.xlsx")
    [line] = log.history("thing", "1")
    assert line.sentence == "The system imported 3 rows from “a.xlsx”."


def test_who_acts_for_another_is_told_with_him(house) -> None:
    deputy = Actor(name="Li", on_behalf_of="Wang")
    log.record(
        Action.ENTRY_CREATED, by=deputy, unit=None, object_type="thing", object_id="1", title="Training", content={}
    )
    assert log.history("thing", "1")[0].sentence == "Li on behalf of Wang entered “Training”."
