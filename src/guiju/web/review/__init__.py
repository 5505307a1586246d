"""Pages of compliance reviews: lists, one matter, its pass, routes, standing in, questions and answers."""

from __future__ import annotations


def set_up() -> None:
    """Where tasks of this part lead (`guiju.web.workflow.abouts.register`)."""
    from django.urls import reverse

    from guiju.review import desk, knowledge
    from guiju.review.leaks import asking
    from guiju.review.telling import ABOUT
    from guiju.web import links
    from guiju.web.review import here
    from guiju.web.workflow import abouts

    abouts.register(ABOUT, here.of_task, own=True)
    abouts.register(asking.ABOUT, here.of_look)
    abouts.register(desk.ABOUT, lambda task: links.record(knowledge.REGISTER, task.about_uid))
    abouts.register(desk.ANSWER, lambda _task: reverse("review-questions"), own=True)
