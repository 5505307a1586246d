"""What the frame around every page needs; nothing is asked of the database for fragments that do not draw it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.web import nav, place
from guiju.web.desks import due
from guiju.web.governance import reading
from guiju.web.workflow import badge


def frame(request: HttpRequest) -> dict[str, object]:
    """Empty for visitors (but for the accounts of a demo on the sign-in page); filled for signed-in people."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"demo_accounts": SimpleLazyObject(demo_accounts)} if _is_sign_in(request) else {}
    return {
        "frame": SimpleLazyObject(lambda: _frame(request, user)),
        "nav": SimpleLazyObject(lambda: nav.menu(request, _counts(request))),
        "bottom_nav": SimpleLazyObject(lambda: nav.bottom(request, _counts(request))),
        "to_read": SimpleLazyObject(lambda: reading.waiting(request)),
    }


def _frame(request: HttpRequest, user: User) -> dict[str, Any]:
    held = place.roles(request)
    unit = place.current_or_none(request)
    shown: dict[str, Any] = {
        "home_url": reverse("desk"),
        "search_url": reverse("find"),
        "me_url": reverse("me"),
        "sign_out_url": reverse("account_logout"),
        "person_name": user.name,
        "person_role": held[0].label if held else "",
    }
    if unit is not None:
        shown |= {"unit_name": unit.name, "unit_code": unit.code, "switch_url": reverse("unit-find")}
    if badge.takes_part(request):
        shown |= {
            "todo_url": reverse("tasks"),
            "todo_count": _counts(request).get("tasks", 0),
            "notices_url": reverse("notices"),
            "notices_count": badge.figures(request).unread,
        }
    return shown


def _counts(request: HttpRequest) -> dict[str, int]:
    """What is overdue below the current unit, and one list of what somebody has to do; kept for the request."""
    found: dict[str, int] | None = getattr(request, "_counts", None)
    if found is None:
        found = {}
        unit = place.current_or_none(request)
        if unit is not None and place.may(request, Permission.REGISTER_ENTRY_VIEW, unit):
            found = {"rectify": due.late_counts(request, unit).get("rectifications", 0)}
        found["tasks"] = badge.figures(request).open
        request._counts = found  # type: ignore[attr-defined]
    return found


def _is_sign_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name == "account_login"


def demo_accounts() -> dict[str, Any]:
    """The invented people of a demo, with their passwords: those to begin with, then all by firm; none elsewhere."""
    from guiju.trail.models import Log

    path = Path(settings.HOME) / "demo-accounts.json"
    log = Log.objects.first()
    if log is None or not log.is_demo or not path.exists():
        return {}
    found = [_demo_account(item) for item in json.loads(path.read_text(encoding="utf-8"))]
    firms: dict[str, list[dict[str, Any]]] = {}
    for account in found:
        firms.setdefault(account["firm"], []).append(account)
    return {
        "first": sorted((account for account in found if account["turn"]), key=lambda account: account["turn"]),
        "firms": [{"name": name, "accounts": accounts} for name, accounts in firms.items()],
        "count": len(found),
    }


def _demo_account(item: dict[str, Any]) -> dict[str, Any]:
    unit = item.get("unit", "")
    firm = item.get("firm") or unit
    return {
        "name": item.get("name", ""),
        "role": " · ".join(word for word in (item.get("role_text", ""), unit if unit != firm else "") if word),
        "firm": firm,
        "look": item.get("what_to_see", ""),
        "turn": item.get("turn", 0),
        "login": item.get("username", ""),
        "password": item.get("password", ""),
    }
