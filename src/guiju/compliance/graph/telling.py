"""How verification of the trail compares links and settled marks with the log; proposals and open marks are not in it."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.compliance.enums import LinkState
from guiju.compliance.graph import actions, settling
from guiju.compliance.models import Link, Mark
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make links that somebody decided on, and marks that somebody settled, known to verification."""
    register_reconciler("link", _live_links, ids=_link_ids)
    register_reconciler("mark", _live_marks, ids=_mark_ids)


def _live_links(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Link.objects.filter(uid__in=list(ids))
    return {str(row.uid): (row.version, state_digest(actions.content(row))) for row in rows}


def _link_ids() -> Iterable[str]:
    rows = Link.objects.exclude(state=LinkState.PROPOSED).order_by()
    return (str(uid) for uid in rows.values_list("uid", flat=True).iterator())


def _live_marks(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Mark.objects.filter(uid__in=list(ids))
    return {str(row.uid): (row.version, state_digest(settling.content(row))) for row in rows}


def _mark_ids() -> Iterable[str]:
    rows = Mark.objects.filter(settled_at__isnull=False).order_by()
    return (str(uid) for uid in rows.values_list("uid", flat=True).iterator())
