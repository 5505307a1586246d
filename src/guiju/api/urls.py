"""The API's addresses."""

from django.urls import path, re_path

from guiju.api import docs, service

app_name = "api"

urlpatterns = [
    path("openapi.json", docs.openapi, name="openapi"),
    path("docs/", docs.page, name="docs"),
    *service.endpoints(),
    re_path(r"^(?P<rest>.*)$", service.absent, name="absent"),
]
