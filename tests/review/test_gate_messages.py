"""Other systems are told what becomes of their matters: signed, again until received, never to a forbidden address."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings as live

from guiju.jobs import worker
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.review import sending, webhooks
from guiju.review.models import Delivery, Webhook
from guiju.trail import verify
from tests.conftest import Cast
from tests.review.house import Reviewers, drafted, passed, submitted

pytestmark = pytest.mark.django_db


class Listener(HTTPServer):
    """Another system that hears messages; `answers` are its next statuses, 204 when there are none left."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Ear)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Ear(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers.items()), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_given: Any) -> None: ...


@pytest.fixture
def other(settings: Any) -> Iterator[Listener]:
    with Listener() as server:
        settings.WEBHOOK_HOSTS = [f"127.0.0.1:{server.server_address[1]}"]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def hook(them: Reviewers, other: Listener, **more: Any) -> Webhook:
    return webhooks.make(unit=them.unit, url=other.url, by=them.by("head"), **more)


def later(seconds: int) -> None:
    """The jobs that are due by then run."""
    with clock.simulate(clock.now() + timedelta(seconds=seconds)):
        worker.drain()


def events(other: Listener) -> list[str]:
    return [json.loads(body)["event"] for _headers, body in other.heard]


def test_every_turn_of_a_matter_is_told_once_and_signed(them: Reviewers, other: Listener) -> None:
    row = hook(them, other)
    matter = passed(them)
    worker.drain()
    assert events(other) == ["review.submitted", "review.passed"]
    headers, body = other.heard[-1]
    said = json.loads(body)
    assert (said["matter"], said["state"], said["ref"]) == (str(matter.uid), "passed", "HT-2026-001")
    assert said["pass"]["token"] == matter.passes.get().token
    at = int(headers["Guiju-Signature"].removeprefix("t=").split(",")[0])
    assert headers["Guiju-Signature"] == webhooks.signature(webhooks.secret(row), body, at=at)
    assert headers["Guiju-Event"] == said["id"]
    worker.drain()
    assert len(other.heard) == 2
    assert verify.run().findings == []


def test_a_message_that_was_not_received_is_sent_again_under_the_same_id(them: Reviewers, other: Listener) -> None:
    hook(them, other)
    other.answers = [503, 302, 200]
    submitted(them)
    worker.drain()
    assert Delivery.objects.get().state == "waiting"
    later(20)
    later(200)
    assert len({headers["Guiju-Event"] for headers, _body in other.heard}) == 1
    assert len({body for _headers, body in other.heard}) == 1
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.answer) == ("sent", 3, 200)


def test_a_redelivered_job_sends_nothing_twice(them: Reviewers, other: Listener) -> None:
    hook(them, other)
    submitted(them)
    worker.drain()
    Job.objects.filter(task__contains="webhooks").update(state=JobState.WAITING, attempt=0)
    worker.drain()
    assert len(other.heard) == 1


def test_whoever_answers_without_end_is_left_and_tried_again(
    them: Reviewers, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WHOLE_SECONDS", 0.3)
    ended = Event()

    def drip(server: socket.socket) -> None:
        connection, _where = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.02):
                try:
                    connection.sendall(b"X: 1\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=drip, args=(server,), daemon=True).start()
        settings.WEBHOOK_HOSTS = [f"127.0.0.1:{server.getsockname()[1]}"]
        webhooks.make(unit=them.unit, url=f"http://127.0.0.1:{server.getsockname()[1]}/", by=them.by("head"))
        submitted(them)
        worker.drain()
        ended.set()
    row = Delivery.objects.get()
    assert (row.state, row.attempts, bool(row.error)) == ("waiting", 1, True)


def test_only_the_system_that_sent_a_matter_is_told(cast: Cast, them: Reviewers, other: Listener) -> None:
    hook(them, other, system="erp")
    submitted(them)
    webhooks.make(unit=cast.stranger, url=f"{other.url}?x", by=cast.actor(cast.tan))
    drafted(them, ref="HT-2")
    worker.drain()
    assert other.heard == []


def test_an_address_that_was_ended_hears_nothing_more(them: Reviewers, other: Listener) -> None:
    row = hook(them, other)
    submitted(them)
    webhooks.end(hook=row, version=row.version, by=them.by("head"))
    worker.drain()
    assert other.heard == []
    assert Delivery.objects.get().state == "failed"


def test_an_address_that_is_allowed_no_longer_hears_nothing(them: Reviewers, other: Listener, settings: Any) -> None:
    hook(them, other)
    submitted(them)
    settings.WEBHOOK_HOSTS = ["oa.example.cn"]
    worker.drain()
    assert (other.heard, Delivery.objects.get().state) == ([], "failed")


@pytest.mark.parametrize(
    "url",
    [
        "http://oa.example.cn/hook",
        "https://other.example.cn/hook",
        "https://oa.example.cn:8443/hook",
        "https://user:word@oa.example.cn/",
        "https://oa.example.cn@other.example/",
        "https://oa.example.cn.other.example/",
        "http://127.0.0.1:9001/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]:9000/",
        "http://2130706433:9000/",
        "file:///etc/passwd",
        "gopher://oa.example.cn/",
        "https://oa.example.cn/\r\nHost: x",
        "https://",
        "",
    ],
)
def test_an_address_that_nobody_allowed_is_refused(url: str, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["oa.example.cn", "127.0.0.1:9000"]
    with pytest.raises(Problem) as refused:
        sending.target(url)
    assert refused.value.code == "hook.address"


def test_allowed_addresses_are_taken(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["oa.example.cn", "ERP.example.cn:8443", "127.0.0.1:9000", "[::1]:9000"]
    for url in (
        "https://OA.example.cn/hook?a=1", "https://erp.example.cn:8443/x", "http://127.0.0.1:9000", "http://[::1]:9000/x"
    ):  # fmt: skip
        assert sending.target(url).host


def test_a_name_that_leads_to_the_own_machine_is_refused(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["localhost"]
    with pytest.raises(Problem) as refused:
        sending.post("https://localhost/hook", b"{}", {})
    assert refused.value.code == "hook.address"


def test_nothing_is_allowed_where_nobody_said_so() -> None:
    assert live.WEBHOOK_HOSTS == []
    with pytest.raises(Problem):
        sending.target("https://oa.example.cn/")
