"""The overview of a library: articles on top, figures, the matrix, what is missing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.policy import needs
from guiju.governance.enums import VersionState as S
from guiju.governance.policies import library
from guiju.governance.policies.library import Overview
from guiju.governance.policies.terms import REGISTER
from guiju.lib import clock
from guiju.web import links
from guiju.web.governance.policies import doors, matrixpage
from guiju.web.governance.policies.libraryhere import VIEW, At, common, enter, words


@needs(VIEW)
@require_safe
def home(request: HttpRequest, code: str) -> HttpResponse:
    """Articles on top, figures, the matrix, what is missing."""
    at = enter(request, code)
    seen = library.overview(by=at.by, seat=at.seat, below=at.below)
    is_empty = not seen.counts.total.in_force and not seen.counts.total.draft
    context = {
        **common(at, "governance-policies", _("Policies")),
        "is_empty": is_empty,
        "charter": _charter(at, seen),
        "stats": _stats(at, seen),
        "matrix": matrixpage.matrix(at, seen),
        "gaps": matrixpage.gaps_of(at, seen),
        "open_count": len(seen.open_gaps),
        "unsorted": _unsorted(at, seen),
        "may_plan": at.writes,
        "shows_gaps": not at.below and at.seat.through is None,
        "year": clock.today().year,
        "units": _units(at) if at.below else None,
        "new_url": doors.draft_url(at.unit) if at.writes else "",
        "intake_url": reverse("governance-intakes-new", args=[at.code]) if at.writes and at.seat.whole else "",
        "import_url": links.register(REGISTER) + f"import/?unit={at.code}" if at.writes else "",
        "list_url": at.listed(REGISTER, _status="issued"),
    }
    return render(request, "governance/policies/library.html", context)


def _unsorted(at: At, seen: Overview) -> dict[str, Any]:
    """Rules that no crossing of the matrix counts: a business looks bare while its rules only lack their sorting."""
    count = seen.counts.business("").in_force
    url = at.url("governance-policies-attention", what=library.UNSORTED)
    return {"count": count, "url": url} if count else {}


def _charter(at: At, seen: Overview) -> dict[str, Any]:
    entry = seen.charter
    if entry is not None:
        return {"title": entry.title, "url": doors.url(entry.unit.code, entry.uid), "is_draft": entry.status == "draft",
                "on": entry.date_1 or entry.on}  # fmt: skip
    values = {
        "name": "公司章程",
        "level": "basic",
        "business": "governance",
        "charter": "1",
        "mechanism": "organisation",
    }
    may = at.writes and at.seat.through is None and not at.below
    return {"title": "", "enter_url": links.new_record(REGISTER, unit=at.seat.company, values=values) if may else ""}


def _stats(at: At, seen: Overview) -> list[dict[str, Any]]:
    """Numbers that lead to the rows they count."""
    total, levels = seen.counts.total, words("level")
    found: list[dict[str, Any]] = [
        {"label": _("In force"), "value": total.in_force, "url": at.listed(REGISTER, _status="issued")}
    ]
    found += [
        {
            "label": label,
            "value": seen.counts.level(level).in_force,
            "url": at.listed(REGISTER, _status="issued", level=level),
        }
        for level, label in levels.items()
    ]
    looks = [
        (_("Being drafted"), seen.at_work.get(S.DRAFT, 0), matrixpage.DRAFTING, ""),
        (_("Under review or waiting to be issued"), seen.at_work.get(S.SUBMITTED, 0) + seen.at_work.get(S.APPROVED, 0),
         matrixpage.REVIEW, ""),
        (_("Not reviewed for three years"), total.stale, library.STALE, "partly"),
        (_("Without text or file"), seen.bare, library.BARE, "partly"),
        (_("Not sorted by business"), seen.counts.business("").in_force, library.UNSORTED, "partly"),
        (_("Without level"), seen.counts.level("").in_force, library.UNGRADED, "partly"),
    ]  # fmt: skip
    found += [
        {
            "label": label,
            "value": count,
            "tone": tone if count else "",
            "url": at.url("governance-policies-attention", what=what) if count else "",
        }
        for label, count, what, tone in looks
        if count or not tone
    ]
    return found


def _units(at: At) -> dict[str, Any]:
    lines, count = library.units_below(by=at.by, seat=at.seat)
    levels = words("level")
    return {
        "levels": list(levels.values()),
        "count": count,
        "more": count - len(lines),
        "bare": sum(not line.total for line in lines),
        "rows": [
            {
                "name": line.unit.label,
                "url": reverse("governance-policies", args=[line.unit.code]),
                "total": line.total,
                "levels": [line.by_level.get(level, 0) for level in levels],
            }
            for line in lines
        ],
    }
