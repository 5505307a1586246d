"""钱立 leads the group: all documents on one screen, down to the worst company, back in time, and what reached him."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from guiju.access import actions as access
from guiju.org import actions as org
from guiju.posture.models import Adoption
from guiju.workflow.models import Task
from tests.conftest import PASSWORD
from tests.e2e.journeys.conftest import Fits, Seat
from tests.e2e.journeys.house import NAMES, PLAN, YEAR, House, cn_date

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LATE = "制定合规管理实施方案"


def test_qian_signs_in_and_finds_every_document_of_the_group_on_one_screen(
    house: House, seat: Seat, fits: Fits
) -> None:
    page = seat(house.cast.qian)
    page.context.clear_cookies()
    page.goto("/")
    page.fill("#id_login", "qian")
    page.fill("#id_password", PASSWORD)
    page.locator("#signin button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("华东建设集团有限公司")
    todo = page.locator(".gj-top a.gj-tool", has_text="待办")
    expect(todo.locator(".gj-count")).to_have_text(re.compile(r"^\d+$"))
    expect(page.locator("#today")).to_contain_text("等我办的")
    fits(page)
    page.locator("nav a", has_text="符合情况").first.click()
    page.wait_for_url("**/u/HD/posture/")
    for urn, units in ((YEAR, "3 户"), (PLAN, "4 户")):
        card = page.locator(".gj-answer", has=page.get_by_role("link", name=NAMES[urn], exact=True))
        expect(card).to_contain_text(f"全级次 {units}")
        expect(card).to_contain_text(house.base.isoformat())
        expect(card.locator(".gj-course")).to_be_visible()
    offered = page.locator(".gj-offers")
    expect(offered).to_contain_text("未采用")
    expect(offered).not_to_contain_text("不符合")
    fits(page)


def test_qian_goes_down_the_heat_map_to_the_worst_company_and_opens_the_tree(
    house: House, seat: Seat, fits: Fits
) -> None:
    page = seat(house.cast.qian)
    page.goto("/u/HD/posture/")
    page.locator("main a", has_text="热力图").click()
    page.wait_for_url("**/u/HD/heat/")
    expect(page.locator(".gj-heat thead")).to_contain_text(NAMES[PLAN])
    page.locator(".gj-heat-tools a", has_text="最差的在前").click()
    page.wait_for_url("**sort=all")
    worst = page.locator(".gj-heat tbody tr").first
    expect(worst).to_contain_text("华东路桥工程有限公司")
    fits(page)
    worst.locator("th a").click()
    page.wait_for_url("**/u/HD-01/heat/**")
    own = page.locator(".gj-heat tr.gj-self")
    own.locator("td a").nth(1).click()
    page.wait_for_url("**/u/HD-01/posture/**")
    expect(page.locator(".gj-unit")).to_contain_text("华东路桥工程有限公司")
    expect(page.locator(".gj-strip")).to_contain_text("不符合")
    page.goto(f"/u/HD/posture/{PLAN}/tree/")
    tree = page.locator(".gj-tree")
    expect(tree.locator("a", has_text="路桥检测有限公司")).to_have_count(0)
    tree.locator("[data-twist][aria-label*=华东路桥]").click()
    below = tree.locator("a", has_text="路桥检测有限公司")
    expect(below).to_be_visible()
    fits(page)
    below.click()
    page.wait_for_url("**/u/HD-01-A/posture/**")


def test_qian_moves_the_slider_two_points_back_and_reads_the_text_beside_the_answers(
    house: House, seat: Seat, fits: Fits
) -> None:
    page = seat(house.cast.qian)
    page.goto(f"/u/HD/posture/{YEAR}/past/?reach=all")
    told = page.locator("#past-day")
    expect(told).to_contain_text("今天")
    for day in (house.points[2], house.points[1]):
        page.get_by_role("link", name="上一次变化").click()
        expect(told).to_contain_text(cn_date(day))
    expect(told.locator(".gj-past-changes")).to_contain_text(re.compile(r"符合\s*\+[1-9]"))
    slider = page.locator("input[data-past]")
    expect(slider).to_have_attribute("aria-valuetext", house.points[1].isoformat())
    slider.focus()
    page.keyboard.press("End")
    expect(told).to_contain_text("今天")
    fits(page)
    page.locator("main a", has_text="原文对照").click()
    page.wait_for_url("**/text/")
    expect(page.locator(".gj-beside-legend")).not_to_contain_text("还没有着落")
    card = page.locator("article.gj-card--met").first
    number = card.locator(".gj-tag").first.inner_text()
    card.locator(".gj-tag").first.click()
    expect(page).to_have_url(re.compile(f"#t-{number}$"))
    expect(page.locator(f".gj-words[data-of~='{number}']").first).to_be_in_viewport()
    fits(page)
    card.locator(".gj-card-status").click()
    expect(page.locator(".gj-verdict--met")).to_be_visible()
    expect(page.locator(".gj-verdict--met")).to_contain_text("符合")


def test_what_a_subsidiary_left_lying_reaches_qian_and_he_hands_it_to_wang(
    house: House, seat: Seat, fits: Fits
) -> None:
    cast = house.cast
    wang = access.create_account(username="wangmin", name="王敏", password=PASSWORD, by=cast.house)
    access.grant(user=wang, role="department_officer", unit=cast.sub, by=cast.house, reason="任职", from_on=house.base)
    org.link_account(person=cast.wang, user=wang, by=cast.house)
    page = seat(cast.qian)
    page.goto("/")
    page.locator(".gj-top a.gj-tool", has_text="待办").click()
    page.wait_for_url("**/tasks/")
    line = page.locator(".gj-todo tr", has_text="华东路桥").filter(has_text=LATE)
    expect(line).to_contain_text("已报第一责任人")
    expect(line).to_contain_text("已超期")
    fits(page)
    line.locator("a").first.click()
    expect(page.locator("h1")).to_contain_text(LATE)
    climbed = page.locator(".gj-climb .gj-told", has_text="第一责任人")
    expect(climbed).to_contain_text("钱立")
    fits(page)
    page.get_by_role("link", name="转交").click()
    page.locator("#id_owner-ts-control").click()
    page.keyboard.type("wm")
    page.locator(".ts-dropdown .option", has_text="王敏").click()
    page.fill("#id_reason", "请在周五以前补上")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]+/$"))
    expect(page.locator("main")).to_contain_text("王敏")
    expect(page.locator(".gj-history")).to_contain_text("请在周五以前补上")
    asked = Adoption.objects.get(unit=cast.sub, pack__urn=PLAN).uid
    assert Task.objects.get(adoption_uid=asked, title__startswith=LATE).owner == cast.wang
    theirs = seat(wang, width=390, height=844)
    theirs.goto("/tasks/notices/")
    expect(theirs.locator("main")).to_contain_text("转交")
    theirs.goto("/tasks/")
    theirs.locator(".gj-todo a", has_text=LATE).click()
    expect(theirs.locator(".gj-history")).to_contain_text("请在周五以前补上")
