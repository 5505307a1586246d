"""One effect per Idempotency-Key: the answer is kept in the transaction of the action and given again."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import timedelta

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guiju.access.models import ApiToken, IdempotencyKey
from guiju.api import wire
from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
#: Keys are remembered at least this long.
KEPT = timedelta(days=30)

_KEY = re.compile(r"[\x21-\x7e]{1,80}")
_KEPT_HEADERS = ("ETag", "Location", "Content-Type")
#: Parts of an answer that are shown once and stored nowhere.
_SECRETS = ("secret",)

Run = Callable[[], HttpResponse]


def key_of(request: HttpRequest) -> str:
    """The key that the caller sent, empty without one."""
    key = request.headers.get(HEADER, "")
    if key and not _KEY.fullmatch(key):
        raise Problem(
            "idempotency.key", _("An idempotency key has 1 to 80 visible ASCII characters."), where=HEADER, status=422
        )
    return key


def once(request: HttpRequest, *, token: ApiToken, key: str, run: Run) -> HttpResponse:
    """Run the write, or answer as the first request with this key was answered.

    The key is claimed first, in the transaction of the action: a concurrent request with the same key waits for
    that transaction and then finds the answer. A refused request leaves no trace and may be sent again.
    """
    digest = fingerprint(request)
    try:
        with transaction.atomic():
            held = _held(token, key)
            if held is not None:
                return _again(held, digest)
            row = _claim(token, key, digest)
            response = run()
            if response.status_code >= 400:
                transaction.set_rollback(True)
            else:
                _keep(row, response)
            return response
    except _ClaimedMeanwhile:
        return _after_the_other(token, key, digest)


def once_afterwards(request: HttpRequest, *, token: ApiToken, key: str, run: Run) -> HttpResponse:
    """The same for slow work that must not hold a transaction: the answer is kept when the work is done."""
    digest = fingerprint(request)
    held = _held(token, key)
    if held is not None:
        return _again(held, digest)
    response = run()
    if response.status_code >= 400:
        return response
    try:
        with transaction.atomic():
            _keep(_claim(token, key, digest), response)
    except _ClaimedMeanwhile:
        return _after_the_other(token, key, digest)
    return response


def prune() -> int:
    """Forget keys that nobody will send again; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


class _ClaimedMeanwhile(Exception):
    """Another request with the same key was quicker."""


def _held(token: ApiToken, key: str) -> IdempotencyKey | None:
    return IdempotencyKey.objects.filter(token=token, key=key).first()


def _claim(token: ApiToken, key: str, digest: str) -> IdempotencyKey:
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                token=token, key=key, request_digest=digest, status=0, response={}, created_at=clock.now()
            )
    except IntegrityError:
        raise _ClaimedMeanwhile from None


def _keep(row: IdempotencyKey, response: HttpResponse) -> None:
    body = response.content
    held = orjson.loads(body) if body else None
    if isinstance(held, dict) and not held.keys().isdisjoint(_SECRETS):
        body = wire.dumps({**held, **{name: None for name in _SECRETS if name in held}})
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    row.status, row.response = response.status_code, {"body": body.decode(), "headers": headers}
    row.save(update_fields=["status", "response"])


def _after_the_other(token: ApiToken, key: str, digest: str) -> HttpResponse:
    held = _held(token, key)
    if held is None:
        raise Conflict(
            _("A request with the same idempotency key was under way and failed."), fix=_("Send it again."),
            code="idempotency.busy",
        )  # fmt: skip
    return _again(held, digest)


def _again(held: IdempotencyKey, digest: str) -> HttpResponse:
    if held.request_digest != digest:
        raise Problem(
            "idempotency.other_request",
            _("This idempotency key was already used for another request."),
            fix=_("Use a new key for every new request."),
            where=HEADER,
            status=422,
        )
    response = HttpResponse(held.response["body"], status=held.status)
    for name, value in held.response["headers"].items():
        response[name] = value
    response[REPLAYED] = "true"
    return response


def fingerprint(request: HttpRequest) -> str:
    """What makes two requests the same: method, path, query and body; of files, their bytes and names."""
    # Keyed, because a body may hold a password and the key of the server lies apart from the database.
    digest = hmac.new(settings.SECRET_KEY.encode(), digestmod=hashlib.sha256)
    for part in (request.method or "", request.path, request.META.get("QUERY_STRING", "")):
        digest.update(part.encode() + b"\0")
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name, values in sorted(request.POST.lists()):
        digest.update(wire.dumps([name, values]))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(wire.dumps([name, file.name, file.size]))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()
