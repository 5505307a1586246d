"""梅影 checks on her phone, 沈衡 signs what somebody else has checked: one problem, one zero-risk report with a question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from guiju.compliance.checks import finishing, running
from guiju.compliance.models import CheckRun
from guiju.lib import clock
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from tests.compliance import checkers
from tests.compliance.checkers import Checkers, items, look
from tests.conftest import Cast
from tests.e2e.conftest import Sit
from tests.e2e.journeys.conftest import Fits, Seat

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def people(cast: Cast) -> Checkers:
    return checkers.make(cast)


def _choose(page: Page, result: str) -> None:
    page.locator(f"input[name=result][value={result}]").check(force=True)


def _saved(page: Page) -> None:
    expect(page.locator("[data-check-state]")).to_contain_text(":")


def test_a_whole_check_on_a_phone_with_one_problem(people: Checkers, sit: Sit, fits: Fits) -> None:
    people.risks(3)
    run = people.run(people.plan(cycle="year"))
    page = sit(people.cast.mei, **PHONE)
    page.goto("/u/HD-01/checks/")
    fits(page)
    page.locator(".gj-checklist a", has_text="合同领域风险排查").first.click()
    fits(page)
    page.locator("form[action$='/begin/'] button").click()
    expect(page.locator(".gj-progress-line b")).to_have_text("1/3")
    fits(page)

    _choose(page, "none")
    expect(page.locator("[data-check-wrong]")).to_be_hidden()
    page.fill("#id_population", "40")
    page.fill("#id_sampled", "5")
    page.fill("#id_sample", "合同 2026-11 至 2026-15")
    _saved(page)
    page.locator("button[value=next]").click()

    expect(page.locator(".gj-progress-line b")).to_have_text("2/3")
    page.context.set_offline(True)
    _choose(page, "general")
    page.fill("#id_problem", "两份采购合同未经审查就用印")
    expect(page.locator("[data-check-told]")).to_be_visible()
    fits(page)
    page.locator("button[value=next]").click()
    expect(page.locator(".gj-progress-line b")).to_have_text("2/3")
    page.context.set_offline(False)
    _saved(page)
    assert items(run)[1].problem == "两份采购合同未经审查就用印"
    page.locator("#field-owner .ts-control").click()
    page.keyboard.type("wangmin")
    page.locator("#field-owner .ts-dropdown .option", has_text="王敏").click()
    page.fill("#id_fix_due_on", (clock.today() + timedelta(days=20)).isoformat())
    page.select_option("#id_cause_kind", "not_followed")
    page.locator("button[value=next]").click()

    expect(page.locator(".gj-progress-line b")).to_have_text("3/3")
    page.locator(".gj-progress-line a").click()
    fits(page)
    page.goto(f"/u/HD-01/checks/{run.uid}/finish/")
    expect(page.locator("main")).to_contain_text("两份采购合同未经审查就用印")
    fits(page)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**/checks/{run.uid}/")

    fix = Entry.objects.get(register="rectifications")
    assert (fix.title, fix.owner, fix.kind) == ("两份采购合同未经审查就用印", people.cast.wang, "check")
    entry = Entry.objects.get(register="checks")
    assert (entry.count_1, entry.count_2, entry.level) == (3, 2, "general")
    assert Task.objects.get(key=f"check-run:{run.uid}").status == TaskStatus.DONE


def test_the_head_is_asked_before_she_signs_a_zero_of_minutes(people: Checkers, seat: Seat, fits: Fits) -> None:
    people.risks(3)
    run = running.begin(run=people.run(people.plan(cycle="year")), by=people.mei)
    for item in items(run):
        look(item, people.mei)
    finishing.finish(run=run, by=people.mei)
    page = seat(people.shen_user)
    page.goto("/tasks/?whose=all")
    page.goto("/u/HD-01/checks/")
    page.locator(".gj-checklist a", has_text="合同领域风险排查").first.click()
    page.locator(".gj-actions a.btn-primary").click()
    expect(page.locator(".gj-doubts li")).to_have_count(2)
    fits(page)
    page.fill("#explanation", "三份合同同在一本台账，一次看完")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**/checks/{run.uid}/")
    run = CheckRun.objects.get(pk=run.pk)
    report = Entry.objects.select_related("body").get(uid=run.zero_report)
    assert (report.status, report.owner) == ("signed", people.shen_person)
    assert report.body.data["explanation"] == "三份合同同在一本台账，一次看完"
    assert Entry.objects.get(uid=run.check_entry).done_on is not None
    page.goto("/u/HD-01/checks/coverage/")
    expect(page.locator(".gj-strip-cell").first).to_contain_text("1/1")
    fits(page)


def test_what_two_people_record_at_once_is_not_lost(people: Checkers, sit: Sit) -> None:
    people.risks(1)
    run = running.begin(run=people.run(people.plan(cycle="year")), by=people.mei)
    page = sit(people.cast.mei, **PHONE)
    page.goto(f"/u/HD-01/checks/{run.uid}/items/1/")
    look(items(run)[0], people.shen, note="沈衡已看")
    page.fill("#id_note", "梅影也看了")
    expect(page.locator(".gj-check-told--wrong")).to_be_visible()
    expect(page.locator("#id_note")).to_have_value("梅影也看了")
    assert items(run)[0].note == "沈衡已看"
