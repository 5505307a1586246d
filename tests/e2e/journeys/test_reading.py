"""梅影发放采购管理办法，高员工在手机上读到末尾确认，纸面签收由合规部补录，最后关闭。"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from guiju.governance.models import Reading
from guiju.jobs import worker
from tests.conftest import Cast
from tests.e2e.journeys.conftest import Fits, Seat
from tests.governance.policy_house import in_force
from tests.governance.readers import employee, issued, state

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LONG = "第一章 总则\n" + "\n".join(
    f"第{number}条 员工应当遵守法律法规和本办法，发现问题及时向合规部报告。" for number in range(1, 60)
)


def test_an_employee_reads_to_the_end_on_a_phone_and_confirms(cast: Cast, seat: Seat, fits: Fits) -> None:
    user, gao = employee(cast, "Gao")
    row = issued(cast, version=in_force(cast, text=LONG))
    page = seat(user, width=390, height=844)
    page.goto("/")
    fits(page)
    page.locator(".gj-toread a").click()
    expect(page.locator("h1")).to_have_text(row.title)
    confirm = page.locator(f"form[action$='{row.uid}/confirm'] button")
    expect(page.locator(".gj-reader-text")).to_contain_text("第59条")
    expect(confirm).to_have_count(0)
    page.locator(".gj-reader-foot").scroll_into_view_if_needed()
    expect(confirm).to_be_visible()
    box = confirm.bounding_box()
    assert box is not None
    assert box["height"] >= 44, "a thumb hits it"
    fits(page)
    confirm.click()
    expect(page.locator("#done")).to_contain_text(row.title)
    expect(page.locator(".gj-toread")).to_have_count(0)
    assert state(row, gao) == "confirmed"


def test_the_office_gives_out_records_a_signed_list_and_closes(
    cast: Cast, seat: Seat, fits: Fits, tmp_path: Path
) -> None:
    held = in_force(cast)
    employee(cast, "Gao", department=cast.department)
    page = seat(cast.mei)
    page.goto(f"/u/HD-01/policies/{held.policy}")
    page.locator("#readings header a").click()
    expect(page.locator("#asked b").first).to_contain_text("2")
    page.locator("[name=kind][value=new_hires]").check()
    page.fill("#since", "2020-01-01")
    page.keyboard.press("Tab")
    expect(page.locator("#asked .gj-note--person")).to_be_visible()
    page.locator("[name=kind][value=all]").check()
    expect(page.locator("#asked b").first).to_contain_text("2")
    fits(page)
    page.locator("#give .gj-form-do button").click()
    page.wait_for_url("**/reading/*")
    worker.drain()
    page.reload()
    row = Reading.objects.get()
    expect(page.locator("#people")).to_contain_text("王敏")
    fits(page)
    scan = tmp_path / "签收表.pdf"
    scan.write_bytes(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    page.locator(f"input[name=pick][value='{cast.wang.uid}']").check()
    page.locator(".gj-readpaper summary").click()
    page.set_input_files("#file", str(scan))
    page.locator(".gj-readpaper button").click()
    expect(page.locator(".gj-rail")).to_contain_text("签收表.pdf")
    assert state(row, cast.wang) == "confirmed"
    page.locator(".gj-next details summary").click()
    page.select_option("#record", "publicity")
    page.locator(".gj-next details button").click()
    expect(page.locator(".gj-next")).to_have_count(0)
    fits(page)
    row.refresh_from_db()
    assert row.record.startswith("publicity:")
