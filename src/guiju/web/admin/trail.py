"""The trail: who did what, where and when; and whether the log still tells what it told."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access import scope
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock, dates
from guiju.lib.errors import Problem
from guiju.trail import presenters, verify
from guiju.trail.events import Action
from guiju.trail.models import Event
from guiju.web import place
from guiju.web.admin import duties

P = Permission
SIZE = 50
FILTERS = ("q", "action", "unit", "since", "until")


@needs(P.AUDIT_TRAIL_VIEW)
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Events, newest first, filtered; one page after the other by place in the log."""
    rows = _filtered(request, _visible(request))
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) <= 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.select_related("body").order_by("-pk")[: SIZE + 1])
    kept = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    context = {
        "title": _("Trail"),
        "log": duties.log_state(),
        "events": [_told(request, event) for event in found[:SIZE]],
        "next_url": f"?{urlencode({**kept, 'before': str(found[SIZE - 1].pk)})}" if len(found) > SIZE else "",
        "first_url": f"?{urlencode(kept)}" if before else "",
        "search": {"value": kept.get("q", ""), "placeholder": _("Person or object")},
        "filters": _filters(kept),
        "filters_clear_url": reverse("trail") if kept else "",
    }
    return render(request, "trail/events.html", context)


def _visible(request: HttpRequest) -> QuerySet[Event]:
    """Events of the units in scope; those of no unit (accounts, packs, the log) for audit administrators."""
    seen = scope.units(place.by(request), P.AUDIT_TRAIL_VIEW)
    wanted = Q(unit_id__in=seen.values("pk"))
    if any(spec.admin_duty == "audit" for spec in place.roles(request)):
        wanted |= Q(unit_id__isnull=True)
    return Event.objects.filter(wanted)


def _filtered(request: HttpRequest, rows: QuerySet[Event]) -> QuerySet[Event]:
    given = request.GET
    if given.get("q", "").strip():
        word = given["q"].strip()[:60]
        rows = rows.filter(Q(actor_name__icontains=word) | Q(object_title__icontains=word))
    if given.get("action", "") in Action.values:
        rows = rows.filter(action=given["action"])
    if given.get("unit", "").strip():
        rows = rows.filter(unit_code=given["unit"].strip())
    if given.get("since"):
        rows = rows.filter(at__gte=_begin(given["since"]))
    if given.get("until"):
        rows = rows.filter(at__lt=_begin(given["until"]) + timedelta(days=1))
    return rows


def _begin(written: str) -> datetime:
    return datetime.combine(dates.parse(written), time(), tzinfo=clock.SHANGHAI)


def _filters(kept: dict[str, str]) -> list[dict[str, Any]]:
    action = kept.get("action", "")
    return [
        {
            "code": "action",
            "label": _("What happened"),
            "value": action,
            "value_label": dict(Action.choices).get(action, ""),
            "options": [{"value": item.value, "label": item.label} for item in Action],
        },
        {"code": "unit", "label": _("Unit code"), "value": kept.get("unit", ""), "kind": "text"},
        {"code": "since", "label": _("Since"), "value": kept.get("since", ""), "kind": "date"},
        {"code": "until", "label": _("Until"), "value": kept.get("until", ""), "kind": "date"},
    ]


def _told(request: HttpRequest, event: Event) -> dict[str, Any]:
    line = presenters.line(event)
    business = event.object_type in presenters.BUSINESS
    hidden = business and not place.may(request, P.REGISTER_ENTRY_VIEW)
    return {
        "line": line,
        "event": event,
        "label": dict(Action.choices).get(event.action, event.action),
        "changes": [] if hidden else line.changes,
    }


@needs(P.AUDIT_TRAIL_VIEW)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Check the log from its beginning: places, hashes, signatures, and that live rows agree with it."""
    problem: Problem | None = None
    report: verify.Report | None = None
    try:
        report = verify.run(quick=request.POST.get("quick") == "1")
    except Problem as refused:
        problem = refused
    context = {
        "title": _("Is the trail intact?"),
        "trail": [{"label": _("Trail"), "url": reverse("trail")}],
        "report": report,
        "problem": problem,
        "log": duties.log_state(),
    }
    return render(request, "trail/verified.html", context)
