"""What other packages may ask here; each part adds its public reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from guiju.access.actor import Actor


def frozen_lists(list_versions: Iterable[str]) -> list[str]:
    """Those of these versions of lists (uids of `list_versions`) whose rows are frozen, in the order they were taken."""
    from guiju.compliance.models import Snapshot

    found = Snapshot.objects.filter(list_version__in=list(list_versions), taken_at__isnull=False)
    return [str(uid) for uid in found.order_by("taken_at", "pk").values_list("list_version", flat=True)]


def write_frozen(list_version: str, *, by: Actor, to: Path) -> int:
    """Such a version as a workbook; whoever calls this has looked at the right to it, and tells the trail."""
    from guiju.compliance.lists import workbooks
    from guiju.compliance.models import Snapshot

    snapshot = Snapshot.objects.select_related("unit", "department").get(list_version=list_version)
    return workbooks.write(snapshot=snapshot, by=by, to=to)


def checked_items(records: Iterable[str]) -> list[str]:
    """Those of these records (uids of `checks`) that became of a check item by item, in the order it was finished."""
    from guiju.compliance.models import CheckRun

    found = CheckRun.objects.filter(check_entry__in=list(records), items__isnull=False).distinct()
    return [str(uid) for uid in found.order_by("finished_at", "pk").values_list("check_entry", flat=True)]


def write_items(record: str, *, by: Actor, to: Path) -> int:
    """Its items as a workbook; whoever calls this has looked at the right to it, and tells the trail."""
    from guiju.compliance.checks import workbooks
    from guiju.compliance.models import CheckRun

    run = CheckRun.objects.select_related("unit", "department", "checker").get(check_entry=record)
    return workbooks.write(run=run, by=by, to=to)
