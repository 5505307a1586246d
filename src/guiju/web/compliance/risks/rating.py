"""Rating the risks of one department, one after the other."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.models import Round
from guiju.compliance.risks import matrix, rounds, roundviews
from guiju.compliance.risks.roundviews import Row
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.registers import queries as entries
from guiju.web import place
from guiju.web.compliance.risks import roundpages, tabs

_FACTORS = ("probability", "impact", "detectability")


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def rate_page(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """The department's risks as rows: inherent, residual, level, order."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW, entering=False), place.by(request)
    row = roundpages.find(unit, uid)
    grid = matrix.of(unit)
    found = roundviews.rows(row, unit, by=by)
    context = tabs.context(request, unit, row.title, "compliance-risks-rounds") | {
        "round": row,
        "rows": [_drawn(one, grid, row, unit) for one in found],
        "rated": sum(one.made is not None for one in found),
        "total": len(found),
        "scales": _scales(grid),
        "uses_third": grid.uses_third,
        "grid_json": _json(grid),
        "round_url": reverse("compliance-risks-round", args=[unit.code, row.uid]),
    }
    return render(request, "compliance/risks/rate.html", context)


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def save(request: HttpRequest, code: str, uid: str, run: str) -> HttpResponse:
    """Save one risk's rating; the row comes back as it stands now, or with what is wrong."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW, entering=False), place.by(request)
    row = roundpages.find(unit, uid)
    entry = entries.find(by, run, register="risk_list")
    given, problem = request.POST.get("version", ""), None
    act: Any = rounds.again if "again" in request.POST else rounds.assess
    values = {} if "again" in request.POST else {"values": request.POST}
    try:
        act(round_=row, risk=entry, version=int(given) if given.isdecimal() else 0, by=by, **values)
    except Problem as refused:
        if refused.status in {403, 404}:
            raise
        problem = refused
    if not request.headers.get("HX-Request") and problem is None:
        return redirect(reverse("compliance-risks-rate", args=[unit.code, row.uid]) + f"#risk-{entry.uid}")
    grid = matrix.of(entry.unit)
    drawn = _drawn(roundviews.one(row, entries.find(by, run), by=by), grid, row, unit)
    if problem is not None:
        drawn = _refused(drawn, request, problem)
    context = {"row": drawn, "unit": unit, "round": row, "scales": _scales(grid), "uses_third": grid.uses_third}
    return render(request, "compliance/risks/_rate.html", context, status=422 if problem else 200)


def _refused(drawn: dict[str, Any], request: HttpRequest, problem: Problem) -> dict[str, Any]:
    """What was entered stays; after a conflict beside what somebody else has saved, and with the new version."""
    entered = {name: request.POST.get(name, "") for name in drawn["rating"]}
    other = drawn["rating"] if problem.status == 409 else None
    for factor in drawn["factors"]:
        for side in factor["sides"]:
            side["value"] = entered.get(side["name"], "")
    return {**drawn, "rating": {**drawn["rating"], **entered}, "problem": problem, "other": other}


def _scales(grid: matrix.Grid) -> dict[str, list[tuple[int, str]]]:
    return {name: list(enumerate(grid.names[name], 1)) for name in matrix.SCALES}


def _json(grid: matrix.Grid) -> str:
    """The matrix for the page's own preview of a level."""
    cells = {f"{p},{i}": level for (p, i), level in grid.cells.items()}
    third = {str(step): value for step, value in grid.third.items()} if grid.uses_third else {}
    return json.dumps(
        {"cells": cells, "third": third, "words": {code: str(word) for code, word in tabs.LEVELS.items()}}
    )


def _drawn(one: Row, grid: matrix.Grid, round_: Round, unit: Unit) -> dict[str, Any]:
    words = {"probability": _("Probability"), "impact": _("Impact"), "detectability": _("Hard to detect")}
    factors = [
        {
            "label": words[name],
            "steps": list(enumerate(grid.names[name], 1)),
            "sides": [
                {"name": name, "label": _("before measures"), "value": str(one.rating[name])},
                {
                    "name": f"residual_{name}",
                    "label": _("after measures"),
                    "value": str(one.rating[f"residual_{name}"]),
                },
            ],
        }
        for name in _FACTORS
        if name != "detectability" or grid.uses_third
    ]
    return {
        "entry": one.entry,
        "rating": one.rating,
        "factors": factors,
        "given": one.given,
        "made": one.made,
        "before": one.before,
        "by_hand": one.by_hand,
        "ties": one.ties,
        "has_last": one.has_last,
        "may_edit": one.may_edit,
        "url": reverse("compliance-risks-rate-save", args=[unit.code, round_.uid, one.entry.uid]),
        "levels": list(tabs.LEVELS.items()),
    }
