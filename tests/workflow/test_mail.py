"""The morning's mail, through a real mail server on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest

from guiju.access import actions as access
from guiju.access.models import Grant
from guiju.jobs import worker
from guiju.jobs.models import Job, JobState
from guiju.workflow import actions, mail, tasks
from guiju.workflow.models import Notice
from tests.plugins.smtp import Sink
from tests.workflow.conftest import Desk

DUE = date(2026, 6, 12)
NIGHT = date(2026, 6, 10)


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """The house's mail server."""
    with Sink() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.EMAIL_TIMEOUT = 5
        settings.MAIL_FROM = "规矩 <guiju@hd.example>"
        yield found


def night(desk: Desk, on: date) -> None:
    """The clock runs, and the worker sends what it asks for."""
    with desk.on(on):
        tasks.nightly.func()
        worker.drain()


def test_li_gets_one_mail_a_day_with_everything_new(desk: Desk, sink: Sink) -> None:
    li = desk.person("李雷", email="li@hd.example")
    desk.appoint("compliance_staff", li)
    for title in ("报送月度进展", "整理制度"):
        desk.task(DUE, title=title)
    night(desk, NIGHT)
    (message,) = sink.messages
    assert (message["To"], message["From"]) == ("li@hd.example", "规矩 <guiju@hd.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "报送月度进展" in text
    assert "整理制度" in text
    assert "2026-06-12" in text
    assert set(Notice.objects.values_list("sent_on", flat=True)) == {NIGHT}
    night(desk, date(2026, 6, 11))
    assert len(sink.messages) == 1
    night(desk, DUE)
    assert len(sink.messages) == 2


def test_a_run_that_is_repeated_sends_nothing_twice(desk: Desk, sink: Sink) -> None:
    li = desk.person("李雷", email="li@hd.example")
    desk.appoint("compliance_staff", li)
    desk.task(DUE)
    night(desk, NIGHT)
    with desk.on(NIGHT):
        assert mail.send(li.user.pk, NIGHT) is False
        assert tasks.ask_for_digests(NIGHT) == 0
    assert len(sink.messages) == 1


def test_an_address_that_is_refused_holds_up_nobody_else_and_is_tried_again(desk: Desk, sink: Sink) -> None:
    li, mei = desk.person("李雷", email="li@hd.example"), desk.person("韩梅", email="mei@hd.example")
    for person in (li, mei):
        desk.appoint("compliance_staff", person)
    desk.task(DUE)
    sink.unknown.add("li@hd.example")
    night(desk, NIGHT)
    assert [message["To"] for message in sink.messages] == ["mei@hd.example"]
    assert Job.objects.get(title="workflow.digest", state=JobState.WAITING).attempt == 1
    sink.unknown.clear()
    night(desk, date(2026, 6, 11))
    assert [message["To"] for message in sink.messages] == ["mei@hd.example", "li@hd.example"]


def test_what_was_done_or_read_by_then_is_no_news(desk: Desk, sink: Sink) -> None:
    li = desk.person("李雷", email="li@hd.example")
    desk.appoint("compliance_staff", li)
    done, read = desk.task(DUE), desk.task(DUE)
    desk.night(NIGHT)
    actions.done(task=done, version=1, by=desk.cast.house)
    actions.read_notices(by=desk.cast.actor(li.user), uids=[Notice.objects.get(task=read).uid])
    night(desk, NIGHT)
    assert sink.messages == []


def test_a_person_without_an_address_or_a_house_without_a_server_gets_no_mail(desk: Desk, sink: Sink, settings) -> None:
    desk.appoint("compliance_staff", desk.person("李雷"))
    desk.task(DUE)
    night(desk, NIGHT)
    settings.MAIL_FROM = ""
    desk.appoint("compliance_staff", desk.person("韩梅", email="mei@hd.example"))
    night(desk, DUE)
    assert sink.messages == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtps://u%40x:p%3Aw@mail.hd.example?from=guiju@hd.example", "mail.hd.example 465 u@x p:w False True"),
        ("smtp+tls://mail.hd.example:2525?from=guiju@hd.example", "mail.hd.example 2525   True False"),
        ("http://mail.hd.example", "GUIJU_MAIL_URL"),
        ("smtp://mail.hd.example", "GUIJU_MAIL_URL"),
    ],
)
def test_the_mail_server_is_named_by_one_address(url: str, said: str, tmp_path) -> None:
    program = (
        "from guiju import settings as s;"
        "print(s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
    )
    env = {**os.environ, "GUIJU_HOME": str(tmp_path), "GUIJU_MAIL_URL": url}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)
    assert said in done.stdout + done.stderr


def test_whoever_may_see_a_task_no_more_reads_of_it_by_mail_no_more(desk: Desk, sink: Sink) -> None:
    li = desk.person("李雷", email="li@hd.example")
    desk.appoint("compliance_staff", li)
    desk.task(DUE, title="已与他无关")
    desk.night(NIGHT)
    assert desk.told(li) == [("soon", 3)]
    access.withdraw(row=Grant.objects.get(user=li.user), by=desk.cast.house, reason="调岗")
    with desk.on(NIGHT):
        assert mail.send(li.user.pk, NIGHT) is False
    assert sink.messages == []
