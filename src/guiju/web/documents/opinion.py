"""The opinion on one matter (合规审查意见书) as it prints, and the file to take away."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from guiju.access.policy import signed_in
from guiju.documents import reports
from guiju.documents.kinds import review_opinion
from guiju.documents.preview import preview
from guiju.review import queries
from guiju.web import place
from guiju.web.review import here, words

_WHY = "only matters that the account sees, brought or is asked about; others are not there"


@signed_in(_WHY)
@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The paper, and beside it what is missing."""
    by = place.by(request)
    one = queries.one(by, uid)
    here.enter(request, one.matter)
    matter = one.matter
    context = {
        "title": _("Review opinion"),
        "trail": [*here.trail(request, matter.unit), {"label": matter.title, "url": here.url(matter)}],
        "unit": matter.unit,
        "state": words.state(matter.state),
        "paper": preview(review_opinion.of_matter(one)),
        "file_url": reverse("review-opinion-file", args=[uid]) if review_opinion.may_take(matter, by) else "",
    }
    return render(request, "documents/opinion.html", context)


@signed_in(_WHY)
@require_GET
def file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The paper as a Word file; the trail tells that it was taken."""
    return reports.response(review_opinion.take(uid, by=place.by(request)))
