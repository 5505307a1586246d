"""Rounds: the list, a new one, how far each department has come, and the end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.enums import RoundState
from guiju.compliance.models import Round
from guiju.compliance.risks import rounds, roundviews
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.web import forms as shared
from guiju.web import place
from guiju.web.compliance.risks import tabs


class RoundForm(forms.Form):
    """What is assessed, for which period, until when, how far down."""

    title = forms.CharField(label=_l("Title"), min_length=2, max_length=200)
    period = forms.CharField(
        label=_l("Period"), max_length=8, help_text=_l("A year, half, quarter or month: 2026, 2026H1, 2026Q3, 2026-11.")
    )
    due_on = forms.DateField(label=_l("To be finished by"), widget=shared.day())
    all_levels = forms.BooleanField(label=_l("All levels: this unit and every unit below it"), required=False)


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def rounds_page(request: HttpRequest, code: str) -> HttpResponse:
    """The rounds that concern this unit, its own and those from above."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    context = tabs.context(request, unit, _("Assessment rounds"), "compliance-risks-rounds") | {
        "rounds": roundviews.of_unit(unit),
        "new_url": _new_url(request, unit),
        "today": clock.today(),
        "rate_here": True,
    }
    return render(request, "compliance/risks/rounds.html", context)


def _new_url(request: HttpRequest, unit: Unit) -> str:
    may = place.may(request, P.COMPLIANCE_ROUND_EDIT, unit)
    return reverse("compliance-risks-round-new", args=[unit.code]) if may else ""


@needs(P.COMPLIANCE_ROUND_EDIT)
@require_http_methods(["GET", "POST"])
def new_round(request: HttpRequest, code: str) -> HttpResponse:
    """Open a round; each department with risks has its task at once."""
    unit, by = place.open_unit(request, code), place.by(request)
    check.require(by, P.COMPLIANCE_ROUND_EDIT, unit)
    year = clock.today().year
    initial = {"title": _("Risk assessment %(year)s") % {"year": year}, "period": str(year)}
    form, problem = RoundForm(request.POST or None, initial=initial), None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = rounds.open_round(unit=unit, period_code=given.pop("period"), by=by, **given)
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("The round is open; each department with risks has a task now."))
            return redirect("compliance-risks-round", unit.code, made.uid)
    context = tabs.context(request, unit, _("New assessment round"), "") | {
        "form": form,
        "problem": problem,
        "back": reverse("compliance-risks-rounds", args=[unit.code]),
        "action": _("Open the round"),
    }
    return render(request, "compliance/risks/round_new.html", context, status=422 if form.errors or problem else 200)


def find(unit: Unit, uid: UUID | str) -> Round:
    """A round that concerns the unit: its own, one from above, or one from below."""
    row = Round.objects.select_related("unit").filter(uid=uid).first()
    if row is None or not (roundviews.reaches(row, unit) or row.unit.path.startswith(unit.path)):
        raise NotFound(_("There is no such round here."))
    return row


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def round_page(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Who has rated how much, who is late, and what is left."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW), place.by(request)
    row = find(unit, uid)
    found = roundviews.progress(row, by=by)
    may_close = row.state == RoundState.OPEN and place.may(request, P.COMPLIANCE_ROUND_EDIT, row.unit)
    context = tabs.context(request, unit, row.title, "compliance-risks-rounds") | {
        "round": row,
        "found": found,
        "left": roundviews.left(row, by=by) if row.state == RoundState.CLOSED else [],
        "is_open": row.state == RoundState.OPEN,
        "is_late": row.state == RoundState.OPEN and row.due_on < clock.today(),
        "confirm": _confirm(unit, row, found.left) if may_close else None,
    }
    return render(request, "compliance/risks/round.html", context)


def _confirm(unit: Unit, row: Round, left: int) -> dict[str, Any]:
    told = _("%(n)s risks have not been rated; they are listed in the round.") % {"n": left} if left else ""
    return {
        "id": "close-round",
        "title": _("Close the round?"),
        "text": f"{told} " + _("What was rated stays as it is and cannot be changed in this round any more."),
        "url": reverse("compliance-risks-round-close", args=[unit.code, row.uid]) + f"?version={row.version}",
        "action": _("Close the round"),
        "danger": False,
    }


@needs(P.COMPLIANCE_ROUND_EDIT)
@require_POST
def close_round(request: HttpRequest, code: str, uid: str) -> HttpResponse:
    """Freeze a round."""
    unit, by = place.open_unit(request, code), place.by(request)
    row = find(unit, uid)
    check.require(by, P.COMPLIANCE_ROUND_EDIT, row.unit)
    given = request.GET.get("version", "")
    rounds.close_round(round_=row, version=int(given) if given.isdecimal() else 0, by=by)
    messages.success(request, _("The round is closed."))
    return redirect("compliance-risks-round", unit.code, row.uid)
