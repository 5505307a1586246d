"""The gate at a company: what others did without asking it, which addresses are told, and what became of the messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs, signed_in
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.models import LAST, Unit
from guiju.org.places import Seat
from guiju.review import late, webhooks
from guiju.review.enums import DeliveryState
from guiju.review.models import Delivery, Matter, Unasked, Webhook
from guiju.trail.events import Action
from guiju.web import place
from guiju.web.review import here, leaks

#: So many lines of each list, the latest first; the API gives all.
SHOWN = 100
_TONES = {DeliveryState.WAITING: "person", DeliveryState.SENT: "met", DeliveryState.FAILED: "unmet"}


@needs(P.REVIEW_MATTER_VIEW)
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The three lists; addresses and messages only for whoever looks after them."""
    return _page(request, leaks.company(request, code))


@needs(P.REVIEW_MATTER_MANAGE)
@require_POST
def make(request: HttpRequest, code: str) -> HttpResponse:
    """One more address; its secret is shown on the answer to this request and never again."""
    seat, by = leaks.company(request, code), place.by(request)
    try:
        row = webhooks.make(
            unit=seat.company, url=request.POST.get("url", ""), system=request.POST.get("system", ""), by=by
        )
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, seat, problem)
    context = {
        "title": _("Address told of reviews"),
        "hook": row,
        "secret": webhooks.secret(row),
        "back": reverse("review-gate", args=[seat.code]),
    }
    return render(request, "review/hook.html", context, status=201)


@needs(P.REVIEW_MATTER_MANAGE)
@require_POST
def end(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The address is told nothing more."""
    seat, by = leaks.company(request, code), place.by(request)
    version = request.POST.get("version", "")
    try:
        row = webhooks.end(
            hook=webhooks.find(by, uid), version=int(version) if version.isdecimal() else 0, by=by
        )  # fmt: skip
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, seat, problem)
    messages.success(request, _("%(address)s is told nothing more.") % {"address": row.url})
    return redirect("review-gate", code=seat.code)


@needs(P.REVIEW_MATTER_MANAGE)
@require_POST
def again(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One message is sent again."""
    seat, by = leaks.company(request, code), place.by(request)
    try:
        webhooks.resend(delivery=webhooks.message_of(by, uid), by=by)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, seat, problem)
    messages.success(request, _("The message is being sent again."))
    return redirect(f"{reverse('review-gate', args=[seat.code])}#messages")


@signed_in("says how another system is joined to the gate; nothing of any review")
@require_safe
def joining(request: HttpRequest) -> HttpResponse:
    """What whoever looks after accounts, the other system and the server does, step by step."""
    unit = place.current_or_none(request)
    sees = unit is not None and place.may(request, P.REVIEW_MATTER_VIEW, unit) and here.sees_company(request)
    context = {
        "title": _("Joining another system to the gate"),
        "state": _("For whoever looks after accounts, systems and the server."),
        "back": reverse("review-gate", args=[unit.code]) if sees and unit is not None else "",
        "sees": sees,
        "hosts": list(settings.WEBHOOK_HOSTS) if sees else [],
        "base": request.build_absolute_uri("/api/v1"),
    }
    return render(request, "review/joining.html", context)


def _page(request: HttpRequest, seat: Seat, problem: Problem | None = None) -> HttpResponse:
    unit, by = seat.company, place.by(request)
    may = place.may(request, P.REVIEW_MATTER_MANAGE, unit)
    hooks = webhooks.visible(by).filter(**_below(unit, "unit")) if may else Webhook.objects.none()
    sent = webhooks.deliveries(by).filter(**_below(unit, "hook__unit")) if may else Delivery.objects.none()
    context = {
        "title": _("Review gate"),
        "state": unit.name,
        "pages": here.tabs(request, seat.code, "review-gate"),
        "unit": unit,
        "may": may,
        "problem": problem,
        "said": request.POST if problem is not None else {},
        "unasked": [_unasked(row) for row in late.told(by).filter(**_below(unit, "unit")).select_related("unit")
                    .order_by("-acted_at", "-pk")[:SHOWN]],
        "hooks": [_hook(row, seat) for row in hooks.filter(ended_at__isnull=True).order_by("-pk")[:SHOWN]],
        "messages_sent": _messages(request, sent, seat),
        "states": _states(request, sent),
        "hosts": list(settings.WEBHOOK_HOSTS),
        "make_url": reverse("review-hook-make", args=[seat.code]),
        "most": SHOWN,
    }  # fmt: skip
    return render(request, "review/gate.html", context, status=problem.status if problem else 200)


