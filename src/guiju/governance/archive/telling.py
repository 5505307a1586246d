"""How verification of the trail compares archives with the log."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.governance.archive import making
from guiju.governance.models import Archive
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make archives known to verification."""
    register_reconciler("archive", _live, ids=_ids)


def _live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Archive.objects.filter(uid__in=list(ids)).select_related("unit")
    return {str(row.uid): (row.version, state_digest(making.content(row))) for row in rows}


def _ids() -> Iterable[str]:
    """Those that the trail was told of: one that is still being made is nobody's evidence."""
    sealed = Archive.objects.exclude(manifest="").order_by()
    return (str(uid) for uid in sealed.values_list("uid", flat=True).iterator())
