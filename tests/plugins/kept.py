"""The furnished database as it was when the tests began, put back after a test with real commits.

Loading the packs takes seconds and putting a copy back takes a moment: SQLite keeps one in memory, PostgreSQL a
database made after the pattern of the suite's own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from tests.settings import TEST_HOME

_copy: list[sqlite3.Connection | str] = []
#: The checkpoints that belong to its log.
_outside: dict[Path, bytes] = {}
_flush = BaseDatabaseOperations.execute_sql_flush


def keep() -> None:
    """Remember the database as it is now."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        held = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(held)
        _copy.append(held)
    else:
        name = f"{connection.settings_dict['NAME']}_kept"
        _make(name, like=str(connection.settings_dict["NAME"]))
        _copy.append(name)
    _outside.update({path: path.read_bytes() for path in _checkpoints()})


def forget() -> None:
    """Nothing is put back from here on."""
    while _copy:
        held = _copy.pop()
        if isinstance(held, sqlite3.Connection):
            held.close()
        else:
            _drop(held)
    _outside.clear()


def _put_back(operations: BaseDatabaseOperations, sql_list: Sequence[str]) -> None:
    """What Django calls to empty the database after such a test."""
    if not _copy or operations.connection.alias != connection.alias:
        _flush(operations, sql_list)
        return
    held = _copy[0]
    if isinstance(held, sqlite3.Connection):
        connection.ensure_connection()
        held.backup(connection.connection)
    else:
        _make(str(connection.settings_dict["NAME"]), like=held)
    for path in _checkpoints():
        path.unlink()
    for path, content in _outside.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _checkpoints() -> list[Path]:
    return [path for path in TEST_HOME.rglob("checkpoints/**/*") if path.is_file()]


def _make(name: str, *, like: str) -> None:
    connection.close()
    _drop(name)
    _admin("CREATE DATABASE {} TEMPLATE {}", name, like)


def _drop(name: str) -> None:
    _admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _admin(statement: str, *names: str) -> None:
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        quoted: list[Any] = [connection.ops.quote_name(name) for name in names]
        cursor.execute(statement.format(*quoted))


BaseDatabaseOperations.execute_sql_flush = _put_back  # type: ignore[method-assign]
