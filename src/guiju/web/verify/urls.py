"""Addresses: checking a pass, an archive, and what a phone shows after scanning a pass."""

from __future__ import annotations

from django.urls import path

from guiju.web.verify import archivepage, passpage, scan

urlpatterns = [
    path("", passpage.check, name="verify-pass"),
    path("archive/", archivepage.check, name="verify-archive"),
]

scan_urls = [
    path("", scan.enter, name="pass-enter"),
    path("<str:code>/", scan.scan, name="pass-scan"),
]
