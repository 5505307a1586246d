"""The page of the gate: what was done without asking, the addresses that are told, and a message that is sent again."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from guiju.access import actions as access
from guiju.access.actor import of_user
from guiju.jobs import worker
from guiju.lib import clock
from guiju.review import late, webhooks
from guiju.review.models import Delivery, Webhook
from guiju.trail import verify
from tests.conftest import Cast
from tests.review.house import Reviewers, passed, submitted
from tests.review.test_gate_messages import Listener, later, other
from tests.web.review.hands import client, page

pytestmark = pytest.mark.django_db

__all__ = ["other"]


@pytest.fixture
def head(cast: Cast, them: Reviewers) -> Client:
    return client(cast, them, "head")


def address(name: str, them: Reviewers, *args: Any) -> str:
    return reverse(name, args=[them.unit.code, *args])


def told(them: Reviewers, other: Listener) -> Webhook:
    return webhooks.make(unit=them.unit, url=other.url, by=them.by("head"))


def test_an_address_is_named_once_with_its_secret_and_ended(
    them: Reviewers, head: Client, other: Listener, cast: Cast
) -> None:
    assert other.url.split("/")[2] in page(head, "review-gate", them.unit.code)
    made = head.post(address("review-hook-make", them), {"url": other.url, "system": "oa"})
    row = Webhook.objects.get()
    assert (made.status_code, webhooks.secret(row) in made.content.decode(), row.system) == (201, True, "oa")
    shown = page(head, "review-gate", them.unit.code)
    assert (other.url in shown, "whs_" in shown) == (True, False)
    twice = head.post(address("review-hook-make", them), {"url": other.url, "system": "oa"})
    assert twice.status_code == 409
    strange = head.post(address("review-hook-make", them), {"url": "https://evil.example/"})
    assert (strange.status_code, "GUIJU_WEBHOOK_HOSTS" in strange.content.decode()) == (422, True)
    assert 'value="https://evil.example/"' in strange.content.decode()
    assert ("gj-field--wrong" in strange.content.decode(), "<p>url</p>" in strange.content.decode()) == (True, False)
    assert head.post(address("review-hook-end", them, row.uid), {"version": "0"}).status_code == 409
    assert head.post(address("review-hook-end", them, row.uid), {"version": "1"}).status_code == 302
    assert Webhook.objects.get().ended_at is not None
    assert verify.run().findings == []


def test_a_message_that_was_given_up_is_sent_again_from_the_page_under_its_id(
    them: Reviewers, head: Client, other: Listener
) -> None:
    told(them, other)
    other.answers = [500] * webhooks.ATTEMPTS
    matter = submitted(them)
    Delivery.objects.update(attempts=webhooks.ATTEMPTS - 1)
    worker.drain()
    row = Delivery.objects.get()
    assert row.state == "failed"
    other.answers = []
    shown = page(head, "review-gate", them.unit.code, state="failed")
    button = address("review-message-again", them, row.uid)
    assert (button in shown, matter.number in shown, "HTTP 500" in shown) == (True, True, True)
    assert head.post(button).status_code == 302
    worker.drain()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("sent", 1, "")
    assert len({headers["Guiju-Event"] for headers, _body in other.heard}) == 1
    assert button not in page(head, "review-gate", them.unit.code, state="failed")


def test_a_message_that_waits_for_its_next_attempt_goes_at_once(them: Reviewers, head: Client, other: Listener) -> None:
    told(them, other)
    other.answers = [503]
    submitted(them)
    worker.drain()
    row = Delivery.objects.get()
    assert row.state == "waiting"
    head.post(address("review-message-again", them, row.uid))
    worker.drain()
    row.refresh_from_db()
    assert (row.state, len(other.heard)) == ("sent", 2)
    later(4000)
    assert len(other.heard) == 2


def test_what_an_ended_address_did_not_hear_stays_unsaid(them: Reviewers, head: Client, other: Listener) -> None:
    hook = told(them, other)
    submitted(them)
    webhooks.end(hook=hook, version=hook.version, by=them.by("head"))
    worker.drain()
    row = Delivery.objects.get()
    assert head.post(address("review-message-again", them, row.uid)).status_code == 409
    worker.drain()
    assert other.heard == []


def test_strangers_and_readers_move_no_message(cast: Cast, them: Reviewers, other: Listener) -> None:
    told(them, other)
    submitted(them)
    row = Delivery.objects.get()
    url = address("review-message-again", them, row.uid)
    assert client(cast, them, "buyer").post(url).status_code in {403, 404}
    assert client(cast, them, "chair").post(url).status_code in {403, 404}
    assert cast.client(cast.tan).post(url).status_code == 404
    assert cast.client(cast.tan).get(address("review-gate", them)).status_code == 404
    reading = page(client(cast, them, "chair"), "review-gate", them.unit.code)
    assert other.url not in reading


def test_what_was_done_without_asking_stands_on_the_page(cast: Cast, them: Reviewers, head: Client) -> None:
    row = passed(them)
    user = access.create_account(username="oa", name="OA", password="correct-horse-battery", by=cast.house)
    access.grant(user=user, role="gateway", unit=cast.sub, by=cast.house, reason="tests")
    given: dict[str, Any] = {
        "system": "oa",
        "at": clock.now(),
        "digest": row.papers.get().digest,
        "reason": "timed out",
    }
    entries = [
        late.Entry(uid=uuid4(), ref="HT-2026-001", went_on=True, kind="seal", doing="YY-1", **given),
        late.Entry(uid=uuid4(), ref="HT-NEVER", went_on=True, kind="pay", doing="FK-7", **given),
        late.Entry(uid=uuid4(), ref="HT-STOPPED", went_on=False, kind="seal", doing="YY-3", **given),
    ]
    late.tell(entries=entries, unit=cast.sub, by=of_user(user))
    shown = page(head, "review-gate", them.unit.code)
    for words in ("HT-NEVER", "FK-7", "HT-STOPPED", "timed out", "OA"):
        assert words in shown
    assert shown.count("gj-chip--unmet") == 1
    assert reverse("review-one", args=[row.uid]) in shown
    assert "HT-NEVER" in page(client(cast, them, "chair"), "review-gate", them.unit.code)
