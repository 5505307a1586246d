"""Pages on which a stock of rules comes in."""

from __future__ import annotations


def ways() -> None:
    """Where tasks of this part lead (`guiju.web.workflow.abouts.register`)."""
