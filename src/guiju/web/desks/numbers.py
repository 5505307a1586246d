"""The few numbers of a desk, each a link to what it counts."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.lib import clock
from guiju.org.models import LAST, Unit
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.desks import due
from guiju.web.posture import counts

Stat = dict[str, Any]


def of_stands(unit: Unit, stands: list[counts.Stand]) -> list[Stat]:
    """Met, not met and questions of the unit's own documents together."""
    own = [stand for stand in stands if stand.adoption is not None and stand.own]
    if not own:
        return []
    total = {code: sum(stand.own.get(code, 0) for stand in own) for code in counts.CODES}
    asked = sum(count for code, count in total.items() if code != "na")
    # One document: its page, filtered; several: the page of them all.
    target = links.posture(unit.code, own[0].pack.urn) if len(own) == 1 else reverse("unit-posture", args=[unit.code])
    return [
        {
            "label": _("Met"),
            "value": f"{total['met'] * 100 // asked}%" if asked else _("Nothing asked"),
            "note": _("%(met)d of %(asked)d") % {"met": total["met"], "asked": asked},
            "url": f"{target}?status=met",
            "tone": "met",
        },
        {"label": _("Partly met"), "value": f"{total['partly']:,}", "url": f"{target}?status=partly", "tone": "partly"},
        {"label": _("Not met"), "value": f"{total['unmet']:,}", "url": f"{target}?status=unmet", "tone": "unmet"},
        {
            "label": _("Needs a person"),
            "value": f"{total['person']:,}",
            "url": f"{target}?status=person",
            "tone": "person",
        },
    ]


def of_records(request: HttpRequest, unit: Unit) -> list[Stat]:
    """What is late, and how much was entered this month (with all levels)."""
    late = due.late_counts(request, unit)
    today = clock.today()
    month = datetime.combine(today.replace(day=1), time(), tzinfo=clock.SHANGHAI)
    fresh = Entry.objects.filter(root_id=unit.root_id, created_at__gte=month)
    if unit.depth:
        fresh = fresh.filter(unit__path__gte=unit.path, unit__path__lt=unit.path + LAST)
    return [
        {
            "label": _("Past the deadline"),
            "value": f"{sum(late.values()):,}",
            "url": links.register("rectifications", unit=unit.code),
            "note": _("with all levels"),
        },
        {
            "label": _("Recorded this month"),
            "value": f"{fresh.count():,}",
            "url": links.registers(),
            "note": _("with all levels"),
        },
    ]
