"""Refusals as application/problem+json (RFC 9457), in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.exceptions import (
    ValidationError as ModelError,
)
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from guiju.api import wire
from guiju.lib.errors import Conflict, Fault, NotFound, Problem

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


class FaultOut(Schema):
    """One fault at one place of the request."""

    where: str = Field(description="Field, cell or row.")
    what: str
    fix: str = ""


class ProblemOut(Schema):
    """Why a request was refused, and what to do."""

    type: str = Field(description="urn:guiju:problem: and the code.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What happened.")
    instance: str = Field(description="The path of the request.")
    code: str = Field(description="Stable and machine-readable.")
    fix: str = Field("", description="The next step.")
    where: str = Field("", description="The place, when there is one.")
    faults: list[FaultOut] = []
    data: dict[str, Any] = Field({}, description="For instance both sides of a conflict.")


def respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer to a refusal. What an action calls wrong input is 422 here; 400 is for what cannot be read."""
    status = 422 if problem.status == HTTPStatus.BAD_REQUEST else problem.status
    return _written(request, problem, status)


def unreadable(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer to a request that is not well-formed."""
    return _written(request, problem, HTTPStatus.BAD_REQUEST)


def _written(request: HttpRequest, problem: Problem, status: int) -> HttpResponse:
    body = {
        "type": f"urn:guiju:problem:{problem.code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": problem.what,
        "instance": request.path,
        "code": problem.code,
        "fix": problem.fix,
        "where": problem.where,
        "faults": [{"where": fault.where, "what": fault.what, "fix": fault.fix} for fault in problem.faults],
        "data": problem.data,
    }
    response = HttpResponse(wire.dumps(body), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def answer(request: HttpRequest, error: Any) -> HttpResponse:
    """The answer to whatever went wrong; what nobody foresaw is logged and told without details."""
    if isinstance(error, Problem):
        return respond(request, error)
    if isinstance(error, HttpError):
        return _http(request, error)
    for kind, tell in _TOLD.items():
        if isinstance(error, kind):
            return tell(request, error)
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _written(
        request,
        Problem("internal", _("The server made a mistake; nothing was saved."), fix=_("Try again, then report it.")),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error, AuthenticationError):
        problem = Problem(
            "token.missing",
            _("This address needs a bearer token that is valid today."),
            fix=_("Send “Authorization: Bearer …”; tokens are made under the own account."),
            status=401,
        )
        return respond(request, problem)
    if isinstance(error.__cause__, Problem):
        return unreadable(request, error.__cause__)
    return _written(request, Problem("request.unreadable", str(error)), error.status_code)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    faults = [Fault(".".join(str(step) for step in item["loc"][1:]), str(item["msg"])) for item in error.errors]
    return respond(
        request,
        Problem("request.invalid", _("Some values are not what this address takes."), status=422, faults=faults),
    )


def _model(request: HttpRequest, error: Any) -> HttpResponse:
    faults = [Fault("", message) for message in error.messages]
    return respond(request, Problem("invalid", _("Some values cannot be kept."), status=422, faults=faults))


def _unkept(request: HttpRequest, error: Any) -> HttpResponse:
    """PostgreSQL takes every character but one, and no number of any size."""
    _log.warning("%s %s sent what the database does not take: %s", request.method, request.path, error)
    return respond(request, Problem("invalid", _("Some values cannot be kept."), status=422))


def _clash(request: HttpRequest, error: Any) -> HttpResponse:
    _log.warning("%s %s met a constraint: %s", request.method, request.path, error)
    return respond(request, Conflict(_("This clashes with what is already there; nothing was saved.")))


def _busy(request: HttpRequest, error: Any) -> HttpResponse:
    """SQLite waited its time for another writer, or the database is away."""
    _log.error("%s %s could not reach the database", request.method, request.path, exc_info=error)
    problem = Problem(
        "busy", _("The database is busy; nothing was saved."), fix=_("Try again in a moment."), status=503
    )
    response = respond(request, problem)
    response["Retry-After"] = "2"
    return response


def _absent(request: HttpRequest, error: Any) -> HttpResponse:
    return respond(request, NotFound(_("There is nothing at this address."), fix=_("Check the address.")))


def _large(request: HttpRequest, error: Any) -> HttpResponse:
    return respond(request, Problem("request.large", _("The request is larger than this server takes."), status=413))


def _odd(request: HttpRequest, error: Any) -> HttpResponse:
    return unreadable(request, Problem("request.unreadable", _("The request cannot be read.")))


_TOLD: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    ValidationError: _invalid,
    ModelError: _model,
    IntegrityError: _clash,
    OperationalError: _busy,
    DataError: _unkept,
    Http404: _absent,
    RequestDataTooBig: _large,
    TooManyFieldsSent: _large,
    TooManyFilesSent: _large,
    SuspiciousOperation: _odd,
    MultiPartParserError: _odd,
}


@contextmanager
def both_sides(*, current: Any, yours: Mapping[str, Any]) -> Iterator[None]:
    """A conflict raised inside carries what is stored now (`current()`) beside what the caller sent."""
    try:
        yield
    except Conflict as conflict:
        conflict.data = {**conflict.data, "current": current(), "yours": dict(yours)}
        raise
