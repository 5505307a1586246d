"""制度送审：走了审查流程的单位，没有审查通过的文本不能批准、不能印发。"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.access.actor import Actor
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, reviewing
from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem
from guiju.registers import actions as registers
from guiju.review import actions as reviews
from guiju.review.enums import POLICIES
from guiju.review.enums import MatterState as M
from guiju.review.models import Matter
from guiju.trail import verify
from guiju.workflow.models import Task, TaskStatus
from guiju.workflow.routes import deciding
from tests.api.conftest import open_caller
from tests.governance.policy_house import REVISED, TEXT, record
from tests.review.house import Reviewers, asked, resolution, said

pytestmark = pytest.mark.django_db

ROWS: list[dict[str, Any]] = [
    {
        "name": "规章制度", "when": {"kinds": ["policy"]},
        "steps": [
            {"code": "compliance", "name": "合规管理部门审查", "part": "compliance", "who": {"role": "compliance_staff"},
             "days": 5, "veto": True},
        ],
    },
]  # fmt: skip


def route(them: Reviewers, rows: list[dict[str, Any]] | None = None) -> None:
    """The group decides that rules go through review; the subsidiary follows it."""
    group = them.unit.parent
    assert group is not None
    draft = deciding.save(unit=group, purpose="review", rows=rows or ROWS, by=them.house)
    deciding.publish(unit=group, purpose="review", version=draft.version, by=them.house)


def submitted(them: Reviewers, title: str = "采购管理办法", **more: Any) -> PolicyVersion:
    """Ju drafts a rule and hands it in."""
    given: dict[str, Any] = {"policy": None, "unit": them.unit, "title": title, "text": TEXT, "reason": "年度计划"}
    return actions.submit(draft=actions.start(**given | more, by=them.by("second")), by=them.by("second"))


def matter(row: PolicyVersion) -> Matter:
    return Matter.objects.filter(system=POLICIES, ref=str(row.policy)).order_by("-pk")[0]


def now(row: PolicyVersion) -> PolicyVersion:
    return PolicyVersion.objects.select_related("unit").get(pk=row.pk)


def tasks(about: str) -> list[tuple[str, str]]:
    rows = Task.objects.filter(about=about, status=TaskStatus.OPEN).order_by("pk")
    return [(row.owner.name if row.owner else "", row.key.split(":")[2]) for row in rows]


def approve(them: Reviewers, row: PolicyVersion, opinion: str = "同意") -> PolicyVersion:
    return actions.approve(draft=row, by=them.by("head"), opinion=opinion)


def test_without_a_route_of_its_own_a_firm_approves_its_rules_plainly(them: Reviewers) -> None:
    row = submitted(them)
    assert not Matter.objects.exists()
    assert approve(them, row).opinion == "同意"


def test_a_route_that_says_nothing_of_rules_leaves_the_plain_approval(them: Reviewers) -> None:
    route(them, [{**ROWS[0], "name": "合同", "when": {"kinds": ["contract"]}}])
    assert approve(them, submitted(them)).state == S.APPROVED


def test_a_rule_that_is_handed_in_goes_to_the_review_with_its_text_and_its_ground(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    held = matter(row)
    assert (held.state, held.kind, held.title) == (M.IN_REVIEW, "policy", "采购管理办法")
    assert {one.role for one in held.papers.all()} == {"text", "explain"}
    assert {one.digest for one in held.papers.filter(role="text")} == reviewing.digests(row)
    assert asked(held) == ["何规"]
    assert tasks("policy") == []


def test_it_is_approved_when_the_review_has_passed_and_keeps_its_number(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    with pytest.raises(Conflict) as refused:
        approve(them, row)
    assert refused.value.code == "policy.review"
    held = said(them, matter(row), "staff")
    assert held.state == M.PASSED
    assert [what for _who, what in tasks("policy")] == ["approve"]
    row = approve(them, now(row))
    assert held.number in row.opinion
    assert held.passes.get().code in row.opinion
    assert row.opinion.endswith("同意")
    row = actions.issue(draft=row, number="合规〔2026〕1号", by=them.by("second"))
    assert row.state == S.IN_FORCE
    assert verify.run().findings == []


def test_the_pass_of_a_rule_says_when_and_as_what_it_was_issued(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    said(them, matter(row), "staff")
    row = approve(them, now(row))
    actions.issue(
        draft=row, number="合规〔2026〕1号", in_force_on=clock.today() + timedelta(days=9), by=them.by("second")
    )
    use = matter(row).passes.get().uses.get()
    assert (use.kind, use.doing, use.by) == ("issue", "采购管理办法 合规〔2026〕1号", them.by("second").name)
    assert use.digest in reviewing.digests(now(row))
    assert matter(row).done_on == clock.today()
    assert verify.run().findings == []


def test_a_rule_issued_by_its_record_leaves_the_same_trace_once(
    them: Reviewers, django_capture_on_commit_callbacks: Any
) -> None:
    route(them)
    row = submitted(them)
    said(them, matter(row), "staff")
    row = approve(them, now(row))
    with django_capture_on_commit_callbacks(execute=True):
        registers.move(
            entry=record(row), move="issue", values={"issued_on": clock.today().isoformat()}, by=them.by("second")
        )
    assert matter(row).passes.get().uses.get().kind == "issue"
    found = reviewing.standing(now(row))
    assert found is not None
    assert found.fits  # the file that was made of its words is no other text


def test_a_rule_without_a_ground_is_asked_for_it(them: Reviewers) -> None:
    route(them)
    with pytest.raises(Problem) as refused:
        submitted(them, reason="")
    assert refused.value.where == "reason"
    assert not Matter.objects.exists()


def test_what_the_review_returns_is_a_draft_again_and_comes_back_changed(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    said(them, matter(row), "staff", "revise", "第三条的限额与上级规定不一致。")
    row = now(row)
    assert (row.state, row.opinion) == (S.DRAFT, "第三条的限额与上级规定不一致。")
    assert (tasks("policy"), tasks("review")) == ([("何矩", "mend")], [])
    with pytest.raises(Problem) as refused:
        actions.submit(draft=row, by=them.by("second"))
    assert refused.value.code == "review.unchanged"
    row = actions.edit(draft=row, values={"text": REVISED}, version=row.version, by=them.by("second"))
    row = actions.submit(draft=row, by=them.by("second"))
    assert Matter.objects.count() == 1
    said(them, matter(row), "staff")
    assert approve(them, now(row)).state == S.APPROVED
    assert verify.run().findings == []


def test_a_text_that_was_changed_after_the_review_is_reviewed_again(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    first = said(them, matter(row), "staff")
    row = actions.send_back(draft=now(row), by=them.by("head"), opinion="第二条再明确。")
    row = actions.edit(draft=row, values={"text": REVISED}, version=row.version, by=them.by("second"))
    row = actions.submit(draft=row, by=them.by("second"))
    with pytest.raises(Conflict):
        approve(them, row)
    assert said(them, matter(row), "staff").previous == first.uid
    assert not first.passes.filter(revoked_at__isnull=True).exists()
    assert approve(them, now(row)).state == S.APPROVED


def test_a_text_that_comes_back_as_it_passed_is_not_asked_about_twice(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    said(them, matter(row), "staff")
    row = actions.send_back(draft=now(row), by=them.by("head"), opinion="先报主任。")
    row = actions.submit(draft=row, by=them.by("second"))
    assert Matter.objects.count() == 1
    assert approve(them, row).state == S.APPROVED


def test_a_refusal_blocks_the_text_until_it_says_something_else(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    said(them, matter(row), "staff", "disagree", "与上位法抵触。")
    row = now(row)
    assert (row.state, row.opinion) == (S.DRAFT, "与上位法抵触。")
    with pytest.raises(Problem) as refused:
        actions.submit(draft=row, by=them.by("second"))
    assert refused.value.code == "review.unchanged"
    row = actions.edit(draft=row, values={"text": REVISED}, version=row.version, by=them.by("second"))
    actions.submit(draft=row, by=them.by("second"))
    assert matter(row).state == M.IN_REVIEW


def _vetoed(them: Reviewers) -> PolicyVersion:
    route(them)
    row = submitted(them)
    held = said(them, matter(row), "staff", "veto", "违反强制性规定。")
    reviews.report_veto(matter=held, receiver=them.person("chair"), by=them.by("staff"))
    return now(row)


def test_a_veto_is_not_walked_round_with_a_new_version(them: Reviewers) -> None:
    row = _vetoed(them)
    with pytest.raises(Conflict):
        approve(them, row)
    actions.withdraw(draft=row, by=them.by("second"), reason="重新起草")
    assert matter(row).state == M.VETOED
    with pytest.raises(Conflict) as refused:
        submitted(them, policy=record(row), text=REVISED)
    assert refused.value.code == "review.under_way"


def test_a_veto_that_was_lifted_lets_the_rule_go_on(them: Reviewers) -> None:
    row = _vetoed(them)
    item = resolution(them, matter(row))
    reviews.lift_veto(matter=matter(row), resolution=item.uid, by=them.by("head"))
    assert approve(them, now(row)).state == S.APPROVED


def test_a_version_that_is_sent_back_or_given_up_takes_its_review_with_it(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    row = actions.send_back(draft=row, by=them.by("head"), opinion="第二条再明确。")
    held = matter(row)
    assert held.state == M.WITHDRAWN
    assert "第二条再明确。" in held.reason
    assert tasks("review") == []
    assert verify.run().findings == []


def test_a_pass_that_was_withdrawn_takes_the_approval_with_it(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    held = said(them, matter(row), "staff")
    approve(them, now(row))
    reviews.void(matter=held, reason="依据的规定已经废止", by=them.by("head"))
    row = now(row)
    assert (row.state, row.approved_by) == (S.DRAFT, "")
    assert "依据的规定已经废止" in row.opinion


def test_what_has_to_be_done_before_is_done_before_the_rule_is_issued(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    due = {"text": "公示征求意见七日", "due_on": (clock.today() + timedelta(days=30)).isoformat(), "before": True}
    held = said(them, matter(row), "staff", "conditions", "先征求意见。", conditions=[due])
    row = approve(them, now(row))
    with pytest.raises(Conflict) as refused:
        actions.issue(draft=row, by=them.by("second"))
    assert "公示征求意见七日" in refused.value.what
    held = reviews.claim(matter=held, condition=held.conditions.get().uid, proof="已公示。", by=them.by("second"))
    reviews.settle(matter=held, condition=held.conditions.get().uid, met=True, by=them.by("head"))
    assert actions.issue(draft=now(row), by=them.by("second")).state == S.IN_FORCE


def test_everybody_who_wrote_the_rule_is_kept_from_reviewing_it(them: Reviewers) -> None:
    route(them)
    by: Actor = them.by("second")
    row = actions.start(policy=None, unit=them.unit, title="用印管理办法", text=TEXT, reason="年度计划", by=by)
    row = actions.edit(draft=row, values={"text": REVISED}, version=row.version, by=them.by("staff"))
    actions.submit(draft=row, by=by)
    assert asked(matter(row)) == ["首阳"]


def test_nobody_changes_or_brings_the_matter_of_a_rule_past_the_library(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    said(them, matter(row), "staff", "revise", "请改。")
    held = matter(row)
    values = {"title": "采购管理办法"}
    for act in (
        lambda: reviews.change(matter=held, values=values, papers=[], version=held.version, by=them.by("second")),
        lambda: reviews.submit(matter=held, by=them.by("second")),
        lambda: reviews.draft(
            unit=them.unit, kind="policy", values=values, by=them.by("second"), system=POLICIES, ref="x"
        ),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "review.inside"


def test_the_pass_of_the_version_in_force_stays_while_a_revision_is_reviewed(them: Reviewers) -> None:
    route(them)
    row = submitted(them)
    first = said(them, matter(row), "staff")
    row = actions.issue(draft=approve(them, now(row)), number="合规〔2026〕1号", by=them.by("second"))
    later = submitted(them, policy=record(row), text=REVISED, reason="限额调整")
    said(them, matter(later), "staff")
    assert first.passes.filter(revoked_at__isnull=True).count() == 1
    assert approve(them, now(later)).state == S.APPROVED


def test_a_programme_sees_how_the_review_of_a_version_stands(them: Reviewers) -> None:
    plain = submitted(them, title="考勤办法")
    caller = open_caller(them.second, them.unit)
    assert caller.get(f"/policies/{plain.policy}").json()["versions"][0]["review"] is None
    route(them)
    row = submitted(them)
    shown = caller.get(f"/policies/{row.policy}").json()["versions"][0]["review"]
    held = matter(row)
    assert (shown["number"], shown["state"], shown["fits"], shown["clear"]) == (held.number, "in_review", True, False)
    assert shown["why"]
    held = said(them, held, "staff")
    shown = caller.get(f"/policy-versions/{row.uid}").json()["review"]
    assert (shown["matter"], shown["state"], shown["clear"]) == (str(held.uid), "passed", True)
    assert (shown["why"], shown["code"]) == ("", held.passes.get().code)
