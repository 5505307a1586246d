"""Addresses: stocks of rules on their way in."""

from __future__ import annotations

from django.urls import URLPattern, path

from guiju.web.governance.intake import filepage, page, stocks

urlpatterns: list[URLPattern] = [
    path("", stocks.home, name="governance-intakes"),
    path("new", stocks.new, name="governance-intakes-new"),
    path("sample", stocks.sample, name="governance-intakes-sample"),
    path("<uuid:uid>", page.one, name="governance-intakes-one"),
    path("<uuid:uid>/progress", page.progress, name="governance-intakes-progress"),
    path("<uuid:uid>/again", page.again, name="governance-intakes-again"),
    path("<uuid:uid>/add", filepage.add, name="governance-intakes-add"),
    path("<uuid:uid>/many", filepage.many, name="governance-intakes-many"),
    path("<uuid:uid>/confirm", page.confirm, name="governance-intakes-confirm"),
    path("<uuid:uid>/drop", page.drop, name="governance-intakes-drop"),
    path("<uuid:uid>/files/<int:number>", filepage.one, name="governance-intakes-file"),
    path("<uuid:uid>/files/<int:number>/settle", filepage.settle, name="governance-intakes-settle"),
    path("<uuid:uid>/files/<int:number>/replace", filepage.replace, name="governance-intakes-replace"),
    path("<uuid:uid>/files/<int:number>/document", filepage.document, name="governance-intakes-document"),
]
