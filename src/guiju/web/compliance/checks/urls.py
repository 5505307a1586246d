"""Addresses: checks."""

from __future__ import annotations

from django.urls import URLPattern, path

from guiju.web.compliance.checks import board, coverpage, itempage, planpage, runpage, signpage, zeropage

urlpatterns: list[URLPattern] = [
    path("", board.board, name="compliance-checks"),
    path("plan/", planpage.new, name="compliance-checks-plan"),
    path("coverage/", coverpage.coverage, name="compliance-checks-coverage"),
    path("zero/<uuid:uid>/", zeropage.report, name="compliance-checks-zero"),
    path("<uuid:uid>/", runpage.run, name="compliance-checks-run"),
    path("<uuid:uid>/begin/", runpage.begin, name="compliance-checks-begin"),
    path("<uuid:uid>/items/<int:number>/", itempage.item, name="compliance-checks-item"),
    path("<uuid:uid>/files/<slug:digest>/<str:name>", itempage.file, name="compliance-checks-file"),
    path("<uuid:uid>/workbook/", runpage.workbook, name="compliance-checks-workbook"),
    path("<uuid:uid>/finish/", runpage.finish, name="compliance-checks-finish"),
    path("<uuid:uid>/sign/", signpage.sign, name="compliance-checks-sign"),
    path("<uuid:uid>/back/", signpage.back, name="compliance-checks-back"),
]
