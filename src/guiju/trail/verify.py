"""Does the log still tell what it told, and do the live rows agree with it?

Without something from outside, a log can only be checked against itself: changes are found back to the last
checkpoint that left the building (ADR 0003). Hence the report says when that was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from guiju.lib import merkle, note
from guiju.lib.errors import Problem
from guiju.lib.hashing import moment_text
from guiju.trail import header, keys, log, tree
from guiju.trail.events import Action
from guiju.trail.models import BatchItem, Checkpoint, Event, EventBody, Log, Node
from guiju.trail.reconcile import Findings, reconcile, register_reconciler

__all__ = ["Report", "register_reconciler", "run"]

_CHUNK = 4_096
_AT = re.compile(r"at (\S+)")


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome: `findings` are sentences about what does not agree, `notes` what a reader should know besides."""

    ok: bool
    findings: list[str]
    notes: list[str]
    size: int
    root: str
    last_checkpoint_at: datetime | None
    last_anchor_at: datetime | None
    anchor_count: int


@dataclass(frozen=True, slots=True)
class _Anchor:
    text: str
    head: note.Checkpoint
    at: datetime | None


@dataclass(slots=True)
class _Walk:
    """What the walk over all events learns for the later checks."""

    frontier: merkle.Frontier = field(default_factory=merkle.Frontier)
    roots: dict[int, bytes] = field(default_factory=dict)
    opened: bool = False


def run(
    anchors: Path | None = None, *, quick: bool = False, trusted: Iterable[note.VerifierKey] | None = None
) -> Report:
    """Verify the whole log; `quick` begins at the last checkpoint and leaves the live rows out.

    `anchors` is a note, a proof, or a folder of them that was kept outside; without it the installation's own folder
    of checkpoints serves. `trusted` are the public keys to believe, by default that of the key file.
    """
    while log.sequence():
        pass
    with _snapshot():
        return _run(anchors, quick=quick, trusted=trusted)


