"""What the graph does when rows change: marks what they touch, proposes links, forgets what was removed.

It runs inside other people's transactions: it looks at the register first and asks as little as it can.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from guiju.access.actor import Actor, system
from guiju.compliance.graph import marking, mentions, proposing, settling, shape
from guiju.compliance.models import Link
from guiju.jobs import backend
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action

#: Rows that are saved together in larger numbers are read by a job.
FEW = 20
_NODES = frozenset(shape.NODES)
_READ = frozenset((*mentions.READ, *proposing.NAMED))


@dataclass(slots=True)
class _Together:
    """What has happened so far in one transaction; forgets itself when that ends."""

    causes: int = 0
    read: int = 0
    waiting: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)

    def __call__(self) -> None:
        """Called after the commit: nothing is left to do, all was written inside."""


_local = threading.local()


def _together() -> _Together:
    """The count of this transaction. It is known by its place among the functions that wait for the commit, which a
    rollback empties."""
    held = getattr(_local, "held", None)
    waiting = connection.run_on_commit
    if held is not None and held[1] < len(waiting) and waiting[held[1]][1] is held[0]:
        return held[0]  # type: ignore[no-any-return]
    made = _Together()
    _local.held = (made, len(waiting))
    transaction.on_commit(made)
    return made


def on_rows_changed(changes: Sequence[Change]) -> None:
    """Rows of registers changed."""
    mine = [change for change in changes if change.register in _NODES]
    if not mine:
        return
    together = _together() if connection.in_atomic_block else _Together()
    for change in mine:
        if change.before is not None:
            _follow(change, together)
    _propose([change for change in mine if change.after is not None and change.register in _READ], together)


# --- marks ----------------------------------------------------------------------------------------------------------


def _follow(change: Change, together: _Together) -> None:
    before, after = change.before, change.after
    assert before is not None
    if after is None:
        _removed(change)
        return
    if change.register not in shape.SUBSTANCE or not _may_matter(change):
        return
    together.causes += 1
    if together.causes > shape.AT_ONCE:
        if change.unit_id not in together.waiting:
            together.waiting.add(change.unit_id)
            _later(change)
        return
    uid = UUID(str(after["uid"]))
    if not _is_joined(uid, change.register):
        return
    entry = Entry.objects.get(uid=uid)
    cause = marking.cause_of(entry, version=before["version"], was=before["status"])
    if cause is not None:
        marking.mark(cause, by=_by(after))


def _may_matter(change: Change) -> bool:
    """A process node matters only when it ends."""
    before, after = change.before or {}, change.after or {}
    return change.register != "process_list" or before.get("status") != after.get("status")


def _is_joined(uid: UUID, register: str) -> bool:
    if Link.objects.filter(Q(low=uid) | Q(high=uid), state="confirmed").exists():
        return True
    if register == "policies":
        return Entry.objects.filter(register="policy_clauses", ref_1=uid).exists()
    return register == "policy_clauses" and Entry.objects.filter(uid=uid, ref_1__isnull=False).exists()


def _later(change: Change) -> None:
    from guiju.compliance.graph import tasks

    assert change.after is not None
    since, name = change.after["recorded_at"].isoformat(), str(change.after["recorded_by"])
    key = f"graph.mark:{change.unit_id}:{since}"
    backend.enqueue(tasks.mark, unique_key=key, unit_id=change.unit_id, since=since, name=name)


def _by(columns: object) -> Actor:
    """The marks are the machine's, in the name of whoever changed the record."""
    return system(str(columns["recorded_by"]))  # type: ignore[index]


def _removed(change: Change) -> None:
    """A record is gone: what it carried is to be looked at, its links and its own marks go with it."""
    before = change.before
    assert before is not None
    uid, by = UUID(str(before["uid"])), system("guiju")
    settling.removed([uid], by=by)
    links = list(Link.objects.filter(Q(low=uid) | Q(high=uid)))
    if change.register in shape.SUBSTANCE and any(link.state == "confirmed" for link in links):
        marking.mark(marking.removal(before), by=by)
    if links:
        from guiju.compliance.graph.actions import content
        from guiju.org.models import Unit

        trail.record_batch(
            Action.LINK_DROPPED, by=by, unit=Unit.objects.get(pk=change.unit_id), object_type="link",
            title=str(before["title"]), items=((str(link.uid), link.version, content(link)) for link in links),
        )  # fmt: skip
        Link.objects.filter(pk__in=[link.pk for link in links]).delete()


# --- proposals ------------------------------------------------------------------------------------------------------


def _propose(changes: Sequence[Change], together: _Together) -> None:
    together.read += len(changes)
    for unit_id in {change.unit_id for change in changes}:
        uids = [UUID(str(change.uid)) for change in changes if change.unit_id == unit_id]
        if together.read <= FEW:
            proposing.of_rows(unit_id, uids)
        elif unit_id not in together.asked:
            together.asked.add(unit_id)
            proposing.later(unit_id)
