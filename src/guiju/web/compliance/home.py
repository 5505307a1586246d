"""From the menu to the current unit's page of each part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.lib.errors import NotFound
from guiju.web import place

#: Parts of the menu and the pages they lead to.
PARTS = {
    "lists": "compliance-lists",
    "risks": "compliance-risks",
    "checks": "compliance-checks",
    "rectify": "compliance-rectify",
    "hearings": "compliance-hearings",
    "graph": "compliance-graph",
    "policies": "governance-policies",
    "intake": "governance-intakes",
    "reading": "governance-readings",
    "meetings": "governance-meetings",
    "duties": "governance-duties",
    "archive": "governance-archives",
    "reports": "unit-reports",
    "review": "review-unit",
}


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def home(request: HttpRequest, part: str) -> HttpResponse:
    """The page of the current unit, whichever it is."""
    if part not in PARTS:
        raise NotFound(_("There is no such page."))
    return redirect(PARTS[part], place.current_unit(request).code)
