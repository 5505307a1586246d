"""Responses: which grave risks have none, which are late, and which contingency plans were never drilled."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.risks import overview as figures
from guiju.compliance.risks.overview import Plan
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.risks import tabs

_MOST = 100


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def plans_page(request: HttpRequest, code: str) -> HttpResponse:
    """What is answered, by whom and until when; what is practised."""
    unit, by = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW), place.by(request)
    all_levels, switch = tabs.reaches(request, unit)
    given: dict[str, Any] = {"by": by, "unit": unit, "all_levels": all_levels}
    today, may = clock.today(), place.may(request, P.REGISTER_ENTRY_CREATE, unit)
    responses = figures.rows(**given, register="risk_responses")
    late = figures.late(responses, today).select_related("unit", "owner", "department").order_by("due_on", "pk")
    open_ = figures.unplanned(**given)
    ordered = open_.select_related("unit", "department", "owner", "body").order_by("level", "num_1", "pk")[:_MOST]
    context = tabs.context(request, unit, _("Responses and drills"), "compliance-risks-plans") | {
        "reaches": switch,
        "unplanned": [{"entry": row, "url": plan_url(row) if may else ""} for row in ordered],
        "unplanned_count": open_.count(),
        "late": [{"entry": row, "days": (today - row.due_on).days} for row in late[:_MOST] if row.due_on],
        "plans": [_drawn(plan, today, may=may) for plan in figures.contingency(**given)],
        "new_url": links.new_record("risk_responses", unit=unit, values={"kind": "contingency", "made_on": today})
        if may
        else "",
        "list_url": tabs.Links(unit, all_levels=all_levels)("risk_responses"),
    }
    return render(request, "compliance/risks/plans.html", context)


def plan_url(risk: Entry) -> str:
    """The form of a response to a risk, with what the risk says already."""
    data = risk.body.data
    values = {
        "name": _("Response to: %(risk)s") % {"risk": risk.title},
        "kind": "plan",
        "risk": risk.uid,
        "risk_level": risk.level,
        "owner": data.get("owner"),
        "department": data.get("department"),
        "measures": data.get("measure"),
        "process": data.get("business"),
        "made_on": clock.today(),
    }
    return links.new_record("risk_responses", unit=risk.unit, values=values)


def _drawn(plan: Plan, today: Any, *, may: bool) -> dict[str, Any]:
    unit: Unit = plan.entry.unit
    drill = {
        "kind": "drill",
        "drill_of": plan.entry.uid,
        "made_on": today,
        "name": _("Drill: %(plan)s") % {"plan": plan.entry.title},
    }
    return {
        "entry": plan.entry,
        "last": plan.last,
        "result": plan.last.body.data.get("result", "") if plan.last is not None else "",
        "drills": plan.drills,
        "is_stale": plan.is_stale(today),
        "drill_url": links.new_record("risk_responses", unit=unit, values=drill) if may else "",
    }
