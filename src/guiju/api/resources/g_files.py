"""Files of policies and of stocks: a text as Word, statistics as a workbook, a file of a stock fetched or replaced."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import File, Form, Query
from ninja.files import UploadedFile

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api import versions as tags
from guiju.api.auth import actor
from guiju.api.resources import g_intake
from guiju.api.resources.g_intake import IntakeFileOut, IntakeOut
from guiju.api.resources.g_library import LibraryDayQuery
from guiju.api.routes import FORM, Routes
from guiju.api.schemas import Body, Version
from guiju.documents import reports
from guiju.documents.kinds import policy_text
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.governance.intake import actions
from guiju.governance.intake import queries as intakes
from guiju.governance.intake.receiving import Upload, short
from guiju.governance.policies import queries, workbooks
from guiju.lib import clock
from guiju.lib.errors import Fault, NotFound
from guiju.org import places
from guiju.registers import rows as rules

routes = Routes("Policies")

IMPORT = intakes.IMPORT


class IntakeReplaceIn(Body):
    """Of which state of the file it takes the place."""

    version: Version


@routes.get(
    "/policy-versions/{uuid:uid}/word", P.REGISTER_ENTRY_VIEW, answer=None, media=reports.MEDIA_TYPE,
    summary=_l("Fetch the text of a version as a Word file"),
)  # fmt: skip
def policy_word(request: HttpRequest, uid: UUID) -> HttpResponse:
    row, _entry = queries.version(actor(request), uid)
    if not row.text:
        raise NotFound(
            _("There is no text here yet"),
            fix=_("It is typed or read from a file when the rule is drafted or revised."),
        )
    return _file(policy_text.word(row), reports.file_name(row.title), reports.MEDIA_TYPE)


@routes.get(
    "/policy-versions/{uuid:uid}/files/{digest}", P.REGISTER_ENTRY_VIEW, answer=None,
    media="application/octet-stream", summary=_l("Fetch a file of a version"),
)  # fmt: skip
def policy_version_file(request: HttpRequest, uid: UUID, digest: str) -> FileResponse:
    row, _entry = queries.version(actor(request), uid)
    found = next((one for one in row.files if one["digest"] == digest), None)
    stored = StoredFile.objects.filter(pk=digest).first() if found else None
    if found is None or stored is None:
        raise NotFound(_("This version has no such file."))
    return files.response(stored, str(found["name"]))


@routes.get(
    "/units/{code}/policy-statistics/workbook", P.REGISTER_ENTRY_EXPORT, answer=None, media=reports.SHEET_TYPE,
    summary=_l("Take the statistics of rules as a workbook"),
)  # fmt: skip
def policy_statistics_workbook(request: HttpRequest, code: str, query: Query[LibraryDayQuery]) -> HttpResponse:
    """Of all levels with a line for each legal entity; the trail records it."""
    by, content = actor(request), BytesIO()
    seat = places.seat(by, check.keeper(by, P.REGISTER_ENTRY_VIEW, code).code)
    on = query.on or clock.today()
    if on > clock.today():
        raise rules.invalid([Fault("on", _("Nothing can be counted on a day that lies ahead."))])
    workbooks.write(by=by, seat=seat, below=query.below, on=on, to=content)
    name = reports.file_name(f"制度分类分级统计（{(seat.through or seat.company).label}，{on.isoformat()}）", ".xlsx")
    return _file(content.getvalue(), name, reports.SHEET_TYPE)


@routes.get(
    "/intakes/{uuid:uid}/files/{int:number}/document", IMPORT, answer=None, media="application/octet-stream",
    summary=_l("Fetch a file of a stock"),
)  # fmt: skip
def intake_document(request: HttpRequest, uid: UUID, number: int) -> FileResponse:
    item = intakes.find_file(intakes.find(actor(request), uid), min(number, 100_000))
    stored = StoredFile.objects.filter(digest=item.digest).first() if item.digest else None
    if stored is None:
        raise NotFound(_("This file is not kept."), fix=_("Choose it again on the page of the file."))
    return files.response(stored, item.name)


@routes.post(
    "/intakes/{uuid:uid}/files/{int:number}/replace", IMPORT, answer=IntakeFileOut, takes=FORM, slow=True,
    summary=_l("Put another file in the place of one of a stock"),
)  # fmt: skip
def replace_intake_file(
    request: HttpRequest, uid: UUID, number: int, file: File[UploadedFile], form: Form[IntakeReplaceIn]
) -> HttpResponse:
    """The way on where a file is broken, locked or scanned: it is read again in the background."""
    by = actor(request)
    item = intakes.find_file(intakes.find(by, uid), min(number, 100_000))
    upload = Upload(short(str(file.name)), file, item.folder)
    actions.replace(item=item, upload=upload, version=form.version, by=by)
    found = intakes.lines_of(intakes.find(by, uid))
    line = next(line for line in found if line.item.pk == item.pk)
    return tags.tagged(g_intake.shown(line), version=line.item.version)


@routes.post(
    "/intakes/{uuid:uid}/again", IMPORT, answer=IntakeOut, slow=True,
    summary=_l("Have a stock read again after its reading failed"),
)  # fmt: skip
def read_intake_again(request: HttpRequest, uid: UUID) -> HttpResponse:
    by = actor(request)
    actions.go_on(intake=intakes.find(by, uid), by=by, again=True)
    return g_intake.tagged(intakes.find(by, uid))


def _file(content: bytes, name: str, media: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
