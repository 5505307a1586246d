"""Reports of a unit: everything under /u/CODE/reports/."""

from django.urls import path

from guiju.web.documents import reports

urlpatterns = [
    path("", reports.index, name="unit-reports"),
    path("<slug:kind>/", reports.show, name="unit-report"),
    path("<slug:kind>/docx/", reports.file, name="unit-report-file"),
    path("<slug:kind>/xlsx/", reports.sheet, name="unit-report-sheet"),
]
