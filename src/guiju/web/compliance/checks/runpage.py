"""A run: begin it, see how far it is, finish it."""

from __future__ import annotations

from typing import IO, Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access.policy import needs
from guiju.compliance.checks import cycles, doubts, finishing, plans, running, signing, workbooks
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib.errors import Problem
from guiju.registers import queries as rows
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.web import links, place
from guiju.web.compliance.checks import here, itempage
from guiju.web.registers import exports
from guiju.web.workflow.steps import near, person


@needs(here.VIEW)
@require_safe
def run(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """How far it is, item by item; the first step where it has not begun."""
    found = here.run_of(request, code, uid)
    by = place.by(request)
    items = finishing.items_of(found)
    summary = finishing.summary(found, items)
    may = place.may(request, here.EDIT, found.unit, found.department)
    entry = _record(found)
    context = {
        **_common(found),
        "items": [_row(found, item) for item in items],
        "summary": summary,
        "next": next((item.place for item in items if not item.result), None),
        "plan": plans.find(found.plan),
        "may_work": may,
        "may_begin": may and found.state in {RunState.DUE, RunState.MISSED},
        "people": near(by, found.unit_id, found.checker) if may and found.state != RunState.FINISHED else [],
        "me": running.person_of(by),
        "may_sign": signing.may_sign(found, by=by) and entry is not None and entry.done_on is None,
        "entry": entry,
        "workbook_url": here.address(found, "workbook")
        if items and place.may(request, workbooks.EXPORT, found.unit, found.department)
        else "",
        "record": _seen(request, found.check_entry),
        "report": _seen(request, found.zero_report),
        "doubts": doubts.read(found.doubts),
        "history": trail.history("check_run", str(found.uid), limit=20),
    }
    return render(request, "compliance/checks/run.html", context)


@needs(workbooks.EXPORT)
@require_safe
def workbook(request: HttpRequest, code: str, uid: UUID) -> HttpResponseBase:
    """The items as a workbook to take away."""
    found = here.run_of(request, code, uid)

    def write(content: IO[bytes]) -> None:
        workbooks.export(run=found, by=place.by(request), to=content)

    return FileResponse(exports.drafted(write), as_attachment=True, filename=f"{workbooks.name(found)}.xlsx")


@needs(here.EDIT)
@require_POST
def begin(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Start, and go to the first item."""
    found = here.run_of(request, code, uid)
    by = place.by(request)
    begun = running.begin(run=found, by=by, checker=person(by, request.POST.get("checker", "")))
    return redirect(here.address(begun, "item", 1))


@needs(here.EDIT)
@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """What was found, what is left; then write it down."""
    found = here.run_of(request, code, uid)
    if found.state != RunState.RUNNING:
        return redirect(here.address(found))
    problem: Problem | None = None
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            done = finishing.finish(
                run=found, by=place.by(request), note=request.POST.get("note", ""),
                version=int(version) if version.isdecimal() else None,
            )  # fmt: skip
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _told(done))
            return redirect(here.address(done))
    items = finishing.items_of(found)
    summary = finishing.summary(found, items)
    context = {
        **_common(found),
        "title": _("Finish the check"),
        "trail": here.trail(found.unit, found),
        "summary": summary,
        "unlooked": [_row(found, item) for item in summary.unlooked],
        "problems": [_row(found, item) for item in summary.problems],
        "statement": finishing.statement(found, summary) if summary.worst == "none" and summary.done else "",
        "problem": problem,
        # The sentence names the item already.
        "fault_labels": {**itempage.labels(), **{str(item.place): "" for item in items}},
    }
    return render(request, "compliance/checks/finish.html", context, status=problem.status if problem else 200)


def _told(run: CheckRun) -> str:
    if run.zero_report is not None:
        return _("The check is finished. Nothing was found: the zero-risk report waits for its signature.")
    return _("The check is finished. Each problem has become a rectification with its owner and day.")


def _common(run: CheckRun) -> dict[str, Any]:
    line = here.line(run)
    return {
        **line,
        "title": run.title,
        "trail": here.trail(run.unit),
        "unit": run.unit,
        "is_running": run.state == RunState.RUNNING,
        "is_finished": run.state == RunState.FINISHED,
        "period": cycles.words(run.period),
        "results": here.RESULTS,
    }


def _row(run: CheckRun, item: CheckItem) -> dict[str, Any]:
    words = {code: word for code, word, _tone in here.RESULTS}
    return {
        "item": item,
        "url": here.address(run, "item", item.place),
        "word": words.get(item.result, ""),
        "tone": here.TONES.get(item.result, ""),
        "fix_url": links.record("rectifications", item.rectification) if item.rectification else "",
    }


def _record(run: CheckRun) -> Entry | None:
    """What the check has left in its register; signed once a day stands in it."""
    return Entry.objects.select_related("owner").filter(uid=run.check_entry).first() if run.check_entry else None


def _seen(request: HttpRequest, uid: UUID | None) -> dict[str, Any] | None:
    """A record made from the run, with its address."""
    if uid is None:
        return None
    try:
        entry = rows.find(place.by(request), uid)
    except Problem:
        return None
    return {"entry": entry, "url": links.record(entry.register, entry.uid)}
