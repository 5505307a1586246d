"""Lin's day with the register of obligations."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, Route, expect

from guiju.registers import actions
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.e2e.conftest import Sit
from tests.e2e.line import nothing_hangs_over
from tests.web.registers.conftest import obligation

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
URL = "/r/obligations/"


@pytest.fixture
def rows(cast: Cast) -> None:
    given = [obligation(f"YW-{number:03}", scope="internal" if number % 2 else "external") for number in range(1, 6)]
    actions.create_many(register="obligations", unit=cast.group, rows=given, by=cast.house)


def _numbers(page: Page) -> list[str]:
    return page.locator("tbody td[data-col=number]").all_inner_texts()


def test_lin_enters_an_obligation(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto(URL)
    page.locator(".gj-empty a.btn-primary").click()
    page.fill("#id_number", "YW-001")
    page.keyboard.press("Control+s")
    expect(page.locator(".gj-errors li")).to_have_count(4)
    page.fill("#id_duty", "依法必须招标的项目不得规避招标")
    page.locator("input[name=scope][value=external]").check()
    page.fill("#id_source", "《招标投标法》第三条")
    page.fill("#id_identified_on", "2025-03-01")
    page.locator("#field-owner .ts-control").click()
    page.keyboard.type("wm")
    page.locator("#field-owner .ts-dropdown .option", has_text="王敏").click()
    page.locator("main form button.btn-primary").click()
    expect(page.locator("h1")).to_have_text("依法必须招标的项目不得规避招标")
    entry = Entry.objects.get(register="obligations")
    assert (entry.number, entry.owner) == ("YW-001", cast.wang)


def test_a_list_stays_away_from_who_chooses_quickly_and_goes_on(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto(f"{URL}new?unit=HD-01")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/pick/**", hold)
    picker = page.locator("#field-owner")
    picker.locator(".ts-control").click()
    page.keyboard.type("王")
    picker.locator(".ts-dropdown .option", has_text="王敏").click()
    page.keyboard.press("Tab")
    page.wait_for_timeout(500)  # what was typed would be asked for by now, its answer comes after she went on
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    expect(picker.locator(".ts-dropdown")).to_be_hidden()
    assert not picker.evaluate("field => field.contains(document.activeElement)")


def test_a_click_into_an_open_list_does_not_close_it(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto(f"{URL}new?unit=HD-01")
    picker = page.locator("#field-owner")
    for _time in range(2):
        picker.locator(".ts-control").click()
        expect(picker.locator(".ts-dropdown")).to_be_visible()
    page.keyboard.press("Escape")
    expect(picker.locator(".ts-dropdown")).to_be_hidden()


def test_what_lin_wrote_is_there_again_after_the_page_was_left(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{URL}new")
    page.fill("#id_number", "YW-077")
    expect(page.locator("[data-draft-note]")).not_to_be_empty()
    page.goto(URL)
    page.goto(f"{URL}new")
    expect(page.locator("[data-restored]")).to_be_visible()
    expect(page.locator("#id_number")).to_have_value("YW-077")
    page.locator("[data-draft-drop]").click()
    expect(page.locator("#id_number")).to_have_value("")


@pytest.mark.usefixtures("rows")
def test_lin_sorts_filters_and_exports(cast: Cast, sit: Sit, tmp_path: Path) -> None:
    page = sit(cast.lin)
    page.goto(URL)
    page.locator("thead th[data-col=number] a").click()
    expect(page.locator("thead th[data-col=number]")).to_have_attribute("aria-sort", "descending")
    assert _numbers(page) == ["YW-005", "YW-004", "YW-003", "YW-002", "YW-001"]
    page.locator("details.gj-filter summary").first.click()
    page.locator("details.gj-filter[open] input[value=external]").check()
    page.locator("details.gj-filter[open] button[type=submit]").click()
    expect(page.locator(".gj-filter--set")).to_have_count(1)
    assert _numbers(page) == ["YW-004", "YW-002"]
    with page.expect_download() as waiting:
        page.locator("a[href*='/export']").click()
    target = tmp_path / "out.xlsx"
    waiting.value.save_as(target)
    book = openpyxl.load_workbook(target)
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert {"YW-002", "YW-004"} <= set(cells)
    assert "YW-001" not in cells
    page.locator(".gj-filter--set a").click()
    expect(page.locator("tbody tr")).to_have_count(5)


@pytest.mark.usefixtures("rows")
def test_lin_walks_the_list_by_keyboard(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto(URL)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("依法招标 YW-002")


@pytest.mark.usefixtures("rows")
def test_lin_changes_a_group_of_facts_in_place_and_moves_the_record_on(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto(URL)
    page.locator("tbody tr").first.locator("td.gj-frozen a").click()
    page.locator("#section-1 header a").click()
    page.fill("#section-1 #id_source", "《招标投标法》第四条")
    page.locator("#section-1 button.btn-primary").click()
    expect(page.locator("#section-1 dl")).to_contain_text("《招标投标法》第四条")
    page.locator(".gj-next button").click()
    page.fill("dialog[open] textarea[name=reason]", "法规废止")
    page.locator("dialog[open] button.btn-primary").click()
    expect(page.locator(".gj-next .gj-chip")).to_have_text("已失效")


def test_lin_imports_the_messy_ledger(cast: Cast, sit: Sit, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["华东集团合规义务清单"])
    sheet.append(["义务编号", "义务内容", "类别", "来源", "识别日期", "备注"])
    sheet.append(["YW-101", "  不得串通投标 ", "外部义务", "《招标投标法》第三十二条", "2025年4月1日", "x"])
    sheet.append(["YW-102", "公平竞争审查", "外面的", "《公平竞争审查条例》", "2025/13/1", ""])
    sheet.append(["合计", "", 2])
    book.save(tmp_path / "义务.xlsx")
    page = sit(cast.lin)
    page.goto(f"{URL}import/")
    page.set_input_files("#id_file", tmp_path / "义务.xlsx")
    page.locator("main form button.btn-primary").click()
    expect(page.locator(".gj-tally b")).to_have_text(["1", "0", "0", "1"])
    expect(page.locator("#questions")).to_contain_text("外面的")
    with page.expect_download() as waiting:
        page.locator("a[href$='/marked']").click()
    waiting.value.save_as(tmp_path / "marked.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert marked.worksheets[0]["C4"].comment is not None
    page.locator("[data-show=skip]").click()
    page.locator("dialog[open] button.btn-primary").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert _numbers(page) == ["YW-101"]


@pytest.mark.usefixtures("rows")
def test_on_a_phone_the_rows_are_cards_and_nothing_is_cut_off(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin, width=390, height=844)
    for address in ("/r/", URL, f"{URL}new", f"{URL}import/"):
        page.goto(address)
        nothing_hangs_over(page)
    page.goto(URL)
    expect(page.locator("thead")).to_be_hidden()
    page.locator("tbody tr").first.locator("td.gj-frozen a").click()
    expect(page.locator(".gj-next")).to_be_visible()
    nothing_hangs_over(page)
    top = page.locator(".gj-next").bounding_box()
    facts = page.locator("#section-0").bounding_box()
    assert top is not None
    assert facts is not None
    assert top["y"] < facts["y"]
