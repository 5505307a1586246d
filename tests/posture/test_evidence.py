"""Each evidence test alone, as a pure function of facts."""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from guiju.posture import facts
from guiju.posture.evidence import TESTS, Strength, docs
from guiju.posture.evidence.base import Department, Headcount, UnitFacts, months_after, months_before
from guiju.posture.models import Status

TODAY = date(2026, 6, 1)
UIDS = [uuid.UUID(int=number) for number in range(1, 5)]
WORDS = {
    "role": ["first_responsible", "legal_representative", "compliance_staff", "compliance_head", "department_officer"],
    "kind": ["committee", "leading_group", "department", "plan", "contingency", "drill", "review", "results", "hire",
             "award", "sanction", "leader", "values", "internal", "trust", "behaviour", "duty", "risk", "process",
             "implementation", "lists_duty", "law_thought", "court_hearing", "setup", "monthly_progress", "hearing",
             "regular"],
    "mechanism": ["obligation_external", "risk_assessment", "speakup", "monitoring", "improvement", "all", "general"],
    "form": ["people", "budget", "tools", "decision", "access", "report", "case"],
    "topic": ["compliance_report", "coordination", "decision", "quarterly_hearing"], "scope": ["external", "internal"],
    "level": ["high", "medium", "low", "basic", "specific", "guideline", "central"], "seat": ["chair", "member"],
    "result": ["none", "general", "major"], "party": ["third_party", "employee"],
    "audience": ["all", "managers", "employee", "customer"], "field": ["trade", "data"], "focus": ["all_levels", ""],
    "subject": ["decision", "product", "contract", "rule"], "outcome": ["agree", "veto", "proven"],
    "trigger": ["periodic", "new_business"], "period": ["2024", "2025", "2026Q1", ""], "action": ["enact", "repeal"],
}  # fmt: skip
#: Parameters for tests that have some without default.
PARAMS: dict[str, dict[str, Any]] = {
    "appointment.held": {"roles": ["compliance_staff"]},
    "appointment.authorised": {"roles": ["compliance_staff"]},
    "appointment.qualified": {"roles": ["compliance_staff"]},
    "policy.in_force": {"mechanisms": ["speakup"], "sets": ["process"]},
    **{name: {"mechanism": "speakup"} for name in ("mechanism.reviewed", "mechanism.adapted", "mechanism.fits")},
    "work.recorded": {"mechanism": "monitoring"},
    "policy.stocktaken": {"classified": True, "cutoff": "2025-06-30"},
    "policy.field_ruled": {"fields": ["trade"]},
    "plan.made": {"kinds": ["implementation"]},
    "overseas.reviewed": {"kinds": ["setup"], "measured": True},
    "department.covered": {"by": "risk", "percent": 50},
    "department.officers": {"most": 2},
    "system.features": {"kinds": ["lists_duty"], "used": True},
    "risk.field": {"fields": ["trade", "data"]},
    "check.field": {"fields": ["trade"]},
    "review.subjects": {"subjects": ["decision"]},
    "exam.held": {"kinds": ["court_hearing"]},
    "training.audiences": {"audiences": ["all", "managers"]},
    "authority.reported": {"kinds": ["monthly_progress"], "in_time": True},
    "authority.regular": {"kinds": ["monthly_progress"]},
    "report.kinds": {"kinds": ["regular", "risk"]},
    "report.kind_regular": {"kinds": ["regular"]},
    "self_check.opined": {"roles": ["compliance_head", "compliance_staff"]},
    "archive.kept": {"relations": ["meeting", "plan"], "percent": 50},
    "publicity.varied": {"kinds": ["internal", "values"], "need": 2},
}


def params(name: str) -> Any:
    """Checked parameters of a test."""
    return TESTS[name].Params.model_validate(PARAMS.get(name, {}))


