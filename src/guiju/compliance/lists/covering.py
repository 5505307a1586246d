"""How verification of the trail compares frozen versions with the log: by the values that their rows give today."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.compliance.lists import freezing
from guiju.compliance.models import Snapshot
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make frozen versions known to verification."""
    register_reconciler(freezing.OBJECT, _live, ids=_ids)


def _live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Snapshot.objects.filter(list_version__in=list(ids))
    return {
        str(row.list_version): (1, state_digest(freezing.content(row, digest=freezing.digest_of(row)))) for row in rows
    }


def _ids() -> Iterable[str]:
    rows = Snapshot.objects.filter(taken_at__isnull=False).order_by()
    return (str(uid) for uid in rows.values_list("list_version", flat=True).iterator())
