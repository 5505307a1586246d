"""Two imports of the same new record at once, on the database where two can write at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from guiju.lib.errors import Conflict
from guiju.registers import importing
from guiju.registers.models import Entry
from tests.registers.test_importing import GOOD, book

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
_LOOKS = 3_000


def _until_it_waits(other: threading.Thread) -> None:
    """Look until the other thread stands before a lock, or has ended."""
    with connection.cursor() as cursor:
        for _look in range(_LOOKS):
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
            if cursor.fetchone()[0] or not other.is_alive():
                return


def test_two_files_with_the_same_new_number_confirmed_at_once_make_one_record(
    transactional_db, tmp_path, house, contracts, officer
):
    path = book(tmp_path / "台账.xlsx", GOOD[:1])
    first, second = (
        importing.prepare(register="contracts", unit=house.power, path=path, name="台账.xlsx", by=officer)
        for _time in range(2)
    )
    refused: list[str] = []

    def confirm_second() -> None:
        try:
            importing.confirm(second, officer)
        except Conflict as conflict:
            refused.append(conflict.code)
        finally:
            connections.close_all()

    other = threading.Thread(target=confirm_second)

    def saved_but_not_committed(_done: int) -> None:
        other.start()
        _until_it_waits(other)

    importing.confirm(first, officer, progress=saved_but_not_committed)
    other.join()
    assert refused == ["import.outdated"]
    assert Entry.objects.filter(number="HT-001").count() == 1
