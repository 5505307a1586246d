"""The pass of a matter as a sheet to print: short code, QR, what it speaks for, until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import qrcode
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from qrcode.constants import ERROR_CORRECT_M

from guiju.access.policy import signed_in
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.review import queries, subjects, vetoes
from guiju.review.enums import MatterState, Stand
from guiju.review.models import Matter, Pass
from guiju.review.queries import One
from guiju.web import place
from guiju.web.review import here, words
from guiju.web.verify import scan

_WHY = "only matters that the account sees, brought or is asked about; others are not there"
#: White around the code, in modules, as scanners want it.
_EDGE = 4


@signed_in(_WHY)
@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The pass that counts now, or the last one with why it counts no longer."""
    found, row = _pass(request, uid)
    here.enter(request, found.matter)
    context = _context(found, row) | {
        "trail": [
            *here.trail(request, found.matter.unit),
            {"label": found.matter.title, "url": here.url(found.matter)},
        ],
        "qr": qr(scan.address(request, row)),
        "enter_url": request.build_absolute_uri(reverse("pass-enter")),
        "token_url": reverse("review-pass-token", args=[uid]),
    }
    return render(request, "review/pass.html", context)


@signed_in(_WHY)
@require_safe
def token(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The signed text of the pass, for whoever checks it offline."""
    _found, row = _pass(request, uid)
    answer = HttpResponse(row.token + "\n", content_type="text/plain; charset=ascii")
    answer["Content-Disposition"] = f'attachment; filename="pass-{row.code}.jws"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _pass(request: HttpRequest, uid: UUID) -> tuple[One, Pass]:
    found = queries.one(place.by(request), uid)
    row = found.live or next(iter(found.passes), None)
    if row is None:
        raise NotFound(_("This matter has no pass."), fix=_("A pass is issued once the review is passed."))
    return found, row


def _context(found: One, row: Pass) -> dict[str, Any]:
    matter = found.matter
    subject = subjects.all_of().get(matter.kind)
    digests = {one.digest for one in row.digests.all()}
    return {
        "title": _("Review pass"),
        "state": f"{matter.number} {matter.title}",
        "matter": matter,
        "row": row,
        "code": f"{row.code[:4]} {row.code[4:]}",
        "kind": words.kind(matter.kind),
        "outcome": _outcome(matter),
        "decided_by": vetoes.decided_by(matter),
        "dead": _dead(found, row),
        "waits": words.to_meet(words.unmet(found)),
        "papers": [
            {"label": _role(subject, one.role), "name": one.name, "digest": one.digest}
            for one in found.papers
            if one.digest in digests
        ],
        "conditions": found.conditions,
        "uses": list(row.uses.all()),
    }


def _role(subject: subjects.Subject | None, code: str) -> str:
    kind = subject.paper(code) if subject is not None else None
    return subjects.said(kind) if kind is not None else code


def _outcome(matter: Matter) -> str:
    if matter.veto.get("lifted"):
        return _("Passed: a resolution of the leading body lifted the veto")
    return str(Stand(matter.outcome).label) if matter.outcome in Stand.values else ""


def _dead(found: One, row: Pass) -> str:
    """Why the pass counts no longer; empty while it does."""
    if row.revoked_at is None and found.matter.state == MatterState.STAYED:
        return _("This pass is suspended and does not count for now: %(reason)s") % {"reason": found.matter.reason}
    if row.revoked_at is not None or found.matter.state != MatterState.PASSED:
        return _("This pass was withdrawn and counts no longer: %(reason)s") % {
            "reason": row.reason or found.matter.reason
        }
    if row.expires_on < clock.today():
        return _("This pass has expired.")
    return ""


def qr(text: str) -> dict[str, Any]:
    """A QR code as one path of an SVG: side in modules, and the dark runs of each line."""
    code = qrcode.QRCode(border=_EDGE, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    lines = code.get_matrix()
    path = "".join(_runs(y, line) for y, line in enumerate(lines))
    return {"side": len(lines), "path": path}


def _runs(y: int, line: list[bool]) -> str:
    found, x = [], 0
    while x < len(line):
        end = x
        while end < len(line) and line[end]:
            end += 1
        if end > x:
            found.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
        x = end + 1
    return "".join(found)
