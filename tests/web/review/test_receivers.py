"""What the forms of a review offer: who hears of a veto stands first; an amount says its unit once."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from guiju.review.models import Matter
from tests.conftest import Cast
from tests.governance import meeters
from tests.review.house import Reviewers, committee, said, submitted
from tests.web.review.hands import client, does, page

pytestmark = pytest.mark.django_db


def _vetoed(them: Reviewers) -> Matter:
    values = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}
    row = said(them, said(them, submitted(them, values=values), "officer"), "staff")
    return said(them, row, "head", "veto", "违反对外担保的禁止性规定。")


def _offered(shown: str) -> list[str]:
    (select,) = re.findall(r'<select id="receiver".*?</select>', shown, re.DOTALL)
    return re.findall(r">([^<]+)</option>", select)


def test_members_of_the_body_stand_first_in_the_picker_of_a_report(cast: Cast, them: Reviewers) -> None:
    outside = meeters.person(cast, "白外董", "W1")  # a director without an account
    body = committee(them, ("chair", "head", "second"))
    meeters.seat(body, outside, "member", them.house)
    offered = _offered(page(client(cast, them, "head"), "review-one", _vetoed(them).uid))
    assert {line.split("（")[0] for line in offered[:3]} == {"董升", "何矩", "白外董"}
    assert offered[0] == "董升（合规管理委员会）", "the chair comes first"
    assert not any(line.startswith(("首阳", "采莲")) for line in offered[:3]), "who reports or brought it hears nothing"
    assert any(line.startswith("管平") for line in offered[3:]), "the others follow"


def test_typing_finds_members_before_others_and_a_member_without_account_too(cast: Cast, them: Reviewers) -> None:
    outside = meeters.person(cast, "何外", "W1")
    body = committee(them, ("chair",))
    meeters.seat(body, outside, "member", them.house)
    row, browser = _vetoed(them), client(cast, them, "head")
    address = reverse("review-people", args=[row.uid])
    found = [one["text"] for one in browser.get(address, {"to": "body", "q": "何"}).json()["results"]]
    assert found[0] == "何外（合规管理委员会）"
    assert {text.split("（")[0] for text in found[1:]} == {"何规", "何矩"}
    plain = [one["text"] for one in browser.get(address, {"q": "何"}).json()["results"]]
    assert not any(text.startswith("何外") for text in plain), "nobody without an account is asked for an opinion"
    does(browser, row, "report", receiver=str(outside.uid), body=str(body.uid))
    row.refresh_from_db()
    assert row.veto["receiver"] == "何外"


def test_without_a_body_whoever_leads_the_firm_stands_first(cast: Cast, them: Reviewers) -> None:
    offered = _offered(page(client(cast, them, "head"), "review-one", _vetoed(them).uid))
    assert offered[0].startswith("董升")


def test_the_form_says_yuan_once(cast: Cast, them: Reviewers) -> None:
    shown = page(client(cast, them, "buyer"), "review-new-kind", them.department.code, "contract")
    (label,) = re.findall(r'<label for="amount">([^<]*)', shown)
    assert label == "金额"
    assert "元</span>" in shown
