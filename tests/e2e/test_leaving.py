"""Whoever leaves a sheet of minutes is asked when something written on it is not kept, and only then."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.conftest import Cast
from tests.e2e.conftest import Sit
from tests.e2e.line import PATIENCE
from tests.governance.meeters import committee, planned, seat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

PLACE = "#place"


class Sheet:
    """The sheet as the secretary has it before her; she stays whenever she is asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._asked: list[str] = []
        page.on("dialog", self._stay)

    def _stay(self, dialog: Dialog) -> None:
        self._asked.append(dialog.type)
        dialog.dismiss()

    def write(self, words: str) -> None:
        """Typed letter by letter, after what stands there."""
        self.page.locator(PLACE).press("End")
        self.page.locator(PLACE).press_sequentially(words)

    def take_away(self, count: int) -> None:
        """As many letters, from the end."""
        self.page.locator(PLACE).press("End")
        for _each in range(count):
            self.page.locator(PLACE).press("Backspace")

    def keep(self, words: str) -> None:
        """Written, and the page has said that it is kept."""
        self.write(words)
        with self.page.expect_response("**/save/"):
            self.page.locator(PLACE).press("Tab")
        expect(self.page.locator("#meeting-saved svg")).to_be_visible()

    def is_asked(self) -> bool:
        """Is she asked when she goes to her desk?"""
        self._asked.clear()
        self.page.locator("a.gj-brand").click()
        for _look in range(PATIENCE // 50):
            if self._asked or "/meetings/" not in self.page.url:
                break
            self.page.wait_for_timeout(50)
        expect(self.page.locator(PLACE)).to_have_count(1 if self._asked else 0)
        return self._asked == ["beforeunload"]


@pytest.fixture
def sheet(cast: Cast, sit: Sit) -> Sheet:
    body = committee(cast.sub, cast.house)
    seat(body, cast.wang, "chair", cast.house)
    meeting = planned(body, cast.sub, cast.house, chaired_by=str(cast.wang.uid))
    page = sit(cast.mei)
    page.goto(f"/u/HD-01/meetings/{meeting.uid}/")
    expect(page.locator("#minutes .ts-control").first).to_be_visible()
    return Sheet(page)


def test_who_types_before_the_scripts_have_come_is_asked_too(sheet: Sheet) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    sheet.page.route("**/js/form*.js", hold)
    sheet.page.reload(wait_until="commit")
    sheet.page.locator(PLACE).focus()
    sheet.page.keyboard.type("三楼")
    for route in held:
        route.continue_()
    sheet.page.wait_for_load_state()
    assert len(held) == 1
    assert sheet.is_asked()


def test_a_letter_typed_and_taken_away_again_is_nothing_to_ask_about(sheet: Sheet) -> None:
    sheet.write("三")
    sheet.take_away(1)
    assert not sheet.is_asked()


def test_a_letter_that_stays_is_asked_about(sheet: Sheet) -> None:
    sheet.write("三楼")
    sheet.take_away(1)
    assert sheet.is_asked()


def test_what_was_kept_is_what_counts_from_then_on(sheet: Sheet) -> None:
    sheet.keep("三楼")
    sheet.write("东")
    sheet.take_away(1)
    assert not sheet.is_asked()


def test_taking_away_what_was_kept_is_asked_about(sheet: Sheet) -> None:
    sheet.keep("三楼")
    sheet.take_away(2)
    assert sheet.is_asked()


def test_what_is_taken_away_while_it_is_being_kept_is_not_lost(sheet: Sheet) -> None:
    waiting: list[Route] = []

    def delay(route: Route) -> None:
        waiting.append(route)

    sheet.page.route("**/save/", delay)
    sheet.write("三楼")
    with sheet.page.expect_request("**/save/"):
        sheet.page.locator(PLACE).press("Tab")
    sheet.take_away(2)
    assert sheet.is_asked()
    with sheet.page.expect_request("**/save/"):
        waiting[0].continue_()
    assert sheet.is_asked()
    with sheet.page.expect_response("**/save/"):
        waiting[1].continue_()
    expect(sheet.page.locator("#meeting-saved svg")).to_be_visible()
    assert not sheet.is_asked()


def test_a_server_that_did_not_answer_has_kept_nothing_for_certain(sheet: Sheet) -> None:
    sheet.page.route("**/save/", lambda route: route.abort())
    sheet.write("三楼")
    with sheet.page.expect_event("requestfailed"):
        sheet.page.locator(PLACE).press("Tab")
    sheet.take_away(2)
    assert sheet.is_asked()
    sheet.page.unroute("**/save/")
    sheet.keep("四楼")
    assert not sheet.is_asked()
