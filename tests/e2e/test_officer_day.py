"""Lin's first morning: she adopts a document, sees what is missing, enters it, and finds it proved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from guiju.org.models import UnitAttribute
from guiju.posture.models import Adoption
from tests.conftest import PASSWORD, Cast
from tests.e2e.conftest import Sit
from tests.e2e.line import nothing_hangs_over
from tests.web.conftest import URN, medium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PACK = f"/u/HD/posture/{URN}/"


def _adopt(page: Page) -> None:
    page.goto(f"/u/HD/adopt/?pack={URN}")
    page.locator("input[name=mode][value=voluntary]").check()
    page.fill("#id_reason", "董事会2026年第3号决议")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**{PACK}")


def test_lin_signs_in_and_is_led_to_her_first_document(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.context.clear_cookies()
    page.goto("/")
    page.fill("#id_login", "lin")
    page.fill("#id_password", PASSWORD)
    page.locator("#signin button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("华东建设集团有限公司")
    page.locator(".gj-empty a.btn-primary").click()
    page.wait_for_url("**/u/HD/adopt/")


def test_lin_adopts_enters_what_is_missing_and_finds_it_proved(cast: Cast, sit: Sit) -> None:
    medium(cast.group, cast.actor(cast.lin))
    page = sit(cast.lin)
    _adopt(page)
    assert Adoption.objects.get().reason == "董事会2026年第3号决议"
    expect(page.locator(".gj-draft")).to_be_visible()
    page.goto(f"{PACK}A.1.1-m01/")
    expect(page.locator(".gj-verdict--unmet")).to_be_visible()
    page.locator(".gj-verdict a.btn-primary").click()
    page.wait_for_url(re.compile(r"/r/bodies/new\?unit=HD&set\.kind=committee"))
    expect(page.locator("input[name=kind][value=committee], select[name=kind]").first).to_be_attached()
    page.fill("#id_name", "合规管理委员会")
    page.fill("#id_from_on", "2026-01-15")
    page.fill("#id_document", "关于成立合规管理委员会的通知")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("h1")).to_contain_text("合规管理委员会")
    expect(page.locator("main")).to_contain_text("附录A 表A.1 一(一) 中型企业 第1行")
    page.goto(f"{PACK}A.1.1-m01/")
    expect(page.locator(".gj-verdict--met")).to_be_visible()
    expect(page.locator("table a", has_text="合规管理委员会")).to_be_visible()


def test_lin_judges_what_only_a_person_can(cast: Cast, sit: Sit) -> None:
    medium(cast.group, cast.actor(cast.lin))
    page = sit(cast.lin)
    _adopt(page)
    page.goto(f"{PACK}A.1.1-m03/")
    page.locator("#judge input[name=status][value=partly]").check()
    page.locator("#judge button[type=submit]").click()  # the browser asks for the reason
    expect(page.locator(".gj-verdict--person")).to_be_visible()
    page.fill("#id_reason", "看了成员名单，缺业务部门")
    page.locator("#judge button[type=submit]").click()
    expect(page.locator(".gj-verdict--partly")).to_be_visible()
    expect(page.locator(".gj-rail")).to_contain_text("看了成员名单，缺业务部门")


def test_lin_walks_the_tree_by_keyboard(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto("/u/")
    page.locator(".gj-tree a").first.focus()
    for key in ("ArrowDown", "ArrowRight"):  # to the subsidiary, then its branch opens
        page.keyboard.press(key)
    expect(page.locator(".gj-tree a", has_text="路桥检测有限公司")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile("经营部|路桥检测有限公司"))


def test_lin_changes_the_unit_and_stays_on_the_same_kind_of_page(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto("/u/HD/posture/")
    page.locator("[data-open=units]").click()
    page.keyboard.type("hdlq")
    expect(page.locator("dialog[open] [data-results] a")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/u/HD-01/posture/")
    expect(page.locator(".gj-unit")).to_contain_text("华东路桥工程有限公司")


def test_lin_finds_a_person_by_pinyin_with_ctrl_k(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("wm")
    expect(page.locator("dialog[open] [data-results] a", has_text="王敏")).to_be_visible()
    page.locator("dialog[open] [data-results] a", has_text="王敏").click()
    expect(page.locator("h1")).to_have_text("王敏")


def test_lin_sets_an_attribute_and_reads_the_size(cast: Cast, sit: Sit) -> None:
    page = sit(cast.lin)
    for code, value in (("revenue", "30000"), ("total_assets", "30000")):
        page.goto(f"/u/HD/attributes/{code}/")
        page.fill("#id_value", value)
        page.fill("#id_from_on", "2026-01-01")
        page.locator("main form button.btn-primary").click()
        page.wait_for_url("**/u/HD/")
    page.goto("/u/HD/attributes/industry/")
    page.select_option("#id_value", "construction")
    page.fill("#id_from_on", "2026-01-01")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/u/HD/")
    assert UnitAttribute.objects.filter(unit=cast.group).count() == 3
    expect(page.locator(".gj-note--person")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 768, 1366, 1920])
def test_no_page_is_wider_than_its_screen(cast: Cast, sit: Sit, width: int) -> None:
    medium(cast.group, cast.actor(cast.lin))
    page = sit(cast.lin, width=width)
    _adopt(page)
    paths = [
        "/",
        "/u/",
        "/u/HD/",
        "/u/HD/posture/",
        PACK,
        f"{PACK}A.1.1-m01/",
        f"{PACK}levels/",
        f"/packs/{URN}/",
        "/me/",
    ]
    for path in paths:
        page.goto(path)
        nothing_hangs_over(page)
