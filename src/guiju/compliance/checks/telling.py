"""How verification of the trail compares runs and items with the log."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.compliance.checks import content
from guiju.compliance.models import CheckItem, CheckRun
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make runs that were begun, and their items, known to verification."""
    register_reconciler(content.RUN, _live_runs, ids=_run_ids)
    register_reconciler(content.ITEM, _live_items, ids=_item_ids)


def _live_runs(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = CheckRun.objects.filter(uid__in=list(ids)).select_related("unit", "department", "checker")
    return {str(row.uid): (row.version, state_digest(content.of_run(row))) for row in rows}


def _run_ids() -> Iterable[str]:
    """A run is announced by its plan; the log knows it from its beginning on."""
    rows = CheckRun.objects.filter(begun_at__isnull=False).order_by()
    return (str(uid) for uid in rows.values_list("uid", flat=True).iterator())


def _live_items(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = CheckItem.objects.filter(uid__in=list(ids)).select_related("run", "owner")
    return {
        str(row.uid): (row.version, state_digest(content.of_item(row, run_uid=row.run.uid))) for row in rows
    }  # fmt: skip


def _item_ids() -> Iterable[str]:
    return (str(uid) for uid in CheckItem.objects.order_by().values_list("uid", flat=True).iterator())
