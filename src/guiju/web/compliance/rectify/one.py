"""The work on one rectification: cause, measures, progress, evidence, handing in, accepting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.compliance.rectify import actions
from guiju.compliance.rectify.keeping import person_of
from guiju.compliance.rectify.terms import REGISTER
from guiju.lib import dates
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.registers import actions as registers
from guiju.registers import queries, rows
from guiju.registers import spec as specs
from guiju.registers import store as stores
from guiju.registers.records import Record
from guiju.web import place
from guiju.web.compliance.rectify import onepage
from guiju.web.registers import asked, conflictpage, recordpage
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.gate import Here


def found_here(request: HttpRequest, code: str, uid: UUID) -> tuple[Here, Record]:
    """The rectification of this address, for whoever may see it at its unit or its department."""
    by = place.by(request)
    entry = queries.find(by, uid, register=REGISTER)
    if code not in {entry.unit.code, entry.department.code if entry.department else ""}:
        raise NotFound(_("There is no such record here."), fix=_("Open it from the ledger."))
    spec = specs.get(REGISTER)
    here = Here(by, spec, stores.of(spec))
    record = here.store.find(by, uid)
    rows.load_names(spec, record.values, record.known)
    return here, record


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Where it stands, and the one thing that this person can do next."""
    here, record = found_here(request, code, uid)
    return render(request, "compliance/rectify/one.html", onepage.context(request, here, record, code))


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def save(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Keep what the owner filled in; with `submit` hand it in for acceptance as well."""
    here, record = found_here(request, code, uid)
    form = work_form(request, here, record)
    form.take_files(here.by)
    version = asked.version(request, default=record.version)
    try:
        if form.errors:
            raise Problem("entry.file", _("One of the files cannot be taken in."))
        if "submit" in request.POST:
            registers.move(entry=record.source, move="submit", values=form.values(), version=version, by=here.by)
        else:
            registers.update(entry=record.source, values=form.values(), version=version, by=here.by)
    except Conflict as conflict:
        return conflictpage.page(request, here, record, form.values(), conflict)
    except Problem as problem:
        return _again(request, here, record, code, problem, work=form)
    done = _("Handed in for acceptance.") if "submit" in request.POST else _("Saved.")
    return _back(request, code, uid, done)


def work_form(request: HttpRequest, here: Here, record: Record) -> RegisterForm:
    """The owner's form, as sent."""
    return RegisterForm(
        here.spec, onepage.WORK, unit=record.unit, known=record.known, by=here.by, data=request.POST, files=request.FILES,
        initial=recordpage.initial_of(here, record),
    )  # fmt: skip


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def decide(request: HttpRequest, code: str, uid: UUID, move: str) -> HttpResponse:
    """Accept it, or send it back with a reason."""
    here, record = found_here(request, code, uid)
    step = here.spec.move(move)
    if step is None:
        raise NotFound(_("This register knows no such step."))
    form = recordpage.move_form(here, record, step, data=request.POST, files=request.FILES)
    form.take_files(here.by)
    version = asked.version(request, default=record.version)
    values = _signed(here, record, form) if move == "close" else form.values()
    try:
        registers.move(
            entry=record.source, move=move, values=values, version=version, by=here.by,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except Conflict as conflict:
        return conflictpage.page(request, here, record, values, conflict)
    except Problem as problem:
        onepage.without_acceptor(form)
        return _again(request, here, record, code, problem, **{move: form})
    return _back(request, code, uid, _("Accepted and closed.") if move == "close" else _("Sent back to its owner."))


def _signed(here: Here, record: Record, form: RegisterForm) -> dict[str, object]:
    """What was sent, accepted by whoever sends it, also where another had been named."""
    values = form.values()
    if values.get("acceptor") or not record.value("acceptor"):
        return values
    return {**values, "acceptor": person_of(here.by)}


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def progress(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """One more line of progress."""
    here, record = found_here(request, code, uid)
    try:
        actions.note_progress(
            entry=record.source,
            text=request.POST.get("text", ""),
            share=_share(request.POST.get("share", "")),
            version=asked.version(request, default=record.version),
            by=here.by,
        )
    except Problem as problem:
        return _again(request, here, record, code, problem)
    return _back(request, code, uid, _("The progress is noted."))


def _share(written: str) -> int | None:
    written = written.strip().rstrip("%％")
    if not written:
        return None
    if not written.isdecimal() or len(written) > 3:
        raise Problem("rectification.share", _("The share is a whole number from 0 to 100."), where="share", status=422)
    return int(written)


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def extend(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """A later deadline, with its reason."""
    here, record = found_here(request, code, uid)
    try:
        actions.extend(
            entry=record.source,
            due_on=dates.parse(request.POST.get("due_on", ""), where=_("New deadline")),
            reason=request.POST.get("extension", ""),
            version=asked.version(request, default=record.version),
            by=here.by,
        )
    except Problem as problem:
        return _again(request, here, record, code, problem)
    return _back(request, code, uid, _("The deadline is extended; the first one stays on record."))


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def repeats(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """It repeats one that was closed before, or does not after all."""
    here, record = found_here(request, code, uid)
    try:
        of = UUID(request.POST["of"]) if request.POST.get("of") else None
        actions.repeats(entry=record.source, of=of, version=asked.version(request, default=record.version), by=here.by)
    except ValueError as wrong:
        raise NotFound(_("There is no such record here.")) from wrong
    except Problem as problem:
        return _again(request, here, record, code, problem)
    return _back(request, code, uid, _("Noted as a recurrence.") if of else _("No longer noted as a recurrence."))


def _again(request: HttpRequest, here: Here, record: Record, code: str, problem: Problem, **forms: Any) -> HttpResponse:
    """The page with what is wrong; what was written stays."""
    if problem.status in {403, 404}:
        raise problem
    context = onepage.context(request, here, record, code, problem=problem, **forms)
    return render(request, "compliance/rectify/one.html", context, status=409 if isinstance(problem, Conflict) else 422)


def _back(request: HttpRequest, code: str, uid: UUID, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect(reverse("compliance-rectify-one", args=[code, uid]))
