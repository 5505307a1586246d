"""Excel in and out: a file is read and shown first, saved when confirmed; lists go out in any layout."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.api import entrylist
from guiju.api.auth import actor
from guiju.api.routes import FORM, JSON, Routes
from guiju.api.schemas import Body, Code, Reason
from guiju.files import guards
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.registers import exporting, importing, store
from guiju.registers import spec as specs
from guiju.registers.models import ImportRun

routes = Routes("Import and export")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Faults and conflicts in one answer; the marked file shows all of them.
SHOWN = 500


class ImportIn(Body):
    """Whose rows the file holds, and in which form."""

    unit: Code
    layout: Code = Field("auto", description="Whose form the file is in; auto finds out from its headings.")


class ConfirmIn(Body):
    """What to do about rows that are not right."""

    skip_faulty: bool = Field(False, description="Save the other rows although some are not right.")
    reason: Reason = ""


class DecideIn(Body):
    """Where columns go and what words mean; what is left out stays as it is."""

    columns: dict[str, str] = Field(
        default_factory=dict, description="Heading to field code; empty for a column that is not saved, "
        "`+note` to add its words to a text field."
    )  # fmt: skip
    values: dict[str, dict[str, dict[str, Any]]] = Field(
        default_factory=dict,
        description='Field to word to meaning: {"to": value}, {"to": null, "keep": "note"} or {"new": true}.',
    )
    strangers: Literal["new", "change"] | None = Field(
        None, description="Rows with the number of a record that is something else: new records, or changes of it."
    )


class CellFault(Schema):
    """A cell that is not right."""

    ref: str = Field(description="The cell, such as C12, with its sheet where there are several.")
    column: str
    what: str
    fix: str


class ImportOut(Schema):
    """An import between preview and saving."""

    uid: UUID
    register_code: str = Field(serialization_alias="register")
    unit: str
    file_name: str
    layout: str
    state: str = Field(description="reading, ready, saving, done or dropped.")
    summary: dict[str, Any] = Field(description="rows, new, changed, same, faulty ... and the columns found.")
    faults: list[CellFault]
    created_at: datetime
    finished_at: datetime | None


class ExportQuery(Schema):
    """What goes out, besides filters by field as in the list."""

    layout: str = Field("standard", max_length=40)
    unit: str = Field("", max_length=40, description="Code of a unit: its records and those below.")
    sort: str = Field("", max_length=60)
    q: str = Field("", max_length=100)


@routes.post(
    "/registers/{code}/imports", P.REGISTER_ENTRY_IMPORT, answer=ImportOut, status=201, takes=FORM, slow=True,
    summary=_l("Read a workbook and show what it would do"),
)  # fmt: skip
def begin_import(request: HttpRequest, code: str, file: File[UploadedFile], form: Form[ImportIn]) -> ImportOut:
    """Nothing is saved until the import is confirmed."""
    by = actor(request)
    held = store.of(specs.get(code))
    unit = _importing_unit(by, held, form.unit)
    name = str(file.name)
    with _on_disk(file, name) as path:
        run = importing.prepare(register=held.spec, unit=unit, path=path, name=name, by=by, layout=form.layout)
    return _shown(run)


@routes.get("/imports/{uuid:uid}", P.REGISTER_ENTRY_IMPORT, answer=ImportOut, summary=_l("Show an import"))
def show_import(request: HttpRequest, uid: UUID) -> ImportOut:
    return _shown(_find(actor(request), uid))


@routes.patch(
    "/imports/{uuid:uid}", P.REGISTER_ENTRY_IMPORT, answer=ImportOut, takes=JSON, slow=True,
    summary=_l("Say where columns go and what words mean"),
)  # fmt: skip
def decide_import(request: HttpRequest, uid: UUID, body: DecideIn) -> ImportOut:
    """The file is read again by these choices; nothing is saved until the import is confirmed."""
    by = actor(request)
    return _shown(importing.decide(_find(by, uid), by, body.model_dump(exclude_unset=True)))


@routes.post(
    "/imports/{uuid:uid}/confirm", P.REGISTER_ENTRY_IMPORT, answer=ImportOut, takes=JSON, summary=_l("Save an import")
)
def confirm_import(request: HttpRequest, uid: UUID, body: ConfirmIn) -> ImportOut:
    """All rows, or none. Confirming twice changes nothing."""
    by = actor(request)
    run = importing.confirm(_find(by, uid), by, skip_faulty=body.skip_faulty, reason=body.reason)
    return _shown(run)


@routes.delete("/imports/{uuid:uid}", P.REGISTER_ENTRY_IMPORT, answer=None, status=204, summary=_l("Drop an import"))
def drop_import(request: HttpRequest, uid: UUID) -> None:
    importing.discard(_find(actor(request), uid))


@routes.get(
    "/imports/{uuid:uid}/marked", P.REGISTER_ENTRY_IMPORT, answer=None, media=XLSX,
    summary=_l("Fetch the file with its faulty cells marked"),
)  # fmt: skip
def marked_import(request: HttpRequest, uid: UUID) -> HttpResponse:
    run = _find(actor(request), uid)
    with tempfile.TemporaryDirectory(dir=_tmp()) as folder:
        made = importing.marked_file(run, Path(folder) / "marked.xlsx")
        return _workbook(made.read_bytes(), run.file_name)


@routes.get(
    "/registers/{code}/export", P.REGISTER_ENTRY_EXPORT, answer=None, media=XLSX, open_query=True,
    summary=_l("Export records as a workbook"),
)  # fmt: skip
def export_entries(request: HttpRequest, code: str, query: Query[ExportQuery]) -> HttpResponse:
    by = actor(request)
    held = store.of(specs.get(code))
    within = check.unit(by, P.REGISTER_ENTRY_EXPORT, query.unit) if query.unit else None
    asked = entrylist.asked(
        request,
        held.spec,
        text=query.q,
        sort=query.sort,
        within=within,
        own=frozenset({"layout", "unit", "sort", "q"}),
    )
    out = BytesIO()
    exporting.export(by=by, spec=held.spec, query=asked, layout=query.layout, to=out)
    return _workbook(out.getvalue(), f"{held.spec.title()}.xlsx")


@routes.get(
    "/registers/{code}/template", P.REGISTER_ENTRY_VIEW, answer=None, media=XLSX,
    summary=_l("Fetch an empty workbook to fill in"),
)  # fmt: skip
def import_template(request: HttpRequest, code: str, layout: str = "standard", unit: str = "") -> HttpResponse:
    spec = specs.get(code)
    out = BytesIO()
    within = check.keeper(actor(request), P.REGISTER_ENTRY_VIEW, unit) if unit else None
    exporting.template(spec=spec, layout=layout, unit=within, to=out)
    return _workbook(out.getvalue(), f"{spec.title()}.xlsx")


def _importing_unit(by: Actor, held: store.Store, code: str) -> Unit:
    """A unit for which the actor brings in all rows, or those of a department."""
    permission = held.permission(P.REGISTER_ENTRY_IMPORT)
    has_departments = held.spec.by_slot.get("department") is not None
    return check.keeper(by, permission, code) if has_departments else check.unit(by, permission, code)


def _find(by: Actor, uid: UUID) -> ImportRun:
    run = ImportRun.objects.select_related("unit").filter(uid=uid).first()
    spec = specs.get(run.register) if run is not None else None
    permission = store.of(spec).permission(P.REGISTER_ENTRY_IMPORT) if spec is not None else P.REGISTER_ENTRY_IMPORT
    if run is None or run.user_id != by.user_id or not check.touches(by, permission, run.unit):
        raise NotFound(_("There is no such import of yours."))
    return run


def _shown(run: ImportRun) -> ImportOut:
    return ImportOut(
        uid=run.uid,
        register_code=run.register,
        unit=run.unit.code,
        file_name=run.file_name,
        layout=run.layout,
        state=run.state,
        summary={name: value for name, value in run.summary.items() if name not in {"faults", "places"}},
        faults=[
            CellFault(ref=one["ref"], column=one["column"], what=one["what"], fix=one["fix"])
            for one in islice(importing.faults(run), SHOWN)
        ],
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


@contextmanager
def _on_disk(file: UploadedFile, name: str) -> Iterator[Path]:
    """The upload as a file, up to the limit, removed afterwards."""
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        raise guards.too_big(name, settings.UPLOAD_LIMIT)
    with tempfile.TemporaryDirectory(dir=_tmp()) as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as target:
            for piece in file.chunks():
                target.write(piece)
        yield path


def _tmp() -> Path:
    path = Path(settings.FILE_UPLOAD_TEMP_DIR)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
