"""Canonical bytes and digests: the same value gives the same bytes on every machine, for ever.

The form is JCS (RFC 8785) without floats: a fraction travels as Decimal and becomes text, so no printer of
floating-point numbers can ever change a digest. Golden vectors stand in `tests/lib/test_hashing.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

SALT_BYTES = 16
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical(value: object) -> bytes:
    """The one byte string of a value made of None, bool, int, str, Decimal, date, datetime, UUID, list and dict."""
    return _ENCODE(_plain(value)).encode("utf-8")


def digest(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def new_salt() -> bytes:
    """A fresh salt for `commit`."""
    return secrets.token_bytes(SALT_BYTES)


def commit(salt: bytes, value: object) -> bytes:
    """A commitment that hides the value: without the salt, short contents cannot be guessed from the digest."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a commitment needs a salt of {SALT_BYTES} bytes, not {len(salt)}")
    return digest(salt + canonical(value))


def commits_to(commitment: bytes, salt: bytes, value: object) -> bool:
    """Does the commitment hold this value?"""
    return hmac.compare_digest(commitment, commit(salt, value))


def decimal_text(number: Decimal) -> str:
    """Plain digits without exponent or trailing zeros: a database may return 1 as 1.00."""
    if not number.is_finite():
        raise TypeError(f"{number} has no canonical form")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@lru_cache(maxsize=64)
def moment_text(at: datetime) -> str:
    """UTC with microseconds and Z; a naive moment has no meaning and is refused."""
    if at.tzinfo is None:
        raise TypeError("a datetime without time zone has no canonical form")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


_AS_IS = frozenset({str, int, bool, type(None)})


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        found = {}
        for key in _ordered(value):
            item = value[key]
            # A bulk import hashes millions of values; most need no second look.
            found[key] = item if type(item) in _AS_IS else _plain(item)
        return found
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _ordered(value: Mapping[object, object]) -> list[str]:
    keys: list[str] = []
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"canonical keys are text, not {type(key).__name__}")
        keys.append(key)
    if "".join(keys).isascii():
        return sorted(keys)  # the same order, several times faster
    # JCS sorts by UTF-16 code units, as every JavaScript verifier does by default.
    return sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