def value(name: str, kind: Any, pick: random.Random) -> Any:
    """A value for one column, often none."""
    kinds = set(get_args(kind)) or {kind}
    if type(None) in kinds and pick.random() < 0.25:
        return None
    if date in kinds:
        return TODAY + timedelta(days=pick.randint(-900, 200))
    if bool in kinds:
        return pick.random() < 0.7
    if uuid.UUID in kinds:
        return pick.choice(UIDS)
    if Decimal in kinds:
        return Decimal(pick.randint(0, 100))
    if int in kinds:
        return pick.randint(0, 3)
    return pick.choice(WORDS.get(name, ["甲", "乙", ""]))


@cache
def hints_of(kind: type[facts.Row]) -> dict[str, Any]:
    """The types of a relation's columns."""
    return get_type_hints(kind)


def row(kind: type[facts.Row], pick: random.Random, number: int) -> facts.Row:
    """A random fact."""
    hints = hints_of(kind)
    values = {item.name: value(item.name, hints[item.name], pick) for item in fields(kind)}
    return kind(**{**values, "entry_id": number, "unit_id": 1, "register": kind.relation})


def some_facts(seed: int, name: str) -> UnitFacts:
    """Up to eight facts of every relation that the test reads."""
    pick = random.Random(seed)
    rows = {
        kind.relation: [row(kind, pick, number) for number in range(pick.randint(0, 8))] for kind in TESTS[name].reads
    }
    turn = TODAY + timedelta(days=pick.randint(1, 90)) if pick.random() < 0.3 else None
    return UnitFacts(1, rows, Headcount(pick.randint(0, 4), turn), some_departments(pick))


def some_departments(pick: random.Random) -> list[Department]:
    """None, or a few that may begin or end in time; the first is the unit that keeps the rows."""
    span: list[date | None] = [None, TODAY - timedelta(days=30), TODAY + timedelta(days=pick.randint(1, 300))]
    return [
        Department(pk, str(UIDS[pk]), f"{pk}部", frozenset({pk}), pick.choice(span), pick.choice(span))
        for pk in range(1, pick.randint(0, 3) + 1)
    ]


@pytest.mark.parametrize("name", TESTS)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**9), step=st.integers(1, 1200))
def test_an_answer_stays_true_until_its_day(name: str, seed: int, step: int) -> None:
    known, chosen, test = some_facts(seed, name), params(name), TESTS[name]
    first = test.measure(known, TODAY, chosen)
    until = first.valid_until or TODAY + timedelta(days=step)
    assert until >= TODAY
    for day in {TODAY + timedelta(days=step), until}:
        if day <= until and (known.headcount.changes_on is None or day < known.headcount.changes_on):
            later = test.measure(known, day, chosen)
            assert (later.n, later.ok, later.figure) == (first.n, first.ok, first.figure)
            assert test.status(later, chosen) == test.status(first, chosen)


@pytest.mark.parametrize("name", TESTS)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_answers_are_sound_and_say_what_is_missing(name: str, seed: int) -> None:
    known, chosen, test = some_facts(seed, name), params(name), TESTS[name]
    outcome = test.measure(known, TODAY, chosen)
    status = test.status(outcome, chosen)
    assert outcome.ok >= 0
    assert outcome.latest_on is None or outcome.latest_on <= TODAY
    assert status in {Status.MET, Status.PARTLY, Status.UNMET, Status.PERSON, Status.NA}
    assert test.explain(chosen).endswith(("?", "？"))
    assert "%(" not in test.explain(chosen)
    missing = test.missing(outcome, chosen)
    assert missing.sentence
    assert missing.relation in facts.RELATIONS
    assert set(missing.values) <= facts.names(missing.relation)
    for seen in test.look(known, TODAY, chosen):
        assert seen.row.on is None or seen.row.on <= TODAY


@pytest.mark.parametrize("name", TESTS)
def test_nothing_recorded_is_never_met(name: str) -> None:
    test, nothing = TESTS[name], UnitFacts(1, {}, Headcount(5, None))
    assert test.status(test.measure(nothing, TODAY, params(name)), params(name)) in {Status.UNMET, Status.PERSON}


