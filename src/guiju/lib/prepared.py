"""A question that is asked so often that writing its SQL would cost more than the answer.

Prepared(build, **marks).rows(**values) -> the rows, as the database gives them

Only the writing is spared: the database is asked each time, so nothing is remembered that may have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet


class Prepared:
    """One question with gaps. `marks` name the gaps, each with a value of its kind that the question has nowhere else.

    `build` takes them by name and gives a `values_list`. What it lists comes unconverted: wish only for columns whose
    stored form will do (numbers, texts, truth values as 0 and 1).
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **marks: int | str | date) -> None:
        self._build = build
        self._marks = marks
        #: By kind of database: the SQL, and for each of its parameters the gap's name or "" with what always stands there.
        self._written: dict[str, tuple[str, list[tuple[str, Any]]]] = {}

    def rows(self, **values: int | str | date) -> list[tuple[Any, ...]]:
        """The answer for these values, one for each mark; one query."""
        sql, places = self._sql()
        given = _sent(values, connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[name] if name else always for name, always in places])
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _sql(self) -> tuple[str, list[tuple[str, Any]]]:
        if connection.vendor not in self._written:
            sql, parameters = self._build(**self._marks).query.sql_with_params()
            names = {value: name for name, value in _sent(self._marks, connection).items()}
            places = [(names.get(value, ""), value) for value in parameters]
            if {name for name, _value in places} - {""} != set(self._marks):
                raise ValueError("a mark stands nowhere in the question, or two marks look alike")
            self._written[connection.vendor] = (sql, places)
        return self._written[connection.vendor]


def _sent(values: Mapping[str, int | str | date], to: BaseDatabaseWrapper) -> dict[str, Any]:
    """As the database's driver takes them."""
    return {
        name: to.ops.adapt_datefield_value(value) if isinstance(value, date) else value
        for name, value in values.items()
    }
