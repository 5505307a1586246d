"""The desk of administrators: each sees what the own duty is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.models import Grant, User
from guiju.access.permissions import Permission
from guiju.access.scope import units
from guiju.lib import clock
from guiju.trail.models import Checkpoint, Event, Log
from guiju.web import place
from guiju.web.templatetags.ui import cn_moment

P = Permission
#: Grants that end within so many days are worth a look.
SOON = 30


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """The parts of administration open to this account."""
    found = []
    if place.may(request, P.ADMIN_ACCOUNT_MANAGE):
        found.append(_accounts())
    if place.may(request, P.ADMIN_GRANT_VIEW):
        found.append(_grants(request))
    if place.may(request, P.AUDIT_TRAIL_VIEW):
        found.append(_log())
    return found


def _accounts() -> dict[str, Any]:
    url = reverse("accounts")
    active = User.objects.filter(is_active=True)
    disabled = User.objects.filter(is_active=False).count()
    idle = active.exclude(pk__in=Grant.objects.holding(clock.today()).values("user_id")).count()
    return {
        "title": _("Accounts"),
        "url": url,
        "action": _("Look after accounts"),
        "stats": [
            {"label": _("May sign in"), "value": f"{active.count():,}", "url": f"{url}?state=active"},
            {"label": _("Disabled"), "value": f"{disabled:,}", "url": f"{url}?state=disabled"},
            {"label": _("Without any role"), "value": f"{idle:,}", "url": f"{url}?state=idle"},
        ],
    }


def _grants(request: HttpRequest) -> dict[str, Any]:
    today = clock.today()
    held = Grant.objects.holding(today).filter(unit__in=units(place.by(request), P.ADMIN_GRANT_VIEW).values("pk"))
    ending = held.filter(to_on__lte=today + timedelta(days=SOON))
    return {
        "title": _("Roles given"),
        "url": reverse("grants"),
        "action": _("Look after roles") if place.may(request, P.ADMIN_GRANT_MANAGE) else _("See who holds what"),
        "stats": [
            {"label": _("Roles held today"), "value": f"{held.count():,}", "url": reverse("grants")},
            {
                "label": _("End within 30 days"),
                "value": f"{ending.count():,}",
                "url": reverse("grants") + "?state=ending",
            },
        ],
    }


def _log() -> dict[str, Any]:
    state = log_state()
    return {
        "title": _("Trail"),
        "url": reverse("trail"),
        "action": _("Read the trail"),
        "stats": [
            {"label": _("Events"), "value": f"{state['size']:,}", "url": reverse("trail")},
            {
                "label": _("Failed sign-ins this week"),
                "value": f"{_failed():,}",
                "url": reverse("trail") + "?action=account.sign_in_failed",
            },
        ],
        "note": _("Signed last: %(at)s") % {"at": cn_moment(state["at"])},
    }


def _failed() -> int:
    week = clock.now() - timedelta(days=7)
    return Event.objects.filter(action="account.sign_in_failed", at__gte=week).count()


def log_state() -> dict[str, Any]:
    """Size, last signature and root of the log."""
    log = Log.objects.first()
    last = Checkpoint.objects.order_by("-size").first()
    return {
        "origin": log.origin if log else "",
        "is_demo": bool(log and log.is_demo),
        "size": log.size if log else 0,
        "at": last.at if last else None,
        "signed_size": last.size if last else 0,
        "root": bytes(last.root).hex() if last else "",
    }
