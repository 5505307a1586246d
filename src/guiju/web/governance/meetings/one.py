"""One meeting: agenda, notice, who came, minutes kept while they are written, settling them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from guiju.access import scope
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.documents.kinds import meeting_minutes as papers
from guiju.governance.meetings import actions, queries, seeing, sheet
from guiju.governance.meetings.terms import ITEMS
from guiju.governance.models import Sitting
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org.models import Person
from guiju.registers import queries as rows
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry
from guiju.web.governance.meetings import here as places
from guiju.web.governance.meetings import onepage
from guiju.web.governance.meetings.here import Here
from guiju.web.registers import asked

_CAME = re.compile(r"(came|deputy)-([0-9a-f-]{36})")
_ITEM = re.compile(r"item-([0-9a-f-]{36})-(outcome|votes_for|votes_against|votes_abstained|resolution|unheard)")
_DECISION = re.compile(r"decision-(\d{1,2})-(item|matter|owner|due_on)")


def _open(request: HttpRequest, code: str, uid: UUID) -> tuple[Here, queries.OneMeeting]:
    at = places.here(request, code)
    found = queries.meeting(by=at.by, uid=uid)
    places.own(at, found.meeting)
    return at, found


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Everything of a meeting, and the one thing to do next."""
    at, found = _open(request, code, uid)
    return render(request, "governance/meetings/one.html", onepage.context(at, found))


