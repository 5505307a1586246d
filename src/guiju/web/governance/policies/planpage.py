"""The plan of a year: what is to be enacted, amended, repealed and interpreted, by whom, and how far it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.enums import VersionState as S
from guiju.governance.policies import library as libraries
from guiju.governance.policies import planning
from guiju.governance.policies.planning import Line, Tally
from guiju.governance.policies.terms import PLANS
from guiju.lib import clock
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.governance.policies import doors
from guiju.web.governance.policies.libraryhere import At, common, enter, words

VIEW = P.REGISTER_ENTRY_VIEW
_TONES = {planning.PLANNED: "partly", planning.LATE: "unmet", planning.DONE: "met"}


@needs(VIEW)
@require_safe
def plans(request: HttpRequest, code: str) -> HttpResponse:
    """One year with its progress."""
    at = enter(request, code)
    year = _year(request)
    found = planning.year(by=at.by, seat=at.seat, year=year, below=at.below)
    actions = words("action", PLANS)
    context = {
        **common(at, "governance-policies-plans", _("Yearly plan of rules")),
        "year": year,
        "years": _years(at, year),
        "whole": _bar(found.whole, ""),
        "actions": [_bar(one, actions[one.code]) for one in found.actions],
        "departments": [_bar(one, one.code or _("No department named")) for one in found.departments],
        "rows": [_row(at, line, actions) for line in found.lines],
        "count": found.count,
        "more": found.count - len(found.lines),
        "not_needed": found.not_needed,
        "not_needed_url": at.listed(PLANS, _status=planning.NOT_NEEDED, period=str(year)),
        "improvement": _improvement(at, year),
        **_ways(at, year),
    }
    return render(request, "governance/policies/plans.html", context)


def _year(request: HttpRequest) -> int:
    written = request.GET.get("year", "")
    this = clock.today().year
    year = int(written) if written.isdecimal() and len(written) == 4 else this
    return year if 2000 <= year <= this + 1 else this


def _years(at: At, year: int) -> list[dict[str, Any]]:
    this = clock.today().year
    shown = sorted({*planning.years(at.by, at.seat)[:4], this + 1, year}, reverse=True)
    return [
        {"label": str(one), "url": at.url("governance-policies-plans", year=str(one)), "current": one == year}
        for one in shown
    ]


def _bar(one: Tally, label: str) -> dict[str, Any]:
    return {
        "label": label,
        "total": one.total,
        "done": one.done,
        "late": one.late,
        "percent": one.percent,
        "counts": {"met": one.done, "partly": one.planned - one.late, "unmet": one.late},
    }


def _row(at: At, line: Line, actions: dict[str, str]) -> dict[str, Any]:
    entry = line.entry
    states = {
        planning.PLANNED: _("In the plan"),
        planning.LATE: _("Overdue"),
        planning.DONE: _("Done"),
    }
    return {
        "title": entry.title,
        "url": links.record(PLANS, entry.uid),
        "unit": entry.unit.label if at.below else "",
        "action": actions.get(entry.kind, ""),
        "level": words("level", PLANS).get(entry.level, ""),
        "department": entry.department.label if entry.department is not None else "",
        "owner": entry.owner.name if entry.owner is not None else "",
        "due": entry.due_on,
        "done": entry.done_on,
        "is_late": line.state == planning.LATE,
        "state": states[line.state],
        "tone": _TONES[line.state],
        **_carried(at, line),
    }


def _carried(at: At, line: Line) -> dict[str, Any]:
    """The version that carries it out, the rule that it is about, or the way to begin."""
    entry = line.entry
    if line.version is not None:
        label = S(line.version.state).label
        return {"way": label, "way_url": doors.url(entry.unit.code, line.version.policy), "way_is_step": False}
    if line.policy is not None:
        return {"way": _("Open the policy"), "way_url": doors.url(entry.unit.code, line.policy), "way_is_step": False}
    if entry.kind == "enact" and entry.status == planning.PLANNED and at.writes:
        return {"way": _("Draft the rule"), "way_url": draft_url(entry), "way_is_step": True}
    return {"way": "", "way_url": "", "way_is_step": False}


def draft_url(entry: Entry) -> str:
    """The form of the rule that a row of the plan enacts."""
    values = {
        "set.name": entry.title, "set.level": entry.level, "set.business": entry.text_1, "set.field": entry.text_3,
        "set.arises_from": entry.ref_2,
        "set.department": entry.department.uid if entry.department is not None else None,
        "set.owner": entry.owner.uid if entry.owner is not None else None,
    }  # fmt: skip
    return doors.draft_url(entry.unit, plan=entry.uid, **values)


def _improvement(at: At, year: int) -> dict[str, Any]:
    """The improvement plan approved by the end of the year and still valid (001 task 2), or the form that enters it."""
    rows = libraries.rows(at.by, "programme_plans", at.seat).filter(kind="improvement", on__lte=date(year, 12, 31))
    row = rows.exclude(status="replaced").order_by("-on", "-pk").first()
    whole = at.seat.through is None and at.seat.whole
    draft = reverse("unit-report", args=[at.seat.company.code, "policy-improvement"]) + f"?period={clock.today().year}"
    ways = {"draft_url": draft if whole and year >= clock.today().year else ""}
    if row is not None:
        return {**ways, "title": row.title, "url": links.record("programme_plans", row.uid), "on": row.on}
    values = {"kind": "improvement", "name": f"{year}年制度改进方案", "period": str(year)}
    enter_url = links.new_record("programme_plans", unit=at.seat.company, values=values)
    return {**ways, "title": "", "url": enter_url if at.writes and at.seat.through is None else ""}


def _ways(at: At, year: int) -> dict[str, Any]:
    """In and out: the form, the workbook in the layout of the plan, the paper."""
    unit = at.seat.company
    values = {"period": str(year), "planned_on": clock.today().isoformat(), "due_on": f"{year}-12-31"}
    export = reverse("register-export", args=[PLANS])
    alone = "&below=0" if at.has_levels and not at.below else ""
    paper = at.seat.through is None and at.seat.whole
    return {
        "new_url": links.new_record(PLANS, unit=unit, values=values) if at.writes else "",
        "export_url": f"{export}?unit={at.code}&layout=annual_plan&f.period={year}{alone}",
        "import_url": reverse("register-import", args=[PLANS]) + f"?unit={at.code}" if at.writes else "",
        "list_url": at.listed(PLANS, period=str(year)),
        "paper_url": reverse("unit-report", args=[unit.code, "policy-plan"]) + f"?period={year}"
        if paper and year <= clock.today().year
        else "",
        "gaps_url": at.url("governance-policies") + "#gaps",
    }
