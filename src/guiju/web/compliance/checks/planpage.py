"""A new plan in three choices: what, how often, who."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from guiju.access import check, scope
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.checks import cycles, doubts, plans
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.org.tree import subtree
from guiju.registers import actions as registers
from guiju.registers import spec as specs
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.web import place
from guiju.web.compliance.checks import here
from guiju.web.workflow import forms as shared
from guiju.web.workflow.steps import near, person

_OFFERED = 200


class PlanForm(forms.Form):
    """The three choices, and what may be added to them."""

    kind = forms.ChoiceField(label=_l("What is looked through"), widget=forms.RadioSelect)
    items = forms.CharField(
        label=_l("Own items"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_l("One item a line; only for a plan with items of its own."),
    )  # fmt: skip
    cycle = forms.ChoiceField(label=_l("How often"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_l("Name of the plan"), required=False, max_length=120,
        help_text=_l("Left empty, it is named after what is looked through and how often."),
    )  # fmt: skip
    field = forms.ChoiceField(label=_l("Only one field"), required=False)
    level = forms.ChoiceField(label=_l("Only one level of risk"), required=False)
    minutes = forms.IntegerField(label=_l("Minutes per item"), required=False, min_value=1, max_value=480)
    way = forms.ChoiceField(label=_l("Way"), required=False)

    def __init__(self, *args: Any, unit: Unit, people: Any, signers: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spec = specs.get(plans.REGISTER)
        for name in ("kind", "cycle", "field", "level", "way"):
            options = [(option.code, option.label()) for option in spec.by_code[name].options]
            blank = (
                []
                if name in {"kind", "cycle"}
                else [("", _("No limit") if name != "way" else _("Left to the checker"))]
            )
            self.fields[name].choices = [*blank, *options]  # type: ignore[attr-defined]
        self.fields["minutes"].help_text = _(
            "How long a careful look takes, %(usual)s if not given; a check that took a fraction of it needs an explanation."
        ) % {"usual": doubts.MINUTES_PER_ITEM}
        self.fields["checker"] = shared.person(
            _("Who checks"), unit.code, people,
            help_text=_("Left empty, it falls to the compliance officer of the department or the compliance staff."),
        )  # fmt: skip
        self.fields["owner"] = shared.person(
            _("Who signs"), unit.code, signers, help_text=_("Somebody other than the checker; left empty, the head.")
        )
        self.fields["department"] = forms.ChoiceField(
            label=_("Only one department"), required=False, choices=[("", _("The whole unit")), *departments]
        )
        self.fields["all_levels"] = forms.BooleanField(
            label=_("All levels: this unit and every legal entity below it"), required=False
        )

    @property
    def first(self) -> list[Any]:
        """The three choices."""
        return [self[name] for name in ("kind", "items", "cycle", "checker")]

    @property
    def more(self) -> list[Any]:
        """What may be added."""
        return [
            self[name] for name in ("department", "all_levels", "field", "level", "way", "minutes", "owner", "name")
        ]


@needs(here.CREATE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """The form, and the plan it makes; its first run is there at once."""
    unit = here.unit_of(request, code)
    check.keeper(place.by(request), here.CREATE, code)
    form = _form(request, unit)
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            registers.create(
                register=plans.REGISTER,
                unit=_company(unit),
                values=_values(form.cleaned_data, unit),
                by=place.by(request),
            )
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("The plan is made, and what is due now stands in the list."))
            return redirect("compliance-checks", unit.code)
    context = {
        "title": _("New check plan"),
        "state": unit.name,
        "trail": here.trail(unit),
        "unit": unit,
        "form": form,
        "problem": problem,
        "back": reverse("compliance-checks", args=[unit.code]),
    }
    return render(request, "compliance/checks/plan.html", context, status=422 if form.errors or problem else 200)


def _form(request: HttpRequest, unit: Unit) -> PlanForm:
    by = place.by(request)
    chosen = [person(by, request.POST.get(name, "")) for name in ("checker", "owner")]
    below = scope.units(by, P.ORG_UNIT_VIEW).filter(pk__in=subtree(_company(unit)).values("pk"), closed_on__isnull=True)
    departments = below.filter(kind__in=DEPARTMENT_KINDS, parent=_company(unit)).order_by("path")[:_OFFERED]
    return PlanForm(
        request.POST or None,
        unit=unit,
        people=near(by, _company(unit).pk, chosen[0]),
        signers=near(by, _company(unit).pk, chosen[1]),
        departments=[(str(row.uid), row.name) for row in departments],
        initial={"kind": "risk", "cycle": cycles.USUAL, "department": str(unit.uid) if _is_part(unit) else ""},
    )


def _is_part(unit: Unit) -> bool:
    return unit.kind in DEPARTMENT_KINDS


def _company(unit: Unit) -> Unit:
    """The unit that keeps the rows of a department."""
    return unit.parent if _is_part(unit) and unit.parent is not None else unit


def _values(given: dict[str, Any], unit: Unit) -> dict[str, Any]:
    spec = specs.get(plans.REGISTER)
    words = {name: spec.by_code[name].option(given[name]) for name in ("kind", "cycle")}
    usual = " · ".join(option.label("zh") for option in words.values() if option is not None)
    values = {**given, "name": given["name"] or _("Check: %(what)s") % {"what": usual}}
    if _is_part(unit):
        values["department"] = str(unit.uid)
    return {name: value for name, value in values.items() if value not in (None, "", False)}
