"""One matter: everything of it, and every step that can be taken there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guiju.access.policy import signed_in
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.review import access, queries
from guiju.web import place
from guiju.web.registers import asked, uploads
from guiju.web.registers.uploads import Kept
from guiju.web.review import here, moves, onepage

_WHY = "only matters that the account sees, brought or is asked about; others are not there"


@signed_in(_WHY)
@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where it stands, and the one thing to do now."""
    found = queries.one(place.by(request), uid)
    here.enter(request, found.matter)
    return render(request, "review/one.html", onepage.context(request, found))


@signed_in(_WHY)
@require_POST
def do(request: HttpRequest, uid: UUID, move: str) -> HttpResponse:
    """Take one step; what is refused comes back with everything that was typed."""
    by = place.by(request)
    matter = access.find(by, uid)
    here.enter(request, matter)
    act = moves.MOVES.get(move)
    if act is None:
        raise NotFound(_("A review knows no such step."))
    kept: list[Kept] = []
    try:
        kept = _files(request, by)
        sent = moves.Sent(request, matter, by, asked.version(request), kept)
        row, done = act(sent)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        found = queries.one(by, uid)
        context = onepage.context(request, found, problem=problem, move=move, kept=kept)
        return render(request, "review/one.html", context, status=409 if isinstance(problem, Conflict) else 422)
    messages.success(request, done)
    if not access.visible(by).filter(pk=row.pk).exists():  # who stepped aside sees it no longer
        return redirect("review-mine")
    return redirect(here.url(row))


def _files(request: HttpRequest, by: Any) -> list[Kept]:
    sent = uploads.kept(request.POST.getlist("files__kept"))
    return sent + uploads.store(request.FILES.getlist("files"), by=by)


@signed_in(_WHY)
@require_safe
def paper(request: HttpRequest, uid: UUID, digest: str, name: str) -> HttpResponseBase:
    """A file of the matter, of an opinion or of a condition, for whoever may see the matter."""
    matter = access.find(place.by(request), uid)
    called = here.known(matter, digest)
    stored = StoredFile.objects.filter(digest=digest).first()
    if stored is None:
        raise NotFound(_("This file is not here."), fix=_("Open the matter again and choose the file from its list."))
    return files.response(stored, called, inline=True)
