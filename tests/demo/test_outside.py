"""Other systems of the demonstration: messages really go out and are received, and acts are told by the real door."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from guiju.access.actor import of_user
from guiju.access.models import User
from guiju.demo import outside
from guiju.demo.when import Chance
from guiju.lib import clock
from guiju.review import late, webhooks
from guiju.review.enums import DeliveryState
from guiju.review.models import Delivery
from guiju.trail import verify
from tests.conftest import Cast
from tests.review.house import office_system, passed, reviewers

pytestmark = pytest.mark.django_db


def test_while_the_demonstration_is_loaded_messages_are_sent_and_received(cast: Cast) -> None:
    them = reviewers(cast)
    before = list(settings.WEBHOOK_HOSTS)
    with outside.listening():
        row = {"system": "oa", "by": "house", "made": "d-1"}
        outside._hook("HD-01", row)(_stage(cast))
        passed(them)
        outside.deliver()
        sent = Delivery.objects.all()
        assert sent.count() >= 2
        assert {one.state for one in sent} == {DeliveryState.SENT}
        assert {one.answer for one in sent} == {204}
    assert list(settings.WEBHOOK_HOSTS) == before
    assert webhooks.visible(cast.house).get().url.startswith("http://127.0.0.1:")
    assert verify.run().ok


def test_what_was_done_unasked_is_told_before_the_moment_of_telling(cast: Cast) -> None:
    office_system(cast)
    stage, today = _stage(cast), clock.today()
    row = {"by": "oa", "told": "d-0", "entries": "oa | LLOA-1 | d-0 | seal | YY-1 | 是 | 闸口连接超时"}
    outside._tell("HD-01", row, today, Chance("HD-01"))(stage)
    told = late.told(cast.house).get()
    assert (told.ref, told.kind, told.went_on, told.code) == ("LLOA-1", "seal", True, "unknown")
    assert clock.now() - told.acted_at >= timedelta(hours=1), "on a working day in office hours too"


def _stage(cast: Cast) -> Any:
    """What the steps of a demonstration ask of their stage."""
    by = {"house": cast.house}

    def actor(name: str) -> Any:
        return by.get(name) or of_user(User.objects.get(username=name))

    return SimpleNamespace(units={"HD-01": cast.sub}, actor=actor)
