"""Two who arrange the same year at once, on the database where two can write at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, connections, transaction

from guiju.trail import verify
from guiju.workflow import actions
from guiju.workflow.models import CalendarDay
from guiju.workflow.yearlist import DayLine
from tests.workflow.conftest import Desk

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def _meanwhile(first: Callable[[], object], second: Callable[[], object]) -> list[DatabaseError]:
    """The second begins when the first has written and not yet committed; what it was refused with."""
    failed: list[DatabaseError] = []

    def other() -> None:
        try:
            second()
        except DatabaseError as error:
            failed.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        first()
        thread.start()
        thread.join(1.5)
        assert thread.is_alive(), "the second does not wait for the first"
    thread.join()
    return failed


def test_two_own_days_at_once_are_both_in_the_last_event(transactional_db: None, desk: Desk) -> None:
    root, by = desk.cast.group, desk.cast.actor(desk.cast.lin)
    failed = _meanwhile(
        lambda: actions.set_day(root=root, day=date(2026, 7, 1), works=False, by=by),
        lambda: actions.set_day(root=root, day=date(2026, 7, 2), works=False, by=by),
    )
    assert failed == []
    assert CalendarDay.objects.count() == 2
    assert verify.run().findings == []


def test_of_two_lists_at_once_the_later_holds(transactional_db: None, desk: Desk) -> None:
    root, by = desk.cast.group, desk.cast.actor(desk.cast.lin)
    lists = [[DayLine(date(2027, 3, 1), works=False, name=name)] for name in ("先", "后")]
    failed = _meanwhile(
        lambda: actions.import_year(root=root, year=2027, rows=lists[0], by=by),
        lambda: actions.import_year(root=root, year=2027, rows=lists[1], by=by),
    )
    assert failed == []
    assert [row.name for row in CalendarDay.objects.all()] == ["后"]
    assert verify.run().findings == []
