"""The text of a policy with its outline: each clause has an address of its own, and can be put into the register."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.documents.kinds import policy_text
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, clauses, papers, queries, structure
from guiju.governance.policies.structure import Piece
from guiju.lib.errors import NotFound, Problem
from guiju.registers.models import Entry
from guiju.registers.records import Record
from guiju.web import links
from guiju.web.governance.policies import doors, onepage

#: Pieces of a text on one page; a rule of usual length has fewer.
SIZE = 400
#: Characters above which a text is not offered for typing over as a whole.
LONG = 200_000
_OUTLINE = 300


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def text(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The words in force, or those of the version asked for."""
    _here, record = doors.enter(request, code, uid)
    words, row = _words(request, record.source)
    pieces = structure.parse(words)
    if (anchor := _named(request, pieces)) is not None:
        return redirect(f"{request.path}?at={anchor}#{anchor}")
    start = _start(request, pieces)
    kept = _clauses(request, record, row, code)
    there = kept["there"] if kept is not None else {}
    context = {
        "title": row.title if row is not None else record.title,
        "trail": doors.trail(record, code, below=True),
        "record": record,
        "row": row,
        "state": S(row.state).label if row is not None else record.status_label,
        "is_held": row is None or row.state == S.IN_FORCE,
        "pieces": [(piece, there.get(clauses.label_of(piece.label), "")) for piece in pieces[start : start + SIZE]],
        "outline": _outline(pieces, start),
        "pager": _pager(request, len(pieces), start),
        "files": _files(code, row),
        "versions": [_choice(one, row, code) for one in queries.versions(record.source)],
        "clauses": kept,
        "read_url": reverse("governance-policies-read", args=[code, uid])
        if not words and doors.may(request, P.REGISTER_ENTRY_EDIT, record)
        else "",
        "back_url": doors.url(code, uid),
        "word_url": reverse("governance-policies-word", args=[code, row.uid])
        if row is not None and row.text and len(row.text) <= papers.MOST
        else "",
    }
    return render(request, "governance/policies/text.html", context)


def _words(request: HttpRequest, entry: Entry) -> tuple[str, PolicyVersion | None]:
    wanted = request.GET.get("version", "")
    if not wanted:
        held = queries.text_of(entry)
        return held.words, held.version
    row = numbered(entry, wanted)
    return row.text, row


def numbered(entry: Entry, written: str) -> PolicyVersion:
    """A policy's version by its number."""
    rows = PolicyVersion.objects.select_related("unit").filter(policy=entry.uid)
    row = rows.filter(number=int(written)).first() if written.isdecimal() and len(written) < 6 else None
    if row is None:
        raise NotFound(_("There is no such version here."), fix=_("Choose one from the page of the policy."))
    return row


def _named(request: HttpRequest, pieces: list[Piece]) -> str | None:
    """The anchor of the clause that a search named by its place (“第三章 第十二条”)."""
    wanted = request.GET.get("place", "")
    return next((piece.anchor for piece in pieces if wanted and piece.level == 4 and piece.place == wanted), None)


def _start(request: HttpRequest, pieces: list[Piece]) -> int:
    """Where the page begins: at a number, or at the part that holds the clause `at`."""
    wanted = request.GET.get("at", "")
    place = next((at for at, piece in enumerate(pieces) if piece.anchor == wanted), 0) if wanted else 0
    written = request.GET.get("from", "")
    if written.isdecimal() and len(written) < 8:
        place = min(int(written), max(len(pieces) - 1, 0))
    return place // SIZE * SIZE


def _outline(pieces: list[Piece], start: int) -> list[dict[str, Any]]:
    """Headings where there are any, otherwise articles and points."""
    found = [(at, piece) for at, piece in enumerate(pieces) if piece.is_heading]
    found = found or [(at, piece) for at, piece in enumerate(pieces) if piece.level]
    return [
        {
            "label": piece.label,
            "words": piece.words.split("\n", 1)[0][:24] if piece.is_heading else "",
            "level": piece.level,
            "url": f"#{piece.anchor}" if start <= at < start + SIZE else f"?at={piece.anchor}#{piece.anchor}",
        }
        for at, piece in found[:_OUTLINE]
    ]


