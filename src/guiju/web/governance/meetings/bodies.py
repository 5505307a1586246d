"""Bodies: who sits in them, by what rules they work, when they meet, what is missing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.meetings import queries
from guiju.governance.meetings.queries import LEADING, WORKING, BodyLine
from guiju.governance.meetings.terms import BODIES, CANCELLED, MEMBERS
from guiju.lib import clock
from guiju.org import queries as org
from guiju.registers.models import Entry
from guiju.web import links
from guiju.web.governance.meetings import here as places
from guiju.web.governance.meetings.here import Here
from guiju.web.governance.meetings.overview import decision_row, meeting_row, option, state, strip_of

_SHOWN = 20


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def bodies(request: HttpRequest, code: str) -> HttpResponse:
    """Every body of the company; a small firm is told what stands in for one."""
    at = places.here(request, code)
    year = places.year_of(request)
    asked = places.asked_cycle(at.company)
    lines = queries.bodies(by=at.by, company=at.company, year=year, asked=asked) if at.seat.whole else []
    led = any(line.body.kind in LEADING for line in lines)
    context = {
        "title": _("Bodies"),
        "unit": at.company,
        "views": places.tabs(at, "governance-meetings-bodies"),
        "rows": [_row(at, line) for line in lines],
        "unled": _unled(at) if not led and at.seat.whole else None,
        "new_url": links.new_record(BODIES, unit=at.company) if at.writes else "",
        "register_url": links.register(BODIES, unit=at.company.code),
    }
    return render(request, "governance/meetings/bodies.html", context)


def _row(at: Here, line: BodyLine) -> dict[str, Any]:
    return {
        "title": line.body.title,
        "kind": option(BODIES, "kind", line.body.kind),
        "members": len(line.members),
        "chair": line.chair.person.name if line.chair and line.chair.person else "",
        "on": line.body.on,
        "due_on": line.strip.due_on if line.body.kind not in WORKING else None,
        "url": reverse("governance-meetings-body", args=[at.code, line.body.uid]),
        "lacks": lacks(at, line),
    }


def _unled(at: Here) -> dict[str, Any]:
    """Nobody leads compliance here: which body belongs here, by size and board, and the form that makes it."""
    today = clock.today()
    is_small = str(org.size_of(at.company, on=today).size or "") in {"small", "micro"}
    board = org.attributes(at.company, on=today).get("has_board")
    kind = "top_management" if is_small else "committee" if board else "leading_group"
    names = {
        "top_management": _("Top management"),
        "committee": _("Compliance committee"),
        "leading_group": _("Leading group"),
    }
    values = {"kind": kind, "name": option(BODIES, "kind", kind)}
    other = "leading_group" if kind == "committee" else "committee"
    return {
        "is_small": is_small,
        "url": links.new_record(BODIES, unit=at.company, values=values) if at.writes else "",
        "action": names[kind],
        "second_url": links.new_record(
            BODIES, unit=at.company, values={"kind": other, "name": option(BODIES, "kind", other)}
        )
        if at.writes
        else "",
        "second": names[other],
    }


def lacks(at: Here, line: BodyLine) -> list[dict[str, str]]:
    """What a body lacks, each with the step that closes it."""
    edit = reverse("record-edit", args=[BODIES, line.body.uid])
    member = {"body": line.body.uid}
    ways = {
        "document": (_("Founding document not entered"), f"{edit}#id_document"),
        "duties": (_("Position and duties not confirmed as written down"), f"{edit}#id_duties_written"),
        "chair": (_("No chair"), links.new_record(MEMBERS, unit=at.company, values={**member, "seat": "chair"})),
        "members": (
            _("Fewer than three members"),
            links.new_record(MEMBERS, unit=at.company, values={**member, "seat": "member"}),
        ),
        "rules": (_("Rules of procedure not linked"), f"{edit}#id_rules"),
        "quorum": (_("Quorum not entered"), f"{edit}#id_quorum"),
        "cycle": (_("How often it meets is not entered"), f"{edit}#id_meets_every"),
        "meeting": (
            _("A meeting is missing this year"),
            f"{reverse('governance-meetings-new', args=[at.code])}?body={line.body.uid}",
        ),
    }
    return [{"label": ways[code][0], "url": ways[code][1] if at.writes else ""} for code in line.lacks]


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def body(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One body with everything that belongs to it."""
    at = places.here(request, code)
    year = places.year_of(request)
    line = queries.body(by=at.by, uid=uid, year=year, asked=places.asked_cycle(at.company))
    places.own(at, line.body)
    rules = Entry.objects.filter(uid=line.body.ref_1).first() if line.body.ref_1 else None
    met = queries.meetings(by=at.by, company=at.company).filter(ref_1=line.body.uid).exclude(status=CANCELLED)
    held = list(met[:_SHOWN])
    context = {
        "title": line.body.title,
        "trail": [
            *places.trail(at),
            {"label": _("Bodies"), "url": reverse("governance-meetings-bodies", args=[at.code])},
        ],
        "unit": at.company,
        "body": line.body,
        "state": state(line.body),
        "kind": option(BODIES, "kind", line.body.kind),
        "works": line.body.kind in WORKING,
        "members": [_member(row) for row in line.members],
        "lacks": lacks(at, line),
        "strip": strip_of(at, line),
        "years": places.years(year, reverse("governance-meetings-body", args=[at.code, uid])),
        "facts": {"title": _("Rules of procedure"), "rows": _facts(line, rules)},
        "meetings": [meeting_row(at, row) for row in held],
        "decisions": [decision_row(row) for row in _decided(at, held)],
        "may": at.writes,
        "member_url": links.new_record(MEMBERS, unit=at.company, values={"body": uid}) if at.writes else "",
        "members_url": links.register(MEMBERS, unit=at.company.code, **{"f.body": uid}),
        "edit_url": reverse("record-edit", args=[BODIES, uid]) if at.writes else "",
        "record_url": links.record(BODIES, uid),
        "new_url": f"{reverse('governance-meetings-new', args=[at.code])}?body={uid}" if at.writes else "",
    }
    return render(request, "governance/meetings/body.html", context)


