"""Pages of the compliance core."""

from __future__ import annotations


def set_up() -> None:
    """Each part tells where its tasks lead."""
    from guiju.web.compliance import checks, graph, hearing, lists, rectify, risks

    for part in (graph, lists, risks, checks, rectify, hearing):
        part.ways()
