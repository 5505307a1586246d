"""Are rules carried out: what was looked at in twelve months, with which result, and what nobody has looked at."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.policies import executing
from guiju.governance.policies.executing import CHECKS, FINDINGS, FOCUS, Look
from guiju.governance.policies.terms import ISSUED
from guiju.lib import clock
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.governance.policies import doors
from guiju.web.governance.policies.libraryhere import common, enter, entry_row
from guiju.web.governance.policies.panels import Line, Panel

VIEW, CREATE = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_CREATE


@needs(VIEW)
@require_safe
def execution(request: HttpRequest, code: str) -> HttpResponse:
    """Checks with their results, then the rules that wait for one."""
    at = enter(request, code)
    found = executing.execution(by=at.by, seat=at.seat, below=at.below)
    context = {
        **common(at, "governance-policies-execution", _("Carrying out of rules")),
        "found": found,
        "counts": {"met": found.looked, "unmet": found.total - found.looked},
        "looks": [_look(look, at.writes, with_unit=at.below) for look in found.looks],
        "waiting": [
            {**entry_row(row, with_unit=at.below), "check_url": check_url(row) if at.writes else ""}
            for row in found.waiting
        ],
        "rest": found.total - found.looked - len(found.waiting),
        "new_url": links.new_record(CHECKS, unit=at.seat.company, values={"focus": FOCUS}) if at.writes else "",
        "list_url": at.listed(CHECKS, focus=FOCUS),
    }
    return render(request, "governance/policies/execution.html", context)


def _look(look: Look, may: bool, *, with_unit: bool) -> dict[str, Any]:
    check = look.check
    result = specs.get(CHECKS).by_code["result"].option(check.level)
    return {
        "title": check.title,
        "url": links.record(CHECKS, check.uid),
        "unit": check.unit.label if with_unit else "",
        "policy": look.policy.title if look.policy is not None else "",
        "policy_url": doors.url(check.unit.code, look.policy.uid) if look.policy is not None else "",
        "name_url": reverse("record-edit", args=[CHECKS, check.uid]) + "#id_policy"
        if may and look.policy is None
        else "",
        "on": check.on,
        "checker": check.person.name if check.person is not None else "",
        "result": result.label() if result is not None else "",
        "tone": result.tone if result is not None and result.tone else "na",
        "rectification_url": links.record(FINDINGS, look.rectification.uid) if look.rectification is not None else "",
        "rectify_url": rectify_url(check) if may and not look.is_clean and look.rectification is None else "",
    }


def check_url(entry: Entry) -> str:
    """The form of a check of whether a rule is carried out, with the rule in it."""
    values = {
        "focus": FOCUS,
        "policy": entry.uid,
        "subject": f"《{entry.title.strip('《》')}》执行情况检查"[:200],
        "field": entry.text_3,
        "department": entry.department.uid if entry.department is not None else None,
        "checked_on": clock.today().isoformat(),
    }
    return links.new_record(CHECKS, unit=entry.unit, values=values)


def rectify_url(check: Entry) -> str:
    """The form of a rectification with the problem that a check found."""
    values = {
        "source": "check",
        "problem": str(check.body.data.get("problem") or check.title)[:200],
        "field": check.text_3,
        "department": check.department.uid if check.department is not None else None,
        "found_on": check.on.isoformat() if check.on is not None else "",
        "due_on": check.body.data.get("fix_due_on"),
    }
    return links.new_record(FINDINGS, unit=check.unit, values=values)


def panel(request: HttpRequest, entry: Entry) -> Panel | None:
    """On the page of a policy: when anybody last looked whether it is carried out."""
    if entry.status != ISSUED:
        return None
    results = specs.get(CHECKS).by_code["result"]
    lines = []
    for check in executing.of_policy(entry):
        result = results.option(check.level)
        lines.append(
            Line(
                label=check.title,
                url=links.record(CHECKS, check.uid),
                hint=check.on.isoformat() if check.on is not None else "",
                tone=result.tone if result is not None else "",
                word=result.label() if result is not None else "",
            )
        )
    may = place.may(request, CREATE, entry.unit, entry.department)
    return Panel(
        id="execution",
        title=_("Is it carried out?"),
        lines=tuple(lines),
        empty=_("Nobody has recorded a check of this rule yet."),
        url=check_url(entry) if may else "",
        action=_("Record a check of this rule"),
    )
