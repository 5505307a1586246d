"""A workbook into a register: upload, look at what would happen, save all of it or take the marked file back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guiju.files import guards
from guiju.jobs import backend as jobs
from guiju.jobs.models import Job, JobState
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import beginning, importing, tables
from guiju.registers.models import ImportRun
from guiju.web import links
from guiju.web.registers import asked, exports, imported, importpage, recordpage, tasks
from guiju.web.registers.gate import IMPORT, Here, at_register

#: Larger files are read, longer lists saved by a job, with a bar that moves.
INLINE_BYTES = 400_000
INLINE_ROWS = 3_000
_SHOWN = 100


@require_http_methods(["GET", "POST"])
@at_register(IMPORT)
def upload(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose a file; it is read at once, and nothing is saved yet."""
    unit = asked.unit_of(request, here)
    importing.require(here.by, here.spec, unit)
    if request.method == "GET":
        return _upload_page(request, here, unit)
    given = request.FILES.get("file")
    try:
        run = _begin(request, here, unit, given)
        if given is not None and (given.size or 0) <= INLINE_BYTES:
            importing.read(run, here.by)
        else:
            jobs.enqueue(
                tasks.read_import, by=here.by, title=run.file_name, unique_key=tasks.key(run.uid), run=run.pk,
                user=here.by.user_id,
            )  # fmt: skip
    except Problem as problem:
        return _upload_page(request, here, unit, problem)
    return redirect("import-run", here.spec.code, run.uid)


def _begin(request: HttpRequest, here: Here, unit: Unit, given: UploadedFile[Any] | None) -> ImportRun:
    if given is None:
        raise Problem("import.no_file", _("No file was chosen."), fix=_("Choose an Excel file and send it again."))
    name = given.name or "import.xlsx"
    with _on_disk(given, name) as path:
        return importing.begin(
            register=here.spec, unit=unit, path=path, name=name, by=here.by,
            layout=request.POST.get("layout", tables.AUTO), is_lenient=True,
        )  # fmt: skip


@contextmanager
def _on_disk(given: UploadedFile[Any], name: str) -> Iterator[Path]:
    """The upload as a file, for the reader in its own process."""
    if (given.size or 0) > settings.UPLOAD_LIMIT:
        raise guards.too_big(name, settings.UPLOAD_LIMIT)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder) / "upload.xlsx"
        with path.open("wb") as target:
            for piece in given.chunks():
                target.write(piece)
        yield path


def _upload_page(request: HttpRequest, here: Here, unit: Unit, problem: Problem | None = None) -> HttpResponse:
    choices = exports.choices(here.spec, unit)
    template = reverse("register-template", args=[here.spec.code]) + f"?unit={unit.code}"
    context = {
        "title": _("Import: %(register)s") % {"register": here.spec.title()},
        "trail": recordpage.trail(here),
        "spec": here.spec,
        "unit": unit,
        "layouts": choices if len(choices) > 1 else [],
        "chosen": request.POST.get("layout", tables.AUTO),
        "templates": [{**one, "url": f"{template}&layout={one['code']}"} for one in choices],
        "problem": problem,
        "columns": [
            {"label": item.label(), "required": tables.is_needed(item), "help": item.help()}
            for item in here.spec.fields
            if item.type != "files" and not item.own and not item.kept
        ],
        "key": "、".join(here.spec.by_code[code].label() for code in here.spec.key),
        "begins": beginning.told(here.spec, by=here.by, unit=unit),
        "cancel_url": links.register(here.spec.code, unit=unit.code),
    }
    return render(request, "registers/import.html", context, status=422 if problem else 200)


# --- the preview --------------------------------------------------------------------------------------------------


def _find(here: Here, uid: UUID) -> ImportRun:
    """One's own import; a file that was refused while a job read it says why."""
    run = ImportRun.objects.filter(uid=uid, register=here.spec.code, user_id=here.by.user_id).first()
    if run is not None:
        return run
    job = Job.objects.filter(unique_key=tasks.key(uid), user_id=here.by.user_id).order_by("-id").first()
    if job is not None and isinstance(job.result, dict):
        raise Problem("import.refused", job.result["what"], fix=job.result["fix"], where=job.result["where"])
    raise NotFound(_("This import is not here."), fix=_("Import the file again."))


@require_GET
@at_register(IMPORT)
def preview(request: HttpRequest, here: Here, *, run: UUID) -> HttpResponse:
    """What the file would do, before anything is saved."""
    try:
        found = _find(here, run)
    except NotFound:
        raise
    except Problem as problem:
        return _upload_page(request, here, asked.unit_of(request, here), problem)
    return render(request, "registers/import_run.html", _context(here, found))


def _context(here: Here, run: ImportRun, problem: Problem | None = None) -> dict[str, Any]:
    told = run.summary
    savable = told.get("new", 0) + told.get("changed", 0)
    return {
        "title": _("Import of %(name)s") % {"name": run.file_name},
        "trail": [*recordpage.trail(here), {"label": run.unit.label, "url": ""}],
        "spec": here.spec,
        "run": run,
        "told": told,
        "examples": _in_order(here, told.get("examples", [])),
        "savable": savable,
        "refusal": problem or told.get("refusal"),
        "job": _job(here, run),
        "sheets": told.get("sheets", []) if len(told.get("sheets", [])) > 1 else [],
        "may_keep": run.state == "ready" and told.get("is_kept") and not savable and not told.get("faulty"),
        "more_absent": max(told.get("absent", 0) - len(told.get("absentees", [])), 0),
        "more_faults": max(told.get("fault_count", 0) - _SHOWN, 0),
        "faults": [fault for fault in told.get("faults", []) if not fault.get("ask")][:_SHOWN],
        "causes": told.get("causes", [])[:_SHOWN],
        "wrong": told.get("faulty", 0) - told.get("asked", 0),
        **importpage.of(here.spec, run, here.by),
        "conflicts": told.get("conflicts", [])[:_SHOWN],
        "more_conflicts": max(told.get("changed", 0) - _SHOWN, 0),
        "list_url": links.register(here.spec.code, unit=run.unit.code),
        "lists_url": reverse("compliance-lists", args=[run.unit.code]),
        "lists": imported.lists(run, by=here.by) if run.state in {"ready", "done"} else [],
        "again_url": reverse("register-import", args=[here.spec.code]) + f"?unit={run.unit.code}",
        **{f"{name}_url": reverse(f"import-{name}", args=[here.spec.code, run.uid])
           for name in ("confirm", "decide", "discard", "marked")},
    }  # fmt: skip


