"""Filters of a list: what an address says, and what it means for the rows.

`role=compliance_head&role=...` one of several · `from_on__from=2025-01-01` `from_on__to=` days, periods and numbers
from-to · `external=1` yes or no · `person=UID` · `document__empty=1` nothing there · `_status=serving`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.lib import period
from guiju.lib.errors import Problem
from guiju.registers import values
from guiju.registers.directory import Directory, as_uid
from guiju.registers.spec import Field, RegisterSpec

RANGED = frozenset({"date", "integer", "number", "amount", "period"})
_PARTS = ("from", "to", "empty")
#: Field code -> path of the ORM, empty when it cannot be filtered.
Path = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class FilterState:
    """One filter as a page draws it: what can be chosen, and what is."""

    code: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]
    lower: str = ""
    upper: str = ""

    @property
    def is_set(self) -> bool:
        """Does it narrow the list?"""
        return bool(self.chosen or self.lower or self.upper)


def names(spec: RegisterSpec) -> frozenset[str]:
    """Every key that an address may use."""
    found = {"_status"}
    for item in spec.fields:
        found |= {item.code, f"{item.code}__empty"}
        if item.type in RANGED:
            found |= {f"{item.code}__from", f"{item.code}__to"}
    return frozenset(found)


def condition(spec: RegisterSpec, chosen: Mapping[str, Sequence[str]], path: Path) -> Q:
    """All filters together."""
    q = Q()
    for key, raw in chosen.items():
        wanted = [text for text in raw if text != ""]
        if wanted:
            q &= _one(spec, key, wanted, path)
    return q


def _one(spec: RegisterSpec, key: str, wanted: Sequence[str], path: Path) -> Q:
    if key == "_status":
        return Q(**{f"{path('_status')}__in": wanted}) if path("_status") else Q()
    code, _separator, part = key.partition("__")
    item = spec.field(code)
    column = path(code) if item is not None else ""
    if item is None or not column or part not in {"", *_PARTS}:
        raise Problem(
            "list.filter",
            _("This list cannot be filtered by “%(key)s”.") % {"key": key},
            fix=_("Possible are: %(keys)s.") % {"keys": ", ".join(one.code for one in spec.fields if path(one.code))},
            where=key,
        )
    try:
        if part == "empty":
            return _empty(item, column, wanted[0])
        if part:
            return _bound(item, column, wanted[0], part)
        return _among(item, column, wanted)
    except Problem as problem:
        problem.where = key
        raise


def _empty(item: Field, column: str, flag: str) -> Q:
    column = column.removesuffix("__uid")
    nothing = Q(**{column: ""}) if values.empty_column(item) == "" else Q(**{f"{column}__isnull": True})
    return nothing if flag in {"1", "true", "yes"} else ~nothing


def _bound(item: Field, column: str, written: str, part: str) -> Q:
    """From and to include their ends; a period's end takes in what lies within it."""
    side = "gte" if part == "from" else "lte"
    bound: Any
    if item.type == "date":
        bound = date.fromisoformat(values.parse(_plain(item), written, _NOBODY))
    elif item.type == "period":
        asked = period.parse(written)
        bound = str(asked) if part == "from" else f"{asked}~"
    else:
        bound = Decimal(str(values.parse(_plain(item), written, _NOBODY)))
    return Q(**{f"{column}__{side}": bound})


def _among(item: Field, column: str, wanted: Sequence[str]) -> Q:
    match item.type:
        case "bool":
            return Q(**{column: values.parse(_plain(item), wanted[-1], _NOBODY)})
        case "choice":
            return Q(**{f"{column}__in": [values.parse(item, one, _NOBODY) for one in wanted]})
        case "date":
            days = [date.fromisoformat(values.parse(item, one, _NOBODY)) for one in wanted]
            return Q(**{f"{column}__in": days})
        case "period":
            return _periods(column, wanted)
        case "person" | "department" | "unit" | "entry":
            return Q(**{f"{column}__in": [_uid(one) for one in wanted]})
        case "integer" | "number" | "amount":
            return Q(**{f"{column}__in": [Decimal(str(values.parse(_plain(item), one, _NOBODY))) for one in wanted]})
    return Q(**{f"{column}__in": list(wanted)})


def _periods(column: str, wanted: Sequence[str]) -> Q:
    """2025 finds the year and everything within it."""
    q = Q()
    for one in wanted:
        asked = str(period.parse(one))
        q |= Q(**{f"{column}__startswith": asked}) if len(asked) == 4 else Q(**{column: asked})
    return q


def _uid(written: str) -> str:
    uid = as_uid(written)
    if uid is None:
        raise Problem("list.filter", _("“%(value)s” is no identifier.") % {"value": written[:60]})
    return uid


def _plain(item: Field) -> Field:
    """The field without its limits: a filter may ask for what may not be entered."""
    return item.model_copy(update={"min": None, "max": None, "slot": "" if item.type != "amount" else item.slot})


def states(spec: RegisterSpec, chosen: Mapping[str, Sequence[str]], shown: Sequence[str]) -> list[FilterState]:
    """The filters that a page offers, the status first."""
    found = []
    if spec.states and "_status" not in shown:
        shown = ["_status", *shown]
    for code in shown:
        item = spec.field(code)
        options: tuple[tuple[str, str], ...] = ()
        if code == "_status":
            options = tuple((state.code, state.label()) for state in spec.states)
        elif item is not None and item.type == "choice":
            options = tuple((option.code, option.label()) for option in item.options)
        elif item is not None and item.type == "bool":
            options = (("1", _("Yes")), ("0", _("No")))
        found.append(
            FilterState(
                code=code,
                label=item.label() if item is not None else _("Status"),
                kind=item.type if item is not None else "choice",
                options=options,
                chosen=tuple(chosen.get(code, ())),
                lower=next(iter(chosen.get(f"{code}__from", ())), ""),
                upper=next(iter(chosen.get(f"{code}__to", ())), ""),
            )
        )
    return found


_NOBODY = Directory()
