"""The heat map: the units below one against all documents, or against the parts of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.org.enums import UnitKind
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import counting, queries
from guiju.posture.models import Status
from guiju.posture.queries import Count, Heat
from guiju.web import links, place
from guiju.web.posture import counts, overview, rows, tabs
from guiju.web.units import page as units

P = Permission
#: Parts of a document side by side at most.
MOST = 14
#: Share met -> shade, from the best; what the shades mean stands below the map.
SHADES = ((100, "full"), (80, "most"), (50, "half"), (0, "low"))
#: The sign of a shade, so that the map reads without colour.
SIGNS = {"full": "met", "most": "partly", "half": "partly", "low": "unmet", "wait": "not_due", "quiet": "na"}
TOGETHER, NAME = "all", "name"


@dataclass(frozen=True, slots=True)
class Column:
    """A document, or a part of one: the keys that it brings together, and where the first stands in a sheet."""

    key: str
    title: str
    url: str
    keys: tuple[str, ...]
    kind: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit against one column; `shade` is empty where nothing has been adopted."""

    shade: str = ""
    percent: int | None = None
    unmet: int = 0
    met: int = 0
    asked: int = 0
    url: str = ""

    @property
    def sign(self) -> str:
        """The sign beside the figure."""
        return SIGNS.get(self.shade, "not_adopted")


@dataclass(frozen=True, slots=True)
class Row:
    """One unit with its cells; `together` is the sum of them."""

    unit: Unit
    is_self: bool
    units: int
    url: str
    cells: tuple[Cell, ...]
    together: Cell


@needs(P.POSTURE_FINDING_VIEW)
@require_safe
def heat(request: HttpRequest, code: str) -> HttpResponse:
    """Units against documents; with `pack` against the parts of that document."""
    unit = place.open_unit(request, code, P.POSTURE_FINDING_VIEW)
    urn = request.GET.get("pack", "")
    pack = overview.pack_of(unit, urn) if urn else None
    found = queries.heat(by=place.by(request), unit=unit, pack=pack)
    columns = _columns(unit, found, pack)
    sort = request.GET.get("sort", "")
    sort = sort if sort in {TOGETHER, *(column.key for column in columns)} else NAME
    context = {
        "title": _("Heat map"),
        "state": counts.title(pack) if pack else _("All documents"),
        "trail": [*units.above(request, unit)[1:], {"label": unit.label, "url": links.unit(unit.code)}],
        "unit": unit,
        "views": tabs.of_unit(unit, "unit-heat", has_levels=True),
        "documents": _documents(unit, found, pack),
        "pack": pack,
        "document": counts.document(pack) if pack else None,
        "heads": [(column, _sort_url(unit, pack, column.key), column.key == sort) for column in columns],
        "together_url": _sort_url(unit, pack, TOGETHER),
        "name_url": _sort_url(unit, pack, ""),
        "sort": sort,
        "rows": _sorted(_rows(unit, found, columns, pack), columns, sort),
        "totals": _totals(found, columns, unit, pack),
        "shades": [("full", "100%"), ("most", "80–99%"), ("half", "50–79%"), ("low", "0–49%")],
    }
    return render(request, "posture/heat.html", context)


def _sort_url(unit: Unit, pack: Pack | None, key: str) -> str:
    query = {name: value for name, value in (("pack", pack.urn if pack else ""), ("sort", key)) if value}
    return reverse("unit-heat", args=[unit.code]) + (f"?{urlencode(query)}" if query else "")


def _columns(unit: Unit, found: Heat, pack: Pack | None) -> list[Column]:
    """Documents each for itself; the parts of one brought together until they fit side by side."""
    english = (get_language() or "").startswith("en")
    if pack is None:
        here = reverse("unit-heat", args=[unit.code])
        return [
            Column(row.key, (row.title_en if english else "") or row.title, f"{here}?pack={row.key}", (row.key,))
            for row in found.columns
        ]
    named = rows.titles(pack)
    parts = rows.columns(pack, [row.key for row in found.columns], most=MOST)
    kinds = {row.section: row.kind for row in reversed(catalogue.requirements(pack)) if row.addressee == "unit"}
    return [
        Column(part, named.get(part, part), "", tuple(keys), kinds.get(keys[0], ""), rows.heading(keys[0], named))
        for part, keys in parts.items()
    ]


