"""A task made by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access import scope
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.web import finder, place
from guiju.web.workflow import badge, forms
from guiju.web.workflow.steps import near, person
from guiju.workflow import actions

P = Permission
_OFFERED = 40


@needs(P.WORKFLOW_TASK_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What, where, by when, whose."""
    by = place.by(request)
    unit = _unit(request)
    chosen = person(by, request.POST.get("owner", ""))
    form = forms.TaskForm(
        request.POST or None,
        unit=unit.code if unit else "",
        units=[(row.code, row.name) for row in _near_units(request, unit)],
        people=near(by, unit.pk, chosen) if unit else [],
        initial={"unit": unit.code if unit else ""},
    )
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        owner = given.pop("owner")
        given.pop("unit")
        try:
            if unit is None:
                raise NotFound(_("There is no such unit in your charge."), fix=_("Choose it from the list."))
            if owner and chosen is None:
                raise NotFound(_("There is no such person here."), fix=_("Choose from the list."))
            task = actions.create_task(unit=unit, owner=chosen, by=by, **given)
        except Problem as refused:
            problem = refused
        else:
            badge.forget(request)
            messages.success(request, _("The task is made; its owner is reminded before the deadline."))
            return redirect("task", task.uid)
    context = {
        "title": _("New task"),
        "trail": [{"label": _("To do"), "url": reverse("tasks")}],
        "form": form,
        "problem": problem,
        "back": reverse("tasks"),
        "submit": _("Make the task"),
        "aside": _(
            "Documents make their tasks by themselves. Make one by hand for what no document asks: what a meeting "
            "decided, what an inspection wants to see."
        ),
    }
    return render(request, "admin/form.html", context, status=422 if form.errors or problem else 200)


def _unit(request: HttpRequest) -> Unit | None:
    """The unit of the address or form, else the one somebody works in; only where tasks may be made."""
    code = request.POST.get("unit") or request.GET.get("unit", "")
    managed = scope.units(place.by(request), P.WORKFLOW_TASK_EDIT).filter(closed_on__isnull=True)
    if code:
        return managed.filter(code=code[:40]).first()
    here = place.current_or_none(request)
    return managed.filter(pk=here.pk).first() if here is not None else None


def _near_units(request: HttpRequest, unit: Unit | None) -> list[Unit]:
    managed = scope.units(place.by(request), P.WORKFLOW_TASK_EDIT).filter(closed_on__isnull=True)
    found = list(managed.order_by("path")[:_OFFERED])
    return found if unit is None or unit in found else [unit, *found]


@needs(P.WORKFLOW_TASK_EDIT)
@require_safe
def units(request: HttpRequest) -> JsonResponse:
    """Units in which tasks may be made, for the picker."""
    managed = scope.units(place.by(request), P.WORKFLOW_TASK_EDIT).filter(closed_on__isnull=True)
    query = request.GET.get("q", "").strip()[:60]
    found = finder.named(managed, query, "name", "short_name", "code") if query else managed
    results = [{"value": row.code, "text": row.name, "hint": row.code} for row in found.order_by("path")[:_OFFERED]]
    return JsonResponse({"results": results})
