"""Where the pages of a library stand, and what they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.policies import library
from guiju.governance.policies.terms import REGISTER
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.governance.policies import doors

VIEW, CREATE = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_CREATE


@dataclass(frozen=True, slots=True)
class At:
    """One visit: who, whose library, with all levels below or not, and whether he adds records there."""

    by: Actor
    seat: Seat
    below: bool
    writes: bool
    has_levels: bool

    @property
    def unit(self) -> Unit:
        """The company, or the department through whose address somebody came."""
        return self.seat.through or self.seat.company

    @property
    def code(self) -> str:
        """The code that addresses begin with."""
        return self.seat.code

    def url(self, name: str, **query: str) -> str:
        """A page of this library, all levels kept."""
        kept = {**({"below": "1"} if self.below else {}), **query}
        pairs = "&".join(f"{key}={value}" for key, value in kept.items() if value)
        return reverse(name, args=[self.code]) + (f"?{pairs}" if pairs else "")

    def listed(self, register: str, **filters: str) -> str:
        """The list of a register with the rows that this library counts."""
        alone = self.has_levels and not self.below
        query = {f"f.{code}": value for code, value in filters.items()}
        return links.register(register, unit=self.code, below="0" if alone else "", **query)


def enter(request: HttpRequest, code: str) -> At:
    """The library of this address; 404 where nothing of it is seen."""
    by = place.by(request)
    place.open_unit(request, code, VIEW)
    seat = places.seat(by, code)
    has_levels = place.sees_below(request, seat.company) and library.has_levels(seat)
    below = has_levels and request.GET.get("below") == "1"
    return At(by, seat, below, place.may(request, CREATE, seat.company, seat.through), has_levels)


def tabs(at: At, current: str) -> list[dict[str, Any]]:
    """The pages that belong together."""
    pages = [
        ("governance-policies", _("Library")),
        ("governance-policies-plans", _("Yearly plan")),
        ("governance-policies-guidelines", _("Guidelines from findings")),
        ("governance-policies-execution", _("Carrying out")),
        ("governance-policies-statistics", _("Statistics")),
    ]
    found = [{"label": label, "url": at.url(name), "current": name == current, "count": None} for name, label in pages]
    if at.seat.through is None and at.seat.whole:
        stocks = [("governance-intakes", _("Stocktake from files"))] if at.writes else []
        beside = [*stocks, ("governance-readings", _("Read and confirm"))]
        found += [
            {"label": label, "url": reverse(name, args=[at.code]), "current": False, "count": None}
            for name, label in beside
        ]
    return found


def common(at: At, current: str, title: str) -> dict[str, Any]:
    """What every page of the library draws around its own."""
    return {
        "title": title,
        "unit": at.unit,
        "code": at.code,
        "below": at.below,
        "views": tabs(at, current),
        "may": at.writes,
        "levels": _levels(at, current),
        "here": at.url(current),
    }


def _levels(at: At, current: str) -> list[dict[str, Any]]:
    """This firm alone, or with all levels below it."""
    if not at.has_levels:
        return []
    own = reverse(current, args=[at.code])
    return [
        {"label": _("This unit"), "url": own, "current": not at.below},
        {"label": _("All levels"), "url": f"{own}?below=1", "current": at.below},
    ]


def words(code: str, register: str = REGISTER) -> dict[str, str]:
    """The words of a choice by code, in the order in which it offers them."""
    return {option.code: option.label() for option in specs.get(register).by_code[code].options}


def entry_row(row: Entry, *, with_unit: bool = False) -> dict[str, Any]:
    """A policy as these pages list it."""
    return {
        "uid": str(row.uid),
        "title": row.title,
        "number": row.number,
        "url": doors.url(row.unit.code, row.uid),
        "unit": row.unit.label if with_unit else "",
        "department": row.department.label if row.department is not None else "",
        "on": row.on,
        "reviewed_on": row.date_1,
        "level": words("level").get(row.level, ""),
        "business": words("business").get(row.text_4, ""),
    }