@pytest.mark.parametrize("name", TESTS)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_a_row_that_only_declares_never_makes_it_met(name: str, seed: int) -> None:
    known, chosen, test = some_facts(seed, name), params(name), TESTS[name]
    people = {"person", "owner", "reviewer", "checker", "signer", "reporter", "receiver", "chaired_by", "approved_by",
              "handler", "lead", "acceptor", "replaced_by", "submitter"}  # fmt: skip
    for rows in known.rows.values():
        for each in rows:
            each.on, each.file_count = None, 0
            for column in people:
                if hasattr(each, column):
                    setattr(each, column, None)
    assert test.status(test.measure(known, TODAY, chosen), chosen) != Status.MET


def test_there_are_enough_tests_and_few_ask_only_whether_something_exists() -> None:
    weak = [test for test in TESTS.values() if test.strength <= Strength.DOCUMENT]
    assert len(TESTS) >= 28
    assert len(weak) * 3 <= len(TESTS)


@pytest.mark.parametrize(
    ("name", "given", "where"),
    [
        ("appointment.held", {"roles": []}, "roles"),
        ("appointment.held", {"roles": ["king"]}, "roles"),
        ("check.regular", {"every": "day"}, "every"),
        ("training.coverage", {"percent": 101}, "percent"),
        ("training.coverage", {"percent": "80"}, "percent"),
        ("training.coverage", {"share": 80}, "share"),
    ],
)
def test_parameters_out_of_bounds_are_refused(name: str, given: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TESTS[name].Params.model_validate(given)
    assert refused.value.errors()[0]["loc"][0] == where


@given(on=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(1, 60))
def test_a_window_closes_exactly_once(on: date, months: int) -> None:
    turn = months_after(on, months)
    assert months_before(turn, months) > on
    assert months_before(turn - timedelta(days=1), months) <= on


def told(name: str, rows: list[facts.Row], people: int = 0, **given: Any) -> Status:
    """The status that these rows give."""
    test = TESTS[name]
    chosen = test.Params.model_validate(given)
    held: dict[str, list[Any]] = {}
    for number, each in enumerate(rows):
        each.entry_id = number
        held.setdefault(each.relation, []).append(each)
    return test.status(test.measure(UnitFacts(1, held, Headcount(people, None)), TODAY, chosen), chosen)


def days(count: int) -> date:
    """So many days ago."""
    return TODAY - timedelta(days=count)


def test_a_rectification_accepted_by_the_person_who_did_it_does_not_count() -> None:
    done: dict[str, Any] = {"on": days(60), "due_on": days(20), "done_on": days(30), "owner": 1}
    assert told("rectification.closed", [facts.Rectification(**done, acceptor=1)]) == Status.UNMET
    assert told("rectification.closed", [facts.Rectification(**done, acceptor=2)]) == Status.MET


def test_a_rectification_done_late_does_not_count() -> None:
    row = facts.Rectification(on=days(60), due_on=days(40), done_on=days(30), owner=1, acceptor=2)
    assert told("rectification.closed", [row]) == Status.UNMET


def test_no_faults_to_put_right_needs_a_person() -> None:
    assert told("rectification.closed", []) == Status.PERSON


def test_no_recurrence_means_nothing_without_checks() -> None:
    assert told("recurrence.none", []) == Status.UNMET
    check = facts.Check(on=days(10), checker=1, result="none")
    assert told("recurrence.none", [check]) == Status.MET
    again = [facts.Rectification(on=days(50), cause="漏签"), facts.Rectification(on=days(5), cause="漏签")]
    assert told("recurrence.none", [check, *again]) == Status.UNMET


CHANNEL = {"on": date(2024, 3, 1), "handler": 1}


def test_a_year_without_reports_of_wrongdoing_still_needs_an_analysis() -> None:
    channel = facts.DisclosureChannel(**CHANNEL)
    assert told("disclosure.analysed", []) == Status.UNMET
    assert told("disclosure.analysed", [channel]) == Status.PARTLY, "in June it is not late yet"
    row = facts.MechanismReview(on=date(2026, 1, 20), mechanism="speakup", kind="review", period="2025", owner=1)
    assert told("disclosure.analysed", [channel, row]) == Status.MET


def test_a_year_in_which_somebody_reported_asks_for_no_analysis_of_silence() -> None:
    heard = facts.Disclosure(on=date(2025, 5, 5), handler=1)
    assert told("disclosure.analysed", [facts.DisclosureChannel(**CHANNEL), heard]) == Status.NA


def test_a_leaders_support_is_checked_against_the_appointments() -> None:
    row = facts.Resource(on=days(30), mechanism="speakup", form="decision", approved_by=7)
    assert told("leadership.supports", [row], mechanism="speakup") == Status.PARTLY
    office = facts.Appointment(on=days(400), role="first_responsible", person=7, document="任命书")
    assert told("leadership.supports", [row, office], mechanism="speakup") == Status.MET


def test_a_decision_reviewed_afterwards_does_not_count() -> None:
    row = facts.Review(on=days(10), subject="decision", outcome="agree", reviewer=1, decided_on=days(12))
    assert told("decision.reviewed", [row]) == Status.UNMET
    row.decided_on = days(2)
    assert told("decision.reviewed", [row]) == Status.MET


def test_a_matter_decided_while_it_was_sent_back_or_against_the_review_does_not_count() -> None:
    given: dict[str, Any] = {"on": days(30), "subject": "decision", "reviewer": 1}
    for outcome in ("revise", "material", "disagree", "veto"):
        row = facts.Review(**given, outcome=outcome, decided_on=days(2))
        assert told("decision.reviewed", [row]) == Status.UNMET
        row.decided_on = None
        assert told("decision.reviewed", [row]) == Status.MET
    lifted = facts.Review(
        **given, outcome="veto", decided_on=days(2), valid_until=days(-90), signed_by="合规管理委员会"
    )
    assert told("decision.reviewed", [lifted], signed=True) == Status.MET


def test_what_was_stopped_is_nothing_to_sign() -> None:
    row = facts.Review(on=days(30), subject="product", outcome="veto", reviewer=1, signed_by="合规管理委员会")
    assert told("decision.reviewed", [row], signed=True) == Status.PERSON


def test_a_review_by_whoever_submitted_it_is_none() -> None:
    row = facts.Review(on=days(30), subject="decision", outcome="agree", reviewer=1, submitter=1)
    assert told("decision.reviewed", [row]) == Status.UNMET
    assert told("review.subjects", [row], subjects=["decision"]) != Status.MET
    row.submitter = 2
    assert told("decision.reviewed", [row]) == told("review.subjects", [row], subjects=["decision"]) == Status.MET


def test_a_disagreement_is_a_veto_only_when_it_was_reported_or_passed_over() -> None:
    row = facts.Review(on=days(20), subject="decision", outcome="disagree", reviewer=1)
    assert told("veto.reported", [row], quiet=True) == Status.NA
    row.decided_on = days(10)
    assert told("veto.reported", [row], quiet=True) == Status.UNMET


def test_a_veto_that_the_leading_body_lifted_was_not_passed_over() -> None:
    row = facts.Review(on=days(20), subject="decision", outcome="veto", reviewer=1, reported_on=days(18))
    row.decided_on, row.valid_until = days(10), days(-90)
    assert told("veto.reported", [row]) == Status.MET


def test_training_coverage_counts_the_staff_not_the_sums() -> None:
    twice = [facts.Training(on=days(10 + n), audience="all", attended=5, file_count=1) for n in range(2)]
    assert told("training.coverage", twice, people=10, percent=80) == Status.PARTLY
    twice[0].attended = 8
    assert told("training.coverage", twice, people=10, percent=80) == Status.MET


def test_a_rhythm_needs_every_quarter_since_it_began() -> None:
    quarters = [date(2025, 8, 1), date(2025, 11, 1), date(2026, 2, 1)]
    rows = [facts.Check(on=on, checker=1, result="none") for on in quarters]
    assert told("check.regular", list(rows)) == Status.MET
    assert told("check.regular", [rows[0], rows[2]]) == Status.PARTLY
    assert told("check.regular", [facts.Check(on=days(3), checker=1, result="none")]) == Status.PARTLY


def test_a_check_with_another_focus_does_not_count() -> None:
    rule = facts.Check(on=days(20), checker=1, result="none", focus="policy")
    asked: dict[str, Any] = {"focus": ["policy"], "every": "year", "at_least": 1}
    assert told("check.regular", [rule], **asked) == Status.MET
    assert told("check.regular", [facts.Check(on=days(20), checker=1, result="none", focus="general")], **asked) == (
        Status.UNMET
    )


def test_faults_found_by_others_are_left_aside() -> None:
    done: dict[str, Any] = {"on": days(60), "due_on": days(20), "done_on": days(25), "owner": 1, "acceptor": 2}
    asked = {"sources": ["discipline", "inspection"]}
    assert told("rectification.closed", [facts.Rectification(**done, source="inspection")], **asked) == Status.MET
    assert told("rectification.closed", [facts.Rectification(**done, source="audit")], **asked) == Status.PERSON


def test_the_handling_of_an_event_is_told_from_other_responses() -> None:
    handled = facts.Response(on=days(30), done_on=days(20), owner=1, kind="handling")
    drill = facts.Response(on=days(30), done_on=days(20), owner=1, kind="drill")
    assert told("response.carried_out", [handled]) == Status.MET
    assert told("response.carried_out", [drill]) == Status.UNMET
    assert told("response.carried_out", [handled], kinds=["handling"]) == Status.MET
    assert told("response.carried_out", [drill], kinds=["handling"]) == Status.UNMET


def test_half_the_means_are_partly() -> None:
    rows = [facts.Resource(on=days(9), mechanism="all", form="budget", budget=Decimal(9), approved_by=1)]
    assert told("resource.provided", list(rows), mechanism="speakup") == Status.PARTLY
    rows.append(facts.Resource(on=days(9), mechanism="all", form="people", headcount=2, approved_by=1))
    rows.append(facts.Resource(on=days(9), mechanism="speakup", form="tools", document="采购单"))
    assert told("resource.provided", list(rows), mechanism="speakup") == Status.MET
    assert told("resource.provided", list(rows), mechanism="speakup", general=False) == Status.PARTLY


def test_what_was_given_to_compliance_as_a_whole_is_partly_for_a_mechanism_asked_by_name() -> None:
    office = facts.Appointment(on=days(400), role="first_responsible", person=7, document="任命书")
    row = facts.Resource(on=days(30), mechanism="all", form="decision", approved_by=7)
    assert told("leadership.supports", [row, office], mechanism="speakup") == Status.MET
    assert told("leadership.supports", [row, office], mechanism="speakup", general=False) == Status.PARTLY


def test_a_member_of_the_compliance_department_is_no_leader() -> None:
    body = facts.Body(uid=UIDS[0], on=days(400), kind="department", document="通知")
    seat = facts.BodyMember(on=days(400), body=UIDS[0], person=7, seat="member")
    row = facts.Resource(on=days(30), mechanism="speakup", form="decision", approved_by=7)
    assert told("leadership.supports", [body, seat, row], mechanism="speakup") == Status.PARTLY
    body.kind = "leading_group"
    assert told("leadership.supports", [body, seat, row], mechanism="speakup") == Status.MET


def test_somebody_else_as_first_responsible_is_not_met_and_nobody_known_is_half() -> None:
    first = facts.Appointment(on=days(90), role="first_responsible", person=1, document="任命书")
    legal = facts.Appointment(on=days(90), role="legal_representative", person=2, document="营业执照")
    assert told("appointment.same_person", [first]) == Status.PARTLY
    assert told("appointment.same_person", [first, legal]) == Status.UNMET
    legal.person = 1
    assert told("appointment.same_person", [first, legal]) == Status.MET


def test_every_officer_must_be_qualified_not_just_one() -> None:
    rows = [
        facts.Appointment(on=days(90), role="compliance_staff", person=n, document="书", qualification="企业合规师")
        for n in (1, 2)
    ]
    assert told("appointment.qualified", list(rows), roles=["compliance_staff"]) == Status.MET
    rows[1].qualification = ""
    assert told("appointment.qualified", list(rows), roles=["compliance_staff"]) == Status.PARTLY


def test_objectives_of_a_running_year_need_no_evaluation_yet() -> None:
    row = facts.Objective(on=date(2026, 1, 10), period="2026", target=Decimal(1), owner=1)
    assert told("objective.evaluated", [row]) == Status.PARTLY
    old = facts.Objective(on=date(2025, 1, 10), period="2025", target=Decimal(1), owner=1)
    assert told("objective.evaluated", [row, old]) == Status.UNMET
    old.evaluated_on, old.reached = date(2026, 1, 15), True
    assert told("objective.evaluated", [row, old]) == Status.MET


def test_a_grade_is_a_result_of_an_appraisal_and_who_is_new_need_not_have_one() -> None:
    held = facts.Appointment(on=days(900), role="compliance_staff", person=1, document="书")
    new = facts.Appointment(on=days(30), role="compliance_staff", person=2, document="书")
    assert told("appraisal.done", [held, new]) == Status.UNMET
    row = facts.Appraisal(on=days(60), subject="staff", person=1, grade="优秀")
    assert told("appraisal.done", [held, new, row]) == Status.MET
    department = facts.Body(on=days(900), kind="department", document="通知")
    assert told("appraisal.done", [held, row, department], department=True) == Status.PARTLY


def test_a_yearly_declaration_of_no_conflict_asks_for_no_replacement() -> None:
    assert told("recusal.recorded", [facts.Recusal(on=days(9), person=1, kind="yearly")]) == Status.PERSON
    own = facts.Recusal(on=days(9), person=1, replaced_by=2, kind="own")
    assert told("recusal.recorded", [own]) == Status.MET
    own.kind = "forced"
    assert told("recusal.recorded", [own]) == Status.UNMET, "the document says 主动"


def test_a_liaison_with_nothing_to_report_needs_a_person() -> None:
    liaison = facts.Appointment(on=days(90), role="department_officer", person=3, document="书")
    officer = facts.Appointment(on=days(90), role="compliance_staff", person=4, document="书")
    assert told("officers.report", []) == Status.UNMET
    upwards = facts.ReportDelivery(on=days(20), kind="regular", reporter=4, receiver=9)
    assert told("officers.report", [liaison, officer, upwards]) == Status.PERSON
    row = facts.ReportDelivery(on=days(20), kind="violation", reporter=3, receiver=4)
    assert told("officers.report", [liaison, officer, row]) == Status.MET
    row.receiver = 9
    assert told("officers.report", [liaison, officer, row]) == Status.PARTLY


def test_a_report_reaches_the_top_only_when_somebody_who_leads_receives_it() -> None:
    row = facts.ReportDelivery(on=days(20), kind="regular", reporter=4, receiver=9)
    assert told("report.delivered", [row], every="year") == Status.PARTLY
    office = facts.Appointment(on=days(400), role="first_responsible", person=9, document="任命书")
    assert told("report.delivered", [row, office], every="year") == Status.MET


def test_an_overruled_veto_does_not_hold_and_no_veto_says_nothing_when_quiet() -> None:
    row = facts.Review(on=days(20), subject="decision", outcome="veto", reviewer=1, reported_on=days(18))
    assert told("veto.reported", [row]) == Status.MET
    row.decided_on = days(10)
    assert told("veto.reported", [row]) == Status.UNMET
    assert told("veto.reported", [], quiet=True) == Status.NA


def test_an_informal_channel_without_a_rule_is_a_channel() -> None:
    row = facts.DisclosureChannel(on=days(300), kind="informal", announced="晨会告知")
    assert told("channel.open", [row], handled=False) == Status.MET
    assert told("channel.open", [row]) == Status.PARTLY


def test_a_report_of_wrongdoing_still_within_its_time_is_not_late() -> None:
    row = facts.Disclosure(on=days(10), handler=1)
    assert told("disclosure.handled", [row], days=60) == Status.PERSON
    row.on = days(100)
    assert told("disclosure.handled", [row], days=60) == Status.UNMET


def test_a_department_can_answer_for_obligations_and_risks() -> None:
    duty = facts.Obligation(on=days(9), scope="external", source="反不正当竞争法", department=5)
    assert told("obligation.linked", [duty], to="owner") == Status.MET
    assert told("risk.owned", [facts.Risk(on=days(9), department=5, level="low")]) == Status.MET


def test_a_firm_with_only_low_risks_needs_a_person_and_one_without_risks_has_nothing() -> None:
    assert told("risk.handled", []) == Status.UNMET
    assert told("risk.handled", [facts.Risk(on=days(9), owner=1, level="low")]) == Status.PERSON
    gone = facts.Risk(on=days(300), owner=1, level="high", closed_on=days(30))
    assert told("risk.handled", [gone]) == Status.MET


def test_a_rule_on_both_kinds_of_obligations_serves_each() -> None:
    rule = facts.Policy(on=days(300), mechanism="obligation", number="1号", method=True)
    for scope in ("external", "internal"):
        assert told("policy.in_force", [rule], mechanisms=[f"obligation_{scope}"], sets=["method"]) == Status.MET
    rule.mechanism = "all"
    assert told("policy.in_force", [rule], mechanisms=["speakup"]) == Status.MET
    assert told("policy.in_force", [rule], mechanisms=["speakup"], general=False) == Status.PARTLY


def test_a_training_without_a_mechanism_is_a_general_one() -> None:
    row = facts.Training(on=days(30), audience="all", attended=5)
    assert told("training.given", [row], mechanisms=["speakup", "general"]) == Status.MET


def test_nobody_punished_needs_a_person() -> None:
    assert told("conduct.rewarded", [], kinds=["sanction"]) == Status.PERSON
    assert told("conduct.rewarded", [], kinds=["award"]) == Status.UNMET


def test_a_repeated_fault_that_the_firm_found_itself_is_partly() -> None:
    check = facts.Check(on=days(10), checker=1, result="none")
    again = [facts.Rectification(on=days(n), cause="漏签", source="self_check") for n in (50, 5)]
    assert told("recurrence.none", [check, *again]) == Status.PARTLY


SHIPPED = sorted(
    {
        json.dumps(ref, sort_keys=True, default=str)
        for path in (Path(__file__).parents[2] / "packs").glob("*/*.yaml")
        for item in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("requirements", [])
        for place in item.get("tests", [])
        for ref in place.get("any", [place])
    }
)


@pytest.mark.parametrize("ref", SHIPPED)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**9), step=st.integers(1, 1200))
def test_an_answer_as_shipped_packs_ask_it_stays_true_until_its_day(ref: str, seed: int, step: int) -> None:
    asked = json.loads(ref)
    test = TESTS[asked["test"]]
    known, chosen = some_facts(seed, test.name), test.Params.model_validate(asked.get("params", {}))
    first = test.measure(known, TODAY, chosen)
    until = first.valid_until or TODAY + timedelta(days=step)
    for day in {TODAY + timedelta(days=step), until}:
        if day <= until and (known.headcount.changes_on is None or day < known.headcount.changes_on):
            later = test.measure(known, day, chosen)
            assert (later.n, later.ok, later.figure) == (first.n, first.ok, first.figure)
    nothing = UnitFacts(1, {}, Headcount(5, None))
    allowed = {Status.NA} if getattr(chosen, "quiet", False) else {Status.UNMET, Status.PERSON}
    assert test.status(test.measure(nothing, TODAY, chosen), chosen) in allowed


def test_the_page_about_evidence_tests_is_what_the_tests_say() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/evidence-tests.md").read_text(encoding="utf-8")
    assert page == docs.page(), "run: python tools/evidence_docs.py"
