"""What a newcomer came upon on the pages: words instead of codes, nothing lost on the way, links both ways."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from guiju.compliance.checks import running
from guiju.lib import clock
from guiju.lib.errors import Fault, Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.web import faults
from guiju.web.compliance.checks import here
from tests.compliance import checkers
from tests.compliance.checkers import Checkers, items
from tests.conftest import Cast
from tests.web.conftest import english

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast: Cast) -> Checkers:
    return checkers.make(cast)


@pytest.fixture
def mei(people: Checkers) -> Client:
    return english(people.cast.client(people.cast.mei))


def body(answer: Any) -> str:
    return answer.content.decode()


# --- where a fault lies -------------------------------------------------------------------------------------------------


def test_a_fault_is_named_by_the_label_of_its_field() -> None:
    from guiju.registers import spec as specs

    spec = specs.get("checks")
    assert faults.place("done_count", spec=spec) == spec.by_code["done_count"].label()
    assert (
        faults.place("decisions.2.owner")
        == f"{faults.WORDS['decisions']} {faults._part('2', None, None, {})} {faults.WORDS['owner']}"
    )
    assert faults.place("Sheet1!C12") == "Sheet1!C12"
    assert faults.place("第3行") == "第3行"
    assert faults.place("something_only_a_machine_knows") == ""
    assert faults.place("items.0f1e2d3c-1111-2222-3333-444455556666.votes_for") == str(faults.WORDS["votes_for"])
    problem = Problem("x", "No.", faults=[Fault("issued_on", "Too late.", "Correct it.")])
    assert "issued_on" not in faults.sentences(problem)[0]


# --- one item of a check -----------------------------------------------------------------------------------------------


def test_a_problem_without_its_particulars_is_not_left_by_going_on(mei: Client, people: Checkers) -> None:
    people.risks(2)
    run = running.begin(run=people.run(people.plan()), by=people.mei)
    page = here.address(run, "item", 1)
    answer = mei.post(page, {"version": 1, "result": "general", "problem": "印章外借", "go": "next"})
    assert answer.status_code == 422
    text = body(answer)
    assert "Say who puts it right." in text
    assert "印章外借" in text
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version is not None
    assert items(run)[0].problem == "印章外借"
    whole = {
        "version": version[1], "result": "general", "problem": "印章外借", "owner": str(people.mei_person.uid),
        "fix_due_on": (clock.today() + timedelta(days=20)).isoformat(), "go": "next",
    }  # fmt: skip
    assert mei.post(page, whole)["Location"] == here.address(run, "item", 2)


def test_one_wrong_number_does_not_take_the_words_along(mei: Client, people: Checkers) -> None:
    people.risks(1)
    run = running.begin(run=people.run(people.plan()), by=people.mei)
    page = here.address(run, "item", 1)
    sent = {"version": 1, "result": "none", "population": "2", "sampled": "9", "note": "看了九份"}
    answer = mei.post(page, sent, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["version"] == 2
    assert "sampled" not in answer.json()["words"]
    held = items(run)[0]
    assert (held.note, held.population, held.sampled, held.result) == ("看了九份", 2, None, "none")
    again = mei.post(page, {**sent, "version": 2, "sampled": "x", "go": "next"})
    assert again.status_code == 422
    assert "sampled：" not in body(again)
    both = mei.post(page, {**sent, "version": items(run)[0].version, "result": "general", "go": "next"})
    assert "More were looked at than there are." in body(both)
    assert "Say what is wrong." in body(both)


# --- checks and what came of them --------------------------------------------------------------------------------------


def test_a_check_and_its_rectification_lead_to_each_other(mei: Client, people: Checkers) -> None:
    values = {
        "subject": "用印抽查", "checked_on": clock.today(), "result": "general", "problem": "三份合同没有用印登记",
        "checker": str(people.mei_person.uid), "fix_owner": str(people.shen_person.uid),
        "fix_due_on": clock.today() + timedelta(days=15),
    }  # fmt: skip
    check = registers.create(register="checks", unit=people.cast.sub, values=values, by=people.mei)
    page = body(mei.get(f"/r/checks/{check.uid}/"))
    url = re.search(r'href="(/r/rectifications/new[^"]+)"', page)
    assert url is not None
    form = body(mei.get(url[1].replace("&amp;", "&")))
    assert str(people.shen_person.uid) in form
    given = {
        "problem": "三份合同没有用印登记", "source": "check", "check": str(check.uid), "found_on": clock.today(),
        "due_on": clock.today() + timedelta(days=15), "owner": str(people.shen_person.uid),
    }  # fmt: skip
    made = registers.create(register="rectifications", unit=people.cast.sub, values=given, by=people.mei)
    assert f"/rectify/{made.uid}/" in body(mei.get(f"/r/checks/{check.uid}/"))
    assert f"/r/checks/{check.uid}/" in body(mei.get(f"/r/rectifications/{made.uid}/"))
    assert f"/r/checks/{check.uid}/" in body(mei.get(f"/u/HD-01/rectify/{made.uid}/"))


def test_a_unit_checked_by_the_plan_of_the_unit_above_is_not_told_that_nothing_is_planned(
    mei: Client, people: Checkers
) -> None:
    assert "No check is planned yet" in body(mei.get("/u/HD-01/checks/"))
    people.risks(1)
    people.plan(name="集团季度排查", unit=people.cast.group, all_levels=True, checker=None)
    page = body(mei.get("/u/HD-01/checks/"))
    assert "No check is planned yet" not in page
    assert "集团季度排查" in page


# --- risks -------------------------------------------------------------------------------------------------------------


def risk(people: Checkers, name: str, **more: Any) -> Entry:
    values = {"name": name, "behaviour": name, "assessed_on": clock.today(), **more}
    return registers.create(register="risk_list", unit=people.cast.sub, values=values, by=people.mei)


def test_the_map_says_which_levels_were_set_by_hand(mei: Client, people: Checkers) -> None:
    made = risk(people, "手工定高", probability=1, impact=5, level="high")
    risk(people, "照矩阵", probability=5, impact=5)
    page = body(mei.get("/u/HD-01/risks/"))
    assert "The level of 1 risk was set by hand" in page
    assert "no reason is recorded" in page
    registers.update(entry=made, values={"level_reason": "监管点名"}, version=1, by=people.mei)
    again = body(mei.get("/u/HD-01/risks/"))
    assert "监管点名" in again
    assert "no reason is recorded" not in again


def test_high_risks_without_an_order_are_not_left_out_for_low_ones(mei: Client, people: Checkers) -> None:
    for number in range(1, 12):
        risk(people, f"低风险{number}", level="low", priority=number)
    risk(people, "没有排序的高风险", level="high")
    page = body(mei.get("/u/HD-01/risks/"))
    top = page[page.index("What comes first") :]
    top = top[: top.index("</section>")]
    assert "没有排序的高风险" in top
    assert "低风险9<" in top
    assert "低风险10" not in top


# --- rows of other departments -----------------------------------------------------------------------------------------


def test_an_officer_who_only_reads_the_company_changes_no_other_departments_rows(people: Checkers) -> None:
    from guiju.access import actions as access
    from guiju.access.actor import of_user
    from guiju.org import actions as org
    from guiju.registers import grid
    from guiju.registers import spec as specs
    from tests.conftest import PASSWORD

    cast = people.cast
    other = org.create_unit(code="HD-01-D2", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    user = access.create_account(username="bao", name="鲍芸", password=PASSWORD, by=cast.house)
    for role, unit in (("reader", cast.sub), ("department_officer", other)):
        access.grant(user=user, role=role, unit=unit, by=cast.house, reason="tests", with_subtree=False)
    (foreign,) = people.risks(1)
    mine = risk(people, "资金拆借", department=str(other.uid))
    client, by = english(cast.client(user)), of_user(user)
    assert client.get(f"/r/risk_list/{foreign.uid}/").status_code == 200
    way = f"/r/risk_list/{foreign.uid}/edit"
    assert client.get(way).status_code == 403
    assert client.post(way, {"name": "改名", "version": "1"}).status_code == 403
    with pytest.raises(Problem):
        registers.update(entry=foreign, values={"name": "改名"}, version=1, by=by)
    row = grid.GridRow("a", {"name": "改名"}, uid=str(foreign.uid), version=1)
    with pytest.raises(Problem):
        grid.save(register=specs.get("risk_list"), unit=cast.sub, rows=[row], by=by)
    assert registers.update(entry=mine, values={"name": "违规资金拆借"}, version=1, by=by).version == 2
