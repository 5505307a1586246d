"""Pages: lists."""

from __future__ import annotations


def ways() -> None:
    """A task about a version of a list leads to that version."""
    from django.urls import reverse

    from guiju.compliance.lists import telling
    from guiju.web.workflow import abouts

    abouts.register(
        telling.ABOUT, lambda task: reverse("compliance-lists-version", args=[task.unit.code, task.about_uid])
    )
