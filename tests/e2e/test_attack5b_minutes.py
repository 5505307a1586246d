"""The minutes are settled while the page is still saving them by itself: the secretary meets no conflict with herself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from guiju.governance.models import Sitting
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.e2e.conftest import Sit
from tests.governance.meeters import committee, fresh, person, planned, seat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def meeting(cast: Cast) -> Entry:
    body = committee(cast.sub, cast.house)
    seat(body, cast.wang, "chair", cast.house)
    seat(body, person(cast, "赵强", "2001"), "member", cast.house)
    return planned(body, cast.sub, cast.house, chaired_by=str(cast.wang.uid))


def opened(sit: Sit, cast: Cast, meeting: Entry) -> Page:
    page = sit(cast.mei)
    page.goto(f"/u/HD-01/meetings/{meeting.uid}/")
    for box in page.locator(".gj-came input[value=present]").all():
        box.check()
    page.select_option("#o1", "agreed")
    with page.expect_response(lambda answer: answer.url.endswith("/save/")):
        page.fill("#r1", "原则同意")
        page.locator("#r1").press("Tab")
    return page


def test_settling_waits_for_what_is_being_saved(cast: Cast, sit: Sit, meeting: Entry) -> None:
    page = opened(sit, cast, meeting)

    def settle_before_the_answer(route: Route) -> None:
        answer = route.fetch()  # the server has kept the words; its answer is still on the way
        page.fill("#next_work", "下月再看")
        page.locator("button[formaction$='/settle/']").click()
        route.fulfill(response=answer)

    page.route("**/save/", settle_before_the_answer)
    page.fill("#place", "三楼")
    page.locator("#place").press("Tab")
    expect(page.locator("#minutes")).to_have_count(0)
    expect(page.locator(".gj-errors, .gj-wrong")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("下月再看")
    kept = Sitting.objects.get(meeting=meeting.uid)
    assert (kept.minutes["place"], kept.minutes["next_work"], fresh(meeting).status) == ("三楼", "下月再看", "settled")


def test_an_answer_that_never_comes_keeps_nobody_from_settling(cast: Cast, sit: Sit, meeting: Entry) -> None:
    page = opened(sit, cast, meeting)
    page.route("**/save/", lambda route: None)
    with page.expect_request("**/save/"):
        page.fill("#place", "三楼")
        page.locator("#place").press("Tab")
    page.locator("button[formaction$='/settle/']").click()
    expect(page.locator("#minutes")).to_have_count(0)
    assert fresh(meeting).status == "settled"
