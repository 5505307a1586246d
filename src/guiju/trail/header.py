"""The bytes that a leaf hashes: every column of an event but its surrogate id, its place and the leaf itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from guiju.lib import hashing, merkle
from guiju.trail.models import Event

#: Version of the header's form; a later form gets another tag, old leaves keep theirs.
FORM = "guiju/event/1"

#: The columns in the header, in canonical (alphabetical) order, so that no sorting is needed per event.
COLUMNS = (
    "action",
    "actor_id",
    "actor_name",
    "at",
    "batch_count",
    "commitment",
    "happened_on",
    "object_id",
    "object_title",
    "object_type",
    "object_version",
    "on_behalf_of",
    "reason",
    "request_id",
    "uid",
    "unit_code",
    "unit_id",
)

#: What stands in `content` about the act, not about the object's state after it.
NOT_STATE = frozenset({"about", "before"})

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def header(row: Mapping[str, object]) -> bytes:
    """The canonical header (`hashing.canonical` of the same mapping gives the same bytes, only slower)."""
    values = {name: _plain(row[name]) for name in COLUMNS[:6]}
    values["form"] = FORM
    for name in COLUMNS[6:]:
        values[name] = _plain(row[name])
    return _ENCODE(values).encode("utf-8")


def leaf(row: Mapping[str, object]) -> bytes:
    """The leaf hash of an event given by its columns."""
    return merkle.leaf_hash(header(row))


def leaf_of(event: Event) -> bytes:
    """The leaf hash of an event."""
    return leaf(event.__dict__)


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return hashing.moment_text(value)
    if isinstance(value, UUID):
        return str(value)
    assert isinstance(value, date)
    return value.isoformat()


def content_text(content: Mapping[str, object]) -> str:
    """The canonical text of a content."""
    return hashing.canonical(content).decode("utf-8")


def content_of(text: str) -> dict[str, Any]:
    """The content that a canonical text holds; nothing when somebody has spoiled it."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def commitment(salt: bytes, text: str) -> bytes:
    """What an event's header holds of its body."""
    return hashing.digest(salt + text.encode("utf-8"))


def state_digest(content: Mapping[str, object]) -> bytes:
    """The digest of an object's state: the content without what only tells of the act.

    Whoever registers a reconciler builds the same content from the live row and digests it here.
    """
    return hashing.digest(hashing.canonical({key: value for key, value in content.items() if key not in NOT_STATE}))


def item_digest(salt: bytes, place: int, state: bytes) -> bytes:
    """The digest of one row of a batch; salted per row, so that a proof of one row tells nothing of its neighbours."""
    return hashing.digest(hashing.digest(salt + place.to_bytes(4, "big"))[:16] + state)


def item_leaf(*, object_type: str, object_id: str, object_version: int, digest: bytes) -> bytes:
    """The leaf of one row in the batch's own small tree."""
    # A plain list needs no preparing: these are the bytes of `hashing.canonical`.
    return merkle.leaf_hash(_ENCODE([FORM, object_type, object_id, object_version, digest.hex()]).encode("utf-8"))
