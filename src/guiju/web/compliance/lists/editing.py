"""The columns of an own form: order, headings, groups, widths; every button works without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.enums import ListKind
from guiju.lib.errors import NotFound, Problem
from guiju.org.places import Seat
from guiju.registers import ownlayouts
from guiju.registers import spec as specs
from guiju.registers.models import OwnLayout
from guiju.registers.spec import RegisterSpec
from guiju.web import place
from guiju.web.compliance.lists import door, tables
from guiju.web.compliance.lists.settings import enter
from guiju.web.registers import asked

Column = dict[str, Any]


def _found(request: HttpRequest, code: str, kind: str, uid: UUID) -> tuple[Seat, ListKind, OwnLayout]:
    seat = enter(request, code)
    chosen = door.kind_of(kind)
    held = OwnLayout.objects.select_related("unit").filter(unit=seat.company, register=chosen.register, uid=uid).first()
    if held is None:
        raise NotFound(_("This form is not here."), fix=_("Choose one from the list."))
    return seat, chosen, held


@needs(P.COMPLIANCE_SETTING_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str, kind: str, uid: UUID) -> HttpResponse:
    """Change the form; each button saves what stands in the fields and then does its own work."""
    seat, chosen, held = _found(request, code, kind, uid)
    spec = specs.get(chosen.register)
    if request.method == "GET":
        return _page(request, seat, chosen, held, held.title, list(held.columns), held.by_department)
    title, by_department = request.POST.get("title", ""), request.POST.get("by_department") == "1"
    columns = _turned(request.POST, spec, _read(request.POST))
    try:
        ownlayouts.set_layout(
            unit=seat.company,
            spec=spec,
            code=held.code,
            title=title,
            columns=columns,
            by_department=by_department,
            version=asked.version(request),
            by=place.by(request),
        )
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, seat, chosen, held, title, columns, by_department, problem)
    messages.success(request, _("The form was saved."))
    return redirect(reverse("compliance-lists-layout", args=[seat.code, chosen.value, held.uid]) + _place(request.POST))


def _read(given: QueryDict) -> list[Column]:
    """The columns as the form on the page has them."""
    fields = given.getlist("field")
    lists = {name: given.getlist(name) for name in ("label", "under", "width", "when")}
    carried = set(given.getlist("carry"))
    found: list[Column] = []
    for at, code in enumerate(fields[: ownlayouts.MOST + 1]):
        texts = {name: values[at].strip() if at < len(values) else "" for name, values in lists.items()}
        column: Column = {"field": code, "label": texts["label"]}
        column |= {"under": texts["under"]} if texts["under"] else {}
        column |= {"width": texts["width"]} if texts["width"] else {}
        column |= {"carry": True} if str(at) in carried else {}
        name, _equals, value = texts["when"].partition("=")
        column |= {"when": {name: value}} if value else {}
        found.append(column)
    return found


def _turned(given: Mapping[str, str], spec: RegisterSpec, columns: list[Column]) -> list[Column]:
    """One column up, down, away, or one more."""
    for name, step in (("up", -1), ("down", 1)):
        at = _number(given.get(name, ""), len(columns))
        if at is not None and 0 <= at + step < len(columns):
            columns[at], columns[at + step] = columns[at + step], columns[at]
    gone = _number(given.get("drop", ""), len(columns))
    if gone is not None:
        del columns[gone]
    added = given.get("add", "") if "more" in given else ""
    item = spec.field(added)
    if item is not None:
        label = given.get("add_label", "").strip() or item.label()
        columns.append({"field": added, "label": label})
    elif added == "_row":
        columns.insert(0, {"field": "_row", "label": given.get("add_label", "").strip() or "序号"})
    return columns


def _number(written: str, count: int) -> int | None:
    return int(written) if written.isdecimal() and len(written) < 4 and int(written) < count else None


def _place(given: Mapping[str, str]) -> str:
    """Back to the column that was moved."""
    for name, step in (("up", -1), ("down", 1)):
        at = _number(given.get(name, ""), ownlayouts.MOST)
        if at is not None:
            return f"#column-{max(at + step, 0)}"
    return "#add" if "more" in given else ""


def _page(
    request: HttpRequest,
    seat: Seat,
    kind: ListKind,
    held: OwnLayout,
    title: str,
    columns: list[Column],
    by_department: bool,
    problem: Problem | None = None,
) -> HttpResponse:
    spec = specs.get(kind.register)
    there = {column["field"] for column in columns}
    wrong = {fault.where: fault for fault in problem.faults} if problem is not None else {}
    home = reverse("compliance-lists-settings", args=[seat.code])
    context = {
        "title": title or held.title,
        "layout": held,
        "list_title": title,
        "by_department": by_department,
        "version": held.version if problem is None else request.POST.get("version", held.version),
        "trail": door.trail(seat, {"label": _("Names and columns"), "url": home}),
        "unit": seat.company,
        "columns": [_line(spec, at, column, wrong.get(f"columns.{at + 1}")) for at, column in enumerate(columns)],
        "head": tables.header([column for column in columns if column.get("label")]),
        "free": [
            {"code": item.code, "label": item.label(), "own": item.own}
            for item in spec.fields
            if item.code not in there and item.type != "files"
        ],
        "has_row": "_row" in there,
        "problem": problem,
        "drop_url": reverse("compliance-lists-layout-drop", args=[seat.code, kind.value, held.uid]),
        "choose_url": reverse("compliance-lists-layout-choose", args=[seat.code, kind.value, held.uid]),
        "back_url": home,
        "status": 422 if problem else 200,
    }
    return render(request, "compliance/lists/layout.html", context, status=422 if problem else 200)


def _line(spec: RegisterSpec, at: int, column: Mapping[str, Any], fault: Any) -> dict[str, Any]:
    item = spec.field(column["field"])
    name, value = next(iter((column.get("when") or {}).items()), ("", ""))
    return {
        "at": at,
        "place": at + 1,
        "field": column["field"],
        "name": item.label() if item is not None else _("Running number"),
        "own": item is not None and item.own,
        "label": column.get("label", ""),
        "under": column.get("under", ""),
        "width": column.get("width", ""),
        "carry": bool(column.get("carry")),
        "when": f"{name}={value}" if name else "",
        "fault": fault,
    }


@needs(P.COMPLIANCE_SETTING_EDIT)
@require_POST
def choose(request: HttpRequest, code: str, kind: str, uid: UUID) -> HttpResponse:
    """Let this form name the list and its columns on screen."""
    seat, _chosen, held = _found(request, code, kind, uid)
    ownlayouts.choose_default(layout=held, version=asked.version(request), by=place.by(request))
    messages.success(request, _("The list is shown as “%(title)s” now.") % {"title": held.title})
    return redirect("compliance-lists-settings", seat.code)


@needs(P.COMPLIANCE_SETTING_EDIT)
@require_POST
def drop(request: HttpRequest, code: str, kind: str, uid: UUID) -> HttpResponse:
    """Take a form away."""
    seat, _chosen, held = _found(request, code, kind, uid)
    ownlayouts.drop_layout(layout=held, version=asked.version(request), by=place.by(request))
    messages.info(request, _("The form “%(title)s” was taken away.") % {"title": held.title})
    return redirect("compliance-lists-settings", seat.code)
