"""The API's addresses."""

from django.urls import path, re_path

from guiju.api import checker, docs, service

app_name = "api"

urlpatterns = [
    path("openapi.json", docs.openapi, name="openapi"),
    path("docs/", docs.page, name="docs"),
    path("gate/keys", checker.keys, name="gate-keys"),
    path("gate/revoked", checker.revoked, name="gate-revoked"),
    path("gate/checker.html", checker.checker, name="gate-checker"),
    *service.endpoints(),
    re_path(r"^(?P<rest>.*)$", service.absent, name="absent"),
]
