"""Live rows against the log, in the cases that the attacks do not reach."""

from __future__ import annotations

import pytest

from guiju.access.actor import Actor
from guiju.trail import header, log, reconcile, verify
from guiju.trail.events import Action

pytestmark = pytest.mark.usefixtures("empty_log")


@pytest.fixture
def live(monkeypatch) -> dict[str, tuple[int, dict]]:
    """Live rows of a type of this test's own: id -> (version, content)."""
    rows: dict[str, tuple[int, dict]] = {}
    monkeypatch.setattr(reconcile, "_registry", {})
    reconcile.register_reconciler(
        "thing",
        lambda ids: {name: (rows[name][0], header.state_digest(rows[name][1])) for name in ids if name in rows},
        ids=lambda: list(rows),
    )
    return rows


def record(house: Actor, action: Action, *, version: int, content: dict) -> None:
    log.record(action, by=house, unit=None, object_type="thing", object_id="1", object_version=version, content=content)


def batch(house: Actor, action: Action, *, version: int, content: dict) -> None:
    rows = [("0", 1, {"n": 0}), ("1", version, content)]
    log.record_batch(action, by=house, unit=None, object_type="thing", items=rows)


def test_a_row_agrees_with_its_last_event_whatever_came_before(house, live) -> None:
    batch(house, Action.ENTRY_IMPORTED, version=1, content={"n": 1})
    record(house, Action.ENTRY_CHANGED, version=2, content={"n": 2, "before": {"n": 1}})
    live.update({"0": (1, {"n": 0}), "1": (2, {"n": 2})})
    assert verify.run().findings == []
    live["1"] = (2, {"n": 3})
    assert not verify.run().ok


def test_a_row_that_a_bulk_action_changed_last_agrees_with_that(house, live) -> None:
    record(house, Action.ENTRY_CREATED, version=1, content={"n": 1})
    batch(house, Action.ENTRY_CHANGED, version=2, content={"n": 2})
    live.update({"0": (1, {"n": 0}), "1": (2, {"n": 2})})
    assert verify.run().findings == []
    live["1"] = (1, {"n": 1})
    assert not verify.run().ok


def test_a_removed_row_is_expected_to_be_gone(house, live) -> None:
    record(house, Action.ENTRY_CREATED, version=1, content={"n": 1})
    record(house, Action.ENTRY_REMOVED, version=2, content={"n": 1})
    assert verify.run().findings == []
    live["1"] = (1, {"n": 1})
    assert not verify.run().ok


def test_an_event_without_a_version_says_nothing_of_the_row(house, live) -> None:
    record(house, Action.ENTRY_CREATED, version=1, content={"n": 1})
    record(house, Action.EXPORT_MADE, version=0, content={})
    live["1"] = (1, {"n": 1})
    assert verify.run().findings == []


def test_many_findings_become_a_number(house, live) -> None:
    live.update({str(number): (1, {}) for number in range(600)})
    assert len(verify.run().findings) == 501
