"""One's own calendar address: made, shown once, taken back; with plain words on where to enter it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guiju.access.permissions import Permission
from guiju.access.policy import needs, signed_in
from guiju.web import place
from guiju.workflow import actions, queries

P = Permission


def box(request: HttpRequest) -> dict[str, Any]:
    """For the calendar's page: whether there is an address, and since when."""
    return {"feed": queries.feed_of(by=place.by(request))}


@needs(P.WORKFLOW_TASK_VIEW)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """A new address; the one before stops working. Shown on the answer to this request and never again."""
    if request.method == "GET":
        return redirect(reverse("calendar") + "#subscribe")
    _feed, secret = actions.open_feed(by=place.by(request))
    address = request.build_absolute_uri(reverse("calendar-feed", args=[secret]))
    context = {
        "title": _("Calendar address"),
        "trail": [{"label": _("Calendar"), "url": reverse("calendar")}],
        "address": address,
        "webcal": "webcal://" + address.split("://", 1)[1],
        "ways": ways(),
    }
    answer = render(request, "workflow/address.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in("takes back the own calendar address only")
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """The address opens nothing from this moment."""
    if actions.close_feed(by=place.by(request)):
        messages.success(request, _("The calendar address opens nothing any more."))
    return redirect(reverse("calendar") + "#subscribe")


def ways() -> list[dict[str, Any]]:
    """Where to enter the address, programme by programme."""
    return [
        {
            "name": _("iPhone and iPad"),
            "steps": [
                _("Open “Settings”, “Calendar”, “Accounts”, “Add account”, “Other”."),
                _("Choose “Add subscribed calendar”, paste the address, and save."),
            ],
        },
        {
            "name": _("Android phones"),
            "steps": [
                _("Open the calendar that came with the phone and look in its settings for “Subscribe” or “By URL”."),
                _("Paste the address. Phones without such an entry take part through Outlook or the like."),
            ],
        },
        {
            "name": _("Outlook on a computer"),
            "steps": [
                _("Open the calendar, choose “Add calendar”, “From the Internet”."),
                _("Paste the address and confirm."),
            ],
        },
        {
            "name": _("WPS, DingTalk, Feishu, WeCom"),
            "steps": [
                _("Open the calendar's settings and look for “Subscribe to a calendar” by address (URL, ics)."),
                _(
                    "These services fetch the address from the Internet: it works only if this server can be reached "
                    "from there. Otherwise use Outlook or the phone within the firm's network."
                ),
            ],
        },
    ]