def _pager(request: HttpRequest, count: int, start: int) -> dict[str, Any] | None:
    if count <= SIZE:
        return None
    version = request.GET.get("version", "")
    keep = f"&version={int(version)}" if version.isdecimal() else ""
    return {
        "count": count, "cap": count, "from": start + 1, "to": min(start + SIZE, count),
        "prev_url": f"?from={start - SIZE}{keep}" if start else "",
        "next_url": f"?from={start + SIZE}{keep}" if start + SIZE < count else "",
    }  # fmt: skip


def _files(code: str, row: PolicyVersion | None) -> list[dict[str, str]]:
    if row is None:
        return []
    return [
        {
            "name": one["name"],
            "url": reverse("governance-policies-file", args=[code, row.uid, one["digest"], one["name"]]),
        }
        for one in row.files
    ]


def _choice(one: PolicyVersion, shown: PolicyVersion | None, code: str) -> dict[str, Any]:
    return {
        "row": one,
        "label": S(one.state).label,
        "url": doors.text_url(code, one.policy) + f"?version={one.number}",
        "current": shown is not None and one.pk == shown.pk,
        "compare_url": onepage.compare_url(code, one.policy, *sorted((one.number, shown.number)))
        if shown is not None and one.pk != shown.pk
        else "",
    }


def _clauses(request: HttpRequest, record: Record, row: PolicyVersion | None, code: str) -> dict[str, Any] | None:
    """Clauses that stand in the register already, by how they are cited; and whether more can be put there."""
    if row is not None and row.state != S.IN_FORCE:
        return None
    there = {clauses.label_of(one.number): links.record("policy_clauses", one.uid) for one in clauses.of(record.source)}
    url = reverse("governance-policies-clauses", args=[code, record.uid])
    may = row is not None and doors.may(request, P.REGISTER_ENTRY_CREATE, record)
    return {"there": there, "url": url if may else ""}


@needs(P.REGISTER_ENTRY_CREATE)
@require_POST
def enter_clauses(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Put the ticked clauses into the register of clauses, for obligations and risks to point at."""
    here, record = doors.enter(request, code, uid)
    row = actions.current(record.source.uid)
    if row is None:
        raise NotFound(_("There is no text in force here."), fix=_("Open the policy and take its text over."))
    back = request.POST.get("back", "")
    try:
        made = clauses.enter(entry=record.source, row=row, anchors=set(request.POST.getlist("pick")), by=here.by)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        messages.error(request, f"{problem.what} {problem.fix}")
    else:
        told = ngettext("%(n)d clause is in the register now.", "%(n)d clauses are in the register now.", len(made))
        messages.success(request, told % {"n": len(made)})
    where = f"?from={int(back)}" if back.isdecimal() and len(back) < 8 else ""
    return redirect(doors.text_url(code, uid) + where)


@needs(P.REGISTER_ENTRY_VIEW)
@require_GET
def word(request: HttpRequest, code: str, uid: UUID) -> HttpResponseBase:
    """The text of a version as a Word file."""
    _here, _record, row = doors.enter_version(request, code, uid)
    if not row.text:
        raise NotFound(
            _("There is no text here yet"),
            fix=_("It is typed or read from a file when the rule is drafted or revised."),
        )
    content = BytesIO(policy_text.word(row))
    return FileResponse(content, as_attachment=True, filename=f"{row.title}.docx")


@needs(P.REGISTER_ENTRY_VIEW)
@require_GET
def file(request: HttpRequest, code: str, uid: UUID, digest: str, name: str) -> HttpResponseBase:
    """A file of a version, for whoever may see the policy."""
    _here, _record, row = doors.enter_version(request, code, uid)
    if any(one["digest"] == digest for one in row.files):
        stored = StoredFile.objects.filter(digest=digest).first()
        if stored is not None:
            return files.response(stored, name, inline=True)
    raise NotFound(_("This file is not here."), fix=_("Open the policy again and choose the file from its list."))
