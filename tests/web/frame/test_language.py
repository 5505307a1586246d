"""Which language is spoken to whom, and what the sign-in page of a demonstration offers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.conftest import Cast

SIGN_IN = "/account/login/"


@pytest.mark.django_db
def test_chinese_is_spoken_whatever_the_browser_was_bought_with() -> None:
    body = Client().get(SIGN_IN, headers={"Accept-Language": "en-US,en;q=0.9"}).content.decode()
    assert '<html lang="zh-CN">' in body


def test_chinese_is_spoken_to_an_account_that_has_chosen_nothing(cast: Cast) -> None:
    body = cast.client(cast.lin).get("/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="zh-CN">' in body


@pytest.mark.django_db
def test_english_can_be_chosen_before_signing_in() -> None:
    browser = Client()
    assert browser.post("/language/", {"language": "en"})["Location"] == SIGN_IN
    body = browser.get(SIGN_IN).content.decode()
    assert '<html lang="en">' in body
    assert 'value="zh-hans"' in body


@pytest.mark.django_db
def test_a_language_that_is_not_spoken_here_is_refused() -> None:
    assert Client().post("/language/", {"language": "tlh"}).status_code == 400


@pytest.mark.django_db
def test_a_demonstration_offers_a_few_accounts_first_and_the_others_by_firm(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    accounts = [
        {"username": "b", "password": "p", "name": "乙", "role_text": "负责人", "unit": "子公司", "firm": "集团"},
        {"username": "a", "password": "p", "name": "甲", "unit": "集团", "firm": "集团", "turn": 2},
        {"username": "c", "password": "p", "name": "丙", "unit": "小店", "what_to_see": "清单", "turn": 1},
    ]
    (tmp_path / "demo-accounts.json").write_text(json.dumps(accounts), encoding="utf-8")
    found = Client().get(SIGN_IN).context["demo_accounts"]
    assert [account["login"] for account in found["first"]] == ["c", "a"]
    assert [firm["name"] for firm in found["firms"]] == ["集团", "小店"]
    assert found["firms"][0]["accounts"][0]["role"] == "负责人 · 子公司"
