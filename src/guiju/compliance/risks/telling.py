"""How verification of the trail compares rounds, assessments, matrices and the library with the log."""

from __future__ import annotations

from collections.abc import Iterable

from guiju.compliance.models import Assessment, Round
from guiju.compliance.risks import rounds
from guiju.trail.header import state_digest
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make rounds and assessments known to verification."""
    register_reconciler("round", _live_rounds, ids=_round_ids)
    register_reconciler("assessment", _live_assessments, ids=_assessment_ids)


def _live_rounds(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Round.objects.filter(uid__in=list(ids)).select_related("unit")
    return {str(row.uid): (row.version, state_digest(rounds.content(row))) for row in rows}


def _round_ids() -> Iterable[str]:
    return (str(uid) for uid in Round.objects.order_by().values_list("uid", flat=True).iterator())


def _live_assessments(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Assessment.objects.filter(uid__in=list(ids)).select_related("round")
    return {str(row.uid): (row.version, state_digest(rounds.content_of(row))) for row in rows}


def _assessment_ids() -> Iterable[str]:
    return (str(uid) for uid in Assessment.objects.order_by().values_list("uid", flat=True).iterator())
