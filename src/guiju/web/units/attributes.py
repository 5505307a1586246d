"""Setting a dated attribute of a unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from guiju.access import check
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org import actions as org
from guiju.org import queries
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.catalogue import AttributeSpec
from guiju.trail.models import REASON_LENGTH
from guiju.web import forms as shared
from guiju.web import links, place
from guiju.web.units import page


class AttributeForm(forms.Form):
    """A value from a day on, with its reason."""

    value: forms.Field
    from_on = forms.DateField(label=_l("Holds from"), widget=shared.day())
    reason = forms.CharField(
        label=_l("Document or reason"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=_l("For instance: annual accounts of 2025."),
    )

    def __init__(self, spec: AttributeSpec, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"value": _field(spec), **self.fields}
        if spec.code == "size_override":
            self.fields["reason"].required = True


def _field(spec: AttributeSpec) -> forms.Field:
    label = f"{spec.text}（{spec.unit}）" if spec.unit else spec.text
    if spec.type == "boolean":
        return forms.ChoiceField(label=label, choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect)
    if spec.type == "choice":
        rows = [(choice.code, choice.label) for choice in spec.choices]
        return forms.ChoiceField(label=label, choices=[("", _("Choose…")), *rows])
    if spec.type == "date":
        return forms.DateField(label=label, widget=shared.day())
    if spec.type in {"integer", "amount"}:
        return forms.DecimalField(
            label=label, min_value=0, widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"})
        )
    return forms.CharField(label=label, max_length=200)


@needs(Permission.ORG_UNIT_VIEW)
@require_http_methods(["GET", "POST"])
def attribute(request: HttpRequest, code: str, attribute_code: str) -> HttpResponse:
    """The values of one attribute over time, and the form for a new one."""
    unit = place.open_unit(request, code)
    check.require(place.by(request), Permission.ORG_ATTRIBUTE_EDIT, unit)
    spec = _spec(attribute_code)
    form = AttributeForm(spec, request.POST or None, initial=_initial(unit, spec))
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            org.set_attribute(unit=unit, code=spec.code, by=place.by(request), **form.cleaned_data)
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("%(label)s is recorded.") % {"label": spec.text})
            return redirect(links.unit(unit.code))
    context = {
        "title": spec.text,
        "trail": [*page.above(request, unit), {"label": unit.label, "url": links.unit(unit.code)}],
        "unit": unit,
        "form": form,
        "problem": problem,
        "spec": spec,
        "values": [(row, page.show(spec, row.value)) for row in queries.history(unit).get(spec.code, [])],
        "back": links.unit(unit.code),
    }
    return render(request, "units/attribute.html", context, status=422 if form.errors or problem else 200)


def _spec(code: str) -> AttributeSpec:
    spec = catalogue.attributes().get(code)
    if spec is None or spec.derived:
        raise NotFound(_("There is no such attribute to enter."), fix=_("Choose one on the page of the unit."))
    return spec


def _initial(unit: Unit, spec: AttributeSpec) -> dict[str, Any]:
    today = clock.today()
    value = queries.attributes(unit, on=today).get(spec.code)
    if spec.type == "boolean" and value is not None:
        value = "yes" if value else "no"
    return {"value": value, "from_on": today.isoformat()}
