"""Pages of governance under a unit; each part has its own list of addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("policies/", include("guiju.web.governance.policies.urls")),
    path("intake/", include("guiju.web.governance.intake.urls")),
    path("reading/", include("guiju.web.governance.reading.urls")),
    path("meetings/", include("guiju.web.governance.meetings.urls")),
    path("duties/", include("guiju.web.governance.duties.urls")),
    path("archive/", include("guiju.web.governance.archive.urls")),
]
