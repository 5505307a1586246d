"""The log and its transaction, with real commits."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from guiju.access.actor import Actor
from guiju.trail import log, verify
from guiju.trail.events import Action
from guiju.trail.models import Event
from tests.trail.attacks import write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_log")]


def record(house: Actor, object_id: str) -> None:
    log.record(Action.ENTRY_CREATED, by=house, unit=None, object_type="thing", object_id=object_id, content={})


def test_an_event_outside_a_transaction_is_refused(house: Actor) -> None:
    with pytest.raises(RuntimeError, match="atomic"):
        record(house, "1")


def test_the_log_verifies_while_it_is_in_use(house: Actor, committed_log) -> None:
    log.open_log(by=house)
    write(1)
    log.checkpoint()
    write(2)
    report = verify.run()
    assert (report.ok, report.findings) == (True, [])
    assert report.anchor_count >= 1
    assert (committed_log / "000000000001.txt").exists()


@pytest.mark.postgres
def test_an_event_that_commits_late_is_placed_all_the_same(house: Actor) -> None:
    log.open_log(by=house)
    started, go_on = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                record(house, "late")
                started.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert started.wait(10)
    with transaction.atomic():
        record(house, "early")
    assert log.sequence() == 1
    go_on.set()
    thread.join()
    assert log.sequence() == 1
    placed = Event.objects.exclude(action=Action.LOG_OPENED).order_by("seq").values_list("object_id", flat=True)
    assert list(placed) == ["early", "late"]
    assert verify.run().ok
