"""Many rows at once, past the ORM's row objects: prepared statements on SQLite, COPY on PostgreSQL.

An import of 100,000 rows spends most of its time here; building a model instance and an INSERT text per batch cost
more than the database's own work (ADR 0002).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, JSONField, Model

Convert = Callable[[Any], Any]
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def reserve(model: type[Model], count: int) -> range | list[int]:
    """Ids for rows that are about to be inserted; the transaction already holds the write lock on SQLite."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            first = (row[0] if row else 0) + 1
            return range(first, first + count)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as values of these attributes, in this order."""
    columns, converts = _shape(model, tuple(names), connection.vendor)
    table = connection.ops.quote_name(model._meta.db_table)
    written = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({written}) VALUES ({places})",  # noqa: S608 - names of our own tables
                [_converted(row, converts) for row in rows],
            )
            return
        with cursor.copy(f"COPY {table} ({written}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(_converted(row, converts))


def _converted(row: Sequence[Any], converts: Sequence[tuple[int, Convert]]) -> Sequence[Any]:
    """The row as the driver takes it; most columns need nothing done, and most of the others are empty."""
    found = list(row)
    for at, convert in converts:
        value = found[at]
        if value is not None:
            found[at] = convert(value)
    return found


@lru_cache(maxsize=64)
def _shape(model: type[Model], names: tuple[str, ...], vendor: str) -> tuple[list[str], list[tuple[int, Convert]]]:
    """Columns and, for those that need it, how their values are handed to the driver."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[name] for name in names]
    convert = _for_sqlite if vendor == "sqlite" else _for_postgres
    made = enumerate(convert(field) for field in chosen)
    return [str(field.column) for field in chosen], [(at, one) for at, one in made if one is not None]


def _for_sqlite(field: Field[Any, Any]) -> Convert | None:
    match field.get_internal_type():
        case "UUIDField":
            return _hex
        case "DateTimeField":
            return _moment
        case "DateField":
            return _day
        case "DecimalField":
            return _digits(field.decimal_places)  # type: ignore[attr-defined]
        case "JSONField":
            return _ENCODE
    return None


def _for_postgres(field: Field[Any, Any]) -> Convert | None:
    return _ENCODE if isinstance(field, JSONField) else None


def _hex(value: UUID) -> str:
    return value.hex


def _day(value: date) -> str:
    return value.isoformat()


@lru_cache(maxsize=8)
def _moment(value: datetime) -> str:
    return str(connection.ops.adapt_datetimefield_value(value))


def _digits(places: int) -> Convert:
    pattern = f".{places}f"

    def convert(value: Decimal) -> str:
        return format(value, pattern)

    return convert
