"""What of a unit is connected and what is not; each number leads to its list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.policy import needs
from guiju.compliance.enums import LinkState
from guiju.compliance.graph import queries, shape
from guiju.compliance.graph.queries import Joined
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.web import links, place
from guiju.web.compliance.graph import causes, here
from guiju.web.compliance.graph.here import VIEW

_SHOWN = 500
#: Changes that are named; of each the departments, and the first two kinds of records.
_CAUSES, _LINES = 12, 3


@needs(VIEW)
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """Kinds with their gaps, changes that wait for a look, proposals that wait for a decision."""
    unit = place.open_unit(request, code, VIEW)
    by = place.by(request)
    found = queries.joined(unit, by=by)
    proposed = queries.links(unit, by=by, state=LinkState.PROPOSED)[:1_001].count()
    confirmed = queries.links(unit, by=by, state=LinkState.CONFIRMED).count()
    changed = queries.causes(unit, by=by)
    waiting = sum(row["count"] for row in changed)
    counts = {"compliance-graph-proposals": proposed, "compliance-graph-marks": waiting}
    context = {
        "title": _("How the lists hang together"),
        "trail": here.trail(request, unit, top=True),
        "unit": unit,
        "views": here.tabs(unit, "compliance-graph", counts),
        "count": sum(row.count for row in found),
        "confirmed": confirmed,
        "proposed": proposed,
        "waiting": waiting,
        "alone": sum(row.alone for row in found),
        "rows": [_row(unit, row) for row in found if row.count],
        "causes": _causes(request, unit, changed[:_CAUSES]),
        "more_causes": len(changed[_CAUSES:]),
        "may_edit": place.may(request, here.EDIT, unit),
        "first_url": links.new_record("obligations", unit=unit),
        "second_url": links.register("risk_list", unit=unit.code),
    }
    return render(request, "compliance/graph/overview.html", context)


def _row(unit: Unit, row: Joined) -> dict[str, Any]:
    return {
        "kind": here.kind(row.register),
        "url": links.register(row.register, unit=unit.code),
        "count": row.count,
        "joined": row.count - row.alone,
        "gaps": [
            {"words": gap_words(count, wanted.split("+")), "url": _lacking_url(unit, row.register, wanted)}
            for wanted, count in row.lacking.items()
            if count
        ],
    }


def gap_words(count: int, wanted: list[str]) -> str:
    """What so many records lack."""
    others = _(" or ").join(here.kind(code) for code in wanted)
    return ngettext("%(count)d without a link to: %(others)s", "%(count)d without a link to: %(others)s", count) % {
        "count": count,
        "others": others,
    }


def _lacking_url(unit: Unit, register: str, wanted: str) -> str:
    address = reverse("compliance-graph-lacking", args=[unit.code])
    return f"{address}?{urlencode({'of': register, 'no': wanted})}"


def _causes(request: HttpRequest, unit: Unit, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes with whom they touch: as many questions however many there are."""
    by = place.by(request)
    marks = queries.open_marks(by=by, within=unit).filter(cause__in=[row["cause"] for row in rows])
    lines = causes.lines(marks, most=_LINES, by=by) if rows else {}
    return [
        {
            "title": row["cause_title"],
            "kind": here.kind(row["cause_register"]),
            "count": row["count"],
            "url": f"{reverse('compliance-graph-marks', args=[unit.code])}?cause={row['cause']}",
            "lines": lines.get(row["cause"], ()),
        }
        for row in rows
    ]


@needs(VIEW)
@require_safe
def lacking(request: HttpRequest, code: str) -> HttpResponse:
    """The records of a kind that lack a link, each leading to where one is set."""
    unit = place.open_unit(request, code, VIEW)
    register = request.GET.get("of", "obligations")
    wanted = [each for each in request.GET.get("no", "").split("+") if each]
    if register not in shape.NODES or not set(wanted) <= set(shape.NODES):
        raise NotFound(_("There is no such list."), fix=_("Open it from the page of links."))
    rows = queries.lacking(unit, register, wanted, by=place.by(request), most=_SHOWN + 1)
    words = _(" or ").join(here.kind(each) for each in wanted)
    context = {
        "title": _("%(kind)s without a link to: %(others)s") % {"kind": here.kind(register), "others": words}
        if wanted
        else _("%(kind)s without any link") % {"kind": here.kind(register)},
        "trail": here.trail(request, unit),
        "unit": unit,
        "rows": [here.shown(row, unit) for row in rows[:_SHOWN]],
        "is_cut": len(rows) > _SHOWN,
        "most": _SHOWN,
    }
    return render(request, "compliance/graph/lacking.html", context)
