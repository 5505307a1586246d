"""Meetings, opinions and shared matters for programmes: the same rights and refusals as on screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guiju.lib import clock
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.api.conftest import Caller
from tests.conftest import Cast
from tests.governance.meeters import committee, decision, office, person, seat
from tests.governance.test_matters import begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(cast: Cast) -> list[Person]:
    return [cast.wang, person(cast, "赵强", "2001"), person(cast, "钱进", "2002")]


@pytest.fixture
def body(cast: Cast, three: list[Person]) -> Entry:
    made = committee(cast.sub, cast.house)
    for at, one in enumerate(three):
        seat(made, one, ("chair", "vice", "member")[at], cast.house)
    return made


def test_a_programme_plans_holds_and_settles_a_meeting(
    cast: Cast, mei: Caller, tan: Caller, three: list[Person], body: Entry
) -> None:
    office(cast.sub, "compliance_head", three[1], cast.house)
    today = clock.today().isoformat()
    planned = mei.post(
        "/units/HD-01/meetings",
        {
            "subject": "第四次会议",
            "topic": "decision",
            "held_on": today,
            "body": str(body.uid),
            "items": [{"matter": "审议办法"}, {"matter": "收购公司", "major": True}],
        },
    )
    assert planned.status_code == 201, planned.content
    made = planned.json()
    way = f"/units/HD-01/meetings/{made['uid']}"
    assert [one["name"] for one in made["attendance"]] == ["王敏", "赵强", "钱进"]
    assert (made["needed"], made["present"], made["state"]) == (2, 0, "planned")
    assert tan.get(way).status_code == 404
    assert mei.post(f"{way}/settle", {"version": made["version"]}).status_code == 422
    said = {
        "chair": str(cast.wang.uid),
        "attendance": {str(one.uid): {"state": "present"} for one in three},
        "items": {one["uid"]: {"outcome": "agreed", "votes_for": 3, "unheard": "急件"} for one in made["items"]},
        "decisions": [decision(three[1])],
        "version": made["version"],
    }
    held = mei.post(f"{way}/hold", said)
    assert held.status_code == 200, held.content
    assert mei.post(f"{way}/minutes", {"place": "二楼", "version": made["version"]}).status_code == 409
    settled = mei.post(f"{way}/settle", {"version": held.json()["version"]})
    assert settled.status_code == 200, settled.content
    assert (settled.json()["state"], len(settled.json()["decisions"])) == ("settled", 1)
    order = mei.get("/units/HD-01/decision-order").json()
    assert (order["asked"], order["documents"]) == ([["compliance_head", "compliance_staff"]], [])
    (told,) = order["items"]
    assert (told["title"], told["verdict"], told["missing"]) == ("收购公司", "without", ["compliance_head"])
    assert mei.post(f"{way}/reopen", {"reason": "补充"}).json()["state"] == "held"


def test_a_programme_reads_the_year_of_the_bodies(cast: Cast, mei: Caller, tan: Caller, body: Entry) -> None:
    (line,) = mei.get("/units/HD-01/bodies").json()["items"]
    assert (line["name"], line["member_count"], len(line["year"])) == ("合规管理委员会", 3, 4)
    assert "rules" in line["lacks"]
    assert tan.get("/units/HD-01/bodies").status_code == 404


def test_a_programme_enters_who_steps_aside_and_tells_members(
    cast: Cast, mei: Caller, three: list[Person], body: Entry
) -> None:
    later = (clock.today() + timedelta(days=3)).isoformat()
    plan = {"subject": "会议", "topic": "risk", "held_on": later, "body": str(body.uid)}
    made = mei.post("/units/HD-01/meetings", plan).json()
    way = f"/units/HD-01/meetings/{made['uid']}"
    item = mei.post(f"{way}/items", {"matter": "采购"}).json()["uid"]
    aside = {"person": str(three[1].uid), "reason": "亲属任职"}
    assert mei.post(f"/units/HD-01/agenda-items/{item}/recusals", aside).status_code == 201
    assert mei.get(way).json()["items"][0]["recused"] == ["赵强"]
    assert mei.post(f"{way}/notify", None).json() == {"count": 0}
    assert mei.post(f"{way}/cancel", {"reason": "改期"}).json()["state"] == "cancelled"
    assert mei.post(f"{way}/items", {"matter": "再加一项"}).status_code == 409


def test_a_programme_answers_on_a_shared_matter(cast: Cast, mei: Caller, tan: Caller, three: list[Person]) -> None:
    entry = begin(cast, three[1])
    way = f"/matters/{entry.uid}"
    assert tan.get(way).status_code == 404
    answered = mei.post(f"{way}/opinions/legal", {"stand": "agree", "opinion": "可以", "version": 1})
    assert answered.status_code == 200, answered.content
    said = {one["function"]: one["stand"] for one in answered.json()["opinions"]}
    assert said["legal"] == "agree"
    assert mei.post(f"{way}/opinions/legal", {"stand": "object", "opinion": "不行", "version": 1}).status_code == 409
    assert mei.post(f"{way}/opinions/weather", {"stand": "agree", "version": 2}).status_code == 422
    assert registers.locked(Entry.objects.get(pk=entry.pk)).version == 2
