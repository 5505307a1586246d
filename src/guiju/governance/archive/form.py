"""What an archive file looks like inside; whoever writes one and whoever checks one agree on this and nothing else.

A zip whose `manifest.json` names every other member with its SHA-256. The digest of the manifest stands in the event
`archive.made` of the trail; `manifest.json.tlog-proof` is the C2SP proof of that event, which carries the event itself in
its `extra` line. The member named under `records` holds one line of JSON per record: its state as the trail knows it, the
event that says so, and the proof of that event.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from guiju.lib import hashing, merkle
from guiju.lib.note import VerifierKey

FORM = "guiju/archive/1"
MANIFEST = "manifest.json"
SEAL = "manifest.json.tlog-proof"
#: What the trail calls the event and its object.
ACTION, OBJECT = "archive.made", "archive"
#: The header's form of events and rows of bulk actions (`trail.header.FORM`).
EVENT = "guiju/event/1"
NOT_STATE = frozenset({"about", "before"})


def fingerprint(key: VerifierKey) -> str:
    """What people compare by eye or by telephone: the digest of the key in groups of four."""
    text = sha256(key.public).hexdigest().upper()
    return " ".join(text[at : at + 4] for at in range(0, 32, 4))


def event_leaf(event: Mapping[str, Any]) -> bytes:
    """The leaf of an event given by its header's text."""
    return merkle.leaf_hash(str(event["header"]).encode("utf-8"))


def is_committed(event: Mapping[str, Any], header: Mapping[str, Any]) -> bool:
    """Does the header commit to this content?"""
    salt = bytes.fromhex(event["salt"])
    return sha256(salt + str(event["content"]).encode("utf-8")).hexdigest() == header.get("commitment")


def row_leaf(row: Mapping[str, Any], *, object_type: str, object_id: str, version: int) -> bytes:
    """The leaf of one row in the small tree of its bulk action."""
    state = sha256(str(row["state"]).encode("utf-8")).digest()
    digest = sha256(bytes.fromhex(row["salt"]) + state).hexdigest()
    return merkle.leaf_hash(hashing.canonical([EVENT, object_type, object_id, version, digest]))
