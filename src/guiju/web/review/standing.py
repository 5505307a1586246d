"""Standing in: who acts for me, for whom I act, and arranging it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guiju.access import check, scope
from guiju.access.permissions import Permission as P
from guiju.access.policy import signed_in
from guiju.lib import clock, dates
from guiju.lib.errors import Fault, NotFound, Problem
from guiju.org.models import Person
from guiju.registers.directory import as_uid
from guiju.web import place
from guiju.web.review import here, people
from guiju.workflow.routes import standing as delegations
from guiju.workflow.routes.models import Delegation

_MOST = 100


@signed_in("one's own standing in; others' only with the right to look after routes")
@require_http_methods(["GET", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """What holds today or later, and the form for one more."""
    me = here.person_of(place.by(request))
    if request.method == "GET":
        return _page(request, me)
    try:
        row = _given(request, me)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, me, problem)
    messages.success(
        request,
        _("%(taker)s stands in for %(giver)s until %(day)s.")
        % {"taker": row.taker.name, "giver": row.giver.name, "day": row.ends_on.isoformat()},
    )
    return redirect("review-standing")


def _given(request: HttpRequest, me: Person | None) -> Delegation:
    giver = _chosen(request, "giver", me) if request.POST.get("giver") else me
    if giver is None:
        raise NotFound(
            _("This account is not joined to an entry in the list of people."),
            fix=_("Whoever looks after people can join it."),
        )
    return delegations.give(
        giver=giver, taker=_chosen(request, "taker", giver), starts_on=_day(request, "starts_on"),
        ends_on=_day(request, "ends_on"), reason=request.POST.get("reason", ""), by=place.by(request),
    )  # fmt: skip


def _chosen(request: HttpRequest, name: str, of: Person | None) -> Person:
    uid = as_uid(request.POST.get(name, ""))
    rows = Person.objects.select_related("unit", "user")
    if name == "giver":  # for somebody else only within what the account looks after
        rows = rows.filter(unit__in=scope.units(place.by(request), P.WORKFLOW_ROUTE_EDIT).values("pk"))
    elif of is not None:
        rows = rows.filter(unit__root_id=of.unit.root_id or of.unit_id)
    found = rows.filter(uid=uid).first() if uid else None
    if found is None:
        raise _wrong(name, _("Choose somebody from the list."))
    return found


def _day(request: HttpRequest, name: str) -> Any:
    try:
        return dates.parse(request.POST.get(name, "").strip(), where=name)
    except Problem as problem:
        raise _wrong(name, _("Give a day."), problem.fix) from problem


def _wrong(where: str, what: str, fix: str = "") -> Problem:
    return Problem("delegation.invalid", _("Nothing was saved."), faults=[Fault(where, what, fix)], status=422)


def _page(request: HttpRequest, me: Person | None, problem: Problem | None = None) -> HttpResponse:
    by, unit = place.by(request), place.current_or_none(request)
    sees = unit is not None and place.may(request, P.REVIEW_MATTER_VIEW, unit)
    manages = unit is not None and check.can(by, P.WORKFLOW_ROUTE_EDIT, unit)
    rows = delegations.of(me) if me is not None else Delegation.objects.none()
    own = list(rows.select_related("giver", "taker"))
    others = _others(request, {row.pk for row in own}) if sees else []
    edits = scope.scope(by, P.WORKFLOW_ROUTE_EDIT)
    context = {
        "title": _("Standing in"),
        "state": _("Who is away names somebody who speaks in his stead; each opinion says so."),
        "pages": here.tabs(request, unit.code, "review-standing") if unit is not None and sees else [],
        "me": me,
        "rows": [_row(row, me, may_end=True) for row in own],
        "others": [_row(row, None, may_end=edits.covers(row.giver.unit)) for row in others],
        "manages": manages,
        "problem": problem,
        "wrong": {fault.where: f"{fault.what} {fault.fix}".strip() for fault in problem.faults} if problem else {},
        "said": request.POST,
        "chosen": _options(request, me),
        "arranges": me is not None and people.may_arrange(by, me),
        "people": people.colleagues(me) if me is not None and people.may_arrange(by, me) else [],
        "today": clock.today(),
        "people_url": reverse("review-standing-people"),
        "giver_url": f"{reverse('pick', args=['person'])}?unit={unit.code}" if unit is not None else "",
    }
    return render(request, "review/standing.html", context, status=422 if problem else 200)


def _others(request: HttpRequest, own: set[int]) -> list[Delegation]:
    """What others have arranged of the units whose reviews the account sees."""
    units = scope.units(place.by(request), P.REVIEW_MATTER_VIEW)
    rows = Delegation.objects.select_related("giver__unit", "taker").filter(
        ended_at__isnull=True, ends_on__gte=clock.today(), giver__unit__in=units.values("pk")
    )
    return [row for row in rows.order_by("starts_on", "pk")[:_MOST] if row.pk not in own]


def _row(row: Delegation, me: Person | None, *, may_end: bool) -> dict[str, Any]:
    return {
        "giver": row.giver.name,
        "taker": row.taker.name,
        "is_mine": me is not None and row.giver_id == me.pk,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "is_now": row.starts_on <= clock.today(),
        "reason": row.reason,
        "end_url": reverse("review-standing-end", args=[row.uid]) if may_end else "",
    }


def _options(request: HttpRequest, me: Person | None) -> dict[str, dict[str, str]]:
    """Names of those who were chosen in a form that was refused."""
    found: dict[str, dict[str, str]] = {}
    giver = me
    for name in ("giver", "taker") if request.method == "POST" else ():
        try:
            person = _chosen(request, name, giver)
        except Problem:
            continue
        giver = person if name == "giver" else giver
        if name == "giver" or giver is not None:
            found[name] = {"value": str(person.uid), "text": person.name}
    return found


@signed_in("ends only what the account has given, taken or looks after; others are not there")
@require_POST
def end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """It ends now."""
    by = place.by(request)
    row = Delegation.objects.select_related("giver__unit", "taker").filter(uid=uid).first()
    theirs = row is not None and by.user_id in {row.giver.user_id, row.taker.user_id}
    if row is None or not (theirs or check.can(by, P.WORKFLOW_ROUTE_EDIT, row.giver.unit)):
        raise NotFound(_("There is nobody standing in here."))
    delegations.end(delegation=uid, by=by)
    messages.success(request, _("Standing in has ended."))
    return redirect("review-standing")
