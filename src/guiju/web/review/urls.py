"""Pages of reviews under a unit."""

from __future__ import annotations

from django.urls import include, path

from guiju.web.review import gatepage, listpage, newpage, routeedit, routespage

urlpatterns = [
    path("", listpage.of_unit, name="review-unit"),
    path("new/", newpage.kinds, name="review-new"),
    path("new/<slug:kind>/", newpage.new, name="review-new-kind"),
    path("new/<slug:kind>/who/", newpage.who, name="review-who"),
    path("leaks/", include("guiju.web.review.leaks_urls")),
    path("gate/", gatepage.show, name="review-gate"),
    path("gate/hooks/", gatepage.make, name="review-hook-make"),
    path("gate/hooks/<uuid:uid>/end/", gatepage.end, name="review-hook-end"),
    path("gate/messages/<uuid:uid>/again/", gatepage.again, name="review-message-again"),
    path("routes/", routespage.show, name="review-routes"),
    path("routes/edit/", routeedit.edit, name="review-routes-edit"),
    path("routes/publish/", routeedit.publish, name="review-routes-publish"),
    path("routes/drop/", routeedit.drop, name="review-routes-drop"),
]
