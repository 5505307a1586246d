"""How every department stands with its three lists; and the units below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.lists import queries
from guiju.compliance.lists.queries import Cell, Line
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, Unit
from guiju.org.places import Seat
from guiju.registers import spec as specs
from guiju.registers.ownlayouts import EDIT
from guiju.web import links, place
from guiju.web.compliance.lists import door

_TONES = {"draft": "na", "submitted": "partly", "approved": "partly"}


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Departments by lists: what is in force since when, what has changed, and one next step each."""
    seat = door.enter(request, code)
    lines = queries.overview(place.by(request), seat)
    titles = door.titles(seat.company)
    context = {
        "title": _("Three lists"),
        "state": _state(seat, lines),
        "unit": seat.company,
        "views": tabs(request, seat, "compliance-lists"),
        "heads": [titles[kind.value] for kind in queries.KINDS],
        "lines": [_line(seat, line, titles) for line in lines],
        "imports": _imports(request, seat, titles),
        "has_departments": bool(seat.departments),
        "new_department_url": links.new_record("units", unit=seat.company, values={"kind": "department"})
        if place.may(request, P.ORG_UNIT_EDIT, seat.company)
        else "",
    }
    return render(request, "compliance/lists/overview.html", context)


def tabs(request: HttpRequest, seat: Seat, current: str) -> list[dict[str, Any]]:
    """Departments, all levels where there are units below, and the settings for those who may change them."""
    below = Unit.objects.filter(
        kind=UnitKind.COMPANY, path__gt=seat.company.path, path__lt=seat.company.path + LAST, closed_on__isnull=True
    )
    has_levels = seat.whole and place.sees_below(request, seat.company) and below.exists()
    return door.tabs(seat, current, settings=place.may(request, EDIT, seat.company), levels=has_levels)


def _state(seat: Seat, lines: list[Line]) -> str:
    cells = [cell for line in lines if line.department is not None for cell in line.cells]
    if not cells:
        return seat.company.name
    found = ngettext(
        "%(ok)d of %(n)d list of the departments in force",
        "%(ok)d of %(n)d lists of the departments in force",
        len(cells),
    )
    told = found % {"ok": sum(1 for cell in cells if cell.in_force is not None), "n": len(cells)}
    # A company that keeps its lists as a whole has lists in force although no department has.
    whole = sum(1 for line in lines if line.department is None for cell in line.cells if cell.in_force is not None)
    if not whole:
        return told
    more = ngettext("%(n)d list of the whole company in force", "%(n)d lists of the whole company in force", whole)
    return f"{told}{_('; ')}{more % {'n': whole}}"


def _imports(request: HttpRequest, seat: Seat, titles: Mapping[str, str]) -> list[dict[str, str]]:
    """A workbook may come in for each list; it says itself which departments its rows belong to."""
    if not place.may(request, P.REGISTER_ENTRY_IMPORT, seat.company):
        return []
    return [
        {
            "label": titles[kind.value],
            "url": f"{reverse('register-import', args=[kind.register])}?unit={seat.company.code}",
        }
        for kind in queries.KINDS
    ]


def _line(seat: Seat, line: Line, titles: dict[str, str]) -> dict[str, Any]:
    whole = _("The whole company")
    return {
        "name": line.department.name if line.department is not None else whole,
        "hint": line.department.code if line.department is not None else "",
        "cells": [_cell(seat, cell, titles) for cell in line.cells],
    }


def _cell(seat: Seat, cell: Cell, titles: dict[str, str]) -> dict[str, Any]:
    url = door.list_url(seat, cell.kind, cell.department)
    return {
        "title": titles[cell.kind.value],
        "url": url,
        # A list kept outside has no rows here: its version says how many.
        "rows": cell.rows or (cell.in_force.count_1 if cell.in_force is not None else 0) or 0,
        "in_force": cell.in_force,
        "days": cell.days,
        "drift": door.drift_words(cell.drift),
        "going": _going(cell),
        "step": {"label": door.STEPS[cell.step], "url": _step_url(seat, cell, url)} if cell.step and cell.can else None,
        "waits": bool(cell.step and not cell.can),
    }


def _going(cell: Cell) -> dict[str, str] | None:
    if cell.going is None:
        return None
    state = specs.get("list_versions").state(cell.going.status)
    label = state.label() if state is not None else ""
    return {"label": f"{cell.going.number} {label}", "tone": _TONES.get(cell.going.status, "na")}


def _step_url(seat: Seat, cell: Cell, url: str) -> str:
    if cell.step == "compare" and cell.in_force is not None:
        return door.version_url(seat, cell.in_force.uid, to="now") + "#changes"
    if cell.going is not None and cell.step in {"approve", "enforce"}:
        return door.version_url(seat, cell.going.uid)
    return url


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def levels(request: HttpRequest, code: str) -> HttpResponse:
    """The legal entities below, and which of the three lists each has in force."""
    seat = door.enter(request, code)
    found = queries.levels(place.by(request), seat.company, after=request.GET.get("after", "")[:80])
    titles = door.titles(seat.company)
    here = reverse("compliance-lists-levels", args=[seat.code])
    context = {
        "title": _("Three lists"),
        "state": _("%(ok)d of %(n)d units below have all three lists in force")
        % {"ok": found.complete, "n": found.units},
        "unit": seat.company,
        "trail": door.trail(seat),
        "views": tabs(request, seat, "compliance-lists-levels"),
        "heads": [titles[kind.value] for kind in queries.KINDS],
        "lines": [
            {
                "unit": line.unit,
                "url": reverse("compliance-lists", args=[line.unit.code]),
                "cells": [
                    {"label": titles[kind.value], "n": line.in_force.get(kind.value, 0)} for kind in queries.KINDS
                ],
                "going": line.going,
                "has_all": line.has_all,
            }
            for line in found.lines
        ],
        "pager": {
            "count": found.units,
            "cap": found.units,
            "prev_url": here if request.GET.get("after") else "",
            "next_url": f"{here}?after={found.after}" if found.after else "",
        },
    }
    return render(request, "compliance/lists/levels.html", context)
