"""Reading the tree back from its rows: frontiers of earlier sizes, and proofs for people outside."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guiju.lib import merkle, note
from guiju.lib.errors import Problem
from guiju.trail.models import Checkpoint, Event, Node


def get_node(level: int, index: int) -> bytes:
    """The hash of a completed subtree; level 0 is an event's leaf."""
    found: bytes | memoryview[int] | None
    if level == 0:
        found = Event.objects.filter(seq=index).values_list("leaf", flat=True).first()
    else:
        found = Node.objects.filter(level=level, index=index).values_list("hash", flat=True).first()
    if found is None:
        raise LookupError(f"node {level}/{index} is not there")
    return bytes(found)


def frontier_at(size: int) -> merkle.Frontier:
    """The frontier when the log had this size, from the stored nodes."""
    hashes, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            hashes.append(get_node(level, start >> level))
            start += 1 << level
    return merkle.Frontier(size, hashes)


def proof(event: Event) -> str:
    """The `.tlog-proof` of an event: its path to the first checkpoint that covers it."""
    row = Checkpoint.objects.filter(size__gt=event.seq).order_by("size").first() if event.seq is not None else None
    if row is None or event.seq is None:
        raise Problem(
            "trail.not_signed_yet",
            _("This event is not under a signed checkpoint yet."),
            fix=_("Try again in a few minutes, or run “guiju trail verify”."),
            status=409,
        )
    path = merkle.inclusion_proof(event.seq, row.size, get_node)
    return note.proof_text(index=event.seq, path=path, checkpoint=row.note)
