"""What people do about a task: hand over, done, not needed, opened again; and what two at once are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.access.policy import needs, signed_in
from guiju.files import store
from guiju.files.models import StoredFile
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org.models import Person
from guiju.registers import spec as registers
from guiju.web import place
from guiju.web.registers import uploads
from guiju.web.registers.picks import person_option
from guiju.web.workflow import badge, forms, proving
from guiju.web.workflow import task as pages
from guiju.workflow import actions, kept, queries
from guiju.workflow.models import Task
from guiju.workflow.words import title_of

P = Permission
Act = Callable[[dict[str, Any]], object]


def _open(request: HttpRequest, uid: UUID, *, finishing: bool = False) -> Task:
    """The task, if the reader may do something about it."""
    by = place.by(request)
    task = queries.find(by=by, uid=uid)
    line = queries.lines([task], by=by)[0]
    if not (line.may_finish if finishing else line.may_act):
        raise Denied(_("This task is not yours."), fix=_("Ask its owner or the compliance office to do this."))
    if not finishing:
        kept.refuse(task)
    return task


@needs(P.WORKFLOW_TASK_VIEW)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, uid: UUID) -> HttpResponse:
    """To another person, or back to the office."""
    task, by = _open(request, uid), place.by(request)
    chosen = person(by, request.POST.get("owner", ""))
    form = forms.HandOverForm(
        request.POST or None, unit=task.unit.code, people=near(by, task.unit_id, chosen), initial=_seen(task)
    )

    def act(given: dict[str, Any]) -> object:
        if given["owner"] and chosen is None:
            raise NotFound(_("There is no such person here."), fix=_("Choose from the list."), where="owner")
        return actions.hand_over(task=task, to=chosen, version=given["version"], by=by, reason=given["reason"])

    name = chosen.name if chosen else ""
    said = _("The task is handed over to %(name)s.") % {"name": name} if name else _("The task is back at its office.")
    return _step(request, task, form, act, said=said, title=_("Hand over"), submit=_("Hand over"))


@signed_in("tasks that bear the name of the account's person, and those of its units")
@require_http_methods(["GET", "POST"])
def done(request: HttpRequest, uid: UUID) -> HttpResponse:
    """By a record that shows it, or by somebody's word."""
    task, by = _open(request, uid, finishing=True), place.by(request)
    asking = proving.of(request, task)
    rows = proving.records(request, task, asking.registers if asking else ())
    titles = {code: registers.get(code).title() for code in {row.register for row in rows}}
    options = [
        (f"{row.register}/{row.uid}", " · ".join(filter(None, (titles[row.register], row.number, row.title))))
        for row in rows
    ]
    initial = _seen(task) | {"on": clock.today().isoformat()}
    held, refused = _files(request, task)
    form = forms.DoneForm(request.POST or None, records=options, held=held, asks_proof=task.asks_proof, initial=initial)
    if refused and not form.is_valid():
        form.errors.pop("files", None)
    if refused:
        form.add_error("files", refused)

    def act(given: dict[str, Any]) -> object:
        register, _slash, record = given.get("record", "").partition("/")
        return actions.done(
            task=task,
            version=given["version"],
            by=by,
            record=(register, UUID(record)) if record else None,
            on=given["on"],
            reason=given["reason"],
            files=[one.stored() for one in held],
        )

    return _step(request, task, form, act, said=_("The task is done."), title=_("Mark as done"), submit=_("It is done"))


def _files(request: HttpRequest, task: Task) -> tuple[list[uploads.Kept], str]:
    """The files of the form: those that are there, those sent before and those sent now; and why one was refused."""
    if request.method != "POST":
        return uploads.of_field(task.files), ""
    held, refused = uploads.kept(request.POST.getlist("files__kept")), ""
    try:
        held += uploads.store(request.FILES.getlist("files"), by=place.by(request))
    except Problem as problem:
        refused = " ".join(filter(None, (problem.where, problem.what, problem.fix)))
    return list({one.digest: one for one in held}.values()), refused


