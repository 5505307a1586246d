"""Addresses: graph."""

from __future__ import annotations

from django.urls import path

from guiju.web.compliance.graph import impact, lost, overview, part, review, settle

urlpatterns = [
    path("", overview.overview, name="compliance-graph"),
    path("lacking/", overview.lacking, name="compliance-graph-lacking"),
    path("proposals/", review.proposals, name="compliance-graph-proposals"),
    path("propose/", review.propose, name="compliance-graph-propose"),
    path("missing/", lost.missing, name="compliance-graph-missing"),
    path("missing/new/", lost.new, name="compliance-graph-missing-new"),
    path("marks/", settle.marks, name="compliance-graph-marks"),
    path("settle/<uuid:uid>/", settle.of_task, name="compliance-graph-settle"),
    path("links/<uuid:uid>/", part.decide, name="compliance-graph-link"),
    path("records/<uuid:uid>/", part.part, name="compliance-graph-part"),
    path("records/<uuid:uid>/pick/", part.pick, name="compliance-graph-pick"),
    path("records/<uuid:uid>/tied/", part.tied, name="compliance-graph-tied"),
    path("records/<uuid:uid>/impact/", impact.impact, name="compliance-graph-impact"),
]
