"""Files of a record: attached to one of its file fields, handed out with the record's permission."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import File, Form, Schema
from ninja.files import UploadedFile
from pydantic import Field

from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import FORM, Routes
from guiju.api.schemas import Body, Version
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.lib.errors import NotFound, Problem
from guiju.registers import actions, store
from guiju.registers import spec as specs
from guiju.registers.records import Record
from guiju.registers.spec import RegisterSpec

routes = Routes("Records")


class FileOut(Schema):
    """A file of a record."""

    field: str
    digest: str = Field(description="SHA-256 of the bytes.")
    name: str
    size: int | None
    media_type: str


class FileIn(Body):
    """Where a file goes."""

    field: str = Field("", max_length=40, description="Code of a file field; the first one, if not given.")
    version: Version | None = Field(None, description="The version you have seen; without it, the present one.")


@routes.get(
    "/registers/{code}/entries/{uuid:uid}/files", P.REGISTER_ENTRY_VIEW, answer=list[FileOut],
    summary=_l("List a record's files"),
)  # fmt: skip
def entry_files(request: HttpRequest, code: str, uid: UUID) -> list[FileOut]:
    spec = specs.get(code)
    return _files(spec, store.of(spec).find(actor(request), uid))


@routes.post(
    "/registers/{code}/entries/{uuid:uid}/files", P.REGISTER_ENTRY_EDIT, answer=list[FileOut], status=201,
    takes=FORM, slow=True, summary=_l("Attach a file to a record"),
)  # fmt: skip
def attach_file(
    request: HttpRequest, code: str, uid: UUID, file: File[UploadedFile], form: Form[FileIn]
) -> list[FileOut]:
    by = actor(request)
    spec = specs.get(code)
    held = store.of(spec)
    record = held.find(by, uid, P.REGISTER_ENTRY_EDIT)
    field = _field(spec, form.field)
    name = str(file.name)
    stored = files.save(file, name=name, by=by)
    attached = {"digest": stored.digest, "name": name, "size": stored.size, "media_type": stored.media_type}
    others = [one for one in record.value(field) or [] if one["digest"] != stored.digest]
    actions.update(
        entry=record.source,
        values={field: [*others, attached]},
        version=form.version or record.version,
        by=by,
        reason=_("Attached %(name)s") % {"name": name[:200]},
    )
    return _files(spec, held.find(by, uid, P.REGISTER_ENTRY_EDIT))


@routes.get(
    "/registers/{code}/entries/{uuid:uid}/files/{digest}", P.REGISTER_ENTRY_VIEW, answer=None,
    media="application/octet-stream", summary=_l("Fetch a file of a record"),
)  # fmt: skip
def entry_file(request: HttpRequest, code: str, uid: UUID, digest: str) -> FileResponse:
    spec = specs.get(code)
    record = store.of(spec).find(actor(request), uid)
    found = next((one for one in _files(spec, record) if one.digest == digest), None)
    row = StoredFile.objects.filter(pk=digest).first() if found else None
    if found is None or row is None:
        raise NotFound(_("This record has no such file."))
    return files.response(row, found.name)


def _files(spec: RegisterSpec, record: Record) -> list[FileOut]:
    return [
        FileOut(
            field=item.code,
            digest=one["digest"],
            name=one["name"],
            size=one.get("size"),
            media_type=one.get("media_type", ""),
        )
        for item in spec.fields
        if item.type == "files"
        for one in _listed(record.value(item.code))
    ]


def _listed(stored: Any) -> list[dict[str, Any]]:
    return list(stored or [])


def _field(spec: RegisterSpec, asked: str) -> str:
    fields = [item.code for item in spec.fields if item.type == "files"] if spec.is_entry else []
    if not fields or (asked and asked not in fields):
        raise Problem(
            "entry.no_files",
            _("Files cannot be attached here."),
            fix=_("File fields of this register: %(codes)s.") % {"codes": ", ".join(fields) or _("none")},
            where="field",
        )
    return asked or fields[0]
