"""Checks: what is due, how it is carried out, what comes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from guiju.access import actions as access
from guiju.access.actor import of_user, system
from guiju.compliance.checks import finishing, making, queries, running, signing
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.workflow.models import Task, TaskStatus
from tests.compliance import checkers
from tests.compliance.checkers import DAY, Checkers, at, items, look
from tests.conftest import PASSWORD, Cast

HOUSE = system("guiju")


@pytest.fixture
def people(cast: Cast) -> Checkers:
    return checkers.make(cast)


def _task(run: CheckRun) -> Task:
    return Task.objects.get(key=making.key_of(run))


# --- what is due ----------------------------------------------------------------------------------------------------


def test_a_saved_plan_makes_the_run_of_the_quarter_and_a_task_for_its_checker(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = people.run(people.plan())
    assert (run.period, run.state, run.due_on) == ("2026Q4", RunState.DUE, date(2026, 12, 31))
    task = _task(run)
    assert (task.about, task.about_uid, task.owner, task.due_on) == (
        "check_run",
        run.uid,
        people.mei_person,
        run.due_on,
    )
    assert "合同领域风险排查" in task.title
    assert "第四季度" in task.title


def test_a_run_is_due_on_the_last_working_day_of_its_period(people: Checkers) -> None:
    with clock.simulate(at(date(2026, 5, 6))):
        run = people.run(people.plan(cycle="month"))
    assert run.due_on == date(2026, 5, 29), "31 May 2026 is a Sunday"


def test_the_night_makes_nothing_twice_and_makes_up_for_nights_that_were_missed(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        plan = people.plan(cycle="week")
        assert making.make_due(by=HOUSE, on=clock.today()) == 0
    with clock.simulate(at(DAY + timedelta(days=22))):
        assert making.make_due(by=HOUSE, on=clock.today()) == 3
        assert making.make_due(by=HOUSE, on=clock.today()) == 0
        assert making.mark_missed(by=HOUSE, on=clock.today()) == 3
    runs = CheckRun.objects.filter(plan=plan.uid).order_by("starts_on")
    assert [run.period for run in runs] == ["2026-W47", "2026-W48", "2026-W49", "2026-W50"]
    assert [run.state for run in runs] == ["missed", "missed", "missed", "due"]


def test_a_daily_check_is_not_asked_for_on_days_of_rest(people: Checkers) -> None:
    with clock.simulate(at(date(2026, 11, 20))):  # a Friday
        plan = people.plan(cycle="day")
    with clock.simulate(at(date(2026, 11, 23))):
        making.make_due(by=HOUSE, on=clock.today())
    days = list(CheckRun.objects.filter(plan=plan.uid).order_by("period").values_list("period", flat=True))
    assert days == ["2026-11-20", "2026-11-23"]


def test_rows_that_a_department_keeps_itself_are_looked_at_too(people: Checkers, cast: Cast) -> None:
    with clock.simulate(at(DAY)):
        people.risks(2)
        values = {"name": "部门自己登记的合同风险", "level": "high", "field": "contract", "assessed_on": DAY}
        registers.create(register="risk_list", unit=cast.department, values=values, by=cast.house)
        run = running.begin(run=people.run(people.plan()), by=people.mei)
    assert "部门自己登记的合同风险" in {item.title for item in items(run)}


def test_a_plan_for_all_levels_makes_a_run_for_every_legal_entity_below(people: Checkers, cast: Cast) -> None:
    with clock.simulate(at(DAY)):
        plan = people.plan(unit=cast.group, all_levels=True, checker=None, cycle="year")
    units = set(CheckRun.objects.filter(plan=plan.uid).values_list("unit__code", flat=True))
    assert units == {"HD", "HD-01", "HD-01-A"}


def test_a_plan_for_all_levels_without_limits_is_the_check_of_all_levels(people: Checkers) -> None:
    assert people.plan(all_levels=True).focus == "all_levels"
    assert people.plan(name="合同领域", all_levels=True, field="contract").focus == ""
    assert people.plan(name="本级").focus == ""


def test_many_units_cost_no_more_questions_than_few(
    people: Checkers, cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        org.create_unit(code=f"HD-9{number}", name=f"分公司{number}", kind="company", parent=cast.group, by=cast.house)
    with clock.simulate(at(DAY)):
        plan = people.plan(unit=cast.group, all_levels=True, checker=None)
        CheckRun.objects.filter(plan=plan.uid).delete()
        Task.objects.filter(about="check_run").delete()
        with django_assert_max_num_queries(40):  # type: ignore[operator]
            assert making.make_due(by=HOUSE, on=clock.today()) == 15


def test_the_next_period_is_announced_shortly_before_it_begins(people: Checkers) -> None:
    with clock.simulate(at(date(2026, 12, 28))):
        plan = people.plan()
    periods = list(CheckRun.objects.filter(plan=plan.uid).order_by("starts_on").values_list("period", flat=True))
    assert periods == ["2026Q4", "2027Q1"]
    early = queries.find(people.mei, CheckRun.objects.get(period="2027Q1").uid)
    with clock.simulate(at(date(2026, 12, 28))), pytest.raises(Conflict, match="2027-01-01"):
        running.begin(run=early, by=people.mei)


def test_a_stopped_plan_takes_back_what_it_only_announced_and_keeps_what_was_missed(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        plan = people.plan(cycle="month")
    with clock.simulate(at(date(2026, 12, 10))):
        making.make_due(by=HOUSE, on=clock.today())
        making.mark_missed(by=HOUSE, on=clock.today())
        entry = Entry.objects.get(uid=plan.uid)
        registers.move(
            entry=entry, move="stop", by=people.mei, values={"ends_on": clock.today()}, reason="并入季度排查"
        )
    assert list(CheckRun.objects.filter(plan=plan.uid).values_list("period", "state")) == [("2026-11", "missed")]


def test_the_task_of_a_department_goes_to_its_compliance_officer(people: Checkers, cast: Cast) -> None:
    registers.create(
        register="appointments",
        unit=cast.sub,
        values={
            "role": "department_officer",
            "person": str(cast.wang.uid),
            "department": str(cast.department.uid),
            "from_on": date(2026, 1, 1),
        },
        by=cast.house,
    )
    with clock.simulate(at(DAY)):
        run = people.run(people.plan(department=str(cast.department.uid), checker=None))
    assert (_task(run).owner, _task(run).role) == (cast.wang, "department_officer")


# --- carrying it out ------------------------------------------------------------------------------------------------


def _begun(people: Checkers, count: int = 3, **more: object) -> CheckRun:
    people.risks(count)
    return running.begin(run=people.run(people.plan(**more)), by=people.mei)


def test_beginning_freezes_the_open_risks_and_the_version_of_the_list(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        people.risks(2)
        people.risks(1, field="labour", level="low")
        version = registers.create(
            register="list_versions",
            unit=people.cast.sub,
            values={
                "kind": "risk", "number": "1", "in_force_on": DAY,
                "owner": str(people.mei_person.uid), "approved_by": str(people.shen_person.uid),
            },
            by=people.cast.house,
            status="in_force",
        )  # fmt: skip
        run = running.begin(run=people.run(people.plan(field="contract")), by=people.mei)
        people.risks(1)
    assert (run.state, run.list_version, run.checker) == ("running", version.uid, people.mei_person)
    assert {item.title for item in items(run)} == {"contract风险1", "contract风险2"}
    assert "先审查后签" in items(run)[0].detail


def test_beginning_twice_begins_once(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = _begun(people)
        running.begin(run=run, by=people.mei)
    assert len(items(run)) == 3


def test_a_list_without_rows_is_not_checked(people: Checkers) -> None:
    with clock.simulate(at(DAY)), pytest.raises(Problem) as refused:
        running.begin(run=people.run(people.plan()), by=people.mei)
    assert refused.value.code == "check.empty"


def test_items_of_the_plans_own_are_looked_through(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = running.begin(run=people.run(people.plan(kind="own", items="用印登记\n\n合同台账")), by=people.mei)
    assert [item.title for item in items(run)] == ["用印登记", "合同台账"]


def test_two_people_at_one_item_overwrite_nothing(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = _begun(people)
        first = items(run)[0]
        look(first, people.mei, note="抽查五份，均已审查")
        with pytest.raises(Conflict) as refused:
            running.record(item=first, values={"note": "没看"}, version=first.version, by=people.shen)
    assert refused.value.data["fields"]["note"] == {"now": "抽查五份，均已审查", "yours": "没看"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"result": "perfect"}, "result"),
        ({"population": -1}, "population"),
        ({"population": "many"}, "population"),
        ({"population": 3, "sampled": 5}, "sampled"),
        ({"result": "general", "fix_due_on": date(2026, 1, 1)}, "fix_due_on"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    people: Checkers, values: dict[str, object], where: str
) -> None:
    with clock.simulate(at(DAY)):
        item = items(_begun(people))[0]
        with pytest.raises(Problem) as refused:
            running.record(item=item, values=values, version=item.version, by=people.mei)
    assert [fault.where for fault in refused.value.faults] == [where]


def test_a_stranger_sees_no_run_and_records_nothing(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = _begun(people)
        tan = people.cast.actor(people.cast.tan)
        with pytest.raises(NotFound):
            queries.find(tan, run.uid)
        with pytest.raises(NotFound):
            look(items(run)[0], tan)
        assert not queries.visible(tan, people.cast.sub).exists()


def test_an_officer_checks_her_department_and_no_other(people: Checkers, cast: Cast) -> None:
    other = org.create_unit(code="HD-01-D2", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    user = access.create_account(username="fen", name="Fen", password=PASSWORD, by=cast.house)
    access.grant(user=user, role="department_officer", unit=other, by=cast.house, reason="t", from_on=date(2020, 1, 1))
    fen_person = org.add_person(unit=cast.sub, department=other, name="冯芬", by=cast.house)
    type(fen_person).objects.filter(pk=fen_person.pk).update(user=user)
    fen = of_user(user)
    with clock.simulate(at(DAY)):
        people.risks(2)
        people.risks(1, department=str(other.uid))
        theirs = people.run(people.plan(department=str(cast.department.uid), checker=None))
        mine = people.run(people.plan(department=str(other.uid), checker=None, name="财务部排查"))
        assert list(queries.visible(fen, cast.sub)) == [mine]
        with pytest.raises(NotFound):
            running.begin(run=theirs, by=fen)
        run = running.begin(run=mine, by=fen)
        look(items(run)[0], fen)
        finished = finishing.finish(run=run, by=fen)
    assert Entry.objects.get(uid=finished.zero_report).department == other


# --- what comes of it -----------------------------------------------------------------------------------------------


def _problem(people: Checkers, **more: object) -> dict[str, object]:
    return {
        "result": "general",
        "problem": "三份采购合同未经合规审查就用印",
        "taken": "当场补办审查",
        "owner": people.mei_person,
        "fix_due_on": DAY + timedelta(days=14),
        "cause_kind": "not_followed",
        **more,
    }


def test_a_problem_becomes_a_rectification_and_the_record_says_what_was_looked_at(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = _begun(people)
        first, second, _third = items(run)
        look(first, people.mei)
        look(second, people.mei, **_problem(people))
    with clock.simulate(at(DAY, 10)):
        run = finishing.finish(run=run, by=people.mei)
    entry = Entry.objects.select_related("body").get(uid=run.check_entry)
    assert (entry.count_1, entry.count_2, entry.level, int(entry.num_1 or 0)) == (3, 2, "general", 60)
    assert (entry.ref_1, entry.person, entry.period) == (run.plan, people.mei_person, "2026Q4")
    fix = Entry.objects.select_related("body").get(register="rectifications")
    assert (fix.kind, fix.owner, fix.level, fix.text_3) == ("check", people.mei_person, "contract", "not_followed")
    assert fix.body.data["risk"] == str(second.subject)
    assert fix.department == people.cast.department
    assert items(run)[1].rectification == fix.uid
    assert run.zero_report is None
    assert not Entry.objects.filter(register="risk_reports").exists()
    assert _task(run).status == TaskStatus.DONE


def test_a_major_problem_is_reported_upwards(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = _begun(people)
        look(items(run)[0], people.mei, **_problem(people, result="major"))
        finishing.finish(run=run, by=people.mei)
    told = Entry.objects.get(register="risk_reports")
    assert (told.level, told.person, told.status) == ("major", people.mei_person, "reported")
    assert Entry.objects.get(register="checks").level == "major"


def test_a_problem_without_owner_or_day_holds_up_the_end_and_names_its_item(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = _begun(people)
        look(items(run)[1], people.mei, result="general")
        with pytest.raises(Problem) as refused:
            finishing.finish(run=run, by=people.mei)
    assert [fault.where for fault in refused.value.faults] == ["2.problem", "2.owner", "2.fix_due_on"]
    assert not Entry.objects.filter(register="checks").exists()


def test_nothing_looked_at_is_no_check(people: Checkers) -> None:
    with clock.simulate(at(DAY)), pytest.raises(Problem) as refused:
        finishing.finish(run=_begun(people), by=people.mei)
    assert refused.value.code == "check.nothing_done"


def test_nothing_found_becomes_a_zero_risk_report_that_says_what_was_not_looked_at(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = _begun(people)
        look(items(run)[0], people.mei)
        run = finishing.finish(run=run, by=people.mei)
    report = Entry.objects.select_related("body").get(uid=run.zero_report)
    assert (report.status, report.count_1, report.count_2, report.ref_2) == ("awaiting", 3, 1, run.check_entry)
    assert "1" in report.body.data["statement"]
    assert "3" in report.body.data["statement"]
    assert int(report.num_2 or 0) == 5
    assert Task.objects.get(key=finishing.sign_key(run)).role == "compliance_head"


# --- signing --------------------------------------------------------------------------------------------------------


def _careful(people: Checkers) -> CheckRun:
    """A check that gives no reason to ask."""
    with clock.simulate(at(DAY)):
        run = _begun(people)
    for number, item in enumerate(items(run)):
        with clock.simulate(at(DAY, 9, 10 * number)):
            look(item, people.mei, note=f"第{number}批合同")
    with clock.simulate(at(DAY, 10)):
        return finishing.finish(run=run, by=people.mei)


def test_the_head_signs_the_report_and_the_record_and_the_task_closes(people: Checkers) -> None:
    run = _careful(people)
    assert run.doubts == []
    with clock.simulate(at(DAY, 11)):
        signing.sign(run=run, by=people.shen)
    report, entry = Entry.objects.get(uid=run.zero_report), Entry.objects.get(uid=run.check_entry)
    assert (report.status, report.owner, report.done_on) == ("signed", people.shen_person, DAY)
    assert (entry.owner, entry.done_on) == (people.shen_person, DAY)
    assert Task.objects.get(key=finishing.sign_key(run)).status == TaskStatus.DONE


def test_nobody_signs_a_check_of_her_own(people: Checkers) -> None:
    run = _careful(people)
    with clock.simulate(at(DAY, 11)), pytest.raises(Denied):
        signing.sign(run=run, by=people.mei)
    entry = Entry.objects.select_related("body").get(uid=run.check_entry)
    with clock.simulate(at(DAY, 11)), pytest.raises(Problem):
        registers.update(
            entry=entry, values={"signer": str(people.mei_person.uid)}, version=entry.version, by=people.mei
        )


def test_a_principal_may_look_but_not_sign(people: Checkers) -> None:
    run = _careful(people)
    with clock.simulate(at(DAY, 11)), pytest.raises(Denied):
        signing.sign(run=run, by=people.cast.actor(people.cast.qian))


def test_signed_on_the_page_of_the_register_the_record_follows(people: Checkers) -> None:
    run = _careful(people)
    report = Entry.objects.get(uid=run.zero_report)
    with clock.simulate(at(DAY, 11)):
        registers.move(
            entry=report, move="sign", values={"signer": str(people.shen_person.uid), "signed_on": DAY}, by=people.shen
        )
    entry = Entry.objects.get(uid=run.check_entry)
    assert (entry.owner, entry.done_on) == (people.shen_person, DAY)


def test_sent_back_the_checker_looks_again_and_the_same_record_is_mended(people: Checkers) -> None:
    run = _careful(people)
    first = run.check_entry
    with clock.simulate(at(DAY, 11)):
        signing.send_back(run=run, reason="样本太少", by=people.shen)
    run = queries.find(people.mei, run.uid)
    assert (run.state, run.note, run.zero_report) == ("running", "样本太少", None)
    assert _task(run).status == TaskStatus.OPEN
    with clock.simulate(at(DAY, 14)):
        look(items(run)[0], people.mei, sampled=20)
        run = finishing.finish(run=run, by=people.mei)
        signing.sign(run=run, by=people.shen, explanation="补查了样本")
    assert run.check_entry == first
    states = sorted(Entry.objects.filter(register="zero_risk_reports").values_list("status", flat=True))
    assert states == ["returned", "signed"]


def test_sent_back_on_the_page_of_the_register_the_run_is_open_again(people: Checkers) -> None:
    run = _careful(people)
    report = Entry.objects.get(uid=run.zero_report)
    with clock.simulate(at(DAY, 11)):
        registers.move(entry=report, move="return", by=people.shen, reason="再看一遍")
    run = queries.find(people.mei, run.uid)
    assert (run.state, run.note) == ("running", "再看一遍")


def test_doubts_ask_the_signer_for_an_explanation_wherever_it_is_signed(people: Checkers) -> None:
    with clock.simulate(at(DAY)):
        run = _begun(people)
        for item in items(run):
            look(item, people.mei, sampled=None, sample="")
        run = finishing.finish(run=run, by=people.mei)
    assert {doubt["code"] for doubt in run.doubts} == {"too_quick", "all_at_once", "no_sample"}
    report = Entry.objects.select_related("body").get(uid=run.zero_report)
    assert report.flag_1 is True
    assert report.body.data["doubts"].count("\n") == 2
    with clock.simulate(at(DAY, 11)):
        with pytest.raises(Problem) as refused:
            signing.sign(run=run, by=people.shen)
        with pytest.raises(Problem):
            registers.move(
                entry=report, move="sign", by=people.shen,
                values={"signer": str(people.shen_person.uid), "signed_on": DAY},
            )  # fmt: skip
        signing.sign(run=run, by=people.shen, explanation="电子台账，逐条核对过")
    assert refused.value.code == "check.unexplained"
    assert Entry.objects.get(uid=report.uid).status == "signed"


def test_zero_for_three_quarters_while_an_audit_found_something_needs_a_word(people: Checkers, cast: Cast) -> None:
    people_run = None
    with clock.simulate(at(date(2026, 5, 12))):
        people.risks()
        plan = people.plan(field="contract")
    for day in (date(2026, 5, 20), date(2026, 8, 20), DAY):
        with clock.simulate(at(day)):
            making.make_due(by=HOUSE, on=day)
            run = CheckRun.objects.select_related("unit", "department", "checker").get(
                plan=plan.uid, starts_on__lte=day, due_on__gte=day
            )
            run = running.begin(run=run, by=people.mei)
            if day == DAY:
                registers.create(
                    register="rectifications",
                    unit=cast.sub,
                    values={
                        "problem": "审计发现合同倒签", "source": "audit", "field": "contract", "found_on": date(2026, 9, 1),
                        "due_on": DAY, "owner": str(cast.wang.uid),
                    },
                    by=people.mei,
                )  # fmt: skip
            for number, item in enumerate(items(run)):
                with clock.simulate(at(day, 9, 15 * number)):
                    look(item, people.mei, note=f"{day} {number}", sample=f"{day}-{number}")
        with clock.simulate(at(day, 11)):
            people_run = finishing.finish(run=run, by=people.mei)
            codes = {doubt["code"] for doubt in people_run.doubts}
            assert codes == ({"always_zero"} if day == DAY else set())


# --- coverage, proof ------------------------------------------------------------------------------------------------


def test_coverage_adds_up_all_levels_with_a_fixed_number_of_questions(
    people: Checkers, cast: Cast, django_assert_max_num_queries: object
) -> None:
    run = _careful(people)
    lin = cast.actor(cast.lin)
    with clock.simulate(at(DAY, 11)):
        signing.sign(run=run, by=people.shen)
        people.plan(unit=cast.group, all_levels=True, checker=None, name="全级次排查")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        found = queries.coverage(lin, cast.group, year=2026)
    cell = found.cells[(run.plan, "2026Q4")]
    assert (cell.finished, cell.items, cell.looked, cell.zero, cell.signed, cell.percent) == (1, 3, 3, 1, 1, 100)
    assert sorted(cell.runs for cell in found.cells.values()) == [1, 3]


def test_the_log_proves_runs_and_items(people: Checkers) -> None:
    run = _careful(people)
    with clock.simulate(at(DAY, 11)):
        signing.sign(run=run, by=people.shen)
    assert verify.run().ok
    type(items(run)[0]).objects.filter(run=run, place=1).update(note="改过")
    assert not verify.run().ok
