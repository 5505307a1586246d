"""Shared matters: the list, and one with the opinions of the functions side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.meetings import actions, matters, seats
from guiju.governance.meetings.matters import Voice
from guiju.governance.meetings.terms import ITEMS, MATTERS
from guiju.lib.errors import Conflict, Problem
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.governance.meetings import here as places
from guiju.web.governance.meetings.here import Here
from guiju.web.governance.meetings.overview import option, state
from guiju.web.registers import asked

_LINKED = {"contract": "contracts", "policy": "policies", "risk": "risk_list"}


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """What the functions handle together, what waits for whom."""
    at = places.here(request, code)
    department = None if at.seat.whole else (at.seat.through or at.seat.departments[0])
    found = matters.listing(at.by, company=at.company, whole=at.seat.whole, department=department)
    context = {
        "title": _("Shared matters"),
        "unit": at.seat.through or at.company,
        "views": places.tabs(at, "governance-meetings-matters"),
        "rows": [_row(at, row) for row in found],
        "new_url": links.new_record(MATTERS, unit=at.company) if at.writes else "",
        "register_url": links.register(MATTERS, unit=at.company.code) if at.seat.whole else "",
        "joint_url": f"{reverse('governance-meetings-new', args=[at.code])}?topic=joint_meeting" if at.writes else "",
    }
    return render(request, "governance/meetings/matters.html", context)


def _row(at: Here, row: Entry) -> dict[str, Any]:
    voices = [one for one in matters.voices(row.body.data) if one.takes_part]
    return {
        "title": row.title,
        "kind": option(MATTERS, "kind", row.kind),
        "state": state(row),
        "due_on": row.due_on,
        "is_late": row.status == matters.OPEN and places.is_late(row.due_on),
        "owner": row.owner.name if row.owner else "",
        "given": sum(one.is_given for one in voices),
        "of": len(voices),
        "waiting": "、".join(str(one.label) for one in voices if not one.is_given)
        if row.status == matters.OPEN
        else "",
        "url": reverse("governance-meetings-matter", args=[at.code, row.uid]),
    }


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One record: what it is about, four opinions, the conclusion."""
    at, entry = _open(request, code, uid)
    return render(request, "governance/meetings/matter.html", _context(at, entry))


def _open(request: HttpRequest, code: str, uid: UUID) -> tuple[Here, Entry]:
    at = places.here(request, code)
    return at, places.own(at, matters.find(at.by, uid))


def _context(
    at: Here, entry: Entry, *, problem: Problem | None = None, given: dict[str, str] | None = None
) -> dict[str, Any]:
    data = entry.body.data
    voices = matters.voices(data)
    me = seats.me(at.by)
    names = _names([one.person for one in voices])
    met = Entry.objects.filter(register=ITEMS, ref_2=entry.uid).order_by("-pk")[:10] if at.seat.whole else []
    missing = matters.waiting(data)
    return {
        "title": entry.title,
        "trail": [
            *places.trail(at),
            {"label": _("Shared matters"), "url": reverse("governance-meetings-matters", args=[at.code])},
        ],
        "unit": at.seat.through or at.company,
        "entry": entry,
        "state": state(entry),
        "kind": option(MATTERS, "kind", entry.kind),
        "contents": data.get("contents") or "",
        "voices": [_voice(at, entry, one, names, given, me) for one in voices if one.takes_part],
        "out": [str(one.label) for one in voices if not one.takes_part],
        "waiting": "、".join(str(one.label) for one in missing),
        "stands": _stands(),
        "problem": problem,
        "clashes": _clashes(problem),
        "conclusion": data.get("conclusion") or "",
        "is_open": entry.status == matters.OPEN,
        "is_late": entry.status == matters.OPEN and places.is_late(entry.due_on),
        "may_conclude": at.writes and entry.status == matters.OPEN and not missing,
        "links": [
            {"label": option_label(code), "url": links.record(register, data[code])}
            for code, register in _LINKED.items()
            if data.get(code)
        ]
        if at.seat.whole
        else [],
        "items": [
            {"title": row.title, "on": row.on, "url": reverse("governance-meeting", args=[at.code, row.ref_1])}
            for row in met
            if row.ref_1
        ],
        "answer_url": reverse("governance-meetings-answer", args=[at.code, entry.uid]),
        "conclude_url": reverse("governance-meetings-conclude", args=[at.code, entry.uid]),
        "record_url": links.record(MATTERS, entry.uid) if at.seat.whole else "",
        "edit_url": reverse("record-edit", args=[MATTERS, entry.uid]) if at.writes else "",
        "meeting_url": f"{reverse('governance-meetings-new', args=[at.code])}?matter={entry.uid}"
        if at.writes and entry.status == matters.OPEN
        else "",
    }


