"""One record: its page, its history, its files, and the steps that change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.lib.errors import NotFound, Problem
from guiju.registers import actions
from guiju.registers.records import Record
from guiju.web import links
from guiju.web.registers import asked, conflictpage, editing, proofs, recordpage, removed, uploads
from guiju.web.registers.gate import EDIT, REMOVE, VIEW, Here, at_register


@require_GET
@at_register(VIEW)
def show(request: HttpRequest, here: Here, *, uid: UUID) -> HttpResponse:
    """The page of a record; of one that was removed, what it was and who removed it."""
    try:
        record = here.store.find(here.by, uid)
    except NotFound:
        return removed.page(request, here, uid)
    return render(request, "registers/record.html", recordpage.context(request, here, record))


@require_GET
@at_register(VIEW)
def proofs_of(request: HttpRequest, here: Here, *, uid: UUID) -> HttpResponse:
    """The requirements that count this record, as a fragment."""
    record = here.store.find(here.by, uid)
    shown = proofs.of(record) if proofs.may_see(request, here, record) else []
    return render(request, "registers/_proofs.html", {"proofs": shown})


@require_GET
@at_register(VIEW)
def history(request: HttpRequest, here: Here, *, uid: UUID) -> HttpResponse:
    """Everything that happened to a record, field by field."""
    record = here.store.find(here.by, uid)
    context = {
        "title": _("History of “%(title)s”") % {"title": record.title},
        "trail": [*recordpage.trail(here, record),
                  {"label": record.title, "url": links.record(here.spec.code, record.uid)}],
        "history": recordpage.told(here, record),
        "record": record,
    }  # fmt: skip
    return render(request, "registers/history.html", context)


@require_GET
@at_register(VIEW)
def file(request: HttpRequest, here: Here, *, uid: UUID, digest: str, name: str) -> HttpResponseBase:
    """A file of the record, for whoever may see the record."""
    try:
        values: Any = here.store.find(here.by, uid).values
    except NotFound:
        values = removed.find(request, here, uid).data
    for item in here.spec.fields:
        for one in uploads.of_field(values.get(item.code)) if item.type == "files" else ():
            stored = StoredFile.objects.filter(digest=digest).first() if one.digest == digest else None
            if stored is not None:
                return files.response(stored, one.name, inline=True)
    raise NotFound(_("This file is not here."), fix=_("Open the record again and choose the file from its list."))


@require_http_methods(["GET", "POST"])
@at_register(EDIT)
def section(request: HttpRequest, here: Here, *, uid: UUID, number: int) -> HttpResponse:
    """One group of facts, changed in place."""
    record = here.store.find(here.by, uid)
    here.require(EDIT, record.unit, record.department)
    if number >= len(here.spec.sections):
        raise NotFound(_("There is no such part of the form."))
    if request.method == "GET" and "cancel" in request.GET:
        return editing.facts(request, here, record, number)
    form = editing.section_form(request, here, record, number)
    if request.method == "GET":
        return editing.section_page(request, here, record, number, form)
    return editing.save_section(request, here, record, number, form)


@require_http_methods(["GET", "POST"])
@at_register(EDIT)
def edit(request: HttpRequest, here: Here, *, uid: UUID) -> HttpResponse:
    """The whole form."""
    record = here.store.find(here.by, uid)
    here.require(EDIT, record.unit, record.department)
    form = editing.full_form(request, here, record)
    if request.method == "GET":
        return editing.full_page(request, here, record, form)
    return editing.save_full(request, here, record, form)


@require_POST
@at_register(EDIT)
def resolve(request: HttpRequest, here: Here, *, uid: UUID) -> HttpResponse:
    """Save after both sides of a conflict were compared."""
    record = here.store.find(here.by, uid)
    here.require(EDIT, record.unit, record.department)
    return conflictpage.resolve(request, here, record)


@require_http_methods(["GET", "POST"])
@at_register(EDIT)
def move(request: HttpRequest, here: Here, *, uid: UUID, move: str) -> HttpResponse:
    """Bring a record into another state; what this needs is asked in a small form."""
    record = here.store.find(here.by, uid)
    step = here.spec.move(move)
    if step is None or not here.spec.is_entry:
        raise NotFound(_("This register knows no such step."))
    if request.method == "GET":
        return editing.move_page(request, here, record, step, recordpage.move_form(here, record, step))
    form = recordpage.move_form(here, record, step, data=request.POST, files=request.FILES)
    form.take_files(here.by)
    before = proofs.remember(record.unit)
    try:
        actions.move(
            entry=record.source, move=move, by=here.by, values=form.values(), reason=request.POST.get("reason", "")
        )
    except Problem as problem:
        return editing.move_page(request, here, record, step, form, problem)
    proofs.saved(request, record, before)
    messages.success(request, _("“%(title)s”: %(move)s.") % {"title": record.title, "move": step.label()})
    return redirect(f"{links.record(here.spec.code, record.uid)}?saved=1")


@require_POST
@at_register(REMOVE)
def remove(request: HttpRequest, here: Here, *, uid: UUID) -> HttpResponse:
    """Take a record out, with the reason; its last state stays readable."""
    record: Record = here.store.find(here.by, uid)
    here.require(REMOVE, record.unit, record.department)
    if not here.spec.is_entry:
        raise NotFound(_("Rows of this register are closed, not removed."))
    version = asked.version(request, default=record.version)
    actions.remove(entry=record.source, version=version, by=here.by, reason=request.POST.get("reason", ""))
    messages.info(request, _("“%(title)s” was removed. Its last state can still be read.") % {"title": record.title})
    return redirect(links.register(here.spec.code, unit=record.unit.code))
