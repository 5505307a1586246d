"""采购员送审合同，部门合规管理员在手机上审查，合规部附条件同意，通行证有二维码和短码；首席合规官否决并报告。"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from guiju.lib import clock
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from tests.e2e.journeys.conftest import Fits, Seat
from tests.e2e.journeys.hands import choose
from tests.review.house import Reviewers, said, submitted

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _submits(page: Page, fits: Fits, text: Path) -> None:
    """From the menu to the form of a contract, and on."""
    page.goto("/review/")
    page.locator(".gj-actions a.btn-primary").click()
    fits(page)
    page.locator(".gj-review-kinds a", has_text="经济合同").click()
    page.fill("#title", "办公设备采购合同")
    page.fill("#form-party", "某某科技有限公司")
    page.fill("#amount", "6000000")
    page.locator("#title").click()
    expect(page.locator("#who")).to_contain_text("首阳")  # beyond five million the head signs
    page.fill("#amount", "300000")
    page.locator("#title").click()
    expect(page.locator("#who")).not_to_contain_text("首阳")
    page.locator("#papers-text").set_input_files(str(text))
    fits(page)
    page.locator("button[name=submit]").click()
    expect(page.locator(".gj-review-sentence")).to_contain_text("管平")


def test_a_contract_is_submitted_reviewed_on_a_phone_and_passed_with_a_condition(
    them: Reviewers, seat: Seat, fits: Fits, tmp_path: Path
) -> None:
    text = tmp_path / "采购合同.txt"
    text.write_text("甲方：华东路桥 乙方：某某科技 总价：三十万元", encoding="utf-8")
    buyer = seat(them.buyer)
    _submits(buyer, fits, text)
    row = Matter.objects.get()
    officer = seat(them.officer, width=390, height=844)
    officer.goto("/tasks/")
    officer.locator("main a", has_text="办公设备采购合同").first.click()
    officer.locator("main a.btn-primary").click()
    expect(officer.locator("h1")).to_have_text("办公设备采购合同")
    fits(officer)
    officer.locator(".gj-review-stand", has=officer.locator("input[value=agree]")).click()
    officer.fill("#opinion", "业务真实，同意。")
    officer.locator(".gj-speak button[type=submit]").click()
    expect(officer.locator(".gj-review-way")).to_contain_text("业务真实，同意。")
    _agrees_with_a_condition(seat(them.staff), row)
    _holds_the_pass(buyer, row, fits)


def _agrees_with_a_condition(page: Page, row: Matter) -> None:
    page.goto(f"/review/{row.uid}/")
    expect(page.locator(".gj-review-conditions")).to_be_hidden()
    page.locator(".gj-review-stand", has=page.locator("input[value=conditions]")).click()
    page.fill("#opinion", "补授权书后签订。")
    page.fill("#c1-text", "取得对方签约代表的授权书")
    page.fill("#c1-due_on", (clock.today() + timedelta(days=9)).isoformat())
    page.locator("#c1-before").check()
    page.fill("#c2-text", "三十日内补签个人信息处理协议")
    expect(page.locator("#c3-text")).to_be_visible()  # there is always room for one more
    page.fill("#c2-due_on", (clock.today() + timedelta(days=30)).isoformat())
    choose(page, "#c2-owner", "采莲", "采")
    page.locator(".gj-speak button[type=submit]").click()
    expect(page.locator("#conditions")).to_contain_text("取得对方签约代表的授权书")
    row.refresh_from_db()
    assert (row.state, row.conditions.count()) == (S.PASSED, 2)


def _holds_the_pass(page: Page, row: Matter, fits: Fits) -> None:
    page.goto(f"/review/{row.uid}/")
    fits(page)
    page.goto(f"/review/{row.uid}/pass/")
    code = row.passes.get().code
    expect(page.locator(".gj-review-pass .gj-review-code")).to_have_text(f"{code[:4]} {code[4:]}")
    expect(page.locator(".gj-review-qr svg path")).to_have_count(1)
    expect(page.locator(".gj-review-pass")).to_contain_text(row.papers.get().digest)
    fits(page)


def test_the_head_vetoes_knowing_what_follows_and_reports(them: Reviewers, seat: Seat, fits: Fits) -> None:
    row = submitted(them, values={"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}})
    row = said(them, said(them, row, "officer"), "staff")
    page = seat(them.head)
    page.goto(f"/review/{row.uid}/")
    expect(page.locator(".gj-review-veto")).to_be_hidden()
    page.locator(".gj-review-stand--veto").click()
    expect(page.locator(".gj-review-veto")).to_be_visible()
    page.fill("#opinion", "违反对外担保的禁止性规定。")
    page.locator(".gj-review-veto input").check()
    page.locator(".gj-speak button[type=submit]").click()
    expect(page.locator(".gj-review-sentence--unmet")).to_be_visible()
    fits(page)
    choose(page, "#receiver", "董升", "董")
    page.locator("#todo button[type=submit]").click()
    expect(page.locator(".gj-review-sentence")).to_contain_text("董升")
    row.refresh_from_db()
    assert row.state == S.VETOED
    fits(page)
    page.goto("/u/HD-01/review/?tab=decided")
    expect(page.locator("main table")).to_contain_text("对外担保合同")
    fits(page)
