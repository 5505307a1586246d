"""Conditions of an earlier round: whoever agrees later says of each what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.review import actions, gate, passes
from guiju.review.enums import MatterState as S
from guiju.review.models import Condition, Matter
from guiju.trail import verify
from guiju.workflow.models import Task, TaskStatus
from tests.conftest import Cast
from tests.review.house import Reviewers, paper, said, submitted
from tests.web.review.hands import client, does, page

pytestmark = pytest.mark.django_db


def _conditions(*texts: str, **more: Any) -> list[dict[str, Any]]:
    due = clock.today() + timedelta(days=30)
    return [{"text": text, "due_on": due, "before": True, **more} for text in texts]


def _again(them: Reviewers, *texts: str, **more: Any) -> Matter:
    """The officer agreed with conditions, the staff had it returned; it came back and the officer agreed anew."""
    row = said(them, submitted(them), "officer", "conditions", "有条件同意", conditions=_conditions(*texts, **more))
    back = said(them, row, "staff", "revise", "第五条须修改")
    back = actions.change(
        matter=back, values={}, papers=[paper("修改稿".encode())], version=back.version, by=them.by("buyer")
    )
    row = actions.submit(matter=back, by=them.by("buyer"))
    return said(them, row, "officer")


def _said(row: Matter, *states: str, reason: str = "") -> list[dict[str, Any]]:
    rows = row.conditions.order_by("ordinal")
    return [{"condition": one.uid, "state": state, "reason": reason} for one, state in zip(rows, states, strict=False)]


def test_whoever_decides_says_it_of_each_and_nothing_is_passed_over_in_silence(them: Reviewers) -> None:
    row = _again(them, "补充反担保", "取得董事会决议")
    with pytest.raises(Problem) as refused:
        said(them, row, "staff")
    assert [fault.where for fault in refused.value.faults] == ["earlier", "earlier"]
    with pytest.raises(Problem) as refused:
        said(them, row, "staff", earlier=_said(row, "holds"))
    assert "取得董事会决议" in refused.value.faults[0].what
    done = said(them, row, "staff", earlier=_said(row, "holds", "holds"))
    assert (done.state, done.outcome) == (S.PASSED, "conditions")
    assert set(done.conditions.values_list("state", "stated_round", "stated_by")) == {("open", 2, "He")}
    assert verify.run().findings == []


def test_what_still_holds_stops_the_gate_and_is_asked_for(them: Reviewers) -> None:
    row = _again(them, "补充反担保")
    done = said(them, row, "staff", earlier=_said(row, "holds"))
    digest = done.papers.get(until_round=None).digest
    assert gate.ask(system="oa", ref=done.ref, digest=digest, by=them.by("head")).code == "condition"
    assert Task.objects.filter(about_uid=done.uid, status=TaskStatus.OPEN, key__contains=":meet:").count() == 1


def test_what_is_met_or_dropped_stands_in_nobodys_way(them: Reviewers) -> None:
    row = _again(them, "补充反担保", "取得董事会决议")
    done = said(
        them, row, "staff",
        earlier=[*_said(row, "met"), {**_said(row, "holds", "dropped")[1], "reason": "已改为无担保采购"}],
    )  # fmt: skip
    met, dropped = done.conditions.order_by("ordinal")
    assert (met.state, met.settled_by, dropped.state, dropped.reason) == ("met", "He", "dropped", "已改为无担保采购")
    assert (done.state, done.outcome) == (S.PASSED, "agree")
    assert passes.read(done.passes.get().token, passes.known())["conditions"] == []
    digest = done.papers.get(until_round=None).digest
    assert gate.ask(system="oa", ref=done.ref, digest=digest, by=them.by("head")).cleared
    assert not Task.objects.filter(about_uid=done.uid, status=TaskStatus.OPEN, key__contains=":meet:").exists()
    with pytest.raises(Problem):
        actions.settle(matter=done, condition=dropped.uid, met=False, reason="重提", by=them.by("second"))
    assert verify.run().findings == []


def test_nothing_is_dropped_without_a_reason_or_by_whoever_has_to_meet_it(them: Reviewers) -> None:
    row = _again(them, "补充反担保", owner=them.person("staff").uid)
    for who, stated, where in (
        ("second", _said(row, "dropped"), "earlier.1.reason"),
        ("second", _said(row, "gone"), "earlier.1.state"),
        ("second", [{"condition": row.uid, "state": "met"}], "earlier.1"),
        ("staff", _said(row, "met"), "earlier.1.state"),
        ("staff", _said(row, "dropped", reason="不需要了"), "earlier.1.state"),
    ):
        with pytest.raises(Problem) as refused:
            said(them, row, who, earlier=stated)
        assert where in {fault.where for fault in refused.value.faults}
    assert Condition.objects.get().state == "open"
    assert said(them, row, "staff", earlier=_said(row, "holds")).state == S.PASSED


def test_who_sends_it_back_says_nothing_of_conditions_and_is_asked_anew_next_time(them: Reviewers) -> None:
    row = _again(them, "补充反担保")
    with pytest.raises(Problem) as refused:
        said(them, row, "staff", "revise", "再改", earlier=_said(row, "met"))
    assert {fault.where for fault in refused.value.faults} == {"earlier"}
    assert said(them, row, "staff", "disagree", "不同意").state == S.REFUSED


def test_somebody_of_an_earlier_step_may_say_it_and_the_last_word_counts(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer", "conditions", "有条件同意", conditions=_conditions("补充反担保"))
    back = said(them, row, "staff", "revise", "第五条须修改")
    back = actions.change(
        matter=back, values={}, papers=[paper("修改稿".encode())], version=back.version, by=them.by("buyer")
    )
    row = actions.submit(matter=back, by=them.by("buyer"))
    row = said(them, row, "officer", earlier=_said(row, "holds"))
    assert row.conditions.get().stated_by == "Guan"
    done = said(them, row, "staff", earlier=_said(row, "met", reason="协议已签"))
    assert (done.conditions.get().state, done.conditions.get().stated_by) == ("met", "He")


def test_conditions_of_this_round_are_not_asked_about(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer", "conditions", "有条件同意", conditions=_conditions("补充反担保"))
    assert said(them, row, "staff").state == S.PASSED


def test_on_screen_each_stands_as_still_holding_until_somebody_says_otherwise(cast: Cast, them: Reviewers) -> None:
    row = _again(them, "补充反担保", "取得董事会决议")
    first, second = row.conditions.order_by("ordinal")
    browser = client(cast, them, "staff")
    shown = page(browser, "review-one", row.uid)
    for one in (first, second):
        assert f'name="e-{one.uid}" value="holds" checked' in shown
    sent = {"stand": "agree", "earlier": [str(first.uid), str(second.uid)], f"e-{first.uid}": "holds"}
    refused = does(browser, row, "speak", status=422, **sent, **{f"e-{second.uid}": "dropped"})
    assert f'name="e-{second.uid}" value="dropped" checked' in refused
    does(browser, row, "speak", **sent, **{f"e-{second.uid}": "dropped", f"e-{second.uid}-reason": "不再担保"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.stated_round, second.state, second.reason) == ("open", 2, "dropped", "不再担保")
    assert "不再担保" in page(browser, "review-one", row.uid)


def test_through_the_interface_too(them: Reviewers) -> None:
    from tests.api.test_review_matters import caller

    row = _again(them, "补充反担保")
    staff, url = caller(them, "staff"), f"/reviews/{row.uid}/opinions"
    silent = staff.post(url, {"stand": "agree", "version": row.version})
    assert (silent.status_code, silent.json()["faults"][0]["where"]) == (422, "earlier")
    stated = [{"condition": str(row.conditions.get().uid), "state": "dropped", "reason": "不再担保"}]
    done = staff.post(url, {"stand": "agree", "earlier": stated, "version": row.version}).json()
    assert (done["state"], done["conditions"][0]["state"], done["conditions"][0]["reason"]) == (
        "passed", "dropped", "不再担保",
    )  # fmt: skip
