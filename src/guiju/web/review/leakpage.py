"""One finding of the leak finder: both sides, and what a person makes of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.review import subjects
from guiju.review.enums import LeakKind, LeakState
from guiju.review.leaks import actions, following, queries, wording
from guiju.review.leaks.queries import Found
from guiju.trail import presenters
from guiju.web import place
from guiju.web.registers import asked
from guiju.web.registers.fields import RegisterForm
from guiju.web.review import here, leaks, leakwords

#: Findings of which a review can still be asked for: there was none that held.
_REVIEWED_NOW = (LeakKind.UNREVIEWED, LeakKind.EXPIRED, LeakKind.CHANGED)


@needs(P.REVIEW_MATTER_VIEW)
@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The finding, with the forms that settle it."""
    company, found = _open(request, code, uid)
    return _page(request, company, found)


def _open(request: HttpRequest, code: str, uid: UUID) -> tuple[Unit, Found]:
    company = leaks.company(request, code).company
    found = queries.finding(place.by(request), uid)
    if found.row.run.unit_id != company.pk:
        raise NotFound(_("There is no such finding here."), fix=_("Open it from the page of the unit."))
    return company, found


def _page(
    request: HttpRequest, company: Unit, found: Found, *, form: RegisterForm | None = None, doing: str = "",
    problem: Problem | None = None,
) -> HttpResponse:  # fmt: skip
    loose = form.refuse(problem) if form is not None and problem is not None else []
    row = found.row
    may = place.may(request, P.REVIEW_MATTER_MANAGE, row.unit)
    back = f"{reverse('review-leaks', args=[company.code])}?run={row.run.uid}"
    context = {
        "title": row.title,
        "unit": row.unit,
        "trail": [*here.trail(request, company), {"label": _("Leak finder"), "url": back}],
        "one": leakwords.line(found),
        "made": {"at": row.run.made_at, "by": wording.looker(row.run.by), "period": wording.period(row.run.period)},
        "version": found.version,
        "settled": _settled(found),
        "history": presenters.history(following.OBJECT, str(found.settled.uid)) if found.settled is not None else [],
        "review_url": _review_url(request, found) if found.state == LeakState.OPEN else "",
        "form": (form or _form(row.unit, request, found)) if may and found.state == LeakState.OPEN else None,
        "may": may,
        "urls": {
            move: reverse(f"review-leak-{move}", args=[company.code, row.uid]) for move in ("rectify", "aside", "open")
        },
        "reason": request.POST.get("reason", "") if doing == "aside" else "",
        "doing": doing,
        "problem": problem,
        "loose": loose,
        "back": back,
    }
    status = (409 if isinstance(problem, Conflict) else 422) if problem else 200
    return render(request, "review/leak.html", context, status=status)


def _settled(found: Found) -> dict[str, Any] | None:
    row = found.settled
    if row is None or row.state == LeakState.OPEN:
        return None
    url = reverse("compliance-rectify-one", args=[row.unit.code, row.rectification]) if row.rectification else ""
    return {
        "by": wording.looker(row.by), "at": row.recorded_at, "reason": row.reason, "url": url,
        "is_aside": row.state == LeakState.ASIDE,
    }  # fmt: skip


def _review_url(request: HttpRequest, found: Found) -> str:
    """Where what was never reviewed is brought now, with what is known of it filled in."""
    row = found.row
    deed = (row.sides.get("deeds") or [{}])[0]
    begin = here.new_url(request, row.unit) if row.kind in _REVIEWED_NOW else ""
    if not begin or deed.get("kind") not in subjects.all_of():
        return ""
    known = {
        "title": deed["title"], "amount": deed["amount"], "form.party": deed["party"],
        "form.contract_number": deed["number"], "summary": wording.afterwards(row),
    }  # fmt: skip
    asked = {f"set.{name}": value for name, value in known.items() if value}
    return f"{begin}{deed['kind']}/?{urlencode(asked)}"


def _form(unit: Unit, request: HttpRequest, found: Found, *, sent: bool = False) -> RegisterForm:
    by = place.by(request)
    return RegisterForm(
        specs.get(actions.RECTIFICATIONS), actions.ASKED, unit=unit, known=Directory(unit, by=by), by=by,
        data=request.POST if sent else None,
        initial={"problem": wording.sentence(found.row)[:200], "found_on": clock.today().isoformat()},
    )  # fmt: skip


@needs(P.REVIEW_MATTER_MANAGE)
@require_POST
def rectify(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """It becomes a rectification with an owner and a day."""
    company, found = _open(request, code, uid)
    form = _form(found.row.unit, request, found, sent=True)
    try:
        actions.rectify(finding=found.row, values=form.values(), by=place.by(request), version=_version(request, found))
    except Problem as problem:
        return _refused(request, company, uid, problem, "rectify", form)
    messages.success(request, _("The finding is a rectification now, and its owner has the task."))
    return redirect("review-leak", code=company.code, uid=uid)


@needs(P.REVIEW_MATTER_MANAGE)
@require_POST
def set_aside(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """It is no leak, and why."""
    company, found = _open(request, code, uid)
    try:
        actions.set_aside(
            finding=found.row, reason=request.POST.get("reason", ""), by=place.by(request),
            version=_version(request, found),
        )  # fmt: skip
    except Problem as problem:
        return _refused(request, company, uid, problem, "aside")
    messages.success(request, _("Set aside; it stays so when it is found again."))
    return redirect("review-leak", code=company.code, uid=uid)


@needs(P.REVIEW_MATTER_MANAGE)
@require_POST
def take_up(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """What was set aside is open again."""
    company, found = _open(request, code, uid)
    try:
        actions.take_up(finding=found.row, by=place.by(request), version=_version(request, found))
    except Problem as problem:
        return _refused(request, company, uid, problem, "open")
    messages.success(request, _("The finding is open again."))
    return redirect("review-leak", code=company.code, uid=uid)


def _version(request: HttpRequest, found: Found) -> int:
    return asked.version(request, default=found.version)


def _refused(
    request: HttpRequest, company: Unit, uid: UUID, problem: Problem, doing: str, form: RegisterForm | None = None
) -> HttpResponse:
    if problem.status == 404:
        raise problem
    fresh = queries.finding(place.by(request), uid)
    return _page(request, company, fresh, form=form, doing=doing, problem=problem)
