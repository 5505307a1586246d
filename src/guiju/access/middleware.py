"""Enforces the route policy before any view runs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import ResolverMatch, get_resolver
from django.utils.translation import gettext as _

from guiju.access import actor, check, policy
from guiju.access.models import User
from guiju.lib.errors import Denied, NotFound, Problem


class PolicyMiddleware:
    """Gives the request an id and refuses views that declare no policy, or one the visitor does not meet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = str(uuid.uuid4())  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.user.is_authenticated:
            # What one person was shown must not come out of a shared computer's or proxy's memory for the next.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        # A refusal is everyday business: shown here, not raised, because the framework would log it with a traceback.
        try:
            _require(request, view)
        except NotFound as problem:
            return _page(request, 404, Http404(), problem)
        except Denied as problem:
            return _page(request, 403, PermissionDenied(), problem)
        return None


def _page(request: HttpRequest, status: int, error: Exception, problem: Problem) -> HttpResponseBase:
    """The site's own page for such a refusal, which tells what the problem says."""
    error.__cause__ = problem
    show: Callable[..., HttpResponseBase] = get_resolver().resolve_error_handler(status)
    return show(request, exception=error)


def _require(request: HttpRequest, view: Callable[..., Any]) -> None:
    """Refuse a view that declares no policy, or one that the visitor does not meet."""
    declared = policy.of(view)
    if declared is None:
        if not _is_library_route(request.resolver_match):
            raise NotFound(_("There is nothing here for you."))
        return
    if not declared.signed_in:
        return
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return  # LoginRequiredMiddleware has already sent the visitor to the sign-in page.
    if declared.permission and not check.can_anywhere(actor.of_request(request), declared.permission):
        raise Denied(
            _("Your account holds no role for this page."),
            fix=_("Ask the security administrator of your organisation."),
            lacks=declared.permission.value,
        )


def _is_library_route(match: ResolverMatch | None) -> bool:
    return match is not None and (match.url_name in policy.LIBRARY_ROUTES or match.app_name == "api")
