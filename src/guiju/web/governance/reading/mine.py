"""What somebody is asked to read, and what he has confirmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.enums import ReceiptState
from guiju.governance.models import Receipt
from guiju.governance.reading import listing, queries
from guiju.lib import clock
from guiju.web import place
from guiju.web.governance.reading import here

_SHOWN = 100


@needs(P.GOVERNANCE_READING_CONFIRM)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The list, for whatever role."""
    return page(request)


def page(request: HttpRequest) -> HttpResponse:
    """What waits, the nearest day first; below it what was confirmed."""
    return render(request, "governance/reading/mine.html", {"title": _("To be read"), **shown(request)})


def shown(request: HttpRequest) -> dict[str, Any]:
    """What waits to be read and what was confirmed, for this page and the desk of an employee."""
    by = place.by(request)
    return {
        "waiting": [_line(one) for one in queries.mine(by)[:_SHOWN]],
        "done": [_done(one) for one in queries.confirmed(by)[:_SHOWN]],
        "nobody": queries.person_of(by) is None,
    }


def _line(one: Receipt) -> dict[str, Any]:
    row = one.reading
    until = one.due_on or row.due_on
    return {
        "title": row.title,
        "url": reverse("reading-one", args=[row.uid]),
        "unit": row.unit.name,
        "until": until,
        "word": left(one),
        "tone": "unmet" if until < clock.today() else "partly",
        "begun": one.reached > 0,
        "changed": row.compared_id is not None,
        "reminded": row.reminded_on,
    }


def left(one: Receipt) -> str:
    """How many days are left, or how late it is."""
    days = ((one.due_on or one.reading.due_on) - clock.today()).days
    if days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}
    if days == 0:
        return _("Due today")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def _done(one: Receipt) -> dict[str, Any]:
    return {
        "title": one.reading.title,
        "url": reverse("reading-one", args=[one.reading.uid]),
        "at": one.confirmed_at,
        "way": listing.way(one.way),
    }


@needs(P.GOVERNANCE_READING_CONFIRM)
@require_safe
def go(request: HttpRequest, uid: UUID) -> HttpResponse:
    """From a notice to the text, for whoever is asked; to the figures for whoever sees it through."""
    by = place.by(request)
    asked = Receipt.objects.filter(reading__uid=uid, person__user=by.user, state=ReceiptState.PENDING).exists()
    if asked or not place.may(request, P.REGISTER_ENTRY_VIEW):
        return redirect("reading-one", uid=uid)
    return redirect(here.address(queries.find(by, uid)))
