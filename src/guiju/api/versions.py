"""Optimistic locking: the version a caller has seen, from the body or from If-Match."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from guiju.api import wire
from guiju.lib.errors import Problem

_TAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')


def seen(request: HttpRequest, in_body: int | None) -> int:
    """The version on which the change rests; a write without one is refused, not guessed."""
    header = request.headers.get("If-Match", "")
    if not header and in_body is not None:
        return in_body
    match = _TAG.fullmatch(header.strip())
    if match is None:
        raise Problem(
            "version.missing",
            _("Say which version you have seen."),
            fix=_("Send “version” in the body, or the ETag of the record as If-Match."),
            where="version",
            status=422,
        )
    return int(match[1])


def tagged(answer: Schema, *, version: int, status: int = 200, location: str = "") -> HttpResponse:
    """An answer with its ETag (and Location, for what was made)."""
    response = HttpResponse(
        wire.dumps(answer.model_dump(by_alias=True)), status=status, content_type="application/json; charset=utf-8"
    )
    response["ETag"] = f'"{version}"'
    if location:
        response["Location"] = location
    return response
