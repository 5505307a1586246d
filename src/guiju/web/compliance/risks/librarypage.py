"""Choosing from the library of the unit above, and what has changed there since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.risks import library, reach
from guiju.compliance.risks.library import News, Offer
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import queries as entries
from guiju.registers import spec as specs
from guiju.registers import values as stored
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.risks import tabs


@needs(P.REGISTER_ENTRY_VIEW)
@require_http_methods(["GET", "POST"])
def library_page(request: HttpRequest, code: str) -> HttpResponse:
    """Shared risks of the units above, to be taken over; and one's own library with how it is used."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW), place.by(request)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            made = library.take(unit=unit, department=_department(unit, request), uids=_picked(request), by=by)
        except Problem as refused:
            problem = refused
        else:
            told = ngettext("%(n)s risk was taken over.", "%(n)s risks were taken over.", len(made)) % {"n": len(made)}
            messages.success(request, told)
            return redirect(request.get_full_path())
    words, field = request.GET.get("q", ""), request.GET.get("field", "")
    offers = library.offers(unit=unit, by=by, words=words, field=field)
    options = [(option.code, option.label()) for option in specs.get("risk_library").by_code["field"].options]
    context = tabs.context(request, unit, _("Risk library"), "compliance-risks-library") | {
        "offers": [_offer(one) for one in offers],
        "is_narrowed": bool(words or field),
        "q": words,
        "field": field,
        "fields": options,
        "departments": _departments(unit),
        "problem": problem,
        "may_take": place.may(request, P.REGISTER_ENTRY_CREATE, unit),
        "own": _own(unit, by),
        "own_url": links.register("risk_library", unit=unit.code, below="0"),
        "new_url": links.new_record("risk_library", unit=unit)
        if place.may(request, P.REGISTER_ENTRY_CREATE, unit)
        else "",
        "has_below": tabs.has_levels(unit),
        "news_url": reverse("compliance-risks-library-news", args=[unit.code]),
        "news": len(library.news(unit=unit, by=by)),
    }
    return render(request, "compliance/risks/library.html", context, status=problem.status if problem else 200)


def _picked(request: HttpRequest) -> list[UUID]:
    found = []
    for written in request.POST.getlist("pick"):
        try:
            found.append(UUID(written))
        except ValueError:
            continue
    return found


def _departments(unit: Unit) -> list[Unit]:
    if unit.kind in reach.PARTS:
        return []
    return list(Unit.objects.filter(parent=unit, kind__in=reach.PARTS, closed_on=None).order_by("sort_key", "pk"))


def _department(unit: Unit, request: HttpRequest) -> Unit | None:
    code = request.POST.get("department", "")
    return next((one for one in _departments(unit) if one.code == code), None)


def _shown(code: str, value: Any) -> str:
    item = specs.get("risk_library").by_code.get(code)
    return stored.show(item, value, Directory()) if item is not None and value not in (None, "") else ""


def _offer(one: Offer) -> dict[str, Any]:
    texts = {code: _shown(code, value) for code, value in one.values.items()}
    return {
        "uid": one.uid,
        "title": one.title,
        "unit": one.unit,
        "taken": one.taken,
        "level": one.values["level"],
        "texts": texts,
    }


def _own(unit: Unit, by: Any) -> list[dict[str, Any]]:
    rows = entries.visible(by, "risk_library", within=unit).filter(own(unit)).order_by("status", "number", "pk")[:200]
    known, found = specs.get("risk_library"), list(rows)
    used = library.uses(unit) if found else {}
    states = {state.code: state.label() for state in known.states}
    return [{"entry": row, "state": states.get(row.status, ""), "uses": used.get(row.uid, 0)} for row in found]


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def news_page(request: HttpRequest, code: str) -> HttpResponse:
    """What has changed in the library since a risk was taken over, side by side."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW), place.by(request)
    may = place.may(request, P.REGISTER_ENTRY_EDIT, unit)
    context = tabs.context(request, unit, _("The library has changed"), "compliance-risks-library") | {
        "news": [_told(one, unit, may=may) for one in library.news(unit=unit, by=by)],
        "back": reverse("compliance-risks-library", args=[unit.code]),
    }
    return render(request, "compliance/risks/news.html", context)


def _told(one: News, unit: Unit, *, may: bool) -> dict[str, Any]:
    known = specs.get("risk_library").by_code
    return {
        "risk": one.risk,
        "is_withdrawn": one.is_withdrawn,
        "seen": one.source.version if one.source else 0,
        "changes": [
            {
                "label": known[code].label(),
                "then": _shown(code, then),
                "now": _shown(code, now),
                "ours": _shown(code, ours),
            }
            for code, then, now, ours in one.changes
        ],
        "url": reverse("compliance-risks-library-settle", args=[unit.code, one.risk.uid]) if may else "",
    }


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def settle(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Take over what the library has now, or keep our own."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW), place.by(request)
    risk: Entry = entries.find(by, uid, register="risk_list")
    given = {name: request.POST.get(name, "") for name in ("version", "seen")}
    numbers = {name: int(value) if value.isdecimal() else 0 for name, value in given.items()}
    takes = request.POST.get("do") == "take"
    try:
        library.settle(risk=risk, take_over=takes, by=by, **numbers)
    except Problem as refused:
        if refused.status in {403, 404}:
            raise
        messages.error(request, f"{refused.what} {refused.fix}")
    else:
        messages.success(request, _("Taken over.") if takes else _("Our own was kept."))
    return redirect("compliance-risks-library-news", unit.code)
