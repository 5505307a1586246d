"""Pages of the compliance core under a unit; each part has its own list of addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("graph/", include("guiju.web.compliance.graph.urls")),
    path("lists/", include("guiju.web.compliance.lists.urls")),
    path("risks/", include("guiju.web.compliance.risks.urls")),
    path("checks/", include("guiju.web.compliance.checks.urls")),
    path("rectify/", include("guiju.web.compliance.rectify.urls")),
    path("hearings/", include("guiju.web.compliance.hearing.urls")),
]
