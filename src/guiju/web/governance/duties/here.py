"""Where somebody stands in these pages: the company, or the department whose officer he is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib.errors import NotFound
from guiju.org import places
from guiju.org.models import Person, Unit
from guiju.org.places import Seat
from guiju.web import place


@dataclass(frozen=True, slots=True)
class Here:
    """One visit: who, where, and whether he sees the whole company."""

    by: Actor
    seat: Seat
    writes: bool
    me: Person | None

    @property
    def company(self) -> Unit:
        """Whose organisation it is."""
        return self.seat.company

    @property
    def code(self) -> str:
        """The code that addresses begin with."""
        return self.seat.code

    @property
    def unit(self) -> Unit:
        """The unit that the page names."""
        return self.seat.through or self.seat.company


def here(request: HttpRequest, code: str, *, whole: bool = False) -> Here:
    """404 where nothing is seen; with `whole` also where only a department is."""
    by = place.by(request)
    place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    seat = places.seat(by, code)
    if whole and not seat.whole:
        raise NotFound(
            _("This page is about the whole company."), fix=_("Your own duties and department stand on the first page.")
        )
    me = Person.objects.filter(user=by.user).first() if by.user is not None else None
    return Here(by, seat, seat.whole and place.may(request, P.REGISTER_ENTRY_EDIT, seat.company), me)


def tabs(at: Here, current: str) -> list[dict[str, Any]]:
    """The pages of this part; a department's officer has the first and his own."""
    pages = [
        ("governance-duties", _("Organisation check") if at.seat.whole else _("Department")),
        ("governance-duties-offices", _("Duties")),
        ("governance-duties-results", _("Objectives and appraisal")),
        ("governance-duties-third", _("Third line")),
    ]
    if not at.seat.whole:
        pages = pages[:1]
    found = [
        {"label": label, "url": reverse(name, args=[at.code]), "current": name == current, "count": None}
        for name, label in pages
    ]
    if at.me is not None:
        url = reverse("governance-duties-person", args=[at.code, at.me.uid])
        found.append({"label": _("What I do"), "url": url, "current": current == "me", "count": None})
    return found


def trail(at: Here) -> list[dict[str, str]]:
    """The place above a page of this part."""
    return [{"label": _("Duties and organisation"), "url": reverse("governance-duties", args=[at.code])}]
