"""The tree of units: lazy, searchable, with how each stands against one document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.org.enums import UnitKind
from guiju.org.models import Unit
from guiju.packs.models import Pack
from guiju.web import finder, links, place
from guiju.web.posture import counts

FOUND = 60


@needs(Permission.ORG_UNIT_VIEW)
@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """The units of the scope from the top, the first level open; or what a search finds."""
    packs = counts.packs_below(place.tops(request)) if place.may(request, Permission.POSTURE_FINDING_VIEW) else []
    pack = _chosen(packs, request.GET.get("pack", ""))
    query = request.GET.get("q", "").strip()[:60]
    here = place.current_or_none(request)
    if query:
        found = finder.named(place.units_in_scope(request), query, "name", "short_name", "code")
        nodes = _nodes(request, found.order_by("depth", "sort_key")[:FOUND], pack, here, lazy=False)
    else:
        nodes = _opened(request, pack, here)
    views = [{"label": counts.title(row), "url": f"?pack={row.urn}", "current": row == pack} for row in packs]
    context = {
        "title": _("Units"),
        "state": _size_of(request),
        "nodes": nodes,
        "pack": pack,
        "pack_title": counts.title(pack) if pack else "",
        "views": views if len(views) > 1 else [],
        "search": {"value": query, "placeholder": _("Name, code or pinyin")},
        "query": query,
        "can_add": here is not None and place.may(request, Permission.ORG_UNIT_EDIT, here),
        "add_url": links.new_record("units", unit=here) if here else "",
        "list_url": links.register("units"),
    }
    return render(request, "units/tree.html", context)


def _size_of(request: HttpRequest) -> str:
    count = place.units_in_scope(request).filter(kind=UnitKind.COMPANY, closed_on__isnull=True).count()
    return ngettext("%(count)d legal entity at all levels", "%(count)d legal entities at all levels", count) % {
        "count": count
    }


def _chosen(packs: list[Pack], urn: str) -> Pack | None:
    return next((row for row in packs if row.urn == urn), packs[0] if packs else None)


@needs(Permission.ORG_UNIT_VIEW)
@require_safe
def children(request: HttpRequest, code: str) -> HttpResponse:
    """The units directly below one, for the tree."""
    parent = _within(request, code)
    packs = counts.packs_below([parent]) if place.may(request, Permission.POSTURE_FINDING_VIEW) else []
    pack = _chosen(packs, request.GET.get("pack", ""))
    found = parent.children.filter(closed_on__isnull=True).order_by("kind", "sort_key")
    nodes = _nodes(request, found, pack, place.current_or_none(request))
    return render(request, "units/nodes.html", {"nodes": nodes})


def _within(request: HttpRequest, code: str) -> Unit:
    """Looking into a branch of the tree does not move the person there."""
    here = place.current_or_none(request)
    unit = place.open_unit(request, code)
    if here is not None:
        place.enter(request, here)
    return unit


def _opened(request: HttpRequest, pack: Pack | None, here: Unit | None) -> list[dict[str, Any]]:
    tops = place.tops(request)
    ids = {unit.pk for unit in tops}
    below = Unit.objects.filter(parent__in=ids, closed_on__isnull=True).order_by("kind", "sort_key")
    rows = [*tops, *[unit for unit in below if place.may(request, Permission.ORG_UNIT_VIEW, unit)]]
    nodes = {node["pk"]: node for node in _nodes(request, rows, pack, here)}
    for unit in rows:
        if unit.parent_id in ids:
            nodes[unit.parent_id]["children"].append(nodes[unit.pk])
    for pk in ids:
        nodes[pk]["open"] = bool(nodes[pk]["children"])
        nodes[pk]["has_children"] = nodes[pk]["open"]
    return [nodes[unit.pk] for unit in tops]


def _nodes(
    request: HttpRequest, units: Iterable[Unit], pack: Pack | None, here: Unit | None, *, lazy: bool = True
) -> list[dict[str, Any]]:
    """The nodes with their counts: three queries whatever their number."""
    rows = [unit for unit in units if place.may(request, Permission.ORG_UNIT_VIEW, unit)]
    ids = [unit.pk for unit in rows]
    parents = set(
        Unit.objects.filter(pk__in=ids)
        .filter(Exists(Unit.objects.filter(parent=OuterRef("pk"), closed_on__isnull=True)))
        .values_list("pk", flat=True)
    )
    held = counts.rollups(ids, pack, reach="all") if pack else {}
    return [_node(unit, pack, here, has_children=lazy and unit.pk in parents, held=held.get(unit.pk)) for unit in rows]


def _node(
    unit: Unit, pack: Pack | None, here: Unit | None, *, has_children: bool, held: dict[str, int] | None
) -> dict[str, Any]:
    query = f"?pack={pack.urn}" if pack else ""
    return {
        "pk": unit.pk,
        "name": unit.name,
        "code": unit.code,
        "url": links.unit(unit.code),
        "hint": unit.code if unit.is_legal_entity else f"{unit.get_kind_display()} {unit.code}",
        "counts": held or {},
        "not_adopted": bool(pack and not held and unit.is_legal_entity),
        "has_children": has_children,
        "children_url": reverse("unit-children", args=[unit.code]) + query,
        "children": [],
        "open": False,
        "current": here is not None and unit.pk == here.pk,
    }
