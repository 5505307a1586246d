"""Two people changed the same record: both sides beside each other, nothing lost, one choice per clash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.lib.errors import Conflict, Problem
from guiju.registers import conflicts, rows, values
from guiju.registers.records import Record
from guiju.web import links
from guiju.web.registers import asked, proofs, recordpage
from guiju.web.registers.gate import Here

_SALT = "guiju.registers.conflict"
_DAYS = 7 * 24 * 3600


def page(
    request: HttpRequest, here: Here, record: Record, given: Mapping[str, object], conflict: Problem
) -> HttpResponse:
    """What both sides say, field by field. `record` may be older than what stands now."""
    fresh = here.store.find(here.by, record.uid)
    base = asked.version(request, "base", default=asked.version(request, default=record.version))
    lines = _lines(here, fresh, given, conflict)
    reason = request.POST.get("reason", "") or _reason(request)
    return render(
        request,
        "registers/conflict.html",
        {
            "title": _("Two people changed “%(title)s”") % {"title": fresh.title},
            "trail": [*recordpage.trail(here, fresh), {"label": fresh.title, "url": _url(here, fresh)}],
            "spec": here.spec,
            "record": fresh,
            "problem": conflict,
            "clashes": [line for line in lines if line["kind"] == "clash"],
            "quiet": [line for line in lines if line["kind"] != "clash"],
            "mine": signing.dumps(
                {"uid": fresh.uid, "values": dict(given), "reason": reason}, salt=_SALT, compress=True
            ),
            "base": base,
            "version": fresh.version,
            "cancel_url": _url(here, fresh),
            "action_url": reverse("record-resolve", args=[here.spec.code, fresh.uid]),
        },
        status=409,
    )


def _url(here: Here, record: Record) -> str:
    return links.record(here.spec.code, record.uid)


def _lines(here: Here, fresh: Record, given: Mapping[str, object], conflict: Problem) -> list[dict[str, Any]]:
    """One line per field that differs: `clash` (both changed it), `mine` (only this one), `theirs`."""
    told = conflict.data.get("fields")
    found: Any = told if isinstance(told, list) else _compared(here, fresh, given)
    return [
        {
            "code": line["field"],
            "label": line["label"],
            "theirs": line["theirs_text"],
            "mine": line["yours_text"],
            "kind": "clash" if line["clash"] else "theirs" if line["yours"] == line["before"] else "mine",
        }
        for line in found
    ]


def _compared(here: Here, fresh: Record, given: Mapping[str, object]) -> list[dict[str, Any]]:
    """For tables that keep no earlier versions: every difference is a clash."""
    rows.load_names(here.spec, fresh.values, fresh.known)
    found = []
    for code, raw in given.items():
        item = here.spec.by_code[code]
        try:
            mine = values.parse(item, raw, fresh.known)
        except Problem:
            mine = raw
        theirs = fresh.value(code)
        if mine != theirs and not (mine in (None, False) and theirs in (None, False)):
            found.append(
                {"field": code, "label": item.label(), "before": theirs, "theirs": theirs, "yours": mine,
                 "theirs_text": fresh.text(code), "yours_text": values.show(item, mine, fresh.known), "clash": True}
            )  # fmt: skip
    return found


def resolve(request: HttpRequest, here: Here, record: Record) -> HttpResponse:
    """Save what was chosen; ask again where nothing was, or where somebody was quicker once more."""
    given = _mine(request, record)
    base = asked.version(request, "base")
    lines = _lines(here, record, given, _stale(here, record, given, base))
    undecided = [line for line in lines if line["kind"] == "clash" and f"take.{line['code']}" not in request.POST]
    if undecided:
        again = _stale(here, record, given, base)
        again.fix = _("Choose one side for each field that both of you changed.")
        return page(request, here, record, given, again)
    chosen = {
        line["code"]: given[line["code"]]
        for line in lines
        if line["kind"] == "mine" or request.POST.get(f"take.{line['code']}") == "mine"
    }
    before = proofs.remember(record.unit)
    try:
        here.store.update(record, values=chosen, version=asked.version(request), by=here.by, reason=_reason(request))
    except Conflict as conflict:
        return page(request, here, record, given, conflict)
    proofs.saved(request, record, before)
    messages.success(request, _("“%(title)s” is saved.") % {"title": record.title})
    return redirect(f"{_url(here, record)}?saved=1")


def _kept(request: HttpRequest) -> dict[str, Any]:
    try:
        held: dict[str, Any] = signing.loads(request.POST.get("mine", ""), salt=_SALT, max_age=_DAYS)
    except signing.BadSignature:
        held = {}
    return held


def _reason(request: HttpRequest) -> str:
    """Why it was changed, as it was said before the conflict."""
    return str(_kept(request).get("reason", ""))


def _mine(request: HttpRequest, record: Record) -> dict[str, object]:
    held = _kept(request)
    if held.get("uid") != record.uid:
        raise Problem("form.expired", _("This form has expired; nothing was saved."), fix=_("Open the record again."))
    found: dict[str, object] = held["values"]
    return found


def _stale(here: Here, record: Record, given: Mapping[str, object], base: int) -> Conflict:
    if here.spec.is_entry:
        return conflicts.stale(here.spec, record.source, given, version=base, known=record.known)
    return Conflict(_("Somebody else has changed “%(title)s” in the meantime.") % {"title": record.title})
