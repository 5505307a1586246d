"""任务4，句句照办：集团自己的表头，部门和子企业的三张清单，比较、提交、批准、启用，全级次看得见。"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.journeys.conftest import Fits
from tests.e2e.journeys.groupbooks import FORMS, WRONG, book
from tests.e2e.journeys.hands import save


def the_group_lays_down_its_own_form(wen: Page, fits: Fits, tmp_path: Path) -> None:
    """任务4“岗位合规职责清单、合规风险清单、合规审查流程管控清单”：集团自己的表头，下级照用。"""
    for kind in FORMS:
        wen.goto("/u/LL/lists/settings/")
        section = wen.locator(f"section#{kind}")
        section.locator("details.gj-newform summary").click()
        section.locator("input[type=file]").set_input_files(book(kind, tmp_path / f"{kind}.xlsx"))
        section.locator("button[name=learn]").click()
        expect(wen.locator("main")).to_contain_text("分管领导")
    fits(wen)


def the_three_lists_are_drawn_up(page: Page, shi: Page, place: str, fits: Fits, tmp_path: Path) -> None:
    """任务4“制定部门内部的”：Excel 导入、提交，由别人批准、启用；写错的格子先改。"""
    sheet = "综合办公室" if place == "LL-ZH" else "全公司"
    for kind in FORMS:
        waiting = _step(shi, place, kind)
        if waiting.count():  # handed in before the rows were complete
            waiting.click()
            shi.locator("details.gj-listback summary").click()
            shi.fill("#back-reason", "缺用印和用车两个节点")
            shi.locator("form[action$='/move/back/'] button").click()
        path = tmp_path / f"{place}-{kind}.xlsx"
        if kind == "risk":
            _upload(page, place, kind, book(kind, path, sheet=sheet, filled=True, wrong=True))
            expect(page.locator("#questions li", has_text=WRONG)).to_have_count(1)
            fits(page)
        _upload(page, place, kind, book(kind, path, sheet=sheet, filled=True))
        page.locator(".gj-decide-do button.btn-primary").click()
        expect(page.locator(".gj-tally")).to_have_count(0)
        _hand_in(page, place, kind)
        _put_in_force(shi, place, kind)
        fits(shi)


def _open(page: Page, place: str, kind: str) -> None:
    page.goto(f"/u/{place}/lists/")
    page.locator(f"a.gj-listcell-open[href*='/lists/{kind}/']").last.click()
    expect(page.locator("#versions")).to_be_visible()


def _upload(page: Page, place: str, kind: str, path: Path) -> None:
    _open(page, place, kind)
    page.locator("main a[href*='/import/']").first.click()
    page.set_input_files("#id_file", path)
    save(page)
    expect(page.locator(".gj-tally b").first).to_be_visible()


def _hand_in(page: Page, place: str, kind: str) -> None:
    _open(page, place, kind)
    page.locator("button[name=submit], form[action$='/move/submit/'] button").first.click()
    page.wait_for_load_state()


def _step(shi: Page, place: str, kind: str) -> Locator:
    """The way to the version of the list that waits for him."""
    shi.goto(f"/u/{place}/lists/")
    column = list(FORMS).index(kind) + 2
    return shi.locator(f"main tr td:nth-child({column}) a.gj-listcell-step[href*='/versions/'][href$='/']").first


def _put_in_force(shi: Page, place: str, kind: str) -> None:
    _step(shi, place, kind).click()
    shi.locator("form[action$='/move/approve/'] button[type=submit]").click()
    shi.locator("form[action$='/move/enforce/'] button[type=submit]").click()
    expect(shi.locator("form[action*='/move/']")).to_have_count(0)


def what_changes_is_compared_and_approved_again(yi: Page, shi: Page, fits: Fits) -> None:
    """任务4“制定”之后：在表格里改一格，与在用的版本比较，再提交，由别人批准。"""
    _open(yi, "LL-ZH", "process")
    yi.locator(".gj-actions a[href*='/grid']").click()
    yi.locator(".gj-grid tbody tr", has_text="公务用车").locator("td[data-col=review_content]").click()
    yi.keyboard.type("事由、人员、时间和里程")
    yi.keyboard.press("Enter")
    yi.locator("[data-grid-save]").click()
    expect(yi.locator(".gj-toast--success")).to_be_visible()
    yi.goto("/u/LL-ZH/lists/")
    yi.locator("td:nth-child(4) a.gj-listcell-step").click()
    expect(yi.locator("#changes")).to_contain_text("事由、人员、时间和里程")
    fits(yi)
    _hand_in(yi, "LL-ZH", "process")
    _put_in_force(shi, "LL-ZH", "process")


def all_levels_are_seen(wen: Page, fits: Fits) -> None:
    """台账任务4“集团：各部门……制定情况”“子企业”：哪个部门、哪家子企业还没有，一眼看到。"""
    wen.goto("/u/LL/lists/")
    line = wen.locator("main tr", has_text="LL-ZH")
    expect(line.locator(".gj-missing")).to_have_count(0)
    fits(wen)
    wen.goto("/u/LL/lists/levels/")
    expect(wen.locator("main tr", has_text="临澜物业").locator(".gj-missing")).to_have_count(0)
    expect(wen.locator("main tr", has_text="临澜新能源").locator(".gj-missing")).to_have_count(3)
    fits(wen)
