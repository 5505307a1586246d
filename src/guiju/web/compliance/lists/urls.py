"""Addresses: lists."""

from __future__ import annotations

from django.urls import URLPattern, path

from guiju.web.compliance.lists import editing, listpage, overview, settings, versions

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="compliance-lists"),
    path("levels/", overview.levels, name="compliance-lists-levels"),
    path("settings/", settings.home, name="compliance-lists-settings"),
    path("settings/names/", settings.names, name="compliance-lists-names"),
    path("settings/<slug:kind>/new/", settings.new, name="compliance-lists-layout-new"),
    path("settings/<slug:kind>/<uuid:uid>/", editing.edit, name="compliance-lists-layout"),
    path("settings/<slug:kind>/<uuid:uid>/choose/", editing.choose, name="compliance-lists-layout-choose"),
    path("settings/<slug:kind>/<uuid:uid>/drop/", editing.drop, name="compliance-lists-layout-drop"),
    path("versions/<uuid:uid>/", versions.show, name="compliance-lists-version"),
    path("versions/<uuid:uid>/export/", versions.export, name="compliance-lists-version-export"),
    path("versions/<uuid:uid>/move/<slug:move>/", versions.move, name="compliance-lists-move"),
    path("<slug:kind>/", listpage.show, name="compliance-list"),
    path("<slug:kind>/draft/", listpage.draft, name="compliance-list-draft"),
]
