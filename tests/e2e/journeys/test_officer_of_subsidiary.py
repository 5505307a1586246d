"""梅影 keeps the compliance office of a subsidiary: one meeting entered once counts for three documents."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from guiju.lib import clock
from guiju.posture.models import Judgement
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from tests.e2e.journeys.conftest import Fits, Seat
from tests.e2e.journeys.house import NAMES, PLAN, YEAR, House
from tests.e2e.line import nothing_hangs_over
from tests.web.conftest import URN

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TASK = "任务7 建立合规、法务、内控、风险协同机制"
#: Departments work together: the last thing of the year that only meetings show.
ASKED = f"/u/HD-01/posture/{YEAR}/4.2-3/"


def _enter_the_meeting(page: Page) -> None:
    """The form knows the topic already; chair and minutes make it count."""
    assert page.locator("select[name=topic] option:checked, input[name=topic]:checked").first.get_attribute(
        "value"
    ) in {"joint_meeting", "coordination"}
    page.fill("#id_subject", "合规与法务、内控、风险联席会议")
    page.fill("#id_held_on", (clock.today() - timedelta(days=2)).isoformat())
    page.locator("#field-chaired_by .ts-control").click()
    page.keyboard.type("wm")
    page.locator("#field-chaired_by .ts-dropdown .option", has_text="王敏").click()
    page.fill("#id_attended", "7")
    page.fill("#id_minutes_number", "路桥合纪3号")
    page.fill("#id_minutes", "四个体系的检查合并成一张计划。")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("h1")).to_have_text("合规与法务、内控、风险联席会议")


def _task(house: House) -> Task:
    return Task.objects.get(unit=house.cast.sub, title=TASK)


def test_mei_enters_one_meeting_and_three_documents_move_and_her_task_closes(
    house: House, seat: Seat, fits: Fits
) -> None:
    page = seat(house.cast.mei)
    page.goto("/tasks/")
    fits(page)
    page.locator(".gj-todo a", has_text=TASK).click()
    expect(page.locator("main")).to_contain_text("登记什么就算办完")
    fits(page)
    page.get_by_role("link", name="登记到会议与听取汇报").first.click()
    page.wait_for_url("**/r/meetings/new?**")
    expect(page.locator(".gj-proves")).to_contain_text(NAMES[YEAR])
    fits(page)
    _enter_the_meeting(page)
    proved = page.locator(".gj-proved")
    expect(proved.locator("h2")).to_have_text(re.compile(r"这条记录(现在)?证明了\s*\d+\s*项要求"))
    for urn in (YEAR, PLAN, URN):
        group = proved.locator(f".gj-proofs li:has(a[href*='{urn}'])", has_text="→")
        expect(group.filter(has_text="符合").first).to_be_visible()
        expect(proved).to_contain_text(NAMES[urn])
    fits(page)
    # One of the three things that the task asks for no record can show.
    assert _task(house).status == TaskStatus.OPEN
    page.goto(f"/u/HD-01/posture/{YEAR}/T07-3/")
    page.locator("#judge summary").click()
    page.locator("#judge input[name=status][value=met]").check()
    page.fill("#id_reason", "比对了两年的检查计划，重复的六项已经合并")
    until = clock.today() + timedelta(days=180)
    page.fill("#id_expires_on", until.isoformat())
    page.locator("#judge button[type=submit]").click()
    expect(page.locator(".gj-verdict--met")).to_contain_text(until.isoformat())
    expect(page.locator(".gj-rail")).to_contain_text("重复的六项已经合并")
    assert Judgement.objects.get(unit=house.cast.sub).expires_on == until
    page.goto(f"/tasks/{_task(house).uid}/")
    expect(page.locator(".gj-verdict--met")).to_contain_text("合规与法务、内控、风险联席会议")
    fits(page)
    page.goto("/tasks/")
    expect(page.locator(".gj-todo a", has_text=TASK)).to_have_count(0)


def test_mei_goes_from_a_requirement_to_the_meeting_on_her_phone(house: House, seat: Seat) -> None:
    page = seat(house.cast.mei, width=390, height=844)
    page.goto("/")
    page.locator(".gj-bottom a", has_text="待办").click()
    page.wait_for_url("**/tasks/")
    expect(page.locator(".gj-todo a", has_text=TASK)).to_be_visible()
    # From the sheet of the document to the requirement that asks for a meeting.
    page.goto(f"/u/HD-01/posture/{YEAR}/?status=not_due&kind=duty")
    page.locator(f"a[href='{ASKED}']").first.click()
    page.wait_for_url(f"**{ASKED}")
    expect(page.locator(".gj-verdict")).to_contain_text("未到期")
    page.locator(".gj-verdict a[href*='/r/meetings/new']").click()
    page.wait_for_url("**/r/meetings/new?**")
    nothing_hangs_over(page)
    _enter_the_meeting(page)
    nothing_hangs_over(page)
    entry = Entry.objects.get(register="meetings", unit=house.cast.sub)
    page.goto(f"/r/meetings/{entry.uid}/")
    expect(page.locator(".gj-proofs").first).to_be_visible()  # comes after the page itself
    page.goto(ASKED)
    expect(page.locator(".gj-verdict--met")).to_be_visible()
    expect(page.locator("table a", has_text="联席会议")).to_be_visible()
    page.goto("/u/HD-01/crosswalk/?register=meetings")
    nothing_hangs_over(page)
    expect(page.locator("main")).to_contain_text("会议与听取汇报")


def test_mei_subscribes_to_her_tasks_and_takes_the_address_back(house: House, seat: Seat, fits: Fits) -> None:
    page = seat(house.cast.mei)
    page.goto("/calendar/")
    fits(page)
    page.get_by_role("button", name="生成").click()
    expect(page.locator(".gj-secret code")).to_have_text(re.compile(r"^http.+\.ics$"))
    address = page.locator(".gj-secret code").inner_text()
    fits(page)
    stranger = page.context.browser
    assert stranger is not None
    outside = stranger.new_context()  # a calendar programme has no session
    answer = outside.request.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    lines = answer.text().replace("\r\n ", "")
    assert lines.startswith("BEGIN:VCALENDAR")
    assert TASK in lines.replace("\\,", ",")
    assert f"/tasks/{_task(house).uid}/" in lines
    page.goto("/calendar/")
    page.get_by_role("button", name="收回").click()
    page.wait_for_url("**/calendar/**")
    assert outside.request.get(address).status == 404
    outside.close()
