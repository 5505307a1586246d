"""Policies for programmes: the same steps, rights and refusals as on screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guiju.governance.models import PolicyVersion
from guiju.lib import clock
from tests.api.conftest import Caller
from tests.conftest import Cast
from tests.governance.policy_house import REVISED, TEXT, in_force, record, stock

pytestmark = pytest.mark.django_db


def test_a_programme_drafts_submits_and_issues_what_a_person_approved(cast: Cast, mei: Caller, lin: Caller) -> None:
    made = mei.post("/units/HD-01/policies", {"title": "采购管理办法", "text": TEXT, "values": {"level": "specific"}})
    assert made.status_code == 201, made.content
    draft = made.json()
    assert [one["anchor"] for one in draft["clauses"]][:3] == ["p-1", "c1", "a1"]
    step = f"/policy-versions/{draft['uid']}"
    assert mei.post(f"{step}/submit", {"version": 1}).json()["state"] == "submitted"
    assert mei.post(f"{step}/approve", {"version": 2}).status_code == 403
    assert lin.post(f"{step}/approve", {"version": 1}).status_code == 409
    assert lin.post(f"{step}/approve", {"version": 2, "opinion": "同意"}).json()["state"] == "approved"
    later = (clock.today() + timedelta(days=5)).isoformat()
    assert mei.post(f"{step}/issue", {"version": 3, "in_force_on": later}).json()["state"] == "approved"
    issued = mei.post(f"{step}/issue", {"version": 4, "number": "1号"})
    assert issued.json()["state"] == "in_force", issued.content
    shown = mei.get(f"/policies/{draft['policy']}").json()
    assert (shown["status"], shown["number"], len(shown["versions"])) == ("issued", "1号", 1)


def test_a_programme_compares_two_versions_and_puts_clauses_into_the_register(cast: Cast, mei: Caller) -> None:
    row = in_force(cast)
    made = mei.post(f"/policies/{row.policy}/versions", {"text": REVISED})
    assert made.status_code == 201, made.content
    found = mei.get(f"/policies/{row.policy}/differences?before=1&after=2").json()
    assert found["counts"]["changed"] == 1
    assert ["ins", "二十万"] in next(one for one in found["items"] if one["kind"] == "changed")["words"]
    assert mei.get(f"/policies/{row.policy}/differences?before=1&after=9").status_code == 404
    made = mei.post(f"/policies/{row.policy}/clauses", {"anchors": ["a3"]})
    assert len(made.json()["items"]) == 1


def test_a_programme_changes_a_draft_only_as_it_has_seen_it(cast: Cast, mei: Caller, tan: Caller) -> None:
    draft = mei.post("/units/HD-01/policies", {"title": "用印办法"}).json()
    url = f"/policy-versions/{draft['uid']}"
    assert mei.patch(url, {"text": "第一条 甲。", "version": 1}).status_code == 200
    stale = mei.patch(url, {"text": "第一条 乙。", "version": 1})
    assert stale.status_code == 409
    assert stale.json()["data"]["current"] == {"text": "第一条 甲。"}
    assert tan.get(url).status_code == 404
    assert tan.patch(url, {"text": "x", "version": 2}).status_code == 404
    assert mei.post("/units/HD-01/policies", {"title": "用印办法"}).status_code == 409


def test_a_stock_is_taken_over_and_repealed(cast: Cast, mei: Caller) -> None:
    entry = stock(cast)
    taken = mei.post(f"/policies/{entry.uid}/take-over", {"text": "第一条 双人双锁。"})
    assert taken.status_code == 200, taken.content
    assert (taken.json()["state"], taken.json()["number"]) == ("in_force", 1)
    gone = mei.post(f"/policies/{entry.uid}/repeal", {"version": 1, "reason": "合并", "number": "9号"})
    assert gone.json()["status"] == "repealed", gone.content
    assert PolicyVersion.objects.get().end_number == "9号"
    entry.refresh_from_db()
    moved = mei.post(f"/registers/policies/entries/{entry.uid}/moves", {"move": "issue", "version": entry.version})
    assert moved.status_code in {404, 405, 409, 422}
    assert record(PolicyVersion.objects.get()).status == "repealed"
