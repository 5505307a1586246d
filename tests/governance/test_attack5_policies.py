"""制度：绕不过审批，借不到别处的计划，废止了就查不到，错的日子、怪的文本都挡得住。"""

from __future__ import annotations

from datetime import date

import pytest

from guiju.files import store
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, comparing
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import actions as registers
from guiju.registers import passages
from guiju.registers.models import Entry, Passage
from guiju.trail import verify
from tests.conftest import Cast
from tests.governance.policy_house import (
    REVISED,
    TEXT,
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


def plan_row(cast: Cast, unit: object, **more: object) -> Entry:
    values = {
        "name": "采购管理办法",
        "action": "amend",
        "planned_on": "2026-01-05",
        "due_on": days(60),
        "period": "2026",
        **more,
    }
    return registers.create(register="policy_plans", unit=unit, values=values, by=cast.house)  # type: ignore[arg-type]


def test_nobody_changes_the_words_of_a_version_that_was_approved_as_a_scan(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    scan = store.save(b"%PDF-1.4\nscan\n%%EOF\n", name="scan.pdf", by=mei)
    given = [{"digest": scan.digest, "name": "扫描件.pdf"}]
    row = in_force(cast, text="", files=given)
    other = store.save(b"%PDF-1.4\nother\n%%EOF\n", name="other.pdf", by=mei)
    entry = record(row)
    files = [{"digest": other.digest, "name": "别的.pdf", "size": other.size, "media_type": other.media_type}]
    with pytest.raises(Problem):
        registers.update(entry=entry, values={"files": files}, version=entry.version, by=mei, reason="换一份")
    with pytest.raises(Problem):
        actions.take_over(entry=fresh(entry), text="第一条 随便写。", by=mei)
    held = PolicyVersion.objects.get(pk=row.pk)
    assert held.text == ""
    assert [one["digest"] for one in held.files] == [scan.digest]


def test_a_revision_does_not_finish_the_plan_of_another_unit(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    row = in_force(cast)
    foreign = plan_row(cast, cast.group)
    PolicyVersion.objects.filter(pk=row.pk).update(in_force_on=date(2026, 1, 1))
    with pytest.raises(NotFound):
        actions.start(policy=record(row), unit=cast.sub, text=REVISED, plan=foreign.uid, by=mei)
    assert fresh(foreign).status == "planned"


def test_a_plan_row_of_one_rule_is_not_taken_for_another(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    one, other = in_force(cast), in_force(cast, "合同管理办法")
    plan = plan_row(cast, cast.sub, policy=str(other.policy))
    with pytest.raises(Conflict):
        actions.start(policy=record(one), unit=cast.sub, text=REVISED, plan=plan.uid, by=mei)
    assert fresh(plan).ref_1 == other.policy


def test_a_repealed_rule_is_not_found_by_its_clauses(cast: Cast) -> None:
    row = in_force(cast)
    assert passages.find(Entry.objects.all(), "供应商资质")
    actions.repeal(entry=record(row), reason="不再适用", by=cast.actor(cast.mei))
    assert not passages.find(Entry.objects.all(), "供应商资质")
    assert not Passage.objects.filter(entry=record(row)).exists()


def test_a_repeal_does_not_end_a_version_before_it_began(cast: Cast) -> None:
    entry = stock(cast)
    row = revised(cast, entry)
    actions.issue(draft=row, by=cast.actor(cast.mei))
    with pytest.raises(Problem) as caught:
        actions.repeal(entry=fresh(entry), reason="不再适用", on=days(-30), by=cast.actor(cast.mei))
    assert caught.value.faults[0].where == "repealed_on"
    assert actions.current(entry.uid) is not None


def test_who_renames_a_draft_in_the_register_has_written_on_it(cast: Cast) -> None:
    row = drafted(cast)
    entry = record(row)
    lin = cast.actor(cast.lin)
    registers.update(entry=entry, values={"name": "采购与招标管理办法"}, version=entry.version, by=lin)
    sent = actions.submit(draft=row, by=cast.actor(cast.mei))
    assert sent.title == "采购与招标管理办法"
    with pytest.raises(Denied):
        actions.approve(draft=sent, by=lin)


def test_an_officer_of_a_department_does_not_approve_issue_or_repeal_by_any_door(cast: Cast) -> None:
    dong = officer(cast)
    row = actions.start(policy=None, unit=cast.sub, title="投标管理办法", text=TEXT,
                        values={"department": str(cast.department.uid)}, by=dong)  # fmt: skip
    sent = actions.submit(draft=row, by=dong)
    for act in (actions.approve, actions.issue):
        with pytest.raises(Denied):
            act(draft=sent, by=dong)
    with pytest.raises(Denied):
        actions.send_back(draft=sent, opinion="改", by=dong)
    with pytest.raises(Denied):
        registers.move(entry=record(row), move="issue", values={"issued_on": days(0)}, by=dong)
    assert PolicyVersion.objects.get(pk=row.pk).state == S.SUBMITTED


def test_a_version_is_put_in_force_once(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    row = in_force(cast)
    with pytest.raises(Conflict):
        actions.issue(draft=row, by=mei)
    with pytest.raises(Conflict):
        registers.move(entry=record(row), move="issue", values={"issued_on": days(0)}, by=mei)
    later = revised(cast, record(row))
    with pytest.raises(Problem):
        actions.issue(draft=later, in_force_on=days(-3), issued_on=days(-3), by=mei)
    waiting = actions.issue(draft=later, in_force_on=days(3), by=mei)
    assert waiting.state == S.APPROVED
    with pytest.raises(Conflict):
        actions.repeal(entry=record(row), reason="不再适用", by=mei)
    assert PolicyVersion.objects.filter(policy=row.policy, state=S.IN_FORCE).count() == 1


@pytest.mark.parametrize("mark", ["；", "。"])
def test_a_clause_of_nothing_but_marks_is_compared_too(mark: str) -> None:
    before = "第一条 " + (mark + "甲") * 30_000
    after = "第一条 " + ("甲" + mark) * 30_000 + "乙"
    segments = comparing.words(before, after)
    assert "".join(words for kind, words in segments if kind != "ins") == before
    assert "".join(words for kind, words in segments if kind != "del") == after


def test_very_many_equal_lines_are_compared_too() -> None:
    found = comparing.compare("甲\n" * 30_000, "甲\n" * 30_000 + "乙\n")
    assert found.counts()["added"] == 1


def test_words_without_a_shape_keep_no_control_characters(cast: Cast) -> None:
    row = drafted(cast, text="第一条 甲\x00乙\x08丙\ud800。", reason="原\x00因")
    assert row.text == "第一条 甲乙丙。"
    assert row.reason == "原因"
    back = actions.send_back(draft=actions.submit(draft=row, by=cast.actor(cast.mei)), opinion="改\x00一改",
                             by=cast.actor(cast.lin))  # fmt: skip
    assert back.opinion == "改一改"


def test_the_trail_agrees_with_all_of_it(cast: Cast) -> None:
    row = in_force(cast)
    entry = record(row)
    right = {"number": "合规〔2026〕11号"}
    registers.update(entry=entry, values=right, version=entry.version, by=cast.actor(cast.mei), reason="文号录入有误")
    next_one = revised(cast, record(row))
    actions.send_back(draft=next_one, opinion="再改", by=cast.actor(cast.lin))
    actions.withdraw(draft=next_one, reason="不改了", by=cast.actor(cast.mei))
    actions.repeal(entry=record(row), reason="不再适用", by=cast.actor(cast.mei))
    assert verify.run().ok
