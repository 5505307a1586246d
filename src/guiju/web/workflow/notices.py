"""What somebody was told: reminders, escalations, tasks handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guiju.access.policy import signed_in
from guiju.lib import clock
from guiju.web import place
from guiju.web.workflow import abouts, badge, rows
from guiju.web.workflow.tasks import views
from guiju.workflow import actions, inbox
from guiju.workflow.models import Notice, Step
from guiju.workflow.words import title_of

SHOWN = 50

_TONES = {
    Step.SOON: "info",
    Step.TODAY: "partly",
    Step.OVERDUE: "unmet",
    Step.HEAD: "unmet",
    Step.PRINCIPAL: "unmet",
    Step.HANDED: "info",
    Step.ASKED: "info",
}


@signed_in("one's own notices only")
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The newest first; unread ones are marked."""
    by = place.by(request)
    page = _number(request.GET.get("page", ""))
    held = list(inbox.notices(by=by)[(page - 1) * SHOWN : page * SHOWN + 1])
    sources = rows.Sources()
    context = {
        "title": _("Notices"),
        "views": views(request, "notices"),
        "days": _by_day([_line(notice, sources) for notice in held[:SHOWN]]),
        "unread": badge.figures(request).unread,
        "prev_url": f"?page={page - 1}" if page > 1 else "",
        "next_url": f"?page={page + 1}" if len(held) > SHOWN else "",
    }
    return render(request, "workflow/notices.html", context)


def _number(written: str) -> int:
    """At most a hundred pages; older notices are found with their task."""
    return min(max(int(written), 1), 100) if written.isascii() and written.isdigit() and len(written) < 5 else 1


def _line(notice: Notice, sources: rows.Sources) -> dict[str, Any]:
    task = notice.task
    document, source = sources.of(task)
    return {
        "notice": notice,
        "on": clock.day_of(notice.made_at),
        "title": title_of(task),
        "url": abouts.url(task) if notice.step == Step.ASKED else reverse("task", args=[task.uid]),
        "word": Step(notice.step).label,
        "tone": _TONES[Step(notice.step)],
        "unit": task.unit.label,
        "due_on": task.due_on,
        "state": "" if task.status == "open" else task.get_status_display(),
        "document": " · ".join(filter(None, (document, source))),
    }


def _by_day(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(line["on"], []).append(line)
    return [{"on": on, "lines": held} for on, held in found.items()]


@signed_in("marks own notices only")
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """All, or the one that is named."""
    written = request.POST.get("notice", "")
    uids = None
    if written:
        try:
            uids = [UUID(written)]
        except ValueError:
            uids = []
    count = actions.read_notices(by=place.by(request), uids=uids)
    badge.forget(request)
    if uids is None:
        text = ngettext("%(count)d notice is marked as read.", "%(count)d notices are marked as read.", count)
        messages.success(request, text % {"count": count})
    return redirect("notices")
