"""The last eight quarters: held, missing, not yet; and the way to the present one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.enums import HearingState
from guiju.compliance.hearing import queries
from guiju.compliance.hearing.queries import BEFORE, HELD, MISSING, NONE, OPEN, Quarter
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.web import links, place
from guiju.web.documents.reports import period_word

_TONES = {HELD: "met", OPEN: "not_due", MISSING: "unmet", NONE: "na", BEFORE: "na"}


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def strip(request: HttpRequest, code: str) -> HttpResponse:
    """Every quarter as a cell; red where it ended without the hearing that a document asks for."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    found = queries.strip(by=place.by(request), unit=unit)
    current = found.quarters[-1]
    may = place.may(request, P.COMPLIANCE_HEARING_EDIT, unit)
    context = {
        "title": _("Quarterly hearings"),
        "unit": unit,
        "views": views(unit, "compliance-hearings"),
        "cells": [cell(unit, quarter) for quarter in found.quarters],
        "missing": found.missing,
        "due_on": found.due_on,
        "is_held": current.state == HELD,
        "current": period_word(current.period),
        "next_url": _next(unit, current) if may and current.meeting is None else "",
        "is_prepared": current.hearing is not None,
        "prepare_url": reverse("compliance-hearing-prepare", args=[unit.code, str(current.period)]),
        "decisions_url": links.register("decisions", unit=unit.code, **{"f._status": "open"}),
        "meetings_url": links.register("meetings", unit=unit.code, **{"f.topic": "quarterly_hearing"}),
    }
    return render(request, "compliance/hearing/strip.html", context)


def views(unit: Unit, current: str) -> list[dict[str, Any]]:
    """The pages of this part, as tabs."""
    pages = (("compliance-hearings", _("Hearings")), ("compliance-work-reports", _("Work reports")))
    return [
        {"label": label, "url": reverse(name, args=[unit.code]), "current": name == current, "count": None}
        for name, label in pages
    ]


def cell(unit: Unit, quarter: Quarter) -> dict[str, Any]:
    """One quarter of the strip with its way on."""
    words = {
        HELD: _("Held"),
        OPEN: _("Prepared") if quarter.hearing else _("Not yet"),
        MISSING: _("Not held"),
        NONE: _("Not held"),
        BEFORE: _("No records then"),
    }
    return {
        "label": period_word(quarter.period),
        "word": words[quarter.state],
        "tone": _TONES[quarter.state],
        "state": quarter.state,
        "url": _url(unit, quarter),
        "on": quarter.meeting.on if quarter.meeting else None,
        "arranged": quarter.meeting.flag_2 if quarter.meeting else None,
    }


def _url(unit: Unit, quarter: Quarter) -> str:
    if quarter.hearing is not None and (quarter.meeting is None or quarter.hearing.state == HearingState.CLOSED):
        return reverse("compliance-hearing", args=[unit.code, str(quarter.period)])
    if quarter.meeting is not None:
        return links.record("meetings", quarter.meeting.uid)
    return (
        reverse("compliance-hearing", args=[unit.code, str(quarter.period)]) if quarter.state in {MISSING, NONE} else ""
    )


def _next(unit: Unit, quarter: Quarter) -> str:
    return reverse("compliance-hearing", args=[unit.code, str(quarter.period)])


def address(unit: Unit, period: Period) -> str:
    """The page of a quarter's hearing."""
    return reverse("compliance-hearing", args=[unit.code, str(period)])