def _documents(unit: Unit, found: Heat, pack: Pack | None) -> list[dict[str, Any]]:
    """The way from one document back to all."""
    here = reverse("unit-heat", args=[unit.code])
    return [{"label": _("All documents"), "url": here}, {"label": counts.title(pack), "url": ""}] if pack else []


def _rows(unit: Unit, found: Heat, columns: Iterable[Column], pack: Pack | None) -> list[Row]:
    """Units that nothing is asked of, and in which nothing is asked below, are left out."""
    shown = [row for row in found.rows if any(count.units for count in row.cells.values())]
    parents = _parents(row.unit.pk for row in shown)
    return [_row(row.unit, row.cells, columns, unit, pack, row.unit.pk in parents) for row in shown]


def _parents(unit_ids: Iterable[int]) -> set[int]:
    """Those of the units that have companies below them: one query."""
    rows_ = Unit.objects.filter(parent_id__in=list(unit_ids), kind=UnitKind.COMPANY, closed_on__isnull=True)
    return set(rows_.order_by().values_list("parent_id", flat=True).distinct())


def _row(
    each: Unit, cells: Mapping[str, Count], columns: Iterable[Column], unit: Unit, pack: Pack | None, has_below: bool
) -> Row:
    is_self = each == unit
    drawn = []
    for column in columns:
        held = _sum(cells, column.keys)
        urn = pack.urn if pack else column.key
        if held is not None and held.units > 1:
            url = reverse("posture-levels", args=[each.code, urn])
        else:
            url = links.posture(each.code, urn, kind=column.kind) + (f"#s-{column.anchor}" if column.anchor else "")
        drawn.append(cell(held, url))
    query = f"?pack={pack.urn}" if pack else ""
    below = reverse("unit-heat", args=[each.code]) + query
    url = below if has_below and not is_self else reverse("unit-posture", args=[each.code])
    together = cell(counting.total(cells.values()), url)
    return Row(each, is_self, max((count.units for count in cells.values()), default=0), url, tuple(drawn), together)


def _sum(cells: Mapping[str, Count], keys: Iterable[str]) -> Count | None:
    """Several parts together are still of the same units."""
    held = [cells[key] for key in keys if key in cells]
    return Count(counting.total(held).by_status, max(each.units for each in held)) if held else None


def cell(count: Count | None, url: str = "") -> Cell:
    """The share that is met as a shade; a dash where nothing has been adopted."""
    if count is None or not count.units:
        return Cell()
    percent, unmet = count.percent_met, count.by_status[Status.UNMET]
    if percent is None:
        shade = "wait" if count.by_status[Status.NOT_DUE] else "quiet"
        return Cell(shade, url=url)
    shade = next(name for least, name in SHADES if percent >= least)
    return Cell(shade, percent, unmet, count.by_status[Status.MET], count.applicable, url)


def _sorted(found: list[Row], columns: list[Column], sort: str) -> list[Row]:
    """In the order of the tree, or the worst of a column first; what asks nothing stands last."""
    if sort == NAME:
        return found
    at = next((number for number, column in enumerate(columns) if column.key == sort), -1)

    def badness(row: Row) -> tuple[bool, int, int]:
        each = row.together if at < 0 else row.cells[at]
        return each.percent is None, each.percent or 0, -each.unmet

    return sorted(found, key=badness)


def _totals(found: Heat, columns: Iterable[Column], unit: Unit, pack: Pack | None) -> list[Cell]:
    """Each column over all rows, and all of them together."""
    drawn, everything = [], counting.NOTHING
    for column in columns:
        held = counting.total(_sum(row.cells, column.keys) or counting.NOTHING for row in found.rows)
        url = reverse("posture-levels", args=[unit.code, pack.urn if pack else column.key])
        drawn.append(cell(held, url))
        everything = everything.plus(held)
    return [*drawn, cell(everything)]
