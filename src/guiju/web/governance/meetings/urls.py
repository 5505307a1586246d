"""Addresses: bodies, meetings, opinions before decisions, shared matters, reports of own accord."""

from __future__ import annotations

from django.urls import URLPattern, path

from guiju.web.governance.meetings import bodies, one, opinions, overview, papers, planning, shared

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="governance-meetings"),
    path("new/", planning.new, name="governance-meetings-new"),
    path("bodies/", bodies.bodies, name="governance-meetings-bodies"),
    path("bodies/<uuid:uid>/", bodies.body, name="governance-meetings-body"),
    path("opinions/", opinions.opinions, name="governance-meetings-opinions"),
    path("opinions/<uuid:uid>/", opinions.opine, name="governance-meetings-opine"),
    path("opinions/<uuid:uid>/ask/", opinions.ask, name="governance-meetings-ask"),
    path("matters/", shared.listing, name="governance-meetings-matters"),
    path("matters/<uuid:uid>/", shared.one, name="governance-meetings-matter"),
    path("matters/<uuid:uid>/answer/", shared.answer, name="governance-meetings-answer"),
    path("matters/<uuid:uid>/conclude/", shared.conclude, name="governance-meetings-conclude"),
    path("reports/", papers.own_reports, name="governance-meetings-reports"),
    path("reports/<uuid:uid>/", papers.report, name="governance-meetings-report"),
    path("papers/<slug:kind>/<uuid:uid>/", papers.paper, name="governance-meetings-paper"),
    path("papers/<slug:kind>/<uuid:uid>/docx/", papers.file, name="governance-meetings-paper-file"),
    path("<uuid:uid>/", one.one, name="governance-meeting"),
    path("<uuid:uid>/save/", one.save, name="governance-meeting-save"),
    path("<uuid:uid>/hold/", one.hold, name="governance-meeting-hold"),
    path("<uuid:uid>/settle/", one.settle, name="governance-meeting-settle"),
    path("<uuid:uid>/notify/", one.notify, name="governance-meeting-notify"),
    path("<uuid:uid>/cancel/", one.cancel, name="governance-meeting-cancel"),
    path("<uuid:uid>/reopen/", one.reopen, name="governance-meeting-reopen"),
    path("<uuid:uid>/add/", one.add, name="governance-meeting-add"),
    path("<uuid:uid>/recuse/", one.recuse, name="governance-meeting-recuse"),
]
