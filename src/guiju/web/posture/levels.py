"""All levels: the units below one against the parts of a document; and who stands how to one requirement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import findings, queries
from guiju.posture.counting import ASKS_NOTHING
from guiju.posture.models import Status
from guiju.posture.queries import Count, MatrixRow
from guiju.web import links, phrases, place
from guiju.web.posture import counts, overview, rows, tabs
from guiju.web.posture.finding import requirement_of

P = Permission
#: Requirements in the list below the matrix.
MOST = 15


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def levels(request: HttpRequest, code: str, urn: str) -> HttpResponse:
    """Children by parts of the document, with signs and numbers; below it what is most often missing."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    document = overview.pack_of(unit, urn)
    by = place.by(request)
    kinds = list(
        dict.fromkeys(
            rows.tab(row.kind)
            for row in catalogue.requirements(document)
            if row.addressee == "unit" and row.kind != "definition"
        )
    )
    asked = rows.tab(request.GET.get("kind", ""))
    kind = asked if request.GET.get("kind") and asked in kinds else (kinds[0] if kinds else "")
    wanted = [
        row.section
        for row in catalogue.requirements(document)
        if row.addressee == "unit" and row.kind != "definition" and rows.tab(row.kind) == kind
    ]
    parts = rows.columns(document, wanted)
    shown = _status(request.GET.get("show", ""))
    found = queries.matrix(by=by, unit=unit, pack=document)
    parents = _parents(found)
    is_adopted = findings.adoption_on(unit, document, clock.today()) is not None
    here = reverse("posture-levels", args=[unit.code, urn])
    context = overview.common(request, unit, document, None) | {
        "parts": _heads(document, parts),
        "lines": [_line(row, unit, document, parts, kind, parents) for row in found if row.cells or row.unit != unit],
        "views": tabs.of_document(unit, urn, "posture-levels", has_levels=True, is_adopted=is_adopted),
        "kinds": [
            {"label": rows.kind_word(name), "url": f"{here}?kind={name}", "current": name == kind} for name in kinds
        ]
        if len(kinds) > 1
        else [],
        "worst": _most(by, unit, document, kind, shown),
        "shown": shown.value,
        "strip": _strip(unit, document, f"{here}?kind={kind}", shown.value if request.GET.get("show") else ""),
        "heat_url": f"{reverse('unit-heat', args=[unit.code])}?pack={urn}",
    }
    if is_adopted:
        context["trail"] = [*context["trail"], {"label": counts.title(document), "url": context["base_url"]}]
    return render(request, "posture/levels.html", context)


def _status(written: str) -> Status:
    return Status(written) if written in counts.CODES else Status.UNMET


def _strip(unit: Unit, document: Pack, url: str, chosen: str) -> dict[str, Any] | None:
    held = counts.rollups([unit.pk], document, reach="all").get(unit.pk)
    if held is None:
        return None
    return counts.strip(
        held, url, named="show", chosen=chosen, note=_("All units and all kinds of requirement together")
    )


def _parents(found: list[MatrixRow]) -> set[int]:
    """Those of the units that have others below them: one query."""
    below = Unit.objects.filter(parent_id__in=[row.unit.pk for row in found])
    return set(below.order_by().values_list("parent_id", flat=True).distinct())


def _heads(document: Pack, parts: Mapping[str, list[str]]) -> list[dict[str, str]]:
    named = rows.titles(document)
    return [{"code": part, "title": named.get(part, part)} for part in parts]


def _line(
    row: MatrixRow, unit: Unit, document: Pack, parts: Mapping[str, list[str]], kind: str, parents: set[int]
) -> dict[str, Any]:
    own = row.unit == unit
    target = (
        links.posture(row.unit.code, document.urn, kind=kind)
        if own or row.unit.pk not in parents
        else reverse("posture-levels", args=[row.unit.code, document.urn]) + f"?kind={kind}"
    )
    # A cell leads to the first heading of its part.
    cells = [_cell([row.cells[code] for code in codes if code in row.cells], codes[0]) for codes in parts.values()]
    units = max((cell.units for cell in row.cells.values()), default=0)
    return {"unit": row.unit, "own": own, "url": target, "cells": cells, "units": units, "frozen_on": row.frozen_on}


def _cell(found: list[Count], part: str) -> dict[str, Any]:
    """The worst answer of a part and how many requirements stand at it; grey when nothing is asked."""
    total = {status: sum(count.by_status[status] for count in found) for status in rows.WORST}
    asked = sum(count for status, count in total.items() if status not in ASKS_NOTHING)
    if not found:
        return {"code": "not_adopted", "part": part, "count": 0, "met": 0, "asked": 0}
    worst = next((status for status in rows.WORST if total[status]), Status.NA)
    return {
        "code": worst.value,
        "part": part,
        "count": total[worst],
        "met": total[Status.MET],
        "asked": asked,
    }


def _most(by: Actor, unit: Unit, document: Pack, kind: str, shown: Status) -> list[dict[str, Any]]:
    """The requirements at which most units stand so, the strongest words first among equals."""
    held = queries.requirement_counts(by=by, unit=unit, pack=document)
    found = [
        (row, held[row.code])
        for row in catalogue.requirements(document)
        if rows.tab(row.kind) == kind and row.code in held and held[row.code].by_status[shown]
    ]
    found.sort(key=lambda pair: (-pair[1].by_status[shown], phrases.force_rank(pair[0].force), pair[0].order))
    return [
        {
            "code": row.code,
            "source": row.source,
            "plain": rows.plain(row),
            "count": count.by_status[shown],
            "met": count.by_status[Status.MET],
            "units": count.units,
            "url": reverse("posture-units", args=[unit.code, document.urn, row.code]),
        }
        for row, count in found[:MOST]
    ]


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def units(request: HttpRequest, code: str, urn: str, requirement: str) -> HttpResponse:
    """How each legal entity at all levels stands to one requirement, the worst first."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    document = overview.pack_of(unit, urn)
    asked = requirement_of(document, requirement)
    found = queries.requirement_units(by=place.by(request), unit=unit, pack=document, code=asked.code)
    chosen = request.GET.get("status", "")
    held = {status.value: sum(1 for _unit, each in found if each == status) for status in rows.WORST}
    here = reverse("posture-units", args=[unit.code, urn, asked.code])
    context = overview.common(request, unit, document, None) | {
        "title": rows.plain(asked),
        "requirement": asked,
        "strip": counts.strip(held, here, chosen=chosen),
        "lines": [
            {
                "unit": each,
                "status": status.value,
                "url": links.finding(each.code, document.urn, asked.code),
            }
            for each, status in found
            if not chosen or status.value == chosen
        ][:500],
    }
    context["trail"] = [
        *context["trail"],
        {"label": counts.title(document), "url": context["base_url"]},
        {"label": _("All levels"), "url": context["levels_url"]},
    ]
    return render(request, "posture/units.html", context)
