"""One hearing: its sheet, its minutes kept while they are written, its closing."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.hearing import actions, minutes, queries
from guiju.compliance.models import Hearing
from guiju.documents.kinds import hearing as papers
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.posture import queries as posture
from guiju.posture.models import Status
from guiju.web import place
from guiju.web.compliance.hearing import onepage
from guiju.web.compliance.hearing.strip import address
from guiju.web.registers import asked

_ROW = re.compile(r"decision-(\d{1,2})-(matter|owner|due_on)")


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def one(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The sheet and the minutes; without a sheet the one button that makes it."""
    unit, quarter = _place(request, code, period)
    try:
        hearing = queries.find(by=place.by(request), unit=unit, period=quarter)
    except NotFound:
        return render(request, "compliance/hearing/begin.html", onepage.beginning(request, unit, quarter))
    return render(request, "compliance/hearing/one.html", onepage.context(request, hearing))


def _place(request: HttpRequest, code: str, period: str) -> tuple[Unit, Period]:
    return place.open_unit(request, code, P.REGISTER_ENTRY_VIEW), Period.parse(period)


@needs(P.COMPLIANCE_HEARING_EDIT)
@require_POST
def prepare(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Count the sheet from the records as they are now."""
    unit, quarter = _place(request, code, period)
    by = place.by(request)
    if "held_on" in request.POST:  # from the form of the minutes: what stands there is kept first
        hearing = queries.find(by=by, unit=unit, period=quarter)
        try:
            version = asked.version(request, default=0)
            actions.edit(hearing=hearing, values=written(request), version=version, by=by)
        except Problem as problem:
            return _refused(request, hearing, problem)
    hearing = actions.prepare(unit=unit, period=quarter, by=by, given=red(unit, by=by))
    messages.success(request, _("The sheet is counted from the records of today."))
    return redirect(address(hearing.unit, quarter))


def red(unit: Unit, *, by: Actor) -> dict[str, int]:
    """How many requirements of the documents that the unit answers to are not met."""
    own = [view.own for view in posture.overview(by=by, unit=unit) if view.own is not None]
    return {"unmet": sum(count.by_status.get(Status.UNMET, 0) for count in own)} if own else {}


@needs(P.COMPLIANCE_HEARING_EDIT)
@require_POST
def save(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Keep what was written so far; asked by the page itself while somebody writes."""
    unit, quarter = _place(request, code, period)
    by = place.by(request)
    hearing = queries.find(by=by, unit=unit, period=quarter)
    try:
        kept = actions.edit(hearing=hearing, values=written(request), version=asked.version(request, default=0), by=by)
    except Problem as problem:
        return _refused(request, hearing, problem)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "compliance/hearing/_saved.html", {"hearing": kept})
    messages.success(request, _("Saved."))
    return redirect(address(unit, quarter))


def written(request: HttpRequest) -> dict[str, Any]:
    """The minutes as the form carries them."""
    found: dict[str, Any] = {code: request.POST[code] for code in minutes.FIELDS if code in request.POST}
    rows: dict[int, dict[str, str]] = {}
    for key, value in request.POST.items():
        if match := _ROW.fullmatch(key):
            rows.setdefault(int(match[1]), {})[match[2]] = str(value)
    if rows:
        found["decisions"] = [rows[number] for number in sorted(rows)]
    return found


def _refused(request: HttpRequest, hearing: Hearing, problem: Problem) -> HttpResponse:
    """With what is wrong, or with both sides; what was written stays on the page."""
    if problem.status in {403, 404}:
        raise problem
    if request.htmx:  # type: ignore[attr-defined]
        context = {"problem": problem, "hearing": hearing, "clashes": onepage.clashes(problem)}
        return render(request, "compliance/hearing/_saved.html", context, status=422)
    context = onepage.context(request, hearing, problem=problem, given=written(request))
    return render(request, "compliance/hearing/one.html", context, status=409 if isinstance(problem, Conflict) else 422)


@needs(P.COMPLIANCE_HEARING_EDIT)
@require_POST
def close(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The hearing was held: one meeting with its minutes as a file, and a task for each decision."""
    unit, quarter = _place(request, code, period)
    by = place.by(request)
    hearing = queries.find(by=by, unit=unit, period=quarter)
    version = asked.version(request, default=0)
    try:
        with transaction.atomic():
            closed = actions.close(
                hearing=hearing, values=written(request), version=version, by=by,
                keep_figures="keep_figures" in request.POST,
            )  # fmt: skip
            papers.attach(closed, quarter, by=by)
    except Problem as problem:
        return _refused(request, hearing, problem)
    messages.success(
        request, _("The hearing is entered; whoever has to carry out a decision finds it among the tasks.")
    )
    return redirect(address(closed.unit, quarter))
