"""Bytes in and out: JSON read strictly, written readably."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from guiju.lib.errors import Problem

#: No body of ours is nested deeper; libraries below give up at about a thousand.
MAX_DEPTH = 20

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def dumps(data: object) -> bytes:
    """JSON in UTF-8: Chinese stays readable, dates are ISO, exact numbers are text."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class ReadableJson(BaseRenderer):
    """Writes answers."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return dumps(data)


class StrictJson(Parser):
    """Reads bodies; what a database could not keep is refused here, once."""

    def parse_body(self, request: HttpRequest) -> Any:
        return loads(request.body)


def loads(body: bytes) -> Any:
    """The JSON of a body, or a Problem that says where it breaks."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(
            "json.malformed",
            _("The body is not JSON in UTF-8: line %(line)d, column %(column)d.")
            % {"line": error.lineno, "column": error.colno},
        ) from None
    if _NUL.search(body):
        raise Problem("json.nul", _("The body holds a NUL character, which no field can keep."))
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_deep(data):
        raise Problem("json.deep", _("The body is nested more than %(count)d levels deep.") % {"count": MAX_DEPTH})
    # Of a key that stands twice one reader takes the first, another the last: refused, so that nobody is shown another body.
    json.loads(body.decode(), object_pairs_hook=_once, parse_int=str, parse_float=str)
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        what = _("The body says “%(name)s” twice in one object.") % {"name": twice[:80]}
        raise Problem("json.twice", what, fix=_("Say each thing once."))
    return found


def _is_deep(data: Any) -> bool:
    level = [data]
    for _depth in range(MAX_DEPTH):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True
