"""Pages of reviews that belong to no unit: one's own, one matter, standing in."""

from __future__ import annotations

from django.urls import path

from guiju.web.documents import opinion
from guiju.web.review import gatepage, listpage, newpage, one, passpage, people, questions, standing

urlpatterns = [
    path("", listpage.mine, name="review-mine"),
    path("questions/", questions.questions, name="review-questions"),
    path("joining/", gatepage.joining, name="review-joining"),
    path("standing/", standing.standing, name="review-standing"),
    path("standing/people/", people.deputies, name="review-standing-people"),
    path("standing/<uuid:uid>/end/", standing.end, name="review-standing-end"),
    path("<uuid:uid>/", one.show, name="review-one"),
    path("<uuid:uid>/edit/", newpage.edit, name="review-edit"),
    path("<uuid:uid>/do/<slug:move>/", one.do, name="review-do"),
    path("<uuid:uid>/people/", people.reviewers, name="review-people"),
    path("<uuid:uid>/papers/<slug:digest>/<str:name>", one.paper, name="review-paper"),
    path("<uuid:uid>/opinion/", opinion.show, name="review-opinion"),
    path("<uuid:uid>/opinion/docx/", opinion.file, name="review-opinion-file"),
    path("<uuid:uid>/pass/", passpage.show, name="review-pass"),
    path("<uuid:uid>/pass/token/", passpage.token, name="review-pass-token"),
]
