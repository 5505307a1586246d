"""Addresses: the leak finder of a unit."""

from __future__ import annotations

from django.urls import path

from guiju.web.review import leakpage, leaks

urlpatterns = [
    path("", leaks.overview, name="review-leaks"),
    path("look/", leaks.look, name="review-leaks-look"),
    path("look/<uuid:uid>/", leaks.progress, name="review-leaks-progress"),
    path("runs/<uuid:uid>/findings.xlsx", leaks.findings_file, name="review-leaks-file"),
    path("runs/<uuid:uid>/ledgers.xlsx", leaks.merged_file, name="review-leaks-merged"),
    path("findings/<uuid:uid>/", leakpage.one, name="review-leak"),
    path("findings/<uuid:uid>/rectify/", leakpage.rectify, name="review-leak-rectify"),
    path("findings/<uuid:uid>/aside/", leakpage.set_aside, name="review-leak-aside"),
    path("findings/<uuid:uid>/open/", leakpage.take_up, name="review-leak-open"),
]
