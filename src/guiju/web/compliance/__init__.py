"""Pages of the compliance core."""

from __future__ import annotations


def set_up() -> None:
    """Each part tells where its tasks lead and what it adds beside a record."""
    from guiju.web.compliance import beside, checks, graph, hearing, lists, rectify, risks

    beside.set_up()
    for part in (graph, lists, risks, checks, rectify, hearing):
        part.ways()
