"""Checking a pass at the seal desk: the short code, the scan, or the file of the pass; and the papers at hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guiju.access.policy import signed_in
from guiju.lib.errors import NotFound, Problem
from guiju.review import access, shown
from guiju.review.shown import Shown
from guiju.web import place
from guiju.web.review import here
from guiju.web.verify import guessing, handed, verdict
from guiju.web.verify.verdict import Handed

#: Papers that are compared at once.
MOST = 20


def tabs(current: str) -> list[dict[str, Any]]:
    """What can be checked."""
    pages = (("verify-pass", _("Review pass")), ("verify-archive", _("Archive file")))
    return [{"label": label, "url": reverse(name), "current": name == current, "count": None} for name, label in pages]


@signed_in(
    "tells whether a pass that somebody shows holds; what it says only to whoever shows it whole or sees its matter"
)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask, and the answer above the form."""
    context = {
        "title": _("Check a review pass"),
        "pages": tabs("verify-pass"),
        "written": request.POST.get("shown", request.GET.get("code", ""))[: shown.LONGEST],
        "megabytes": settings.UPLOAD_LIMIT // handed.MB,
        "most": MOST,
        "limit": settings.UPLOAD_LIMIT,
        "limit_all": 2 * settings.UPLOAD_LIMIT,
    }
    if request.method != "POST":
        return render(request, "verify/pass.html", context)
    try:
        found = _seen(request, _shown(request))
        context["said"] = verdict.told(found, _papers(request), inside=here.belongs(request, found.row.matter))
        context["matter_url"] = here.url(found.row.matter) if _sees(request, found) else ""
        return render(request, "verify/pass.html", context)
    except Problem as problem:
        return render(request, "verify/pass.html", {**context, "problem": problem}, status=problem.status)


def _shown(request: HttpRequest) -> Shown:
    who = f"account:{place.by(request).user_id}"
    guessing.require(who)
    file = request.FILES.get("pass")
    written = request.POST.get("shown", "").strip() or (_text(file) if isinstance(file, UploadedFile) else "")
    try:
        return shown.read(written)
    except Problem as problem:
        if problem.code == "pass.unknown":
            guessing.missed(who)
        raise


def _text(file: UploadedFile[Any]) -> str:
    """The signed text in the file of a pass."""
    handed.require(file, limit=settings.UPLOAD_LIMIT)
    told = (
        file.read(shown.LONGEST).decode("utf-8", errors="replace").strip() if (file.size or 0) < shown.LONGEST else ""
    )
    if told.count(".") != 2 or not told.isascii():
        raise Problem(
            "pass.file",
            _("“%(name)s” is not the file of a pass.") % {"name": file.name},
            fix=_("The file of a pass ends in “.jws”; take it from the page of the pass. Papers go into the field below."),
            status=422,
        )  # fmt: skip
    return told


def _papers(request: HttpRequest) -> list[Handed]:
    given = request.FILES.getlist("papers")
    if len(given) > MOST:
        raise Problem(
            "pass.papers", _("At most %(most)d papers are compared at once.") % {"most": MOST},
            fix=_("Choose fewer papers."), status=422,
        )  # fmt: skip
    return [Handed(one.name or "", handed.digest(one, limit=settings.UPLOAD_LIMIT)) for one in given]


def _seen(request: HttpRequest, found: Shown) -> Shown:
    """Who sees the matter anyhow needs no more than the short code."""
    return replace(found, is_whole=found.is_whole or _sees(request, found))


def _sees(request: HttpRequest, found: Shown) -> bool:
    try:
        access.find(place.by(request), found.row.matter.uid)
    except NotFound:
        return False
    return True
