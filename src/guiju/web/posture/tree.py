"""The tree of one document: each unit with the answers of all levels below it, opened branch by branch."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.org.enums import UnitKind
from guiju.org.models import Unit
from guiju.packs.models import Pack
from guiju.posture import findings, queries
from guiju.posture.models import Status
from guiju.posture.queries import TreeRow
from guiju.web import links, place
from guiju.web.posture import counts, overview, tabs

P = Permission


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def tree(request: HttpRequest, code: str, urn: str) -> HttpResponse:
    """The unit with its children; `part=below` answers with the children alone, for a branch that is opened."""
    part = request.GET.get("part") == "below"
    here = place.current_or_none(request)
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    document = overview.pack_of(unit, urn)
    found = queries.tree(by=place.by(request), unit=unit, pack=document)
    parents = _parents([row.unit.pk for row in found])
    nodes = [_node(row, document, parents) for row in found]
    if part:
        if here is not None:  # looking into a branch moves nobody there
            place.enter(request, here)
        return render(request, "units/nodes.html", {"nodes": nodes[1:]})
    top = nodes[0] | {"children": nodes[1:], "open": True, "has_children": len(nodes) > 1, "current": True}
    is_adopted = findings.adoption_on(unit, document, clock.today()) is not None
    context = overview.common(request, unit, document, None) | {
        "nodes": [top],
        "views": tabs.of_document(unit, urn, "posture-tree", has_levels=True, is_adopted=is_adopted),
    }
    return render(request, "posture/tree.html", context)


def _parents(unit_ids: list[int]) -> set[int]:
    """Those that have companies below them: one query."""
    below = Unit.objects.filter(parent_id__in=unit_ids, kind=UnitKind.COMPANY)
    return set(below.order_by().values_list("parent_id", flat=True).distinct())


def _node(row: TreeRow, document: Pack, parents: set[int]) -> dict[str, Any]:
    held = row.all_levels or row.own
    units = row.all_levels.units if row.all_levels else 0
    several = units > 1
    return {
        "name": row.unit.name,
        "url": reverse("posture-levels", args=[row.unit.code, document.urn])
        if several
        else links.posture(row.unit.code, document.urn),
        "hint": _hint(row, units),
        "counts": {code: held.by_status[Status(code)] for code in counts.CODES} if held and held.units else {},
        "not_adopted": not (held and held.units),
        "frozen_on": row.frozen_on,
        "has_children": row.unit.pk in parents,
        "children_url": reverse("posture-tree", args=[row.unit.code, document.urn]) + "?part=below",
        "children": [],
    }


def _hint(row: TreeRow, units: int) -> str:
    if units > 1:
        return ngettext("%(count)d unit", "%(count)d units", units) % {"count": units}
    return row.unit.code
