"""Pages: checks."""

from __future__ import annotations


def ways() -> None:
    """Where tasks of this part lead (`guiju.web.workflow.abouts.register`)."""
    from guiju.compliance.checks import zero
    from guiju.compliance.checks.making import ABOUT
    from guiju.web import links
    from guiju.web.compliance.checks import here
    from guiju.web.workflow import abouts

    abouts.register(ABOUT, here.way)
    abouts.register(zero.ABOUT, lambda task: links.record(zero.REPORTS, task.about_uid))
