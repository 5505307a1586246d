"""The page of one task: what is asked, what proves it, by when, who was told, what happened to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.permissions import Permission
from guiju.access.policy import signed_in
from guiju.lib import clock, period
from guiju.lib.errors import Problem
from guiju.registers import spec as registers
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.registers import uploads
from guiju.web.templatetags.ui import cn_date
from guiju.web.workflow import abouts, badge, climb, proving, reporting, rows, words
from guiju.workflow import actions, kept, queries
from guiju.workflow import ladder as workflow_ladder
from guiju.workflow.models import Notice, Task, TaskSource, TaskStatus
from guiju.workflow.queries import TaskLine

P = Permission


@signed_in("tasks of units that the account sees, and those that bear its person's name")
@require_safe
def task(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everything about one task; whoever reads it has read its notices."""
    by = place.by(request)
    found = queries.find(by=by, uid=uid)
    line = queries.lines([found], by=by)[0]
    asking = proving.of(request, found)
    ladder = workflow_ladder.Ladders().at(found.unit.path)
    _read(request, found)
    report = _report(request, found)
    way = abouts.url(found) if line.is_seen or abouts.is_own(found) else ""
    row = rows.of_line(line, rows.Sources(), clock.today())
    context = {
        "title": line.title,
        "trail": trail(request, found),
        "row": row,
        "task": found,
        "asking": asking,
        "requirement": asking.source if asking else None,
        "document": asking.document if asking else None,
        "step": _next(line, row, asking, reports=report is not None),
        "starts": asking.starts if asking and row.is_open else [],
        "facts": {"title": _("About the task"), "rows": _facts(line, asking)},
        "record": _record(request, found),
        "files": _files(found),
        "rungs": climb.steps(found, ladder),
        "can": _can(line),
        "way": way,
        "report": report.step.label() if report is not None else "",
        "history": queries.history(found),
    }
    return render(request, "workflow/task.html", context)


def _report(request: HttpRequest, found: Task) -> reporting.Report | None:
    """For the owner of the record behind it, who does not keep the register: others have its page."""
    report = reporting.of(found, by=place.by(request))
    if report is None or place.may(request, P.REGISTER_ENTRY_EDIT, report.entry.unit, report.entry.department):
        return None
    return report


def trail(request: HttpRequest, found: Task) -> list[dict[str, str]]:
    """The places above a task; the unit's list for whoever sees it."""
    own = [{"label": _("To do"), "url": reverse("tasks")}]
    if not place.may(request, P.WORKFLOW_TASK_VIEW, found.unit):
        return own
    return [*own, {"label": found.unit.label, "url": f"{reverse('tasks')}?view=units&unit={found.unit.code}"}]


def _read(request: HttpRequest, found: Task) -> None:
    unread = Notice.objects.filter(user=request.user.pk, task=found, read_at__isnull=True)
    uids = list(unread.values_list("uid", flat=True))
    if uids:
        actions.read_notices(by=place.by(request), uids=uids)
        badge.forget(request)


def _can(line: TaskLine) -> dict[str, bool]:
    is_open, is_kept = line.task.status == TaskStatus.OPEN, kept.why(line.task) is not None
    return {
        # A seat in a review is handed over there, with the task that tells of it.
        "act": line.may_act and is_open and not abouts.is_own(line.task),
        "finish": line.may_finish and is_open and not line.task.about,
        "set": line.is_seen,
        "waive": line.may_edit and is_open and not is_kept,
        "reopen": line.may_act and line.task.status in {TaskStatus.DONE, TaskStatus.WAIVED} and not is_kept,
    }


def _next(line: TaskLine, row: rows.Row, asking: proving.Asking | None, *, reports: bool) -> dict[str, Any]:
    """State and next step at the top of the rail."""
    found = line.task
    step: dict[str, Any] = {
        "state": found.get_status_display(),
        "tone": "unmet" if row.is_late else row.tone,
        "left_words": row.left,
        "is_late": row.is_late,
    }
    if found.status == TaskStatus.OPEN:
        if reports or (line.may_finish and not line.is_seen and not found.about):
            step["text"] = _("When it is done, say so here.")
        elif not line.is_seen and found.about and not abouts.is_own(found):
            step["text"] = _("Whoever keeps the record behind it closes it; tell them when it is done.")
        elif (asking is not None and asking.registers) or abouts.url(found):
            step["text"] = _("It closes by itself as soon as a record shows that it was done.")
        elif line.may_act:
            step["text"] = _("When it is done, say so here.")
    elif found.reason:
        step["text"] = found.reason
    return step


def _facts(line: TaskLine, asking: proving.Asking | None) -> list[dict[str, Any]]:
    found = line.task
    shown: list[dict[str, Any]] = [
        {"label": _("Unit"), "text": found.unit.name, "url": links.unit(found.unit.code) if line.is_seen else ""},
        {"label": _("Deadline"), "text": cn_date(found.due_on)},
        {"label": _("Owner"), "text": words.owner(line), "missing": not line.owners},
        {"label": _("Office"), "text": line.office},
        {"label": _("Counts from"), "text": cn_date(found.starts_on)},
    ]
    if found.period:
        shown.append({"label": _("Period"), "text": _period(found.period)})
    if asking is None:
        shown.append({"label": _("Made by"), "text": _made_by(found)})
    if found.asks_proof:
        shown.append(
            {"label": _("Proof of completion"), "text": _("Asked for: a file or a record that shows it"), "wide": True}
        )
    if found.note:
        shown.append({"label": _("What the document says of the time") if asking else _("Note"), "text": found.note,
                      "wide": True})  # fmt: skip
    return shown


def _made_by(found: Task) -> str:
    if found.source != TaskSource.PERSON:
        return str(found.get_source_display())
    lines = queries.history(found)
    return lines[-1].by if lines else str(found.get_source_display())


def _period(written: str) -> str:
    try:
        return str(period.parse(written).chinese)
    except Problem:
        return written


def _files(found: Task) -> list[dict[str, str]]:
    """Files that show it."""
    return [
        {
            "name": one.name,
            "size": one.size_words,
            "url": reverse("task-file", args=[found.uid, one.digest, one.name]),
        }
        for one in uploads.of_field(found.files)
    ]


def _record(request: HttpRequest, found: Task) -> dict[str, str] | None:
    """The record that closed it, by its name."""
    if not found.record_uid or not place.may(request, P.REGISTER_ENTRY_VIEW, found.unit):
        return None
    row = Entry.objects.filter(uid=found.record_uid, register=found.register).first()
    if row is None:
        return None
    return {
        "title": row.title or row.number,
        "register": registers.get(found.register).title(),
        "url": links.record(found.register, row.uid),
    }
