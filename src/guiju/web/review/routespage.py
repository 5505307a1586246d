"""Which route holds at a unit, in sentences; and who would look at a matter that somebody imagines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.lib.errors import Problem
from guiju.org import places
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestors
from guiju.registers import taxonomy
from guiju.review import routing, subjects
from guiju.web import place
from guiju.web.review import here, preview, words
from guiju.workflow.routes import deciding, rules
from guiju.workflow.routes.enums import RouteState
from guiju.workflow.routes.models import Route

_YES = "1"


@needs(P.REVIEW_MATTER_VIEW)
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The table that holds, the draft beside it, earlier versions, and the question who would review something."""
    return page(request, code)


def page(request: HttpRequest, code: str, problem: Problem | None = None) -> HttpResponse:
    """The page, with what hindered a step on it."""
    seat = here.seen(request, code)
    unit = seat.company
    held, rows = routing.table(unit)
    may = check.can(place.by(request), P.WORKFLOW_ROUTE_EDIT, unit)
    draft = deciding.draft_of(unit, routing.PURPOSE) if may else None
    of_draft = draft is not None and request.GET.get("of") == "draft"
    tested = rules.read(draft.rows) if of_draft and draft is not None else rows
    names = names_of([*rows, *tested])
    tried = _tried(request, unit, tested)
    own = held is not None and held.unit_id == unit.pk
    shown = tested if of_draft else rows
    context = {
        "title": _("Review routes"),
        "state": unit.name,
        "pages": here.tabs(request, seat.code, "review-routes"),
        "table": preview.table_name(held, unit),
        "rows": [
            row(one, names, alone=len(shown) == 1) | {"hit": tried is not None and tried["row"] == one.name}
            for one in shown
        ],
        "draft": draft,
        "may": may,
        "own": held if own else None,
        "versions": [_version(one) for one in deciding.versions(unit, routing.PURPOSE)] if may else [],
        "tried": tried,
        "of_draft": of_draft,
        "asked": request.GET,
        "kinds": [(one.code, subjects.said(one)) for one in subjects.all_of().values()],
        "levels": [(one[0], one[1]) for one in taxonomy.POLICY_LEVELS],
        "departments": places.departments_of(unit),
        "edit_url": reverse("review-routes-edit", args=[unit.code]),
        "publish_url": reverse("review-routes-publish", args=[unit.code]),
        "drop_url": reverse("review-routes-drop", args=[unit.code]),
        "problem": problem,
    }
    return render(request, "review/routes.html", context, status=problem.status if problem is not None else 200)


def _tried(request: HttpRequest, unit: Unit, rows: tuple[rules.Row, ...]) -> dict[str, Any] | None:
    given = request.GET
    if given.get("kind") not in subjects.all_of():
        return None
    kind = subjects.get(given["kind"])
    facts = rules.Facts(
        kind=kind.code,
        units=[one.code for one in ancestors(unit, itself=True)],
        amount=preview.amount(given.get("amount")),
        overseas=given.get("overseas") == _YES,
        major=given.get("major") == _YES or kind.major,
        level=given.get("level", ""),
    )
    department = next((one for one in places.departments_of(unit) if one.code == given.get("department")), None)
    return preview.of_rows(rows, facts, unit=unit, department=department)


def row(one: rules.Row, names: dict[str, str], *, alone: bool = False) -> dict[str, Any]:
    """One row as a sentence of conditions and a chain of steps."""
    when = words.conditions_of(one.when)
    return {
        "name": one.name,
        "when": "；".join(when) or (_("every matter") if alone else _("everything else")),
        "steps": [words.step_row(step, names) for step in one.steps],
    }


def names_of(rows: Iterable[rules.Row]) -> dict[str, str]:
    """Names of the people whom steps name one by one."""
    uids = {uid for one in rows for step in one.steps for uid in step.people}
    return (
        {str(uid): name for uid, name in Person.objects.filter(uid__in=uids).values_list("uid", "name")} if uids else {}
    )


def _version(one: Route) -> dict[str, Any]:
    tones = {RouteState.DRAFT: "person", RouteState.IN_FORCE: "met", RouteState.REPLACED: "na"}
    return {
        "number": one.number,
        "state": str(RouteState(one.state).label),
        "tone": tones[RouteState(one.state)],
        "at": one.in_force_at or one.recorded_at,
        "by": one.by,
        "note": one.note,
    }
