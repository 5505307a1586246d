"""What would be touched if a record changed: what lies within two links, as a drawing and as a list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.policy import needs
from guiju.compliance.graph import queries, shape
from guiju.compliance.graph.queries import Around
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.graph import drawing, here, touching
from guiju.web.compliance.graph.here import VIEW

_SHOWN = touching.MOST


@needs(VIEW)
@require_safe
def impact(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Two steps around the record; what a change is carried on to is told apart from what is only near."""
    entry = here.entry_here(request, code, uid)
    found = queries.around(entry.uid, by=place.by(request), most=_SHOWN)
    reached = touching.carried(found)
    context = {
        "title": _("If this changes: %(title)s") % {"title": entry.title},
        "trail": [
            *here.trail(request, entry.unit),
            {"label": entry.title, "url": links.record(entry.register, entry.uid)},
        ],
        "unit": entry.unit,
        "entry": here.shown(entry),
        "is_cause": entry.register in shape.SUBSTANCE,
        "only_end": entry.register == "process_list",
        "groups": _groups(found, entry, reached),
        "count": len(reached),
        "around": len(found.entries) - 1,
        "drawing": drawing.of(found) if len(found.entries) > 1 else None,
        "is_cut": found.is_cut,
        "most": _SHOWN,
        "working_days": shape.WORKING_DAYS,
        "back_url": f"{links.record(entry.register, entry.uid)}#graph",
    }
    return render(request, "compliance/graph/impact.html", context)


def _groups(found: Around, start: Entry, reached: set[UUID]) -> list[dict[str, Any]]:
    """What the record is joined to, by kind; below each what that is joined to."""
    first = found.reached_from(start.uid)
    return [
        {
            "label": here.kind(register),
            "rows": [
                here.shown(entry, start.unit)
                | {
                    "hit": entry.uid in reached,
                    "below": [
                        here.shown(one, start.unit) | {"hit": one.uid in reached}
                        for one in found.reached_from(entry.uid)
                    ],
                }
                for entry in first
                if entry.register == register
            ],
        }
        for register in shape.in_order(entry.register for entry in first)
    ]
