"""A token of one firm never sees a word of another."""

from __future__ import annotations

import re

import pytest

from guiju.access import actions as access
from guiju.api import service
from guiju.org import actions as org
from guiju.org.models import Person
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

CANARY = "金丝雀"


@pytest.fixture
def told(cast: Cast) -> dict[str, str]:
    """The group's own records, every free text of which holds the canary; ids by what they name."""
    lin = open_caller(cast.lin, cast.group)
    made = lin.post("/people", {"unit": "HD", "name": f"{CANARY}甲", "number": f"{CANARY}1", "post": CANARY}).json()
    body = {"unit": "HD", "values": {
        "number": f"{CANARY}-1", "problem": f"{CANARY}问题", "source": "audit", "found_on": "2026-01-05",
        "due_on": "2026-02-01", "owner": f"{CANARY}1", "cause": CANARY, "measures": CANARY,
    }}  # fmt: skip
    entry = lin.post("/registers/rectifications/entries", body)
    assert entry.status_code == 201, entry.json()
    lin.patch("/units/HD", {"version": 1, "short_name": f"{CANARY}集团"})
    adoption = lin.post("/adoptions", {"unit": "HD", "pack": "cn:casmes:effectiveness-draft", "reason": CANARY})
    assert adoption.status_code == 201, adoption.json()
    task = lin.post("/tasks", {"unit": "HD", "title": CANARY, "note": CANARY, "within": 9, "role": "compliance_head"})
    assert task.status_code == 201, task.json()
    token = lin.post("/tokens", {"name": CANARY, "scopes": ["org:unit:view"], "unit": "HD", "expires_on": "2099-01-01"})
    return {
        "unit": "HD",
        "entry": entry.json()["uid"],
        "person": made["uid"],
        "adoption": adoption.json()["uid"],
        "token": token.json()["uid"] if token.status_code == 201 else made["uid"],
    }


def addresses(told: dict[str, str]) -> list[str]:
    """Every GET address, with the foreign ids in it, and the lists once more asking for the canary."""
    found = []
    for path, methods in service.document()["paths"].items():
        if "get" not in methods:
            continue
        address = path.removeprefix("/api/v1")
        code = "rectifications" if "/registers/" in path else told["unit"]
        uid = told["entry"] if "/entries/" in path else told["person"]
        address = address.replace("{code}", code).replace("{uid}", uid).replace("{unit}", told["unit"])
        address = address.replace("{urn}", "cn:casmes:effectiveness-draft").replace("{requirement}", "A.1.1")
        found.append(re.sub(r"\{\w+\}", "0" * 64, address))
        if any(item.get("name") == "q" for item in methods["get"]["parameters"]):
            found.append(f"{address}?q={CANARY}")
    return [*found, "/registers/people/entries", "/registers/units/entries", "/registers/people/export"]


def body_of(answer: object) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode(errors="replace")


@pytest.mark.parametrize("who", ["stranger", "subsidiary", "narrowed"])
def test_no_answer_holds_a_word_of_a_foreign_unit(cast: Cast, told: dict[str, str], who: str) -> None:
    caller: Caller = {
        "stranger": lambda: open_caller(cast.tan, cast.stranger),
        "subsidiary": lambda: open_caller(cast.mei, cast.sub),
        "narrowed": lambda: open_caller(cast.lin, cast.sub),
    }[who]()
    leaks, opened = [], 0
    for address in addresses(told):
        answer = caller.get(address)
        opened += answer.status_code == 200
        body = body_of(answer).replace(f"q={CANARY}", "")
        if CANARY in body or told["entry"] in body.replace(address, ""):
            leaks.append(address)
    assert leaks == []
    assert opened > 12


def test_the_canary_sings_for_its_own_people(cast: Cast, told: dict[str, str]) -> None:
    lin = open_caller(cast.lin, cast.group)
    heard = [address for address in addresses(told) if CANARY in body_of(lin.get(address))]
    assert len(heard) > 8


def test_an_auditor_of_a_subsidiary_reads_no_foreign_trail(cast: Cast, told: dict[str, str]) -> None:
    user = access.create_account(username="xu", name="Xu", password="correct-horse-battery", by=cast.house)
    access.grant(user=user, role="auditor", unit=cast.sub, by=cast.house, reason="tests")
    auditor = open_caller(user, cast.sub)
    assert CANARY not in auditor.get("/trail/events?limit=200").content.decode()
    report = auditor.get("/trail/verify?quick=false").json()
    assert (report["ok"], report["findings"]) == (True, [])


def test_a_record_that_points_to_a_foreign_one_does_not_tell_its_title(cast: Cast, told: dict[str, str]) -> None:
    lin, mei = open_caller(cast.lin, cast.group), open_caller(cast.mei, cast.sub)
    org.change_person(person=Person.objects.get(pk=cast.wang.pk), version=1, by=cast.house, post="经理")
    values = {"number": "ZG-9", "problem": "重复", "source": "audit", "found_on": "2026-01-05", "due_on": "2026-02-01",
              "owner": "王敏", "repeat_of": told["entry"]}  # fmt: skip
    made = lin.post("/registers/rectifications/entries", {"unit": "HD-01", "values": values})
    assert CANARY in made.json()["values"]["repeat_of"]["title"]
    seen = mei.get(f"/registers/rectifications/entries/{made.json()['uid']}")
    assert seen.json()["values"]["repeat_of"]["title"] == ""
