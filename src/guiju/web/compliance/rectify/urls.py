"""Addresses: rectify."""

from __future__ import annotations

from django.urls import path

from guiju.web.compliance.rectify import ledger, one

urlpatterns = [
    path("", ledger.ledger, name="compliance-rectify"),
    path("repeats/", ledger.repeats, name="compliance-rectify-repeats"),
    path("<uuid:uid>/", one.one, name="compliance-rectify-one"),
    path("<uuid:uid>/save/", one.save, name="compliance-rectify-save"),
    path("<uuid:uid>/progress/", one.progress, name="compliance-rectify-progress"),
    path("<uuid:uid>/extend/", one.extend, name="compliance-rectify-extend"),
    path("<uuid:uid>/repeats/", one.repeats, name="compliance-rectify-repeats-of"),
    path("<uuid:uid>/<slug:move>/", one.decide, name="compliance-rectify-decide"),
]
