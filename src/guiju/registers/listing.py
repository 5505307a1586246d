"""A page of a list: search, filter, sort, position; a fixed number of queries whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import filters, keyset
from guiju.registers.directory import Directory
from guiju.registers.records import Record
from guiju.registers.rows import load_all_names
from guiju.registers.spec import RegisterSpec
from guiju.registers.store import Store

COUNTED = 1_000
DEFAULT_SIZE, LEAST, MOST = 50, 10, 200
_TOTALLED = frozenset({"amount", "integer"})


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What somebody wants to see of a list."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: Unit | None = None
    #: Only what belongs to `within` itself, its departments and branches included; nothing of companies below.
    alone: bool = False
    #: Only these rows, when some were picked out.
    only: tuple[str, ...] = ()
    sort: str = ""
    cursor: str = ""
    size: int = DEFAULT_SIZE
    columns: tuple[str, ...] = ()

    @classmethod
    def from_params(
        cls, spec: RegisterSpec, params: Any, *, within: Unit | None = None, strict: bool = False
    ) -> ListQuery:
        """From an address (`q`, `sort`, `cursor`, `size`, `columns`, filters); `strict` refuses unknown keys."""
        known = filters.names(spec)
        own = {"q", "sort", "cursor", "size", "columns", "unit"}
        chosen = {key: tuple(_all(params, key)) for key in params if key in known}
        unknown = [key for key in params if key not in known | own]
        if strict and unknown:
            raise Problem(
                "list.filter",
                _("This list cannot be filtered by “%(key)s”.") % {"key": unknown[0]},
                fix=_("Possible are: %(keys)s.") % {"keys": ", ".join(sorted(known))},
                where=unknown[0],
            )
        return cls(
            text=params.get("q", "").strip(),
            filters={key: texts for key, texts in chosen.items() if any(texts)},
            within=within,
            sort=params.get("sort", ""),
            cursor=params.get("cursor", ""),
            size=_size(params.get("size", "")),
            columns=tuple(name for name in params.get("columns", "").split(",") if name),
        )

    def address(self, **changed: Any) -> str:
        """The same query as the end of an address, with changes; a change of anything begins at the first page."""
        new = replace(self, **{"cursor": "", **changed})
        pairs: list[tuple[str, str]] = [("q", new.text)] if new.text else []
        pairs += [(key, text) for key, texts in new.filters.items() for text in texts]
        pairs += [("unit", new.within.code)] if new.within else []
        pairs += [("sort", new.sort)] if new.sort else []
        pairs += [("size", str(new.size))] if new.size != DEFAULT_SIZE else []
        pairs += [("columns", ",".join(new.columns))] if new.columns else []
        pairs += [("cursor", new.cursor)] if new.cursor else []
        return urlencode(pairs)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column of a page."""

    code: str
    label: str
    kind: str
    sort: str = ""
    sorted: str = ""

    @property
    def is_number(self) -> bool:
        """Set to the right."""
        return self.kind in {"integer", "number", "amount"}


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page with all that its template or the API needs."""

    spec: RegisterSpec
    query: ListQuery
    rows: list[Record]
    columns: list[ListColumn]
    filters: list[filters.FilterState]
    count: int
    is_capped: bool
    totals: Mapping[str, Decimal | int]
    next: str
    previous: str
    sort: str
    #: The names of those whom the rows point to.
    known: Directory

    @property
    def count_text(self) -> str:
        """`1000+` when there are more than are counted."""
        return f"{COUNTED}+" if self.is_capped else str(self.count)


def listing(by: Actor, store: Store, query: ListQuery) -> ListPage:
    """The page that the query asks for, of what this actor may see."""
    spec = store.spec
    sort = query.sort or spec.list.sort
    order = order_of(store, sort)
    shown = _columns(store, query, sort)
    rows, counted = reached(by, store, query, shown)
    found = keyset.page(
        store.joined(rows, [column.code for column in shown]),
        order,
        at=keyset.Position.read(query.cursor, rows, order) if query.cursor else None,
        size=min(max(query.size, LEAST), MOST),
    )
    known = Directory(by=by)
    records = [store.record(row, known) for row in found.rows]
    load_labels(spec, records, known, {column.code for column in shown})
    return ListPage(
        spec=spec,
        query=query,
        rows=records,
        columns=shown,
        filters=filters.states(spec, query.filters, spec.list.filters),
        count=counted.count,
        is_capped=counted.is_capped,
        totals=counted.totals,
        next=keyset.position(found.rows[-1], order, forward=True) if found.has_next and found.rows else "",
        previous=keyset.position(found.rows[0], order, forward=False) if found.has_previous and found.rows else "",
        sort=sort,
        known=known,
    )


def narrowed(by: Actor, store: Store, query: ListQuery, *, sparse: bool | None = None) -> QuerySet[Any]:
    """All rows of the query, in no order."""
    rows = store.rows(by, within=query.within, sparse=sparse)
    if query.alone and query.within is not None:
        rows = rows.filter(own(query.within))
    if query.only:
        rows = rows.filter(uid__in=query.only)
    if query.text:
        rows = store.search(rows, query.text)
    q = filters.condition(store.spec, query.filters, store.path)
    return rows.filter(q) if q else rows


def reached(
    by: Actor, store: Store, query: ListQuery, shown: Sequence[ListColumn] = ()
) -> tuple[QuerySet[Any], Counted]:
    """All rows of the query in the way that suits their number, and that number up to a cap."""
    counted = _counted(narrowed(by, store, query, sparse=True), store, shown)
    # Few rows are fetched by id and sorted; many are met soon on the way along the index of the order (ADR 0002).
    if counted.is_capped:
        return narrowed(by, store, query, sparse=False), counted
    return store.model._default_manager.filter(pk__in=counted.pks), counted


def order_of(store: Store, sort: str) -> keyset.Order:
    """A sort such as `-from_on` as a column that has an index."""
    name = sort.removeprefix("-")
    column = store.sort_column(name) if name else "pk"
    if not column:
        possible = [item.code for item in store.spec.fields if store.sort_column(item.code)]
        raise Problem(
            "list.sort",
            _("This list cannot be sorted by “%(name)s”.") % {"name": name},
            fix=_("Possible are: %(names)s.") % {"names": ", ".join(possible)},
            where="sort",
        )
    if column == "pk":
        return keyset.Order("id", sort.startswith("-"))
    nullable = bool(store.model._meta.get_field(column).null)
    return keyset.Order(column, sort.startswith("-"), nullable)


def load_labels(spec: RegisterSpec, records: Iterable[Record], known: Directory, shown: set[str]) -> None:
    """Names of people, units and records that the shown columns point to: one query per kind."""
    held = ({code: value for code, value in record.values.items() if code in shown} for record in records)
    load_all_names(spec, held, known)


def _columns(store: Store, query: ListQuery, sort: str) -> list[ListColumn]:
    spec = store.spec
    found = []
    for name in query.columns or spec.list.columns:
        item = spec.field(name)
        if item is None and not name.startswith("_"):
            continue  # a column of a saved view that the register no longer has
        sorted_by = "" if sort.removeprefix("-") != name else "down" if sort.startswith("-") else "up"
        can_sort = bool(store.sort_column(name))
        found.append(
            ListColumn(
                code=name,
                label=item.label() if item is not None else pseudo_label(name),
                kind=item.type if item is not None else "pseudo",
                sort=("-" + name if sorted_by == "up" else name) if can_sort else "",
                sorted=sorted_by,
            )
        )
    return found


def pseudo_label(name: str) -> str:
    """The heading of a column that every register has."""
    return {
        "_unit": _("Unit"),
        "_status": _("Status"),
        "_recorded_at": _("Recorded at"),
        "_created_at": _("Entered at"),
        "_file_count": _("Files"),
        "_late": _("Late entry"),
        "_title": _("Title"),
        "_uid": _("Identifier"),
        "_owner": _("Responsible"),
        "_number": _("Number"),
    }.get(name, name)


@dataclass(frozen=True, slots=True)
class Counted:
    """The ids of the first thousand rows, and sums when that was all of them."""

    pks: list[int]
    is_capped: bool
    totals: Mapping[str, Decimal | int]

    @property
    def count(self) -> int:
        """How many, counted up to a cap."""
        return min(len(self.pks), COUNTED)


def _counted(rows: QuerySet[Any], store: Store, shown: Sequence[ListColumn]) -> Counted:
    """How many, up to a cap, and sums of what was counted completely: one query."""
    summed = {column.code: store.path(column.code) for column in shown if column.kind in _TOTALLED}
    summed = {code: path for code, path in summed.items() if path}
    found = list(rows.order_by().values_list("pk", *summed.values())[: COUNTED + 1])
    pks = [row[0] for row in found]
    if len(pks) > COUNTED:
        return Counted(pks, is_capped=True, totals={})
    totals = {code: sum(row[at] for row in found if row[at] is not None) for at, code in enumerate(summed, start=1)}
    return Counted(pks, is_capped=False, totals=totals)


def _size(written: str) -> int:
    return min(max(int(written), LEAST), MOST) if written.isdecimal() and len(written) < 10 else DEFAULT_SIZE


def _all(params: Any, key: str) -> list[str]:
    if hasattr(params, "getlist"):
        return [str(text) for text in params.getlist(key)]
    found = params[key]
    return [str(text) for text in found] if isinstance(found, list | tuple) else [str(found)]
