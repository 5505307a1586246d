"""How verification compares adoptions and judgements with the trail."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.posture import actions
from guiju.posture.models import Adoption, Judgement
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make adoptions and judgements known to verification; called once when the product starts."""
    register_reconciler(
        "adoption", live_adoptions, ids=lambda: map(str, Adoption.objects.values_list("uid", flat=True))
    )
    register_reconciler(
        "judgement", live_judgements, ids=lambda: map(str, Judgement.objects.values_list("uid", flat=True))
    )


def live_adoptions(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the adoptions."""
    rows = Adoption.objects.filter(uid__in=list(ids)).select_related("unit", "pack")
    return {str(r.uid): (actions.adoption_version(r), state_digest(actions.adoption_content(r))) for r in rows}


def live_judgements(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the judgements, the superseded ones included."""
    rows = Judgement.objects.filter(uid__in=list(ids)).select_related("unit", "requirement__pack")
    return {str(r.uid): (actions.judgement_version(r), state_digest(actions.judgement_content(r))) for r in rows}
