"""Proposals: grouped by what they join, confirmed or refused many at once."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guiju.access.policy import needs
from guiju.compliance.graph import actions, proposing, queries, shape
from guiju.compliance.models import Link
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry
from guiju.web import place
from guiju.web.compliance.graph import here
from guiju.web.compliance.graph.here import EDIT, VIEW

_SHOWN = 400


@needs(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: HttpRequest, code: str) -> HttpResponse:
    """What the words of the lists suggest; nothing of it counts before a person has confirmed it."""
    unit = place.open_unit(request, code, VIEW)
    if request.method == "POST":
        return _decide(request, unit)
    found = queries.proposals(unit, by=place.by(request), most=_SHOWN + 1)
    context = {
        "title": _("Proposed links"),
        "trail": here.trail(request, unit),
        "unit": unit,
        "views": here.tabs(unit, "compliance-graph-proposals", {"compliance-graph-proposals": len(found)}),
        "groups": _groups(found[:_SHOWN], unit),
        "is_cut": len(found) > _SHOWN,
        "may_edit": place.may(request, EDIT, unit),
    }
    return render(request, "compliance/graph/proposals.html", context)


def _groups(found: list[tuple[Link, Entry, Entry]], unit: Unit) -> list[dict[str, Any]]:
    by_kinds: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for link, low, high in found:
        one, other = (low, high) if shape.in_order([low.register, high.register])[0] == low.register else (high, low)
        by_kinds[one.register, other.register].append(
            {"uid": str(link.uid), "why": link.why, "one": here.shown(one, unit), "other": here.shown(other, unit)}
        )
    return [
        {"one": here.kind(one), "other": here.kind(other), "id": f"{one}-{other}",
         "rows": sorted(rows, key=lambda row: (row["one"]["number"], row["one"]["title"], row["other"]["number"]))}
        for (one, other), rows in sorted(by_kinds.items(), key=lambda item: -len(item[1]))
    ]  # fmt: skip


def _decide(request: HttpRequest, unit: Unit) -> HttpResponse:
    back = redirect("compliance-graph-proposals", unit.code)
    uids = [UUID(known) for each in request.POST.getlist("pick") if (known := as_uid(each))]
    act = request.POST.get("do", "")
    if not uids or act not in {"confirm", "refuse"}:
        messages.error(request, _("Tick the proposals first."))
        return back
    try:
        count = actions.decide_many(links=uids, confirmed=act == "confirm", by=place.by(request))
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        messages.error(request, f"{problem.what} {problem.fix}")
    else:
        messages.success(request, actions.told(count, confirmed=act == "confirm"))
    return back


@needs(EDIT)
@require_POST
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Read all lists of the unit once more."""
    unit = place.open_unit(request, code, EDIT)
    count = proposing.ask(unit=unit, by=place.by(request))
    if count is None:
        messages.info(request, _("The lists are long; they are read in the background. Look again in some minutes."))
    elif count:
        told = ngettext("%(count)d new proposal.", "%(count)d new proposals.", count) % {"count": count}
        messages.success(request, told)
    else:
        messages.info(request, _("The words of the lists suggest nothing new."))
    return redirect(reverse("compliance-graph-proposals", args=[unit.code]))
