"""Somebody of the group reads no Chinese: one click, and the pages speak English."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.journeys.conftest import Fits, Seat
from tests.e2e.journeys.house import YEAR, House

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _frame(page: Page) -> str:
    """Menu and tabs: words that are nobody's name."""
    return "\n".join(page.locator("nav[aria-label='Main menu'], main .gj-views, main thead").all_inner_texts())


def test_qian_switches_to_english_and_reads_three_pages(house: House, seat: Seat, fits: Fits) -> None:
    page = seat(house.cast.qian)
    page.goto("/me/")
    page.locator("button[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
    for path, heading, words in (
        ("/u/HD/heat/", "Heat map", "All levels together"),
        ("/tasks/", "To do", "Past their date"),
        (f"/u/HD/posture/{YEAR}/past/?reach=all", "", "Earlier change"),
    ):
        page.goto(path)
        if heading:
            expect(page.locator("h1")).to_have_text(heading)
        assert not _CHINESE.search(page.locator("h1").inner_text())
        assert not _CHINESE.search(_frame(page)), _frame(page)
        expect(page.locator("main")).to_contain_text(words)
        fits(page)
    page.goto("/me/")
    page.locator("button[name=language][value=zh-hans]").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
    page.goto("/u/HD/heat/")
    expect(page.locator("h1")).to_have_text("热力图")
