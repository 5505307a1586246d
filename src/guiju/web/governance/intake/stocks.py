"""The stocks of a unit, and a new one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access.policy import needs
from guiju.governance.intake import actions, queries
from guiju.governance.models import Intake
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.web import forms as days
from guiju.web import links, place
from guiju.web.governance.intake import here, incoming

_SHOWN = 100


class IntakeForm(forms.Form):
    """What a stock is called and up to which day it reaches."""

    name = forms.CharField(label=_l("Name of the stocktake"), max_length=200, strip=True)
    cutoff_on = forms.DateField(
        label=_l("Rules up to"), widget=days.day(),
        help_text=_l("The cut-off day of the stocktake. Later rules come in too; they are not counted in it."),
    )  # fmt: skip


@needs(here.IMPORT)
@require_safe
def home(request: HttpRequest, code: str) -> HttpResponse:
    """All stocks that were ever brought in for the unit."""
    unit = here.unit_of(request, code)
    found = list(queries.of_unit(unit).select_related("unit")[:_SHOWN])
    context = {
        "title": _("Stocktakes from files"),
        "trail": here.trail(unit)[:2],
        "unit": unit,
        "stocks": [_line(intake) for intake in found],
        "new_url": reverse("governance-intakes-new", args=[unit.code]),
        **_ways(unit),
    }
    return render(request, "governance/intake/stocks.html", context)


def _ways(unit: Unit) -> dict[str, str]:
    return {
        "library_url": reverse("governance-policies", args=[unit.code]),
        "list_url": reverse("register-import", args=["policies"]) + f"?unit={unit.code}",
        "records_url": links.register("policy_stocktakes", unit=unit.code),
    }


def _line(intake: Intake) -> dict[str, Any]:
    return {
        "intake": intake,
        "url": here.address(intake),
        "word": intake.get_state_display(),
        "tone": here.STATES[intake.state],
        "record_url": links.record("policy_stocktakes", intake.stocktake) if intake.stocktake else "",
    }


@needs(here.IMPORT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Name it, choose the files; they are read in the background."""
    unit = here.unit_of(request, code)
    form = IntakeForm(request.POST or None, initial=_beginning())
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            intake = _begin(request, unit, form)
        except Problem as refused:
            problem = refused
        else:
            if incoming.by_script(request):
                return JsonResponse({"add": here.address(intake, "add"), "url": here.address(intake)})
            return redirect(here.address(intake))
    if incoming.by_script(request):
        return incoming.refusal(problem or _wrong(form))
    context = {
        "title": _("Bring in the rules in force"),
        "trail": here.trail(unit),
        "unit": unit,
        "form": form,
        "problem": problem,
        "cancel_url": reverse("governance-intakes", args=[unit.code]),
        "sample_url": reverse("governance-intakes-sample", args=[unit.code]) if here.sample() else "",
        **_ways(unit),
    }
    refused_form = problem is not None or (request.method == "POST" and bool(form.errors))
    return render(request, "governance/intake/new.html", context, status=422 if refused_form else 200)


@needs(here.IMPORT)
@require_safe
def sample(request: HttpRequest, code: str) -> HttpResponseBase:
    """The stock of a demo, to be sent in again."""
    here.unit_of(request, code)
    found = here.sample()
    if found is None:
        raise NotFound(_("There is no stock to try it with here."), fix=_("It comes with the demo data only."))
    return FileResponse(found.open("rb"), as_attachment=True, filename=found.name)


def _beginning() -> dict[str, Any]:
    last = clock.today().year - 1
    return {
        "name": _("Stocktake of the rules in force at the end of %(year)d") % {"year": last},
        "cutoff_on": date(last, 12, 31),
    }


def _begin(request: HttpRequest, unit: Unit, form: IntakeForm) -> Intake:
    by = place.by(request)
    uploads = incoming.uploads(request)
    if not uploads and not incoming.by_script(request):
        raise Problem(
            "intake.no_file", _("No file was chosen."), fix=_("Choose files, a folder or a zip archive."), status=422
        )
    given = form.cleaned_data
    intake = actions.begin(unit=unit, name=given["name"], cutoff_on=given["cutoff_on"], by=by)
    if uploads:
        actions.add(intake=intake, uploads=uploads, by=by)
    return intake


def _wrong(form: IntakeForm) -> Problem:
    code, told = next(iter(form.errors.items()))
    return Problem("intake.form", f"{form.fields[code].label}{_(': ')}{told[0]}", where=code, status=422)
