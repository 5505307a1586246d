"""How it came to this: the recorded days of a roll-up as lines, with a slider over them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs.models import Pack
from guiju.posture import findings, queries
from guiju.posture.levels import Reach
from guiju.posture.models import Status
from guiju.posture.queries import Point
from guiju.web import links, place
from guiju.web.posture import charts, counts, overview, tabs
from guiju.web.templatetags.ui import status_word

P = Permission
#: What the lines show, and what is told of the difference to today.
SHOWN = (Status.MET, Status.PARTLY, Status.UNMET)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A day of a recorded history, with the days around it on which something changed."""

    on: date
    first: date
    last: date
    at: Point | None
    before: date | None
    after: date | None
    points: tuple[Point, ...]

    @property
    def offset(self) -> int:
        """The day on the slider."""
        return (min(max(self.on, self.first), self.last) - self.first).days

    @property
    def length(self) -> int:
        """Days from the first to the last."""
        return (self.last - self.first).days

    @property
    def ticks(self) -> list[tuple[int, str]]:
        """The days on which something changed."""
        return [((point.on - self.first).days, point.on.isoformat()) for point in self.points]

    @property
    def is_today(self) -> bool:
        """The slider stands at its end."""
        return self.on >= self.last


def timeline(points: list[Point], on: date) -> Timeline | None:
    """A day among the recorded ones; None where nothing has been recorded."""
    if not points:
        return None
    days = [point.on for point in points]
    place_ = bisect_right(days, on)
    earlier = place_ - (1 if place_ and days[place_ - 1] == on else 0)
    return Timeline(
        on=on,
        first=days[0],
        last=days[-1],
        at=points[place_ - 1] if place_ else None,
        before=days[earlier - 1] if earlier else None,
        after=days[place_] if place_ < len(days) else None,
        points=tuple(points),
    )


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def past(request: HttpRequest, code: str, urn: str) -> HttpResponse:
    """The page of a document's recorded history; `part` answers with what the slider moves alone."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    document = overview.pack_of(unit, urn)
    context = overview.common(request, unit, document, None)
    is_adopted = findings.adoption_on(unit, document, clock.today()) is not None
    reach: Reach = "all" if request.GET.get("reach") == "all" or not is_adopted else "own"
    if "day" in request.GET and not request.GET.get("part"):
        return redirect(url(unit, document, reach, on=_day(request)))
    context |= box(request, unit, document, reach, on=_day(request)) | {
        "views": tabs.of_document(unit, urn, "posture-past", has_levels=context["has_levels"], is_adopted=is_adopted),
        "reaches": _reaches(unit, document, reach, is_adopted=is_adopted, has_levels=context["has_levels"]),
    }
    part = {"day": "posture/_past_moved.html", "box": "posture/_past.html"}.get(request.GET.get("part", ""))
    return render(request, part or "posture/past.html", context)


def _day(request: HttpRequest) -> date:
    """The day of the address, or of the slider: so many days after the first."""
    offset, since = request.GET.get("day", ""), request.GET.get("since", "")
    if offset.isascii() and offset.isdigit() and len(offset) < 6:
        try:
            return min(date.fromisoformat(since) + timedelta(days=int(offset)), clock.today())
        except (OverflowError, ValueError):
            return clock.today()
    return overview.day_of(request) or clock.today()


def url(unit: Unit, document: Pack, reach: str, *, on: date | None = None, part: str = "") -> str:
    """The address of a day."""
    query = {"reach": reach} | ({"on": on.isoformat()} if on else {}) | ({"part": part} if part else {})
    return f"{reverse('posture-past', args=[unit.code, document.urn])}?{urlencode(query)}"


def box(request: HttpRequest, unit: Unit, document: Pack, reach: Reach, *, on: date) -> dict[str, Any]:
    """Lines, slider and the counts of the day, for a page of its own or within another."""
    points = queries.history(by=place.by(request), unit=unit, pack=document, reach=reach)
    found = timeline(points, on)
    if found is None:
        return {"past": None, "reach": reach}
    return {
        "past": found,
        "reach": reach,
        "chart": charts.lines(found.points, on),
        "past_url": reverse("posture-past", args=[unit.code, document.urn]),
        "before": _move(unit, document, reach, found.before),
        "after": _move(unit, document, reach, found.after),
        "bar": _counts(unit, document, found, reach),
        "changes": _changes(found),
        "findings_url": _findings_url(unit, document, reach, found),
    }


def _move(unit: Unit, document: Pack, reach: Reach, on: date | None) -> dict[str, str]:
    if on is None:
        return {}
    return {
        "url": url(unit, document, reach, on=on),
        "part_url": url(unit, document, reach, on=on, part="box"),
        "day": on.isoformat(),
    }


def _counts(unit: Unit, document: Pack, found: Timeline, reach: Reach) -> dict[str, Any] | None:
    if found.at is None or not found.at.count.units:
        return None
    count = found.at.count
    held = {status.value: number for status, number in count.by_status.items()}
    return {
        "counts": held,
        "percent": count.percent_met,
        "asked": count.applicable,
        "units": count.units,
        "cells": [
            {"code": code, "count": held[code], "word": status_word(code)} for code in counts.CODES if held[code]
        ],
    }


def _changes(found: Timeline) -> list[dict[str, Any]]:
    """What has changed from that day to now."""
    if found.at is None or found.is_today:
        return []
    now = found.points[-1].count
    steps = [(status, now.by_status[status] - found.at.count.by_status[status]) for status in SHOWN]
    return [{"code": status.value, "step": f"{step:+,}".replace("-", "−")} for status, step in steps if step]


def _findings_url(unit: Unit, document: Pack, reach: Reach, found: Timeline) -> str:
    """The findings of that day, requirement by requirement; a group has none of its own."""
    if reach != "own":
        return ""
    return links.posture(unit.code, document.urn, on="" if found.is_today else found.on.isoformat())


def _reaches(unit: Unit, document: Pack, chosen: str, *, is_adopted: bool, has_levels: bool) -> list[dict[str, Any]]:
    if not (is_adopted and has_levels):
        return []
    rows = (("own", _("The unit itself")), ("all", _("All levels")))
    return [{"label": label, "url": url(unit, document, reach), "current": reach == chosen} for reach, label in rows]
