"""A contract on its way: who is asked, what opinions do to it, who may not have a say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from guiju.access.models import User
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, Problem
from guiju.registers.models import Entry
from guiju.review import actions, doings, gate, keeping, queries
from guiju.review.enums import ConditionState
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.trail import verify
from guiju.workflow.models import Task, TaskStatus
from tests.review.house import Reviewers, asked, drafted, paper, passed, said, submitted

pytestmark = pytest.mark.django_db


def _refused(problem: pytest.ExceptionInfo[Problem]) -> set[str]:
    return {fault.where for fault in problem.value.faults}


def test_a_contract_goes_from_its_department_to_the_compliance_department_and_passes(them: Reviewers) -> None:
    row = submitted(them)
    assert row.number.startswith(f"审{clock.today().year}-")
    assert asked(row) == ["管平"]
    row = said(them, row, "officer")
    assert asked(row) == ["何规", "何矩"]
    row = said(them, row, "second")
    assert row.state == S.PASSED
    ledger = Entry.objects.get(register="reviews", uid=row.entry)
    assert (ledger.title, ledger.level, ledger.kind) == ("办公设备采购合同", "agree", "contract")
    assert row.passes.count() == 1
    assert not Task.objects.filter(about="review", status=TaskStatus.OPEN).exists()
    assert verify.run().findings == []


def test_whoever_brings_a_matter_gives_no_opinion_on_it(them: Reviewers) -> None:
    row = actions.draft(
        unit=them.unit, department=them.department, kind="contract", papers=[paper()], by=them.by("staff"),
        values={"title": "法律服务合同", "amount": "80000", "form": {"party": "某某律师事务所"}},
    )  # fmt: skip
    row = said(them, actions.submit(matter=row, by=them.by("staff")), "officer")
    assert asked(row) == ["何矩"]
    with pytest.raises(Problem) as refused:
        said(them, row, "staff")
    assert refused.value.status == 403


def test_a_major_matter_is_signed_by_the_head(them: Reviewers) -> None:
    row = submitted(
        them,
        kind="project",
        papers=[paper(), paper(b"1", "feasibility"), paper(b"2", "legal")],
        values={"title": "跨江通道投资"},
    )
    row = said(them, said(them, row, "officer"), "staff")
    assert (row.state, asked(row)) == (S.IN_REVIEW, ["首阳"])
    assert said(them, row, "head").state == S.PASSED


def test_a_matter_without_its_papers_is_not_submitted(them: Reviewers) -> None:
    row = drafted(them, papers=[], values={"title": "缺材料的合同", "form": {}})
    with pytest.raises(Problem) as refused:
        actions.submit(matter=row, by=them.by("buyer"))
    assert _refused(refused) == {"form.party", "papers.text"}
    assert Matter.objects.get(pk=row.pk).state == S.DRAFT


def test_what_was_returned_comes_back_changed_or_not_at_all(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer", "revise", "付款条件对我方不利，请修改第五条。")
    assert row.state == S.RETURNED
    with pytest.raises(Problem) as refused:
        actions.submit(matter=row, by=them.by("buyer"))
    assert refused.value.code == "review.unchanged"
    row = actions.change(
        matter=row, values={}, papers=[paper(b"changed", name="合同二稿.txt")], version=row.version, by=them.by("buyer")
    )
    row = actions.submit(matter=row, by=them.by("buyer"))
    assert [len(keeping.papers_of_round(row, number)) for number in (1, 2)] == [1, 1]
    assert said(them, said(them, row, "officer"), "staff").state == S.PASSED
    assert Entry.objects.filter(register="reviews").count() == 1


def test_who_looks_after_reviews_changes_nobody_elses_matter(them: Reviewers) -> None:
    row = drafted(them)
    steps: tuple[Callable[[], Any], ...] = (
        lambda: actions.change(matter=row, values={"amount": "1"}, version=row.version, by=them.by("staff")),
        lambda: actions.change(matter=row, values={}, papers=[paper(b"x")], version=row.version, by=them.by("head")),
        lambda: actions.submit(matter=row, by=them.by("staff")),
        lambda: actions.withdraw(matter=row, reason="重复", by=them.by("head")),
    )
    for act in steps:
        with pytest.raises(Denied):
            act()
    offered = doings.of(them.by("staff"), queries.one(them.by("staff"), row.uid)).codes
    assert not offered & {"edit", "submit", "withdraw"}
    assert Matter.objects.get(pk=row.pk).version == row.version


def test_what_nobody_stands_behind_any_more_the_compliance_office_takes_over_and_gives_no_opinion_on(
    them: Reviewers,
) -> None:
    row = drafted(them)
    User.objects.filter(pk=them.buyer.pk).update(is_active=False)
    row = actions.submit(matter=row, by=them.by("staff"))
    row = said(them, row, "officer")
    assert asked(row) == ["何矩"]


def test_who_is_asked_does_not_withdraw_the_matter(them: Reviewers) -> None:
    row = submitted(them)
    with pytest.raises(Denied):
        actions.withdraw(matter=row, reason="不想看", by=them.by("officer"))
    assert asked(row) == ["管平"]


def test_a_vetoed_text_does_not_pass_under_another_number_or_amount(them: Reviewers) -> None:
    big = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}
    beside = submitted(them, ref="HT-2", values={**big, "amount": "10"})
    row = said(them, said(them, submitted(them, values=big), "officer"), "staff")
    row = said(them, row, "head", "veto", "违规担保")
    small = drafted(them, ref="HT-3", values={**big, "amount": "10"})
    with pytest.raises(Conflict):
        actions.submit(matter=small, by=them.by("buyer"))
    beside = said(them, beside, "officer")
    with pytest.raises(Conflict) as refused:
        said(them, beside, "staff")
    assert refused.value.code == "review.vetoed_text"
    assert said(them, beside, "staff", "disagree", "与已否决的合同相同。").state == S.REFUSED
    change = actions.change(matter=small, values={}, papers=[paper(b"new")], version=small.version, by=them.by("buyer"))
    assert actions.submit(matter=change, by=them.by("buyer")).state == S.IN_REVIEW


def test_papers_under_review_do_not_change(them: Reviewers) -> None:
    row = submitted(them)
    with pytest.raises(Problem) as refused:
        actions.change(matter=row, values={}, papers=[paper(b"other")], version=row.version, by=them.by("buyer"))
    assert refused.value.status == 409


def test_a_disagreement_at_the_last_step_ends_the_matter_without_a_pass(them: Reviewers) -> None:
    row = said(them, said(them, submitted(them), "officer"), "staff", "disagree", "相对方没有资质。")
    assert (row.state, row.passes.count()) == (S.REFUSED, 0)
    assert actions.again(matter=row, by=them.by("buyer")).previous == row.uid


def test_a_condition_is_met_by_its_owner_and_confirmed_by_somebody_else(them: Reviewers) -> None:
    due = (clock.today() + timedelta(days=10)).isoformat()
    row = said(
        them, said(them, submitted(them), "officer"), "staff", "conditions", "补一份授权书。",
        conditions=[{"text": "取得对方签约代表的授权书", "due_on": due, "before": True}],
    )  # fmt: skip
    condition = row.conditions.get()
    digest = row.papers.get().digest
    assert (row.state, row.outcome) == (S.PASSED, "conditions")
    assert gate.ask(system="oa", ref="HT-2026-001", digest=digest, by=them.by("head")).code == "condition"
    row = actions.claim(matter=row, condition=condition.uid, proof="授权书已收到，存档。", by=them.by("buyer"))
    row = actions.settle(matter=row, condition=condition.uid, met=True, by=them.by("second"))
    assert row.conditions.get().state == ConditionState.MET
    assert gate.ask(system="oa", ref="HT-2026-001", digest=digest, by=them.by("head")).cleared


def test_stepping_aside_calls_the_next_one_and_nobody_comes_back(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    run = keeping.last_run(row)
    assert run is not None
    for who, then in (("staff", ["何矩"]), ("second", ["首阳"])):
        seat = run.seats.get(person=them.person(who), state="open")
        row = actions.recuse(matter=row, seat=seat.uid, reason="本人持有对方股权", by=them.by(who))
        assert asked(row) == then
    with pytest.raises(Problem):
        said(them, row, "staff")
    assert said(them, row, "head").state == S.PASSED


def test_the_same_contract_is_under_review_once(them: Reviewers) -> None:
    submitted(them)
    with pytest.raises(Problem) as refused:
        drafted(them)
    assert refused.value.code == "review.under_way"


def test_the_gate_knows_the_reviewed_document_and_no_other(them: Reviewers) -> None:
    row = passed(them)
    digest = row.papers.get().digest
    by = them.by("head")
    assert gate.ask(system="oa", ref="HT-2026-001", digest=digest, by=by).cleared
    changed = ("0" if digest[0] != "0" else "1") + digest[1:]
    assert gate.ask(system="oa", ref="HT-2026-001", digest=changed, by=by).code == "changed"
    assert gate.ask(system="erp", ref="HT-2026-001", digest=digest, by=by).code == "unknown"
    answer, use = gate.use(system="oa", ref="HT-2026-001", digest=digest, kind="seal", doing="YY-1", by=by)
    again, same = gate.use(system="oa", ref="HT-2026-001", digest=digest, kind="seal", doing="YY-1", by=by)
    assert (answer.cleared, again.cleared, use) == (True, True, same)
    with pytest.raises(Problem) as refused:
        gate.use(system="oa", ref="HT-2026-001", digest=digest, kind="seal", doing="YY-2", by=by)
    assert refused.value.code == "gate.used"
    row.refresh_from_db()
    row = actions.void(matter=row, reason="对方资质是伪造的", by=by)
    assert gate.ask(system="oa", ref="HT-2026-001", digest=digest, by=by).code == "void"
    assert verify.run().findings == []
