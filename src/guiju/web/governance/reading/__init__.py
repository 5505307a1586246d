"""Pages on which rules are given out to be read, and confirmed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from guiju.access.permissions import Permission as P
from guiju.web import place


def ways() -> None:
    """Where tasks and notices of this part lead, and what it adds to the page of a policy."""
    from guiju.governance.reading.terms import ABOUT, LATE
    from guiju.web.governance.policies import panels
    from guiju.web.governance.reading import here
    from guiju.web.workflow import abouts

    abouts.register(ABOUT, here.of_task, own=True)
    abouts.register(LATE, here.of_late)
    panels.register(here.panel)


def waiting(request: HttpRequest) -> dict[str, Any]:
    """For desks and the page of the account: how much waits to be read by whoever looks."""
    if not place.may(request, P.GOVERNANCE_READING_CONFIRM):
        return {}
    from guiju.governance.reading import queries

    return {"url": reverse("reading-mine"), "count": queries.mine(place.by(request)).order_by().count()}


def shown(request: HttpRequest) -> dict[str, Any]:
    """For the desk of an employee: what he is asked to read, and what he has confirmed."""
    from guiju.web.governance.reading import mine

    return mine.shown(request)
