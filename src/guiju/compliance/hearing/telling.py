"""How verification of the trail compares hearings with the log."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.compliance.hearing import actions
from guiju.compliance.models import Hearing
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make hearings known to verification."""
    register_reconciler("hearing", _live, ids=_ids)


def _live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Hearing.objects.filter(uid__in=list(ids))
    return {str(row.uid): (row.version, state_digest(actions.content(row))) for row in rows}


def _ids() -> Iterable[str]:
    return (str(uid) for uid in Hearing.objects.order_by().values_list("uid", flat=True).iterator())
