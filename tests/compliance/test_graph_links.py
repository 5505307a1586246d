"""Links between records: set by people, proposed from words, never across enterprises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.access import actions as access
from guiju.compliance.enums import LinkState
from guiju.compliance.graph import actions as graph
from guiju.compliance.graph import proposing, queries, words
from guiju.compliance.models import Link
from guiju.jobs.models import Job
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail.models import Event
from tests.compliance.graphs import Graph
from tests.conftest import PASSWORD, Cast

LAW = "《中华人民共和国招标投标法》第四条"


@pytest.fixture
def firm(cast: Cast) -> Graph:
    return Graph(cast, cast.sub, cast.actor(cast.mei))


def _fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("unit", "department").get(pk=entry.pk)


# --- by people ------------------------------------------------------------------------------------------------------


def test_a_link_set_by_a_person_is_confirmed_and_on_the_trail(firm: Graph) -> None:
    duty, risk = firm.enter("obligations"), firm.enter("risk_list")
    link = firm.join(duty, risk)
    assert link.state == LinkState.CONFIRMED
    assert [one.entry.uid for one in queries.neighbours(risk.uid, by=firm.by)] == [duty.uid]
    assert Event.objects.filter(action="link.set", object_id=str(link.uid)).count() == 1


def test_the_same_link_from_the_other_end_is_the_same_link(firm: Graph) -> None:
    duty, risk = firm.enter("obligations"), firm.enter("risk_list")
    assert firm.join(duty, risk) == firm.join(risk, duty)
    assert Link.objects.count() == 1


def test_two_posts_are_not_linked_with_each_other(firm: Graph) -> None:
    with pytest.raises(Problem) as refused:
        firm.join(firm.enter("posts"), firm.enter("posts"))
    assert refused.value.code == "link.pair"
    assert refused.value.fix


def test_records_of_another_enterprise_are_never_linked(firm: Graph) -> None:
    tan = firm.cast.actor(firm.cast.tan)
    strange = firm.enter("risk_list", unit=firm.cast.stranger, by=tan)
    mine = firm.enter("obligations")
    with pytest.raises(NotFound):
        firm.join(mine, strange)
    with pytest.raises(Problem) as refused:
        graph.link(one=mine, other=strange, by=firm.cast.house)
    assert refused.value.code == "link.tree"


def test_who_only_reads_does_not_link(firm: Graph) -> None:
    duty, risk = firm.enter("obligations"), firm.enter("risk_list")
    with pytest.raises(Denied):
        graph.link(one=duty, other=risk, by=firm.cast.actor(firm.cast.qian))


def test_a_department_officer_links_what_is_of_her_department_to_what_she_sees_only(firm: Graph) -> None:
    officer = access.create_account(username="dong", name="Dong", password=PASSWORD, by=firm.cast.house)
    access.grant(
        user=officer, role="department_officer", unit=firm.cast.department, by=firm.cast.house, reason="tests",
        from_on=clock.today(),
    )  # fmt: skip
    by = firm.cast.actor(officer)
    department = str(firm.cast.department.uid)
    risk, post = firm.enter("risk_list", department=department), firm.enter("posts", department=department)
    assert graph.link(one=_fresh(risk), other=_fresh(post), by=by).state == LinkState.CONFIRMED
    with pytest.raises(NotFound):
        graph.link(one=_fresh(risk), other=_fresh(firm.enter("obligations")), by=by)
    with pytest.raises(NotFound):
        queries.neighbours(firm.enter("obligations").uid, by=by)


def test_of_two_who_decide_the_second_sees_what_the_first_decided(firm: Graph) -> None:
    firm.enter("obligations", source=LAW)
    firm.enter("duty_list", source_law=LAW)
    proposal = Link.objects.get()
    graph.refuse(link=proposal, version=1, by=firm.by)
    with pytest.raises(Conflict) as second:
        graph.confirm(link=proposal, version=1, by=firm.cast.actor(firm.cast.lin))
    assert second.value.data["current"] == {"state": "refused", "by": "Mei"}


def test_a_dropped_link_is_gone(firm: Graph) -> None:
    link = firm.join(firm.enter("obligations"), firm.enter("risk_list"))
    graph.drop(link=link, by=firm.by)
    assert not Link.objects.exists()


def test_many_proposals_are_confirmed_at_once_under_one_event(firm: Graph) -> None:
    firm.enter("obligations", source=LAW)
    for _row in range(3):
        firm.enter("duty_list", source_law=LAW)
    before = Event.objects.count()
    assert graph.decide_many(links=list(Link.objects.values_list("uid", flat=True)), confirmed=True, by=firm.by) == 3
    assert Event.objects.count() == before + 1
    assert set(Link.objects.values_list("state", flat=True)) == {LinkState.CONFIRMED}


def test_a_removed_record_takes_its_links_along(firm: Graph) -> None:
    duty, risk = firm.enter("obligations"), firm.enter("risk_list")
    firm.join(duty, risk)
    registers.remove(entry=_fresh(risk), version=1, by=firm.by, reason="重复")
    assert not Link.objects.exists()


def test_references_of_fields_are_read_as_links_and_not_stored_twice(firm: Graph) -> None:
    policy = firm.enter("policies")
    clause = firm.enter("policy_clauses", policy=str(policy.uid))
    found = queries.neighbours(policy.uid, by=firm.by)
    assert [(one.entry.uid, one.edge.field) for one in found] == [(clause.uid, "policy")]
    assert not Link.objects.exists()


def test_around_goes_two_steps_and_stays_at_the_actors_units(firm: Graph) -> None:
    duty, risk, control = firm.enter("obligations"), firm.enter("risk_list"), firm.enter("controls")
    post = firm.enter("posts")
    for one, other in ((duty, risk), (risk, control), (control, post)):
        firm.join(one, other)
    found = queries.around(duty.uid, by=firm.by)
    assert found.steps == {duty.uid: 0, risk.uid: 1, control.uid: 2}
    above = firm.enter("obligations", unit=firm.cast.group, by=firm.cast.actor(firm.cast.lin))
    graph.link(one=above, other=risk, by=firm.cast.actor(firm.cast.lin))
    assert above.uid not in queries.around(risk.uid, by=firm.by).entries
    assert above.uid in queries.around(risk.uid, by=firm.cast.actor(firm.cast.lin)).entries


def test_an_obligation_is_called_tied_only_where_a_link_leads_to_a_measure(firm: Graph) -> None:
    duty = firm.enter("obligations")
    with pytest.raises(Problem) as refused:
        graph.tied(entry=_fresh(duty), version=1, by=firm.by)
    assert refused.value.code == "obligation.loose"
    firm.join(duty, firm.enter("controls"))
    assert Entry.objects.get(pk=duty.pk).flag_2 is None
    assert graph.tied(entry=_fresh(duty), version=1, by=firm.by).flag_2 is True


# --- from words -----------------------------------------------------------------------------------------------------


def _proposed() -> set[tuple[str, str]]:
    return {
        tuple(sorted(pair))  # type: ignore[misc]
        for pair in Link.objects.filter(state=LinkState.PROPOSED).values_list("low_register", "high_register")
    }


def test_a_law_in_a_cell_proposes_the_obligation_and_says_on_which_words(firm: Graph) -> None:
    firm.enter("obligations", source=LAW)
    firm.enter("process_list", source_law="《招标投标法》第四条；《会计法》")
    proposal = Link.objects.get()
    assert proposal.state == LinkState.PROPOSED
    assert proposal.why == "法律法规、国家政策：“《招标投标法》第四条”"


def test_the_other_order_of_entering_proposes_the_same(firm: Graph) -> None:
    firm.enter("process_list", source_law="《招标投标法》第四条")
    assert not Link.objects.exists()
    firm.enter("obligations", source=LAW)
    assert _proposed() == {("obligations", "process_list")}


def test_another_article_of_the_same_law_is_another_obligation(firm: Graph) -> None:
    firm.enter("obligations", source="《招标投标法》第三十二条")
    firm.enter("process_list", source_law="《招标投标法》第四条")
    assert not Link.objects.exists()


def test_a_risk_point_in_slightly_other_words_proposes_the_risk(firm: Graph) -> None:
    firm.enter("risk_list", name="未按规定公开招标的风险")
    firm.enter("duty_list", risk_points="1.未按规定公开招标风险；2.泄露标底")
    assert _proposed() == {("duty_list", "risk_list")}


def test_a_post_is_proposed_in_its_own_department_only(firm: Graph) -> None:
    department = str(firm.cast.department.uid)
    firm.enter("posts", name="招标专员", department=department)
    firm.enter("duty_list", post="招标专员")
    assert not Link.objects.exists()
    firm.enter("duty_list", post="招标专员", department=department)
    assert _proposed() == {("duty_list", "posts")}


def test_measures_rules_and_processes_are_found_by_their_names(firm: Graph) -> None:
    firm.enter("controls", name="评标专家随机抽取")
    firm.enter("policies", name="采购管理办法")
    firm.enter("process_list", process="招标采购", measures="评标专家随机抽取；回避", source_rules="《采购管理办法》")
    firm.enter("risk_list", business="招标采购")
    assert _proposed() == {("controls", "process_list"), ("policies", "process_list"), ("process_list", "risk_list")}


def test_a_refused_proposal_is_not_made_again(firm: Graph) -> None:
    firm.enter("obligations", source=LAW)
    row = firm.enter("duty_list", source_law=LAW)
    graph.refuse(link=Link.objects.get(), by=firm.by)
    firm.change(row, source_law=f"{LAW}；《会计法》")
    proposing.ask(unit=firm.unit, by=firm.by)
    assert [link.state for link in Link.objects.all()] == [LinkState.REFUSED]


def test_words_of_another_enterprise_propose_nothing(firm: Graph) -> None:
    firm.enter("obligations", source=LAW, unit=firm.cast.stranger, by=firm.cast.actor(firm.cast.tan))
    firm.enter("duty_list", source_law=LAW)
    proposing.ask(unit=firm.unit, by=firm.by)
    assert not Link.objects.exists()


def test_rows_entered_together_are_read_by_a_job(firm: Graph) -> None:
    firm.enter("obligations", source=LAW)
    rows = [{"number": f"N{at}", "post": "专员", "duty": f"职责{at}", "source_law": LAW} for at in range(40)]
    registers.create_many(register="duty_list", unit=firm.unit, rows=rows, by=firm.by)
    assert not Link.objects.exists()
    assert Job.objects.filter(unique_key=f"graph.propose:{firm.unit.pk}").count() == 1
    assert proposing.of_unit(firm.unit) == 40


def test_what_the_lists_mention_and_no_register_holds_is_named(firm: Graph) -> None:
    firm.enter("duty_list", source_law="《会计法》第十条；《审计法》", source_rules="《印章管理办法》第三条")
    firm.enter("process_list", source_law="《会计法》第十条", measures="双人复核")
    found, is_cut = proposing.missing(firm.unit)
    assert not is_cut
    told = {(one.kind, one.name, one.clause, one.register, len(one.rows)) for one in found}
    assert ("law", "会计法", "第十条", "obligations", 2) in told
    assert ("rule", "印章管理办法", "第三条", "policy_clauses", 1) in told
    assert ("control", "双人复核", "", "controls", 1) in told


# --- words alone ----------------------------------------------------------------------------------------------------


def test_several_laws_in_one_cell_are_read_one_by_one() -> None:
    cell = "1.《招标投标法》第四条、第五条；《政府采购法》\n民法典第五百条、保险法"
    found = [(item.name, item.clause) for item in words.cited(cell)]
    assert found == [
        ("招标投标法", "第四条"), ("招标投标法", "第五条"), ("政府采购法", ""), ("民法典", "第五百条"), ("保险法", ""),
    ]  # fmt: skip


def test_half_the_words_in_common_are_not_the_same_risk() -> None:
    assert words.likeness("未按规定招标", "未按规定评标") < words.ALIKE
    assert words.likeness("未按规定公开招标的风险", "未按规定公开招标风险") >= words.ALIKE
    assert words.likeness("《民法典》", "民法典") == 1.0


@given(st.lists(st.text(alphabet="招标采购风险管理合同印章", min_size=2, max_size=12), max_size=12), st.text(
    alphabet="招标采购风险管理合同印章", min_size=2, max_size=12))  # fmt: skip
def test_looking_up_finds_exactly_what_comparing_one_by_one_finds(names: list[str], asked: str) -> None:
    held: words.Wordings[str] = words.Wordings()
    for name in names:
        held.add(name, name)
    same = {name for name in names if words.plain(name) == words.plain(asked)}
    like = same or {name for name in names if words.likeness(name, asked) >= words.ALIKE}
    assert set(held.alike(asked)) == like
