"""The figures that ledgers ask for: as sentences to copy, as a paper, as a workbook."""

from __future__ import annotations

from datetime import date
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.policies import gaps, ledger, statistics, workbooks
from guiju.governance.policies.statistics import Figures
from guiju.lib import clock, dates
from guiju.lib.errors import Problem
from guiju.web import links, place
from guiju.web.governance.policies.libraryhere import At, common, enter, words
from guiju.web.registers import exports

VIEW, EXPORT = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EXPORT
_PAGE = "governance-policies-statistics"
_TAKEN = "policy_stocktakes"


@needs(VIEW)
@require_safe
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """Counted on the day asked for."""
    at = enter(request, code)
    problem: Problem | None = None
    try:
        on = _day(request)
    except Problem as refused:
        problem, on = refused, clock.today()
    found = statistics.figures(by=at.by, seat=at.seat, below=at.below, on=on)
    told = ledger.rows(by=at.by, seat=at.seat, below=at.below, on=on)
    said = ledger.text(told)
    exports_too = place.may(request, EXPORT, at.seat.company, at.seat.through)
    context = {
        **common(at, _PAGE, _("Statistics of rules")),
        "problem": problem,
        "on": on,
        "days": _days(at, on),
        "text": said,
        "rows": said.count("\n") + 4,
        "is_complete": ledger.is_complete(told),
        "table": _table(found),
        "stocktake": _stocktake(at, found),
        "workbook_url": at.url("governance-policies-workbook", on=on.isoformat()) if exports_too else "",
        "paper_url": _paper(at, on),
    }
    return render(request, "governance/policies/statistics.html", context, status=422 if problem else 200)


def _day(request: HttpRequest) -> date:
    written = request.GET.get("on", "").strip()
    if not written:
        return clock.today()
    day = dates.parse(written, where=_("Counted on"))
    if day > clock.today():
        raise Problem(
            "statistics.future",
            _("%(day)s lies ahead; nothing can be counted then.") % {"day": day.isoformat()},
            fix=_("Choose today or a day before."),
            status=422,
        )
    return day


def _days(at: At, on: date) -> list[dict[str, Any]]:
    """Today and the ends of the last years."""
    today = clock.today()
    shown = [
        (_("Today"), today),
        *((str(year), date(year, 12, 31)) for year in range(today.year - 1, today.year - 5, -1)),
    ]
    return [
        {
            "label": label if day == today else _("End of %(year)s") % {"year": label},
            "url": at.url(_PAGE, on="" if day == today else day.isoformat()),
            "current": day == on,
        }
        for label, day in shown
    ]


def _table(found: Figures) -> dict[str, Any]:
    levels, businesses = words("level"), words("business")
    codes = [code for code in [*businesses, ""] if found.counts.business(code).in_force]
    return {
        "levels": [*levels.values(), _("Without level")],
        "rows": [
            {
                "label": businesses.get(code, _("Not sorted by business")),
                "cells": [found.counts.at(code, level).in_force for level in (*levels, "")],
                "total": found.counts.business(code).in_force,
            }
            for code in codes
        ],
        "totals": [found.level(level) for level in (*levels, "")],
        "total": found.total,
    }


def _stocktake(at: At, found: Figures) -> dict[str, Any]:
    """The last stocktake in the register, and the form of a new one with today's figures in it."""
    row = found.stocktake
    values: dict[str, Any] = {
        "name": f"{found.on.year}年制度清理", "cutoff_on": found.on.isoformat(), "taken_on": clock.today().isoformat(),
        "total": found.total, "basic": found.level(gaps.BASIC), "specific": found.level(gaps.SPECIFIC),
        "guideline": found.level(gaps.GUIDELINE), "classified": "" if found.unsorted else "1",
        "graded": "" if found.ungraded else "1", "to_enact": found.planned.get("enact"),
        "to_amend": found.planned.get("amend"), "to_repeal": found.planned.get("repeal"),
    }  # fmt: skip
    may = at.writes and at.seat.through is None and not at.below and found.total
    return {
        "title": row.title if row is not None else "",
        "url": links.record(_TAKEN, row.uid) if row is not None else "",
        "on": row.on if row is not None else None,
        "new_url": links.new_record(_TAKEN, unit=at.seat.company, values=values) if may else "",
        "intake_url": reverse("governance-intakes", args=[at.code]) if at.seat.whole else "",
    }


def _paper(at: At, on: date) -> str:
    if at.seat.through is not None or not at.seat.whole:
        return ""
    return reverse("unit-report", args=[at.seat.company.code, "policy-stocktake"]) + f"?period={on.year}"


@needs(EXPORT)
@require_GET
def workbook(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same as a workbook; of all levels with a line for each legal entity."""
    at = enter(request, code)
    on = _day(request)

    def write(content: IO[bytes]) -> None:
        workbooks.write(by=at.by, seat=at.seat, below=at.below, on=on, to=content)

    name = _("Statistics of rules") + f" {at.unit.label} {on.isoformat()}.xlsx"
    return FileResponse(exports.drafted(write), as_attachment=True, filename=name)
