"""The calendar address: whoever has its secret reads one person's tasks, and nothing else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from guiju.access import policy
from guiju.workflow import feed as feeds


@policy.public("calendar programmes cannot sign in: the secret in the address opens one person's own tasks")
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar, or 404 for every secret that opens nothing."""
    content = feeds.render(secret, link=lambda task: request.build_absolute_uri(reverse("task", args=[task.uid])))
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type=feeds.MEDIA_TYPE)
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = 'inline; filename="guiju.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
