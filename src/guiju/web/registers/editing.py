"""Changing a record: a group of facts in place, the whole form, a move; and what happens when it does not go."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.lib.errors import Conflict, Problem
from guiju.registers import changes, ownlayouts, rows
from guiju.registers.records import Record
from guiju.registers.spec import Move
from guiju.web import links
from guiju.web.registers import asked, conflictpage, proofs, recordpage
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.gate import Here


def _form(request: HttpRequest, here: Here, record: Record, codes: list[str]) -> RegisterForm:
    rows.load_names(here.spec, record.values, record.known)
    bound: dict[str, Any] = {}
    if request.method == "POST":
        bound = {"data": request.POST, "files": request.FILES}
    return RegisterForm(
        here.spec, codes, unit=record.unit, known=record.known, by=here.by,
        initial=recordpage.initial_of(here, record), **bound,
    )  # fmt: skip


def section_form(request: HttpRequest, here: Here, record: Record, number: int) -> RegisterForm:
    """The fields of one group."""
    mine = {item.code for item in list(here.spec.sections.values())[number]}
    return _form(request, here, record, [code for code in _shown(here, record) if code in mine])


def full_form(request: HttpRequest, here: Here, record: Record) -> RegisterForm:
    """All fields."""
    return _form(request, here, record, _shown(here, record))


def _shown(here: Here, record: Record) -> list[str]:
    said = [code for code, value in record.values.items() if value]
    return ownlayouts.fields_of(here.spec, record.unit, said)


def facts(request: HttpRequest, here: Here, record: Record, number: int) -> HttpResponse:
    """The group as it stands, after all."""
    rows.load_names(here.spec, record.values, record.known)
    shown = recordpage.section(here, record, number, edit=True)
    return render(request, "registers/_facts.html", {"facts": shown})


def section_page(
    request: HttpRequest,
    here: Here,
    record: Record,
    number: int,
    form: RegisterForm,
    problem: Problem | None = None,
) -> HttpResponse:
    """The record with one group as a form; htmx gets the group alone."""
    loose = form.refuse(problem) if problem else []
    shown = {
        "facts": recordpage.section(here, record, number, edit=True),
        "form": form,
        "loose": loose,
        "version": request.POST.get("version") or record.version,
        "notice": changes.notice(here.spec.code, record.status),
        "reason": request.POST.get("reason", ""),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "registers/_section_form.html", shown)
    context = recordpage.context(request, here, record)
    for one in context["sections"]:
        if one["id"] == f"section-{number}":
            one["form"] = shown
    return render(request, "registers/record.html", context, status=422 if problem else 200)


def save_section(request: HttpRequest, here: Here, record: Record, number: int, form: RegisterForm) -> HttpResponse:
    """Save one group, or show it again with what is wrong."""
    form.take_files(here.by)
    try:
        _update(request, here, record, form)
    except Conflict as conflict:
        return conflictpage.page(request, here, record, form.values(), conflict)
    except Problem as problem:
        return section_page(request, here, record, number, form, problem)
    return redirect(f"{links.record(here.spec.code, record.uid)}?saved=1#section-{number}")


def save_full(request: HttpRequest, here: Here, record: Record, form: RegisterForm) -> HttpResponse:
    """Save the whole form, or show it again with what is wrong."""
    form.take_files(here.by)
    try:
        _update(request, here, record, form)
    except Conflict as conflict:
        return conflictpage.page(request, here, record, form.values(), conflict)
    except Problem as problem:
        return full_page(request, here, record, form, problem)
    return redirect(f"{links.record(here.spec.code, record.uid)}?saved=1")


def _update(request: HttpRequest, here: Here, record: Record, form: RegisterForm) -> None:
    if form.errors:  # an upload that was refused: said before anything is saved
        raise Problem("entry.file", _("One of the files cannot be taken in."))
    before = proofs.remember(record.unit)
    here.store.update(
        record,
        values=form.values(),
        version=asked.version(request, default=record.version),
        by=here.by,
        reason=request.POST.get("reason", ""),
    )
    proofs.saved(request, record, before)
    messages.success(request, _("“%(title)s” is saved.") % {"title": record.title})


def full_page(
    request: HttpRequest, here: Here, record: Record, form: RegisterForm, problem: Problem | None = None
) -> HttpResponse:
    """The whole form of a record."""
    loose = form.refuse(problem) if problem else []
    context = {
        "title": _("Edit “%(title)s”") % {"title": record.title},
        "trail": [
            *recordpage.trail(here, record),
            {"label": record.title, "url": links.record(here.spec.code, record.uid)},
        ],
        "spec": here.spec,
        "form": form,
        "problem": problem if loose else None,
        "loose": loose,
        "version": request.POST.get("version") or record.version,
        "cancel_url": links.record(here.spec.code, record.uid),
        "draft_key": f"{here.by.user_id}:{record.uid}",
        "is_new": False,
        "asks_reason": True,
        "notice": changes.notice(here.spec.code, record.status),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "registers/form.html", context, status=422 if problem else 200)


def move_page(
    request: HttpRequest,
    here: Here,
    record: Record,
    step: Move,
    form: RegisterForm,
    problem: Problem | None = None,
) -> HttpResponse:
    """A move with what it needs, as a page of its own."""
    loose = form.refuse(problem) if problem else []
    context = {
        "title": f"{step.label()}{_(': ')}{record.title}",
        "trail": [
            *recordpage.trail(here, record),
            {"label": record.title, "url": links.record(here.spec.code, record.uid)},
        ],
        "spec": here.spec,
        "record": record,
        "step": step,
        "to_label": state.label() if (state := here.spec.state(step.to)) else "",
        "form": form,
        "problem": problem if loose else None,
        "loose": loose,
        "reason": request.POST.get("reason", ""),
        "asks_reason": step.asks_reason,
        "action_url": reverse("record-move", args=[here.spec.code, record.uid, step.code]),
        "cancel_url": links.record(here.spec.code, record.uid),
    }
    status = problem.status if problem is not None and problem.status in {403, 404, 409} else 422 if problem else 200
    return render(request, "registers/move.html", context, status=status)
