"""What every answer says to browsers and proxies, and what a refusal leaves in the log."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.test import Client

from guiju.access import actions as access
from tests.conftest import Cast, english


@pytest.mark.parametrize("address", ["/", "/r/", "/r/rectifications/", "/u/HD/", "/me/", "/find/?q=x", "/nowhere",
                                     "/r/pick/person?unit=HD", "/r/rectifications/export?unit=HD"])  # fmt: skip
def test_what_a_person_was_shown_stays_in_no_cache(cast: Cast, address: str) -> None:
    answer = cast.client(cast.lin).get(address)
    assert "no-store" in answer["Cache-Control"]
    answer.close()


def test_static_files_have_the_same_policy_as_pages(cast: Cast) -> None:
    answer = Client().get("/static/guiju/favicon.svg")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer
    answer.close()


def test_a_refusal_shows_its_page_and_leaves_no_traceback_in_the_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = english(cast.client(cast.ou)).get("/admin/accounts/")
    assert answer.status_code == 403
    assert "holds no role for this page" in answer.content.decode()
    assert [record for record in caplog.records if record.exc_info] == []


def test_who_guesses_passwords_is_told_to_wait(cast: Cast) -> None:
    cache.clear()
    client = Client()
    for _attempt in range(40):
        answer = client.post("/account/login/", {"login": "lin", "password": "wrong-wrong-wrong"})
    cache.clear()
    assert answer.status_code == 429
    assert "<main" in answer.content.decode()


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_outside(cast: Cast, target: str) -> None:
    cache.clear()
    sent = {"login": "lin", "password": "correct-horse-battery", "next": target}
    answer = Client().post("/account/login/", sent)
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_a_session_ends_with_the_account_at_the_next_click(cast: Cast) -> None:
    client = cast.client(cast.mei)
    assert client.get("/").status_code == 200
    access.disable_account(user=cast.mei, by=cast.house, reason="离职")
    assert client.get("/").status_code == 302


def test_only_a_post_signs_out(cast: Cast) -> None:
    client = cast.client(cast.lin)
    client.get("/account/logout/")
    assert client.get("/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/").status_code == 302


def test_a_form_that_is_too_large_is_refused_in_words(cast: Cast) -> None:
    client = english(cast.client(cast.lin))
    answer = client.post("/r/rectifications/new", {"problem": "x" * (11 * 2**20)})
    assert answer.status_code == 413
    assert "nothing was saved" in answer.content.decode()
