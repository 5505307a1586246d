"""Pages of the graph: what is connected, what is proposed, what a change touches."""

from __future__ import annotations


def ways() -> None:
    """A task about marks leads to the page on which they are settled."""
    from django.urls import reverse

    from guiju.compliance.graph.settling import ABOUT
    from guiju.web.workflow import abouts

    abouts.register(ABOUT, lambda task: reverse("compliance-graph-settle", args=[task.unit.code, task.uid]))
