"""The text that somebody is asked to read: in large letters, to its end, where the button stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.files import store as files
from guiju.files.models import StoredFile
from guiju.governance.enums import ReadingState, ReceiptState
from guiju.governance.models import Reading, Receipt
from guiju.governance.policies import comparing
from guiju.governance.policies.structure import Piece
from guiju.governance.reading import confirming, listing, queries
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.web import place
from guiju.web.governance.policies import comparepage
from guiju.web.governance.reading import here
from guiju.web.governance.reading.mine import left

CONFIRM = P.GOVERNANCE_READING_CONFIRM


@needs(CONFIRM)
@require_safe
def one(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The text, part by part; what differs from the version read before comes first."""
    return _page(request, queries.own(place.by(request), uid))


def _page(request: HttpRequest, receipt: Receipt, problem: Problem | None = None) -> HttpResponse:
    confirming.open_(receipt)
    pieces = confirming.pieces(receipt.reading)
    whole = confirming.parts(pieces)
    part = _part(request, receipt, whole)
    shown = pieces[(part - 1) * confirming.SIZE : part * confirming.SIZE]
    row = receipt.reading
    context = {
        "title": row.title,
        "trail": [{"label": _("To be read"), "url": reverse("reading-mine")}],
        "row": row,
        "until": receipt.due_on or row.due_on,
        "left": left(receipt),
        "is_late": (receipt.due_on or row.due_on) < clock.today(),
        "pieces": shown,
        "outline": _outline(pieces, part),
        "part": part,
        "parts": whole,
        "changes": _changes(row) if part == 1 else None,
        "files": _files(row),
        "problem": problem,
        "figures_url": here.address(row) if place.may(request, here.VIEW, row.unit) else "",
        **_foot(receipt, part, whole, has_text=bool(pieces)),
    }
    status = 200 if problem is None else 409 if isinstance(problem, Conflict) else 422
    return render(request, "governance/reading/text.html", context, status=status)


def _part(request: HttpRequest, receipt: Receipt, whole: int) -> int:
    """The part asked for, as far as he has come; without one the first that is not read."""
    written = request.GET.get("part", "")
    open_ = whole if receipt.state != ReceiptState.PENDING else min(receipt.reached + 1, whole)
    if written.isdecimal() and len(written) < 5 and 1 <= int(written) <= open_:
        return int(written)
    return 1 if receipt.state != ReceiptState.PENDING else open_


def _foot(receipt: Receipt, part: int, whole: int, *, has_text: bool = True) -> dict[str, Any]:
    """What stands below a part: its end, the next part, the button, or the day of the confirmation."""
    row = receipt.reading
    own = reverse("reading-one", args=[row.uid])
    at_end = receipt.reached >= part or receipt.state != ReceiptState.PENDING
    return {
        "receipt": receipt,
        "row": row,
        "part": part,
        "parts": whole,
        "at_end": at_end,
        "has_text": has_text,
        "is_done": receipt.state == ReceiptState.CONFIRMED,
        "is_closed": row.state == ReadingState.CLOSED,
        "way": listing.way(receipt.way),
        "end_url": reverse("reading-end", args=[row.uid]),
        "confirm_url": reverse("reading-confirm", args=[row.uid]),
        "next_url": f"{own}?part={part + 1}" if part < whole else "",
        "mine_url": reverse("reading-mine"),
    }


def _outline(pieces: list[Piece], part: int) -> list[dict[str, str]]:
    """Chapters of this part."""
    size = confirming.SIZE
    here = pieces[(part - 1) * size : part * size]
    return [{"label": f"{one.label} {one.words}".strip(), "url": f"#{one.anchor}"} for one in here if one.is_heading]


def _changes(row: Reading) -> list[comparepage.Shown] | None:
    if row.compared is None or row.policy_version is None:
        return None
    found = comparing.compare(row.compared.text, row.policy_version.text)
    return [one for one in comparepage.rows_of(found, 0) if one.kind != "same"]


def _files(row: Reading) -> list[dict[str, str]]:
    held = row.policy_version.files if row.policy_version else []
    return [
        {"name": one["name"], "url": reverse("reading-file", args=[row.uid, one["digest"], one["name"]])}
        for one in held
    ]


@needs(CONFIRM)
@require_POST
def end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The end of a part has come into sight."""
    receipt = queries.own(place.by(request), uid)
    pieces = confirming.pieces(receipt.reading)
    whole = confirming.parts(pieces)
    written = request.POST.get("part", "")
    part = int(written) if written.isdecimal() and len(written) < 5 else 0
    if not 1 <= part <= whole or not pieces:
        part = min(receipt.reached + 1, whole)
    else:
        confirming.reach(receipt, part, of=whole)
    if request.headers.get("HX-Request"):
        context = _foot(receipt, part, whole, has_text=bool(pieces))
        return render(request, "governance/reading/_foot.html", context)
    return redirect(reverse("reading-one", args=[uid]) + f"?part={part}#end")


@needs(CONFIRM)
@require_POST
def confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """He has read it and will keep to it."""
    by = place.by(request)
    try:
        receipt = confirming.confirm(reading=uid, by=by)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, queries.own(by, uid), problem)
    messages.success(request, _("“%(title)s” is confirmed.") % {"title": receipt.reading.title})
    return redirect("reading-mine")


@needs(CONFIRM)
@require_GET
def file(request: HttpRequest, uid: UUID, digest: str, name: str) -> HttpResponseBase:
    """A file of the version; where it has no text of its own, opening it is reading it."""
    receipt = queries.own(place.by(request), uid)
    version = receipt.reading.policy_version
    stored = StoredFile.objects.filter(digest=digest).first()
    if version is None or stored is None or all(one["digest"] != digest for one in version.files):
        raise NotFound(_("This file is not here."), fix=_("Open the text again and choose the file from its list."))
    if not version.text:
        confirming.reach(receipt, 1, of=1)
    return files.response(stored, name, inline=True)
