"""How tasks are called in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from guiju.workflow.models import Task


def in_english() -> bool:
    """Does the reader read English?"""
    return (get_language() or "").startswith("en")


def title_of(task: Task) -> str:
    """The task's title."""
    return (task.title_en or task.title) if in_english() else task.title
