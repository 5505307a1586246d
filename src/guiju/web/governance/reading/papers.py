"""Signatures on paper: the list to sign, the signed list with the people on it, and the list of everybody."""

from __future__ import annotations

import tempfile
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.governance.reading import confirming, listing, queries
from guiju.lib.errors import NotFound, Problem
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.web import place
from guiju.web.governance.reading import here, one

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(here.ISSUE)
@require_POST
def paper(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The people ticked have signed the list that is attached."""
    unit, row = here.enter(request, code, uid)
    by = place.by(request)
    try:
        check.require(by, here.ISSUE, unit)
        sent = request.FILES.get("file")
        kept: dict[str, object] = {}
        if sent is not None and request.POST.getlist("pick"):
            stored = files.save(sent, name=str(sent.name), by=by)
            kept = {"digest": stored.digest, "name": str(sent.name)}
        count = confirming.paper(reading=row, unit=unit, people=request.POST.getlist("pick"), file=kept, by=by)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return one.page(request, unit, queries.find(by, uid), problem)
    told = ngettext("%(count)d signature on paper is recorded.", "%(count)d signatures on paper are recorded.", count)
    messages.success(request, told % {"count": count})
    return redirect(here.address(row, code=unit.code))


@needs(P.REGISTER_ENTRY_EXPORT)
@require_GET
def export(request: HttpRequest, code: str, uid: UUID) -> HttpResponseBase:
    """The people shown as a workbook; those without an account sign in its last column."""
    unit, row = here.enter(request, code, uid)
    by = place.by(request)
    check.require(by, P.REGISTER_ENTRY_EXPORT, unit)
    rows, state, _q = one.chosen(request, unit, row)
    content = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    count = listing.names(row, rows, content)
    with transaction.atomic():
        trail.record(
            Action.EXPORT_MADE, by=by, unit=unit, object_type="reading", object_id=str(row.uid), title=row.title,
            content={"about": {"state": state, "rows": count}},
        )  # fmt: skip
    content.seek(0)
    name = _("%(title)s - who has confirmed.xlsx") % {"title": row.title[:120]}
    return FileResponse(content, as_attachment=True, filename=name, content_type=_XLSX)


@needs(here.ISSUE)
@require_GET
def file(request: HttpRequest, code: str, uid: UUID, digest: str, name: str) -> HttpResponseBase:
    """A signed list."""
    unit, row = here.enter(request, code, uid)
    stored = StoredFile.objects.filter(digest=digest).first()
    known = any(one["digest"] == digest for one in here.papers(request, row, unit))
    if stored is None or not known:
        raise NotFound(_("This file is not here."), fix=_("Open the reading again and choose the file from its list."))
    return files.response(stored, name, inline=True)
