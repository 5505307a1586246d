"""Who stands before which lists: the seat behind an address, and the words that these pages share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from guiju.access.permissions import Permission as P
from guiju.compliance.enums import ListKind
from guiju.compliance.lists.comparing import Drift
from guiju.lib.errors import NotFound
from guiju.org import places
from guiju.org.models import Unit
from guiju.org.places import Seat
from guiju.registers import ownlayouts
from guiju.registers import spec as specs
from guiju.registers.ownlayouts import Wording
from guiju.web import place

#: What the next step of a list is called.
STEPS: dict[str, Promise] = {
    "draft": _l("Begin a version"),
    "submit": _l("Submit for approval"),
    "approve": _l("Approve or send back"),
    "enforce": _l("Put in force"),
    "compare": _l("See the changes"),
}


def enter(request: HttpRequest, code: str) -> Seat:
    """The company and departments behind an address; 404 where this person sees no lists."""
    seat = places.seat(place.by(request), code)
    unit = seat.through or seat.company
    if place.may(request, P.ORG_UNIT_VIEW, unit):
        place.enter(request, unit)
    return seat


def kind_of(written: str) -> ListKind:
    """One of the three lists."""
    if written not in ListKind.values:
        raise NotFound(_("There is no such list."), fix=_("Choose one of the three lists."))
    return ListKind(written)


def titles(unit: Unit) -> dict[str, str]:
    """What the three lists are called here, by kind: one query."""
    found = ownlayouts.wordings(unit, [kind.register for kind in ListKind])
    return {kind.value: _title(found[kind.register], kind) for kind in ListKind}


def _title(wording: Wording, kind: ListKind) -> str:
    return wording.title or specs.get(kind.register).title()


def name_of(seat: Seat, department: Unit | None) -> str:
    """Whose list it is."""
    return department.label if department is not None else seat.company.label


def list_url(seat: Seat, kind: ListKind, department: Unit | None) -> str:
    """The page of one list."""
    query = f"?department={department.code}" if department is not None else ""
    return reverse("compliance-list", args=[seat.code, kind.value]) + query


def version_url(seat: Seat, uid: object, **query: str) -> str:
    """The page of a version."""
    found = reverse("compliance-lists-version", args=[seat.code, uid])
    return found + "".join(f"?{key}={value}" for key, value in query.items())


def drift_words(drift: Drift | None) -> str:
    """How far a list has moved on from its version in force."""
    if drift is None or not drift.count:
        return ""
    found = ngettext("%(n)d change not approved yet", "%(n)d changes not approved yet", drift.count)
    return found % {"n": drift.count}


def trail(seat: Seat, *more: dict[str, str]) -> list[dict[str, str]]:
    """The places above a page."""
    return [{"label": _("Three lists"), "url": reverse("compliance-lists", args=[seat.code])}, *more]


def tabs(seat: Seat, current: str, *, settings: bool, levels: bool) -> list[dict[str, Any]]:
    """The pages that belong together."""
    found = [("compliance-lists", _("Departments"))]
    if levels:
        found.append(("compliance-lists-levels", _("All levels")))
    found.append(("compliance-graph", _("Links")))
    if settings:
        found.append(("compliance-lists-settings", _("Names and columns")))
    return [
        {"label": label, "url": reverse(name, args=[seat.code]), "current": name == current} for name, label in found
    ]
