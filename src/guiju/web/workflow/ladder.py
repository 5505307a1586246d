"""When a unit reminds and escalates: told as sentences, inherited or its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from guiju.access import check
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib.errors import Conflict, Problem
from guiju.org.enums import Role
from guiju.org.models import Unit
from guiju.web import links, place
from guiju.web.workflow import forms
from guiju.workflow import actions, queries
from guiju.workflow.ladder import Rule
from guiju.workflow.queries import LadderView

P = Permission
EDIT = P.WORKFLOW_CALENDAR_EDIT


@needs(P.WORKFLOW_TASK_VIEW)
@require_http_methods(["GET", "POST"])
def ladder(request: HttpRequest) -> HttpResponse:
    """The rule that holds for a unit; with the right to it, one of its own may be set or taken away."""
    unit = _unit(request)
    held = queries.ladder_of(by=place.by(request), unit=unit)
    form = forms.LadderForm(request.POST or None, initial=_initial(held))
    problem: Problem | None = None
    if request.method == "POST":
        clears = "clear" in request.POST
        try:
            if clears:
                _clear(request, unit)
            elif form.is_valid():
                actions.set_ladder(unit=unit, by=place.by(request), **form.cleaned_data)
        except Problem as refused:
            if refused.status in {403, 404}:
                raise
            problem = refused
        else:
            if clears or form.is_valid():
                messages.success(request, _("Reminders and escalation are set."))
                return redirect(f"{reverse('ladder')}?unit={unit.code}")
    if isinstance(problem, Conflict):
        # What holds now stands above; what was entered stays below and may be sent again.
        form.data = {**request.POST.dict(), "version": str(held.version)}
    return _page(request, unit, held, form, problem)


def _clear(request: HttpRequest, unit: Unit) -> None:
    written = request.POST.get("version", "")
    version = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0
    actions.clear_ladder(unit=unit, version=version, by=place.by(request))


def _initial(held: LadderView) -> dict[str, Any]:
    rule = held.rule
    return {
        "version": held.version,
        "before": ", ".join(map(str, rule.before)),
        "head_after": rule.head_after,
        "principal_after": rule.principal_after,
    }


def _page(
    request: HttpRequest, unit: Unit, held: LadderView, form: forms.LadderForm, problem: Problem | None
) -> HttpResponse:
    context = {
        "title": _("Reminders and escalation"),
        "trail": [
            {"label": _("Calendar"), "url": reverse("calendar")},
            {"label": unit.label, "url": links.unit(unit.code)},
        ],
        "unit": unit,
        "held": held,
        "origin": _origin(held, unit),
        "sentences": sentences(held.rule, queries.office_holders(unit)),
        "can_edit": place.may(request, EDIT, unit),
        "form": form,
        "problem": problem,
        "is_own": held.version > 0,
    }
    status = problem.status if problem else 422 if form.is_bound and form.errors else 200
    return render(request, "workflow/ladder.html", context, status=status)


def _unit(request: HttpRequest) -> Unit:
    code = request.GET.get("unit", "").strip()[:40]
    if code:
        return check.unit(place.by(request), P.WORKFLOW_TASK_VIEW, code)
    return place.current_unit(request)


def _origin(held: LadderView, unit: Unit) -> str:
    if held.unit is None:
        return _("Nobody has set anything yet: this is what Guiju does by itself.")
    if held.unit.pk == unit.pk:
        return _("Set by this unit for itself and for the units below that have nothing of their own.")
    return _("Taken over from %(unit)s.") % {"unit": held.unit.name}


def sentences(rule: Rule, holders: dict[str, tuple[str, ...]]) -> list[dict[str, str]]:
    """What happens to a task that nobody does, step by step."""
    found = [{"words": _before(days), "who": ""} for days in rule.before]
    found.append(
        {"words": _("The day after the deadline, if it is still open, the owner is told once more."), "who": ""}
    )
    found.append({"words": _after(rule.head_after, Role.COMPLIANCE_HEAD), "who": _who(holders, Role.COMPLIANCE_HEAD)})
    found.append(
        {"words": _after(rule.principal_after, Role.FIRST_RESPONSIBLE), "who": _who(holders, Role.FIRST_RESPONSIBLE)}
    )
    return found


def _before(days: int) -> str:
    if not days:
        return _("On the day of the deadline the owner is reminded.")
    text = ngettext(
        "%(days)d working day before the deadline the owner is reminded.",
        "%(days)d working days before the deadline the owner is reminded.",
        days,
    )
    return text % {"days": days}


def _after(days: int, role: Role) -> str:
    text = ngettext(
        "%(days)d working day after the deadline the %(office)s is told.",
        "%(days)d working days after the deadline the %(office)s is told.",
        days,
    )
    return text % {"days": days, "office": role.label}


def _who(holders: dict[str, tuple[str, ...]], role: Role) -> str:
    names = holders.get(role, ())
    return _(", ").join(names) if names else _("nobody appointed")
