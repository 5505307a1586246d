"""The only writer of the log. Use as `from guiju.trail import log as trail; trail.record(...)`.

On SQLite, where there is one writer at a time, an event gets its place in the tree at once. On PostgreSQL it is
written without a place, so that writers never wait for each other, and `sequence` places it after commit (ADR 0003).
"""

from __future__ import annotations

import logging
import os
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from guiju.access import actor
from guiju.access.actor import Actor
from guiju.lib import bulk, clock, hashing, merkle, note, text
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.trail import header, keys
from guiju.trail.events import Action
from guiju.trail.models import REASON_LENGTH, BatchItem, Checkpoint, Event, EventBody, Log, Node, is_demo
from guiju.trail.presenters import HistoryLine, history

__all__ = [
    "BATCH_ROWS", "HistoryLine", "checkpoint", "checkpoint_if_due", "history", "in_order", "open_log", "record", "record_batch",
    "sequence",
]  # fmt: skip

#: Rows under one event of a bulk action.
BATCH_ROWS = 1_000
#: A log that has grown is signed at least this often while a worker runs.
CHECKPOINT_EVERY = timedelta(minutes=5)
_ITEM_COLUMNS = ("event_id", "place", "object_type", "object_id", "object_version", "digest")
_LOCK = 0x67756A75  # one advisory lock on PostgreSQL: who holds it may append to the tree

_log = logging.getLogger(__name__)


def record(
    action: Action,
    *,
    by: Actor,
    unit: Unit | None,
    object_type: str,
    object_id: str,
    content: Mapping[str, object],
    object_version: int = 0,
    title: str = "",
    reason: str = "",
    happened_on: date | None = None,
) -> Event:
    """Write one event in the transaction of the action it tells of.

    `content` is the object's state after the action; its keys `before` (changed fields only) and `about`
    (circumstances) do not belong to the state. An `object_version` above 0 says that the content is the whole state,
    which verification then compares with the live row.
    """
    _require_transaction()
    event = _event(action, by=by, unit=unit, reason=reason, happened_on=happened_on)
    event.object_type, event.object_id, event.object_version = object_type, object_id, object_version
    event.object_title = title[:200]
    _append([(event, _body(event, content))])
    return event


def record_batch(
    action: Action,
    *,
    by: Actor,
    unit: Unit | None,
    object_type: str,
    items: Iterable[tuple[str, int, Mapping[str, object]]],
    title: str = "",
    reason: str = "",
    content: Mapping[str, object] | None = None,
) -> list[Event]:
    """Write one event per 1,000 rows (id, version, content of each); every row stays provable under its root."""
    _require_transaction()
    events: list[Event] = []
    source = iter(items)
    while rows := list(islice(source, BATCH_ROWS)):
        event = _event(action, by=by, unit=unit, reason=reason, happened_on=None)
        event.object_type, event.object_id, event.object_version = object_type, "", 0
        event.object_title, event.batch_count = title[:200], len(rows)
        salt = hashing.new_salt()
        batch = list(_items(rows, object_type=object_type, salt=salt))
        root = merkle.root(item_leaf(item) for item in batch)
        body = _body(event, {"about": dict(content or {}), "count": len(rows), "root": root.hex()}, salt=salt)
        _append([(event, body)])
        # Past the ORM's row objects: a bulk import writes as many of these as rows.
        bulk.insert(
            BatchItem,
            _ITEM_COLUMNS,
            ((event.pk, *[getattr(item, name) for name in _ITEM_COLUMNS[1:]]) for item in batch),
        )
        events.append(event)
    return events


def item_leaf(item: BatchItem) -> bytes:
    """The leaf of one row in its batch's tree."""
    return header.item_leaf(
        object_type=item.object_type,
        object_id=item.object_id,
        object_version=item.object_version,
        digest=bytes(item.digest),
    )


def sequence(*, limit: int = 1_000) -> int:
    """Give committed events without a place the next ones (PostgreSQL); returns how many were placed.

    Chosen by "has no place" and not by "id above the last": a transaction that commits late keeps a small id.
    """
    if in_order() or not Event.objects.filter(seq__isnull=True).exists():
        return 0
    with transaction.atomic():
        log = _locked_log()
        return _place_waiting(log, limit=limit)


def in_order() -> bool:
    """True where events get their places at once (SQLite)."""
    return connection.vendor == "sqlite"


def open_log(*, by: Actor, origin: str | None = None) -> Log:
    """Begin the one log of this installation: a name, a key, a first event, a first checkpoint. Idempotent."""
    with transaction.atomic():
        _lock()
        found = Log.objects.first()
        if found is not None:
            return found
        name = origin or _origin_of_new_log()
        key = keys.make(name)
        log = Log.objects.create(origin=name, verifier_key=str(key.verifier), opened_at=clock.now())
        transaction.on_commit(_set_earlier_checkpoints_aside)
        event = _event(Action.LOG_OPENED, by=by, unit=None, reason="", happened_on=None)
        event.object_type, event.object_id, event.object_version, event.object_title = "log", "1", 0, name
        content = {"origin": name, "verifier_key": log.verifier_key, "opened_at": log.opened_at}
        _save([(event, _body(event, content))], log=log if in_order() else None)
        if not in_order():
            _place_waiting(log, limit=1_000)
        _sign(log)
    return log


def checkpoint() -> Checkpoint:
    """Sign the present size and root, and write the note outside the database once this is committed."""
    while sequence():
        pass
    with transaction.atomic():
        return _sign(_locked_log())


def checkpoint_if_due() -> Checkpoint | None:
    """Place what waits, and sign when the log has grown and the last signature is some minutes old."""
    sequence()
    log = Log.objects.first()
    last = Checkpoint.objects.order_by("-size").first()
    if log is None or (last and (last.size == log.size or clock.now() - last.at < CHECKPOINT_EVERY)):
        return None
    return checkpoint()


