"""Addresses: duties."""

from __future__ import annotations

from django.urls import URLPattern, path

from guiju.web.governance.duties import offices, overview, person, results, third

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="governance-duties"),
    path("offices/", offices.offices, name="governance-duties-offices"),
    path("offices/<slug:part>/", offices.office, name="governance-duties-office"),
    path("people/<uuid:uid>/", person.person, name="governance-duties-person"),
    path("results/", results.results, name="governance-duties-results"),
    path("third/", third.third, name="governance-duties-third"),
    path("third/<uuid:uid>/", third.one, name="governance-duties-round"),
    path("third/<uuid:uid>/rectify/", third.rectify, name="governance-duties-rectify"),
]
