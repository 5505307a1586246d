"""Pages by keyset: the cursor names the row where the page before ended, so page 5,000 costs what page 1 does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import orjson
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from guiju.api import cursors, wire
from guiju.lib.errors import Problem

M = TypeVar("M", bound=Model)
T = TypeVar("T")

MOST = 200
#: Counting stops here; `count_capped` says so.
COUNTED = 1_000


class Page(Schema, Generic[T]):
    """One page of a list. `next` and `previous` are addresses to follow as they are."""

    items: list[T]
    next: str | None = None
    previous: str | None = None
    count: int
    count_capped: bool = Field(False, description="True when there are more than `count`.")


class PageQuery(Schema):
    """What every list takes."""

    limit: int = Field(50, ge=1, le=MOST, description="Rows on a page.")
    cursor: str = Field("", max_length=600, description="From `next` or `previous`; opaque.")
    sort: str = Field("", max_length=60, description="Field to sort by; with - before it, the other way round.")
    q: str = Field("", max_length=100, description="Words to look for.")


def link(request: HttpRequest, cursor: str | None) -> str | None:
    """The address of a neighbouring page: the same question with another cursor."""
    if not cursor:
        return None
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return f"{request.path}?{asked.urlencode()}"


def count(rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows, counting up to a limit."""
    found = rows.order_by().values("pk")[: COUNTED + 1].count()
    return min(found, COUNTED), found > COUNTED


def page(
    rows: QuerySet[M],
    *,
    request: HttpRequest,
    query: PageQuery,
    sorts: Mapping[str, str],
    default: str,
    show: Callable[[Sequence[M]], list[Any]],
) -> dict[str, Any]:
    """One page. `sorts` maps names to columns without null; ties are broken by id."""
    column, descending = _sort(query.sort or default, sorts)
    mark = query.sort or default
    after, backward = _position(query.cursor, purpose=f"{rows.model._meta.label}.{mark}")
    total, capped = count(rows)
    reverse = descending != backward
    if after is not None:
        rows = rows.filter(_beyond(column, after, reverse=reverse))
    sign = "-" if reverse else ""
    found = list(rows.order_by(f"{sign}{column}", f"{sign}pk")[: query.limit + 1])
    more, found = len(found) > query.limit, found[: query.limit]
    if backward:
        found.reverse()
    has_next, has_previous = (True, more) if backward else (more, after is not None)
    return {
        "items": show(found),
        "next": link(request, _cursor(found[-1], column, mark, backward=False)) if found and has_next else None,
        "previous": link(request, _cursor(found[0], column, mark, backward=True)) if found and has_previous else None,
        "count": total,
        "count_capped": capped,
    }


def _sort(asked: str, sorts: Mapping[str, str]) -> tuple[str, bool]:
    name = asked.removeprefix("-")
    if name not in sorts:
        raise Problem(
            "query.sort",
            _("This list cannot be sorted by “%(name)s”.") % {"name": name},
            fix=_("Choose from: %(names)s.") % {"names": ", ".join(sorts)},
            where="sort",
            status=422,
        )
    return sorts[name], asked.startswith("-")


def _beyond(column: str, after: tuple[Any, int], *, reverse: bool) -> Q:
    value, pk = after
    word = "lt" if reverse else "gt"
    return Q(**{f"{column}__{word}": value}) | Q(**{column: value, f"pk__{word}": pk})


def _cursor(row: Model, column: str, sort: str, *, backward: bool) -> str:
    value: Any = row
    for name in column.split("__"):
        value = getattr(value, name)
    kind = "t" if isinstance(value, datetime) else "d" if isinstance(value, date) else ""
    return cursors.seal(wire.dumps([kind, value, row.pk, backward]).decode(), purpose=f"{row._meta.label}.{sort}")


def _position(cursor: str, *, purpose: str) -> tuple[tuple[Any, int] | None, bool]:
    if not cursor:
        return None, False
    kind, value, pk, backward = orjson.loads(cursors.unseal(cursor, purpose=purpose))
    if kind:
        value = datetime.fromisoformat(value) if kind == "t" else date.fromisoformat(value)
    return (value, pk), backward
