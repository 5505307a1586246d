"""Evidence tests about rules, lists, plans, reports and duties, each told as what people did."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from guiju.posture import facts
from guiju.posture.evidence import TESTS
from guiju.posture.evidence.base import Department, Headcount, UnitFacts
from guiju.posture.models import Status

TODAY = date(2026, 6, 1)
MET, PARTLY, UNMET, PERSON = Status.MET, Status.PARTLY, Status.UNMET, Status.PERSON
#: Sales stands in two units, its own and a group below it; accounts was closed; law begins next month.
SALES = Department(10, "u-10", "销售部", frozenset({10, 11}))
BUYING = Department(20, "u-20", "采购部", frozenset({20}))
CLOSED = Department(30, "u-30", "旧部", frozenset({30}), None, date(2025, 12, 31))
LAW = Department(40, "u-40", "法务部", frozenset({40}), date(2026, 7, 1))


def days(count: int) -> date:
    """So many days ago."""
    return TODAY - timedelta(days=count)


def asked(rows: list[facts.Row], departments: tuple[Department, ...] = ()) -> UnitFacts:
    """What the unit recorded."""
    held: dict[str, list[Any]] = {}
    for number, each in enumerate(rows):
        each.entry_id = number
        each.unit_id = each.unit_id or 1
        held.setdefault(each.relation, []).append(each)
    return UnitFacts(1, held, Headcount(0, None), departments)


def told(
    name: str, *rows: facts.Row, departments: tuple[Department, ...] = (), on: date = TODAY, **given: Any
) -> Status:
    """The status that these rows give."""
    test = TESTS[name]
    chosen = test.Params.model_validate(given)
    return test.status(test.measure(asked([*rows], departments), on, chosen), chosen)


def asking(name: str, *rows: facts.Row, departments: tuple[Department, ...] = (), **given: Any) -> Any:
    """What is said to be missing."""
    test = TESTS[name]
    chosen = test.Params.model_validate(given)
    return test.missing(test.measure(asked([*rows], departments), TODAY, chosen), chosen)


# --- departments ----------------------------------------------------------------------------------------------------


def _list(kind: str, **more: Any) -> facts.ListVersion:
    return facts.ListVersion(**{"kind": kind, "on": days(90), "approved_by": 1, "rows": 9, **more})


def test_each_department_needs_each_list() -> None:
    rows = [_list(kind, department=10) for kind in ("duty", "risk", "process")]
    there = (SALES, BUYING, CLOSED, LAW)
    assert told("lists.by_department", *rows, departments=there) == PARTLY
    assert told("lists.by_department", *rows, departments=there, percent=50) == MET
    rows += [_list("duty", unit_id=20), _list("risk", unit_id=20)]
    assert told("lists.by_department", *rows, departments=there) == PARTLY
    assert told("lists.by_department", *rows, _list("process", unit_id=20), departments=there) == MET


def test_every_problem_found_names_the_department_that_must_put_it_right() -> None:
    def problem(**more: Any) -> facts.Rectification:
        return facts.Rectification(**{"on": days(30), "owner": 1, **more})

    there = (SALES, BUYING, CLOSED)
    name = "rectification.assigned"
    assert told(name, departments=there) == PERSON
    assert told(name, problem(department=10), problem(unit_id=20), departments=there) == MET
    assert told(name, problem(department=10), problem(), departments=there) == PARTLY
    assert told(name, problem(), departments=there) == UNMET
    assert told(name, problem(department=30), departments=there) == UNMET
    assert told(name, problem(department=10), problem(on=days(400)), departments=there) == MET
    assert told(name, problem(department=10, source="check"), problem(), departments=there, sources=["check"]) == MET
    assert told(name, problem()) == MET
    assert told(name, problem(owner=None)) == UNMET


def test_what_is_missing_names_the_department_and_fills_it_in() -> None:
    missing = asking("lists.by_department", _list("duty", department=10), departments=(SALES, BUYING), kinds=["duty"])
    assert "采购部" in missing.sentence
    assert "销售部" not in missing.sentence
    assert (missing.relation, missing.values) == ("list_version", {"kind": "duty", "department": "u-20"})


def test_the_answer_on_departments_turns_when_one_begins() -> None:
    test = TESTS["lists.by_department"]
    chosen = test.Params.model_validate({"kinds": ["duty"]})
    known = asked([_list("duty", department=10)], (SALES, LAW))
    outcome = test.measure(known, TODAY, chosen)
    assert (outcome.n, outcome.ok, outcome.valid_until) == (1, 1, date(2026, 6, 30))
    assert test.measure(known, date(2026, 7, 1), chosen).n == 2


def test_a_row_about_another_department_does_not_cover_the_one_that_keeps_it() -> None:
    row = _list("duty", unit_id=20, department=10)
    assert told("lists.by_department", row, departments=(BUYING,), kinds=["duty"]) == PARTLY
    assert told("lists.by_department", row, departments=(SALES,), kinds=["duty"]) == MET


def test_the_list_of_the_whole_unit_covers_a_unit_without_departments_only() -> None:
    assert told("lists.by_department", _list("duty"), kinds=["duty"]) == MET
    assert told("lists.by_department", _list("duty"), departments=(SALES,), kinds=["duty"]) == PARTLY


def _officer(person: int, **more: Any) -> facts.Appointment:
    values = {"role": "department_officer", "person": person, "on": days(90), "document": "通知", **more}
    return facts.Appointment(**values)


def test_every_department_has_one_or_two_officers_and_not_three() -> None:
    there = (SALES, BUYING)
    rows = [_officer(1, department=10), _officer(2, department=20), _officer(3, unit_id=11)]
    assert told("department.officers", *rows[:1], departments=there) == PARTLY
    assert told("department.officers", *rows, departments=there, most=2) == MET
    assert told("department.officers", *rows, _officer(4, department=10), departments=there, most=2) == PARTLY
    assert told("department.officers", *rows, _officer(4, department=10), departments=there) == MET
    assert told("department.officers", departments=there) == UNMET


def test_trainings_cover_the_department_that_keeps_them() -> None:
    row = facts.Training(on=days(20), audience="department", attended=9, unit_id=11)
    assert told("department.covered", row, departments=(SALES,), by="training") == MET
    assert told("department.covered", row, departments=(SALES, BUYING), by="training") == PARTLY
    assert asking("department.covered", row, departments=(SALES, BUYING), by="training").values == {}
    row.on = days(500)
    assert told("department.covered", row, departments=(SALES,), by="training") == UNMET


def test_only_the_relation_asked_about_is_read() -> None:
    test = TESTS["department.covered"]
    assert test.relations(test.Params.model_validate({"by": "list"})) == {"list_version"}
    kept = TESTS["archive.kept"]
    assert kept.relations(kept.Params.model_validate({"relations": ["meeting", "plan"]})) == {"meeting", "plan"}


# --- rules ----------------------------------------------------------------------------------------------------------


def test_rules_are_counted_up_to_the_day_asked_for() -> None:
    row = facts.PolicyStocktake(on=days(30), total=120, cutoff_on=date(2025, 12, 31), classified=True)
    assert told("policy.stocktaken", row) == MET
    assert told("policy.stocktaken", row, cutoff=date(2025, 12, 31), classified=True) == MET
    assert told("policy.stocktaken", row, cutoff=date(2026, 3, 31)) == PARTLY
    assert told("policy.stocktaken", row, graded=True) == PARTLY
    assert told("policy.stocktaken", facts.PolicyStocktake(on=days(30))) == PARTLY


def test_a_rule_at_each_level_and_in_each_field() -> None:
    rows = [facts.Policy(on=days(300), number="1号", level=level) for level in ("basic", "specific")]
    assert told("policy.graded", *rows) == PARTLY
    assert asking("policy.graded", *rows).values == {"level": "guideline"}
    rows.append(facts.Policy(on=days(300), number="2号", level="guideline", field="trade"))
    assert told("policy.graded", *rows) == MET
    assert told("policy.field_ruled", *rows, fields=["trade"]) == MET
    assert told("policy.field_ruled", *rows, fields=["trade"], levels=["basic"]) == UNMET
    rows[2].repealed_on = days(1)
    assert told("policy.graded", *rows) == PARTLY


def test_a_guideline_names_the_finding_it_came_from() -> None:
    row = facts.Policy(on=days(30), number="3号", level="guideline")
    assert told("policy.from_findings", row) == PARTLY
    row.arises_from = "2025年审计发现"
    assert told("policy.from_findings", row) == MET


def test_planned_changes_of_rules_are_done_when_they_are_due() -> None:
    ahead = facts.PolicyPlan(on=days(30), action="enact", owner=1, due_on=TODAY + timedelta(days=60))
    assert told("policy.changes_planned", ahead) == MET
    assert told("policy.changes_planned", ahead, actions=["repeal"]) == UNMET
    assert told("policy.changes_done") == UNMET
    assert told("policy.changes_done", ahead) == PARTLY
    late = facts.PolicyPlan(on=days(300), action="amend", owner=1, due_on=days(60))
    assert told("policy.changes_done", ahead, late) == UNMET
    late.done_on = days(20)
    assert told("policy.changes_done", ahead, late) == MET


# --- lists and systems ----------------------------------------------------------------------------------------------


def test_a_list_without_rows_is_none() -> None:
    assert told("lists.in_use", _list("risk", rows=0), kinds=["risk"]) == PARTLY
    assert told("lists.in_use", _list("risk"), kinds=["risk"]) == MET
    assert told("lists.in_use", _list("risk")) == PARTLY


def test_a_list_is_embedded_when_the_register_of_systems_says_so_too() -> None:
    ticked = _list("risk", embedded=True)
    system = facts.SystemFeature(on=days(90), kind="lists_risk", system="内控系统")
    assert told("lists.embedded", _list("risk"), system, kinds=["risk"]) == PARTLY
    assert told("lists.embedded", ticked, kinds=["risk"]) == PARTLY
    missing = asking("lists.embedded", ticked, kinds=["risk"])
    assert (missing.relation, missing.values) == ("system_feature", {"kind": "lists_risk"})
    assert told("lists.embedded", ticked, system, kinds=["risk"]) == MET


def test_a_feature_that_nobody_uses_is_half() -> None:
    row = facts.SystemFeature(on=days(400), kind="monitoring", system="监测平台")
    assert told("system.features", row, kinds=["monitoring"]) == MET
    assert told("system.features", row, kinds=["monitoring"], used=True) == PARTLY
    row.uses, row.used_on = 3, days(30)
    assert told("system.features", row, kinds=["monitoring"], used=True) == MET
    row.used_on = days(300)
    assert told("system.features", row, kinds=["monitoring"], used=True) == PARTLY


def test_nothing_found_must_say_what_was_looked_at_and_be_signed() -> None:
    assert told("check.zero_reported") == PERSON
    row = facts.Check(on=days(9), result="none", checker=1)
    assert told("check.zero_reported", row) == UNMET
    row.due_count, row.done_count, row.signer = 20, 20, 2
    assert told("check.zero_reported", row) == MET
    row.signer = row.checker
    assert told("check.zero_reported", row) == UNMET
    row.due_count, row.signer = 0, 2
    assert told("check.zero_reported", row) == UNMET


def test_a_check_of_all_levels_reaches_all_of_them() -> None:
    row = facts.Check(on=days(9), focus="all_levels", checker=1, due_count=10, done_count=9)
    assert told("check.all_levels", row) == PARTLY
    assert told("check.all_levels", row, percent=90) == MET
    row.focus = "general"
    assert told("check.all_levels", row, percent=90) == UNMET


def test_an_alert_that_nobody_acts_upon_does_not_count() -> None:
    assert told("alert.raised_handled") == PERSON
    row = facts.Check(on=days(9), alert=True, checker=1)
    assert told("alert.raised_handled", row) == UNMET
    row.used = True
    assert told("alert.raised_handled", row) == MET


def test_a_library_of_risks_has_a_level_and_an_owner_for_each() -> None:
    rows = [facts.Risk(on=days(9), level="low", owner=1, field="trade") for _n in range(2)]
    assert told("risk.library", *rows) == PARTLY
    assert told("risk.library", *rows, facts.Risk(on=days(9), level="low", business="投标")) == PARTLY
    assert told("risk.library", *rows, facts.Risk(on=days(9), level="low", department=10)) == MET
    assert told("risk.field", *rows, fields=["trade", "data"]) == PARTLY


# --- plans, people, reports -----------------------------------------------------------------------------------------


def test_a_plan_without_measurable_goals_is_half() -> None:
    row = facts.Plan(on=days(30), kind="implementation", document="印发通知", scheduled=True)
    assert told("plan.made", row, kinds=["implementation"], scheduled=True) == MET
    assert told("plan.made", row, kinds=["implementation"], quantified=True) == PARTLY
    assert told("plan.made", row, kinds=["implementation", "overseas"]) == PARTLY


def test_the_head_in_office_is_appraised_for_the_programme() -> None:
    head = facts.Appointment(on=days(400), role="compliance_head", person=5, document="任命书")
    row = facts.Appraisal(on=days(30), subject="staff", person=5, score=Decimal(90), programme=True)
    assert told("appraisal.programme", row) == PARTLY
    assert told("appraisal.programme", row, head) == MET
    row.programme = False
    assert told("appraisal.programme", row, head) == UNMET


def test_what_was_sent_late_was_not_sent_in_time() -> None:
    row = facts.AuthorityReport(on=days(30), kind="monthly_progress", receiver="国资委", number="5", due_on=days(31))
    assert told("authority.reported", row, kinds=["monthly_progress"]) == MET
    assert told("authority.reported", row, kinds=["monthly_progress"], in_time=True) == PARTLY
    row.due_on = days(30)
    assert told("authority.reported", row, kinds=["monthly_progress"], in_time=True) == MET
    assert told("authority.reported", row, kinds=["monthly_progress"], need=2) == PARTLY


def test_a_month_that_was_left_out_breaks_the_rhythm() -> None:
    months = [date(2026, month, 10) for month in (2, 3, 4, 5)]
    rows = [facts.AuthorityReport(on=on, kind="monthly_progress", receiver="国资委", sender=1) for on in months]
    assert told("authority.regular", *rows, kinds=["monthly_progress"]) == MET
    assert told("authority.regular", rows[0], rows[1], rows[3], kinds=["monthly_progress"]) == PARTLY


def test_each_kind_of_report_is_needed() -> None:
    row = facts.ReportDelivery(on=days(30), kind="risk", reporter=1, receiver=2)
    assert told("report.kinds", row, kinds=["risk"]) == MET
    assert told("report.kinds", row, kinds=["risk", "duty"]) == PARTLY


def test_records_without_a_file_are_not_filed() -> None:
    filed = facts.Meeting(on=days(30), topic="coordination", file_count=1)
    bare = facts.Meeting(on=days(30), topic="coordination")
    named = facts.Plan(on=days(30), kind="special", document="方案")
    assert told("archive.kept", filed, named, relations=["meeting", "plan"]) == MET
    assert told("archive.kept", filed, bare, relations=["meeting", "plan"]) == PARTLY
    assert asking("archive.kept", named, bare, relations=["plan", "meeting"]).relation == "meeting"
    assert told("archive.kept", relations=["meeting"]) == UNMET


def test_different_ways_of_making_known_are_counted_once_each() -> None:
    rows = [facts.Publicity(on=days(n), kind="lecture", channel="meeting") for n in (10, 20)]
    given: dict[str, Any] = {"kinds": ["lecture", "skit", "contest"], "need": 2}
    assert told("publicity.varied", *rows, **given) == PARTLY
    assert told("publicity.varied", *rows, facts.Publicity(on=days(5), kind="skit", channel="video"), **given) == MET


def test_training_is_planned_for_each_audience_or_for_any() -> None:
    row = facts.TrainingPlan(on=days(30), audience="managers", owner=1)
    assert told("training.planned", row) == MET
    assert told("training.planned", row, audiences=["managers", "new_hires"]) == PARTLY
    assert told("training.planned") == UNMET


# --- duties ---------------------------------------------------------------------------------------------------------


def test_a_leader_acts_only_while_in_office() -> None:
    office = facts.Appointment(on=days(100), role="first_responsible", person=7, document="任命书")
    row = facts.LeaderAction(on=days(30), kind="research", person=7)
    assert told("leader.acts", row) == PARTLY
    assert told("leader.acts", row, office) == MET
    row.on = days(200)
    assert told("leader.acts", row, office) == PARTLY


def test_the_hearing_is_chaired_by_the_principal_and_arranges_the_next_quarter() -> None:
    office = facts.Appointment(on=days(400), role="first_responsible", person=7, document="任命书")
    row = facts.Meeting(on=days(30), topic="quarterly_hearing", chaired_by=7, number="1")
    assert told("hearing.held", row, office) == PARTLY
    row.next_plan = True
    assert told("hearing.held", row, office) == MET
    row.chaired_by = 8
    assert told("hearing.held", row, office) == PARTLY
    assert told("hearing.held", row, chairs=[]) == MET


def _offices() -> list[facts.Row]:
    return [
        facts.Appointment(on=days(400), role="compliance_head", person=5, document="任命书"),
        facts.Appointment(on=days(400), role="compliance_staff", person=6, document="任命书"),
    ]


def _opinion(role: str, person: int, **more: Any) -> facts.DecisionOpinion:
    values = {"on": days(32), "decided_on": days(30), "role": role, "person": person, "written": True, **more}
    return facts.DecisionOpinion(**values)


def test_each_office_speaks_before_each_decision() -> None:
    head, staff = _opinion("compliance_head", 5), _opinion("compliance_staff", 6)
    assert told("decision.heard") == PERSON
    assert told("decision.heard", *_offices(), head) == UNMET
    assert told("decision.heard", *_offices(), head, staff) == MET
    again = _opinion("compliance_head", 5)
    assert told("decision.heard", *_offices(), head, staff, again) == PARTLY, "two decisions on one day"
    staff.on = days(29)
    assert told("decision.heard", *_offices(), head, staff) == UNMET, "given after the decision"


def _heard(*about: dict[str, Any], **more: Any) -> list[facts.Row]:
    """Both offices on each of these matters."""
    return [
        _opinion(role, person, **one, **more)
        for one in about
        for role, person in (("compliance_head", 5), ("compliance_staff", 6))
    ]


def test_two_people_of_one_office_on_one_matter_are_no_two_decisions() -> None:
    rows = [*_heard({"name": "对外担保"}), _opinion("compliance_staff", 6, name="对外担保")]
    assert told("decision.heard", *_offices(), *rows) == MET


def test_two_matters_of_one_day_are_two_decisions_and_each_is_heard_for_itself() -> None:
    both = _heard({"name": "对外担保"}, {"name": "年度投资计划"})
    assert told("decision.heard", *_offices(), *both) == MET
    # Two opinions of the head and two of the staff, but on three matters.
    crossed = [both[0], both[3], *_heard({"name": "组织调整"})]
    assert told("decision.heard", *_offices(), *crossed) == PARTLY


def test_one_matter_on_two_days_is_two_decisions() -> None:
    first, later = _heard({"name": "对外担保"}), _heard({"name": "对外担保"}, on=days(12), decided_on=days(10))
    assert told("decision.heard", *_offices(), *first, *later) == MET
    assert told("decision.heard", *_offices(), *first, later[0]) == PARTLY


def test_items_and_reviews_tell_matters_of_the_same_words_apart() -> None:
    one, other = uuid4(), uuid4()
    rows = _heard({"name": "合同审议", "item": one}, {"name": "合同审议", "item": other})
    assert told("decision.heard", *_offices(), *rows) == MET
    assert told("decision.heard", *_offices(), *rows[:3]) == PARTLY
    review = facts.Review(
        uid=uuid4(), on=days(40), subject="decision", reviewer=1, outcome="agree", decided_on=days(30), name="合同审议"
    )
    head, staff = _heard({"name": "合同审议（审2026-0001-1.3.1）", "number": "审2026-0001-1.3.1", "review": review.uid})
    assert told("decision.heard", *_offices(), review, head, staff) == MET
    assert told("decision.heard", *_offices(), review, *rows[:2]) == MET, "nothing tells them apart"
    assert told("decision.heard", *_offices(), review, *rows) == PARTLY, "it is not said which of the two it is"


def test_an_opinion_on_another_matter_of_that_day_does_not_speak_for_a_review() -> None:
    review = facts.Review(
        uid=uuid4(), on=days(40), subject="decision", reviewer=1, outcome="agree", decided_on=days(30), name="对外担保"
    )
    assert told("decision.heard", *_offices(), review, *_heard({"name": "年度投资计划"})) == PARTLY


@pytest.mark.parametrize("more", [{"written": False}, {"person": 9}, {"person": None}, {"on": None}])
def test_an_opinion_that_is_not_in_writing_or_of_no_officer_does_not_count(more: dict[str, Any]) -> None:
    row = _opinion("compliance_head", **{"person": 5, **more})
    assert told("decision.heard", *_offices(), row, roles=["compliance_head"]) == UNMET


def test_a_reviewed_decision_without_opinions_is_not_forgotten() -> None:
    review = facts.Review(on=days(40), subject="decision", reviewer=1, outcome="agree", decided_on=days(20))
    assert told("decision.heard", *_offices(), review) == UNMET
    rows = [_opinion("compliance_head", 5), _opinion("compliance_staff", 6)]
    assert told("decision.heard", *_offices(), *rows, review) == PARTLY


def test_both_offices_check_themselves_in_each_quarter() -> None:
    rows = [
        facts.SelfCheck(on=on, role=role, person=person, subject="rule", risk="none", number="1")
        for on in (date(2026, 2, 1), date(2026, 5, 1))
        for role, person in (("compliance_head", 5), ("compliance_staff", 6))
    ]
    roles = ["compliance_head", "compliance_staff"]
    assert told("self_check.opined", *rows, roles=roles) == MET
    assert told("self_check.opined", *rows[1:], roles=roles) == PARTLY
    assert told("self_check.opined", *rows, roles=roles, subjects=["decision"]) == UNMET


def test_a_question_still_within_its_time_is_not_late() -> None:
    row = facts.Consultation(on=days(10), answered_by=1)
    assert told("consultation.answered", row) == PERSON
    row.on = days(100)
    assert told("consultation.answered", row) == UNMET
    row.answered_on = days(80)
    assert told("consultation.answered", row) == MET
    assert told("consultation.answered", row, days=10) == UNMET
