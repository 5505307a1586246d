"""赵刚 knows Excel and nothing of systems: his own workbook in, one cell mended, a row edited, his workbook out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from guiju.lib.excel.compare import differences
from guiju.registers.models import Entry
from tests.compliance.lists_house import ListHouse, build
from tests.conftest import Cast
from tests.e2e.journeys.conftest import Fits, Seat
from tests.registers.gridbooks import RISK, head, risk, rows

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
#: The third row of the first sheet, below a title, a line about the file and three rows of headings.
WRONG, WRONG_LEVEL = "G8", "很高"


@pytest.fixture
def house(cast: Cast) -> ListHouse:
    return build(cast)


def _workbook(path: Path) -> Path:
    """Two sheets, as a department of a grid company keeps them; one level is a word that nobody knows."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "经营部"
    first = head(page, RISK, {"合规依据": (9, 14)}, title="合规风险库（经营部）", extra=True)
    own = {"归口部门": "经营部"}
    rows(page, RISK, first, [
        risk("JY-01", "应招标未招标", 一级业务="采购管理", 二级业务="招标", 合规风险名称="规避招标", **own),
        risk("JY-02", "拆分项目规避招标", 风险等级="中", **own),
        risk("JY-03", "串通投标", 合规风险名称="串标围标", 风险等级=WRONG_LEVEL, **own),
    ])  # fmt: skip
    page.merge_cells(start_row=first, end_row=first + 2, start_column=1, end_column=1)
    page.merge_cells(start_row=first, end_row=first + 2, start_column=2, end_column=2)
    page.merge_cells(start_row=first, end_row=first + 1, start_column=3, end_column=3)
    other = book.create_sheet("分包")
    first = head(other, RISK, {"合规依据": (9, 14)}, title="合规风险库（分包）", extra=False)
    rows(other, RISK, first, [
        risk("JY-11", "劳务队承担主体工程", 一级业务="工程管理", 二级业务="分包", 合规风险名称="违法分包", **own),
        risk("JY-12", "分包单位没有资质", 合规风险名称="资质不符", 风险等级="低", **own),
    ])  # fmt: skip
    book.save(path)
    return path


def _upload(page: Page, path: Path) -> None:
    page.set_input_files("#id_file", path)
    page.locator("main form button.btn-primary").click()


def _correct(path: Path) -> None:
    """The one cell, as he would do it in Excel."""
    book = openpyxl.load_workbook(path)
    book["经营部"][WRONG] = "低"
    book.save(path)


def test_who_knows_excel_and_no_system_keeps_his_list_without_a_manual(
    house: ListHouse, seat: Seat, fits: Fits, tmp_path: Path
) -> None:
    path = _workbook(tmp_path / "经营部合规风险库.xlsx")
    page = seat(house.officer)
    page.goto("/")
    page.locator("nav a", has_text="三张清单").first.click()
    page.locator("a.gj-listcell-open[href*='/lists/risk/']").first.click()
    fits(page)
    page.locator(".gj-empty a.btn-primary").click()
    _upload(page, path)
    expect(page.locator(".gj-tally b")).to_have_text(["4", "0", "0", "1"])
    expect(page.locator("main")).to_contain_text("合规风险库")
    expect(page.locator("#questions li", has_text=WRONG_LEVEL)).to_have_count(1)
    expect(page.locator("main")).to_contain_text("分包")
    fits(page)
    assert not Entry.objects.filter(register="risk_list").exists()

    _correct(path)
    page.locator(".gj-decide-do a.btn-quiet").click()
    _upload(page, path)
    expect(page.locator(".gj-tally b")).to_have_text(["5", "0", "0", "0"])
    page.locator(".gj-decide-do button.btn-primary").click()
    page.locator(".gj-wentto a").first.click()
    expect(page.locator("main")).to_contain_text("资质不符")

    page.goto("/u/HD-01-D1/lists/")
    page.locator("a.gj-listcell-open[href*='/lists/risk/']").first.click()
    expect(page.locator("main")).to_contain_text("劳务队承担主体工程")
    page.locator("a[href*='/grid']").click()
    cell = page.locator(".gj-grid tbody tr", has_text="JY-11").locator("td[data-col=name]")
    cell.click()
    page.keyboard.type("违法分包和转包")
    page.keyboard.press("Enter")
    page.locator("[data-grid-save]").click()
    expect(page.locator(".gj-toast--success")).to_be_visible()

    page.goto("/u/HD-01-D1/lists/")
    page.locator("a.gj-listcell-open[href*='/lists/risk/']").first.click()
    page.locator(".gj-actions details.gj-menu summary").first.click()
    with page.expect_download() as waiting:
        page.locator("a[href*='layout=grid-company']").first.click()
    waiting.value.save_as(tmp_path / "out.xlsx")
    (changed,) = differences(path, tmp_path / "out.xlsx")
    assert changed.startswith("分包: C5:")
    assert "违法分包和转包" in changed

    page.locator("button[name=submit]").click()
    expect(page.locator("#versions")).to_contain_text("V1")
    entry = Entry.objects.get(register="list_versions")
    assert (entry.status, entry.count_1) == ("submitted", 5)

    office = seat(house.cast.mei)
    office.goto("/u/HD-01/lists/")
    office.locator(f"a.gj-listcell-step[href$='/{entry.uid}/']").click()
    expect(office.locator("main")).to_contain_text("违法分包和转包")
    office.locator("form[action$='/move/approve/'] button[type=submit]").click()
    office.locator("form[action$='/move/enforce/'] button[type=submit]").click()
    expect(office.locator("form[action*='/move/']")).to_have_count(0)
    assert Entry.objects.get(pk=entry.pk).status == "in_force"
    page.goto("/u/HD-01-D1/lists/")
    expect(page.locator("a.gj-listcell-open[href*='/lists/risk/']").first).to_contain_text("V1")
