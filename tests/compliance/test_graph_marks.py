"""A change marks what it touches, within two links and once each, and asks each owner once."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.compliance.enums import LinkState
from guiju.compliance.graph import marking, settling, shape
from guiju.compliance.models import Link, Mark
from guiju.jobs.models import Job
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org import actions as org
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow import days
from guiju.workflow.models import Task, TaskStatus
from tests.compliance.graphs import Graph
from tests.conftest import Cast


@pytest.fixture
def firm(cast: Cast) -> Graph:
    return Graph(cast, cast.sub, cast.actor(cast.mei))


def _fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "department").get(pk=entry.pk)


def _chain(firm: Graph) -> list[Entry]:
    """Obligation - risk - control - post."""
    found = [firm.enter(code) for code in ("obligations", "risk_list", "controls", "posts")]
    for one, other in pairwise(found):
        firm.join(one, other)
    return found


# --- what is marked -------------------------------------------------------------------------------------------------


def test_a_changed_obligation_marks_two_steps_and_says_what_changed(firm: Graph) -> None:
    duty, risk, control, _post = _chain(firm)
    firm.change(duty, duty="必须公开招标", clause="第五条")
    marks = firm.marked()
    assert set(marks) == {risk.title, control.title}
    mark = marks[control.title]
    assert mark.path == [str(risk.uid)]
    assert mark.cause_title == duty.text_1
    told = {change["label"]: (change["old"], change["new"]) for change in mark.changes}
    assert told == {"合规义务": (duty.title, "必须公开招标"), "条款": ("", "第五条")}


def test_a_change_of_review_date_or_owner_marks_nothing(firm: Graph) -> None:
    duty, *_rest = _chain(firm)
    firm.change(duty, reviewed_on=date(2026, 6, 1), owner=str(firm.cast.wang.uid))
    assert not Mark.objects.exists()


def test_a_moved_day_of_effect_marks_what_rests_on_the_obligation(firm: Graph) -> None:
    duty, risk, control, _post = _chain(firm)
    firm.change(duty, valid_from=date(2027, 1, 1))
    assert set(firm.marked()) == {risk.title, control.title}
    assert [change["label"] for change in firm.marked()[risk.title].changes] == ["生效日期"]


def test_a_lapsed_obligation_marks_what_rests_on_it(firm: Graph) -> None:
    duty, risk, control, _post = _chain(firm)
    registers.move(
        entry=_fresh(duty), move="lapse", values={"ends_on": date(2026, 7, 1)}, reason="新法施行", by=firm.by
    )
    assert set(firm.marked()) == {risk.title, control.title}
    assert [change["field"] for change in firm.marked()[risk.title].changes] == ["ends_on", "_status"]


def test_a_risk_never_marks_the_obligation_above_it(firm: Graph) -> None:
    duty, risk, control, post = _chain(firm)
    firm.change(risk, level="high")
    assert set(firm.marked()) == {control.title, post.title}
    assert duty.title not in firm.marked()


def test_a_changed_rule_marks_through_its_clauses(firm: Graph) -> None:
    policy, duty = firm.enter("policies"), firm.enter("duty_list")
    clause = firm.enter("policy_clauses", policy=str(policy.uid))
    firm.join(clause, duty)
    firm.change(policy, name="采购管理办法（2026修订）", reason="名称登记有误")
    assert set(firm.marked()) == {clause.title, duty.title}


def test_an_edited_process_node_marks_nothing_and_an_abolished_one_does(firm: Graph) -> None:
    node, contract = firm.enter("process_list"), firm.enter("contracts")
    firm.join(node, contract)
    firm.change(node, node="另一环节")
    assert not Mark.objects.exists()
    registers.move(
        entry=_fresh(node), move="abolish", values={"ended_on": date(2026, 7, 1)}, reason="流程取消", by=firm.by
    )
    assert set(firm.marked()) == {contract.title}


def test_what_is_no_longer_in_use_is_not_marked_and_lets_nothing_through(firm: Graph) -> None:
    duty, risk, control, _post = _chain(firm)
    contract = firm.enter("contracts")
    firm.join(duty, contract)
    registers.move(entry=_fresh(contract), move="end", values={"ended_on": date(2026, 7, 1)}, by=firm.by)
    registers.move(
        entry=_fresh(risk), move="close", values={"closed_on": date(2026, 7, 1)}, reason="业务停办", by=firm.by
    )
    Mark.objects.all().delete()
    firm.change(duty, duty="新的义务")
    assert firm.marked() == {}
    assert control.title not in firm.marked()


def test_proposed_and_refused_links_carry_nothing(firm: Graph) -> None:
    duty, risk = firm.enter("obligations"), firm.enter("risk_list")
    link = firm.join(duty, risk)
    for state in (LinkState.PROPOSED, LinkState.REFUSED):
        Link.objects.filter(pk=link.pk).update(state=state)
        firm.change(duty, duty=f"义务 {state}")
    assert not Mark.objects.exists()


def test_a_removed_record_of_the_graph_leaves_no_mark_of_its_own_waiting(firm: Graph) -> None:
    duty, risk, control, _post = _chain(firm)
    firm.change(duty, duty="新的义务")
    registers.remove(entry=_fresh(control), version=1, by=firm.by, reason="重复")
    assert set(firm.marked()) == {risk.title}


_REGISTERS = st.sampled_from(["obligations", "risk_list", "controls", "posts", "duty_list", "policy_clauses"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(_REGISTERS, min_size=1, max_size=9),
    pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20),
    gone=st.sets(st.integers(1, 9), max_size=2),
)
def test_marks_reach_exactly_what_is_within_two_confirmed_steps(
    firm: Graph, kinds: list[str], pairs: list[tuple[int, int]], gone: set[int]
) -> None:
    with transaction.atomic():
        nodes = [firm.enter("obligations"), *(firm.enter(code) for code in kinds)]
        joined: set[tuple[int, int]] = set()
        for one, other in pairs:
            if max(one, other) < len(nodes) and shape.may_link(nodes[one].register, nodes[other].register):
                firm.join(nodes[one], nodes[other])
                joined |= {(one, other), (other, one)}
        over = {at for at in gone if at < len(nodes)}
        for at in over:
            ended = min(shape.ENDED[nodes[at].register])
            Entry.objects.filter(pk=nodes[at].pk).update(status=ended)
        firm.change(nodes[0], duty="改过的义务")
        marked = [row.target for row in Mark.objects.filter(cause=nodes[0].uid)]
        assert sorted(marked, key=str) == sorted((nodes[at].uid for at in _within(nodes, joined, over)), key=str)
        transaction.set_rollback(True)


def _within(nodes: list[Entry], joined: set[tuple[int, int]], over: set[int]) -> set[int]:
    """The same, worked out one by one."""

    def carried(at: int) -> set[int]:
        return {
            other for one, other in joined
            if one == at and other not in over | {0} and nodes[other].register in shape.CARRIES[nodes[at].register]
        }  # fmt: skip

    first = carried(0)
    return first | {far for near in first for far in carried(near)}


# --- how much it costs ----------------------------------------------------------------------------------------------


def _questions(firm: Graph, entry: Entry) -> int:
    with CaptureQueriesContext(connection) as asked:
        firm.change(entry, duty=f"{entry.title} 改")
    # How many nodes of the log's tree a new event completes goes by its number.
    return sum("trail_node" not in one["sql"] for one in asked.captured_queries)


def test_saving_asks_as_much_with_one_link_as_with_three_hundred(firm: Graph) -> None:
    alone, few, many = (firm.enter("obligations") for _each in range(3))
    # Names that no cell mentions: only the marks are measured.
    rows = [{"number": f"C{at}", "name": f"措施甲乙丙{at:03}", "set_on": date(2026, 1, 5)} for at in range(301)]
    registers.create_many(register="controls", unit=firm.unit, rows=rows, by=firm.by)
    controls = list(Entry.objects.filter(register="controls").select_related("unit", "department"))
    firm.join(few, controls[0])
    now = clock.now()
    Link.objects.bulk_create(
        Link(
            root_id=many.root_id, unit_id=many.unit_id, low=min(many.uid, one.uid, key=lambda uid: uid.hex),
            low_register="controls" if one.uid.hex < many.uid.hex else "obligations",
            high=max(many.uid, one.uid, key=lambda uid: uid.hex),
            high_register="obligations" if one.uid.hex < many.uid.hex else "controls",
            state=LinkState.CONFIRMED, made_at=now, made_by="Mei",
        )
        for one in controls[1:]
    )  # fmt: skip
    counted = [_questions(firm, each) for each in (alone, few, many)]
    assert Mark.objects.filter(cause=many.uid).count() == 300
    assert counted[1] == counted[2]
    assert counted[0] < counted[1]
    assert Task.objects.filter(about="mark", about_uid=many.uid).count() == 1


def test_more_causes_than_somebody_waits_for_are_marked_by_a_job(firm: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "AT_ONCE", 2)
    duties = [firm.enter("obligations") for _each in range(4)]
    risk = firm.enter("risk_list")
    for each in duties:
        firm.join(each, risk)
    with transaction.atomic():
        for each in duties:
            firm.change(each, duty=f"{each.title} 改")
    assert Mark.objects.count() == 2
    job = Job.objects.get(unique_key__startswith="graph.mark:")
    arguments: dict[str, Any] = job.arguments["kwargs"]
    assert marking.since(arguments["unit_id"], arguments["since"], by=arguments["name"]) == 2
    assert marking.since(arguments["unit_id"], arguments["since"], by=arguments["name"]) == 0
    assert Mark.objects.count() == 4


# --- who is asked ---------------------------------------------------------------------------------------------------


def test_each_owner_gets_one_task_for_all_that_is_his(firm: Graph) -> None:
    duty = firm.enter("obligations", source="《会计法》第十条")
    li = org.add_person(unit=firm.unit, name="李工", by=firm.cast.house)
    for owner in (firm.cast.wang, firm.cast.wang, li):
        firm.join(duty, firm.enter("controls", owner=str(owner.uid)))
    firm.join(duty, firm.enter("posts"))
    firm.change(duty, duty="新的义务")
    tasks = {(task.owner.name if task.owner else "", task.title) for task in Task.objects.filter(about="mark")}
    assert tasks == {
        ("王敏", "《会计法》第十条有变化，复核受影响的 2 项"), ("李工", "《会计法》第十条有变化，复核受影响的 1 项"),
        ("", "《会计法》第十条有变化，复核受影响的 1 项"),
    }  # fmt: skip
    expected = days.of(firm.unit.root_id or 0).add(clock.today(), shape.WORKING_DAYS)
    assert {task.due_on for task in Task.objects.filter(about="mark")} == {expected}


def test_what_has_no_owner_goes_to_the_officer_of_its_department(firm: Graph) -> None:
    firm.enter("posts")
    registers.create(
        register="appointments", unit=firm.unit, by=firm.by,
        values={"role": "department_officer", "person": str(firm.cast.wang.uid), "from_on": date(2026, 1, 5),
                "department": str(firm.cast.department.uid), "document": "任命〔2026〕1号"},
    )  # fmt: skip
    duty, post = firm.enter("obligations"), firm.enter("posts", department=str(firm.cast.department.uid))
    firm.join(duty, post)
    firm.change(duty, duty="新的义务")
    task = Task.objects.get(about="mark")
    assert (task.owner, task.unit) == (firm.cast.wang, firm.cast.department)


def test_a_second_change_updates_marks_and_task_and_doubles_nothing(firm: Graph) -> None:
    duty, risk, _control, _post = _chain(firm)
    first = duty.title
    firm.change(duty, duty="第一次改")
    firm.change(duty, duty="第二次改")
    assert Mark.objects.count() == 2
    assert Task.objects.filter(about="mark").count() == 1
    change = firm.marked()[risk.title].changes[0]
    assert (change["old"], change["new"]) == (first, "第二次改")
    assert firm.marked()[risk.title].cause_version == 3


def test_a_change_that_is_taken_back_leaves_nothing_to_do(firm: Graph) -> None:
    duty, *_rest = _chain(firm)
    firm.change(duty, duty="改错了")
    firm.change(duty, duty=duty.title)
    assert firm.marked() == {}
    assert Task.objects.get(about="mark").status == TaskStatus.DONE


# --- settling -------------------------------------------------------------------------------------------------------


def test_the_task_closes_when_the_last_of_its_marks_is_settled(firm: Graph) -> None:
    duty, risk, control, _post = _chain(firm)
    firm.change(duty, duty="新的义务")
    settling.settle(mark=firm.marked()[risk.title], outcome="stands", by=firm.by)
    assert Task.objects.get(about="mark").status == TaskStatus.OPEN
    settling.settle(mark=firm.marked()[control.title], outcome="ended", note="岗位已撤", by=firm.by)
    assert Task.objects.get(about="mark").status == TaskStatus.DONE


def test_changed_is_believed_only_of_a_record_that_was_changed(firm: Graph) -> None:
    duty, risk, *_rest = _chain(firm)
    firm.change(duty, duty="新的义务")
    mark = firm.marked()[risk.title]
    with pytest.raises(Problem) as refused:
        settling.settle(mark=mark, outcome="changed", by=firm.by)
    assert refused.value.code == "mark.unchanged"
    firm.change(risk, note="按新规修订")
    assert settling.settle(mark=mark, outcome="changed", by=firm.by).outcome == "changed"


def test_who_looked_before_the_second_change_must_look_again(firm: Graph) -> None:
    duty, risk, *_rest = _chain(firm)
    firm.change(duty, duty="第一次改")
    seen = firm.marked()[risk.title]
    firm.change(duty, duty="第二次改")
    with pytest.raises(Conflict) as refused:
        settling.settle(mark=seen, outcome="stands", version=seen.version, by=firm.by)
    assert refused.value.data["version"] == seen.version + 1


def test_no_longer_needed_wants_a_reason_and_an_odd_answer_is_refused(firm: Graph) -> None:
    duty, risk, *_rest = _chain(firm)
    firm.change(duty, duty="新的义务")
    for outcome, code in (("ended", "mark.note"), ("perhaps", "mark.outcome")):
        with pytest.raises(Problem) as refused:
            settling.settle(mark=firm.marked()[risk.title], outcome=outcome, by=firm.by)
        assert refused.value.code == code


def test_all_of_many_or_none(firm: Graph) -> None:
    duty, risk, control, _post = _chain(firm)
    firm.change(duty, duty="新的义务")
    marks = firm.marked()
    firm.change(control, test="抽查")
    uids = [marks[risk.title].uid, marks[control.title].uid]
    with pytest.raises(Problem):
        settling.settle_many(marks=uids, outcome="changed", by=firm.by)
    assert len(firm.marked()) == 2
    assert settling.settle_many(marks=uids, outcome="stands", by=firm.by) == 2
    with pytest.raises(Conflict):
        settling.settle_many(marks=uids, outcome="stands", by=firm.by)


def test_a_stranger_settles_nothing(firm: Graph) -> None:
    duty, risk, *_rest = _chain(firm)
    firm.change(duty, duty="新的义务")
    with pytest.raises(NotFound):
        settling.settle(mark=firm.marked()[risk.title], outcome="stands", by=firm.cast.actor(firm.cast.tan))


def test_another_tree_is_never_marked_even_if_a_row_says_so(firm: Graph) -> None:
    duty = firm.enter("obligations")
    strange = firm.enter("risk_list", unit=firm.cast.stranger, by=firm.cast.actor(firm.cast.tan))
    low, high = sorted((duty, strange), key=lambda entry: entry.uid.hex)
    Link.objects.create(
        root_id=duty.root_id, unit_id=duty.unit_id, low=low.uid, low_register=low.register, high=high.uid,
        high_register=high.register, state=LinkState.CONFIRMED, made_at=clock.now(), made_by="forged",
    )  # fmt: skip
    firm.change(duty, duty="新的义务")
    assert not Mark.objects.exists()
