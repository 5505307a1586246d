"""How verification of the trail compares rounds, assessments, matrices and the library with the log."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max

from guiju.compliance.models import Assessment, Matrix, Round, Taken
from guiju.compliance.risks import library, rounds, setting
from guiju.org.models import Unit
from guiju.trail.header import state_digest
from guiju.trail.models import Event
from guiju.trail.reconcile import register_reconciler


def set_up() -> None:
    """Make rounds and assessments known to verification."""
    register_reconciler("round", _live_rounds, ids=_round_ids)
    register_reconciler("assessment", _live_assessments, ids=_assessment_ids)
    register_reconciler("matrix", _live_matrices, ids=_matrix_ids)
    # That a risk was taken over stands in the risk itself; the log has a word of its own once its source has changed.
    register_reconciler("library_use", _live_uses, ids=tuple)


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


def _live_matrices(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """By unit: its own matrix, or that it has none any more (the version is then that of the last word)."""
    units = {unit.pk: str(unit.uid) for unit in Unit.objects.filter(uid__in=list(ids))}
    rows = {units[row.unit_id]: row for row in Matrix.objects.filter(unit__in=units)}
    told = Event.objects.filter(object_type="matrix", object_id__in=list(units.values())).order_by().values("object_id")
    last = Event.objects.filter(pk__in=told.annotate(last=Max("id")).values("last"))
    found = {uid: (row.version, state_digest(setting.state(uid, row))) for uid, row in rows.items()}
    for uid, version in last.exclude(object_id__in=rows).values_list("object_id", "object_version"):
        found[uid] = (version, state_digest(setting.state(uid, None)))
    return found


def _matrix_ids() -> Iterable[str]:
    return (str(uid) for uid in Matrix.objects.order_by().values_list("unit__uid", flat=True).iterator())


def _live_uses(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Taken.objects.filter(risk__in=list(ids))
    return {str(row.risk): (row.version, state_digest(library.state(row))) for row in rows}
