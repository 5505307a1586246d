"""One record, all documents: which registers serve which requirements, and what rests on one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.org.models import Unit
from guiju.packs.models import Pack
from guiju.posture import queries
from guiju.posture.crosswalk import CrossRow
from guiju.posture.models import Status
from guiju.posture.queries import Crosswalk
from guiju.web import links, place
from guiju.web.posture import answers, counts, rows, tabs
from guiju.web.units import page as units

P = Permission


@dataclass(frozen=True, slots=True)
class Cell:
    """How many requirements of a document rest on a register."""

    count: int
    met: int

    @property
    def others(self) -> int:
        """Those that are not met."""
        return self.count - self.met


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def crosswalk(request: HttpRequest, code: str) -> HttpResponse:
    """Registers against documents; `register` opens one, alone when `part` asks for the opened row."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    found = queries.crosswalk(by=place.by(request), unit=unit)
    chosen = request.GET.get("register", "")
    opened = _opened(unit, found, chosen) if any(each.register == chosen for each in found.registers) else None
    context: dict[str, Any] = {"unit": unit, "opened": opened, "wide": len(found.packs) + 2}
    if request.GET.get("part") == "row" and opened:
        return render(request, "posture/_crossed.html", context)
    context |= {
        "title": _("One record, all documents"),
        "trail": [*units.above(request, unit)[1:], {"label": unit.label, "url": links.unit(unit.code)}],
        "views": tabs.of_unit(
            unit,
            "unit-crosswalk",
            has_levels=answers.has_levels(queries.overview(by=place.by(request), unit=unit)),
        ),
        "packs": [{"title": counts.title(pack), "url": links.posture(unit.code, pack.urn)} for pack in found.packs],
        "lines": _lines(unit, found, chosen),
        "shared": sum(1 for each in found.registers if len(each.packs) > 1),
        "posture_url": reverse("unit-posture", args=[unit.code]),
    }
    return render(request, "posture/crosswalk.html", context)


def _lines(unit: Unit, found: Crosswalk, chosen: str) -> list[dict[str, Any]]:
    """The registers, those that serve the most documents first."""
    here = reverse("unit-crosswalk", args=[unit.code])
    tests = {each.register: 0 for each in found.registers}
    for row in found.rows:
        for register in row.registers:
            tests[register] = tests.get(register, 0) + 1
    lines = []
    for each in found.registers:
        cells = [
            Cell(each.packs[pack.urn].count, each.packs[pack.urn].met) if pack.urn in each.packs else None
            for pack in found.packs
        ]
        lines.append(
            {
                "register": each.register,
                "title": each.title,
                "tests": tests[each.register],
                "cells": cells,
                "count": each.requirement_count,
                "met": each.met_count,
                "is_open": each.register == chosen,
                "url": f"{here}?register={each.register}#cw-{each.register}",
                "part_url": f"{here}?register={each.register}&part=row",
                "close_url": f"{here}#cw-{each.register}",
            }
        )
    return lines


def _opened(unit: Unit, found: Crosswalk, register: str) -> dict[str, Any]:
    """The questions to a register with their answers, and the requirements of all documents that rest on it."""
    asked = [row for row in found.rows if register in row.registers]
    return {
        "register": register,
        "questions": [_question(row, found) for row in asked],
        "documents": [
            {"title": counts.title(pack), "rows": _served(unit, pack, asked)}
            for pack in found.packs
            if any(pack.urn in row.cells for row in asked)
        ],
        "list_url": links.register(register, unit=unit.code),
    }


def _question(row: CrossRow, found: Crosswalk) -> dict[str, Any]:
    return {
        "question": row.question,
        "status": row.status.value if row.status else "",
        "figure": row.figure,
        "strength": row.strength.label,
        "documents": len(row.cells),
        "count": row.requirement_count,
    }


#: What must be looked at first.
_ORDER = (Status.UNMET, Status.PARTLY, Status.PERSON, Status.NOT_DUE, Status.MET)


def _served(unit: Unit, pack: Pack, asked: list[CrossRow]) -> list[dict[str, Any]]:
    """The requirements of one document, each once, what is open first."""
    held = {one.requirement.code: one for row in asked for one in row.cells.get(pack.urn, ())}
    ranked = sorted(held.values(), key=lambda one: (_ORDER.index(one.status), one.requirement.order))
    return [
        {
            "status": one.status.value,
            "source": one.requirement.source,
            "code": one.requirement.code,
            "plain": rows.plain(one.requirement),
            "url": links.finding(unit.code, pack.urn, one.requirement.code),
        }
        for one in ranked
    ]