def _below(unit: Unit, name: str) -> dict[str, str]:
    """The company and everything below it."""
    return {f"{name}__path__gte": unit.path, f"{name}__path__lt": unit.path + LAST}


def _hook(row: Webhook, seat: Seat) -> dict[str, Any]:
    return {
        "url": row.url,
        "system": row.system,
        "unit": row.unit.name,
        "since": row.recorded_at,
        "by": row.by,
        "version": row.version,
        "end_url": reverse("review-hook-end", args=[seat.code, row.uid]),
    }


def _states(request: HttpRequest, sent: QuerySet[Delivery]) -> list[dict[str, Any]]:
    """How many messages wait, were received, were given up; each leads to those."""
    chosen = request.GET.get("state", "")
    found = [(str(state.label), state.value, sent.filter(state=state).count()) for state in DeliveryState]
    rows = [(_("All"), "", sum(count for *_words, count in found)), *(one for one in found if one[2])]
    return [
        {"label": label, "url": f"?state={value}" if value else "?", "count": count, "current": value == chosen}
        for label, value, count in rows
    ]


def _messages(request: HttpRequest, sent: QuerySet[Delivery], seat: Seat) -> list[dict[str, Any]]:
    if request.GET.get("state") in DeliveryState.values:
        sent = sent.filter(state=request.GET["state"])
    rows = list(sent.order_by("-pk")[:SHOWN])
    known = {
        one.uid: one
        for one in Matter.objects.filter(uid__in={row.matter for row in rows}).only("uid", "number", "title")
    }
    return [_message(row, known.get(row.matter), seat) for row in rows]


def _message(row: Delivery, matter: Matter | None, seat: Seat) -> dict[str, Any]:
    state = DeliveryState(row.state)
    return {
        "at": row.made_at,
        "event": str(Action(row.event).label),
        "matter": {"label": matter.number or matter.title, "url": here.url(matter)} if matter else None,
        "address": row.hook.url,
        "state": str(state.label),
        "tone": _TONES[state],
        "attempts": row.attempts,
        "error": row.error or (f"HTTP {row.answer}" if row.answer else ""),
        "again_url": reverse("review-message-again", args=[seat.code, row.uid]) if row.hook.ended_at is None else "",
    }


def _unasked(row: Unasked) -> dict[str, Any]:
    return {
        "at": row.acted_at,
        "day": clock.day_of(row.acted_at),
        "unit": row.unit.name,
        "system": row.system,
        "ref": row.ref,
        "what": row.get_kind_display() if row.kind else "",
        "doing": row.doing,
        "went_on": row.went_on,
        "is_bad": row.went_on and row.code != "cleared",
        "code": judgement(row.code),
        "url": reverse("review-one", args=[row.matter]) if row.matter else "",
        "reason": row.reason,
        "told_at": row.told_at,
        "by": row.by,
    }


def judgement(code: str) -> str:
    """What a code of the gate means, in a few words."""
    words = {
        "cleared": pgettext("gate", "Cleared"),
        "unknown": pgettext("gate", "Never submitted for review"),
        "under_review": pgettext("gate", "Under review"),
        "returned": pgettext("gate", "Returned to be changed"),
        "suspended": pgettext("gate", "A veto was entered"),
        "vetoed": pgettext("gate", "Vetoed"),
        "stayed": pgettext("gate", "Pass suspended"),
        "refused": pgettext("gate", "Not passed"),
        "withdrawn": pgettext("gate", "Review withdrawn"),
        "void": pgettext("gate", "Pass withdrawn"),
        "revoked": pgettext("gate", "Pass withdrawn"),
        "expired": pgettext("gate", "Pass expired"),
        "changed": pgettext("gate", "Not the document that was reviewed"),
        "attachment": pgettext("gate", "Only an attachment of the review"),
        "condition": pgettext("gate", "A condition was not met"),
        "used": pgettext("gate", "Pass used already"),
        "before": pgettext("gate", "Done before the pass was issued"),
        "foreign": pgettext("gate", "Pass of something else"),
    }
    return words.get(code, pgettext("gate", "The pass that was shown does not count"))
