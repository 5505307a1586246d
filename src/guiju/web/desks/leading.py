"""For those who lead: what is red, why, who is late, and how each subsidiary stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.posture import findings, queries
from guiju.posture.evidence.terms import listed
from guiju.posture.models import Status
from guiju.posture.queries import Count
from guiju.web import links, phrases, place
from guiju.web.desks import due
from guiju.web.posture import counts, rows
from guiju.workflow import queries as tasks
from guiju.workflow.models import TaskStatus

#: Requirements told on the first screen.
RED = 5
#: People who are late, and the late tasks looked at for them.
LATE = 5
LATE_TASKS = 100


def line(request: HttpRequest, unit: Unit, stand: counts.Stand) -> dict[str, Any]:
    """One document: how it stands at all levels, what is red and why, and the subsidiaries."""
    by = place.by(request)
    levels = reverse("posture-levels", args=[unit.code, stand.pack.urn])
    own = links.posture(unit.code, stand.pack.urn)
    shown = stand.below if stand.has_levels else stand.own
    asked = counts.asked(shown)
    return {
        "title": counts.title(stand.pack),
        "is_own": stand.adoption is not None,
        "units": stand.units,
        "has_levels": stand.has_levels,
        "percent": shown.get("met", 0) * 100 // asked if asked else None,
        "met": shown.get("met", 0),
        "asked": asked,
        "counts": shown,
        "strip": counts.strip(
            shown, levels if stand.has_levels else own, named="show" if stand.has_levels else "status"
        ),
        "red": _red_below(by, unit, stand) if stand.has_levels else _red_own(unit, stand),
        "children": _children(by, unit, stand) if stand.has_levels else [],
        "url": levels if stand.has_levels else own,
    }


def _red_below(by: Any, unit: Unit, stand: counts.Stand) -> list[dict[str, Any]]:
    """The requirements that most units have not met."""
    held = queries.requirement_counts(by=by, unit=unit, pack=stand.pack)
    found = [
        (row, held[row.code])
        for row in catalogue.requirements(stand.pack)
        if row.code in held and held[row.code].by_status[Status.UNMET]
    ]
    found.sort(key=lambda pair: (-pair[1].by_status[Status.UNMET], phrases.force_rank(pair[0].force), pair[0].order))
    codes = [row.code for row, _count in found[:RED]]
    own = findings.findings(unit, stand.pack, codes=codes) if stand.adoption else None
    why = {item.code: item.missing for item in own or []}
    return [
        {
            "title": rows.plain(row),
            "why": why.get(row.code, ""),
            "units": count.by_status[Status.UNMET],
            "of": count.units,
            "url": reverse("posture-units", args=[unit.code, stand.pack.urn, row.code]),
        }
        for row, count in found[:RED]
    ]


def _red_own(unit: Unit, stand: counts.Stand) -> list[dict[str, Any]]:
    """The unit's own requirements that are not met, with what is missing."""
    told = {item.code: item for item in findings.findings(unit, stand.pack) or [] if item.status == Status.UNMET}
    found = [row for row in catalogue.requirements(stand.pack) if row.code in told]
    found.sort(key=lambda row: (phrases.force_rank(row.force), row.order))
    return [
        {
            "title": rows.plain(row),
            "why": told[row.code].missing,
            "url": links.finding(unit.code, stand.pack.urn, row.code),
        }
        for row in found[:RED]
    ]


def _children(by: Any, unit: Unit, stand: counts.Stand) -> list[dict[str, Any]]:
    """The unit itself and its subsidiaries with all below them, the worst first."""
    found = []
    for row in queries.tree(by=by, unit=unit, pack=stand.pack):
        is_self = row.unit.pk == unit.pk
        count = row.own if is_self else row.all_levels
        if count is None:
            continue
        found.append(_child(row.unit, count, stand, is_self=is_self))
    return sorted(found, key=lambda item: (item["percent"] is None, item["percent"] or 0))


def _child(unit: Unit, count: Count, stand: counts.Stand, *, is_self: bool) -> dict[str, Any]:
    held = {status.value: number for status, number in count.by_status.items()}
    several = count.units > 1 and not is_self
    url = (
        reverse("posture-levels", args=[unit.code, stand.pack.urn])
        if several
        else links.posture(unit.code, stand.pack.urn)
    )
    return {
        "name": unit.name,
        "is_self": is_self,
        "units": count.units,
        "percent": count.percent_met,
        "counts": held,
        "unmet": held["unmet"],
        "person": held["person"],
        "url": url,
    }


def late(request: HttpRequest, unit: Unit) -> list[dict[str, Any]]:
    """Who is late, with what since when."""
    today = clock.today()
    held: dict[tuple[str, str], tuple[int, date]] = {
        (name, place_): (count, first) for name, place_, count, first in due.late_by_person(request, unit, limit=LATE)
    }
    for key, day in _late_tasks(request, unit):
        count, first = held.get(key, (0, day))
        held[key] = (count + 1, min(first, day))
    ranked = sorted(held.items(), key=lambda pair: (pair[1][1], -pair[1][0]))
    return [
        {"name": name, "unit": place_, "count": count, "since": first, "days": (today - first).days}
        for (name, place_), (count, first) in ranked[:LATE]
    ]


def _late_tasks(request: HttpRequest, unit: Unit) -> list[tuple[tuple[str, str], date]]:
    """Tasks past their deadline, the oldest first: whose, where, since when."""
    by = place.by(request)
    found = tasks.visible(by=by, within=unit).filter(status=TaskStatus.OPEN, due_on__lt=clock.today())
    lines = tasks.lines(list(found[:LATE_TASKS]), by=by)
    return [((listed(line.owners) if line.owners else "", line.task.unit.label), line.task.due_on) for line in lines]
