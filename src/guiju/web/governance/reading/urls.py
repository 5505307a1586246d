"""Addresses: readings given out by a unit, or asked of its people."""

from __future__ import annotations

from django.urls import URLPattern, path

from guiju.web.governance.reading import issuing, one, overview, papers

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="governance-readings"),
    path("new", issuing.new, name="governance-readings-new"),
    path("preview", issuing.preview, name="governance-readings-preview"),
    path("<uuid:uid>", one.one, name="governance-readings-one"),
    path("<uuid:uid>/progress", one.progress, name="governance-readings-progress"),
    path("<uuid:uid>/again", one.again, name="governance-readings-again"),
    path("<uuid:uid>/remind", one.remind, name="governance-readings-remind"),
    path("<uuid:uid>/extend", one.extend, name="governance-readings-extend"),
    path("<uuid:uid>/close", one.close, name="governance-readings-close"),
    path("<uuid:uid>/paper", papers.paper, name="governance-readings-paper"),
    path("<uuid:uid>/list", papers.export, name="governance-readings-export"),
    path("<uuid:uid>/papers/<str:digest>/<str:name>", papers.file, name="governance-readings-file"),
]
