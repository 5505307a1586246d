"""Planning a meeting: day, body, who is invited, what is on the agenda."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guiju.access import scope
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.meetings import actions, matters
from guiju.governance.meetings.terms import CIRCULATION, ITEMS, MEETINGS
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.models import Person
from guiju.registers import spec as specs
from guiju.registers.directory import Directory, as_uid
from guiju.review import access as reviews
from guiju.review import resolutions
from guiju.web.governance.meetings import here as places
from guiju.web.governance.meetings.here import Here
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.picks import first_options

FIELDS = ("subject", "topic", "body", "way", "held_on", "starts_at", "place", "chaired_by")
_ITEM = ("matter", "kind", "major", "reporter", "department")
#: What an item is about, where the plan began at such a record.
_ABOUT = ("coordination", "review", "review_number")
_LINES = 6


@needs(P.REGISTER_ENTRY_EDIT)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """The form; a plan that was made leads to its meeting."""
    at = places.here(request, code, writing=True)
    if request.method == "GET":
        return render(request, "governance/meetings/new.html", _context(request, at, _form(request, at)))
    form = _form(request, at)
    try:
        meeting = actions.plan(
            unit=at.company, values=form.values(), items=_items(request), guests=_guests(request, at), by=at.by
        )
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        context = _context(request, at, form, loose=form.refuse(problem), problem=problem)
        return render(request, "governance/meetings/new.html", context, status=422)
    messages.success(request, _("The meeting is planned. Send the notice when the agenda is complete."))
    return redirect(reverse("governance-meeting", args=[at.code, meeting.uid]))


def _form(request: HttpRequest, at: Here) -> RegisterForm:
    known = Directory(at.company, by=at.by)
    data = request.POST if request.method == "POST" else None
    return RegisterForm(
        specs.get(MEETINGS), FIELDS, unit=at.company, known=known, by=at.by, data=data, initial=_initial(request, at)
    )


def _initial(request: HttpRequest, at: Here) -> dict[str, Any]:
    shared = _shared(request, at)
    return {
        "held_on": clock.today().isoformat(),
        "body": as_uid(request.GET.get("body", "")) or "",
        "topic": "joint_meeting" if shared else request.GET.get("topic", ""),
        "subject": _("Joint meeting on compliance") if shared else "",
        "way": CIRCULATION if request.GET.get("way") == CIRCULATION else "meeting",
    }


def _shared(request: HttpRequest, at: Here) -> Mapping[str, str] | None:
    """The shared matter that the meeting is about, if the address or the form names one."""
    uid = as_uid(request.POST.get("item-1-coordination") or request.GET.get("matter", ""))
    if not uid:
        return None
    found = matters.find(at.by, uid)
    return {"uid": str(found.uid), "title": found.title}


def _reviewed(request: HttpRequest, at: Here) -> Mapping[str, str] | None:
    """The matter under review on which the body is to decide, if the address or the form names one."""
    given = {name: request.POST.get(f"item-1-{name}", "") for name in ("review", "review_number")}
    if any(given.values()):
        return given
    uid = as_uid(request.GET.get("review", ""))
    if not uid:
        return None
    found = reviews.find(at.by, uid)
    if found.entry is not None:
        return {"review": str(found.entry), "title": found.title}
    return {"review_number": resolutions.reference(found, unit_id=at.company.pk), "title": found.title}


def _items(request: HttpRequest) -> list[dict[str, Any]]:
    """The lines of the agenda that say something."""
    found = []
    for number in range(1, _LINES + 1):
        line = {name: request.POST.get(f"item-{number}-{name}", "").strip() for name in (*_ITEM, *_ABOUT)}
        if line["matter"]:
            line["matter"] = " ".join(line["matter"].split())
            found.append({name: value for name, value in line.items() if value})
    return found


def _guests(request: HttpRequest, at: Here) -> list[Person]:
    uids = [uid for uid in map(as_uid, request.POST.getlist("guests")) if uid]
    if not uids:
        return []
    seen = scope.people(at.by, P.ORG_PERSON_VIEW).filter(unit__root_id=at.company.root_id or at.company.pk)
    return list(seen.filter(uid__in=uids).order_by("sort_key", "pk"))


def _context(
    request: HttpRequest,
    at: Here,
    form: RegisterForm,
    *,
    loose: list[str] | None = None,
    problem: Problem | None = None,
) -> dict[str, Any]:
    shared, reviewed = _shared(request, at), _reviewed(request, at)
    kind = specs.get(ITEMS).field("kind")
    return {
        "title": _("Plan a meeting"),
        "trail": places.trail(at),
        "unit": at.company,
        "form": form,
        "loose": loose or [],
        "problem": problem,
        "lines": [_line(request, number, shared, reviewed) for number in range(1, _LINES + 1)],
        "kinds": [(one.code, one.label()) for one in (kind.options if kind else ())],
        "people": first_options("person", unit=at.company, by=at.by),
        "pick_url": f"{reverse('pick', args=['person'])}?unit={at.company.code}",
        "departments": at.seat.departments,
        "chosen": set(request.POST.getlist("guests")),
        "back": reverse("governance-meetings", args=[at.code]),
    }


def _line(
    request: HttpRequest, number: int, shared: Mapping[str, str] | None, reviewed: Mapping[str, str] | None
) -> dict[str, Any]:
    line: dict[str, Any] = {name: request.POST.get(f"item-{number}-{name}", "") for name in _ITEM}
    line["kind"] = line["kind"] or "decide"
    line["n"] = number
    if number == 1 and shared is not None:
        line |= {"coordination": shared["uid"], "matter": line["matter"] or shared["title"], "kind": line["kind"]}
    if number == 1 and reviewed is not None:
        line |= {**reviewed, "matter": line["matter"] or reviewed.get("title", "")}
    return line
