"""补录: how long after the event records were made, month by month, and what was entered on the eve of a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access import scope
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock, dates
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.posture import queries, reading
from guiju.posture.lateness import IN_TIME, LATE, Late
from guiju.posture.queries import Lateness
from guiju.registers import spec as specs
from guiju.registers.actions import happened_on, late_days
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.posture import answers, charts, tabs
from guiju.web.registers import words
from guiju.web.units import page as units

P = Permission
#: Periods to choose from.
MONTHS = (6, 12, 24)
#: Late entries listed, and among how many of the newest they are looked for.
SHOWN, LOOKED_AT = 30, 400
#: Newest records of the whole house among which those of many units are looked for.
RECENT = 50_000
#: Days before the chosen day that count as its eve.
EVE = 14


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def late(request: HttpRequest, code: str) -> HttpResponse:
    """The chart, the registers, the latest late entries, and the share made on the eve of a chosen day."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    by = place.by(request)
    months = int(request.GET["months"]) if request.GET.get("months") in {str(each) for each in MONTHS} else 12
    views = queries.overview(by=by, unit=unit)
    below = answers.has_levels(views) or unit.children.exists()
    all_levels = below and request.GET.get("reach") == "all"
    found = queries.lateness(by=by, unit=unit, months=months, all_levels=all_levels)
    whole = _whole(found)
    may_read = place.may(request, P.REGISTER_ENTRY_VIEW, unit)
    context = {
        "title": _("Late entries"),
        "trail": [*units.above(request, unit)[1:], {"label": unit.label, "url": links.unit(unit.code)}],
        "unit": unit,
        "views": tabs.of_unit(unit, "unit-late", has_levels=answers.has_levels(views)),
        "reaches": _reaches(unit, months, all_levels=all_levels) if below else [],
        "periods": _periods(unit, months, all_levels=all_levels),
        "found": found,
        "whole": whole,
        "chart": charts.columns(found.months),
        "is_today": found.as_of == clock.today(),
        "groups": _groups(found),
        "entries": list(_late_entries(request, unit, all_levels=all_levels)) if may_read else None,
        "looked_at": LOOKED_AT,
        "in_time": IN_TIME,
        "late": LATE,
        "reach": "all" if all_levels else "own",
        "chosen_months": months,
        "today": clock.today(),
        "registers_url": links.registers(),
    }
    context |= _eve(request, unit, all_levels=all_levels)
    return render(request, "posture/late.html", context)


def _whole(found: Lateness) -> Late:
    whole = Late()
    for month in found.months:
        whole.add((month.whole.in_time, month.whole.late, month.whole.long_after))
    return whole


def _groups(found: Lateness) -> list[dict[str, Any]]:
    """The groups of registers over all months, those with the smallest share in time first."""
    rows = []
    for code in found.groups:
        held = Late()
        for month in found.months:
            if code in month.groups:
                each = month.groups[code]
                held.add((each.in_time, each.late, each.long_after))
        rows.append({"label": words.group_label(code), "late": held})
    return sorted(rows, key=lambda row: (row["late"].percent_in_time or 0, -row["late"].total))


def _address(unit: Unit, months: int, *, all_levels: bool) -> str:
    reach = "&reach=all" if all_levels else ""
    return f"{reverse('unit-late', args=[unit.code])}?months={months}{reach}"


def _reaches(unit: Unit, months: int, *, all_levels: bool) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": _address(unit, months, all_levels=every), "current": every == all_levels}
        for every, label in ((False, _("The unit itself")), (True, _("All levels")))
    ]


def _periods(unit: Unit, months: int, *, all_levels: bool) -> list[dict[str, Any]]:
    return [
        {
            "label": _("%(count)d months") % {"count": each},
            "url": _address(unit, each, all_levels=all_levels),
            "current": each == months,
        }
        for each in MONTHS
    ]


def _late_entries(request: HttpRequest, unit: Unit, *, all_levels: bool) -> Iterator[dict[str, Any]]:
    """The newest records that were made more than a few days after the event."""
    by_code = {item.code: item for item in specs.all_specs() if item.is_entry and item.happened}
    rows = scope.restrict(Entry.objects.all(), by=place.by(request), permission=P.REGISTER_ENTRY_VIEW, within=unit)
    newest = _narrowed(rows, unit, all_levels=all_levels).select_related("unit").order_by("-pk")[:LOOKED_AT]
    shown = 0
    for entry in newest:
        item = by_code.get(entry.register)
        days = late_days(item, entry) if item is not None else 0
        if item is None or days <= IN_TIME or shown == SHOWN:
            continue
        shown += 1
        yield {
            "title": entry.title or item.title(),
            "url": links.record(entry.register, entry.uid),
            "register": item.title(),
            "register_url": links.register(entry.register, unit=entry.unit.code),
            "unit": entry.unit.label if entry.unit_id != unit.pk else "",
            "on": happened_on(item, entry),
            "entered_on": clock.day_of(entry.created_at),
            "days": days,
            "is_long": days > LATE,
        }


def _narrowed(rows: QuerySet[Entry], unit: Unit, *, all_levels: bool) -> QuerySet[Entry]:
    """A unit's own records include those of its departments and branches."""
    if not all_levels:
        return rows.filter(unit_id__in=list(reading.Below([unit.pk]).home))
    newest = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
    return rows.filter(pk__gt=newest - RECENT)


def _eve(request: HttpRequest, unit: Unit, *, all_levels: bool) -> dict[str, Any]:
    """The share of records that were made in the last days before a chosen day."""
    before = _before(request.GET.get("before", "").strip())
    if before is None:
        return {"eve": None, "eve_days": EVE, "before": ""}
    found = queries.eve(by=place.by(request), unit=unit, before=before, days=EVE, all_levels=all_levels)
    ranked = sorted(found.groups.items(), key=lambda item: (-item[1][1] / max(item[1][0], 1), -item[1][0]))
    return {
        "eve": found,
        "eve_percent": _share(found.on_eve, found.total),
        "eve_groups": [
            {"label": words.group_label(code), "total": total, "on_eve": each, "percent": _share(each, total)}
            for code, (total, each) in ranked
            if each
        ],
        "eve_days": EVE,
        "before": before,
    }


def _share(part: int, whole: int) -> str:
    """A percentage; what is little is not called nothing."""
    percent = part * 100 // whole if whole else 0
    return f"{percent}%" if percent or not part else "<1%"


def _before(written: str) -> date | None:
    if not written:
        return None
    day = dates.parse(written, where=_("Day"))
    if day > clock.today():
        raise Problem(
            "late.future",
            _("%(day)s has not come yet.") % {"day": dates.chinese(day)},
            fix=_("Choose today or an earlier day."),
            where=_("Day"),
        )
    return day
