"""Opinions before major decisions: the line of dates of each, and what to do where it is not in order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.meetings import actions, order, seats
from guiju.governance.meetings.order import Decision
from guiju.governance.meetings.terms import ASKED, ITEMS, MEETINGS, OPINIONS
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.registers import queries as rows
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.governance.meetings import here as places
from guiju.web.governance.meetings.here import Here
from guiju.web.governance.meetings.overview import option
from guiju.workflow.owners import Offices

_TONES = {
    order.WAITING: "person",
    order.READY: "info",
    order.SOUND: "met",
    order.DOUBTFUL: "partly",
    order.WITHOUT: "unmet",
}
_LINE_TONES = {order.GIVEN: "info", order.PROVEN: "met", order.LATE: "partly", order.AFTER: "unmet"}


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def opinions(request: HttpRequest, code: str) -> HttpResponse:
    """Every major decision with its opinions, those out of order first to be seen."""
    at = places.here(request, code)
    found = order.decisions(by=at.by, company=at.company) if at.seat.whole else []
    counts = {verdict: sum(one.verdict == verdict for one in found) for verdict in _TONES}
    context = {
        "title": _("Opinions before major decisions"),
        "unit": at.company,
        "views": places.tabs(at, "governance-meetings-opinions"),
        "basis": _basis(at),
        "decisions": [decision_view(at, one) for one in found],
        "wrong": counts[order.WITHOUT],
        "doubtful": counts[order.DOUBTFUL],
        "waiting": counts[order.WAITING],
        "new_url": reverse("governance-meetings-opine", args=[at.code, UUID(int=0)]) if at.writes else "",
        "plan_url": reverse("governance-meetings-new", args=[at.code]) if at.writes else "",
        "self_url": links.register("self_check_opinions", unit=at.company.code),
    }
    return render(request, "governance/meetings/opinions.html", context)


def _basis(at: Here) -> str:
    """Who says whose opinion comes first: the documents adopted, or nobody but the firm."""
    wanted = order.asking(at.company)
    if not wanted.documents:
        return _(
            "No document adopted here says whose opinion is heard before a major decision; one opinion of the head or"
            " of the staff before it is enough."
        )
    offices = "、".join(_(" or ").join(str(role.label) for role in ASKED if role in one) for one in wanted.demands)
    titles = "".join(f"《{title}》" for title in wanted.documents)
    return _("By %(documents)s, an opinion of %(offices)s comes before a major decision.") % {
        "documents": titles, "offices": offices,
    }  # fmt: skip


def decision_view(at: Here, one: Decision) -> dict[str, Any]:
    """One decision for the template: the line of its dates in their order, its verdict, the step that mends it."""
    words = {
        order.WAITING: _("Opinions still to come"),
        order.READY: _("Opinions are there; it may be decided"),
        order.SOUND: _("Opinions came before the decision"),
        order.DOUBTFUL: _("Opinions were entered afterwards"),
        order.WITHOUT: _("Decided without or before the opinions"),
    }
    return {
        "title": one.title,
        "verdict": one.verdict,
        "word": words[one.verdict],
        "tone": _TONES[one.verdict],
        "points": _points(one),
        "advice": _advice(one),
        "meeting": {"title": one.meeting.title, "url": reverse("governance-meeting", args=[at.code, one.meeting.uid])}
        if one.meeting
        else None,
        "outcome": option(ITEMS, "outcome", one.outcome),
        "ask_url": reverse("governance-meetings-ask", args=[at.code, one.item.uid])
        if one.item and at.writes and not one.is_taken and one.missing
        else "",
        "opine_url": reverse("governance-meetings-opine", args=[at.code, one.item.uid])
        if one.item and at.writes
        else "",
    }


def _points(one: Decision) -> list[dict[str, Any]]:
    """What happened on which day; the decision stands among the opinions where its day places it."""
    words = {
        order.GIVEN: _("given"),
        order.PROVEN: _("before the decision"),
        order.LATE: _("entered afterwards"),
        order.AFTER: _("after the decision"),
    }
    points: list[dict[str, Any]] = [
        {
            "on": line.given_on,
            "label": line.name or option(OPINIONS, "role", line.role),
            "role": option(OPINIONS, "role", line.role),
            "late_days": line.late_days,
            "recorded_at": line.recorded_at,
            "word": words[line.verdict],
            "tone": _LINE_TONES[line.verdict],
            "url": links.record(OPINIONS, line.opinion.uid),
            "is_decision": False,
        }
        for line in one.lines
    ]
    if one.decided_on is not None:
        decided = {"on": one.decided_on, "recorded_at": one.recorded_at, "is_decision": True, "tone": "na", "url": ""}
        points.append({**decided, "label": _("Decided"), "role": "", "late_days": 0, "word": ""})
    elif one.meeting is not None and one.meeting.on is not None:
        planned = {"on": one.meeting.on, "recorded_at": None, "is_decision": True, "tone": "na", "url": ""}
        points.append({**planned, "label": _("To be decided"), "role": "", "late_days": 0, "word": ""})
    points.sort(key=lambda row: (str(row["on"] or "9999"), row["is_decision"]))
    # What is still to come stands before the day of deciding, what was left out behind it.
    gaps = _gaps(one)
    if one.is_taken:
        return [*points, *gaps]
    return [*(row for row in points if not row["is_decision"]), *gaps, *(row for row in points if row["is_decision"])]


def _gaps(one: Decision) -> list[dict[str, Any]]:
    """Offices that have given no opinion."""
    return [
        {
            "on": None,
            "label": role.label,
            "role": "",
            "late_days": 0,
            "recorded_at": None,
            "word": "、".join(holder.name for holder in holders) or _("nobody holds the office"),
            "tone": "unmet" if one.is_taken or not holders else "person",
            "url": "",
            "is_decision": False,
            "is_missing": True,
        }
        for role, holders in one.missing
    ]


def _advice(one: Decision) -> str:
    if one.verdict == order.WITHOUT:
        return _(
            "Hear the opinions now, write down why the decision came first, and put it to the body again where the"
            " opinions object. What is entered now is shown as entered afterwards."
        )
    if one.verdict == order.DOUBTFUL:
        return _("Attach the signed opinion of the day: the record alone does not show that it came first.")
    nobody = [role.label for role, holders in one.missing if not holders]
    if nobody:
        return _("Nobody holds this office: %(names)s. Enter the appointment first.") % {
            "names": "、".join(map(str, nobody))
        }
    return ""


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def ask(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """A task for everybody whose opinion is missing."""
    at = places.here(request, code, writing=True)
    item = places.own(at, rows.find(at.by, uid, register=ITEMS))
    meeting = Entry.objects.filter(register=MEETINGS, uid=item.ref_1).first() if item.ref_1 else None
    if meeting is None:
        raise NotFound(_("There is no such record here."))
    count = actions.ask_opinions(item=item, meeting=meeting, by=at.by)
    messages.success(
        request,
        ngettext("%(count)d person is asked.", "%(count)d people are asked.", count) % {"count": count}
        if count
        else _("Everybody was asked before."),
    )
    return redirect(reverse("governance-meetings-opinions", args=[at.code]))


@needs(P.REGISTER_ENTRY_CREATE)
@require_safe
def opine(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The form of an opinion, filled in with the item, the person and the office held."""
    unit = place.open_unit(request, code, P.REGISTER_ENTRY_VIEW)
    by = place.by(request)
    values: dict[str, Any] = {"given_on": clock.today().isoformat(), "written": "1"}
    if uid.int:
        item = rows.find(by, uid, register=ITEMS)
        values |= {"matter": item.title, "agenda_item": item.uid, "contract": item.body.data.get("contract")}
        unit = item.unit
    person = seats.me(by)
    if person is not None:
        held = Offices([unit.pk], on=clock.today()).roles_of(unit.pk, person.pk)
        values |= {"person": person.uid, "role": next((role for role in ASKED if role in held), "")}
    return redirect(links.new_record(OPINIONS, unit=unit, values=values))