def written(request: HttpRequest) -> dict[str, Any]:
    """What the form carries, as `actions.keep` reads it."""
    minutes: dict[str, Any] = {code: request.POST[code] for code in sheet.FIELDS if code in request.POST}
    came: dict[str, dict[str, str]] = {}
    items: dict[str, dict[str, str]] = {}
    decisions: dict[int, dict[str, str]] = {}
    for key, value in request.POST.items():
        if match := _CAME.fullmatch(key):
            came.setdefault(match[2], {})["state" if match[1] == "came" else "deputy"] = str(value)
        elif match := _ITEM.fullmatch(key):
            items.setdefault(match[1], {})[match[2]] = str(value)
        elif match := _DECISION.fullmatch(key):
            decisions.setdefault(int(match[1]), {})[match[2]] = str(value)
    if decisions:
        minutes["decisions"] = [decisions[number] for number in sorted(decisions)]
    return {"minutes": minutes, "attendance": came, "items": items}


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def save(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Keep what was written so far; asked by the page itself while somebody writes."""
    at, found = _open(request, code, uid)
    try:
        kept = actions.keep(
            meeting=found.meeting, written=written(request), version=asked.version(request, default=0), by=at.by
        )
    except Problem as problem:
        return _refused(request, at, found, problem)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "compliance/hearing/_saved.html", {"hearing": kept})
    messages.success(request, _("Saved."))
    return redirect(_address(at, uid))


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def hold(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """It took place: day, chair, who came."""
    done = _step(request, code, uid, actions.hold, _("The meeting is entered. Write what came of each item."))
    if done.status_code == 302:
        for fault in actions.doubts(meeting=_open(request, code, uid)[1].meeting):
            messages.warning(request, f"{fault.what} {fault.fix}".strip())
    return done


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def settle(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The minutes are final: they are put to the meeting as a file, each decision becomes its owner's task."""
    done = _("The minutes are settled; whoever has to carry out a decision finds it among the tasks.")
    return _step(request, code, uid, actions.settle, done, attach=True)


def _step(
    request: HttpRequest, code: str, uid: UUID, act: Callable[..., Sitting], done: str, *, attach: bool = False
) -> HttpResponse:
    at, found = _open(request, code, uid)
    try:
        with transaction.atomic():
            act(meeting=found.meeting, written=written(request), version=asked.version(request, default=0), by=at.by)
            if attach:
                papers.attach(found.meeting, by=at.by)
    except Problem as problem:
        return _refused(request, at, found, problem)
    messages.success(request, done)
    if attach:
        decided = queries.meeting(by=at.by, uid=uid).decisions
        _tell_otherwise(request, [row.owner.uid for row in decided if row.status == "open" and row.owner is not None])
    return redirect(_address(at, uid))


def _tell_otherwise(request: HttpRequest, people: list[Any]) -> None:
    """Name those who cannot find it among their tasks, so that somebody tells them."""
    names = seeing.without_tasks(people)
    if names:
        told = _(
            "%(names)s cannot find this among the tasks, for want of an account that shows tasks; tell them otherwise."
        )
        messages.warning(request, told % {"names": pgettext("list", ", ").join(names)})


def _refused(request: HttpRequest, at: Here, found: queries.OneMeeting, problem: Problem) -> HttpResponse:
    """With what is wrong, or with both sides; what was written stays on the page."""
    if problem.status in {403, 404}:
        raise problem
    if request.htmx:  # type: ignore[attr-defined]
        context = {"problem": problem, "hearing": found.sitting, "clashes": onepage.clashes(problem, found)}
        return render(request, "compliance/hearing/_saved.html", context, status=422)
    status = 409 if isinstance(problem, Conflict) else 422
    context = onepage.context(at, found, problem=problem, given=written(request))
    return render(request, "governance/meetings/one.html", context, status=status)


def _address(at: Here, uid: UUID) -> str:
    return reverse("governance-meeting", args=[at.code, uid])


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def notify(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Everybody expected who has an account finds it among the tasks."""
    at, found = _open(request, code, uid)
    told = actions.notify(meeting=found.meeting, by=at.by)
    messages.success(
        request,
        ngettext("%(count)d person was told.", "%(count)d people were told.", told) % {"count": told}
        if told
        else _("Everybody who has an account was told before."),
    )
    _tell_otherwise(request, [row["person"] for row in found.attendance])
    return redirect(_address(at, uid))


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def cancel(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """It does not take place, for a reason."""
    done = _("The meeting is cancelled; the notices are withdrawn.")
    return _for_a_reason(request, code, uid, actions.cancel, done)


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def reopen(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Settled minutes are corrected, for a reason."""
    return _for_a_reason(request, code, uid, actions.reopen, _("The minutes are open again."))


def _for_a_reason(request: HttpRequest, code: str, uid: UUID, act: Callable[..., object], done: str) -> HttpResponse:
    at, found = _open(request, code, uid)
    try:
        act(meeting=found.meeting, reason=request.POST.get("reason", ""), by=at.by)
    except Problem as problem:
        return _refused(request, at, found, problem)
    messages.success(request, done)
    return redirect(_address(at, uid))


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def add(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One more item on the agenda."""
    at, found = _open(request, code, uid)
    names = ("matter", "kind", "major", "reporter", "department", "review", "review_number")
    values = {name: request.POST.get(name, "").strip() for name in names}
    try:
        actions.add_item(meeting=found.meeting, values={k: v for k, v in values.items() if v}, by=at.by)
    except Problem as problem:
        return _refused(request, at, found, problem)
    messages.success(request, _("The item stands on the agenda."))
    return redirect(_address(at, uid))


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def recuse(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Somebody steps aside from an item."""
    at, found = _open(request, code, uid)
    item = next((row for row in found.items if str(row.uid) == request.POST.get("item")), None)
    if item is None:
        raise NotFound(_("There is no such record here."))
    try:
        actions.recuse(
            item=_fresh(at, item), person=_person(at, request.POST.get("person", "")),
            reason=request.POST.get("reason", ""), by=at.by,
        )  # fmt: skip
    except Problem as problem:
        return _refused(request, at, found, problem)
    messages.success(request, _("Entered: he does not vote on this item and is counted out."))
    return redirect(_address(at, uid))


def _fresh(at: Here, item: Entry) -> Entry:
    return rows.find(at.by, item.uid, register=ITEMS)


def _person(at: Here, written_uid: str) -> Person:
    uid = as_uid(written_uid)
    seen = scope.people(at.by, P.ORG_PERSON_VIEW).filter(unit__root_id=at.company.root_id or at.company.pk)
    found = seen.filter(uid=uid).first() if uid else None
    if found is None:
        raise Problem("recusal.person", _("Choose who steps aside."), where="person", status=422)
    return found
