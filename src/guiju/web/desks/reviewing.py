"""Numbers of reviews on the desks, each a link to what it counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guiju.access.permissions import Permission as P
from guiju.org import places
from guiju.org.models import Unit
from guiju.review import queries
from guiju.review.leaks import queries as leaks
from guiju.web import place
from guiju.web.review import here

Stat = dict[str, Any]


def stats(request: HttpRequest, unit: Unit) -> list[Stat]:
    """What of reviews waits for the reader, is late, suspended, not met or was done without; nothing without a right."""
    if not place.may(request, P.REVIEW_MATTER_VIEW, unit):
        return []
    company = places.company_of(unit)
    numbers = queries.figures(place.by(request), within=company)
    own = reverse("review-unit", args=[unit.code])
    found = [
        _stat(_("Waiting for me"), numbers.waiting, f"{own}?tab=asked"),
        _stat(pgettext("review", "Under way"), numbers.under_way, f"{own}?tab=open"),
        _stat(_("Past the day"), numbers.late, f"{own}?tab=open&past=opinion", bad=True),
        _stat(_("Suspended by a veto"), numbers.suspended, f"{own}?tab=open&state=suspended", bad=True),
        _stat(_("Conditions past the day"), numbers.conditions_late, f"{own}?tab=decided&past=condition", bad=True),
    ]
    if numbers.stayed:
        found.insert(4, _stat(_("Pass suspended"), numbers.stayed, f"{own}?tab=decided&state=stayed", bad=True))
    return [*found, *_leaks(request, company)] if here.sees_company(request) else found


def _leaks(request: HttpRequest, company: Unit) -> list[Stat]:
    """What the latest look found and nobody has settled; without any look there is no number, not a nought."""
    by = place.by(request)
    url = reverse("review-leaks", args=[company.code])
    held = leaks.runs(by, company).first()
    if held is None:
        return [{"label": _("Leaks to settle"), "value": _("Not looked for yet"), "url": url, "note": "", "tone": ""}]
    return [_stat(_("Leaks to settle"), leaks.open_count(held), url, bad=True)]


def _stat(label: str, count: int, url: str, *, bad: bool = False) -> Stat:
    return {"label": label, "value": f"{count:,}", "url": url, "note": "", "tone": "unmet" if bad and count else ""}


def personal(request: HttpRequest) -> dict[str, Any]:
    """For whoever only brings matters or is asked now and then: what waits, and what he has under way."""
    by = place.by(request)
    new_url = here.new_url(request)
    waiting, brought = queries.own_counts(by)
    if not new_url and not waiting and not brought:
        return {}
    own = reverse("review-mine")
    return {
        "new_url": new_url,
        "stats": [
            _stat(_("Waiting for me"), waiting, f"{own}?tab=asked"),
            _stat(_("Brought by me, under way"), brought, f"{own}?tab=mine_open"),
        ],
    }