def _in_order(here: Here, examples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cells as on the form, the one that names the row first."""
    places = {item.label(): (item.slot != "title", at) for at, item in enumerate(here.spec.fields)}
    last = (True, len(places))
    return [
        {**row, "cells": sorted(row["cells"], key=lambda cell: places.get(cell["label"], last))} for row in examples
    ]


def _job(here: Here, run: ImportRun) -> dict[str, Any] | None:
    """The bar while a job reads or saves."""
    if run.state not in {"reading", "saving"}:
        return None
    job = Job.objects.filter(unique_key=tasks.key(run.uid)).order_by("-id").first()
    label = _("Reading %(name)s") if run.state == "reading" else _("Saving the rows of %(name)s")
    return {
        "label": label % {"name": run.file_name},
        "done": job.done_count if job else 0,
        "total": job.total_count if job else 0,
        "url": reverse("import-progress", args=[here.spec.code, run.uid]),
        "finished": False,
        "failed": job is not None and job.state == JobState.FAILED,
    }


@require_GET
@at_register(IMPORT)
def progress(request: HttpRequest, here: Here, *, run: UUID) -> HttpResponse:
    """The bar; when there is nothing left to wait for, the page is loaded anew."""
    found = ImportRun.objects.filter(uid=run, register=here.spec.code, user_id=here.by.user_id).first()
    job = _job(here, found) if found is not None else None
    if job is None or job["failed"]:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "components/progress.html", {"job": job})


@require_POST
@at_register(IMPORT)
def decide(request: HttpRequest, here: Here, *, run: UUID) -> HttpResponse:
    """Read the file again as the form says; saved only where the form was sent as it had been shown."""
    found = _find(here, run)
    try:
        wanted = importpage.given(here.spec, found, request.POST)
        if not wanted and request.POST.get("do") == "save":
            return _save(request, here, found)
        if wanted:
            _read_again(here, found, wanted)
    except Problem as problem:
        return render(request, "registers/import_run.html", _context(here, found, problem), status=problem.status)
    found.refresh_from_db()
    left = sum(1 for one in found.summary.get("questions", ()) if one["answer"] is None)
    if left:
        told = ngettext(
            "%(count)d word still waits for your choice.", "%(count)d words still wait for your choice.", left
        )
        messages.info(request, told % {"count": left})
    elif wanted and request.POST.get("do") == "save":
        messages.info(request, _("Your choices were taken over. Look at the numbers again, then save."))
    return redirect(reverse("import-run", args=[here.spec.code, run]) + ("#questions" if left else ""))


def _read_again(here: Here, run: ImportRun, wanted: dict[str, Any]) -> None:
    if run.summary.get("rows", 0) <= INLINE_ROWS:
        importing.decide(run, here.by, wanted)
    else:
        tasks.begin_reading(run, wanted, by=here.by)


# --- what becomes of it -------------------------------------------------------------------------------------------


@require_POST
@at_register(IMPORT)
def confirm(request: HttpRequest, here: Here, *, run: UUID) -> HttpResponse:
    """Save all rows, or all but the faulty ones when this is asked for."""
    found = _find(here, run)
    try:
        return _save(request, here, found)
    except Problem as problem:
        return render(request, "registers/import_run.html", _context(here, found, problem), status=problem.status)


def _save(request: HttpRequest, here: Here, found: ImportRun) -> HttpResponse:
    skip = request.POST.get("skip_faulty") == "1"
    reason = request.POST.get("reason", "")
    if found.summary.get("rows", 0) > INLINE_ROWS:
        tasks.begin_saving(found, by=here.by, skip_faulty=skip, reason=reason)
        return redirect("import-run", here.spec.code, found.uid)
    done = importing.confirm(found, here.by, skip_faulty=skip, reason=reason)
    saved = done.summary["saved"]
    if imported.lists(done, by=here.by):
        return redirect("import-run", here.spec.code, done.uid)
    words = ngettext("%(count)d row is saved.", "%(count)d rows are saved.", saved) % {"count": saved}
    messages.success(request, words)
    return redirect(links.register(here.spec.code, unit=done.unit.code))


@require_POST
@at_register(IMPORT)
def discard(request: HttpRequest, here: Here, *, run: UUID) -> HttpResponse:
    """Forget the file; nothing was saved."""
    found = _find(here, run)
    importing.discard(found)
    messages.info(request, _("The import was dropped; nothing was saved."))
    return redirect(links.register(here.spec.code, unit=found.unit.code))


@require_GET
@at_register(IMPORT)
def marked(request: HttpRequest, here: Here, *, run: UUID) -> HttpResponseBase:
    """The person's own file with its faulty cells marked."""
    found = _find(here, run)
    stem = Path(found.file_name).stem
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = importing.marked_file(found, Path(folder) / "marked.xlsx")
        content = path.open("rb")
        return FileResponse(content, as_attachment=True, filename=_("%(name)s (marked).xlsx") % {"name": stem})
