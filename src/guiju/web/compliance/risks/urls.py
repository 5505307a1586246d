"""Addresses: risks."""

from __future__ import annotations

from django.urls import path

from guiju.web.compliance.risks import librarypage, matrixpage, overview, plans, rating, roundpages

urlpatterns = [
    path("", overview.overview, name="compliance-risks"),
    path("matrix/", matrixpage.matrix_page, name="compliance-risks-matrix"),
    path("rounds/", roundpages.rounds_page, name="compliance-risks-rounds"),
    path("rounds/new/", roundpages.new_round, name="compliance-risks-round-new"),
    path("rounds/<uuid:uid>/", roundpages.round_page, name="compliance-risks-round"),
    path("rounds/<uuid:uid>/close/", roundpages.close_round, name="compliance-risks-round-close"),
    path("rounds/<uuid:uid>/rate/", rating.rate_page, name="compliance-risks-rate"),
    path("rounds/<uuid:uid>/rate/<uuid:run>/", rating.save, name="compliance-risks-rate-save"),
    path("plans/", plans.plans_page, name="compliance-risks-plans"),
    path("library/", librarypage.library_page, name="compliance-risks-library"),
    path("library/news/", librarypage.news_page, name="compliance-risks-library-news"),
    path("library/news/<uuid:uid>/", librarypage.settle, name="compliance-risks-library-settle"),
]
