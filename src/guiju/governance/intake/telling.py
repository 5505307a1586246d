"""What the trail keeps of a stock, and how verification compares."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from guiju.access.actor import Actor
from guiju.governance.enums import IntakeState
from guiju.governance.models import Intake, IntakeFile
from guiju.lib import hashing
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make stocks known to verification."""
    register_reconciler("intake", _live, ids=_ids)


def content(intake: Intake) -> dict[str, object]:
    """The stock, with one digest over its files and what people settled. Reading them is the machine's own affair."""
    rows = IntakeFile.objects.filter(intake=intake).exclude(digest="", settled={}, left_out=False).order_by("ordinal")
    told = [
        [name, digest, settled, out]
        for name, digest, settled, out in rows.values_list("name", "digest", "settled", "left_out")
        if not name.lower().endswith(".zip")
    ]
    over = intake.state in {IntakeState.CONFIRMED, IntakeState.DROPPED}
    return {
        "name": intake.name,
        "cutoff_on": intake.cutoff_on,
        "state": str(intake.state) if over else "open",
        "stocktake": str(intake.stocktake) if intake.stocktake else "",
        # Until it is over, files still come out of archives while the machine reads.
        "files": sha256(hashing.canonical(told)).hexdigest() if over else "",
    }


def tell(
    action: Action, intake: Intake, *, by: Actor, about: dict[str, object] | None = None, reason: str = ""
) -> None:
    """One event of a stock."""
    trail.record(
        action,
        by=by,
        unit=intake.unit,
        object_type="intake",
        object_id=str(intake.uid),
        object_version=intake.version,
        title=intake.name,
        content={**content(intake), **({"about": about} if about else {})},
        reason=reason,
    )


def _live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Intake.objects.filter(uid__in=list(ids))
    return {str(row.uid): (row.version, state_digest(content(row))) for row in rows}


def _ids() -> Iterable[str]:
    return (str(uid) for uid in Intake.objects.order_by().values_list("uid", flat=True).iterator())
