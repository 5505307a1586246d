"""The worker's loop, with real commits."""

from __future__ import annotations

import pytest

from guiju.jobs import schedule, worker
from tests.jobs import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticks(monkeypatch) -> list:
    """What the worker does besides jobs; nothing nightly."""
    monkeypatch.setattr(schedule, "_daily", {})
    monkeypatch.setattr(worker, "_ticks", [])
    return worker._ticks


def test_a_worker_works_until_it_is_told_to_stop(ticks) -> None:
    work.stop.clear()
    work.end_the_worker.enqueue("a")
    worker.run(work.stop, poll=0)
    assert work.effects("a") == 1


def test_a_worker_outlives_what_goes_wrong_around_its_jobs(ticks, caplog) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    worker.on_tick(break_down)
    work.stop.clear()
    work.end_the_worker.enqueue("a")
    worker.run(work.stop, poll=0)
    assert work.effects("a") == 1
    assert "goes on" in caplog.text
