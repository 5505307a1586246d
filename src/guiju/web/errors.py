"""Refusals as pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem

_TEMPLATES = {400, 403, 404, 409}


def page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The error page of a refusal: what happened, where, what to do."""
    name = problem.status if problem.status in _TEMPLATES else 400
    return render(request, f"errors/{name}.html", {"problem": problem}, status=problem.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back without its token, usually because the page was left open over night."""
    problem = Problem(
        "form.expired",
        _("This form has expired; nothing was saved."),
        fix=_("Go back, reload the page and send it again."),
        status=403,
    )
    return page(request, problem)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address."""
    problem = Problem("not_found", _("There is no page at this address."), fix=_("Check the address."), status=404)
    return page(request, problem)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; the page must not depend on anything that may be broken."""
    return render(request, "errors/500.html", status=500)
