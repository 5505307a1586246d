"""How tasks are told in history, and how verification compares workflow's rows with the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from guiju.org.models import Person, Unit
from guiju.trail.events import Action
from guiju.trail.header import state_digest
from guiju.trail.models import Event
from guiju.trail.presenters import actor_word, register_fields, register_sentence
from guiju.trail.reconcile import register_reconciler
from guiju.workflow import content
from guiju.workflow.models import CalendarDay, Delegation, Ladder, Route, Task, TaskStatus
from guiju.workflow.routes import deciding, standing

_LABELS = {"status": _l("Status"), "owner": _l("Owner"), "done_on": _l("Done on"), "due_on": _l("Due on")}
_STEPS = {
    "handed_over": _l("%(by)s handed the task %(what)s to %(to)s."),
    "handed_back": _l("%(by)s gave the task %(what)s back to its office."),
    "done_with": _l("%(by)s marked the task %(what)s as done; it is shown by: %(files)s."),
    "attached": _l("%(by)s put files to the task %(what)s: %(files)s."),
    "waived": _l("%(by)s said that the task %(what)s is not needed."),
    "reopened": _l("The task %(what)s was opened again."),
    "proved": _l("A record closed the task %(what)s."),
    "ended": _l("The task %(what)s was closed: it is no longer asked for."),
}


def set_up() -> None:
    """Make tasks, ladders and calendars known to the trail; called once when the product starts."""
    register_sentence("task", tell)
    register_fields("task", label=label, value=shown)
    register_reconciler("task", live_tasks, ids=task_ids)
    register_reconciler("ladder", live_ladders, ids=ladder_ids)
    register_reconciler("calendar", live_years, ids=year_ids)
    register_reconciler(deciding.OBJECT, deciding.live, ids=lambda: _uids(Route))
    register_reconciler(standing.OBJECT, standing.live, ids=lambda: _uids(Delegation))


def _uids(model: type[Route | Delegation]) -> Iterable[str]:
    return (str(uid) for uid in model.objects.order_by().values_list("uid", flat=True).iterator())


def tell(event: Event, told: Mapping[str, Any]) -> str | None:
    """A better sentence than the default, where there is one."""
    about = told.get("about") or {}
    step = about.get("step", "")
    if event.batch_count:
        return _of_many(event, step)
    if step == "handed_over" and not about.get("to"):
        step = "handed_back"
    if step not in _STEPS:
        return None
    what = _("“%(title)s”") % {"title": event.object_title or event.object_id}
    return str(_STEPS[step]) % {"by": actor_word(event), "what": what, "to": about.get("to", ""),
                               "files": about.get("files", "")}  # fmt: skip


def _of_many(event: Event, step: str) -> str | None:
    count = {"count": event.batch_count}
    if event.action == Action.TASK_CREATED:
        return ngettext("%(count)d task was made.", "%(count)d tasks were made.", event.batch_count) % count
    if event.action == Action.TASK_ESCALATED:
        return ngettext("%(count)d task was escalated.", "%(count)d tasks were escalated.", event.batch_count) % count
    if step == "proved":
        return ngettext("A record closed %(count)d task.", "Records closed %(count)d tasks.", event.batch_count) % count
    if step == "ended":
        return (
            ngettext(
                "%(count)d task was closed: it is no longer asked for.",
                "%(count)d tasks were closed: they are no longer asked for.",
                event.batch_count,
            )
            % count
        )
    return None


def label(code: str, told: Mapping[str, Any]) -> str:
    """A field's name in the reader's language; others need no line of their own."""
    return str(_LABELS.get(code, ""))


def shown(code: str, value: object, told: Mapping[str, Any]) -> str:
    """A field's value as people read it."""
    if code == "status" and value in TaskStatus.values:
        return str(TaskStatus(str(value)).label)
    if code == "owner" and value:
        return Person.objects.filter(uid=UUID(str(value))).values_list("name", flat=True).first() or ""
    return "" if value is None else str(value)


# --- verification -----------------------------------------------------------------------------------------------------


def live_tasks(uids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Version and digest of the live tasks."""
    rows = Task.objects.filter(uid__in=list(uids)).select_related("unit", "owner")
    return {str(row.uid): (row.version, state_digest(_live(row))) for row in rows}


def _live(row: Task) -> dict[str, Any]:
    """As the log committed to it; whole-tree scopes go by `root`, which follows from the unit and must agree with it."""
    told = content.of_task(row)
    return told if row.root_id == (row.unit.root_id or row.unit_id) else {**told, "root": row.root_id}


def task_ids() -> Iterable[str]:
    """All tasks."""
    return (str(uid) for uid in Task.objects.order_by().values_list("uid", flat=True).iterator(chunk_size=5_000))


def live_ladders(uids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """The ladders of units, told as “none” where a unit has none any more."""
    units = list(Unit.objects.filter(uid__in=list(uids)))
    rows = {row.unit_id: row for row in Ladder.objects.filter(unit__in=units)}
    return {str(unit.uid): (1, state_digest(content.of_ladder(unit, rows.get(unit.pk)))) for unit in units}


def ladder_ids() -> Iterable[str]:
    """All units with a ladder of their own."""
    return (str(uid) for uid in Ladder.objects.values_list("unit__uid", flat=True))


def live_years(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """The own days of trees by year, none included."""
    found: dict[str, tuple[int, bytes]] = {}
    for name in ids:
        uid, _colon, year = name.partition(":")
        root = Unit.objects.filter(uid=UUID(uid)).first()
        if root is not None:
            rows = CalendarDay.objects.filter(root=root, day__year=int(year))
            found[name] = (1, state_digest(content.of_year(root, int(year), rows)))
    return found


def year_ids() -> Iterable[str]:
    """All years of trees that have days of their own."""
    rows = CalendarDay.objects.values_list("root__uid", "day__year").distinct()
    return (f"{uid.hex}:{year}" for uid, year in rows)
