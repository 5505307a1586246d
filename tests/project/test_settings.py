"""What DATABASE_URL says reaches the driver."""

from __future__ import annotations

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
