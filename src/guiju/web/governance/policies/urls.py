"""Addresses: policies."""

from __future__ import annotations

from django.urls import path

from guiju.web.governance.policies import (
    comparepage,
    drafting,
    execution,
    guidelines,
    issuing,
    library,
    librarystats,
    matrixpage,
    one,
    planpage,
    textpage,
)

urlpatterns = [
    path("", library.home, name="governance-policies"),
    path("gaps", matrixpage.answer_gap, name="governance-policies-gap"),
    path("attention", matrixpage.attention, name="governance-policies-attention"),
    path("attention/plan", matrixpage.plan_rule, name="governance-policies-planrule"),
    path("plans", planpage.plans, name="governance-policies-plans"),
    path("guidelines", guidelines.guidelines, name="governance-policies-guidelines"),
    path("guidelines/answer", guidelines.answer_finding, name="governance-policies-answer"),
    path("execution", execution.execution, name="governance-policies-execution"),
    path("statistics", librarystats.figures, name="governance-policies-statistics"),
    path("statistics/workbook", librarystats.workbook, name="governance-policies-workbook"),
    path("new", drafting.new, name="governance-policies-new"),
    path("<uuid:uid>", one.one, name="governance-policies-one"),
    path("<uuid:uid>/revise", drafting.revise, name="governance-policies-revise"),
    path("<uuid:uid>/read", one.read, name="governance-policies-read"),
    path("<uuid:uid>/plan", one.tie, name="governance-policies-tie"),
    path("<uuid:uid>/repeal", one.repeal, name="governance-policies-repeal"),
    path("<uuid:uid>/text", textpage.text, name="governance-policies-text"),
    path("<uuid:uid>/clauses", textpage.enter_clauses, name="governance-policies-clauses"),
    path("<uuid:uid>/compare", comparepage.compare, name="governance-policies-compare"),
    path("versions/<uuid:uid>/edit", drafting.edit, name="governance-policies-edit"),
    path("versions/<uuid:uid>/word", textpage.word, name="governance-policies-word"),
    path("versions/<uuid:uid>/files/<str:digest>/<str:name>", textpage.file, name="governance-policies-file"),
    path("versions/<uuid:uid>/means", issuing.means, name="governance-policies-means"),
    path("versions/<uuid:uid>/<str:move>", one.step, name="governance-policies-step"),
]
