"""Letting a unit answer to a document, and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access import check
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import actions
from guiju.posture.models import Adoption, AdoptionMode
from guiju.web import forms as shared
from guiju.web import links, place
from guiju.web.posture import counts, dates
from guiju.web.units import page as units

P = Permission


class AdoptForm(forms.Form):
    """Which document, why, and from when."""

    pack = forms.ChoiceField(label=_l("Document"), widget=shared.picker())
    mode = forms.ChoiceField(
        label=_l("Why"),
        choices=[(mode.value, mode.label) for mode in AdoptionMode],
        widget=forms.RadioSelect,
        help_text=_l("For comparison: the unit looks how it would stand, without being bound."),
    )
    from_on = forms.DateField(label=_l("Answers to it from"), widget=shared.day())
    base_date = forms.DateField(
        label=_l("Base date"),
        widget=shared.day(),
        required=False,
        help_text=_l(
            "The day from which the document's dates count. Left empty, they stay as printed; given, every date moves "
            "with it: what was due two months after the document's own base date is due two months after yours."
        ),
    )
    reason = forms.CharField(
        label=_l("Decision or reason"),
        max_length=300,
        help_text=_l("For instance: resolution no. 3 of the board of 1 March 2026."),
    )

    def __init__(self, packs: list[Pack], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = [  # type: ignore[attr-defined]
            ("", _("Please choose")),
            *((row.urn, f"{counts.title(row)}（{row.get_document_status_display()}）") for row in packs),
        ]


@needs(P.POSTURE_ADOPTION_EDIT)
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Adopt a document; the findings are there at once."""
    unit = place.open_unit(request, code)
    check.require(place.by(request), P.POSTURE_ADOPTION_EDIT, unit)
    packs = counts.left_to_adopt(counts.stands(unit))
    form = AdoptForm(packs, request.POST or None, initial=_initial(request, packs))
    problem: Problem | None = None
    looks = "preview" in request.POST
    if looks:
        form.errors.clear()  # who only looks has not finished yet
    if request.method == "POST" and not looks and form.is_valid():
        given = dict(form.cleaned_data)
        pack = catalogue.current(given.pop("pack"))
        try:
            actions.adopt(unit=unit, pack=pack, by=place.by(request), **given)
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("%(unit)s now answers to this document.") % {"unit": unit.name})
            return redirect(links.posture(unit.code, pack.urn))
    context = {
        "title": _("Adopt a document"),
        "state": unit.name,
        "trail": [*units.above(request, unit), {"label": unit.label, "url": links.unit(unit.code)}],
        "unit": unit,
        "packs": packs,
        "form": form,
        "problem": problem,
        "back": reverse("unit-posture", args=[unit.code]),
        "size": units.size(unit, clock.today()),
        "preview": _preview(packs, request.POST if request.method == "POST" else _initial(request, packs)),
        "preview_url": reverse("adopt-preview", args=[unit.code]),
    }
    return render(request, "posture/adopt.html", context, status=422 if form.errors or problem else 200)


def _initial(request: HttpRequest, packs: list[Pack]) -> dict[str, str]:
    """What the address names; a programme that is over begins anew in this year unless another day is given."""
    today = clock.today()
    urn = request.GET.get("pack", "")
    chosen = next((row for row in packs if row.urn == urn), None)
    base = dates.suggested(chosen, today) if chosen else None
    return {
        "pack": urn,
        "mode": AdoptionMode.VOLUNTARY,
        "from_on": today.isoformat(),
        "base_date": base.isoformat() if base else "",
    }


@needs(P.POSTURE_ADOPTION_EDIT)
@require_safe
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """How the dates would shift, while the form is filled in."""
    unit = place.open_unit(request, code)
    check.require(place.by(request), P.POSTURE_ADOPTION_EDIT, unit)
    packs = counts.left_to_adopt(counts.stands(unit))
    return render(request, "posture/_preview.html", {"preview": _preview(packs, request.GET)})


def _preview(packs: list[Pack], given: Mapping[str, Any]) -> dates.Preview | None:
    """Programme and first deadlines as they would be; nothing for a day that cannot be read or meant."""
    pack = next((row for row in packs if row.urn == given.get("pack")), None)
    from_on = _day(given.get("from_on")) or clock.today()
    base = _day(given.get("base_date"))
    return dates.preview(pack, from_on=from_on, base_date=base) if pack else None


def _day(written: Any) -> date | None:
    """A day within the years that an adoption may lie in."""
    try:
        day = date.fromisoformat(str(written or ""))
    except ValueError:
        return None
    return day if 1950 <= day.year <= 2200 else None


class EndForm(shared.ReasonForm):
    """The last day and why."""

    on = forms.DateField(label=_l("Last day"), widget=shared.day())
    field_order = ("on", "reason")


@needs(P.POSTURE_ADOPTION_EDIT)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """End an adoption; what was found until then stays to be looked at."""
    unit = place.open_unit(request, code)
    check.require(place.by(request), P.POSTURE_ADOPTION_EDIT, unit)
    adoption = Adoption.objects.select_related("pack", "unit").filter(unit=unit, uid=uid).first()
    if adoption is None:
        raise NotFound(_("There is no such adoption here."), fix=_("Choose it on the page of the unit."))
    form = EndForm(request.POST or None, initial={"on": clock.today().isoformat()})
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_adoption(adoption=adoption, by=place.by(request), **form.cleaned_data)
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("The adoption is ended; what was found until then stays."))
            return redirect(links.unit(unit.code))
    context = {
        "title": _("End the adoption"),
        "state": f"{unit.name} · {counts.title(adoption.pack)}",
        "trail": [*units.above(request, unit), {"label": unit.label, "url": links.unit(unit.code)}],
        "form": form,
        "problem": problem,
        "back": links.unit(unit.code),
    }
    return render(request, "posture/end.html", context, status=422 if form.errors or problem else 200)
