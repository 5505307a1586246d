"""赵强在手机上整改交验，王敏验收；王敏准备、召开、办结调度会，议定事项到了赵强的待办里。"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from guiju.access.models import User
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers.models import Entry
from tests.compliance.test_rectify import account, enter, fresh
from tests.conftest import Cast
from tests.e2e.journeys.conftest import Fits, Seat
from tests.e2e.journeys.hands import choose

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def zhao(cast: Cast) -> Person:
    return org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)


def test_the_owner_rectifies_on_a_phone_and_the_head_accepts(
    cast: Cast, zhao: Person, seat: Seat, fits: Fits, tmp_path: Path
) -> None:
    owner = account("zhao", "department_officer", cast.department, zhao, cast.house)
    head = account("wang", "compliance_office", cast.sub, cast.wang, cast.house)
    entry = enter(cast.actor(cast.mei), cast.sub, zhao, department=str(cast.department.uid), field="contract")
    page = seat(owner, width=390, height=844)
    _to_the_work(page, "用印未登记")
    fits(page)
    page.fill("#log-text", "登记簿已建，补登九月用印")
    page.fill("#log-share", "60")
    page.locator(".gj-log button").click()
    expect(page.locator(".gj-log-lines")).to_contain_text("登记簿已建")
    page.select_option("#id_cause_kind", "not_followed")
    page.fill("#id_cause", "印章由一人保管，没有登记")
    page.fill("#id_measures", "双人双锁，逐笔登记")
    photo = tmp_path / "登记簿.pdf"
    photo.write_bytes(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    page.locator("#work input[type=file]").set_input_files(str(photo))
    page.locator("#work button[name=submit]").click()
    expect(page.locator(".gj-note")).to_be_visible()
    fits(page)
    _accept(seat(head), entry)
    fits(page)
    assert fresh(entry).status == "closed"
    assert fresh(entry).file_count == 1


def _to_the_work(page: Page, title: str) -> None:
    """From the list of tasks to the thing itself."""
    page.goto("/tasks/")
    page.locator("main a", has_text=title).first.click()
    page.locator("main a.btn-primary").click()
    expect(page.locator("h1")).to_have_text(title)


def _accept(page: Page, entry: Entry) -> None:
    page.goto(f"/u/HD-01/rectify/{entry.uid}/")
    expect(page.locator("#accept")).to_contain_text("王敏")
    page.fill("#id_acceptance", "抽查三十笔，均有登记")
    page.locator("#accept button.btn-primary").click()
    expect(page.locator(".gj-state")).to_contain_text("已销号")


def test_the_head_holds_a_hearing_and_the_owner_finds_his_task(
    cast: Cast, zhao: Person, seat: Seat, fits: Fits
) -> None:
    head = account("wang", "compliance_office", cast.sub, cast.wang, cast.house)
    owner = account("zhao", "department_officer", cast.sub, zhao, cast.house)
    enter(cast.actor(cast.mei), cast.sub, zhao, due_on=clock.today() - timedelta(days=4))
    page = seat(head)
    _write_the_minutes(page, fits)
    page.fill("#next_work", "完成全部超期整改；组织重点岗位培训。")
    page.locator("#attendees").click()
    expect(page.locator("#hearing-saved svg")).to_be_visible()
    page.locator("button[formaction]").click()
    expect(page.locator("main")).to_contain_text("补齐用印登记")
    expect(page.locator("#minutes")).to_have_count(0)
    fits(page)
    assert Entry.objects.get(register="meetings").flag_2
    page.goto("/u/HD-01/hearings/")
    expect(page.locator(".gj-quarter--held")).to_have_count(1)
    fits(page)
    _finds_his_task(seat, owner)


def _write_the_minutes(page: Page, fits: Fits) -> None:
    page.goto("/u/HD-01/hearings/")
    page.locator(".gj-actions form button").click()
    expect(page.locator(".gj-sheet")).to_be_visible()
    fits(page)
    page.fill("#held_on", clock.today().isoformat())
    choose(page, "#chair", "王敏", "wm")
    page.fill("#d1-matter", "补齐用印登记")
    choose(page, "#d1-owner", "赵强", "zq")
    page.fill("#d1-due", (clock.today() + timedelta(days=20)).isoformat())
    with page.expect_response(lambda answer: quote("三楼会议室") in (answer.request.post_data or "")):
        page.fill("#place", "三楼会议室")
        page.locator("#attendees").click()
    expect(page.locator("#hearing-saved svg")).to_be_visible()  # kept while it is written
    page.goto(f"/u/HD-01/hearings/{Period.of(clock.today(), 'quarter')}/")
    expect(page.locator("#place")).to_have_value("三楼会议室")


def test_whoever_leaves_before_the_last_word_is_kept_is_asked(cast: Cast, zhao: Person, seat: Seat) -> None:
    head = account("wang", "compliance_office", cast.sub, cast.wang, cast.house)
    enter(cast.actor(cast.mei), cast.sub, zhao, due_on=clock.today() - timedelta(days=4))
    page, asked = seat(head), []
    page.goto("/u/HD-01/hearings/")
    page.locator(".gj-actions form button").click()
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.route("**/save/", lambda route: None)  # a server that does not answer
    page.locator("#place").press_sequentially("三楼")
    page.locator("#attendees").click()
    page.locator("a.gj-brand").click()
    expect(page.locator("#place")).to_have_value("三楼")
    assert asked == ["beforeunload"]


def _finds_his_task(seat: Seat, owner: User) -> None:
    page = seat(owner, width=390, height=844)
    page.goto("/tasks/")
    page.locator("main a", has_text="补齐用印登记").first.click()
    page.locator("main a.btn-primary").click()
    expect(page.locator("h1")).to_have_text("补齐用印登记")
