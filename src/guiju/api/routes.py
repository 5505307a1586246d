"""How an operation is declared: path, permission, answer; documents, guards and idempotency follow from it.

routes = Routes("Units")

@routes.get("/units/{code}", P.ORG_UNIT_VIEW, answer=UnitOut, summary=_("Show a unit"))
def unit(request: HttpRequest, code: str) -> UnitOut: ...
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja import Router
from ninja.decorators import decorate_view

from guiju.access.permissions import Permission
from guiju.api import idempotency, problems
from guiju.api.auth import Bearer, OwnOnly
from guiju.lib.errors import Fault, Problem

View = TypeVar("View", bound=Callable[..., Any])
Run = Callable[..., HttpResponse]

REFUSALS = (400, 401, 403, 404, 405, 422)
REFUSED_WRITES = (*REFUSALS, 409, 413, 415)
JSON, FORM = "application/json", "multipart/form-data"


class Routes:
    """The operations of one resource. Every one names the permission it asks for."""

    def __init__(self, tag: str) -> None:
        self.router = Router(tags=[tag])

    def get(self, path: str, permission: Permission | OwnOnly, **options: Any) -> Callable[[View], View]:
        """A read."""
        return self._operation("GET", path, permission, **options)

    def post(self, path: str, permission: Permission | OwnOnly, **options: Any) -> Callable[[View], View]:
        """A write that makes something or takes a step."""
        return self._operation("POST", path, permission, **options)

    def put(self, path: str, permission: Permission | OwnOnly, **options: Any) -> Callable[[View], View]:
        """A write that sets something as a whole."""
        return self._operation("PUT", path, permission, **options)

    def patch(self, path: str, permission: Permission | OwnOnly, **options: Any) -> Callable[[View], View]:
        """A write that changes what is given and leaves the rest."""
        return self._operation("PATCH", path, permission, **options)

    def delete(self, path: str, permission: Permission | OwnOnly, **options: Any) -> Callable[[View], View]:
        """A write that ends something."""
        return self._operation("DELETE", path, permission, **options)

    def _operation(
        self,
        method: str,
        path: str,
        permission: Permission | OwnOnly,
        *,
        answer: Any,
        summary: str | Promise,
        status: int = 200,
        takes: str = "",
        media: str = "",
        etag: bool = False,
        slow: bool = False,
        open_query: bool = False,
        sparse: bool = False,
        parameters: tuple[dict[str, Any], ...] = (),
    ) -> Callable[[View], View]:
        """`takes` is the body's media type, `media` that of a file answer, `etag` says that If-Match is honoured,
        `slow` that the work must not hold a transaction, `open_query` that the view knows its query names,
        `sparse` that keys which the view leaves out are left out."""

        def declare(view: View) -> View:
            guard = _guard(method, takes=takes, slow=slow, names=None if open_query else _query_names)
            extra = _extra(method, permission, status=status, media=media, etag=etag, parameters=parameters)
            declared = self.router.api_operation(
                [method],
                path,
                auth=Bearer(permission),
                response={status: answer},
                operation_id=view.__name__,
                summary=summary,  # type: ignore[arg-type]
                url_name=view.__name__,
                by_alias=True,
                exclude_unset=sparse,
                openapi_extra=extra,
            )(view)
            return decorate_view(guard)(declared)

        return declare


def _extra(
    method: str,
    permission: Permission | OwnOnly,
    *,
    status: int,
    media: str,
    etag: bool,
    parameters: tuple[dict[str, Any], ...],
) -> dict[str, Any]:
    """What the description says beyond the types: refusals, headers, the scope that a token carries."""
    refused = REFUSALS if method == "GET" else REFUSED_WRITES
    responses: dict[Any, Any] = {str(code): {"$ref": f"#/components/responses/Problem{code}"} for code in refused}
    if media:
        content = {media: {"schema": {"type": "string", "format": "binary"}}}
        responses[status] = {"description": "The file.", "content": content}
    headers = []
    if method != "GET":
        headers.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if etag:
        headers.append({"$ref": "#/components/parameters/IfMatch"})
    scopes = (permission,) if isinstance(permission, Permission) else permission.scopes
    asked = scopes[0].value if scopes else ""
    return {"responses": responses, "parameters": [*headers, *parameters], "x-permission": asked}


def _query_names(run: Run) -> frozenset[str]:
    """The query parameters that an operation declares."""
    operation = run.__self__  # type: ignore[attr-defined]
    return frozenset(
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in (getattr(model, "__ninja_flatten_map__", None) or model.model_fields)
    )


def _guard(
    method: str, *, takes: str, slow: bool, names: Callable[[Run], frozenset[str]] | None
) -> Callable[[Run], Run]:
    """Around each operation: well-formed or refused, one transaction, one effect per key."""

    def wrap(run: Run) -> Run:
        known = names(_innermost(run)) if names else None

        @wraps(run)
        def guarded(request: HttpRequest, **path: Any) -> HttpResponse:
            try:
                _refuse_odd(request, takes=takes, known=known)
                if method == "GET":
                    return run(request, **path)
                return _write(request, lambda: run(request, **path), slow=slow, bearer=_bearer(run))
            except Exception as error:  # noqa: BLE001 - the one place where faults become answers
                return problems.answer(request, error)

        return guarded

    return wrap


def _innermost(run: Run) -> Run:
    while hasattr(run, "__wrapped__"):
        run = run.__wrapped__
    return run


def _bearer(run: Run) -> Bearer:
    found: Bearer = _innermost(run).__self__.auth_callbacks[0]  # type: ignore[attr-defined]
    return found


def _refuse_odd(request: HttpRequest, *, takes: str, known: frozenset[str] | None) -> None:
    if "\0" in request.path or any(
        "\0" in value for values in request.GET.lists() for value in (values[0], *values[1])
    ):
        raise Problem("request.nul", _("The address holds a NUL character, which nothing here has."))
    unknown = sorted(set(request.GET) - known) if known is not None else []
    if unknown:
        faults = [Fault(name, _("This address has no such parameter.")) for name in unknown]
        fix = _("Known are: %(names)s.") % {"names": ", ".join(sorted(known or ())) or _("none")}
        raise Problem("query.unknown", _("Unknown query parameters."), fix=fix, faults=faults, status=422)
    twice = [name for name, values in request.GET.lists() if len(values) > 1] if known is not None else []
    if twice:
        faults = [Fault(name, _("This is said twice.")) for name in sorted(twice)]
        what = _("The address says something twice.")
        raise Problem("query.twice", what, fix=_("Say each thing once."), faults=faults, status=422)
    length = request.META.get("CONTENT_LENGTH", "")
    if takes == FORM and length.isdecimal() and int(length) > settings.UPLOAD_LIMIT + 2**20:
        raise Problem(
            "request.large",
            _("The upload is larger than %(limit)d MB.") % {"limit": settings.UPLOAD_LIMIT // 2**20},
            status=413,
        )
    if takes and request.content_type != takes:
        raise Problem(
            "request.media_type",
            _("The body must be %(wanted)s, not “%(given)s”.") % {"wanted": takes, "given": request.content_type},
            fix=_("Send the Content-Type header that belongs to the body."),
            status=415,
        )


def _write(request: HttpRequest, run: Callable[[], HttpResponse], *, slow: bool, bearer: Bearer) -> HttpResponse:
    by = bearer(request)  # before any transaction: a stranger must not hold the write lock
    if by is None or by.token is None:
        return run()
    key = idempotency.key_of(request)
    if key:
        keep = idempotency.once_afterwards if slow else idempotency.once
        return keep(request, token=by.token, key=key, run=run)
    if slow:
        return run()
    with transaction.atomic():
        response = run()
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response
