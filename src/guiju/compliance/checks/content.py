"""Runs and items as the trail commits to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guiju.access.actor import Actor
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib import clock
from guiju.trail import log as trail
from guiju.trail.events import Action

RUN, ITEM = "check_run", "check_item"


def of_run(run: CheckRun) -> dict[str, Any]:
    """All that is kept of a run."""
    return {
        "unit": run.unit.code,
        "department": run.department.code if run.department else "",
        "plan": str(run.plan),
        "period": run.period,
        "starts_on": run.starts_on,
        "due_on": run.due_on,
        "state": run.state,
        "checker": str(run.checker.uid) if run.checker else "",
        "begun_at": run.begun_at,
        "finished_at": run.finished_at,
        "list_version": _text(run.list_version),
        "check": _text(run.check_entry),
        "zero_report": _text(run.zero_report),
        "doubts": list(run.doubts),
        "note": run.note,
    }


def of_item(item: CheckItem, *, run_uid: object) -> dict[str, Any]:
    """All that is kept of an item."""
    return {
        "run": str(run_uid),
        "place": item.place,
        "subject": _text(item.subject),
        "subject_register": item.subject_register,
        "subject_version": item.subject_version,
        "title": item.title,
        "detail": item.detail,
        "result": item.result,
        "way": item.way,
        "population": item.population,
        "sampled": item.sampled,
        "sample": item.sample,
        "note": item.note,
        "problem": item.problem,
        "taken": item.taken,
        "owner": str(item.owner.uid) if item.owner else "",
        "fix_due_on": item.fix_due_on,
        "cause_kind": item.cause_kind,
        "files": list(item.files),
        "rectification": _text(item.rectification),
        "looked_at": item.looked_at,
        "looked_by": item.looked_by,
    }


def save_run(run: CheckRun, action: Action, *, by: Actor, reason: str = "") -> None:
    """The next version of a locked run, and its event."""
    run.version += 1
    run.recorded_at, run.by = clock.now(), by.name[:80]
    run.save()
    trail.record(
        action,
        by=by,
        unit=run.unit,
        object_type=RUN,
        object_id=str(run.uid),
        object_version=run.version,
        title=run.title,
        content=of_run(run),
        reason=reason,
    )


def record_item(item: CheckItem, *, by: Actor, before: Mapping[str, object]) -> None:
    """The event of one recorded item."""
    trail.record(
        Action.CHECK_ITEM_RECORDED,
        by=by,
        unit=item.run.unit,
        object_type=ITEM,
        object_id=str(item.uid),
        object_version=item.version,
        title=f"{item.run.title} · {item.title}",
        content={**of_item(item, run_uid=item.run.uid), "before": dict(before)},
    )


def record_items(run: CheckRun, items: list[CheckItem], action: Action, *, by: Actor) -> None:
    """One event for many items of a run."""
    trail.record_batch(
        action,
        by=by,
        unit=run.unit,
        object_type=ITEM,
        title=run.title,
        items=((str(item.uid), item.version, of_item(item, run_uid=run.uid)) for item in items),
    )


def _text(uid: object) -> str:
    return str(uid) if uid else ""