@contextmanager
def _snapshot() -> Iterator[None]:
    """One moment of the database for all reads, without keeping writers out."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _run(anchors: Path | None, *, quick: bool, trusted: Iterable[note.VerifierKey] | None) -> Report:
    findings = Findings()
    row = Log.objects.first()
    given = list(_anchors(anchors or Path(settings.CHECKPOINT_DIR), findings, required=anchors is not None))
    if row is None:
        _check_unopened(given, findings)
        reconcile(findings)
        return _report(findings, [], merkle.Frontier(), given)
    walk, own, outside = _Walk(), set[int](), list[_Anchor]()
    try:
        known = list(trusted) if trusted is not None else _trusted(row, findings)
        heads = _own_heads(row, known, findings)
        own = {head.size for head in heads}
        outside = _check_anchors(given, row, known, findings)
        start = max(own, default=0) if quick else 0
        walk = _walk(own | {anchor.head.size for anchor in outside}, findings, start=start)
        _check_log(row, walk, findings, quick=quick)
        _compare(heads, outside, walk, findings)
        if not quick:
            reconcile(findings)
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        # A column that no longer holds what its type says: SQLite keeps anything.
        findings.add(_("The log cannot be read to its end: %(why)s") % {"why": error})
    return _report(findings, _notes(row, own), walk.frontier, outside)


# --- keys, checkpoints, anchors -----------------------------------------------------------------------------------


def _trusted(row: Log, findings: Findings) -> list[note.VerifierKey]:
    """The key file is believed before the database; where they differ, somebody changed one of them."""
    try:
        own = keys.verifier_key()
        stored = note.VerifierKey.parse(row.verifier_key)
    except Problem as problem:
        findings.add(_("The log's key cannot be read: %(why)s") % {"why": problem.what})
        return []
    if own is not None and own != stored:
        findings.add(_("The public key in the database is not that of the key file."))
    return [own or stored]


def _own_heads(row: Log, known: list[note.VerifierKey], findings: Findings) -> list[note.Checkpoint]:
    """The checkpoints in the database, each signed and equal to its own columns."""
    heads = []
    for stored in Checkpoint.objects.order_by("size").iterator(chunk_size=_CHUNK):
        where = {"size": stored.size}
        try:
            head = note.verify(stored.note, known).checkpoint
        except Problem as problem:
            findings.add(
                _("The checkpoint over %(size)d events is not valid: %(why)s") % {**where, "why": problem.what}
            )
            continue
        columns = (stored.size, bytes(stored.root), row.origin, (f"at {moment_text(stored.at)}",))
        if (head.size, head.root, head.origin, head.extra) != columns:
            findings.add(_("The checkpoint over %(size)d events says something else than its row.") % where)
        heads.append(head)
    if not heads:
        findings.add(_("The log has no checkpoint, although every log begins with one."))
    return heads


def _anchors(source: Path, findings: Findings, *, required: bool) -> Iterator[_Anchor]:
    paths = sorted(path for path in source.iterdir() if path.is_file()) if source.is_dir() else [source]
    if not source.exists():
        paths = []
    if required and not paths:
        raise Problem(
            "trail.no_anchors",
            _("There are no checkpoints in %(path)s.") % {"path": source},
            fix=_("Name the file or the folder in which checkpoints were kept."),
        )
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
            if text.startswith(note.PROOF_HEADER):
                text = note.parse_proof(text).checkpoint
            head = note.Checkpoint.parse(text.rpartition("\n\n")[0] + "\n")
        except (Problem, UnicodeDecodeError):
            if path.suffix != ".tmp":
                findings.add(_("%(name)s is not a checkpoint, or it is damaged.") % {"name": path.name})
            continue
        yield _Anchor(text, head, _moment_of(head))


def _moment_of(head: note.Checkpoint) -> datetime | None:
    for text in head.extra:
        found = _AT.fullmatch(text)
        if found:
            try:
                return datetime.fromisoformat(found[1])
            except ValueError:
                return None
    return None


def _check_unopened(given: list[_Anchor], findings: Findings) -> None:
    if given:
        findings.add(_("There are checkpoints outside, but the database holds no log: it was replaced."))
    if Event.objects.exists() or Node.objects.exists():
        findings.add(_("There are events, but the row of the log is gone."))


def _check_anchors(given: list[_Anchor], row: Log, known: list[note.VerifierKey], findings: Findings) -> list[_Anchor]:
    """Those anchors that are of this log and truly signed."""
    good = []
    for anchor in given:
        where = {"size": anchor.head.size, "origin": anchor.head.origin}
        if anchor.head.origin != row.origin:
            findings.add(_("A checkpoint outside tells of another log, “%(origin)s”.") % where)
            continue
        try:
            note.verify(anchor.text, known)
        except Problem as problem:
            findings.add(
                _("The checkpoint outside over %(size)d events is not valid: %(why)s") % {**where, "why": problem.what}
            )
            continue
        good.append(anchor)
    return good


def _compare(heads: list[note.Checkpoint], outside: list[_Anchor], walk: _Walk, findings: Findings) -> None:
    """Every head that was ever signed must be a beginning of the present tree."""
    for head, place in [(head, _("in the database")) for head in heads] + [
        (anchor.head, _("outside")) for anchor in outside
    ]:
        words = {"size": head.size, "place": place, "now": walk.frontier.size}
        if head.size > walk.frontier.size:
            findings.add(
                _("The checkpoint %(place)s covers %(size)d events, the log has only %(now)d: its end was cut off.")
                % words
            )
        elif walk.roots.get(head.size) != head.root:
            findings.add(_("The first %(size)d events are not those that the checkpoint %(place)s signed.") % words)


# --- the walk -----------------------------------------------------------------------------------------------------


def _walk(sizes: set[int], findings: Findings, *, start: int) -> _Walk:
    walk = _Walk(opened=start > 0)
    try:
        walk.frontier = tree.frontier_at(start)
        walk.roots = {size: tree.frontier_at(size).root() for size in sizes if size <= start} if start else {}
    except LookupError:
        findings.add(_("Hashes of the tree are missing below event %(seq)d.") % {"seq": start})
    if 0 in sizes:
        walk.roots[0] = merkle.EMPTY_ROOT
    rows = _events(start)
    expected = walk.frontier.size
    while chunk := list(islice(rows, _CHUNK)):
        completed: list[merkle.Node] = []
        for row in chunk:
            if row["seq"] != expected:
                findings.add(_("Events are missing before place %(seq)d.") % {"seq": row["seq"]})
            expected = row["seq"] + 1
            completed += walk.frontier.append(_check_event(row, walk, findings))[1:]
            if walk.frontier.size in sizes:
                walk.roots[walk.frontier.size] = walk.frontier.root()
        _check_nodes(completed, findings)
    return walk


def _events(start: int) -> Iterator[dict[str, Any]]:
    wanted = Event.objects.filter(seq__gte=start).order_by("seq")
    names = ("seq", "leaf", "id", *header.COLUMNS, "body__salt", "body__text")
    rows: Iterator[dict[str, Any]] = wanted.values(*names).iterator(chunk_size=_CHUNK)
    return rows


def _check_event(row: dict[str, Any], walk: _Walk, findings: Findings) -> bytes:
    """The leaf as the columns give it; what is stored must agree."""
    where = {"seq": row["seq"]}
    leaf = header.leaf(row)
    if leaf != bytes(row["leaf"]):
        findings.add(_("Event %(seq)d was changed after it was written.") % where)
    text = row["body__text"]
    if text is None:
        findings.add(_("The content of event %(seq)d is gone.") % where)
        return leaf
    salt = bytes(row["body__salt"])
    if header.commitment(salt, text) != bytes(row["commitment"]):
        findings.add(_("The content of event %(seq)d was changed after it was written.") % where)
    elif row["batch_count"]:
        _check_batch(row, header.content_of(text).get("root"), findings)
    if row["action"] == Action.LOG_OPENED:
        walk.opened = _opened_as(header.content_of(text))
    return leaf


def _opened_as(content: dict[str, Any]) -> bool:
    row = Log.objects.get()
    return content == {
        "origin": row.origin,
        "verifier_key": row.verifier_key,
        "opened_at": moment_text(row.opened_at),
    }


def _check_batch(row: dict[str, Any], root: object, findings: Findings) -> None:
    items = list(BatchItem.objects.filter(event_id=row["id"]).order_by("place"))
    in_order = [item.place for item in items] == list(range(row["batch_count"]))
    if not in_order or merkle.root(log.item_leaf(item) for item in items).hex() != root:
        findings.add(_("The rows of the bulk action in event %(seq)d were changed.") % {"seq": row["seq"]})


def _check_nodes(completed: list[merkle.Node], findings: Findings) -> None:
    """The stored hashes serve proofs; they must be those that the leaves give."""
    ranges: dict[int, tuple[int, int]] = {}
    for node in completed:
        first, _last = ranges.get(node.level, (node.index, node.index))
        ranges[node.level] = (first, node.index)
    if not ranges:
        return
    wanted = Q()
    for level, (first, last) in ranges.items():
        wanted |= Q(level=level, index__gte=first, index__lte=last)
    stored = {(level, index): bytes(value) for level, index, value in Node.objects.filter(wanted).values_list(
        "level", "index", "hash"
    )}  # fmt: skip
    for node in completed:
        if stored.get((node.level, node.index)) != node.hash:
            findings.add(
                _("The stored hash %(level)d/%(index)d of the tree is not the right one.")
                % {"level": node.level, "index": node.index}
            )


def _check_log(row: Log, walk: _Walk, findings: Findings, *, quick: bool) -> None:
    frontier = [item.hex() for item in walk.frontier.hashes]
    if (row.size, row.frontier) != (walk.frontier.size, frontier):
        findings.add(
            _("The row of the log speaks of %(said)d events; there are %(found)d.")
            % {"said": row.size, "found": walk.frontier.size}
            if row.size != walk.frontier.size
            else _("The row of the log holds other hashes than its events give.")
        )
    if not walk.opened:
        findings.add(_("The event that opened the log does not agree with the row of the log."))
    if not quick:
        _check_counts(walk.frontier.size, findings)
    if Event.objects.filter(seq__isnull=True).exists() and log.in_order():
        findings.add(_("There are events without a place in the log."))
    if Event.objects.filter(seq__lt=0).exists():
        findings.add(_("There are events at places below zero."))


def _check_counts(size: int, findings: Findings) -> None:
    """Rows that belong to nothing."""
    if Node.objects.count() != size - size.bit_count():
        findings.add(_("The tree has more or fewer stored hashes than its events give."))
    if EventBody.objects.count() != Event.objects.count():
        findings.add(_("There are more or fewer contents than events."))
    rows = Event.objects.aggregate(rows=Sum("batch_count"))["rows"] or 0
    if BatchItem.objects.count() != rows:
        findings.add(_("There are more or fewer rows of bulk actions than their events count."))


def _notes(row: Log, own: set[int]) -> list[str]:
    open_count = row.size - max(own, default=0)
    if open_count <= 0:
        return []
    return [_("%(count)d events are newer than the last signed checkpoint.") % {"count": open_count}]


def _report(findings: Findings, notes: list[str], frontier: merkle.Frontier, outside: list[_Anchor]) -> Report:
    last = Checkpoint.objects.order_by("-size").values_list("at", flat=True).first()
    return Report(
        ok=not findings.sentences,
        findings=findings.told(),
        notes=notes,
        size=frontier.size,
        root=frontier.root().hex(),
        last_checkpoint_at=last,
        last_anchor_at=max((anchor.at for anchor in outside if anchor.at), default=None),
        anchor_count=len(outside),
    )
