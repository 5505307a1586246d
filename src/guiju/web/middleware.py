"""Turns refusals into pages, in one place; and speaks the language an account has chosen."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from guiju.lib.errors import Problem
from guiju.web import errors

#: SQLite has waited for another writer as long as settings allow.
_LOCKED = "database is locked"


class ProblemMiddleware:
    """A `Problem` raised anywhere below becomes its page or message; anything else stays a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError) and _LOCKED in str(exception):
            exception = errors.busy()
        if not isinstance(exception, Problem):
            return None
        if getattr(request, "htmx", False):
            return errors.message(exception)
        return errors.page(request, exception)


#: Programmes say their language with each request; people choose theirs.
_PROGRAMMES = "/api/"


class LanguageMiddleware:
    """Chinese unless the account, or before signing in this browser's cookie, has chosen otherwise.

    A browser's own list of languages decides nothing: it says what the computer was bought with, not who reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_PROGRAMMES):
            translation.activate(_chosen(request))
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def _chosen(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    asked = (getattr(request.user, "language", ""), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    return next((code for code in asked if code in known), settings.LANGUAGE_CODE)
