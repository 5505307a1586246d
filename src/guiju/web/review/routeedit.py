"""Changing a unit's route on a page: a draft, tried out, put in force; or given up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.lib.errors import Conflict, Problem
from guiju.org import places
from guiju.org.enums import Role
from guiju.org.models import LAST, Person, Unit
from guiju.registers import taxonomy
from guiju.registers.directory import as_uid
from guiju.review import routing, subjects
from guiju.web import place
from guiju.web.registers import asked
from guiju.web.review import here, routeform, routespage, words
from guiju.workflow.routes import deciding, rules

_PURPOSE = routing.PURPOSE


def _company(request: HttpRequest, code: str) -> Unit:
    return places.company_of(check.unit(place.by(request), P.WORKFLOW_ROUTE_EDIT, code))


@needs(P.WORKFLOW_ROUTE_EDIT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The rows of the draft, or of what holds now where there is none yet."""
    unit = _company(request, code)
    draft = deciding.draft_of(unit, _PURPOSE)
    if request.method == "GET":
        rows = draft.rows if draft is not None else rules.write(routing.table(unit)[1])
        return _page(request, unit, rows, version=draft.version if draft else 0, note=draft.note if draft else "")
    rows, note = routeform.read(request.POST), request.POST.get("note", "")
    version = asked.version(request, default=0)
    touched = routeform.acted(rows, request.POST.get("act", ""))
    if touched is not None:
        return _page(request, unit, rows, version=version, note=note, open_at=touched)
    try:
        routing.save(unit=unit, rows=rows, note=note, version=version, by=place.by(request))
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        fresh = deciding.draft_of(unit, _PURPOSE)
        seen = fresh.version if fresh is not None and isinstance(problem, Conflict) else version
        return _page(request, unit, rows, version=seen, note=note, problem=problem)
    messages.success(request, _("The draft is saved. Try it out, then put it in force."))
    return redirect(f"{reverse('review-routes', args=[unit.code])}?of=draft")


def _page(
    request: HttpRequest,
    unit: Unit,
    rows: list[routeform.Raw],
    *,
    version: int,
    note: str,
    problem: Problem | None = None,
    open_at: int | None = None,
) -> HttpResponse:
    uids = {
        uid
        for one in rows
        for step in one.get("steps") or ()
        for uid in (step.get("who") or {}).get("people") or ()
        if as_uid(uid)
    }
    names = (
        {str(uid): name for uid, name in Person.objects.filter(uid__in=uids).values_list("uid", "name")} if uids else {}
    )
    context = {
        "title": _("Change the review route"),
        "trail": [
            *here.trail(request, unit),
            {"label": _("Review routes"), "url": reverse("review-routes", args=[unit.code])},
        ],
        "state": unit.name,
        "rows": _with_units(_with_conditions(routeform.shown(rows, problem, names, open_at=open_at), rows), unit),
        "version": version,
        "note": note,
        "problem": problem,
        "kinds": [(one.code, subjects.said(one)) for one in subjects.all_of().values()],
        "levels": [(one[0], one[1]) for one in taxonomy.POLICY_LEVELS],
        "parts": [(code, words.PARTS[code]) for code in rules.PARTS],
        "roles": Role.choices,
        "departments": places.departments_of(unit),
        "people_url": f"{reverse('pick', args=['person'])}?unit={unit.code}",
        "most_days": rules.MOST_DAYS,
        "cancel_url": reverse("review-routes", args=[unit.code]),
    }
    status = 200 if problem is None else 409 if isinstance(problem, Conflict) else 422
    return render(request, "review/routeedit.html", context, status=status)


#: So many units are offered; those that a row names are there in any case.
_OFFERED = 400


def _with_units(shown: list[routeform.Raw], unit: Unit) -> list[routeform.Raw]:
    """Units to choose from by their names: this one and those below it."""
    below = Unit.objects.filter(path__gte=unit.path, path__lt=unit.path + LAST).order_by("path")
    known = {one.code: one.label for one in below[:_OFFERED]}
    named = {code for row in shown for code in row["units"]} - known.keys()
    known |= {one.code: one.label for one in Unit.objects.filter(code__in=named, root_id=unit.root_id)}
    for row in shown:
        known |= {code: code for code in row["units"] if code not in known}
        row["unit_choices"] = [(code, label, code in row["units"]) for code, label in known.items()]
    return shown


def _with_conditions(shown: list[routeform.Raw], rows: list[routeform.Raw]) -> list[routeform.Raw]:
    """Each row's conditions as a sentence, where the table can be read as it stands."""
    try:
        read = rules.read(rows)
    except Problem:
        return shown
    for row, one in zip(shown, read, strict=True):
        row["when"] = "；".join(words.conditions_of(one.when)) or (
            _("everything else") if len(read) > 1 else _("every matter")
        )
    return shown


@needs(P.WORKFLOW_ROUTE_EDIT)
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Put the draft in force; what is under way keeps its route."""
    unit = _company(request, code)
    try:
        routing.publish(unit=unit, version=asked.version(request), by=place.by(request))
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return routespage.page(request, unit.code, problem)
    messages.success(request, _("The route is in force. What is under way goes on along the one with which it began."))
    return redirect("review-routes", unit.code)


@needs(P.WORKFLOW_ROUTE_EDIT)
@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """Give up the draft, or the unit's own route."""
    unit = _company(request, code)
    try:
        deciding.drop(
            unit=unit, purpose=_PURPOSE, version=asked.version(request), by=place.by(request),
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except Conflict as problem:
        return routespage.page(request, unit.code, problem)
    messages.success(request, _("Given up. The route that held before, or the one above, holds now."))
    return redirect("review-routes", unit.code)
