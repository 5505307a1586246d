"""Pages: risks."""

from __future__ import annotations


def ways() -> None:
    """Where tasks of this part lead (`guiju.web.workflow.abouts.register`)."""
    from django.urls import reverse

    from guiju.web import links
    from guiju.web.workflow import abouts
    from guiju.workflow.models import Task

    def rating(task: Task) -> str:
        return reverse("compliance-risks-rate", args=[task.unit.code, task.about_uid])

    def record(register: str) -> abouts.Way:
        return lambda task: links.record(register, task.about_uid)

    abouts.register("round", rating)
    abouts.register("alert", record("alerts"))
    abouts.register("risk_report", record("risk_reports"))
    abouts.register("risk_response", record("risk_responses"))
