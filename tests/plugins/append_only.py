"""Lets the test runner empty a database whose tables refuse deletion.

Transactional tests end with a flush; on SQLite that is a DELETE, which the log's triggers refuse as they should.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.sqlite3.base import DatabaseWrapper

DatabaseOperations = DatabaseWrapper.ops_class
_flush = DatabaseOperations.execute_sql_flush
_OURS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%append_only%'"


def _flush_without_guards(self, sql_list: Sequence[str]) -> None:
    with self.connection.cursor() as cursor:
        guards = cursor.execute(_OURS).fetchall()
        for name, _sql in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        try:
            _flush(self, sql_list)
        finally:
            for _name, sql in guards:
                cursor.execute(sql)


if DatabaseOperations.execute_sql_flush is _flush:
    DatabaseOperations.execute_sql_flush = _flush_without_guards
