"""Giving a rule out: which one, to whom, until when; before it goes out, how many people that is."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access import check, scope
from guiju.access.policy import needs
from guiju.governance.enums import VersionState
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import queries as policies
from guiju.governance.policies.actions import current
from guiju.governance.reading import audience as audiences
from guiju.governance.reading import issuing, previewing
from guiju.governance.reading.audience import Audience
from guiju.lib import clock, dates
from guiju.lib.errors import Conflict, Problem
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.registers.models import Entry
from guiju.web import place
from guiju.web.governance.policies import doors
from guiju.web.governance.reading import here
from guiju.workflow import days

#: Policies offered at once; others are found by their name.
SHOWN = 50
#: Working days that people have, unless somebody says otherwise.
WITHIN = 10
LABELS = {
    "policy": _l("Policy"),
    "compared": _l("What differs from"),
    "kind": _l("Who is asked"),
    "since": _l("Joined since"),
    "departments": _l("Departments"),
    "below": _l("Units below"),
    "due_on": _l("To be confirmed until"),
    "statement": _l("What each person confirms"),
    "file": _l("Signed list"),
    "pick": _l("People"),
}


def _unit(request: HttpRequest, code: str) -> Unit:
    unit = here.unit_of(request, code)
    check.require(place.by(request), here.ISSUE, unit)
    return unit


@needs(here.ISSUE)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """The form; without a policy the policies to choose from."""
    unit = _unit(request, code)
    given = request.POST if request.method == "POST" else request.GET
    if not given.get("policy"):
        return _choose(request, unit)
    entry = policies.find(place.by(request), given["policy"])
    problem: Problem | None = None
    if request.method == "POST":
        try:
            row = _issue(request, unit, entry)
        except Problem as refused:
            if refused.status in {403, 404}:
                raise
            problem = refused
        else:
            messages.success(
                request, _("“%(title)s” is being given out; you may leave this page.") % {"title": row.title}
            )
            return redirect(here.address(row))
    status = 200 if problem is None else 409 if isinstance(problem, Conflict) else 422
    return render(request, "governance/reading/new.html", _form(request, unit, entry, given, problem), status=status)


def _choose(request: HttpRequest, unit: Unit) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:100]
    rows = PolicyVersion.objects.filter(state=VersionState.IN_FORCE).filter(Q(text__gt="") | ~Q(files=[]))
    seen = scope.units(place.by(request), here.VIEW).filter(path__in=ancestor_paths(unit.path, itself=True))
    rows = rows.filter(unit__in=seen)
    if q:
        rows = rows.filter(Q(title__icontains=q) | Q(document_number__icontains=q))
    found = list(rows.select_related("unit").defer("text").order_by("-in_force_on", "pk")[: SHOWN + 1])
    context = {
        "title": _("Which policy is to be read?"),
        "trail": here.trail(unit),
        "unit": unit,
        "q": q,
        "rows": found[:SHOWN],
        "more": len(found) > SHOWN,
        "library_url": reverse("governance-policies", args=[unit.code]),
    }
    return render(request, "governance/reading/choose.html", context)


def _form(request: HttpRequest, unit: Unit, entry: Entry, given: QueryDict, problem: Problem | None) -> dict[str, Any]:
    held = current(entry.uid)
    earlier = PolicyVersion.objects.filter(policy=entry.uid, state=VersionState.SUPERSEDED).defer("text")
    due = days.of(unit.root_id or unit.pk).add(clock.today(), WITHIN)
    return {
        "title": _("Give out “%(title)s” to be read") % {"title": entry.title},
        "trail": here.trail(unit),
        "unit": unit,
        "entry": entry,
        "held": held,
        "policy_url": doors.url(entry.unit.code, entry.uid),
        "problem": here.worded(problem, dict(LABELS)) if problem is not None else None,
        "twice_url": reverse("governance-readings-one", args=[unit.code, problem.data["reading"]])
        if problem is not None and "reading" in problem.data
        else "",
        "kinds": list(audiences.labels().items()),
        "departments": list(audiences.departments(unit)),
        "has_below": unit.children.filter(kind="company").exists(),
        "earlier": list(earlier.order_by("-number")),
        "said": {
            "kind": given.get("kind") or "all",
            "since": given.get("since", ""),
            "departments": given.getlist("departments"),
            "below": bool(given.get("below")),
            "joiners": bool(given.get("joiners")),
            "due_on": given.get("due_on") or due.isoformat(),
            "statement": given.get("statement") or _("I have read this policy and will keep to it."),
            "compared": given.get("compared", ""),
        },
        "preview_url": reverse("governance-readings-preview", args=[unit.code]),
        "cancel_url": reverse("governance-readings", args=[unit.code]),
    }  # fmt: skip


def _issue(request: HttpRequest, unit: Unit, entry: Entry) -> Any:
    given = request.POST
    compared = given.get("compared", "")
    before = (
        PolicyVersion.objects.filter(policy=entry.uid, number=int(compared)).first()
        if compared.isdecimal() and len(compared) < 6
        else None
    )
    return issuing.issue(
        unit=unit,
        policy=entry,
        audience=_audience(given),
        due_on=_day(given, "due_on") or date.min,
        statement=given.get("statement", ""),
        compared=before,
        by=place.by(request),
    )


def _audience(given: QueryDict) -> Audience:
    kind = given.get("kind") or "all"
    return Audience(
        kind=kind,
        since=_day(given, "since") if kind == "new_hires" else None,
        departments=tuple(_uids(given.getlist("departments"))),
        below=bool(given.get("below")),
        joiners=bool(given.get("joiners")) or kind == "new_hires",
    )


def _uids(written: list[str]) -> list[str]:
    found = []
    for one in written:
        try:
            found.append(str(UUID(one)))
        except ValueError:
            continue
    return found


def _day(given: QueryDict, name: str) -> date | None:
    written = given.get(name, "").strip()
    return dates.parse(written, where=str(LABELS[name])) if written else None


@needs(here.ISSUE)
@require_safe
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """How many people the form as it stands would ask; a fragment."""
    unit = _unit(request, code)
    try:
        asked = audiences.checked(_audience(request.GET), unit)
    except Problem as problem:
        return render(request, "governance/reading/_preview.html", {"problem": here.worded(problem, dict(LABELS))})
    found = previewing.preview(asked, unit, on=clock.today())
    context = {
        "found": found,
        "words": audiences.words(asked, unit),
        "people_url": reverse("people"),
        "kind": asked.kind,
    }
    return render(request, "governance/reading/_preview.html", context)
