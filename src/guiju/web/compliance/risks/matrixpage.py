"""The matrix of a unit: twenty-five cells, the words of the steps, the time limits, and what a change would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.risks import matrix, setting
from guiju.compliance.risks.matrix import Grid
from guiju.lib.errors import Problem
from guiju.web import place
from guiju.web.compliance.risks import tabs

_SCALES = {"probability": _l("Probability"), "impact": _l("Impact"), "detectability": _l("How hard to detect")}
_LIMITS = {
    "analyse": _l("Analysis of a major risk by the compliance head"),
    "decide": _l("Decision of the first responsible person"),
    "settle": _l("Handling where the record names no day"),
    "release": _l("Release of a warning that was dealt with"),
}


@needs(P.REGISTER_ENTRY_VIEW)
@require_http_methods(["GET", "POST"])
def matrix_page(request: HttpRequest, code: str) -> HttpResponse:
    """Look at the matrix; who may, changes it after having seen what that does."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW), place.by(request)
    held = grid = matrix.of(unit)
    effect, problem = None, None
    if request.method == "POST":
        check.require(by, P.COMPLIANCE_SETTING_EDIT, unit)
        try:
            version = int(request.POST.get("version", "0") or 0)
            if "inherit" in request.POST:
                setting.clear_matrix(unit=unit, version=version, by=by)
                messages.success(request, _("The matrix from above holds again."))
                return redirect(request.path)
            grid = matrix.parsed(_given(request.POST), held)
            matrix.refuse(grid)
            if "preview" not in request.POST:
                setting.set_matrix(unit=unit, grid=grid, version=version, by=by)
                messages.success(request, _("The matrix is saved; levels that nobody set by hand follow it."))
                return redirect(request.path)
            effect = setting.preview(unit=unit, grid=grid, by=by)
        except Problem as refused:
            problem = refused
    context = tabs.context(request, unit, _("Risk matrix"), "compliance-risks-matrix") | {
        "grid": grid,
        "drawn": _drawn(grid, problem),
        "levels": list(tabs.LEVELS.items()),
        "scales": [(code, word, list(enumerate(grid.names[code], 1))) for code, word in _SCALES.items()],
        "third": [(step, grid.third.get(step, 0), grid.names["detectability"][step - 1]) for step in matrix.STEPS],
        "limits": [(code, word, grid.limits[code]) for code, word in _LIMITS.items()],
        "steps": list(enumerate(grid.names["probability"], 1)),
        "effect": effect,
        "problem": problem,
        "may_set": place.may(request, P.COMPLIANCE_SETTING_EDIT, unit),
        "is_own": held.source == unit,
        "version": held.version if held.source == unit else 0,
        "shifts": (-1, 0, 1),
    }
    return render(request, "compliance/risks/matrix.html", context, status=_status(problem))


def _status(problem: Problem | None) -> int:
    return problem.status if problem is not None else 200


def _drawn(grid: Grid, problem: Problem | None) -> list[dict[str, Any]]:
    """Rows from the gravest impact down; the cells at fault are marked."""
    wrong = {fault.where for fault in problem.faults} if problem is not None else set()
    return [
        {
            "step": i,
            "word": grid.names["impact"][i - 1],
            "cells": [
                {
                    "p": p, "i": i, "level": level, "tone": tabs.TONES[level], "word": tabs.LEVELS[level],
                    "is_wrong": f"cell-{p}-{i}" in wrong,
                }
                for p, level in cells
            ],
        }
        for i, cells in grid.rows()
    ]  # fmt: skip


def _given(sent: Mapping[str, str]) -> dict[str, Any]:
    """The form as the matrix reads it."""
    steps = matrix.STEPS
    names = {
        scale: [sent.get(f"{scale}-{step}", "") for step in steps] for scale in matrix.SCALES if f"{scale}-1" in sent
    }
    return {
        "cells": {f"{p},{i}": sent[f"cell-{p}-{i}"] for p in steps for i in steps if f"cell-{p}-{i}" in sent},
        "uses_third": "uses_third" in sent,
        "third": {str(step): sent[f"third-{step}"] for step in steps if f"third-{step}" in sent},
        "names": names,
        "limits": {name: sent[f"limit-{name}"] for name in matrix.LIMITS if f"limit-{name}" in sent},
    }
