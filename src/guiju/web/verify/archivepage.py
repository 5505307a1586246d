"""Checking an archive that somebody sends: the same verdict as `guiju verify`, on a page."""

from __future__ import annotations

import struct
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guiju.access.policy import signed_in
from guiju.governance.archive import checking, form
from guiju.governance.archive.checking import Verdict
from guiju.lib.errors import Problem
from guiju.lib.note import VerifierKey
from guiju.trail.models import Log
from guiju.web.verify import handed, passpage

#: What a page unfolds while somebody waits; the command line takes any archive.
_UNFOLDED = 20
_MANIFEST, _DIRECTORY = 16 << 20, 16 << 20
_TOLD = 30
#: The end of a zip lies within so many bytes.
_TAIL = 65_557


@signed_in("reads nothing but the file that is handed over, and keeps nothing of it")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Hand an archive over, and read whether it is what was sealed."""
    limit = 2 * settings.UPLOAD_LIMIT
    context: dict[str, Any] = {
        "title": _("Check an archive"),
        "pages": passpage.tabs("verify-archive"),
        "key": request.POST.get("key", "")[:1000],
        "megabytes": limit // handed.MB,
        "limit": limit,
    }
    if request.method != "POST":
        return render(request, "verify/archive.html", context)
    try:
        context["said"] = _checked(request, limit)
    except Problem as problem:
        return render(request, "verify/archive.html", {**context, "problem": problem}, status=problem.status)
    return render(request, "verify/archive.html", context)


def _checked(request: HttpRequest, limit: int) -> dict[str, Any]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Problem(
            "archive.none", _("No file was chosen."), fix=_("Choose the zip file as it was received."), status=422
        )  # fmt: skip
    handed.require(file, limit=limit)
    key = _key(request.POST.get("key", "").strip())
    with handed.on_disk(file) as path:
        _require_small(path, file)
        verdict = checking.check(path, key=key)
    return _told(verdict, file.name or "")


def _key(written: str) -> VerifierKey | None:
    if not written:
        return None
    try:
        return VerifierKey.parse(written)
    except Problem as problem:
        what = _("This is no public key of an issuer.")
        fix = _("Take it from the issuer as it is, or leave the field empty.")
        raise Problem("archive.key", what, fix=fix, status=422) from problem


def _require_small(path: Path, file: UploadedFile[Any]) -> None:
    """What would keep a page waiting for minutes is refused before anything is unfolded."""
    if _directory_size(path) > _DIRECTORY:
        raise _too_much(file)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, IndexError):
        return  # the verdict says what is wrong with it
    manifest = next((one.file_size for one in members if one.filename == form.MANIFEST), 0)
    if manifest > _MANIFEST or sum(one.file_size for one in members) > _UNFOLDED * settings.UPLOAD_LIMIT:
        raise _too_much(file)


def _directory_size(path: Path) -> int:
    """Bytes of the table of contents as its end says; a million entries would fill the memory."""
    with path.open("rb") as source:
        source.seek(max(0, path.stat().st_size - _TAIL))
        tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return 0
    size: int = struct.unpack_from("<I", tail, at + 12)[0]
    return size


def _too_much(file: UploadedFile[Any]) -> Problem:
    return Problem(
        "archive.large",
        _("This archive unfolds to more than a page can check."),
        fix=_("Have it checked with “guiju verify” on a computer; whoever looks after computers knows how."),
        where=file.name or "",
        status=413,
    )


def _told(verdict: Verdict, name: str) -> dict[str, Any]:
    """The verdict in words; whose key it was is said in any case."""
    log = Log.objects.first()
    own = form.fingerprint(VerifierKey.parse(log.verifier_key)) if log is not None else ""
    facts = verdict.facts
    is_ours = bool(own) and facts.get("fingerprint") == own
    seen = str(facts.get("fingerprint") or "")
    return {
        "ok": verdict.ok,
        "name": name,
        "facts": facts,
        "unit": dict(facts.get("unit") or {}).get("name", ""),
        "members": verdict.members,
        "records": verdict.records,
        "made_at": _moment(str(facts.get("made_at") or "")),
        "is_ours": is_ours,
        "is_demo": str(facts.get("origin") or "").startswith("DEMO"),
        # That it is our own key answers what the note asks the reader to compare.
        "notes": [note for note in verdict.notes if not (is_ours and seen in note)],
        "findings": [one.text for one in verdict.findings[:_TOLD]],
        "more": max(0, len(verdict.findings) - _TOLD) + verdict.more,
    }


def _moment(written: str) -> datetime | None:
    """The moment in a manifest, which may say anything."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
