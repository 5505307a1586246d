"""Names and columns of the three lists: what a unit calls them, and its own forms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.enums import ListKind
from guiju.compliance.lists import names as shipped
from guiju.compliance.lists import queries
from guiju.lib.errors import Problem
from guiju.org.places import Seat
from guiju.registers import learning, ownlayouts
from guiju.registers import spec as specs
from guiju.registers.models import OwnLayout
from guiju.registers.spec import RegisterSpec
from guiju.web import place
from guiju.web.compliance.lists import door, tables
from guiju.web.compliance.lists.overview import tabs
from guiju.web.registers.imports import _on_disk as on_disk


def enter(request: HttpRequest, code: str) -> Seat:
    """The company whose settings these are, for those who may change them."""
    seat = door.enter(request, code)
    check.require(place.by(request), ownlayouts.EDIT, seat.company)
    return seat


@needs(P.COMPLIANCE_SETTING_EDIT)
@require_safe
def home(request: HttpRequest, code: str) -> HttpResponse:
    """The sets of names, and for each list the forms that hold."""
    seat = enter(request, code)
    return render(request, "compliance/lists/settings.html", _context(request, seat))


def _context(request: HttpRequest, seat: Seat, problem: Problem | None = None, kind: str = "") -> dict[str, Any]:
    return {
        "title": _("Names and columns"),
        "unit": seat.company,
        "trail": door.trail(seat),
        "views": tabs(request, seat, "compliance-lists-settings"),
        "names_url": reverse("compliance-lists-names", args=[seat.code]),
        "sets": [
            {"code": one.code, "label": one.label, "titles": list(one.titles.values())} for one in shipped.SETS.values()
        ],
        "lists": [_list(seat, one) for one in queries.KINDS],
        "problem": problem,
        "problem_kind": kind,
    }


def _list(seat: Seat, kind: ListKind) -> dict[str, Any]:
    spec = specs.get(kind.register)
    held = ownlayouts.held_by(seat.company, spec.code)
    used = ownlayouts.chosen(held)
    return {
        "kind": kind.value,
        "title": spec.title(),
        "own": [_own(seat, kind, one, is_used=one is used) for one in held],
        "new_url": reverse("compliance-lists-layout-new", args=[seat.code, kind.value]),
        "shipped": [{"code": code, "title": one.title, "note": one.note} for code, one in spec.layouts.items()],
    }


def _own(seat: Seat, kind: ListKind, one: OwnLayout, *, is_used: bool) -> dict[str, Any]:
    mine = one.unit_id == seat.company.pk
    where = [seat.code, kind.value, one.uid]
    return {
        "title": one.title,
        "count": len(one.columns),
        "is_used": is_used,
        "inherited": "" if mine else one.unit.label,
        "version": one.version,
        "recorded_at": one.recorded_at,
        "by": one.by,
        "head": tables.header(one.columns),
        "url": reverse("compliance-lists-layout", args=where) if mine else "",
        "choose_url": reverse("compliance-lists-layout-choose", args=where) if mine and not one.is_default else "",
    }


@needs(P.COMPLIANCE_SETTING_EDIT)
@require_POST
def names(request: HttpRequest, code: str) -> HttpResponse:
    """Give the lists the names of a document."""
    seat = enter(request, code)
    made = shipped.use(unit=seat.company, code=request.POST.get("names", ""), by=place.by(request))
    titles = "、".join(one.title for one in made)
    messages.success(request, _("The lists are called %(titles)s now.") % {"titles": titles})
    return redirect("compliance-lists-settings", seat.code)


@needs(P.COMPLIANCE_SETTING_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """A form of one's own: begun with the usual columns, copied from a shipped one, or learned from a workbook."""
    seat = enter(request, code)
    chosen = door.kind_of(kind)
    if request.method == "GET":
        return redirect(reverse("compliance-lists-settings", args=[seat.code]) + f"#{chosen.value}")
    spec = specs.get(chosen.register)
    try:
        made, told = _made(request, seat, spec)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        context = _context(request, seat, problem, chosen.value)
        return render(request, "compliance/lists/settings.html", context, status=422)
    messages.success(request, told)
    return redirect("compliance-lists-layout", seat.code, chosen.value, made.uid)


def _made(request: HttpRequest, seat: Seat, spec: RegisterSpec) -> tuple[OwnLayout, str]:
    by = place.by(request)
    given = request.FILES.get("file")
    told = _("The form was made. Put its columns in order and correct the headings.")
    if given is not None:
        name = given.name or "form.xlsx"
        with on_disk(given, name) as path:
            found = learning.learn(spec, path, name=name)
        title, columns, by_department = found.title, found.columns, found.by_department
        if found.own:
            told = ngettext(
                "The form was learned from the workbook; this heading became a column of your own: %(labels)s.",
                "The form was learned from the workbook; these headings became columns of your own: %(labels)s.",
                len(found.own),
            ) % {"labels": "、".join(found.own)}
    elif request.POST.get("copy"):
        title, columns, by_department = ownlayouts.copied(spec, request.POST["copy"])
    elif "learn" in request.POST:
        raise Problem("import.no_file", _("No file was chosen."), fix=_("Choose an Excel file and send it again."))
    else:
        title, columns, by_department = spec.title_zh, shipped.begin(spec), False
    made = ownlayouts.set_layout(
        unit=seat.company, spec=spec, title=title, columns=columns, by_department=by_department, by=by
    )
    return made, told
