"""The table of contents of the site."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("guiju.api.urls")),
    path("account/", include("guiju.access.urls")),
    path("", include("guiju.web.urls")),
]

handler400 = "guiju.web.errors.bad_request"
handler403 = "guiju.web.errors.denied"
handler429 = "guiju.web.errors.too_many"
handler404 = "guiju.web.errors.not_found"
handler500 = "guiju.web.errors.server_error"
