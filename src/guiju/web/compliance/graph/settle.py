"""Settling marks: what has changed, what it touches, and what came of looking at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from guiju.access.policy import needs
from guiju.compliance.enums import Outcome
from guiju.compliance.graph import queries, settling
from guiju.compliance.models import Mark
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry
from guiju.web import links, place
from guiju.web.compliance.graph import here
from guiju.web.compliance.graph.here import EDIT, VIEW
from guiju.web.compliance.graph.part import mark_shown

_SHOWN = 300


@needs(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def marks(request: HttpRequest, code: str) -> HttpResponse:
    """Everything of a unit that waits for a look, by the change behind it."""
    unit = place.open_unit(request, code, VIEW)
    rows = queries.open_marks(by=place.by(request), within=unit)
    cause = as_uid(request.GET.get("cause", ""))
    if cause is not None:
        rows = rows.filter(cause=cause)
    if request.method == "POST":
        return _settle(request, request.get_full_path())
    return _page(request, unit, rows, title=_("To be reviewed after a change"))


@needs(VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def of_task(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """What one task asks for; when the last of it is settled the task closes."""
    rows = queries.marks(by=place.by(request)).filter(task=uid)
    first = rows.first()
    if first is None or code not in {each.code for each in (first.unit, first.department) if each is not None}:
        raise NotFound(_("There is nothing to be reviewed here."), fix=_("It may have been settled already."))
    if request.method == "POST":
        return _settle(request, request.path)
    done = rows.filter(settled_at__isnull=False).count()
    unit = first.department if first.department is not None and first.department.code == code else first.unit
    title = _("Review after a change: %(title)s") % {"title": first.cause_title}
    return _page(request, unit, rows.filter(settled_at__isnull=True), title=title, done=done, task=uid)


def _page(
    request: HttpRequest, unit: Unit, rows: QuerySet[Mark], *, title: str, done: int = 0, task: UUID | None = None
) -> HttpResponse:
    held = list(rows.order_by("cause_title", "cause", "target_register", "pk")[: _SHOWN + 1])
    context = {
        "title": title,
        "trail": here.trail(request, unit),
        "unit": unit,
        "views": [] if task else here.tabs(unit, "compliance-graph-marks", {"compliance-graph-marks": len(held)}),
        "groups": _groups(request, held[:_SHOWN], unit),
        "is_cut": len(held) > _SHOWN,
        "done": done,
        "task_url": reverse("task", args=[task]) if task else "",
        "outcomes": Outcome.choices,
        "graph_url": reverse("compliance-graph", args=[unit.code]),
    }
    return render(request, "compliance/graph/marks.html", context)


def _groups(request: HttpRequest, held: Sequence[Mark], unit: Unit) -> list[dict[str, Any]]:
    """By cause: what changed, and the records that it touches."""
    between = {UUID(each) for mark in held for each in mark.path}
    known = queries.entries({mark.target for mark in held} | between, by=place.by(request))
    there = set(Entry.objects.filter(uid__in={mark.cause for mark in held}).values_list("uid", flat=True))
    groups: dict[UUID, dict[str, Any]] = {}
    for mark in held:
        entry = known.get(mark.target)
        if entry is None:
            continue
        group = groups.setdefault(mark.cause, _group(mark, is_there=mark.cause in there))
        row = here.shown(entry, unit) | mark_shown(mark, entry.version)
        row["title"], row["kind"] = entry.title, here.kind(entry.register)
        row["url"] = links.record(entry.register, entry.uid)
        row["via"] = "、".join(known[UUID(each)].title for each in mark.path if UUID(each) in known)
        row["may_edit"] = place.may(request, EDIT, entry.unit, entry.department)
        row["edit_url"] = reverse("record-edit", args=[entry.register, entry.uid])
        group["rows"].append(row)
    for group in groups.values():
        group["may_edit"] = any(row["may_edit"] for row in group["rows"])
        every = all(row["is_changed"] for row in group["rows"])
        group["proposed"] = Outcome.CHANGED.value if every else Outcome.STANDS.value
    return list(groups.values())


def _group(mark: Mark, *, is_there: bool) -> dict[str, Any]:
    return {
        "id": str(mark.cause),
        "title": mark.cause_title,
        "kind": here.kind(mark.cause_register),
        "url": links.record(mark.cause_register, mark.cause) if is_there else "",
        "by": mark.made_by,
        "at": mark.made_at,
        "changes": here.changes(mark.cause_register, mark.changes),
        "rows": [],
    }


def _settle(request: HttpRequest, back: str) -> HttpResponse:
    """One answer for all that is ticked."""
    uids = [UUID(known) for each in request.POST.getlist("pick") if (known := as_uid(each))]
    if not uids:
        messages.error(request, _("Tick what you have looked at."))
        return redirect(_way(request, back))
    versions = {uid: int(seen) for uid in uids if (seen := request.POST.get(f"v.{uid}", "")).isdecimal()}
    try:
        count = settling.settle_many(
            marks=uids, outcome=request.POST.get("outcome", ""), note=request.POST.get("note", ""),
            versions=versions, by=place.by(request),
        )  # fmt: skip
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        which = "、".join(fault.what for fault in problem.faults[:3])
        messages.error(request, " ".join(filter(None, (problem.what, which, problem.fix))))
    else:
        told = ngettext("%(count)d record is settled.", "%(count)d records are settled.", count) % {"count": count}
        messages.success(request, told)
    return redirect(_way(request, back))


def _way(request: HttpRequest, back: str) -> str:
    """Back to the record, when it was settled there."""
    register, known = request.POST.get("register", ""), as_uid(request.POST.get("at", ""))
    return f"{links.record(register, known)}#graph" if known and register.isidentifier() else back