def option_label(code: str) -> str:
    """The label of a field of the register of matters."""
    from guiju.registers import spec as specs

    return specs.get(MATTERS).by_code[code].label()


def _voice(
    at: Here, entry: Entry, one: Voice, names: dict[str, str], given: dict[str, str] | None, me: Person | None
) -> dict[str, Any]:
    mine = given if given is not None and given.get("function") == one.code else {}
    return {
        "code": one.code,
        "label": str(one.label),
        "leads": one.leads,
        "name": names.get(one.person, ""),
        "on": one.on,
        "stand": mine.get("stand", one.stand),
        "stand_word": option(MATTERS, f"{one.code}_stand", one.stand),
        "tone": _tone(one),
        "opinion": mine.get("opinion", one.opinion),
        "is_given": one.is_given,
        "may": matters.may_answer(entry, one.code, by=at.by),
        "open": bool(mine),
        "is_mine": me is not None and one.person == str(me.uid) and not one.is_given,
    }


def _tone(one: Voice) -> str:
    return {"agree": "met", "none": "met", "conditions": "partly", "object": "unmet"}.get(one.stand, "person")


def _stands() -> list[tuple[str, str]]:
    from guiju.registers import spec as specs

    field = specs.get(MATTERS).by_code["legal_stand"]
    return [(choice.code, choice.label()) for choice in field.options]


def _names(uids: list[str]) -> dict[str, str]:
    rows = Person.objects.filter(uid__in=[uid for uid in uids if uid]).values_list("uid", "name")
    return {str(uid): name for uid, name in rows}


def _clashes(problem: Problem | None) -> list[dict[str, str]]:
    if not isinstance(problem, Conflict) or "yours" not in problem.data:
        return []
    yours: Any = problem.data["yours"]
    theirs: Any = problem.data["current"]
    return [
        {"label": option_label(code), "mine": _word(code, yours[code]), "theirs": _word(code, theirs[code])}
        for code in yours
    ]


def _word(code: str, value: str) -> str:
    return option(MATTERS, code, value) if code.endswith("_stand") else value


@needs(P.REGISTER_ENTRY_VIEW)
@require_POST
def answer(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One function's opinion; whoever is named for it needs no more than that."""
    at, entry = _open(request, code, uid)
    given = {name: request.POST.get(name, "") for name in ("function", "stand", "opinion")}
    try:
        actions.answer(
            entry=entry,
            function=given["function"],
            stand=given["stand"],
            opinion=given["opinion"],
            version=asked.version(request),
            by=at.by,
        )
    except Problem as problem:
        return _refused(request, at, entry, problem, given)
    messages.success(request, _("The opinion stands on the shared record."))
    return redirect(reverse("governance-meetings-matter", args=[at.code, uid]))


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def conclude(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The common conclusion, once all have answered."""
    at, entry = _open(request, code, uid)
    values = {name: request.POST.get(name, "") for name in ("conclusion", "concluded_on")}
    try:
        registers.move(entry=entry, move="conclude", values=values, version=asked.version(request), by=at.by)
    except Problem as problem:
        return _refused(request, at, entry, problem, None)
    messages.success(request, _("The conclusion is entered."))
    return redirect(reverse("governance-meetings-matter", args=[at.code, uid]))


def _refused(
    request: HttpRequest, at: Here, entry: Entry, problem: Problem, given: dict[str, str] | None
) -> HttpResponse:
    if problem.status in {403, 404}:
        raise problem
    fresh = matters.find(at.by, entry.uid)
    status = 409 if isinstance(problem, Conflict) else 422
    return render(
        request, "governance/meetings/matter.html", _context(at, fresh, problem=problem, given=given), status=status
    )
