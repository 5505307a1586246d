"""The links of one record on its own page: neighbours, proposals, open marks, and the small forms for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.enums import LinkState, Outcome
from guiju.compliance.graph import actions, queries, shape
from guiju.compliance.models import Mark
from guiju.lib.errors import NotFound, Problem
from guiju.registers import queries as registers
from guiju.registers import search
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.graph import here, touching
from guiju.web.compliance.graph.here import EDIT, VIEW
from guiju.web.registers import asked

_SHOWN, _PICKED = 60, 30


def url(entry: Any) -> str:
    """Where the links of a record are read from; empty for records that are no part of the graph."""
    if not isinstance(entry, Entry) or entry.register not in shape.NODES:
        return ""
    return reverse("compliance-graph-part", args=[entry.unit.code, entry.uid])


@needs(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The section on the record's page; a POST sets one more link."""
    entry = here.entry_here(request, code, uid)
    if request.method == "POST":
        return _add(request, entry)
    return render(request, "compliance/graph/_part.html", context(request, entry))


def context(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Everything the section draws."""
    by = place.by(request)
    states = (LinkState.CONFIRMED, LinkState.PROPOSED)
    found = queries.neighbours(entry.uid, by=by, states=states)
    joined = [one for one in found if one.edge.state == LinkState.CONFIRMED]
    marks = queries.open_marks(by=by).filter(target=entry.uid).order_by("-made_at")
    may_edit = place.may(request, EDIT, entry.unit, entry.department)
    measures = {one.entry.register for one in joined} & actions.MEASURES
    return {
        "entry": entry,
        "code": entry.unit.code,
        "groups": _groups(joined, entry),
        "proposals": [_joint(one, entry) for one in found if one.edge.state == LinkState.PROPOSED][:_SHOWN],
        "marks": [mark_shown(mark, entry.version) for mark in marks[:_SHOWN]],
        "outcomes": Outcome.choices,
        "may_edit": may_edit,
        "kinds": "、".join(here.kind(each) for each in shape.in_order(shape.PARTNERS[entry.register])),
        "pick_url": reverse("compliance-graph-pick", args=[entry.unit.code, entry.uid]),
        "impact_url": reverse("compliance-graph-impact", args=[entry.unit.code, entry.uid]),
        "touched": touching.of(request, entry),
        "offer_tied": may_edit and entry.register == "obligations" and bool(measures) and entry.flag_2 is not True,
    }


def _groups(joined: list[queries.Neighbour], entry: Entry) -> list[dict[str, Any]]:
    order = shape.in_order(one.entry.register for one in joined)
    return [
        {
            "label": here.kind(register),
            "rows": rows[:_SHOWN],
            "more": max(len(rows) - _SHOWN, 0),
        }
        for register in order
        if (rows := [_joint(one, entry) for one in joined if one.entry.register == register])
    ]


def _joint(one: queries.Neighbour, entry: Entry) -> dict[str, Any]:
    return here.shown(one.entry, entry.unit) | {
        "link": str(one.edge.link) if one.edge.link else "",
        "version": one.edge.version,
        "why": one.edge.why,
    }


def mark_shown(mark: Mark, version: int) -> dict[str, Any]:
    """A mark with what changed; a record changed since then proposes “changed”."""
    return {
        "uid": str(mark.uid),
        "version": mark.version,
        "cause": mark.cause_title,
        "kind": here.kind(mark.cause_register),
        "cause_url": links.record(mark.cause_register, mark.cause),
        "at": mark.made_at,
        "changes": here.changes(mark.cause_register, mark.changes),
        "is_changed": version > mark.target_version,
        "proposed": Outcome.CHANGED.value if version > mark.target_version else Outcome.STANDS.value,
        "url": reverse("compliance-graph-marks", args=[mark.unit.code]),
    }


def _add(request: HttpRequest, entry: Entry) -> HttpResponse:
    known = as_uid(request.POST.get("other", ""))
    back = redirect(f"{links.record(entry.register, entry.uid)}#graph")
    if known is None:
        messages.error(request, _("Choose the record that it belongs to."))
        return back
    by = place.by(request)
    other = registers.find(by, known)
    try:
        actions.link(one=entry, other=other, by=by, why=request.POST.get("why", ""))
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        messages.error(request, f"{problem.what} {problem.fix}")
        return back
    messages.success(request, _("Linked to “%(title)s”.") % {"title": other.title})
    return back


@needs(VIEW)
@require_safe
def pick(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Records that may be linked with this one, by number or words of the title."""
    entry = here.entry_here(request, code, uid)
    kinds = shape.PARTNERS[entry.register]
    of = request.GET.get("of", "")
    wanted = {of} & kinds if of else kinds
    rows = queries.seen(Entry.objects.filter(register__in=wanted, root_id=entry.root_id), by=place.by(request))
    q = request.GET.get("q", "").strip()
    if q:
        rows = rows.filter(pk__in=search.narrow(Entry.objects.all(), q).values("pk"))
    found = rows.exclude(pk=entry.pk).order_by("-recorded_at")[:_PICKED]
    return JsonResponse(
        {
            "results": [
                {
                    "value": str(row.uid),
                    "text": f"{row.title}（{here.kind(row.register)}）",
                    "hint": f"{row.number} {q}",
                }
                for row in found
            ]
        }
    )


@needs(EDIT)
@require_POST
def decide(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Confirm, refuse or drop one link, and go back to the record or page from which it was done."""
    by = place.by(request)
    link, low, high = queries.find_link(uid, by=by)
    if code not in {each.code for entry in (low, high) for each in (entry.unit, entry.department) if each}:
        raise NotFound(_("There is no such link here."))
    at = low if request.POST.get("at") == str(low.uid) else high
    version = asked.version(request, default=link.version)
    act = request.POST.get("do", "")
    try:
        if act == "confirm":
            actions.confirm(link=link, version=version, by=by)
        elif act == "refuse":
            actions.refuse(link=link, version=version, by=by)
        elif act == "drop":
            actions.drop(link=link, version=version, by=by)
        else:
            raise Problem("link.act", _("Say what is to be done with the link."), status=422)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        messages.error(request, f"{problem.what} {problem.fix}")
    else:
        done = {"confirm": _("The link is confirmed."), "refuse": _("The proposal is refused and will not come again."),
                "drop": _("The link is dropped.")}  # fmt: skip
        messages.success(request, done[act])
    return redirect(f"{links.record(at.register, at.uid)}#graph")


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def tied(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Say that an obligation is tied to the measure that it is linked to."""
    entry = here.entry_here(request, code, uid)
    actions.tied(entry=entry, version=asked.version(request, default=entry.version), by=place.by(request))
    messages.success(request, _("“%(title)s” is tied to its measure.") % {"title": entry.title})
    return redirect(f"{links.record(entry.register, entry.uid)}#graph")
