"""Addresses: archive."""

from __future__ import annotations

from django.urls import URLPattern, path

from guiju.web.governance.archive import overview

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="governance-archives"),
    path("make/", overview.make, name="governance-archives-make"),
    path("<uuid:uid>/progress/", overview.progress, name="governance-archives-progress"),
    path("<uuid:uid>/file/", overview.file, name="governance-archives-file"),
]
