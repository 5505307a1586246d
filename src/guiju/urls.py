"""The table of contents of the site."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("guiju.api.urls")),
    path("account/", include("guiju.access.urls")),
    path("", include("guiju.web.urls")),
]
