"""Why a row is entered: the requirement whose button led to the form, shown beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from guiju.access.permissions import Permission
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.posture import queries
from guiju.web import links, place
from guiju.web.posture import counts, rows


def of(request: HttpRequest, unit: Unit) -> dict[str, Any] | None:
    """What the document asks and what is missing; None without a requirement, or where it cannot be read."""
    urn, _slash, code = request.GET.get(links.PROVES, "").partition("/")
    if not code or not place.may(request, Permission.POSTURE_FINDING_VIEW, unit):
        return None
    try:
        pack = catalogue.current(urn)
        found = queries.requirement(by=place.by(request), unit=unit, pack=pack, code=code)
    except Problem:  # an address typed by hand: the form works without it
        return None
    asked = next((row for row in catalogue.requirements(pack) if row.code == code), None)
    if found is None or asked is None:
        return None
    return {
        "document": counts.title(pack),
        "plain": rows.plain(asked),
        "official": asked.official,
        "is_gist": asked.is_gist,
        "source": asked.source,
        "status": found.status.value,
        "missing": found.missing,
        "url": links.finding(unit.code, pack.urn, code),
    }
