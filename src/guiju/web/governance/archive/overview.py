"""The archive of a unit: what it would hold, what is missing in it, one click to make it, those made before."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.governance.archive import counting, making, queries
from guiju.governance.enums import ArchiveState
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org.models import Unit
from guiju.web import place
from guiju.web.governance.archive import content


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """What the archive of a span would hold, and the archives there are."""
    unit = _unit(request, code)
    try:
        span, problem = content.span_of(request.GET), None
    except Problem as found:
        span, problem = counting.year_so_far(), found
    context = content.context(request, unit, span, problem=problem)
    return render(request, "governance/archive/overview.html", context, status=422 if problem else 200)


def _unit(request: HttpRequest, code: str) -> Unit:
    """The unit of an address: for its people, and for the officers of its departments."""
    found = check.keeper(place.by(request), P.REGISTER_ENTRY_VIEW, code)
    if place.may(request, P.ORG_UNIT_VIEW, found):
        place.enter(request, found)
    return found


@needs(P.GOVERNANCE_ARCHIVE_MAKE)
@require_POST
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the archive of a span; it is made in the background."""
    unit = _unit(request, code)
    span = counting.year_so_far()
    try:
        span = content.span_of(request.POST)
        making.begin(unit=unit, span=span, by=place.by(request), codes=request.POST.getlist("part"))
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        context = content.context(request, unit, span, problem=problem)
        status = 409 if isinstance(problem, Conflict) else 422
        return render(request, "governance/archive/overview.html", context, status=status)
    messages.success(request, _("The archive is being made; you may leave this page."))
    query = urlencode({"from": span.begins_on.isoformat(), "to": span.ends_on.isoformat()})
    return redirect(f"{reverse('governance-archives', args=[unit.code])}?{query}#made")


@needs(P.GOVERNANCE_ARCHIVE_MAKE)
@require_safe
def progress(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The bar of one archive; when it is through, the page is loaded anew."""
    archive = queries.find(place.by(request), uid)
    (found,) = queries.with_jobs([archive])
    if archive.unit.code != code or found.state != ArchiveState.MAKING:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "components/progress.html", {"job": content.bar(found)})


@needs(P.GOVERNANCE_ARCHIVE_MAKE)
@require_safe
def file(request: HttpRequest, code: str, uid: UUID) -> HttpResponseBase:
    """The archive as a file to take away."""
    archive = queries.find(place.by(request), uid)
    stored = StoredFile.objects.filter(digest=archive.digest).first() if archive.digest else None
    if archive.unit.code != code or archive.state != ArchiveState.READY or stored is None:
        raise NotFound(_("There is no such archive here."), fix=_("Open it from the list of archives of the unit."))
    return files.response(stored, archive.name)
