"""一家企业的制度库：分类分级看得见缺什么，缺的列入计划或者说明不需要。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.governance.policies import executing, ledger, library, planning, statistics
from guiju.governance.policies.library import Overview
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.org import places
from guiju.org.places import Seat
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.governance.policy_house import days, drafted, fresh, in_force, officer, record, stock

pytestmark = pytest.mark.django_db


def seat(cast: Cast) -> Seat:
    return places.seat(cast.actor(cast.mei), "HD-01")


def seen(cast: Cast) -> Overview:
    return library.overview(by=cast.actor(cast.mei), seat=seat(cast))


def gaps(cast: Cast) -> dict[str, str]:
    return {gap.key: gap.state for gap in seen(cast).gaps}


def spot(cast: Cast) -> planning.Place:
    return planning.place_of(seat(cast))


def enter(cast: Cast, register: str, **values: Any) -> Entry:
    return fresh(registers.create(register=register, unit=cast.sub, values=values, by=cast.actor(cast.mei)))


def risk(cast: Cast, field: str, level: str = "high") -> Entry:
    return enter(cast, "risk_list", name=f"{field}风险", field=field, level=level, number=f"R-{field}")


def plan(cast: Cast, name: str, action: str = "enact", **more: Any) -> Entry:
    year = clock.today().year
    given = {
        "name": name,
        "action": action,
        "period": str(year),
        "planned_on": date(year, 1, 5),
        "due_on": date(year, 12, 31),
    }
    return enter(cast, "policy_plans", **given | more)


# --- figures and matrix ---------------------------------------------------------------------------------------------


def test_rules_are_counted_by_business_and_level_and_drafts_apart(cast: Cast) -> None:
    stock(cast, "采购管理办法", business="purchase")
    stock(cast, "招标实施细则", business="purchase")
    stock(cast, "印章管理办法", level="")
    drafted(cast, "供应商管理办法", values={"business": "purchase", "level": "specific"})
    found = seen(cast)
    cell = found.counts.at("purchase", "specific")
    assert (cell.in_force, cell.draft) == (2, 1)
    assert found.counts.total.in_force == 3
    assert found.counts.business("").in_force == 1
    assert found.at_work == {"draft": 1}


def test_rules_nobody_has_looked_at_for_three_years_are_told(cast: Cast) -> None:
    stock(cast, "旧办法", issued_on=days(-1200))
    stock(cast, "复核过的办法", issued_on=days(-1200), reviewed_on=days(-100))
    stock(cast, "新办法", issued_on=days(-100))
    assert seen(cast).counts.total.stale == 1
    found = library.attention(library.rows(cast.actor(cast.mei), "policies", seat(cast)), library.STALE)
    assert [row.title for row in found] == ["旧办法"]


def test_a_rule_without_file_and_without_text_is_told_and_one_with_text_is_not(cast: Cast) -> None:
    stock(cast, "只有名字的办法")
    in_force(cast, "有正文的办法")
    assert seen(cast).bare == 1


def test_the_articles_are_found_by_what_the_record_says_or_by_their_name(cast: Cast) -> None:
    assert seen(cast).charter is None
    stock(cast, "工会章程实施办法", level="specific")
    assert seen(cast).charter is None
    stock(cast, "有限责任公司总纲", level="basic", charter=True)
    found = seen(cast).charter
    assert found is not None
    assert found.title == "有限责任公司总纲"
    stock(cast, "《公司章程》", level="basic", charter=True)
    found = seen(cast).charter
    assert found is not None
    assert found.title == "《公司章程》"


def test_rules_of_a_stranger_are_not_counted(cast: Cast) -> None:
    values = {"name": "松江制度", "mechanism": "business", "issued_on": date(2024, 1, 1)}
    registers.create(register="policies", unit=cast.stranger, values=values, by=cast.actor(cast.tan))
    assert seen(cast).counts.total.in_force == 0
    with pytest.raises(NotFound):
        places.seat(cast.actor(cast.tan), "HD-01")


def test_the_group_sees_all_levels_with_a_line_for_each_legal_entity_those_without_rules_first(cast: Cast) -> None:
    stock(cast)
    by = cast.actor(cast.lin)
    group = places.seat(by, "HD")
    whole = library.overview(by=by, seat=group, below=True)
    assert whole.counts.total.in_force == 1
    assert whole.gaps == []
    assert library.overview(by=by, seat=group).counts.total.in_force == 0
    lines, count = library.units_below(by=by, seat=group)
    assert count == len(lines) == 3
    assert [line.total for line in lines] == [0, 0, 1]
    assert lines[0].unit.code == "HD"


def test_the_number_of_questions_does_not_grow_with_the_rules(cast: Cast) -> None:
    stock(cast)
    by, where = cast.actor(cast.mei), seat(cast)
    with CaptureQueriesContext(
        connection,
    ) as few:
        library.overview(by=by, seat=where)
    for number in range(30):
        stock(cast, f"办法{number}", business="finance" if number % 2 else "hr")
    for field in ("safety", "data", "finance"):
        risk(cast, field)
    with CaptureQueriesContext(connection) as many:
        library.overview(by=by, seat=where)
    # Fields of high risk ask once which of them have a guideline.
    assert len(many) <= len(few) + 2
    assert len(many) <= 26


# --- gaps -----------------------------------------------------------------------------------------------------------


def test_what_every_firm_needs_is_missing_in_an_empty_library(cast: Cast) -> None:
    found = gaps(cast)
    assert {
        "charter",
        "basic:legal",
        "specific:governance",
        "specific:finance",
        "specific:hr",
        "specific:office",
    } <= set(found)
    assert "specific:overseas" not in found
    assert "specific:other" not in found


def test_a_department_shows_in_which_business_the_firm_works(cast: Cast) -> None:
    assert "specific:purchase" not in gaps(cast)
    org.create_unit(name="采购管理部", code="HD-01-PUR", kind="department", parent=cast.sub, by=cast.house)
    assert gaps(cast)["specific:purchase"] == "open"
    row = planning.for_gap(key="specific:purchase", at=spot(cast), by=cast.actor(cast.mei))
    assert row.department is not None
    assert row.department.code == "HD-01-PUR"
    stock(cast, "采购管理办法", business="purchase")
    assert "specific:purchase" not in gaps(cast)


def test_a_field_of_high_risk_without_a_guideline_is_a_gap_until_one_stands(cast: Cast) -> None:
    risk(cast, "safety")
    risk(cast, "data", level="low")
    found = gaps(cast)
    assert found["guideline:safety"] == "open"
    assert "guideline:data" not in found
    stock(cast, "安全环保专项合规指引", level="guideline", field="safety")
    assert "guideline:safety" not in gaps(cast)


def test_a_gap_goes_into_the_plan_with_one_step_and_only_once(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    row = planning.for_gap(key="specific:finance", at=spot(cast), by=mei)
    assert (row.title, row.kind, row.text_1, row.level) == ("财务管理制度", "enact", "finance", "specific")
    assert row.due_on == date(clock.today().year, 12, 31)
    assert gaps(cast)["specific:finance"] == "planned"
    with pytest.raises(Conflict) as refusal:
        planning.for_gap(key="specific:finance", at=spot(cast), by=mei)
    assert refusal.value.data["plan"] == str(row.uid)


def test_a_gap_can_be_judged_not_needed_with_a_reason_and_taken_up_again(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    risk(cast, "overseas")
    with pytest.raises(Problem) as refusal:
        planning.decline_gap(key="guideline:overseas", at=spot(cast), reason="  ", by=mei)
    assert refusal.value.faults[0].where == "reason"
    row = planning.decline_gap(key="guideline:overseas", at=spot(cast), reason="境外公司已注销", by=mei)
    gap = next(one for one in seen(cast).gaps if one.key == "guideline:overseas")
    assert gap.state == "not_needed"
    assert gap.plan is not None
    assert gap.plan.body.data["reason"] == "境外公司已注销"
    with pytest.raises(Conflict):
        planning.for_gap(key="guideline:overseas", at=spot(cast), by=mei)
    registers.move(entry=fresh(row), move="reopen", values={}, reason="重新开业", by=mei)
    assert gaps(cast)["guideline:overseas"] == "planned"


def test_nobody_judges_that_a_company_needs_no_articles(cast: Cast) -> None:
    with pytest.raises(Problem) as refusal:
        planning.decline_gap(key="charter", at=spot(cast), reason="不需要", by=cast.actor(cast.mei))
    assert refusal.value.faults[0].where == "gap"
    assert gaps(cast)["charter"] == "open"


def test_nonsense_is_no_gap_and_years_gone_by_are_not_planned(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    for key in ("specific:nonsense", "guideline:", "basic:finance", "charter:x", ""):
        with pytest.raises(NotFound):
            planning.for_gap(key=key, at=spot(cast), by=mei)
    with pytest.raises(Problem):
        planning.for_gap(key="charter", at=spot(cast), year=2001, by=mei)


def test_whoever_only_reads_plans_nothing(cast: Cast) -> None:
    qian = cast.actor(cast.qian)
    with pytest.raises(Denied):
        planning.for_gap(key="charter", at=planning.place_of(places.seat(qian, "HD-01")), by=qian)
    with pytest.raises((Denied, NotFound)):
        planning.for_gap(key="charter", at=spot(cast), by=officer(cast))


# --- the plan of a year ---------------------------------------------------------------------------------------------


def test_the_year_counts_planned_done_and_late_by_action_and_department(cast: Cast) -> None:
    year = clock.today().year
    plan(cast, "新办法", department=str(cast.department.uid))
    late = plan(cast, "晚了的办法", "amend", planned_on=days(-30), due_on=days(-1))
    done = plan(cast, "废止的办法", "repeal")
    registers.move(entry=done, move="finish", values={"done_on": clock.today()}, by=cast.actor(cast.mei))
    dropped = plan(cast, "取消的办法")
    registers.move(entry=dropped, move="drop", values={}, reason="不再需要", by=cast.actor(cast.mei))
    found = planning.year(by=cast.actor(cast.mei), seat=seat(cast), year=year)
    assert (found.whole.total, found.whole.done, found.whole.late, found.whole.percent) == (3, 1, 1, 33)
    assert {one.code: (one.total, one.done, one.late) for one in found.actions} == {
        "enact": (1, 0, 0), "amend": (1, 0, 1), "repeal": (1, 1, 0), "interpret": (0, 0, 0),
    }  # fmt: skip
    assert [one.total for one in found.departments] == [1, 2]
    assert found.lines[0].entry.pk == late.pk
    assert found.lines[0].state == "late"


def test_a_planned_rule_leads_to_the_version_that_carries_it_out(cast: Cast) -> None:
    row = plan(cast, "采购管理办法")
    draft = drafted(cast, plan=row.uid)
    found = planning.year(by=cast.actor(cast.mei), seat=seat(cast), year=clock.today().year)
    assert found.lines[0].version is not None
    assert found.lines[0].version.pk == draft.pk
    assert found.lines[0].policy == draft.policy


def test_the_questions_of_a_year_do_not_grow_with_its_rows(cast: Cast) -> None:
    plan(cast, "办法")
    by, where, year = cast.actor(cast.mei), seat(cast), clock.today().year
    with CaptureQueriesContext(connection) as few:
        planning.year(by=by, seat=where, year=year)
    for number in range(12):
        plan(cast, f"办法{number}", department=str(cast.department.uid))
    with CaptureQueriesContext(connection) as many:
        planning.year(by=by, seat=where, year=year)
    assert len(many) == len(few)


def test_a_rule_in_force_is_planned_for_revision_once(cast: Cast) -> None:
    mei, entry = cast.actor(cast.mei), fresh(stock(cast, business="office"))
    row = planning.for_policy(entry=entry, action="amend", reason="超过三年", by=mei)
    assert (row.kind, row.ref_1, row.text_1) == ("amend", entry.uid, "office")
    with pytest.raises(Conflict):
        planning.for_policy(entry=entry, action="repeal", reason="", by=mei)
    with pytest.raises(Problem):
        planning.for_policy(entry=entry, action="enact", reason="", by=mei)


# --- the words of the ledger ----------------------------------------------------------------------------------------


def test_the_ledger_gets_its_sentences_as_of_the_day_asked_for(cast: Cast) -> None:
    stock(cast, "基本制度", level="basic", business="governance", issued_on=date(2021, 5, 1))
    stock(cast, "具体办法", business="finance", issued_on=date(2022, 12, 31))
    stock(cast, "后来的指引", level="guideline", business="legal", issued_on=date(2023, 2, 1))
    gone = stock(cast, "废止的办法", issued_on=date(2020, 1, 1))
    mei = cast.actor(cast.mei)
    registers.move(entry=fresh(gone), move="repeal", values={"repealed_on": date(2023, 1, 10)}, reason="合并", by=mei)
    plan(cast, "新办法", period="2023", planned_on=date(2023, 1, 5), due_on=date(2023, 12, 1))
    enter(
        cast,
        "policy_stocktakes",
        name="2022年制度清理",
        cutoff_on=date(2022, 12, 31),
        taken_on=date(2023, 3, 5),
        total=3,
    )
    found = statistics.figures(by=mei, seat=seat(cast), on=date(2022, 12, 31))
    assert statistics.text(found).split("\n") == [
        "1. 集中清理情况。对2022年底以前的制度进行分类清理，于2023年3月5日完成，清理出现行有效制度3项。",
        "2. 制度清理情况。截至2022年12月31日，现行有效制度3项，其中基本管理制度1项，具体规章制度2项，专项合规指引0项。",
        (
            "3. 制度分类层级情况。制度已按所涉业务、职能范围分为2类，其中1项尚未分类；"
            "各类制度已按照基本管理制度、具体规章制度、专项合规指引进行层级划分。"
        ),
        "4. 制度年度计划制定情况。2023年计划废止制度0项，计划新增制度1项，计划修订制度0项。",
    ]


def test_what_nobody_has_recorded_is_said_to_be_missing_and_never_nought(cast: Cast) -> None:
    found = statistics.figures(by=cast.actor(cast.mei), seat=seat(cast), on=date(2022, 12, 31))
    said = statistics.text(found)
    assert said.count("〔待补充：") == 4
    assert "0项" not in said


def test_a_stocktake_of_later_rules_says_nothing_about_an_earlier_day(cast: Cast) -> None:
    for year, total in ((2022, 3), (2025, 9)):
        values = {"cutoff_on": date(year, 12, 31), "taken_on": date(year + 1, 3, 5), "total": total}
        enter(cast, "policy_stocktakes", name=f"{year}年制度清理", **values)
    mei = cast.actor(cast.mei)
    told = {year: statistics.figures(by=mei, seat=seat(cast), on=date(year, 12, 31)).stocktake for year in (2021, 2022)}
    assert told[2021] is None
    assert told[2022] is not None
    assert told[2022].count_1 == 3
    latest = statistics.figures(by=mei, seat=seat(cast)).stocktake
    assert latest is not None
    assert latest.count_1 == 9


def test_the_group_and_its_subsidiaries_stand_in_blocks_of_their_own_as_the_ledger_asks(cast: Cast) -> None:
    stock(cast, "采购管理办法", business="purchase")
    by = cast.actor(cast.lin)
    values = {"name": "集团合规基本制度", "mechanism": "all", "level": "basic", "issued_on": date(2024, 1, 1)}
    registers.create(register="policies", unit=cast.group, values=values | {"business": "legal"}, by=by)
    taken = {"name": "2025年清理", "cutoff_on": date(2025, 12, 31), "taken_on": days(-9), "total": 1}
    enter(cast, "policy_stocktakes", **taken)
    found = ledger.rows(by=by, seat=places.seat(by, "HD"), below=True)
    group, below = found[0].blocks
    assert (group.label, below.label) == ("集团：", "子企业：")
    assert "现行有效制度1项，其中基本管理制度1项，具体规章制度0项" in group.lines[1].text
    assert "现行有效制度1项，其中基本管理制度0项，具体规章制度1项" in below.lines[1].text
    assert below.lines[0].text == "集中清理情况。2户子企业中，1户对制度进行了集中清理，清理出现行有效制度1项。"
    assert "登记了现行有效制度的1户，没有登记的1户" in found[1].blocks[1].lines[0].text
    assert [len(row.blocks) for row in ledger.rows(by=by, seat=places.seat(by, "HD"))] == [1, 1, 1]


def test_the_ledger_tells_coverage_and_leaves_the_judgement_to_a_person(cast: Cast) -> None:
    stock(cast, "财务管理办法", business="finance")
    _task, coverage, _guides = ledger.rows(by=cast.actor(cast.mei), seat=seat(cast))
    first, second = coverage.blocks[0].lines
    assert "所涉业务、职能" in first.text
    assert "没有的" in first.text
    assert "只有一级的1类" in second.text
    assert "由人判断〕" in second.text
    assert not second.is_complete


def test_the_ledger_counts_problems_by_who_found_them_and_the_guidelines_that_answer_them(cast: Cast) -> None:
    problem = {"problem": "分包没有核验资质", "source": "audit", "found_on": days(-30), "due_on": days(30)}
    problem |= {"number": "ZG-9", "owner": str(cast.wang.uid), "measures": "逐户核验"}
    found = enter(cast, "rectifications", **problem)
    enter(cast, "rectifications", **problem | {"problem": "自己查到的", "number": "ZG-8", "source": "self_check"})
    stock(cast, "分包合规指引", level="guideline", arises_from=str(found.uid))
    stock(cast, "礼品合规指引", level="guideline")
    lines = ledger.rows(by=cast.actor(cast.mei), seat=seat(cast))[2].blocks[0].lines
    assert "发现的问题1项，其中纪检监察0项，审计1项" in lines[0].text
    assert lines[1].text == "专项合规指引制定情况。现行有效专项合规指引2项，其中注明针对上述问题制定的1项。"


# --- are rules carried out ------------------------------------------------------------------------------------------


def check(cast: Cast, policy: Entry | None, **more: Any) -> Entry:
    given = {
        "subject": "执行情况检查", "focus": "policy", "checked_on": days(-10), "result": "none",
        "checker": str(cast.wang.uid), "policy": str(policy.uid) if policy is not None else "",
    }  # fmt: skip
    return enter(cast, "checks", **{code: value for code, value in (given | more).items() if value})


def test_rules_that_were_looked_at_are_counted_and_the_others_wait_basic_ones_first(cast: Cast) -> None:
    looked = stock(cast, "看过的办法")
    stock(cast, "没看的办法", issued_on=date(2019, 1, 1))
    stock(cast, "基本制度", level="basic", issued_on=date(2024, 1, 1))
    check(cast, looked)
    check(cast, None, subject="去年的检查", checked_on=days(-400))
    found = executing.execution(by=cast.actor(cast.mei), seat=seat(cast))
    assert (found.total, found.looked, found.percent) == (3, 1, 33)
    assert [row.title for row in found.waiting] == ["基本制度", "没看的办法"]
    assert [look.check.title for look in found.looks] == ["执行情况检查"]
    assert executing.of_policy(looked)[0].title == "执行情况检查"


def test_a_problem_stays_loose_until_it_is_in_rectification(cast: Cast) -> None:
    check(cast, stock(cast), result="general", problem="用印未登记")
    by = cast.actor(cast.mei)
    assert executing.execution(by=by, seat=seat(cast)).loose == 1
    enter(cast, "rectifications", problem="用印未登记", source="check", found_on=days(-10), due_on=days(20),
          owner=str(cast.wang.uid))  # fmt: skip
    found = executing.execution(by=by, seat=seat(cast))
    assert (found.problems, found.loose) == (1, 0)


def test_a_record_of_a_rule_in_force_is_the_same_for_the_library(cast: Cast) -> None:
    assert record(in_force(cast)).status == "issued"
    assert seen(cast).counts.total.in_force == 1
