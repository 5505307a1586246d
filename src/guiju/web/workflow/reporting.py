"""Whoever a record names as its owner reports his work from the task, with or without a right on the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guiju.access.actor import Actor
from guiju.access.policy import signed_in
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.registers import actions as registers
from guiju.registers import rows
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.registers.spec import Move, RegisterSpec
from guiju.web import place
from guiju.web.registers import asked, uploads
from guiju.web.registers.fields import RegisterForm
from guiju.web.workflow import badge
from guiju.workflow import queries
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.words import title_of


@dataclass(frozen=True, slots=True)
class Report:
    """The record behind a task and the step with which its owner says that the work is done."""

    entry: Entry
    spec: RegisterSpec
    step: Move

    @property
    def codes(self) -> list[str]:
        """What is said with it."""
        return registers.reports_with(self.spec, self.step)


def of(task: Task, *, by: Actor) -> Report | None:
    """What the account may report from this task, as the owner of the record that it is about."""
    if task.status != TaskStatus.OPEN or not task.about_uid:
        return None
    rows_ = Entry.objects.select_related("unit", "department", "owner", "body")
    entry = rows_.filter(uid=task.about_uid).first()
    if entry is None:
        return None
    spec = specs.get(entry.register)
    state = entry.status or spec.initial
    step = next((one for one in spec.moves if one.by_owner and state in one.sources), None)
    return Report(entry, spec, step) if step is not None and registers.may_report(step, entry, by=by) else None


@signed_in("one's own tasks: of records that name the account's person as their owner")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The form with what the step needs, and files; the record closes the task."""
    by = place.by(request)
    task = queries.find(by=by, uid=uid)
    found = of(task, by=by)
    if found is None:
        raise NotFound(
            _("There is nothing to report about this task."), fix=_("Open the task again; it may be closed.")
        )
    form = _form(request, found, by)
    if request.method == "GET":
        return _page(request, task, found, form)
    form.take_files(by)
    try:
        if form.errors:
            raise Problem("entry.file", _("One of the files cannot be taken in."), status=422)
        registers.move(
            entry=found.entry, move=found.step.code, values=form.values(),
            version=asked.version(request, default=found.entry.version), by=by,
        )  # fmt: skip
    except Problem as problem:
        if problem.status == 403:
            raise
        return _page(request, task, found, form, problem)
    badge.forget(request)
    messages.success(request, _("Reported. Whoever keeps the record sees it there."))
    return redirect("task", task.uid)


def _form(request: HttpRequest, found: Report, by: Actor) -> RegisterForm:
    known = Directory(found.entry.unit, by=by)
    held = dict(found.entry.body.data)
    rows.load_names(found.spec, held, known)
    initial: dict[str, Any] = {}
    for code in found.codes:
        item = found.spec.by_code[code]
        stored = held.get(code)
        initial[code] = uploads.of_field(stored) if item.type == "files" else stored
        if item.slot == "done_on" and stored is None:
            initial[code] = clock.today().isoformat()
    bound: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = RegisterForm(found.spec, found.codes, unit=found.entry.unit, known=known, by=by, initial=initial, **bound)
    for code in found.step.needs:  # asked by this step, though the record could be kept without
        if code in form.fields:
            form.fields[code].required = True
    return form


def _page(
    request: HttpRequest, task: Task, found: Report, form: RegisterForm, problem: Problem | None = None
) -> HttpResponse:
    loose = form.refuse(problem) if problem is not None else []
    version: object = request.POST.get("version") or found.entry.version
    if isinstance(problem, Conflict):  # what was typed stands below; sent again it is meant for what holds now
        version = Entry.objects.values_list("version", flat=True).get(pk=found.entry.pk)
    context = {
        "title": f"{found.step.label()}{_(': ')}{title_of(task)}",
        "trail": [
            {"label": _("To do"), "url": reverse("tasks")},
            {"label": title_of(task), "url": reverse("task", args=[task.uid])},
        ],
        "task": task,
        "form": form,
        "loose": loose,
        "version": version,
        "submit": found.step.label(),
        "back": reverse("task", args=[task.uid]),
    }
    return render(request, "workflow/report.html", context, status=problem.status if problem else 200)
