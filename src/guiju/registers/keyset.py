"""Pages by position instead of by number: the next page begins after the last row seen, however deep.

An empty value is the smallest on both databases; its rows are fetched by a query of their own where a page reaches
them, because a condition that covers both would keep the database from walking the index.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem


@dataclass(frozen=True, slots=True)
class Order:
    """A column to sort by; ties go by id in the same direction."""

    column: str
    descending: bool = False
    nullable: bool = False

    @property
    def reversed(self) -> Order:
        return Order(self.column, not self.descending, self.nullable)

    def terms(self) -> tuple[OrderBy | str, str]:
        """For `order_by`."""
        pk = "-pk" if self.descending else "pk"
        if not self.nullable:
            return ("-" if self.descending else "") + self.column, pk
        column = F(self.column)
        return column.desc(nulls_last=True) if self.descending else column.asc(nulls_first=True), pk


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: behind the row with this value and id, or before it."""

    value: Any
    pk: int
    forward: bool = True

    def written(self) -> str:
        """For an address."""
        value = self.value
        plain = (
            value.isoformat()
            if isinstance(value, date | datetime)
            else str(value)
            if isinstance(value, Decimal)
            else value
        )
        packed = json.dumps([plain, self.pk, int(self.forward)], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, written: str, rows: QuerySet[Any], order: Order) -> Position:
        """From an address; a Problem for anything that is no position in this list."""
        try:
            packed = base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
            value, pk, forward = json.loads(packed)
            if not isinstance(pk, int) or isinstance(value, list | dict):
                raise ValueError
            if value is not None:
                value = rows.model._meta.get_field(order.column).to_python(value)
        except (binascii.Error, ValueError, TypeError, ValidationError, UnicodeError):
            raise Problem(
                "list.cursor",
                _("This is no position in the list."),
                fix=_("Begin at the first page."),
                where="cursor",
            ) from None
        return cls(value, pk, bool(forward))


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows in order, and whether there are more on either side."""

    rows: list[Any]
    has_next: bool
    has_previous: bool


def page(rows: QuerySet[Any], order: Order, *, at: Position | None, size: int) -> Slice:
    """One page, in at most two queries."""
    if at is None or at.forward:
        found = _after(rows, order, at, size + 1)
        return Slice(found[:size], len(found) > size, at is not None)
    found = _after(rows, order.reversed, at, size + 1)
    return Slice(found[:size][::-1], True, len(found) > size)


def position(row: Any, order: Order, *, forward: bool) -> str:
    """The written position of a row."""
    return Position(getattr(row, order.column), row.pk, forward).written()


def _after(rows: QuerySet[Any], order: Order, at: Position | None, size: int) -> list[Any]:
    if at is None:
        return list(rows.order_by(*order.terms())[:size])
    beyond = Q(pk__lt=at.pk) if order.descending else Q(pk__gt=at.pk)
    empty = Q(**{f"{order.column}__isnull": True})
    plain = Order(order.column, order.descending)
    if at.value is None:
        found = list(rows.filter(empty & beyond).order_by(plain.terms()[1])[:size])
        if order.descending or len(found) == size:
            return found
        return found + list(rows.exclude(empty).order_by(*plain.terms())[: size - len(found)])
    side = "lt" if order.descending else "gt"
    # The range first, so that the index is entered at the right place; then the ties.
    ranged = rows.filter(**{f"{order.column}__{side}e": at.value})
    found = list(ranged.filter(Q(**{f"{order.column}__{side}": at.value}) | beyond).order_by(*plain.terms())[:size])
    if order.nullable and order.descending and len(found) < size:
        found += list(rows.filter(empty).order_by("-pk")[: size - len(found)])
    return found
