"""制度：起草、审批、发布、修订、废止，一份文本只有一个版本有效。"""

from __future__ import annotations

from datetime import date

import pytest

from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, enforcing, queries
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail.models import Event
from guiju.workflow.models import Task, TaskStatus
from tests.conftest import Cast
from tests.governance.policy_house import (
    REVISED,
    TEXT,
    approved,
    days,
    drafted,
    fresh,
    in_force,
    officer,
    record,
    revised,
    stock,
)

pytestmark = pytest.mark.django_db


def states(row: PolicyVersion) -> list[str]:
    return list(PolicyVersion.objects.filter(policy=row.policy).order_by("number").values_list("state", flat=True))


def tasks(row: PolicyVersion) -> list[str]:
    found = Task.objects.filter(about="policy", about_uid=row.policy, status=TaskStatus.OPEN)
    return [key.split(":")[2] for key in found.values_list("key", flat=True)]


def test_a_rule_is_drafted_approved_by_somebody_else_and_issued(cast: Cast) -> None:
    draft = drafted(cast)
    entry = record(draft)
    assert (entry.status, entry.on, entry.title) == ("draft", None, "采购管理办法")
    mei, lin = cast.actor(cast.mei), cast.actor(cast.lin)
    actions.submit(draft=draft, by=mei)
    assert tasks(draft) == ["approve"]
    with pytest.raises(Denied):
        actions.approve(draft=draft, by=mei)
    actions.approve(draft=draft, by=lin, opinion="同意")
    assert tasks(draft) == ["issue"]
    row = actions.issue(draft=draft, number="合规〔2026〕1号", by=mei)
    assert (row.state, row.in_force_on, row.approved_by) == (S.IN_FORCE, clock.today(), "Lin")
    entry = record(row)
    assert (entry.status, entry.number, entry.on) == ("issued", "合规〔2026〕1号", clock.today())
    assert tasks(row) == []
    assert actions.current(row.policy) == row
    told = Event.objects.filter(object_type="policy_version", object_id=str(row.uid)).order_by("id")
    assert [event.action for event in told] == [
        "policy_version.started", "policy_version.submitted", "policy_version.approved", "policy_version.put_in_force",
    ]  # fmt: skip


def test_a_returned_draft_is_its_drafters_task_with_the_opinion(cast: Cast) -> None:
    draft = actions.submit(draft=drafted(cast), by=cast.actor(cast.mei))
    with pytest.raises(Problem):
        actions.send_back(draft=draft, by=cast.actor(cast.lin), opinion=" ")
    back = actions.send_back(draft=draft, by=cast.actor(cast.lin), opinion="补充监督条款")
    assert (back.state, tasks(back)) == (S.DRAFT, ["mend"])
    assert "补充监督条款" in Task.objects.get(about="policy", about_uid=back.policy, status=TaskStatus.OPEN).note
    actions.submit(draft=back, by=cast.actor(cast.mei))
    assert tasks(back) == ["approve"]


def test_whoever_edited_a_draft_does_not_approve_it(cast: Cast) -> None:
    draft, lin = drafted(cast), cast.actor(cast.lin)
    draft = actions.edit(draft=draft, values={"text": f"{TEXT}\n第七条 补充。"}, version=draft.version, by=lin)
    draft = actions.submit(draft=draft, by=cast.actor(cast.mei))
    with pytest.raises(Denied):
        actions.approve(draft=draft, by=lin)
    assert actions.approve(draft=draft, by=cast.house).state == S.APPROVED


def test_a_revision_replaces_the_version_in_force_the_day_before(cast: Cast) -> None:
    old = in_force(cast)
    PolicyVersion.objects.filter(pk=old.pk).update(in_force_on=date(2025, 1, 1), issued_on=date(2025, 1, 1))
    row = actions.issue(draft=revised(cast, record(old)), number="合规〔2026〕9号", by=cast.actor(cast.mei))
    old.refresh_from_db()
    assert states(row) == ["superseded", "in_force"]
    assert old.ended_on == days(-1)
    entry = record(row)
    assert (entry.number, entry.date_1, entry.status) == ("合规〔2026〕9号", clock.today(), "issued")
    assert queries.in_force_on(row.policy, date(2025, 6, 1)) == old
    assert queries.in_force_on(row.policy, clock.today()) == row


