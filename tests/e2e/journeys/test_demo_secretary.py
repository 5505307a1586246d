"""温静 is the secretary of 集团合规委员会 in the demonstration: a meeting from its plan to its minutes, and the archive.

施明 gives his opinion before the decision and carries out what was resolved. Further down: what annex A of the standard
for small and medium firms asks of a medium, a small and a micro firm, answered from their records.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from guiju.lib import clock
from tests.e2e.journeys.conftest import Fits
from tests.e2e.journeys.demo import MARKS, Demo
from tests.e2e.journeys.hands import choose, in_days, move, take_archive, verified

pytestmark = MARKS
PHONE = {"width": 390, "height": 844}
MEETING = "集团合规委员会临时会议：承包商管理"
ITEM, REPORT = "承包商负面行为名单管理方案", "年终合规工作安排"
MATTER, NUMBER = "三个月内建成承包商负面行为名单并接入采购系统", "临合纪〔演示〕10号"
CHAIR, ASIDE, AWAY = "汪澜", "鲍芸", "岳峰"
#: How many rows of annex A speak to a firm of each size.
ANNEX = (("HM", "hm-hegui", "中型企业", 29), ("RC", "rc-hegui", "小型企业", 20), ("YP", "yp-hegui", "微型企业", 20))


def test_the_secretary_holds_a_meeting_and_puts_the_year_away(demo: Demo, fits: Fits, tmp_path: Path) -> None:
    wen, shi = demo.sit("ll-hegui"), demo.sit("ll-shi", **PHONE)
    address = _the_meeting_is_planned(wen, fits)
    _opinions_come_before_the_decision(wen, shi, address, fits)
    _somebody_steps_aside(wen, address)
    _it_is_held_voted_and_settled(wen, address, fits)
    demo.complaints[:] = [said for said in demo.complaints if "422" not in said]  # the browser notes each refusal
    _the_resolution_is_a_task_and_done(shi, fits)
    _the_minutes_are_a_paper(wen, address, tmp_path / "纪要.docx", fits)
    _the_archive_is_whole_until_somebody_changes_it(wen, tmp_path, fits)


# --- the meeting ----------------------------------------------------------------------------------------------------


def _the_meeting_is_planned(wen: Page, fits: Fits) -> str:
    """安排会议：机构、时间、议题，哪些是涉及合规的重大决策；通知成员。"""
    wen.goto("/u/LL/meetings/")
    wen.locator("a[href*='/u/LL/meetings/new']").first.click()
    wen.fill("#id_subject", MEETING)
    wen.select_option("#id_body", label="集团合规委员会")
    wen.select_option("#id_topic", label="研究违规处理或重大事项")
    wen.fill("#id_held_on", clock.today().isoformat())
    choose(wen, "#id_chaired_by", CHAIR)
    wen.fill("#i1-matter", ITEM)
    wen.check("#i1-major")
    choose(wen, "#i1-reporter", "康健")
    wen.fill("#i2-matter", REPORT)
    wen.select_option("#i2-kind", label="听取汇报")
    fits(wen)
    wen.locator("main form button.btn-primary").click()
    expect(wen.locator("h1")).to_have_text(MEETING)
    expect(wen.locator(".gj-agenda > li")).to_have_count(2)
    wen.locator("form[action$='/notify/'] button").click()
    expect(wen.locator("a[href='#minutes']")).to_be_visible()
    fits(wen)
    return wen.url.split("?")[0]


def _opinions_come_before_the_decision(wen: Page, shi: Page, address: str, fits: Fits) -> None:
    """作出决策前，合规负责人、合规管理人员各自提出书面意见：负责人在手机上从待办进入，秘书登记工作人员的。"""
    shi.goto("/tasks/")
    shi.locator("main a", has_text=ITEM).first.click()
    shi.locator("main a.btn-primary").first.click()
    fits(shi)
    _opinion(shi, "名单的列入、移出都要有程序，先听取申辩。")
    shi.goto("/tasks/")
    expect(shi.locator("main")).not_to_contain_text(f"决策前提出意见：{ITEM}")
    wen.goto("/tasks/")
    wen.locator("main a", has_text=ITEM).first.click()
    wen.locator("main a.btn-primary").first.click()
    _opinion(wen, "名单与采购系统联动，期满自动移出。")
    wen.goto(address)
    expect(wen.locator(".gj-agenda > li").first.locator(".gj-line-of-dates")).to_contain_text("施明")


def _opinion(page: Page, words: str) -> None:
    page.fill("#id_opinion", words)
    page.locator("main form button.btn-primary").first.click()
    expect(page.locator("#id_opinion")).to_have_count(0)


def _somebody_steps_aside(wen: Page, address: str) -> None:
    """有利害关系的成员回避，不参加这一议题的表决。"""
    wen.goto(address)
    item = wen.locator(".gj-agenda > li").first
    item.locator("summary").click()
    item.locator("select[name=person]").select_option(label=ASIDE)
    item.locator("input[name=reason]").fill("本人亲属在一家承包商任职")
    item.locator("form[action$='/recuse/'] button").click()
    expect(wen.locator(".gj-agenda > li").first.locator(".gj-agenda-facts")).to_contain_text(ASIDE)


def _it_is_held_voted_and_settled(wen: Page, address: str, fits: Fits) -> None:
    """谁到会、怎么表决、议定什么；回避的人不能投票，票数不对就定不了稿。"""
    wen.goto(address)
    for row in wen.locator(".gj-came li").all():
        name = (row.locator("> span").inner_text()).split()[0]
        row.locator("input[value=absent]" if name == AWAY else "input[value=present]").check()
    wen.select_option("#o1", label="同意")
    for field, votes in (("#f1", "4"), ("#g1", "0"), ("#h1", "0")):
        wen.fill(field, votes)
    wen.fill("#r1", "同意建立名单，列入前听取申辩，期满自动移出。")
    wen.select_option("#o2", label="已听取")
    wen.fill("#d1-matter", MATTER)
    choose(wen, "#d1-owner", "施明")
    wen.fill("#d1-due", in_days(60))
    wen.fill("#next_work", "名单接入采购系统后评估一次。")
    wen.fill("#minutes_number", NUMBER)
    fits(wen)
    _settle(wen, "#minutes_number")
    # Of five members one was away and one stood aside: four votes cannot be.
    expect(wen.locator(".gj-errors")).to_contain_text("4")
    wen.fill("#f1", "3")
    _settle(wen, "#f1")
    expect(wen.locator("#minutes")).to_have_count(0)
    expect(wen.locator("main")).to_contain_text(MATTER)
    fits(wen)
    wen.goto("/u/LL/meetings/opinions/")
    case = wen.locator("main article, main section, main .gj-case", has_text=ITEM).last
    expect(case).to_contain_text("意见在决策之前")


def _settle(wen: Page, last: str) -> None:
    """Once the last word has been kept by itself."""
    with wen.expect_response(lambda answer: answer.url.endswith("/save/")):
        wen.locator(last).press("Tab")
    expect(wen.locator("#meeting-saved svg")).to_be_visible()
    wen.locator("button[formaction$='/settle/']").click()


def _the_resolution_is_a_task_and_done(shi: Page, fits: Fits) -> None:
    """议定事项是责任人的待办，办完写结果。"""
    shi.goto("/tasks/")
    shi.locator("main a", has_text=MATTER).first.click()
    shi.locator("main a.btn-primary").first.click()
    expect(shi.locator("h1")).to_have_text(MATTER)
    fits(shi)
    move(shi, "finish", done_on=clock.today().isoformat(), result="名单已建成，首批列入两家。")
    expect(shi.locator(".gj-state")).to_contain_text("已完成")


def _the_minutes_are_a_paper(wen: Page, address: str, path: Path, fits: Fits) -> None:
    """会议纪要下载成Word：时间、到会、回避、表决、议定事项都在。"""
    wen.goto(address)
    wen.locator("a[href*='/papers/']").first.click()
    fits(wen)
    with wen.expect_download() as taken:
        wen.locator("a[download]").first.click()
    taken.value.save_as(path)
    paper = Document(str(path))
    words = "".join(part.text.replace("\n", "") for part in paper.paragraphs)
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    for said in (MEETING, NUMBER, ITEM, "缺席：岳峰", f"{ASIDE}因利益冲突回避", "同意3票", "听取申辩"):
        assert said in words, said
    assert {MATTER, "施明"} <= cells


# --- the archive ----------------------------------------------------------------------------------------------------


def _the_archive_is_whole_until_somebody_changes_it(wen: Page, tmp_path: Path, fits: Fits) -> None:
    """存档备查：一键打包，谁拿到都能离线验真；改一个字节就验不过。"""
    path = tmp_path / "存档.zip"
    wen.goto("/u/LL/archive/")
    fits(wen)
    take_archive(wen, "LL", path)
    assert verified(path) == 0
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(bytes(changed))
    assert verified(path) == 1


# --- annex A --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "username", "size", "rows"), ANNEX)
def test_annex_a_is_answered_from_the_records_of_a_firm_of_each_size(
    demo: Demo, fits: Fits, code: str, username: str, size: str, rows: int
) -> None:
    page = demo.sit(username)
    page.goto(f"/u/{code}/duties/")
    expect(page.locator("main")).to_contain_text(size)
    assert page.locator("details[id^='req-A.']").count() == rows
    for ask in page.locator(".gj-req", has=page.locator("details[id^='req-A.']")).all():
        found = ask.locator(".gj-figure, .gj-duty-proofs li, .gj-req-found p")
        assert found.count(), ask.inner_text()
    fits(page)


def test_the_micro_firm_closes_a_gap_from_the_page(demo: Demo, fits: Fits) -> None:
    """小微企业也要有合规联络员：缺口旁边就是补上的那一步。"""
    page = demo.sit("yp-hegui", **PHONE)
    page.goto("/u/YP/duties/")
    ask = page.locator(".gj-req", has=page.locator("[id='req-A.3.2-x01']"))
    expect(ask).to_contain_text("不符合")
    ask.locator(".gj-req-do a").click()
    choose(page, "#id_person", "牛犇")
    page.fill("#id_from_on", clock.today().isoformat())
    page.fill("#id_document", "关于合规分工的通知")
    fits(page)
    page.locator("main form button.btn-primary").first.click()
    expect(page.locator("h1")).to_contain_text("牛犇")
    page.goto("/u/YP/duties/")
    expect(ask).to_contain_text("牛犇 · 部门合规管理员")
    expect(ask).not_to_contain_text("不符合")
