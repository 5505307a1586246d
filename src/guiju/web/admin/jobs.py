"""How far a piece of work is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guiju.access.policy import signed_in
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.web import place


@signed_in("shows own jobs only")
@require_safe
def job(request: HttpRequest, uid: str) -> HttpResponse:
    """The progress bar of one of the own jobs; the same address answers a page and a fragment."""
    found = Job.objects.filter(uid=uid, user_id=place.by(request).user_id).first()
    if found is None:
        raise NotFound(_("You have no such job."), fix=_("It may have been finished and cleared away."))
    finished = found.state in {JobState.DONE, JobState.FAILED}
    shown = {
        "label": f"{found.title or _('Working')} · {found.get_state_display()}",
        "done": found.total_count if found.state == JobState.DONE else found.done_count,
        "total": found.total_count,
        "left": _left(found),
        "url": reverse("job", args=[found.uid]),
        "finished": finished,
    }
    fragment = getattr(request, "htmx", False)
    template = "components/progress.html" if fragment else "admin/job.html"
    context = {"title": found.title or _("Work"), "job": shown, "failed": found.state == JobState.FAILED}
    return render(request, template, context)


def _left(found: Job) -> str:
    """How long it will take at the pace so far."""
    if not found.started_at or not found.done_count or found.state != JobState.RUNNING:
        return ""
    spent = (clock.now() - found.started_at).total_seconds()
    seconds = int(spent / found.done_count * (found.total_count - found.done_count)) + 1
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
