"""Questions and answers: what the compliance department has published, one's own questions, and asking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guiju.access.permissions import Permission as P
from guiju.access.policy import signed_in
from guiju.lib.errors import Problem
from guiju.registers.models import Entry
from guiju.review import desk, knowledge
from guiju.review.knowledge import Answer
from guiju.web import links, place
from guiju.web.review import here


@signed_in("what was published where the account works, and its own questions")
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """Look for an answer first; ask where there is none."""
    if request.method == "GET":
        return _page(request)
    given = {name: request.POST.get(name, "") for name in ("question", "kind", "detail")}
    try:
        desk.ask(**given, by=place.by(request))
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        return _page(request, problem)
    messages.success(request, _("Asked: the compliance department finds it among its tasks; the answer appears here."))
    return redirect("review-questions")


def _page(request: HttpRequest, problem: Problem | None = None) -> HttpResponse:
    by, unit = place.by(request), place.current_or_none(request)
    query = request.GET.get("q", "").strip()[:60]
    found = knowledge.find(by, query) if query else knowledge.latest(by)
    sees = unit is not None and place.may(request, P.REVIEW_MATTER_VIEW, unit)
    context = {
        "title": _("Questions and answers"),
        "state": _("What the compliance department has answered for everybody, and what was asked by this account."),
        "pages": here.tabs(request, unit.code, "review-questions") if unit is not None and sees else [],
        "q": query,
        "answers": [_answer(one) for one in found],
        "mine": [_own(row) for row in desk.mine(by)],
        "may_ask": desk.may_ask(by) is not None,
        "kinds": list(desk.kinds().items()),
        "problem": problem,
        "said": request.POST if problem is not None else {"question": query},
        "wrong": {one.where: f"{one.what} {one.fix}".strip() for one in problem.faults} if problem else {},
    }
    return render(request, "review/questions.html", context, status=422 if problem is not None else 200)


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "title": one.entry.title,
        "url": links.record(one.entry.register, one.entry.uid) if one.is_open else "",
        "unit": one.entry.unit.name,
        "segments": one.segments,
    }


def _own(row: Entry) -> dict[str, Any]:
    data = row.body.data
    is_answered = desk.is_answered(row)
    return {
        "title": row.title,
        "detail": str(data.get("detail") or ""),
        "on": row.on,
        "is_answered": is_answered,
        "answer": str(data.get("answer") or "") if is_answered else "",
        "by": row.person.name if is_answered and row.person is not None else "",
        "answered_on": row.done_on if is_answered else None,
    }
