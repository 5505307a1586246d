"""The first page of checks: what is under way, due, waiting for a signature, missed; and the plans behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.policy import needs
from guiju.compliance.checks import plans, running
from guiju.compliance.checks import queries as checks
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.org.tree import own
from guiju.registers import queries as rows
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.checks import here

_PLANS, _LATEST, _RUNS = 30, 5, 400


@needs(here.VIEW)
@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """What is to be checked now, by whom, and what waits."""
    unit = here.unit_of(request, code)
    by = place.by(request)
    found = checks.board(by, unit, on=clock.today())
    me = running.person_of(by)
    held, above = _plans(request, unit), _from_above(request, unit)
    context = {
        "title": _("Checks"),
        "state": unit.name,
        "trail": here.trail(unit)[:1],
        "unit": unit,
        "views": tabs(unit, "compliance-checks"),
        "me": me,
        "running": [here.line(run, found.progress.get(run.pk)) for run in found.running],
        "due": [here.line(run) for run in found.due],
        "waiting": [here.line(run, found.progress.get(run.pk)) for run in found.waiting],
        "missed": [here.line(run) for run in found.missed],
        "plans": held,
        "above": above,
        "can_plan": place.may(request, here.CREATE, unit) or place.may(request, here.CREATE),
        "can_sign": place.may(request, here.SIGN, unit),
        "plan_url": reverse("compliance-checks-plan", args=[unit.code]),
        "plans_url": links.register(plans.REGISTER, unit=unit.code),
        "records_url": links.register("checks", unit=unit.code),
        "latest": _latest(request, unit),
        "record_url": links.new_record("checks", unit=unit) if place.may(request, here.CREATE, unit) else "",
        "reports_url": links.register("zero_risk_reports", unit=unit.code),
        "is_empty": not (held or above or found.running or found.due or found.waiting or found.missed),
    }
    return render(request, "compliance/checks/board.html", context)


def tabs(unit: Unit, current: str) -> list[dict[str, Any]]:
    """The pages that belong together."""
    pages = (("compliance-checks", _("To check")), ("compliance-checks-coverage", _("Coverage")))
    return [
        {"label": label, "url": reverse(name, args=[unit.code]), "current": name == current, "count": None}
        for name, label in pages
    ]


def _latest(request: HttpRequest, unit: Unit) -> list[dict[str, Any]]:
    """The last records of checks, however they were made."""
    spec = specs.get("checks")
    held = rows.visible(place.by(request), spec).filter(own(unit)).select_related("person").order_by("-on", "-id")
    return [
        {
            "title": row.title,
            "url": links.record("checks", row.uid),
            "on": row.on,
            "who": row.person.name if row.person else "",
            "result": spec.by_code["result"].option(row.level),
        }
        for row in held[:_LATEST]
    ]


def _plans(request: HttpRequest, unit: Unit) -> list[dict[str, Any]]:
    """The unit's own plans in use."""
    spec = specs.get(plans.REGISTER)
    wanted = rows.visible(place.by(request), spec).filter(own(unit), status=plans.USED)
    found: list[Entry] = list(wanted.select_related("department", "person").order_by("title_key")[:_PLANS])
    return [
        {
            "entry": row,
            "url": links.record(plans.REGISTER, row.uid),
            "kind": _label(spec, "kind", row.kind),
            "cycle": _label(spec, "cycle", row.level),
        }
        for row in found
    ]


def _from_above(request: HttpRequest, unit: Unit) -> list[dict[str, Any]]:
    """Plans of units above, as their checks of the last year here show them: one line each, the latest check first."""
    by, today = place.by(request), clock.today()
    own_plans = Entry.objects.filter(own(unit), register=plans.REGISTER).values("uid")
    runs = checks.visible(by, unit).filter(due_on__year__gte=today.year - 1).exclude(plan__in=own_plans)
    found: dict[Any, dict[str, Any]] = {}
    for run in runs.order_by("-due_on", "-pk")[:_RUNS]:
        found.setdefault(run.plan, here.line(run))
    return list(found.values())[:_PLANS]


def _label(spec: specs.RegisterSpec, field: str, code: str) -> str:
    option = spec.by_code[field].option(code)
    return option.label() if option is not None else ""
