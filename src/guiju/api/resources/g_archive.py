"""The archive of a unit: what it would hold, making one, those made before, the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api import paging
from guiju.api.auth import actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, Code, UnitRef, unit_ref
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.governance.archive import counting, making, queries
from guiju.governance.archive.counting import PartCount, Span
from guiju.governance.enums import ArchiveState
from guiju.governance.models import Archive
from guiju.lib.errors import Conflict

routes = Routes("Archive")
VIEW, MAKE = P.REGISTER_ENTRY_VIEW, P.GOVERNANCE_ARCHIVE_MAKE


class ArchiveLineOut(Schema):
    """One register of a part."""

    register_code: str = Field(serialization_alias="register")
    records: int
    files: int
    without_file: int
    late: int = Field(description="Entered later than the day it happened.")


class ArchivePartOut(Schema):
    """One part of an archive."""

    code: str
    label: str
    official: str = Field(description="The words of the document that ask for it.")
    lines: list[ArchiveLineOut]
    lacking: list[list[str]] = Field(description="Groups of registers of which one at least should hold a record.")


class ArchiveSpanQuery(Schema):
    """From a day to a day; the year so far if left out."""

    begins_on: date | None = None
    ends_on: date | None = None


class ArchiveOut(Schema):
    """One archive file."""

    uid: UUID
    unit: UnitRef
    begins_on: date
    ends_on: date
    parts: list[str]
    state: ArchiveState
    name: str
    digest: str = Field(description="SHA-256 of the file; empty until it is ready.")
    manifest: str = Field(description="SHA-256 of its manifest, as the trail holds it.")
    size: int
    made_at: datetime
    by: str
    done_count: int
    total_count: int = Field(description="0 while nobody knows.")
    why: str = Field(description="Why it could not be made.")


class ArchiveIn(Body):
    """Which span and which parts; all parts if none is named."""

    begins_on: date
    ends_on: date
    parts: list[Code] = Field([], max_length=20)


@routes.get(
    "/units/{code}/archive",
    VIEW,
    answer=list[ArchivePartOut],
    summary=_l("Count what the archive of a unit would hold"),
)
def archive_parts(request: HttpRequest, code: str, query: Query[ArchiveSpanQuery]) -> list[ArchivePartOut]:
    by = actor(request)
    usual = counting.year_so_far()
    span = Span(query.begins_on or usual.begins_on, query.ends_on or usual.ends_on)
    return [_part(one) for one in counting.count(by, check.keeper(by, VIEW, code), span)]


@routes.get("/units/{code}/archives", MAKE, answer=Page[ArchiveOut], summary=_l("List the archives of a unit"))
def archives(request: HttpRequest, code: str, query: Query[PageQuery]) -> object:
    by = actor(request)
    rows = queries.of_unit(by, check.unit(by, MAKE, code))
    if query.q:
        rows = rows.filter(name__icontains=query.q)
    sorts = {"made_at": "made_at"}
    return paging.page(rows, request=request, query=query, sorts=sorts, default="-made_at", show=_shown)


@routes.post(
    "/units/{code}/archives", MAKE, answer=ArchiveOut, takes=JSON, status=202, summary=_l("Have an archive made")
)
def make_archive(request: HttpRequest, code: str, body: ArchiveIn) -> ArchiveOut:
    by = actor(request)
    unit = check.unit(by, MAKE, code)
    made = making.begin(unit=unit, span=Span(body.begins_on, body.ends_on), by=by, codes=body.parts)
    return _shown([made])[0]


@routes.get("/archives/{uuid:uid}", MAKE, answer=ArchiveOut, summary=_l("Show an archive"))
def archive(request: HttpRequest, uid: UUID) -> ArchiveOut:
    return _shown([queries.find(actor(request), uid)])[0]


@routes.get(
    "/archives/{uuid:uid}/file",
    MAKE,
    answer=None,
    media=making.MEDIA_TYPE,
    summary=_l("Take an archive away as a file"),
)
def archive_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    found = queries.find(actor(request), uid)
    stored = StoredFile.objects.filter(digest=found.digest).first() if found.digest else None
    if stored is None:
        raise Conflict(_("The archive is not ready yet."), fix=_("Ask again when its state says ready."))
    return files.response(stored, found.name)


def _part(one: PartCount) -> ArchivePartOut:
    return ArchivePartOut(
        code=one.part.code,
        label=str(one.part.label),
        official=one.part.official,
        lines=[
            ArchiveLineOut(
                register_code=line.spec.code,
                records=line.rows,
                files=line.files,
                without_file=line.bare,
                late=line.late,
            )
            for line in one.lines
        ],
        lacking=[[spec.code for spec in group] for group in one.lacking],
    )


def _shown(rows: Sequence[Archive]) -> list[ArchiveOut]:
    return [_one(found) for found in queries.with_jobs(rows)]


def _one(found: queries.Under) -> ArchiveOut:
    row, job = found.archive, found.job
    return ArchiveOut(
        uid=row.uid, unit=unit_ref(row.unit), begins_on=row.begins_on, ends_on=row.ends_on, parts=row.parts,
        state=ArchiveState(found.state), name=row.name, digest=row.digest, manifest=row.manifest, size=row.size,
        made_at=row.made_at, by=row.by, done_count=job.done_count if job else 0, total_count=job.total_count if job else 0,
        why=found.why,
    )  # fmt: skip
