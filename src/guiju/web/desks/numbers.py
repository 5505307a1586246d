"""The few numbers of a desk, each a link to what it counts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.lib import clock
from guiju.org.models import LAST, Unit
from guiju.registers import spec as registers
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.desks import due
from guiju.web.posture import counts
from guiju.web.templatetags.ui import status_word

Stat = dict[str, Any]
_RECTIFICATIONS = "rectifications"


def of_stands(unit: Unit, stands: list[counts.Stand]) -> list[Stat]:
    """Met, not met and questions: of the unit's own documents, or of all levels where it answers to none itself."""
    own = [stand for stand in stands if stand.adoption is not None and stand.own]
    held = [stand.own for stand in own] or [stand.below for stand in stands if stand.has_levels]
    if not held:
        return []
    total = {code: sum(found.get(code, 0) for found in held) for code in counts.CODES}
    asked = counts.asked(total)
    return [
        {
            "label": _("Met"),
            "value": f"{total['met'] * 100 // asked}%" if asked else _("Nothing asked"),
            "note": _("%(met)s of %(asked)s") % {"met": f"{total['met']:,}", "asked": f"{asked:,}"},
            "url": _target(unit, stands, "met"),
            "tone": "met",
        },
        *(
            {
                "label": status_word(code),
                "value": f"{total[code]:,}",
                "note": "" if own else _("with all levels"),
                "url": _target(unit, stands, code),
                "tone": code,
            }
            for code in ("partly", "unmet", "person")
        ),
    ]


def _target(unit: Unit, stands: list[counts.Stand], code: str) -> str:
    """One document: its page, filtered; several: the page of them all."""
    own, below = counts.parted(stands)
    counted = own or below
    if len(counted) != 1:
        return reverse("unit-posture", args=[unit.code])
    if own:
        return links.posture(unit.code, own[0].pack.urn, status=code)
    return reverse("posture-levels", args=[unit.code, below[0].pack.urn]) + f"?show={code}#most"


def still_open(unit: Unit, stands: list[counts.Stand]) -> dict[str, Any]:
    """How many requirements of the unit itself are not or only partly met, and where they stand."""
    own = [stand for stand in stands if stand.adoption is not None]
    count = sum(stand.own.get("unmet", 0) + stand.own.get("partly", 0) for stand in own)
    url = links.posture(unit.code, own[0].pack.urn) if len(own) == 1 else reverse("unit-posture", args=[unit.code])
    return {"count": count, "url": url}


def _late_url(unit: Unit) -> str:
    """The rectifications that wait and are past their deadline, the oldest first."""
    spec = due.registers_with_deadlines()[_RECTIFICATIONS]
    field = spec.by_slot["due_on"].code
    late = {f"f.{field}__to": (clock.today() - timedelta(days=1)).isoformat(), "f._status": due.open_states(spec)}
    return links.register(spec.code, unit=unit.code, sort=field, **late)


def of_records(request: HttpRequest, unit: Unit) -> list[Stat]:
    """What is late, and how much was entered this month (with all levels)."""
    late = due.late_counts(request, unit)
    here = late.get(_RECTIFICATIONS, 0)
    others = sum(late.values()) - here
    today = clock.today()
    month = datetime.combine(today.replace(day=1), time(), tzinfo=clock.SHANGHAI)
    # What was entered this month was also recorded then: the registers and this second date lead to an index.
    fresh = Entry.objects.filter(
        register__in=[item.code for item in registers.all_specs() if item.is_entry],
        root_id=unit.root_id,
        created_at__gte=month,
        recorded_at__gte=month,
    )
    if unit.depth:
        fresh = fresh.filter(unit__path__gte=unit.path, unit__path__lt=unit.path + LAST)
    return [
        {
            "label": _("Rectifications past the deadline"),
            "value": f"{here:,}",
            "url": _late_url(unit),
            "note": _("with all levels; in other registers %(count)s") % {"count": f"{others:,}"}
            if others
            else _("with all levels"),
        },
        {
            "label": _("Recorded this month"),
            "value": f"{fresh.count():,}",
            "url": links.registers(),
            "note": _("with all levels"),
        },
    ]
