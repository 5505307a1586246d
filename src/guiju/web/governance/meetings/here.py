"""Where somebody stands in these pages: the company, or the department whose officer he is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.posture import adopted
from guiju.posture.models import TestInstance
from guiju.registers.models import Entry
from guiju.web import place

VIEW, EDIT = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT
_STRICTEST = ("month", "quarter", "half", "year")


@dataclass(frozen=True, slots=True)
class Here:
    """One visit: who, where, and whether he keeps the company's records."""

    by: Actor
    seat: Seat
    writes: bool

    @property
    def company(self) -> Unit:
        """Whose bodies and meetings these are."""
        return self.seat.company

    @property
    def code(self) -> str:
        """The code that addresses begin with."""
        return self.seat.code


def here(request: HttpRequest, code: str, *, writing: bool = False) -> Here:
    """404 where nothing is seen; with `writing` also where the company's own records are not kept by this account."""
    by = place.by(request)
    place.open_unit(request, code, VIEW)
    seat = places.seat(by, code)
    if writing:
        check.require(by, EDIT, seat.company)
    writes = seat.whole and place.may(request, EDIT, seat.company)
    return Here(by, seat, writes)


def own(at: Here, entry: Entry) -> Entry:
    """A record of this company, or 404: an address of another company does not show it."""
    if at.company.pk != entry.unit_id and at.company.path != entry.unit.path[: len(at.company.path)]:
        raise NotFound(_("There is no such record here."), fix=_("Open it from the list."))
    if entry.unit_id != at.company.pk and places.company_of(entry.unit).pk != at.company.pk:
        raise NotFound(_("There is no such record here."), fix=_("Open it from the list."))
    return entry


def year_of(request: HttpRequest) -> int:
    """The year asked for; this year where none or nonsense is."""
    written = request.GET.get("year", "")
    year = int(written) if written.isdecimal() and len(written) == 4 else clock.today().year
    return year if 2000 <= year <= clock.today().year + 1 else clock.today().year


def years(year: int, url: str) -> list[dict[str, Any]]:
    """This year and the ones beside it, as links."""
    last = clock.today().year
    shown = sorted({last, last - 1, last - 2, year})
    return [{"label": str(one), "url": f"{url}?year={one}", "current": one == year} for one in shown]


def asked_cycle(company: Unit) -> str:
    """How often the documents that the company answers to want its leading body to meet; empty where none says."""
    held = adopted.of([company.pk], clock.today()).get(company.pk)
    if held is None or not held.live:
        return ""
    tests = TestInstance.objects.filter(test="body.meets", requirements__requirement__pack_id__in=list(held.live))
    found = {
        str(params.get("every") or "")
        for params in tests.values_list("params", flat=True).distinct()
        # The quarterly hearing of the principal has its own page.
        if set(params.get("topics") or ()) != {"quarterly_hearing"} and not params.get("chairs")
    }
    return next((one for one in _STRICTEST if one in found), "")


def tabs(at: Here, current: str) -> list[dict[str, Any]]:
    """The pages of this part."""
    pages = [
        ("governance-meetings", _("Meetings")),
        ("governance-meetings-bodies", _("Bodies")),
        ("governance-meetings-opinions", _("Opinions before decisions")),
        ("governance-meetings-matters", _("Shared matters")),
        ("governance-meetings-reports", _("Reports of own accord")),
    ]
    if not at.seat.whole:
        pages = [page for page in pages if page[0] in {"governance-meetings", "governance-meetings-matters"}]
    return [
        {"label": label, "url": reverse(name, args=[at.code]), "current": name == current, "count": None}
        for name, label in pages
    ]


def trail(at: Here) -> list[dict[str, str]]:
    """The place above a page of this part."""
    return [{"label": _("Bodies and meetings"), "url": reverse("governance-meetings", args=[at.code])}]


def is_late(day: date | None) -> bool:
    """Has the day passed?"""
    return day is not None and day < clock.today()
