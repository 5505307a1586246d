"""Addresses: hearing."""

from __future__ import annotations

from django.urls import path

from guiju.web.compliance.hearing import one, strip, workreport

urlpatterns = [
    path("", strip.strip, name="compliance-hearings"),
    path("reports/", workreport.mine, name="compliance-work-reports"),
    path("reports/<uuid:uid>/<str:period>/", workreport.show, name="compliance-work-report"),
    path("reports/<uuid:uid>/<str:period>/docx/", workreport.file, name="compliance-work-report-file"),
    path("<str:period>/", one.one, name="compliance-hearing"),
    path("<str:period>/prepare/", one.prepare, name="compliance-hearing-prepare"),
    path("<str:period>/save/", one.save, name="compliance-hearing-save"),
    path("<str:period>/close/", one.close, name="compliance-hearing-close"),
]
