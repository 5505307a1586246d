"""Pages of checks: what is due, one item at a time, signing, coverage."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guiju.access import actions as access
from guiju.compliance.checks import finishing, running
from guiju.compliance.enums import RunState
from guiju.compliance.models import CheckItem, CheckRun
from guiju.lib import clock
from guiju.org import actions as org
from guiju.registers.models import Entry
from guiju.web.compliance.checks import here
from tests.compliance import checkers
from tests.compliance.checkers import Checkers, items, look
from tests.conftest import PASSWORD, Cast, english

BASE = "/u/HD-01/checks/"
#: One dot.
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01"
    b"\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?"
    b"\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def people(cast: Cast) -> Checkers:
    return checkers.make(cast)


@pytest.fixture
def mei(people: Checkers) -> Client:
    return people.cast.client(people.cast.mei)


@pytest.fixture
def shen(people: Checkers) -> Client:
    return people.cast.client(people.shen_user)


def _begun(people: Checkers, count: int = 3) -> CheckRun:
    people.risks(count)
    run = people.run(people.plan(cycle="year", starts_on=clock.today() - timedelta(days=1)))
    return running.begin(run=run, by=people.mei)


def _page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def test_a_unit_without_plans_is_told_what_belongs_here(mei: Client) -> None:
    assert f'href="{BASE}plan/"' in _page(mei, BASE)


def test_three_choices_make_a_plan_and_what_is_due_stands_in_the_list(mei: Client, people: Checkers) -> None:
    _page(mei, BASE + "plan/")
    answer = mei.post(
        BASE + "plan/", {"kind": "risk", "cycle": "year", "checker": str(people.mei_person.uid), "name": "年度全面排查"}
    )
    assert answer.status_code == 302
    run = CheckRun.objects.get()
    assert (run.title, run.checker) == ("年度全面排查", people.mei_person)
    assert here.address(run) in _page(mei, BASE)


def test_own_items_without_a_line_are_said_when_the_check_begins(mei: Client) -> None:
    mei.post(BASE + "plan/", {"kind": "own", "cycle": "year"})
    run = CheckRun.objects.get()
    assert mei.post(here.address(run, "begin")).status_code == 409


def test_the_task_leads_to_the_run(mei: Client, people: Checkers) -> None:
    from guiju.web.workflow import abouts
    from guiju.workflow.models import Task

    run = people.run(people.plan(cycle="year"))
    assert abouts.url(Task.objects.get(about="check_run")) == here.address(run)


def test_she_begins_and_records_one_item_after_the_other(mei: Client, people: Checkers) -> None:
    people.risks(2)
    run = people.run(people.plan(cycle="year"))
    _page(mei, here.address(run))
    assert mei.post(here.address(run, "begin"))["Location"] == here.address(run, "item", 1)
    first = items(run)[0]
    answer = mei.post(
        here.address(run, "item", 1),
        {"version": 1, "result": "none", "population": "12", "sampled": "3", "sample": "甲、乙、丙", "go": "next"},
    )
    assert answer["Location"] == here.address(run, "item", 2)
    answer = mei.post(here.address(run, "item", 2), {"version": 1, "result": "none", "go": "next"})
    assert answer["Location"] == here.address(run, "finish")
    first.refresh_from_db()
    assert (first.result, first.sampled, first.looked_by) == ("none", 3, "Mei")
    assert mei.post(here.address(run, "finish"), {"note": ""}).status_code == 302
    run.refresh_from_db()
    assert f"/r/zero_risk_reports/{run.zero_report}/" in _page(mei, here.address(run))


def test_a_photo_stays_with_the_item_and_goes_into_the_record(mei: Client, people: Checkers) -> None:
    run = _begun(people, 1)
    photo = SimpleUploadedFile("台账.png", PNG, content_type="image/png")
    mei.post(here.address(run, "item", 1), {"version": 1, "result": "none", "files": photo, "go": "list"})
    held = items(run)[0].files
    assert [one["name"] for one in held] == ["台账.png"]
    answer = mei.get(here.address(run, "file", held[0]["digest"], "台账.png"))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == PNG
    done = finishing.finish(run=run, by=people.mei)
    assert Entry.objects.get(uid=done.check_entry).file_count == 1


def test_a_script_saves_half_an_item_and_hears_how_far_the_check_is(mei: Client, people: Checkers) -> None:
    run = _begun(people)
    sent = {"version": 1, "note": "看到一半", "result": ""}
    answer = mei.post(here.address(run, "item", 1), sent, headers={"Accept": "application/json"})
    assert answer.json()["version"] == 2
    assert (answer.json()["done"], answer.json()["due"]) == (0, 3)
    stale = mei.post(here.address(run, "item", 1), {**sent, "note": "又改"}, headers={"Accept": "application/json"})
    assert stale.status_code == 409
    assert stale.json()["fields"]["note"]["now"] == "看到一半"
    wrong = mei.post(
        here.address(run, "item", 1), {**sent, "population": "many"}, headers={"Accept": "application/json"}
    )
    assert wrong.status_code == 422


def test_what_was_typed_stands_on_the_page_that_refuses_it(mei: Client, people: Checkers) -> None:
    run = _begun(people)
    answer = mei.post(
        here.address(run, "item", 1),
        {"version": 1, "result": "none", "population": "2", "sampled": "9", "note": "九份"},
    )
    assert answer.status_code == 422
    assert "九份" in answer.content.decode()


def test_an_incomplete_problem_is_named_before_the_end(mei: Client, people: Checkers) -> None:
    run = _begun(people)
    look(items(run)[1], people.mei, result="general")
    answer = mei.post(here.address(run, "finish"))
    assert answer.status_code == 422
    assert "整改责任人" in answer.content.decode()
    assert "2.owner" not in answer.content.decode()


def test_the_head_reads_the_doubts_explains_and_signs(shen: Client, people: Checkers) -> None:
    run = _begun(people)
    for item in items(run):
        look(item, people.mei, sample="", sampled=None)
    run = finishing.finish(run=run, by=people.mei)
    assert here.address(run) in _page(shen, BASE)
    page = _page(shen, here.address(run, "sign"))
    assert "explanation" in page
    assert shen.post(here.address(run, "sign"), {"explanation": ""}).status_code == 422
    assert shen.post(here.address(run, "sign"), {"explanation": "逐条核对过系统记录"}).status_code == 302
    assert Entry.objects.get(uid=run.zero_report).status == "signed"
    assert here.address(run) not in _page(shen, BASE)


def test_the_checker_sees_no_button_to_sign_and_is_refused(mei: Client, people: Checkers) -> None:
    run = _begun(people, 1)
    look(items(run)[0], people.mei)
    run = finishing.finish(run=run, by=people.mei)
    assert 'data-show="send-back"' not in _page(mei, here.address(run, "sign"))
    assert mei.post(here.address(run, "sign"), {"explanation": "x"}).status_code == 403


def test_sent_back_the_checker_reads_why(shen: Client, mei: Client, people: Checkers) -> None:
    run = _begun(people, 1)
    look(items(run)[0], people.mei)
    run = finishing.finish(run=run, by=people.mei)
    assert shen.post(here.address(run, "back"), {"reason": ""}).status_code == 422
    assert shen.post(here.address(run, "back"), {"reason": "样本只有五份"}).status_code == 302
    assert "样本只有五份" in _page(mei, here.address(run))


def test_other_peoples_runs_are_not_there(people: Checkers, cast: Cast) -> None:
    run = _begun(people, 1)
    tan = cast.client(cast.tan)
    for name in ("run", "finish", "sign"):
        assert tan.get(here.address(run, name)).status_code == 404
    assert tan.get(here.address(run, "item", 1)).status_code == 404
    assert tan.get(f"/u/SJ/checks/{run.uid}/").status_code == 404
    assert CheckItem.objects.get(run=run).result == ""


def test_a_principal_reads_along_and_begins_nothing(people: Checkers, cast: Cast) -> None:
    people.risks(1)
    run = people.run(people.plan(cycle="year"))
    qian = cast.client(cast.qian)
    assert "begin/" not in _page(qian, here.address(run))
    assert qian.post(here.address(run, "begin")).status_code == 403
    run.refresh_from_db()
    assert run.state == RunState.DUE


def test_an_officer_sees_the_checks_of_her_department_only(people: Checkers, cast: Cast) -> None:
    other = org.create_unit(code="HD-01-D2", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    user = access.create_account(username="fen", name="Fen", password=PASSWORD, by=cast.house)
    access.grant(user=user, role="department_officer", unit=other, by=cast.house, reason="t")
    theirs = people.run(people.plan(cycle="year", department=str(cast.department.uid)))
    mine = people.run(people.plan(cycle="year", name="财务排查", checker=None, department=str(other.uid)))
    fen = cast.client(user)
    for base in (BASE, "/u/HD-01-D2/checks/"):
        page = _page(fen, base)
        assert str(mine.uid) in page
        assert str(theirs.uid) not in page
    assert fen.get(here.address(theirs)).status_code == 404


def test_coverage_shows_the_year_and_the_units_behind_a_cell(people: Checkers, cast: Cast) -> None:
    people.plan(unit=cast.group, all_levels=True, cycle="year", checker=None, name="全级次排查")
    run = CheckRun.objects.filter(unit=cast.sub).get()
    lin = cast.client(cast.lin)
    page = _page(lin, f"/u/HD/checks/coverage/?plan={run.plan}&period={run.period}")
    assert here.address(run) in page
    assert "0/3" in page


@pytest.mark.parametrize("name", ["run", "finish"])
def test_a_run_of_three_hundred_items_asks_no_more_than_one_of_ten(people: Checkers, mei: Client, name: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for count in (10, 300):
        lines = "\n".join(f"事项{number}" for number in range(count))
        run = people.plan(kind="own", items=lines, cycle="year", name=f"{count}项")
        begun = running.begin(run=people.run(run), by=people.mei)
        mei.get(here.address(begun, name))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            _page(mei, here.address(begun, name))
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 45


def test_the_first_page_asks_the_same_for_one_run_and_for_many(people: Checkers, mei: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(1, 13):
        people.plan(cycle="year", name=f"排查{number}")
        if number in {1, 12}:
            mei.get(BASE)
            with CaptureQueriesContext(connection) as seen:
                _page(mei, BASE)
            counts.append(len(seen))
    assert counts[0] == counts[1]


def test_whoever_only_looks_at_a_check_not_begun_reads_who_begins_it(people: Checkers) -> None:
    people.risks(1)
    run = people.run(people.plan(cycle="year", starts_on=clock.today() - timedelta(days=1)))
    page = _page(english(people.cast.client(people.cast.qian)), f"{BASE}{run.uid}/")
    assert "It is begun by" in page
    assert "Begin the check" not in page