def _member(row: Entry) -> dict[str, Any]:
    person = row.person
    return {
        "name": person.name if person else "",
        "url": links.person(person.uid) if person else "",
        "seat": option(MEMBERS, "seat", row.kind),
        "from_on": row.on,
        "to_on": row.done_on,
        "where": (person.department.label if person and person.department else "") or (person.post if person else ""),
        "record_url": links.record(MEMBERS, row.uid),
    }


def _facts(line: BodyLine, rules: Entry | None) -> list[dict[str, Any]]:
    data = line.body.body.data
    missing = _("Not recorded")
    rows = [
        (_("Set up by"), line.body.text_1, ""),
        (_("Rules of procedure"), rules.title if rules else "", links.record("policies", rules.uid) if rules else ""),
        (_("Meets"), option(BODIES, "meets_every", line.body.text_3), ""),
        (_("Quorum"), option(BODIES, "quorum", str(data.get("quorum") or "")), ""),
        (_("Carried by"), option(BODIES, "passes", str(data.get("passes") or "")), ""),
        (_("Office"), line.body.department.label if line.body.department else "", ""),
        (_("Mandate and independence"), line.body.text_2, ""),
        (_("Duties"), data.get("duties") or "", ""),
    ]
    return [
        {
            "label": label,
            "text": text or missing,
            "url": url,
            "missing": not text,
            "changed": False,
            "wide": label == _("Duties"),
        }
        for label, text, url in rows
    ]


def _decided(at: Here, held: list[Entry]) -> list[Entry]:
    found = queries.open_decisions(by=at.by, company=at.company).filter(ref_1__in=[row.uid for row in held])
    return list(found[:_SHOWN])