def write_outside(row: Checkpoint) -> Path | None:
    """Put a checkpoint's note into the folder outside the database; a full disk is told, not fatal."""
    folder = Path(settings.CHECKPOINT_DIR)
    target = folder / f"{row.size:012d}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_suffix(".tmp")
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(row.note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError:
        _log.exception("The checkpoint over %s events could not be written to %s.", row.size, folder)
        return None
    return target


# --- inside -------------------------------------------------------------------------------------------------------


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its action: use transaction.atomic")
    if clock.is_simulated() and not is_demo(_origin()):
        raise Problem(
            "trail.simulated",
            _("This log tells of real days; history at simulated times belongs to a demo installation."),
            fix=_("Use an installation of its own whose GUIJU_LOG_ORIGIN begins with DEMO."),
        )


def _origin() -> str:
    return Log.objects.values_list("origin", flat=True).first() or settings.LOG_ORIGIN


def _origin_of_new_log() -> str:
    return settings.LOG_ORIGIN or f"guiju.local/{secrets.token_hex(6)}"


def _event(action: Action, *, by: Actor, unit: Unit | None, reason: str, happened_on: date | None) -> Event:
    if len(reason) > REASON_LENGTH:
        raise Problem(
            "trail.reason_too_long",
            _("The reason has %(count)d characters; at most %(limit)d are kept.")
            % {"count": len(reason), "limit": REASON_LENGTH},
            fix=_("Shorten it."),
            where="reason",
        )
    return Event(
        uid=uuid.uuid4(),
        at=clock.now(),
        action=action.value,
        actor_id=by.user_id,
        actor_name=by.name[:80],
        on_behalf_of=by.on_behalf_of[:80],
        unit_id=unit.pk if unit else None,
        unit_code=unit.code if unit else "",
        happened_on=happened_on,
        reason=text.clean(reason),
        request_id=by.request_id[:36],
    )


def _body(event: Event, content: Mapping[str, object], *, salt: bytes | None = None) -> EventBody:
    """The body of an event whose header is complete but for the commitment; sets commitment and leaf."""
    salt = salt or hashing.new_salt()
    body = EventBody(salt=salt, text=header.content_text(content))
    event.commitment = header.commitment(salt, body.text)
    event.leaf = header.leaf_of(event)
    return body


def _items(
    rows: Sequence[tuple[str, int, Mapping[str, object]]], *, object_type: str, salt: bytes
) -> Iterator[BatchItem]:
    for place, (object_id, version, content) in enumerate(rows):
        yield BatchItem(
            place=place,
            object_type=object_type,
            object_id=object_id,
            object_version=version,
            digest=header.item_digest(salt, place, header.state_digest(content)),
        )


def _append(pairs: Sequence[tuple[Event, EventBody]]) -> None:
    _save(pairs, log=_locked_log() if in_order() else None)


def _save(pairs: Sequence[tuple[Event, EventBody]], *, log: Log | None) -> None:
    """Insert events with their bodies; with a log, give them their places too."""
    if log is not None:
        _grow(log, [event for event, _body in pairs])
    for event, body in pairs:
        event.save(force_insert=True)
        body.event_id = event.pk
        body.save(force_insert=True)


def _grow(log: Log, events: Iterable[Event]) -> None:
    """Append the leaves to the tree: sets `seq`, keeps completed nodes, moves the frontier."""
    frontier = merkle.Frontier(log.size, [bytes.fromhex(item) for item in log.frontier])
    nodes: list[Node] = []
    for event in events:
        event.seq = frontier.size
        completed = frontier.append(bytes(event.leaf))
        nodes += [Node(level=node.level, index=node.index, hash=node.hash) for node in completed[1:]]
    if nodes:
        Node.objects.bulk_create(nodes)
    log.size, log.frontier = frontier.size, [item.hex() for item in frontier.hashes]
    Log.objects.filter(pk=log.pk).update(size=log.size, frontier=log.frontier)


def _place_waiting(log: Log, *, limit: int) -> int:
    events = list(Event.objects.filter(seq__isnull=True).order_by("id")[:limit])
    if events:
        _grow(log, events)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE trail_event SET seq = placed.seq FROM unnest(%s::bigint[], %s::bigint[]) AS placed (id, seq)"
                " WHERE trail_event.id = placed.id",
                [[event.pk for event in events], [event.seq for event in events]],
            )
    return len(events)


def _lock() -> None:
    """From here to the end of the transaction nobody else appends; SQLite's write lock already says so."""
    if not in_order():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _locked_log() -> Log:
    _lock()
    return Log.objects.first() or open_log(by=actor.system("guiju"))


def _sign(log: Log) -> Checkpoint:
    row = Checkpoint.objects.filter(size=log.size).first()
    if row is None:
        key = keys.signing_key(log.origin)
        at = clock.now()
        root = merkle.Frontier(log.size, [bytes.fromhex(item) for item in log.frontier]).root()
        body = note.checkpoint_body(
            origin=log.origin, size=log.size, root=root, extra=[f"at {hashing.moment_text(at)}"]
        )
        signed = note.sign(body, key.private, name=key.name)
        row = Checkpoint.objects.create(size=log.size, root=root, note=signed, at=at)
    transaction.on_commit(lambda: write_outside(row))
    return row


def _set_earlier_checkpoints_aside() -> None:
    """The notes of a log that this one follows are kept, but no longer stand beside those of the new one."""
    folder = Path(settings.CHECKPOINT_DIR)
    notes = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    if notes:
        aside = folder / f"earlier-{clock.now():%Y%m%dT%H%M%S%f}"
        aside.mkdir()
        for path in notes:
            path.replace(aside / path.name)
