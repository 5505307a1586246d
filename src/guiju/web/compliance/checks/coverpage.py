"""Coverage: every plan against the periods of a year, over all units below; each number leads to the runs behind it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.policy import needs
from guiju.compliance.checks import cycles
from guiju.compliance.checks import queries as checks
from guiju.compliance.checks.queries import Cell
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers.directory import as_uid
from guiju.web import place
from guiju.web.compliance.checks import board, here

#: Beyond this many periods a cell is a mark without words.
_WORDED = 14
_UNITS = 200
_YEARS = 4


@needs(here.VIEW)
@require_safe
def coverage(request: HttpRequest, code: str) -> HttpResponse:
    """The year as a strip per plan, and the units behind a chosen cell."""
    unit = here.unit_of(request, code)
    year = _year(request)
    found = checks.coverage(place.by(request), unit, year=year)
    chosen = _chosen(request, unit)
    totals = _total(found.cells.values())
    context = {
        "title": _("Coverage of checks"),
        "state": unit.name,
        "trail": here.trail(unit),
        "unit": unit,
        "views": board.tabs(unit, "compliance-checks-coverage"),
        "year": year,
        "years": [{"label": str(one), "url": f"?year={one}", "current": one == year} for one in _known_years()],
        "rows": [_row(unit, year, plan, found) for plan in found.periods],
        "total": totals,
        "chosen": chosen,
        "plan_url": reverse("compliance-checks-plan", args=[unit.code]),
        "can_plan": place.may(request, here.CREATE, unit),
    }
    return render(request, "compliance/checks/coverage.html", context)


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    this = clock.today().year
    return int(asked) if asked.isdecimal() and this - _YEARS <= int(asked) <= this + 1 else this


def _known_years() -> list[int]:
    this = clock.today().year
    return [this - 2, this - 1, this]


def _row(unit: Unit, year: int, plan: UUID, found: checks.Coverage) -> dict[str, Any]:
    held = [(period, found.cells[plan, period]) for period in found.periods[plan]]
    return {
        "name": found.names[plan],
        "total": _total(cell for _period, cell in held),
        "is_wide": len(held) > _WORDED,
        "cells": [
            {
                "period": cycles.words(period),
                "cell": cell,
                "tone": tone(cell),
                "url": _address(unit, year=year, plan=plan, period=period),
            }
            for period, cell in held
        ],
    }


def tone(cell: Cell) -> str:
    """Missed is red whatever else was done; all finished is green; the rest is under way or not due."""
    if cell.missed:
        return "unmet"
    if cell.finished == cell.runs:
        return "met"
    return "partly" if cell.finished or cell.running else "not_due"


def _total(cells: Any) -> Cell:
    held = list(cells)
    names = ("due", "running", "finished", "missed", "items", "looked", "zero", "signed")
    return Cell(**{name: sum(getattr(cell, name) for cell in held) for name in names})


def _address(unit: Unit, **query: Any) -> str:
    return f"{reverse('compliance-checks-coverage', args=[unit.code])}?{urlencode(query)}#units"


def _chosen(request: HttpRequest, unit: Unit) -> dict[str, Any] | None:
    """The runs of one cell, unit by unit, with what was looked at."""
    plan, period = as_uid(request.GET.get("plan", "")), request.GET.get("period", "")[:10]
    if plan is None or not period:
        return None
    runs = list(checks.units_of(place.by(request), unit, UUID(plan), period)[:_UNITS])
    figures = checks.progress(run.pk for run in runs)
    return {
        "period": cycles.words(period),
        "name": runs[0].title if runs else "",
        "rows": [here.line(run, figures.get(run.pk)) for run in runs],
    }
