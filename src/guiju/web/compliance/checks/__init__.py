"""Pages: checks."""

from __future__ import annotations


def ways() -> None:
    """Where tasks of this part lead (`guiju.web.workflow.abouts.register`)."""
    from guiju.compliance.checks.making import ABOUT
    from guiju.web.compliance.checks import here
    from guiju.web.workflow import abouts

    abouts.register(ABOUT, here.way)
