"""The API put together, and its description (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from guiju import __version__
from guiju.api import idempotency, problems, wire
from guiju.api.resources import (
    admin,
    adoptions,
    attributes,
    c_checkfiles,
    c_checks,
    c_graph,
    c_hearing,
    c_lists,
    c_papers,
    c_rectify,
    c_risks,
    c_zero,
    calendar,
    entries,
    entryfiles,
    g_archive,
    g_duties,
    g_files,
    g_intake,
    g_library,
    g_meetings,
    g_policies,
    g_reading,
    grid,
    jobs,
    levels,
    me,
    packs,
    people,
    posture,
    r_gate,
    r_leaks,
    r_matters,
    r_opinions,
    r_questions,
    r_routes,
    r_steps,
    registers,
    reports,
    search,
    tasks,
    tokens,
    trail,
    transfer,
    units,
)
from guiju.api.routes import REFUSED_WRITES
from guiju.lib.errors import Problem

RESOURCES = (
    me, units, attributes, people, c_graph, c_lists, registers, entries, entryfiles, grid, transfer, packs, adoptions, levels,
    posture, reports, c_checks, c_checkfiles, c_zero, c_rectify, c_risks, c_hearing, c_papers, g_archive, g_duties, g_intake,
    g_files, g_library, g_meetings, g_policies, g_reading, r_matters, r_opinions, r_questions, r_steps, r_routes, r_gate, r_leaks,
    search, tasks, calendar, trail, jobs, tokens, admin,
)  # fmt: skip

api = NinjaAPI(
    title="Guiju",
    version=__version__,
    description="Everything the pages can do: bearer tokens, problem+json, idempotent writes, pages by cursor.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    renderer=wire.ReadableJson(),
    parser=wire.StrictJson(),
)
for _resource in RESOURCES:
    api.add_router("", _resource.routes.router)
for _kind in (Exception, Http404, HttpError, ValidationError):  # the library has handlers of its own for these
    api.add_exception_handler(_kind, problems.answer)


def endpoints() -> list[URLPattern]:
    """The routes: no session, no sign-in page, every refusal in the same form."""
    found: list[URLPattern] = []
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        if pattern.name == "api-root":
            continue
        pattern.callback = login_not_required(_closed(pattern.callback))
        found.append(pattern)
    return found


def _closed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Turns “method not allowed” into a problem, and keeps answers out of caches."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response["Allow"]
            response = problems.respond(request, _method(request, allowed))
            response["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return closed


def _method(request: HttpRequest, allowed: str) -> Problem:
    return Problem(
        "request.method",
        _("This address does not take %(method)s.") % {"method": request.method},
        fix=_("It takes: %(methods)s.") % {"methods": allowed},
        status=405,
    )


@csrf_exempt  # it changes nothing, and a programme without cookies is to read why, not a page
@login_not_required
def absent(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What stands at every other address below /api/v1/."""
    return problems.answer(request, Problem("not_found", _("There is nothing at this address."), status=404))


def document() -> dict[str, Any]:
    """The description in the reader's language."""
    return _document(get_language() or "")


@lru_cache(maxsize=4)
def _document(language: str) -> dict[str, Any]:
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    for operations in found["paths"].values():
        for operation in operations.values():
            operation["summary"] = str(operation["summary"])
            asked = operation.get("x-permission")
            operation["security"] = [{"Bearer": [asked] if asked else []}]
    schemas = found["components"].setdefault("schemas", {})
    problem = problems.ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(problem.pop("$defs"))
    schemas["ProblemOut"] = problem
    found["components"]["responses"] = {f"Problem{code}": _refusal(code) for code in REFUSED_WRITES}
    found["components"]["parameters"] = _HEADERS
    return found


_HEADERS = {
    "IdempotencyKey": {
        "in": "header",
        "name": idempotency.HEADER,
        "required": False,
        "description": "The same key with the same request has one effect and the same answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[!-~]+$"},
    },
    "IfMatch": {
        "in": "header",
        "name": "If-Match",
        "required": False,
        "description": "The ETag of the version you have seen, instead of `version` in the body.",
        "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    },
}

_MEANINGS = {
    400: "The request cannot be read.",
    401: "No valid token.",
    403: "The token lacks the scope, or the account may look here but not do this.",
    404: "Not there, or not for this account: the two are never told apart.",
    405: "The address does not take this method.",
    409: "Somebody else was quicker, or it clashes with what is there.",
    413: "Too large.",
    415: "Wrong Content-Type.",
    422: "Something in the request is not right; `faults` names the places.",
}


def _refusal(code: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemOut"}
    return {"description": _MEANINGS[code], "content": {problems.MEDIA_TYPE: {"schema": schema}}}
