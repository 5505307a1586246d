"""Pages: the quarterly hearing and the work reports of officers."""

from __future__ import annotations


def ways() -> None:
    """Where tasks of this part lead (`guiju.web.workflow.abouts.register`)."""
    from guiju.compliance.hearing.following import ABOUT, REGISTER
    from guiju.web import links
    from guiju.web.workflow import abouts

    abouts.register(ABOUT, lambda task: links.record(REGISTER, task.about_uid))
