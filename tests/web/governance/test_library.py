"""制度库的页面：看总貌、补缺项、排计划、对问题、查执行、抄台账。"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from guiju.access.actor import of_user
from guiju.documents import reports
from guiju.governance.policies import planning
from guiju.lib import clock
from guiju.org import places
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast, english
from tests.governance.policy_house import account, days, drafted, fresh, in_force, stock

pytestmark = pytest.mark.django_db

PAGES = ("governance-policies", "governance-policies-plans", "governance-policies-guidelines",
         "governance-policies-execution", "governance-policies-statistics")  # fmt: skip


def at(name: str, code: str = "HD-01", **query: str) -> str:
    found = reverse(name, args=[code])
    return found + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def enter(cast: Cast, register: str, **values: Any) -> Entry:
    return fresh(registers.create(register=register, unit=cast.sub, values=values, by=cast.actor(cast.mei)))


def finding(cast: Cast, **more: Any) -> Entry:
    given: dict[str, Any] = {"problem": "高处作业无防护", "source": "audit", "field": "safety", "systemic": True,
                             "found_on": days(-40), "due_on": days(40), "owner": str(cast.wang.uid)}  # fmt: skip
    return enter(cast, "rectifications", **given | more)


def test_every_page_of_an_empty_library_says_what_belongs_there_and_begins_it(cast: Cast) -> None:
    mei = cast.client(cast.mei)
    for name in PAGES:
        answer = mei.get(at(name))
        assert answer.status_code == 200, name
    page = mei.get(at("governance-policies")).content.decode()
    assert at("governance-intakes-new") in page
    assert "charter=1" in page.replace("set.", "")


def test_mei_puts_a_missing_rule_into_the_plan_and_judges_another_not_needed(cast: Cast) -> None:
    stock(cast, business="finance")
    mei = cast.client(cast.mei)
    page = mei.get(at("governance-policies")).content.decode()
    assert 'value="specific:hr"' in page
    assert 'value="specific:finance"' not in page
    answer = mei.post(at("governance-policies-gap"), {"gap": "specific:hr", "do": "plan"}, follow=True)
    row = Entry.objects.get(register="policy_plans")
    assert f"/r/policy_plans/{row.uid}/" in answer.content.decode()
    again = mei.post(at("governance-policies-gap"), {"gap": "specific:hr", "do": "plan"}, follow=True)
    assert Entry.objects.filter(register="policy_plans").count() == 1
    assert row.title in again.content.decode()
    mei.post(at("governance-policies-gap"), {"gap": "specific:office", "do": "decline", "reason": ""})
    assert Entry.objects.filter(register="policy_plans").count() == 1
    told = mei.post(
        at("governance-policies-gap"), {"gap": "specific:office", "do": "decline", "reason": "由集团统一"}, follow=True
    )
    assert "由集团统一" in told.content.decode()
    assert mei.post(at("governance-policies-gap"), {"gap": "nonsense", "do": "plan"}).status_code == 404


def test_a_number_of_the_matrix_leads_to_the_rules_it_counts(cast: Cast) -> None:
    stock(cast, "财务管理办法", business="finance")
    stock(cast, "薪酬管理办法", business="hr")
    mei = cast.client(cast.mei)
    page = mei.get(at("governance-policies")).content.decode()
    start = page.index("f.business=finance&amp;f.level=specific")
    link = page[page.rindex('href="', 0, start) + 6 : page.index('"', start)].replace("&amp;", "&")
    listed = mei.get(link).content.decode()
    assert "财务管理办法" in listed
    assert "薪酬管理办法" not in listed


def test_rules_that_want_a_look_are_listed_and_planned_for_revision(cast: Cast) -> None:
    old = stock(cast, "旧办法", issued_on=date(2019, 1, 1))
    drafted(cast, "新办法")
    mei = cast.client(cast.mei)
    for what in ("stale", "bare", "unsorted", "ungraded", "drafting", "review"):
        assert mei.get(at("governance-policies-attention", what=what)).status_code == 200, what
    assert mei.get(at("governance-policies-attention", what="nonsense")).status_code == 404
    assert "旧办法" in mei.get(at("governance-policies-attention", what="stale")).content.decode()
    mei.post(at("governance-policies-planrule"), {"policy": str(old.uid), "action": "amend"})
    row = Entry.objects.get(register="policy_plans")
    assert (row.kind, row.ref_1) == ("amend", old.uid)


def test_the_plan_of_a_year_shows_progress_and_leads_to_the_draft(cast: Cast) -> None:
    year = clock.today().year
    row = enter(cast, "policy_plans", name="采购管理办法", action="enact", period=str(year), planned_on=date(year, 1, 1),
                due_on=days(-1) if days(-1).year == year else date(year, 12, 31))  # fmt: skip
    mei = cast.client(cast.mei)
    page = mei.get(at("governance-policies-plans")).content.decode()
    assert f"plan={row.uid}" in page
    draft = drafted(cast, plan=row.uid)
    page = mei.get(at("governance-policies-plans")).content.decode()
    assert reverse("governance-policies-one", args=["HD-01", draft.policy]) in page
    assert "layout=annual_plan" in page
    export = mei.get(f"/r/policy_plans/export?unit=HD-01&layout=annual_plan&f.period={year}")
    assert export.status_code == 200
    export.close()


def test_a_finding_begins_a_draft_with_itself_filled_in(cast: Cast) -> None:
    row = finding(cast)
    mei = cast.client(cast.mei)
    page = mei.get(at("governance-policies-guidelines")).content.decode()
    assert f"set.arises_from={row.uid}" in page
    form = mei.get(
        reverse("governance-policies-new", args=["HD-01"]) + f"?set.arises_from={row.uid}&set.level=guideline"
    )
    assert row.title in form.content.decode()
    mei.post(at("governance-policies-answer"), {"finding": str(row.uid), "do": "plan"})
    assert Entry.objects.get(register="policy_plans").ref_2 == row.uid
    assert cast.client(cast.tan).post(at("governance-policies-answer"), {"finding": str(row.uid)}).status_code == 404


def test_a_check_of_a_rule_is_recorded_from_its_page_and_shown_there(cast: Cast) -> None:
    row = in_force(cast)
    mei = cast.client(cast.mei)
    policy = reverse("governance-policies-one", args=["HD-01", row.policy])
    assert f"set.policy={row.policy}" in mei.get(policy).content.decode()
    form = mei.get(f"/r/checks/new?unit=HD-01&set.focus=policy&set.policy={row.policy}")
    assert "采购管理办法" in form.content.decode()
    enter(cast, "checks", subject="执行检查甲", focus="policy", policy=str(row.policy), checked_on=days(-3),
          result="general", problem="未登记", checker=str(cast.wang.uid))  # fmt: skip
    assert "执行检查甲" in mei.get(policy).content.decode()
    page = mei.get(at("governance-policies-execution")).content.decode()
    assert "执行检查甲" in page
    assert "/r/rectifications/new" in page


def test_the_ledgers_words_stand_there_to_copy_and_go_out_as_a_workbook_and_a_paper(cast: Cast) -> None:
    stock(cast, "财务管理办法", business="finance")
    mei = cast.client(cast.mei)
    page = mei.get(at("governance-policies-statistics")).content.decode()
    assert "现行有效制度1项，其中基本管理制度0项，具体规章制度1项，专项合规指引0项" in page
    assert mei.get(at("governance-policies-statistics", on="2999-01-01")).status_code == 422
    assert mei.get(at("governance-policies-statistics", on="nonsense")).status_code == 422
    answer = mei.get(at("governance-policies-workbook"))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = [[cell.value for cell in line][1:] for line in book.worksheets[0].iter_rows()]
    assert ["财务管理", 1, 0, 1, 0, 0] in rows
    answer.close()
    paper = reports.build("policy-stocktake", unit=cast.sub, period=str(clock.today().year), by=cast.actor(cast.mei))
    told = str(paper.as_dict())
    assert "现行有效制度1项" in told
    assert "制度集中清理情况" in paper.missing


def test_the_papers_of_stocktake_and_plan_are_made_for_a_group_too(cast: Cast) -> None:
    stock(cast, business="finance")
    lin, year = cast.actor(cast.lin), str(clock.today().year)
    told = str(reports.build("policy-stocktake", unit=cast.group, period=year, by=lin).as_dict())
    assert "全级次" in told
    assert reports.build("policy-plan", unit=cast.sub, period=year, by=lin).missing == [f"{year}年制度立改废释计划"]
    enter(cast, "policy_plans", name="采购管理办法", action="enact", period=year, planned_on=clock.today())
    assert "新立1项" in str(reports.build("policy-plan", unit=cast.sub, period=year, by=lin).as_dict())


def test_the_group_looks_at_itself_or_at_all_levels(cast: Cast) -> None:
    stock(cast, "路桥办法", business="finance")
    lin = cast.client(cast.lin)
    for name in PAGES:
        assert lin.get(at(name, "HD")).status_code == 200
        assert lin.get(at(name, "HD", below="1")).status_code == 200
    page = lin.get(at("governance-policies", "HD", below="1")).content.decode()
    assert reverse("governance-policies", args=["HD-01"]) in page


def test_a_department_officer_sees_the_rules_of_the_department_only(cast: Cast) -> None:
    stock(cast, "本部门办法", department=str(cast.department.uid), business="office")
    stock(cast, "别人的办法", business="finance")
    client = cast.client(account("Dong", "department_officer", cast.department, cast.house))
    for name in PAGES:
        answer = client.get(at(name, cast.department.code))
        assert answer.status_code == 200, name
        assert "别人的办法" not in answer.content.decode()
    assert client.get(at("governance-policies")).status_code == 404


def test_a_reader_sees_the_library_without_steps_and_a_stranger_nothing(cast: Cast) -> None:
    stock(cast, issued_on=date(2019, 1, 1))
    finding(cast)
    reader = account("Leser", "reader", cast.sub, cast.house)
    client = cast.client(reader)
    assert of_user(reader).name == "Leser"
    for name in PAGES:
        page = client.get(at(name)).content.decode()
        assert "csrfmiddlewaretoken" not in page.split("<main", 1)[-1].split("</main", 1)[0], name
        assert cast.client(cast.tan).get(at(name)).status_code == 404
    assert client.post(at("governance-policies-gap"), {"gap": "charter"}).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_no_page_asks_more_for_more_rows(cast: Cast, name: str) -> None:
    mei = cast.client(cast.mei)
    stock(cast, "甲", business="finance", issued_on=date(2019, 1, 1))
    finding(cast)
    mei.get(at(name))
    with CaptureQueriesContext(connection) as few:
        mei.get(at(name))
    for number in range(8):
        stock(cast, f"办法{number}", business="hr", issued_on=date(2019, 1, 1))
        finding(cast, problem=f"问题{number}")
    with CaptureQueriesContext(connection) as many:
        mei.get(at(name))
    assert len(many) <= len(few) + 1
    assert len(many) <= 22, [query["sql"][:160] for query in many.captured_queries]


def test_of_a_department_the_ledger_counts_its_rules_and_judges_no_coverage(cast: Cast) -> None:
    stock(cast, "本部门办法", department=str(cast.department.uid), business="office")
    officer = account("Officer", "department_officer", cast.department, cast.house)
    page = cast.client(officer).get(at("governance-policies-statistics", cast.department.code)).content.decode()
    assert "现行有效制度1项" in page
    assert "制度覆盖排查情况" not in page


def test_the_draft_of_an_improvement_plan_says_what_was_found_and_what_is_planned_about_it(cast: Cast) -> None:
    stock(cast, "财务管理办法", business="finance", level="specific")
    stock(cast, "没有分类的办法", business="", level="")
    at_work = places.seat(cast.actor(cast.mei), "HD-01")
    planning.for_gap(key="charter", at=planning.place_of(at_work), by=cast.actor(cast.mei))
    year = str(clock.today().year)
    paper = reports.build("policy-improvement", unit=cast.sub, period=year, by=cast.actor(cast.mei))
    told = str(paper.as_dict())
    assert "制度库中没有公司章程。" in told
    assert "新立《公司章程》" in told
    assert "1项没有按业务、职能分类" in told
    assert "1项没有划分层级" in told
    assert "〔待补充〕" in told
    assert "责任领导" in paper.missing
    assert "policy-improvement" in cast.client(cast.mei).get(at("governance-policies-plans")).content.decode()


def test_the_plan_of_a_year_names_the_improvement_plan_of_its_time(cast: Cast) -> None:
    year = clock.today().year
    for name, on in (("旧的改进方案", date(year - 2, 9, 1)), ("今年的改进方案", clock.today())):
        enter(cast, "programme_plans", name=name, kind="improvement", approved_on=on)
    mei = cast.client(cast.mei)
    assert "今年的改进方案" in mei.get(at("governance-policies-plans")).content.decode()
    page = mei.get(at("governance-policies-plans", year=str(year - 1))).content.decode()
    assert "旧的改进方案" in page
    assert "今年的改进方案" not in page


def test_whoever_only_looks_reads_whose_turn_the_gaps_are(cast: Cast) -> None:
    stock(cast, business="finance")
    reader = english(cast.client(account("Leser", "reader", cast.sub, cast.house)))
    words = "The compliance office puts it into the yearly plan"
    assert words in reader.get(at("governance-policies")).content.decode()
    mei = english(cast.client(cast.mei)).get(at("governance-policies"))
    assert mei.context["may_plan"]
    assert words not in mei.content.decode()
