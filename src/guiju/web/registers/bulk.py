"""Several rows at once: move them, export them, remove them. All of them, or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect as go
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guiju.lib.errors import NotFound, Problem
from guiju.registers import actions
from guiju.registers.directory import Directory, as_uid
from guiju.registers.listing import ListQuery
from guiju.registers.records import Record
from guiju.registers.spec import Move
from guiju.web import links
from guiju.web.registers import asked, exports, recordpage
from guiju.web.registers.fields import RegisterForm
from guiju.web.registers.gate import VIEW, Here, at_register

MOST = 200
Act = Callable[[Record], object]


class _Undone(Exception):
    """Takes back what was done before the first refusal."""


@require_POST
@at_register(VIEW)
def several(request: HttpRequest, here: Here) -> HttpResponseBase:
    """Ask once more with what is needed, then act."""
    action = request.POST.get("action", "")
    picked = _picked(request, here)
    if action == "export":
        unit = asked.unit_of(request, here)
        return exports.workbook(here, ListQuery(within=unit, only=tuple(record.uid for record in picked)))
    step = here.spec.move(action.removeprefix("move:"))
    if not here.spec.is_entry or (step is None and action != "remove"):
        raise NotFound(_("There is no such step for several rows."))
    form = _form(request, here, step, picked)
    if "confirmed" not in request.POST:
        return _page(request, here, action, step, picked, form)
    refused = _do_all(picked, _act(request, here, step, form))
    if refused:
        return _page(request, here, action, step, picked, form, refused)
    messages.success(request, _done_words(step, len(picked)))
    return go(links.register(here.spec.code))


def _picked(request: HttpRequest, here: Here) -> list[Record]:
    """The chosen rows, as far as this person may see them."""
    uids = [uid for uid in (as_uid(text) for text in request.POST.getlist("pick")[:MOST]) if uid]
    rows = here.store.joined(here.store.rows(here.by).filter(uid__in=uids), [])
    found = {record.uid: record for record in (here.store.record(row, Directory(by=here.by)) for row in rows)}
    if not found:
        raise NotFound(_("None of these rows is here any more."), fix=_("Load the list again."))
    return [found[uid] for uid in uids if uid in found]


def _form(request: HttpRequest, here: Here, step: Move | None, picked: list[Record]) -> RegisterForm | None:
    if step is None:
        return None
    sent = "confirmed" in request.POST
    unit = picked[0].unit
    form = RegisterForm(
        here.spec, step.needs, unit=unit, known=Directory(unit, by=here.by), by=here.by,
        data=request.POST if sent else None,
    )  # fmt: skip
    for field in form.fields.values():
        field.help_text = field.help_text or _("The same for all; leave it empty where each row says it already.")
    return form


def _act(request: HttpRequest, here: Here, step: Move | None, form: RegisterForm | None) -> Act:
    reason = request.POST.get("reason", "")
    if step is None:
        return lambda record: actions.remove(entry=record.source, version=record.version, by=here.by, reason=reason)
    values = {code: value for code, value in form.values().items() if value} if form is not None else {}
    return lambda record: actions.move(entry=record.source, move=step.code, by=here.by, values=values, reason=reason)


def _do_all(picked: list[Record], act: Act) -> list[dict[str, Any]]:
    """Do it to all; when some refuse, to none, and every refusal is told."""
    refused: list[dict[str, Any]] = []
    try:
        with transaction.atomic():
            for record in picked:
                try:
                    with transaction.atomic():
                        act(record)
                except Problem as problem:
                    said = [str(fault.what) for fault in problem.faults] or [problem.what]
                    refused.append({"uid": record.uid, "title": record.title, "why": " ".join(said)})
            if refused:
                raise _Undone
    except _Undone:
        pass
    return refused


def _page(
    request: HttpRequest,
    here: Here,
    action: str,
    step: Move | None,
    picked: list[Record],
    form: RegisterForm | None,
    refused: list[dict[str, Any]] | None = None,
) -> HttpResponseBase:
    bad = {line["uid"] for line in refused or []}
    context = {
        "title": _title(step, len(picked)),
        "trail": recordpage.trail(here),
        "spec": here.spec,
        "action": action,
        "picked": picked,
        "others": {record.uid for record in picked} - bad,
        "refused": refused,
        "form": form,
        "is_removal": step is None,
        "asks_reason": step is None or step.asks_reason,
        "reason": request.POST.get("reason", ""),
        "do_word": step.label() if step is not None else _("Remove"),
        "cancel_url": links.register(here.spec.code),
    }
    return render(request, "registers/bulk.html", context, status=422 if refused else 200)


def _title(step: Move | None, count: int) -> str:
    if step is None:
        return ngettext("Remove %(count)d row", "Remove %(count)d rows", count) % {"count": count}
    return ngettext("%(move)s: %(count)d row", "%(move)s: %(count)d rows", count) % {
        "move": step.label(),
        "count": count,
    }


def _done_words(step: Move | None, count: int) -> str:
    if step is None:
        return ngettext("%(count)d row was removed.", "%(count)d rows were removed.", count) % {"count": count}
    return ngettext("%(count)d row: %(move)s.", "%(count)d rows: %(move)s.", count) % {
        "count": count,
        "move": step.label(),
    }
