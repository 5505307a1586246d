"""Lin edits a list like a spreadsheet, in a real browser."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Locator, Page, expect

from guiju.registers import actions
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.e2e.conftest import Sit
from tests.e2e.line import nothing_hangs_over
from tests.web.registers.conftest import obligation

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
URL = "/r/obligations/"
_PASTE = """([selector, text]) => {
  const carried = new DataTransfer();
  carried.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(event);
}"""


def _cell(page: Page, row: int, code: str) -> Locator:
    return page.locator(f".gj-grid tbody tr:nth-child({row}) td[data-col={code}]")


def _paste(page: Page, text: str) -> None:
    page.evaluate(_PASTE, ["[data-grid-input]", text])


def _open(page: Page) -> None:
    page.goto(URL)
    page.locator("a[href*='/grid']").click()
    expect(page.locator(".gj-grid tbody tr").first).to_be_visible()


def _save(page: Page) -> None:
    page.locator("[data-grid-save]").click()


def test_lin_pastes_a_block_fills_down_undoes_corrects_and_saves(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    _open(page)
    _cell(page, 1, "duty").click()
    _paste(
        page,
        "不得串通投标\tYW-101\t外部义务\t《招标投标法》第三十二条\r\n"
        '"公平竞争\n审查"\tYW-102\t外面的\t《公平竞争审查条例》\r\n'
        '=1+1\tYW-103\t内部义务\t章程"总则"\r\n',
    )
    expect(_cell(page, 3, "source")).to_have_text('章程"总则"')
    expect(_cell(page, 2, "duty")).to_have_text("公平竞争 审查")
    expect(_cell(page, 3, "duty")).to_have_text("=1+1")
    expect(page.locator(".gj-grid-row--new")).to_have_count(3)

    _cell(page, 1, "identified_on").click()
    page.keyboard.type("2025-04-01")
    page.keyboard.press("Enter")
    _cell(page, 1, "identified_on").click()
    _cell(page, 3, "identified_on").click(modifiers=["Shift"])
    page.keyboard.press("Control+d")
    expect(_cell(page, 3, "identified_on")).to_have_text("2025-04-01")
    page.keyboard.press("Control+z")
    expect(_cell(page, 3, "identified_on")).to_have_text("")
    page.keyboard.press("Control+y")
    expect(_cell(page, 3, "identified_on")).to_have_text("2025-04-01")

    _save(page)
    wrong = page.locator(".gj-grid td.gj-grid-wrong")
    expect(wrong).to_have_count(1)
    expect(wrong).to_have_attribute("data-col", "scope")
    expect(page.locator("[data-grid-faults]")).to_contain_text("外面的")
    expect(page.locator("[data-grid-tip]")).to_be_visible()
    assert not Entry.objects.filter(register="obligations").exists()

    wrong.click()
    page.keyboard.press("F2")
    page.locator("[data-grid-list] li", has_text="外部义务").click()
    expect(_cell(page, 2, "scope")).to_have_text("外部义务")
    page.keyboard.press("Control+s")
    expect(page.locator(".gj-toast--success")).to_be_visible()
    expect(page.locator("[data-grid-save]")).to_be_disabled()
    assert set(Entry.objects.values_list("number", "title")) == {
        ("YW-101", "不得串通投标"), ("YW-102", "公平竞争 审查"), ("YW-103", "=1+1"),
    }  # fmt: skip

    page.locator("[data-grid-leave]").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.locator("tbody td[data-col=number]").all_inner_texts() == ["YW-101", "YW-102", "YW-103"]


def test_a_block_with_its_headings_finds_its_columns(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    _open(page)
    _paste(page, "识别日期\t义务内容\t条款号\t类别\t依据\n2025-03-01\t依法招标\t第三条\t外部义务\t《招标投标法》\n")
    expect(_cell(page, 1, "duty")).to_have_text("依法招标")
    expect(_cell(page, 1, "clause")).to_have_text("第三条")
    expect(_cell(page, 1, "identified_on")).to_have_text("2025-03-01")
    _save(page)
    expect(page.locator(".gj-toast--success")).to_be_visible()
    assert Entry.objects.get(register="obligations").body.data["clause"] == "第三条"


def test_a_person_is_found_by_sound_and_the_handle_fills_downwards(cast: Cast, sit: Sit) -> None:
    given = [obligation(f"YW-{number}") for number in (1, 2, 3)]
    actions.create_many(register="obligations", unit=cast.sub, rows=given, by=cast.house)
    page = sit(cast.lin)
    _open(page)
    _cell(page, 1, "owner").click()
    page.keyboard.type("wm")
    page.locator("[data-grid-list] li", has_text="王敏").click()
    _cell(page, 1, "owner").click()
    page.locator(".gj-grid-handle").hover()
    page.mouse.down()
    _cell(page, 3, "owner").hover()
    page.mouse.up()
    expect(page.locator(".gj-grid td.gj-grid-dirty")).to_have_count(3)
    _save(page)
    expect(_cell(page, 3, "owner")).to_have_text("王敏")
    expect(page.locator(".gj-grid td.gj-grid-dirty")).to_have_count(0)
    assert set(Entry.objects.values_list("owner", "version")) == {(cast.wang.pk, 2)}


def test_a_word_typed_into_a_cell_pressed_twice_replaces_what_stood_there(cast: Cast, sit: Sit) -> None:
    actions.create_many(register="obligations", unit=cast.group, rows=[obligation("YW-1")], by=cast.house)
    page = sit(cast.lin)
    _open(page)
    _cell(page, 1, "scope").click()
    _cell(page, 1, "scope").click()
    page.keyboard.insert_text("内部")
    page.keyboard.press("Enter")
    expect(_cell(page, 1, "scope")).to_have_text("内部义务")


def test_a_block_copied_as_the_table_stands_leaves_its_grey_column_out(cast: Cast, sit: Sit) -> None:
    actions.create_many(register="obligations", unit=cast.group, rows=[obligation("YW-1")], by=cast.house)
    page = sit(cast.lin)
    _open(page)
    title, number = (page.locator(".gj-grid thead th[data-column]").nth(place) for place in (0, 1))
    assert (title.get_attribute("data-col"), number.get_attribute("data-col")) == ("duty", "number")
    status = page.locator(".gj-grid tbody tr:first-child td.gj-grid-info").last.inner_text()
    _cell(page, 2, "duty").click()
    _paste(page, f"依法招标\t{status}\tYW-8\n公平竞争\t{status}\tYW-9\n")
    expect(_cell(page, 2, "number")).to_have_text("YW-8")
    expect(_cell(page, 3, "number")).to_have_text("YW-9")


def test_rows_are_removed_with_a_reason_asked_once(cast: Cast, sit: Sit) -> None:
    given = [obligation(f"YW-{number}") for number in (1, 2, 3)]
    actions.create_many(register="obligations", unit=cast.group, rows=given, by=cast.house)
    page = sit(cast.lin)
    _open(page)
    _cell(page, 1, "number").click()
    _cell(page, 2, "number").click(modifiers=["Shift"])
    page.locator("[data-grid-remove]").click()
    expect(page.locator(".gj-grid-row--removed")).to_have_count(2)
    _save(page)
    page.fill("dialog[open] textarea[name=reason]", "重复登记")
    page.locator("dialog[open] button.btn-primary").click()
    expect(page.locator(".gj-toast--success")).to_be_visible()
    assert list(Entry.objects.values_list("number", flat=True)) == ["YW-3"]


def test_what_somebody_else_changed_meanwhile_stands_beside_lins_cells(cast: Cast, sit: Sit) -> None:
    entry = actions.create(
        register="obligations", unit=cast.group, values=obligation("YW-1", business="原来"), by=cast.house
    )
    page = sit(cast.lin)
    _open(page)
    theirs = {"business": "工程", "source": "《建筑法》"}
    actions.update(entry=entry, values=theirs, version=1, by=cast.house)
    _cell(page, 1, "business").click()
    page.keyboard.type("贸易")
    page.keyboard.press("Enter")
    _save(page)
    panel = page.locator("[data-grid-clashes]")
    expect(panel).to_be_visible()
    expect(panel.locator("tbody tr")).to_have_count(2)
    expect(_cell(page, 1, "source")).to_have_text("《建筑法》")
    expect(_cell(page, 1, "business")).to_have_text("贸易")
    _save(page)  # nothing chosen yet: nothing is sent
    expect(page.locator(".gj-toast--warning")).to_be_visible()
    entry.refresh_from_db()
    assert entry.version == 2
    panel.locator("tbody button").last.click()
    _save(page)
    expect(page.locator(".gj-toast--success")).to_be_visible()
    entry.refresh_from_db()
    assert (entry.text_3, entry.text_1, entry.version) == ("贸易", "《建筑法》", 3)


def test_leaving_with_unsaved_cells_warns(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    _open(page)
    page.locator("[data-grid-leave]").click()
    assert asked == []
    _open(page)
    _cell(page, 1, "duty").click()
    page.keyboard.type("没有保存")
    page.keyboard.press("Enter")
    page.locator("[data-grid-leave]").click()
    expect(page.locator(".gj-empty")).to_be_visible()
    assert asked == ["beforeunload"]


def test_a_phone_says_that_a_wider_screen_is_needed(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin, width=390, height=844)
    page.goto(f"{URL}grid")
    expect(page.locator(".gj-grid-narrow")).to_be_visible()
    expect(page.locator(".gj-grid")).to_be_hidden()
    nothing_hangs_over(page)
    page.locator(".gj-grid-narrow a").click()
    expect(page.locator("h1")).to_have_text("合规义务清单")


def test_whatever_stands_in_a_table_survives_the_clipboard(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto(f"{URL}grid")
    cell = st.text(alphabet=st.sampled_from("\t\n\"'=,; 义务aZ1"), max_size=8)
    tables = st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=4)
    )
    there_and_back = (
        "async (table) => { const m = await import('/static/guiju/js/sheet.js'); return m.parse(m.write(table)); }"
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tables)
    def holds(table: list[list[str]]) -> None:
        assert page.evaluate(there_and_back, table) == table

    holds()


@pytest.mark.parametrize(
    ("written", "table"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ('"一\n二"\t三\n', [["一\n二", "三"]]),
        ('"他说""好""\n"\t1', [['他说"好"\n', "1"]]),
        ('"没有结束\t1\n', [['"没有结束', "1"]]),
        ('"引"号\t1', [['"引"号', "1"]]),
        ("", [[""]]),
        ("a\t\t\n\t\tb\n", [["a", "", ""], ["", "", "b"]]),
    ],
)
def test_text_from_excel_and_wps_becomes_the_table_it_was(
    cast: Cast, sit: Sit, written: str, table: list[list[str]]
) -> None:
    page = sit(cast.lin)
    page.goto(f"{URL}grid")
    assert page.evaluate("async (text) => (await import('/static/guiju/js/sheet.js')).parse(text)", written) == table
