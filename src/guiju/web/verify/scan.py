"""What a phone shows after scanning the QR code of a pass: whether it holds now, without an account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guiju.access.policy import public
from guiju.lib.errors import Problem
from guiju.review import shown
from guiju.review.models import Pass
from guiju.web.review import here
from guiju.web.verify import guessing, verdict


def address(request: HttpRequest, row: Pass) -> str:
    """What the QR code of a pass holds: where it is checked, and that whoever comes has seen it."""
    return request.build_absolute_uri(f"{reverse('pass-scan', args=[row.code])}?m={shown.mark(row)}")


@public("asks for the short code of a pass; shows nothing of anybody")
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """For whoever has the letters of a pass and nothing to scan."""
    code = request.GET.get("code", "")
    if code.strip():
        return redirect("pass-scan", code="".join(code.split())[:40].replace("/", "-") or "-")
    return _page(request, {})


@public("whoever holds a pass may ask whether it holds; the short code alone tells no more than that")
@require_safe
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """Does it hold? With the mark of its QR code also what it speaks for."""
    mark, who = request.GET.get("m", ""), guessing.address(request)
    if not mark:
        guessing.require(who, most=guessing.MOST_SHARED)
    try:
        found = shown.by_code(code, mark_shown=mark)
    except Problem as problem:
        if not mark:
            problem = guessing.many() if guessing.is_over(who) else problem
            guessing.missed(who)
        return _page(request, {"problem": problem, "tried": code[:40]}, status=429 if problem.status == 429 else 404)
    context: dict[str, Any] = {"said": verdict.told(found, inside=here.belongs(request, found.row.matter))}
    if found.is_whole:
        context["checker_url"] = f"{reverse('api:gate-checker')}#{found.row.token}"
    return _page(request, context)


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    answer = render(request, "verify/scan.html", {"title": _("Check a review pass"), **context}, status=status)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
