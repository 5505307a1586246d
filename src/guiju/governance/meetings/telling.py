"""How verification of the trail compares the sheets of meetings with the log."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.governance.meetings import minutes
from guiju.governance.models import Sitting
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make sheets known to verification."""
    register_reconciler("sitting", _live, ids=_ids)


def _live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Sitting.objects.filter(uid__in=list(ids))
    return {str(row.uid): (row.version, state_digest(minutes.content(row))) for row in rows}


def _ids() -> Iterable[str]:
    return (str(uid) for uid in Sitting.objects.order_by().values_list("uid", flat=True).iterator())
