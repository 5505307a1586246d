"""The readings of a unit: those it gave out, those from above that ask its people, and what is worth giving out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.policy import needs
from guiju.governance.enums import ReadingState
from guiju.governance.models import Reading
from guiju.governance.reading import audience, queries
from guiju.governance.reading.queries import Offer
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.web import place
from guiju.web.governance.reading import here

SIZE = 50


@needs(here.VIEW)
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """The latest first."""
    unit = here.unit_of(request, code)
    may = place.may(request, here.ISSUE, unit) and unit.is_legal_entity
    start = _start(request)
    found = list(queries.of_unit(unit)[start : start + SIZE + 1])
    new_url = reverse("governance-readings-new", args=[unit.code])
    context = {
        "title": _("Read and confirm"),
        "trail": here.trail(unit)[:2],
        "unit": unit,
        "rows": [_row(one, unit) for one in found[:SIZE]],
        "offers": [_offer(one, new_url) for one in queries.offers(unit)] if may else [],
        "new_url": new_url if may else "",
        "prev_url": f"?from={max(start - SIZE, 0)}" if start else "",
        "next_url": f"?from={start + SIZE}" if len(found) > SIZE else "",
    }
    return render(request, "governance/reading/overview.html", context)


def _start(request: HttpRequest) -> int:
    written = request.GET.get("from", "")
    return int(written) // SIZE * SIZE if written.isdecimal() and len(written) < 7 else 0


def _row(row: Reading, unit: Unit) -> dict[str, Any]:
    late = row.state != ReadingState.CLOSED and row.due_on < clock.today() and row.confirmed_count < row.person_count
    return {
        "row": row,
        "url": here.address(row, code=unit.code),
        "above": row.unit.label if row.unit_id != unit.pk else "",
        "audience": audience.labels().get(str(row.audience.get("kind")), ""),
        "word": ReadingState(row.state).label,
        "tone": here.TONES[row.state],
        "is_late": late,
        "percent": row.confirmed_count * 100 // row.person_count if row.person_count else 0,
        "counted": row.unit_id == unit.pk,
    }


def _offer(one: Offer, new_url: str) -> dict[str, Any]:
    before = one.before.policy_version
    assert before is not None
    return {
        "title": one.version.title,
        "number": one.version.number,
        "on": one.version.in_force_on,
        "before": before.number,
        "url": f"{new_url}?policy={one.version.policy}&compared={before.number}",
    }