def test_a_later_day_is_waited_for_and_the_night_puts_it_in_force(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = actions.issue(draft=approved(cast), number="合规〔2026〕2号", in_force_on=days(10), by=cast.actor(cast.mei))
    assert (row.state, record(row).status) == (S.APPROVED, "draft")
    assert enforcing.due(on=clock.today(), by=cast.house) == []
    assert states(row) == ["approved"]
    tomorrow = days(10)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert enforcing.due(on=tomorrow, by=cast.house) == []
    assert states(row) == ["in_force"]
    assert record(row).status == "issued"


def test_days_stand_in_an_order_that_can_be(cast: Cast) -> None:
    draft, mei = approved(cast), cast.actor(cast.mei)
    for given, where in (
        ({"issued_on": days(1)}, "issued_on"),
        ({"issued_on": days(-1)}, "issued_on"),
        ({"in_force_on": days(-1)}, "in_force_on"),
        ({"number": "号" * 61}, "number"),
    ):
        with pytest.raises(Problem) as refused:
            actions.issue(draft=draft, by=mei, **given)
        assert [fault.where for fault in refused.value.faults][:1] == [where]


def test_a_second_revision_at_the_same_time_is_refused(cast: Cast) -> None:
    old = in_force(cast)
    going = revised(cast, record(old))
    with pytest.raises(Conflict) as refused:
        actions.start(policy=record(old), unit=cast.sub, by=cast.actor(cast.mei))
    assert refused.value.data == {"draft": str(going.uid)}


def test_two_people_edit_at_once_and_the_second_sees_both_texts(cast: Cast) -> None:
    draft, mei = drafted(cast), cast.actor(cast.mei)
    seen = draft.version
    actions.edit(draft=draft, values={"text": "甲的文本"}, version=seen, by=mei)
    with pytest.raises(Conflict) as refused:
        actions.edit(draft=draft, values={"text": "乙的文本"}, version=seen, by=cast.actor(cast.lin))
    assert refused.value.data["current"] == {"text": "甲的文本"}
    assert refused.value.data["yours"] == {"text": "乙的文本"}
    assert actions.edit(draft=draft, values={"text": "甲的文本"}, version=seen, by=mei).version == seen + 1


def test_an_empty_or_unchanged_draft_is_not_submitted(cast: Cast) -> None:
    empty = drafted(cast, "空白制度", text="")
    with pytest.raises(Problem) as refused:
        actions.submit(draft=empty, by=cast.actor(cast.mei))
    assert refused.value.code == "policy.empty"
    old = in_force(cast)
    same = actions.start(policy=record(old), unit=cast.sub, by=cast.actor(cast.mei))
    assert same.text == old.text
    with pytest.raises(Problem) as refused:
        actions.submit(draft=same, by=cast.actor(cast.mei))
    assert refused.value.code == "policy.unchanged"


def test_a_repeal_ends_the_version_with_day_reason_and_number(cast: Cast) -> None:
    row, mei = in_force(cast), cast.actor(cast.mei)
    going = revised(cast, record(row))
    with pytest.raises(Conflict) as refused:
        actions.repeal(entry=record(row), reason="合并", by=mei)
    assert refused.value.code == "policy.at_work"
    actions.withdraw(draft=going, reason="不再修订", by=mei)
    with pytest.raises(Problem):
        actions.repeal(entry=record(row), reason="合并", on=days(3), by=mei)
    entry = actions.repeal(entry=record(row), reason="并入新办法", number="合规〔2026〕12号", by=mei)
    row.refresh_from_db()
    assert entry.status == "repealed"
    assert (row.state, row.ended_on, row.end_number, row.end_reason) == (
        S.REPEALED, clock.today(), "合规〔2026〕12号", "并入新办法",
    )  # fmt: skip
    with pytest.raises(Conflict):
        actions.start(policy=fresh(entry), unit=cast.sub, by=mei)


def test_the_register_does_not_issue_what_nobody_approved(cast: Cast) -> None:
    draft, mei = drafted(cast), cast.actor(cast.mei)
    entry = record(draft)
    with pytest.raises(Conflict) as refused:
        registers.move(entry=entry, move="issue", values={"issued_on": clock.today()}, by=mei)
    assert refused.value.code == "policy.not_approved"
    actions.approve(draft=actions.submit(draft=draft, by=mei), by=cast.actor(cast.lin))
    registers.move(entry=entry, move="issue", values={"issued_on": clock.today(), "number": "8号"}, by=mei)
    draft.refresh_from_db()
    assert (draft.state, draft.document_number) == (S.IN_FORCE, "8号")


def test_the_registers_own_repeal_ends_the_version_too(cast: Cast) -> None:
    row = in_force(cast)
    registers.move(
        entry=record(row), move="repeal", values={"repealed_on": clock.today()}, by=cast.actor(cast.mei), reason="失效"
    )
    assert states(row) == ["repealed"]


def test_two_rules_of_one_name_are_never_in_force_at_once(cast: Cast) -> None:
    row, mei = in_force(cast), cast.actor(cast.mei)
    with pytest.raises(Conflict) as refused:
        stock(cast, "《采购管理办法》")
    assert (refused.value.code, refused.value.data) == ("policy.duplicate", {"policy": str(row.policy)})
    with pytest.raises(Conflict):
        drafted(cast)
    other = stock(cast)
    with pytest.raises(Conflict):
        registers.update(entry=other, values={"name": "采购管理办法"}, version=other.version, by=mei, reason="改名")
    with pytest.raises(Conflict):
        registers.create_many(
            register="policies", unit=cast.sub, by=mei,
            rows=[{"name": "同名办法", "mechanism": "business", "issued_on": clock.today()} for _each in range(2)],
        )  # fmt: skip
    values = {"name": "采购管理办法", "mechanism": "business", "issued_on": clock.today()}
    registers.create(register="policies", unit=cast.group, values=values, by=cast.house)


def test_a_stock_gets_version_1_when_somebody_revises_it(cast: Cast) -> None:
    entry = stock(cast)
    assert queries.text_of(entry).version is None
    first = actions.take_over(entry=entry, text="第一条 印章由专人保管。", by=cast.actor(cast.mei))
    assert (first.number, first.state, first.document_number, first.in_force_on) == (
        1, S.IN_FORCE, "办〔2021〕3号", date(2021, 3, 1),
    )  # fmt: skip
    assert actions.take_over(entry=entry, by=cast.actor(cast.mei)) == first
    draft = actions.start(policy=entry, unit=cast.sub, by=cast.actor(cast.mei))
    assert (draft.number, draft.text) == (2, "第一条 印章由专人保管。")


def test_a_number_put_right_in_the_register_is_put_right_in_the_version(cast: Cast) -> None:
    row = in_force(cast)
    entry = record(row)
    values = {"number": "合规〔2026〕11号"}
    registers.update(entry=entry, values=values, version=entry.version, by=cast.actor(cast.mei), reason="文号录入有误")
    row.refresh_from_db()
    assert row.document_number == "合规〔2026〕11号"


def test_the_plan_row_that_names_the_rule_is_done_with_number_and_day(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    values = {"name": "采购管理办法", "action": "enact", "period": "2026", "planned_on": days(-30)}
    plan = registers.create(register="policy_plans", unit=cast.sub, values=values, by=mei)
    row = in_force(cast, plan=plan.uid)
    plan = fresh(plan)
    assert (plan.status, plan.done_on, plan.number, plan.ref_1) == (
        "done",
        clock.today(),
        "合规〔2026〕1号",
        row.policy,
    )
    values = {
        "name": "采购管理办法",
        "action": "repeal",
        "period": "2026",
        "planned_on": days(-3),
        "policy": str(row.policy),
    }
    plan = registers.create(register="policy_plans", unit=cast.sub, values=values, by=mei)
    actions.repeal(entry=record(row), reason="合并", number="合规〔2026〕5号", by=mei)
    assert (fresh(plan).status, fresh(plan).number) == ("done", "合规〔2026〕5号")


def test_a_department_officer_drafts_for_the_department_and_approves_nothing(cast: Cast) -> None:
    dong = officer(cast)
    with pytest.raises(NotFound):
        actions.start(policy=None, unit=cast.sub, title="公司办法", text=TEXT, by=dong)
    draft = actions.start(
        policy=None,
        unit=cast.sub,
        title="经营部办法",
        text=TEXT,
        values={"department": str(cast.department.uid)},
        by=dong,
    )
    actions.submit(draft=draft, by=dong)
    with pytest.raises(Denied):
        actions.approve(draft=draft, by=dong)
    with pytest.raises(NotFound):
        actions.approve(draft=draft, by=cast.actor(cast.tan))
    row = actions.approve(draft=draft, by=cast.actor(cast.qian))
    with pytest.raises(Denied):
        actions.issue(draft=row, by=dong)


def test_strangers_see_no_version(cast: Cast) -> None:
    row = in_force(cast)
    for user in (cast.tan, cast.ou):
        with pytest.raises(NotFound):
            queries.version(cast.actor(user), row.uid)


def test_verification_finds_a_text_changed_behind_the_trail(cast: Cast) -> None:
    from guiju.governance.policies import keeping
    from guiju.governance.policies.telling import _live
    from guiju.trail.header import state_digest

    row = in_force(cast)
    assert _live([str(row.uid)])[str(row.uid)] == (row.version, state_digest(keeping.content(row)))
    PolicyVersion.objects.filter(pk=row.pk).update(text=REVISED)
    assert _live([str(row.uid)])[str(row.uid)][1] != state_digest(keeping.content(row))


def test_a_removed_record_takes_its_versions_with_it(cast: Cast) -> None:
    row = in_force(cast)
    going = revised(cast, record(row))
    entry = record(row)
    registers.remove(entry=entry, version=entry.version, by=cast.house, reason="登记错误")
    row.refresh_from_db()
    going.refresh_from_db()
    assert (row.state, going.state) == (S.REPEALED, S.WITHDRAWN)
    assert tasks(row) == []
    assert not Entry.objects.filter(uid=row.policy).exists()


def test_a_draft_is_called_what_its_record_is_called_until_it_is_submitted(cast: Cast) -> None:
    draft, mei = drafted(cast), cast.actor(cast.mei)
    entry = record(draft)
    registers.update(entry=entry, values={"name": "采购管理规定"}, version=entry.version, by=mei)
    draft.refresh_from_db()
    assert draft.title == "采购管理规定"
    actions.submit(draft=draft, by=mei)
    entry = record(draft)
    with pytest.raises(Conflict) as refused:
        registers.update(entry=entry, values={"name": "另一个名称"}, version=entry.version, by=mei)
    assert refused.value.code == "policy.under_review"


def test_what_cannot_come_into_force_by_itself_becomes_a_task(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = actions.issue(draft=approved(cast), in_force_on=days(2), by=cast.actor(cast.mei))
    values = {"name": "采购管理办法", "mechanism": "business", "issued_on": clock.today()}
    registers.create(register="policies", unit=cast.sub, values=values, by=cast.house)
    later = days(2)
    monkeypatch.setattr(clock, "today", lambda: later)
    ((uid, why),) = enforcing.due(on=later, by=cast.house)
    assert uid == row.uid
    assert "采购管理办法" in why
    assert tasks(row) == ["issue"]
    assert states(row) == ["approved"]
    assert len(enforcing.due(on=later, by=cast.house)) == 1
    assert tasks(row) == ["issue"]
