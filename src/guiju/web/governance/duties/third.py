"""The third line: what was audited, reviewed and inspected, and its findings on their way to being settled."""

from __future__ import annotations

from collections.abc import Sequence
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
from guiju.governance.duties import actions, queries, terms
from guiju.governance.duties.queries import Round
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.governance.duties import here as places
from guiju.web.governance.duties.here import Here
from guiju.web.governance.meetings.here import year_of, years
from guiju.web.governance.meetings.overview import option, state
from guiju.web.registers import asked
from guiju.web.registers.fields import RegisterForm

REGISTERS = (terms.AUDITS, terms.INSPECTIONS, terms.REVIEWS)
_KINDS = {terms.AUDITS: "kind", terms.INSPECTIONS: "by_whom", terms.REVIEWS: "trigger"}
#: What is asked of a finding; where it comes from and what it rests on are known.
_ASKED = ("problem", "due_on", "owner", "department", "field", "measures")


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def third(request: HttpRequest, code: str) -> HttpResponse:
    """The year of the third line, with what waits to be taken up or settled."""
    at = places.here(request, code, whole=True)
    year = year_of(request)
    kind = request.GET.get("kind", "")
    found = queries.rounds(by=at.by, unit=at.company, year=year)
    shown = [one for one in found if not kind or one.entry.register == kind]
    may = place.may(request, P.REGISTER_ENTRY_CREATE, at.company)
    url = reverse("governance-duties-third", args=[at.code])
    context = {
        "title": _("Third line"),
        "unit": at.company,
        "trail": places.trail(at),
        "views": places.tabs(at, "governance-duties-third"),
        "years": years(year, url),
        "year": year,
        "kinds": _kinds(found, url, year, kind),
        "rows": [_row(at, one) for one in shown],
        "totals": _totals(shown),
        "starts": [
            {
                "label": specs.get(one).title(),
                "url": links.new_record(one, unit=at.company),
                "icon": specs.get(one).icon,
            }
            for one in REGISTERS
        ]
        if may
        else [],
    }
    return render(request, "governance/duties/third.html", context)


def _kinds(found: Sequence[Round], url: str, year: int, chosen: str) -> list[dict[str, Any]]:
    counts = {code: sum(one.entry.register == code for one in found) for code in REGISTERS}
    rows = [{"label": _("All"), "url": f"{url}?year={year}", "current": not chosen, "count": len(found)}]
    return rows + [
        {
            "label": specs.get(code).title(),
            "url": f"{url}?year={year}&kind={code}",
            "current": chosen == code,
            "count": counts[code],
        }
        for code in REGISTERS
    ]


def _totals(found: Sequence[Round]) -> dict[str, int]:
    return {
        "findings": sum(one.findings for one in found),
        "taken": sum(len(one.rectifications) for one in found),
        "settled": sum(one.settled for one in found),
        "untaken": sum(one.untaken for one in found),
        "late": sum(one.late for one in found),
    }


def _row(at: Here, one: Round) -> dict[str, Any]:
    row = one.entry
    return {
        "title": row.title,
        "url": reverse("governance-duties-round", args=[at.code, row.uid]),
        "register": specs.get(row.register).title(),
        "kind": option(row.register, _KINDS[row.register], row.kind),
        "on": row.on,
        "who": row.person.name if row.person else row.text_1,
        "findings": one.findings,
        "taken": len(one.rectifications),
        "settled": one.settled,
        "reported": one.reported,
        "untaken": one.untaken,
        "late": one.late,
        "status": _status(one),
    }


def _status(one: Round) -> str:
    """A number that was only entered is at most partly."""
    if one.settled >= one.findings and not one.reported:
        return "met"
    return "partly" if one.settled or one.rectifications else "unmet"


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One of them: its rectifications, and the form that makes the next."""
    at, found = _open(request, code, uid)
    return _page(request, at, found)


def _open(request: HttpRequest, code: str, uid: UUID) -> tuple[Here, Round]:
    at = places.here(request, code, whole=True)
    found = queries.one(by=at.by, uid=uid)
    if found.entry.register not in REGISTERS or at.company.pk not in {found.entry.unit_id, found.entry.unit.parent_id}:
        raise NotFound(_("There is no such record here."), fix=_("Open it from the list."))
    return at, found


def _page(
    request: HttpRequest, at: Here, found: Round, *, form: RegisterForm | None = None, problem: Problem | None = None
) -> HttpResponse:
    row = found.entry
    may = place.may(request, P.REGISTER_ENTRY_EDIT, row.unit, row.department)
    loose = form.refuse(problem) if form is not None and problem is not None else []
    if problem is not None and not loose and not (form and form.errors):
        loose = [problem.what]
    context = {
        "title": row.title,
        "unit": at.company,
        "code": at.code,
        "trail": [
            *places.trail(at),
            {"label": _("Third line"), "url": reverse("governance-duties-third", args=[at.code])},
        ],
        "views": places.tabs(at, "governance-duties-third"),
        "row": _row(at, found),
        "round": found,
        "version": row.version,
        "record_url": links.record(row.register, row.uid),
        "conclusion": row.body.data.get("conclusion") or "",
        "rectifications": [_rectification(one) for one in found.rectifications],
        "form": (form or _form(at, row)) if may else None,
        "make_url": reverse("governance-duties-rectify", args=[at.code, row.uid]),
        "problem": problem,
        "loose": loose,
    }
    status = (409 if isinstance(problem, Conflict) else 422) if problem else 200
    return render(request, "governance/duties/round.html", context, status=status)


def _rectification(row: Entry) -> dict[str, Any]:
    return {
        "title": row.title,
        "url": reverse("compliance-rectify-one", args=[row.unit.code, row.uid]),
        "owner": row.owner.name if row.owner else "",
        "due_on": row.due_on,
        "done_on": row.done_on,
        "is_late": row.status != "closed" and row.due_on is not None and row.due_on < clock.today(),
        "state": state(row),
    }


def _form(at: Here, row: Entry, request: HttpRequest | None = None) -> RegisterForm:
    return RegisterForm(
        specs.get(terms.RECTIFICATIONS), _ASKED, unit=row.unit, known=Directory(row.unit, by=at.by), by=at.by,
        data=request.POST if request is not None else None,
        initial={"department": str(row.department.uid)} if row.department else {},
    )  # fmt: skip


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def rectify(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """A finding becomes a rectification."""
    at, found = _open(request, code, uid)
    form = _form(at, found.entry, request)
    version = asked.version(request, default=found.entry.version)
    try:
        actions.rectify(uid=uid, values=form.values(), version=version, by=at.by)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, at, queries.one(by=at.by, uid=uid), form=form, problem=problem)
    messages.success(request, _("The finding is a rectification now, and its owner has the task."))
    return redirect(reverse("governance-duties-round", args=[at.code, uid]))
