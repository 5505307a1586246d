"""Turns refusals into pages, in one place; and speaks the language an account has chosen."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from guiju.lib.errors import Problem
from guiju.web import errors

#: SQLite has waited for another writer as long as settings allow; PostgreSQL has ended one of two that waited for
#: each other.
_LOCKED = ("database is locked", "deadlock detected")
#: What PostgreSQL says of the one character that it does not take, in texts and in JSON.
_NUL = ("NUL (0x00)", "\\u0000")


#: Somebody opened the address of a form, usually by going back after a refusal.
_WRONG_METHOD = 405


class ProblemMiddleware:
    """A `Problem` raised anywhere below becomes its page or message; anything else stays a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == _WRONG_METHOD and not response.streaming and not response.content:
            return errors.wrong_method(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        said = str(exception)
        if isinstance(exception, OperationalError) and any(words in said for words in _LOCKED):
            exception = errors.busy()
        elif isinstance(exception, DataError) and any(words in said for words in _NUL):
            exception = errors.unwritable()
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
