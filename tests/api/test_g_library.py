"""The library for programmes: the same figures, steps, rights and refusals as on screen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from guiju.lib import clock
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.api.conftest import Caller
from tests.conftest import Cast
from tests.governance.policy_house import days, stock

pytestmark = pytest.mark.django_db

READS = ("library", "policy-plan", "policy-findings", "policy-execution", "policy-statistics")


def finding(cast: Cast) -> Entry:
    values: dict[str, Any] = {"problem": "高处作业无防护", "source": "audit", "field": "safety", "systemic": True,
                              "found_on": days(-40), "due_on": days(40), "owner": str(cast.wang.uid)}  # fmt: skip
    return registers.create(register="rectifications", unit=cast.sub, values=values, by=cast.actor(cast.mei))


def test_a_programme_reads_the_library_and_plans_what_is_missing(cast: Cast, mei: Caller) -> None:
    stock(cast, business="finance", issued_on=date(2019, 1, 1))
    seen = mei.get("/units/HD-01/library").json()
    assert seen["in_force"] == 1
    assert seen["cells"] == [{"business": "finance", "level": "specific", "in_force": 1, "draft": 0, "stale": 1}]
    assert {"key", "state", "plan"} <= set(seen["gaps"][0])
    made = mei.post("/units/HD-01/library/gaps", {"key": "specific:hr", "do": "plan"})
    assert made.status_code == 201, made.content
    assert mei.post("/units/HD-01/library/gaps", {"key": "specific:hr", "do": "plan"}).status_code == 409
    assert mei.post("/units/HD-01/library/gaps", {"key": "specific:office", "do": "decline"}).status_code == 422
    assert mei.post("/units/HD-01/library/gaps", {"key": "nonsense", "do": "plan"}).status_code == 404
    year = mei.get("/units/HD-01/policy-plan").json()
    assert [row["uid"] for row in year["items"]] == [made.json()["uid"]]
    assert year["whole"] == {"code": "", "planned": 1, "done": 0, "late": 0}


def test_a_programme_answers_a_finding_and_plans_a_revision(cast: Cast, mei: Caller) -> None:
    row, rule = finding(cast), stock(cast)
    assert [one["uid"] for one in mei.get("/units/HD-01/policy-findings").json()["items"]] == [str(row.uid)]
    made = mei.post(f"/findings/{row.uid}/guideline", {"do": "plan"}).json()
    assert made["finding"] == str(row.uid)
    planned = mei.post(f"/policies/{rule.uid}/plan", {"action": "amend", "reason": "修订"}).json()
    assert (planned["action"], planned["policy"]) == ("amend", str(rule.uid))


def test_a_programme_counts_on_a_day_and_never_ahead(cast: Cast, mei: Caller) -> None:
    stock(cast)
    told = mei.get("/units/HD-01/policy-statistics?on=2020-12-31").json()
    assert (told["total"], told["year"]) == (0, 2021)
    assert mei.get("/units/HD-01/policy-statistics").json()["specific"] == 1
    assert mei.get(f"/units/HD-01/policy-statistics?on={clock.today().year + 2}-01-01").status_code == 422
    assert mei.get("/units/HD-01/policy-execution").json()["total"] == 1


def test_strangers_find_nothing_and_readers_change_nothing(cast: Cast, reader: Caller, tan: Caller) -> None:
    row = finding(cast)
    for name in READS:
        assert tan.get(f"/units/HD-01/{name}").status_code == 404, name
        assert reader.get(f"/units/HD-01/{name}").status_code == 200, name
    assert tan.post(f"/findings/{row.uid}/guideline", {"do": "plan"}).status_code == 404
    assert reader.post("/units/HD-01/library/gaps", {"key": "charter", "do": "plan"}).status_code == 403
