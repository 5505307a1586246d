"""Addresses: what somebody is asked to read himself."""

from __future__ import annotations

from django.urls import path

from guiju.web.governance.reading import mine, text

urlpatterns = [
    path("", mine.mine, name="reading-mine"),
    path("<uuid:uid>", text.one, name="reading-one"),
    path("<uuid:uid>/end", text.end, name="reading-end"),
    path("<uuid:uid>/confirm", text.confirm, name="reading-confirm"),
    path("<uuid:uid>/go", mine.go, name="reading-go"),
    path("<uuid:uid>/files/<str:digest>/<str:name>", text.file, name="reading-file"),
]
