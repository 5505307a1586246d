"""Refusals as pages, and as messages for a part of a page."""

from __future__ import annotations

import json

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.web import faults, refusals

_TEMPLATES = {400, 403, 404, 409}


def page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The error page of a refusal: what happened, where, what to do."""
    name = problem.status if problem.status in _TEMPLATES else 400
    context = {"problem": problem, "refusal": refusals.told(request, problem)}
    return render(request, f"errors/{name}.html", context, status=problem.status)


def message(problem: Problem) -> HttpResponse:
    """The refusal of a request for part of a page: nothing is replaced, the reason is shown as a message."""
    text = "\n".join(line for line in (problem.what, *faults.sentences(problem), problem.fix) if line)
    answer = HttpResponse(status=problem.status)
    # Header values are ASCII; JSON's escapes carry Chinese.
    answer["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": "error"}})
    answer["HX-Reswap"] = "none"
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back without its token, usually because the page was left open over night."""
    problem = Problem(
        "form.expired",
        _("This form has expired; nothing was saved."),
        fix=_("Go back, reload the page and send it again."),
        status=403,
    )
    return page(request, problem)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not understood, or more than is taken."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        problem = Problem(
            "request.large",
            _("The form holds more than this server takes; nothing was saved."),
            fix=_("Go back, shorten the longest text or attach fewer files at once."),
            status=413,
        )
        return page(request, problem)
    return page(request, Problem("bad_request", ""))


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refused: by the policy of the route, which says why, or by the framework."""
    return page(request, _cause(exception) or Problem("denied", "", status=403))


def wrong_method(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An address that only takes what a page sends was opened by itself."""
    problem = Problem(
        "request.method",
        _("This address only takes what a page sends; there is nothing to look at."),
        fix=_("Go back to the page before and use its button."),
        status=405,
    )
    told = message(problem) if getattr(request, "htmx", False) else page(request, problem)
    told["Allow"] = response["Allow"]
    return told


def too_many(request: HttpRequest) -> HttpResponse:
    """Too many attempts, usually at signing in; whoever guesses passwords waits, and so does who forgot his."""
    problem = Problem(
        "too_many",
        _("There were too many attempts in a short time; this one was not looked at."),
        fix=_("Wait five minutes and try again. Who has forgotten a password asks the system administrator."),
        status=429,
    )
    return page(request, problem)


def busy() -> Problem:
    """Another writer has held the database longer than anybody waits."""
    return Problem(
        "busy",
        _("The database is busy; nothing was saved."),
        fix=_("Somebody is probably saving a very long list. Try again in a minute."),
        status=503,
    )


def unwritable() -> Problem:
    """PostgreSQL takes every character but one."""
    return Problem(
        "characters",
        _("There is a character in it that cannot be kept or looked for; nothing was saved."),
        fix=_("Type the words anew instead of pasting them."),
        status=400,
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address."""
    problem = _cause(exception) or Problem(
        "not_found", _("There is no page at this address."), fix=_("Check the address."), status=404
    )
    return page(request, problem)


def _cause(exception: Exception) -> Problem | None:
    return exception.__cause__ if isinstance(exception.__cause__, Problem) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; the page must not depend on anything that may be broken."""
    reference = getattr(request, "request_id", "")
    return render(request, "errors/500.html", {"reference": reference}, status=500)
