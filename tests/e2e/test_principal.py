"""Qian, who leads the group, has ten seconds, sometimes on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from guiju.lib import clock
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.registers import actions as registers
from tests.conftest import Cast
from tests.e2e.conftest import Sit
from tests.e2e.line import nothing_hangs_over
from tests.web.conftest import URN, medium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def group(cast: Cast) -> Cast:
    """Group and subsidiary have adopted the draft; one rectification of the subsidiary is late."""
    by = cast.actor(cast.lin)
    for unit in (cast.group, cast.sub):
        medium(unit, by)
        posture.adopt(unit=unit, pack=catalogue.current(URN), by=by, reason="Board resolution 3")
    registers.create(
        register="rectifications",
        unit=cast.sub,
        values={
            "number": "ZG-1",
            "problem": "印章外借未登记",
            "source": "self_check",
            "found_on": clock.today() - timedelta(days=60),
            "due_on": clock.today() - timedelta(days=12),
            "owner": str(cast.wang.uid),
        },
        by=by,
    )
    return cast


def test_qian_reads_the_group_on_the_first_screen(group: Cast, sit: Sit) -> None:
    page = sit(group.qian)
    page.goto("/")
    for part in (".gj-headline", ".gj-strip", ".gj-reds"):
        expect(page.locator(part).first).to_be_in_viewport()
    expect(page.locator(".gj-pair")).to_contain_text("王敏")


def test_qian_goes_from_what_is_red_down_to_the_unit(group: Cast, sit: Sit) -> None:
    page = sit(group.qian)
    page.goto("/")
    page.locator(".gj-reds a").first.click()
    page.wait_for_url("**/levels/*/")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("tbody a", has_text="华东路桥工程有限公司").click()
    expect(page.locator(".gj-verdict")).to_be_visible()
    expect(page.locator(".gj-unit")).to_contain_text("华东路桥工程有限公司")
    expect(page.locator("#judge")).to_have_count(0)


def test_qian_goes_from_a_unit_to_its_requirements(group: Cast, sit: Sit) -> None:
    page = sit(group.qian)
    page.goto("/")
    page.locator("table a", has_text="华东路桥工程有限公司").click()
    page.wait_for_url(f"**/u/HD-01/posture/{URN}/")
    expect(page.locator(".gj-draft")).to_be_visible()


def test_qian_reads_it_on_a_phone(group: Cast, sit: Sit) -> None:
    page = sit(group.qian, width=390, height=844)
    page.goto("/")
    expect(page.locator(".gj-bottom a")).to_have_count(3)
    expect(page.locator(".gj-headline")).to_be_in_viewport()
    nothing_hangs_over(page)
    page.locator(".gj-bottom a", has_text="符合情况").click()
    page.wait_for_url("**/u/HD/posture/")


def test_back_returns_to_the_same_filter(group: Cast, sit: Sit) -> None:
    page = sit(group.qian)
    page.goto(f"/u/HD/posture/{URN}/")
    page.locator(".gj-strip a.gj-stat--unmet").click()
    address = page.url
    assert "status=unmet" in address
    page.locator(".gj-req-what a").first.click()
    page.wait_for_url("**/A.*/")
    page.go_back()
    assert page.url == address
