"""Markers and fixtures for what a machine may lack: `browser`, `postgres`, `requires(...)`.

A test whose program is absent is skipped by name with the way to get it; GUIJU_REQUIRE=browser,postgres turns such a
skip into a failure, so that CI cannot lose a test quietly. Load with `pytest_plugins = ["tests.plugins.requirements"]`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest

from tests.plugins import programs
from tests.plugins.postgres import Cluster
from tests.plugins.stages import touches_database

SHARED_CLUSTER = "GUIJU_TEST_POSTGRES"  # tools/test.py starts one server for all workers and names it here


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only tests that touch the database (the second pass, on PostgreSQL, need not repeat the others)",
    )


def pytest_configure(config: pytest.Config) -> None:
    wrong = programs.unknown_requirements()
    if wrong:
        known = ", ".join(sorted(programs.PROGRAMS))
        raise pytest.UsageError(f"GUIJU_REQUIRE names {', '.join(wrong)}; known are {known}.")


def pytest_unconfigure() -> None:
    # Not at exit: a worker of xdist ends without one.
    settings = sys.modules.get("tests.settings")
    if settings is not None:
        shutil.rmtree(settings.TEST_HOME, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        (kept if touches_database(item) else dropped).append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in _needs(item):
        demand(name)
    if item.get_closest_marker("postgres") and not suite_runs_on_postgres():
        _absent("postgres", "the suite's own database is SQLite", "run `make test`, or name a server in DATABASE_URL")


def _needs(item: pytest.Item) -> list[str]:
    names = [word for mark in item.iter_markers("requires") for word in mark.args]
    if item.get_closest_marker("browser"):
        names.append("browser")
    return names


def demand(name: str) -> Path:
    """Where the program is; without it the running test is skipped, or fails when GUIJU_REQUIRE names it."""
    program = programs.PROGRAMS.get(name)
    if program is None:
        raise pytest.UsageError(f"requires({name!r}): known are {', '.join(sorted(programs.PROGRAMS))}.")
    found = program.find()
    if found is None:
        _absent(name, f"{name} is not on this machine", program.remedy)
    return found


def _absent(name: str, what: str, remedy: str) -> NoReturn:
    message = f"{what}: {remedy}"
    if name in programs.required():
        pytest.fail(f"{message} (GUIJU_REQUIRE asks for it)", pytrace=False)
    pytest.skip(message)


def suite_runs_on_postgres() -> bool:
    """True in the second pass of `make test`."""
    return urlsplit(os.environ.get("DATABASE_URL", "")).scheme in {"postgres", "postgresql"}


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser's program, for Playwright's `executable_path`."""
    return demand("browser")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a throw-away server whose user may create databases; shared by all workers under `make test`."""
    shared = os.environ.get(SHARED_CLUSTER)
    if shared:
        yield shared
        return
    with Cluster(demand("postgres")) as cluster:
        yield cluster.url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """DATABASE_URL of an empty database of this test's own, for programs that the test starts."""
    import psycopg
    from psycopg import sql

    url = new_database(postgres_server)
    try:
        yield url
    finally:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            name = sql.Identifier(url.rpartition("/")[2])
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def new_database(server: str, like: str = "") -> str:
    """URL of a new database on that server: empty, or a copy of the one named `like`, which nobody may be using."""
    import psycopg
    from psycopg import sql

    name = f"guiju_{secrets.token_hex(6)}"
    wanted = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if like:
        wanted += sql.SQL(" TEMPLATE {}").format(sql.Identifier(like))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(wanted)
    return urlsplit(server)._replace(path=f"/{name}").geturl()
