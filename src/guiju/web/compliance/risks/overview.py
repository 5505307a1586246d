"""The overview of risks: heat map, what is on top, where they lie, and what is open beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.risks import library, matrix
from guiju.compliance.risks import overview as figures
from guiju.compliance.risks.overview import Cell, Heat, Line
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import spec as specs
from guiju.web import links, place
from guiju.web.compliance.risks import tabs

#: Risks with a level given by hand that the page names.
_BY_HAND = 10
KINDS = ("inherent", "residual", "change")


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about the risks of a unit, or of all levels below it, with each number leading to its rows."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW), place.by(request)
    all_levels, switch = tabs.reaches(request, unit)
    kind = request.GET.get("map") if request.GET.get("map") in KINDS else "residual"
    given: dict[str, Any] = {"by": by, "unit": unit, "all_levels": all_levels}
    to = tabs.Links(unit, all_levels=all_levels)
    found = figures.counts(**given)
    open_ = figures.open_risks(**given)
    context = tabs.context(request, unit, _("Risk management"), "compliance-risks") | {
        "reaches": switch,
        "found": found,
        "stats": _stats(found, to, reverse("compliance-risks-plans", args=[unit.code])),
        "heat": _heat(figures.heat(**given, kind=str(kind)), matrix.of(unit), to, request),
        "by_hand": _by_hand(figures.by_hand(**given)),
        "chosen": _chosen(request, given),
        "maps": _maps(request, str(kind)),
        "top": figures.top(**given),
        "levels": tabs.LEVELS,
        "groups": _groups(unit, figures.by_column(open_, "kind"), figures.by_column(open_, "department__uid"), to),
        "units": _shown(figures.by_unit(by=by, unit=unit), to, "at") if all_levels else [],
        "news": len(library.news(unit=unit, by=by)),
        "new_url": links.new_record("risk_list", unit=unit)
        if place.may(request, P.REGISTER_ENTRY_CREATE, unit)
        else "",
        "list_url": to(),
        "import_url": reverse("register-import", args=["risk_list"]) + f"?unit={unit.code}"
        if place.may(request, P.REGISTER_ENTRY_IMPORT, unit)
        else "",
    }
    return render(request, "compliance/risks/overview.html", context)


def _stats(found: dict[str, int], to: tabs.Links, plans_url: str) -> list[dict[str, Any]]:
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    late = to("risk_responses", kind=["plan", "handling"], _status=["planned", "running"], due_on__to=yesterday)
    return [
        {"label": _("Risks managed"), "value": found["risks"], "url": to(_status="open"), "tone": ""},
        {"label": _("High risks"), "value": found["high"], "url": to(_status="open", level="high"), "tone": ""},
        {
            "label": _("Without a response plan"),
            "value": found["unplanned"],
            "url": f"{plans_url}#unplanned",
            "tone": "",
        },
        {"label": _("Responses overdue"), "value": found["late"], "url": late, "tone": ""},
        {
            "label": _("Warnings open"),
            "value": found["alerts"],
            "url": to("alerts", _status=["active", "handled"]),
            "tone": "",
        },
        {
            "label": _("Reports in handling"),
            "value": found["reports"],
            "url": to("risk_reports", _status=["reported", "analysed", "escalated"]),
            "tone": "",
        },
    ]


def _by_hand(found: list[figures.ByHand]) -> dict[str, Any]:
    """Why tiles and map differ: risks whose level is not that of their cell, with the reason, if there is one."""
    words = {option.code: option.label() for option in specs.get("risk_list").by_code["level"].options}
    rows = [
        {
            "title": one.entry.title,
            "url": links.record("risk_list", one.entry.uid),
            "level": words.get(one.entry.level, ""),
            "given": words.get(one.given, ""),
            "reason": one.reason,
            "edit_url": reverse("record-edit", args=["risk_list", one.entry.uid]) + "#id_level_reason",
        }
        for one in found
    ]
    return {"count": len(rows), "rows": rows[:_BY_HAND], "left": max(len(rows) - _BY_HAND, 0)}


def _maps(request: HttpRequest, kind: str) -> list[dict[str, Any]]:
    words = {
        "inherent": _("Before measures"),
        "residual": _("After measures"),
        "change": _("Change since the last round"),
    }
    kept, made = request.GET.copy(), []
    for code in KINDS:
        kept["map"] = code
        made.append({"label": words[code], "url": f"?{kept.urlencode()}", "current": code == kind})
    return made


def _chosen(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any] | None:
    """The risks of one cell of the map, where somebody has chosen it."""
    parts = request.GET.get("cell", "").split("-")
    if len(parts) != 2 or not all(part in {"1", "2", "3", "4", "5"} for part in parts):
        return None
    p, i = int(parts[0]), int(parts[1])
    return {"probability": p, "impact": i, "rows": figures.of_cell(**given, probability=p, impact=i)}


def _heat(found: Heat, grid: matrix.Grid, to: tabs.Links, request: HttpRequest) -> dict[str, Any]:
    drawn = [
        {
            "step": i,
            "word": grid.names["impact"][i - 1],
            "cells": [_cell(cell, found, to, request) for cell in cells],
        }
        for i, cells in found.rows
    ]
    return {
        "kind": found.kind,
        "rows": drawn,
        "steps": list(enumerate(grid.names["probability"], 1)),
        "unrated": found.unrated,
        "since": found.since,
    }


def _cell(cell: Cell, found: Heat, to: tabs.Links, request: HttpRequest) -> dict[str, Any]:
    """A rating after measures is no column of the list: its risks are shown below the map."""
    here = request.GET.copy()
    here["cell"] = f"{cell.probability}-{cell.impact}"
    span: dict[str, Any] = {"probability__from": cell.probability, "probability__to": cell.probability}
    span |= {"impact__from": cell.impact, "impact__to": cell.impact}
    return {
        "tone": tabs.TONES[cell.level],
        "word": tabs.LEVELS[cell.level],
        "count": cell.count,
        "change": cell.change,
        "signed": f"{cell.change:+d}" if cell.change and found.since else "",
        "url": to(_status="open", **span) if found.kind == "inherent" else f"?{here.urlencode()}#cell",
    }


def _groups(unit: Unit, fields: Sequence[Line], parts: Sequence[Line], to: tabs.Links) -> list[dict[str, Any]]:
    options = {option.code: option.label() for option in specs.get("risk_list").by_code["field"].options}
    for line in fields:
        line.label = options.get(line.key, "") or _("No field given")
    known = dict(Unit.objects.filter(uid__in=[line.key for line in parts if line.key]).values_list("uid", "name"))
    for line in parts:
        line.label = known.get(line.key, "") or _("No department named")
    return [
        {"title": _("By field"), "head": _("Fields"), "rows": _shown(fields, to, "field")},
        {"title": _("By department"), "head": _("Department"), "rows": _shown(parts, to, "department")},
    ]


def _shown(lines: Sequence[Line], to: tabs.Links, column: str) -> list[dict[str, Any]]:
    made = []
    for line in lines:
        chosen = {column: line.key} if line.key else {f"{column}__empty": 1}
        cells = [
            {"code": level, "word": word, "count": line.levels[level], "url": to(_status="open", level=level, **chosen)}
            for level, word in tabs.LEVELS.items()
        ]
        made.append({"label": line.label, "total": line.total, "url": to(_status="open", **chosen), "cells": cells})
    return made
