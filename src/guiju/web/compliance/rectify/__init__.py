"""Pages: the ledger of rectifications at a glance, and the work on one of them."""

from __future__ import annotations


def ways() -> None:
    """Where tasks of this part lead (`guiju.web.workflow.abouts.register`)."""
    from django.urls import reverse

    from guiju.compliance.rectify.terms import ABOUT
    from guiju.web.workflow import abouts

    abouts.register(ABOUT, lambda task: reverse("compliance-rectify-one", args=[task.unit.code, task.about_uid]))
