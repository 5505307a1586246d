"""What DATABASE_URL says reaches the driver; without it, how SQLite is opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from guiju import settings


def test_every_part_of_the_address_reaches_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://gj:p%40ss@db.local:5433/guiju?sslmode=verify-full&sslrootcert=/c.pem"
    )
    found = settings._database()
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "gj", "p@ss", "db.local", "5433", "guiju",
    )  # fmt: skip
    assert found["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/c.pem"}


def test_a_socket_folder_may_stand_in_place_of_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://gj@/guiju?host=/run/postgresql")
    found = settings._database()
    assert (found["HOST"], found["OPTIONS"]) == ("/run/postgresql", {})


def test_another_kind_of_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://x/y")
    with pytest.raises(SystemExit):
        settings._database()


def test_threads_keep_their_connection_to_sqlite_and_share_one_limit_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found: dict[str, Any] = settings._database()
    assert found["CONN_MAX_AGE"] == 60
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(found["OPTIONS"]["init_command"])
        assert connection.execute("PRAGMA soft_heap_limit").fetchone() == (128 * 2**20,)