@signed_in("tasks that bear the name of the account's person, and those of its units")
@require_GET
def file(request: HttpRequest, uid: UUID, digest: str, name: str) -> HttpResponseBase:
    """A file that shows that a task was done, for whoever may see the task."""
    task = queries.find(by=place.by(request), uid=uid)
    found = next((one for one in task.files if one["digest"] == digest), None)
    stored = StoredFile.objects.filter(digest=digest).first() if found is not None else None
    if found is None or stored is None:
        raise NotFound(_("This file is not here."), fix=_("Open the task again and choose the file from its list."))
    return store.response(stored, found["name"], inline=True)


@needs(P.WORKFLOW_TASK_EDIT)
@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Nobody needs to do it."""
    task, by = _open(request, uid), place.by(request)
    form = forms.WaiveForm(request.POST or None, initial=_seen(task))

    def act(given: dict[str, Any]) -> object:
        return actions.waive(task=task, version=given["version"], by=by, reason=given["reason"])

    said = _("The task is closed as not needed.")
    return _step(request, task, form, act, said=said, title=_("Not needed"), submit=_("Close it as not needed"))


@needs(P.WORKFLOW_TASK_VIEW)
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """It was closed too early."""
    task, by = _open(request, uid), place.by(request)
    form = forms.ReopenForm(request.POST or None, initial=_seen(task))

    def act(given: dict[str, Any]) -> object:
        return actions.reopen(task=task, version=given["version"], by=by, reason=given["reason"])

    said = _("The task is to do again.")
    return _step(request, task, form, act, said=said, title=_("Open again"), submit=_("Open it again"))


def _seen(task: Task) -> dict[str, Any]:
    return {"version": task.version}


def _step(
    request: HttpRequest, task: Task, form: django_forms.Form, act: Act, *, said: str, title: str, submit: str
) -> HttpResponse:
    """Ask, act once, and go back to the task; two at once see what the other did and decide again."""
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Problem as refused:
            if refused.status in {403, 404} and refused.where == "":
                raise
            problem = refused
        else:
            badge.forget(request)
            messages.success(request, said)
            return redirect("task", task.uid)
    conflict = _conflict(task, form, problem) if isinstance(problem, Conflict) else None
    context = {
        "title": f"{title}{_(': ')}{title_of(task)}",
        "trail": [*pages.trail(request, task), {"label": title_of(task), "url": reverse("task", args=[task.uid])}],
        "task": task,
        "form": form,
        "problem": None if conflict else problem,
        "conflict": conflict,
        "submit": submit,
        "back": reverse("task", args=[task.uid]),
    }
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "workflow/step.html", context, status=status)


def _conflict(task: Task, form: django_forms.Form, problem: Conflict) -> dict[str, Any]:
    """What the other did meanwhile; sending once more is then a decision with open eyes."""
    found = queries.history(task)
    task.refresh_from_db()
    form.data = {**form.data.dict(), "version": str(task.version)}  # type: ignore[attr-defined]
    return {
        "what": problem.what,
        "may_repeat": problem.code == "task.conflict",
        "state": task.get_status_display(),
        "owner": task.owner.name if task.owner else task.get_role_display(),
        "history": found[:3],
    }


# --- people -----------------------------------------------------------------------------------------------------------


def person(by: Actor, written: str) -> Person | None:
    """The person whom a picker names, if the actor may see him."""
    try:
        uid = UUID(written)
    except ValueError:
        return None
    return scope.people(by, P.ORG_PERSON_VIEW).select_related("unit", "department").filter(uid=uid).first()


def near(by: Actor, unit_id: int, chosen: Person | None) -> list[tuple[str, str]]:
    """People of a unit for a picker, and the one who was chosen."""
    seen = scope.people(by, P.ORG_PERSON_VIEW).filter(unit_id=unit_id, left_on__isnull=True)
    found = list(seen.select_related("unit", "department").order_by("sort_key")[:40])
    if chosen is not None and chosen not in found:
        found.append(chosen)
    return [(option["value"], option["text"]) for option in map(person_option, found)]
