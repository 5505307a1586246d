"""临澜城投 carries out tasks 4 and 5 of the strengthening year (渝国资发〔2023〕7号) in the demonstration, line by line.

温静 (法务合规部) lays down the group's own form and checks, 易安 keeps the lists of 综合办公室 and puts right what was found,
佟丽 does the same for a subsidiary, 施明 (总法律顾问) approves, signs and accepts what others have done; 汪澜 is the principal.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from guiju.demo.cast import PASSWORD
from guiju.lib import clock
from guiju.lib.period import Period
from tests.e2e.journeys.conftest import Fits
from tests.e2e.journeys.demo import MARKS, Demo
from tests.e2e.journeys.groupbooks import RISK
from tests.e2e.journeys.grouplists import (
    all_levels_are_seen,
    the_group_lays_down_its_own_form,
    the_three_lists_are_drawn_up,
    what_changes_is_compared_and_approved_again,
)
from tests.e2e.journeys.hands import choose, in_days, move, pick, save, to_the_task

pytestmark = MARKS
PHONE = {"width": 390, "height": 844}
URN = "cn:cq-sasac:2023-7"
CHECK, ROUND = "强化年全级次全方位合规风险排查", "强化年收官合规风险评估"
PROBLEM, ALERT, REPORT = "介绍信存根与用印登记对不上", "用印登记缺号苗头", "空白介绍信去向不明"
PLAN = "强化年全级次排查整改方案"
#: What tasks 4 and 5 ask.
ASKED = {"T04-1", "T04-2", "T04-3", "T05-1", "T05-2", "T05-3", "T05-4"}


def test_the_group_carries_out_tasks_four_and_five(demo: Demo, fits: Fits, tmp_path: Path) -> None:
    wen, shi = demo.sit("ll-hegui"), demo.sit("ll-shi")
    before = _standing(shi)

    yi = _a_department_gets_its_officer(demo, wen, fits)
    tong = demo.sit("wy-tong")
    the_group_lays_down_its_own_form(wen, fits, tmp_path)
    for page, place in ((yi, "LL-ZH"), (tong, "LL-WY")):
        the_three_lists_are_drawn_up(page, shi, place, fits, tmp_path)
    what_changes_is_compared_and_approved_again(yi, shi, fits)
    all_levels_are_seen(wen, fits)

    _risks_are_rated_and_answered(wen, demo.sit("ll-yi", **PHONE), fits)
    _a_warning_and_a_report_go_their_way(shi, yi, fits)
    _all_levels_are_checked(wen, demo.sit("wy-tong", **PHONE), shi, fits)
    _each_problem_has_a_department_and_a_plan(wen, fits)
    _it_is_put_right_in_time_and_accepted(demo.sit("ll-yi", **PHONE), shi, fits, tmp_path)

    after = _standing(shi)
    moved = {code for code in after if after[code] != before[code]}
    # The warning that was answered counts for task 14, too; nothing else has moved.
    assert {"T04-3", "T05-1", "T05-4", "T14-3"} <= moved <= ASKED | {"T14-3"}
    assert all(after[code].startswith("符合") for code in ASKED - {"T05-4"})
    _the_principal_sees_it(demo.sit("ll-wang", **PHONE), fits)


def _standing(page: Page) -> dict[str, str]:
    """Each requirement of the document with its word, its figures and what is missing."""
    page.goto(f"/u/LL/posture/{URN}/")
    found = page.locator("main .gj-req").evaluate_all(
        "rows => rows.map(row => [row.id, row.children[0].textContent + row.querySelector('.gj-req-found').textContent])"
    )
    return {code.removeprefix("req-"): " ".join(words.split()) for code, words in found}


# --- 任务4：组织各业务及职能部门制定部门内部的三张清单 --------------------------------------------------------------


def _a_department_gets_its_officer(demo: Demo, wen: Page, fits: Fits) -> Page:
    """任务4“各业务及职能部门”：部门自己的人来编，先有账号、角色，再认到人。"""
    system, security = demo.sit("ll-system"), demo.sit("ll-security")
    system.goto("/admin/accounts/new/")
    for field, value in (("username", "ll-yi"), ("name", "易安"), ("password", PASSWORD)):
        system.fill(f"#id_{field}", value)
    save(system)
    expect(system.locator("h1")).to_have_text("易安")
    security.goto("/admin/grants/new/")
    choose(security, "#id_user", "易安")
    security.select_option("#id_role", "department_officer")
    choose(security, "#id_unit", "综合办公室")
    security.fill("#id_reason", "集团合规委员会任命为部门合规管理员")
    save(security)
    expect(security.locator("main tr", has_text="ll-yi")).to_contain_text("综合办公室")
    wen.keyboard.press("Control+k")
    wen.keyboard.type("易安")
    wen.locator("dialog a[href*='/people/']", has_text="综合办公室主任").first.click()
    wen.locator("form[action$='/account/'] button").click()
    expect(wen.locator("main")).to_contain_text("ll-yi")
    fits(wen)
    return demo.sit("ll-yi")


# --- 任务5：开展一次全级次、全方位合规风险排查 ----------------------------------------------------------------------


def _risks_are_rated_and_answered(wen: Page, phone: Page, fits: Fits) -> None:
    """任务5“全级次、全方位合规风险”：先评估、排序，高风险有应对，排查才有重点。"""
    wen.goto("/u/LL/risks/rounds/new/")
    wen.fill("#id_title", ROUND)
    wen.fill("#id_period", str(Period.of(clock.today(), "quarter")))
    wen.fill("#id_due_on", in_days(20))
    wen.check("#id_all_levels")
    save(wen)
    expect(wen.locator("h1")).to_have_text(ROUND)
    expect(wen.locator("main")).to_contain_text("临澜新能源充电服务有限公司")
    address = wen.url
    phone.goto("/u/LL-ZH/risks/rounds/")
    phone.locator("main a", has_text=ROUND).click()
    phone.locator("a[href$='/rate/']").first.click()
    card = phone.locator(".gj-rate", has_text=RISK)
    card.locator("select[name=probability]").select_option("4")
    card.locator("select[name=impact]").select_option("5")
    expect(card.locator("[data-rate-given]")).to_contain_text("高")
    card.locator("input[name=priority]").fill("1")
    card.locator(".gj-rate-do button").first.click()
    expect(phone.locator(".gj-rate--done", has_text=RISK)).to_be_visible()
    fits(phone)
    wen.goto(address)
    expect(wen.locator("main tr", has_text="综合办公室")).to_contain_text("1")
    wen.goto("/u/LL/risks/?map=inherent")
    expect(wen.locator("main section", has_text=RISK).first).to_be_visible()
    fits(wen)
    wen.goto("/u/LL/risks/plans/")
    lacking = wen.locator("#unplanned tr", has_text=RISK).filter(has_text="综合办公室")
    lacking.locator("a[href*='/r/risk_responses/new']").click()
    choose(wen, "#id_owner", "易安")
    wen.fill("#id_due_on", in_days(30))
    wen.fill("#id_measures", "停用空白介绍信，逐份编号领用")
    save(wen)
    wen.wait_for_url(lambda address: "/new" not in address)
    wen.goto("/u/LL/risks/plans/")
    expect(lacking).to_have_count(0)


def _a_warning_and_a_report_go_their_way(shi: Page, yi: Page, fits: Fits) -> None:
    """任务5“针对发现的问题”：苗头先预警到部门、限期处置；重大的上报，合规负责人限时研判。"""
    shi.goto("/r/alerts/new?unit=LL")
    shi.fill("#id_name", ALERT)
    pick(shi, "level", "serious")
    shi.fill("#id_due_on", in_days(10))
    choose(shi, "#id_department", "综合办公室")
    choose(shi, "#id_owner", "易安")
    save(shi)
    expect(shi.locator("h1")).to_have_text(ALERT)
    to_the_task(yi, ALERT)
    move(yi, "handle", handling="缺号七份已追回三份")
    fits(yi)
    to_the_task(shi, ALERT)
    move(shi, "release", released_on=in_days(0), release_reason="登记已补齐")
    yi.goto("/r/risk_reports/new?unit=LL-ZH")
    yi.fill("#id_matter", REPORT)
    pick(yi, "level", "major")
    choose(yi, "#id_reporter", "易安")
    save(yi)
    expect(yi.locator("h1")).to_have_text(REPORT)
    to_the_task(shi, REPORT)
    move(shi, "analyse", analysis="可能形成无权合同", measures="登报声明作废", analysed_on=in_days(0))
    expect(shi.locator(".gj-state").first).to_contain_text("处置中")


def _all_levels_are_checked(wen: Page, phone: Page, shi: Page, fits: Fits) -> None:
    """任务5“一次全级次、全方位”：一个计划到每一家；集团先查，子企业在手机上查，由别人签字，没查的看得见。"""
    wen.goto("/u/LL/checks/")
    wen.locator(".gj-actions a.btn-primary").click()
    pick(wen, "kind", "risk")
    pick(wen, "cycle", "once")
    wen.locator("main details summary").last.click()
    wen.check("#id_all_levels")
    wen.fill("#id_name", CHECK)
    save(wen)
    expect(wen.locator(".gj-checklist a", has_text=CHECK).first).to_be_visible()
    for page, place in ((wen, "LL"), (phone, "LL-WY")):
        _check(page, place, fits)
        shi.goto(f"/u/{place}/checks/")
        shi.locator(".gj-checklist a", has_text=CHECK).first.click()
        shi.locator(".gj-actions a.btn-primary").click()
        shi.fill("#explanation", "逐项以上季原始记录为底，已抽看")
        save(shi)
        shi.wait_for_url(lambda address: not address.endswith("/sign/"))
    wen.goto("/u/LL/checks/coverage/")
    wen.locator("main section", has_text=CHECK).locator("a", has_text="2/").click()
    expect(wen.locator("#units tr", has_text="临澜公交")).to_contain_text("未开始")
    fits(wen)


def _check(page: Page, place: str, fits: Fits) -> None:
    page.goto(f"/u/{place}/checks/")
    page.locator(".gj-checklist a", has_text=CHECK).first.click()
    page.locator("form[action$='/begin/'] button").click()
    at = page.locator(".gj-progress-line b")
    expect(at).to_contain_text("1/")
    count = int(at.inner_text().split("/")[1])
    for number in range(1, count + 1):
        expect(at).to_have_text(f"{number}/{count}")
        if place == "LL" and page.locator("h1", has_text=RISK).count():
            pick(page, "result", "general")
            page.fill("#id_problem", PROBLEM)
            choose(page, "#id_owner", "易安")
            page.fill("#id_fix_due_on", in_days(0))
            page.select_option("#id_cause_kind", "not_followed")
        else:
            pick(page, "result", "none")
            page.fill("#id_population", "40")
            page.fill("#id_sampled", "5")
            page.fill("#id_sample", f"台账第{number}页")
        page.locator("button[value=next]").click()
    page.wait_for_url("**/finish/")
    fits(page)
    save(page)
    expect(page.locator("main")).to_contain_text(f"{count}/{count}")


def _each_problem_has_a_department_and_a_plan(wen: Page, fits: Fits) -> None:
    """任务5“落实各部门的合规管理责任，以下看上制定整改方案”：问题在整改台账里落到部门；方案有批准。"""
    wen.goto("/u/LL/rectify/")
    expect(wen.locator("main tr", has_text="综合办公室").last).to_be_visible()
    wen.goto(f"/u/LL/posture/{URN}/T05-2/")
    expect(wen.locator("#answer")).to_contain_text("符合")
    expect(wen.locator("main")).to_contain_text(PROBLEM)
    wen.goto("/r/programme_plans/new?unit=LL")
    wen.fill("#id_name", PLAN)
    wen.select_option("#id_kind", label="整改方案")
    wen.fill("#id_document", "临澜城投〔强化年〕收官号")
    wen.fill("#id_approved_on", in_days(0))
    choose(wen, "#id_approved_by", "汪澜")
    save(wen)
    expect(wen.locator("h1")).to_have_text(PLAN)
    fits(wen)


def _it_is_put_right_in_time_and_accepted(phone: Page, shi: Page, fits: Fits, tmp_path: Path) -> None:
    """任务5“以上率下及时完成整改”：责任人按期改完附证据，由责任人以外的人验收销号。"""
    to_the_task(phone, PROBLEM)
    fits(phone)
    phone.fill("#id_cause", "领用不登记")
    phone.fill("#id_measures", "逐份编号，领用签字")
    paper = tmp_path / "领用登记.pdf"
    paper.write_bytes(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    phone.locator("#work input[type=file]").set_input_files(str(paper))
    phone.locator("#work button[name=submit]").click()
    expect(phone.locator("p.gj-note").last).to_be_visible()
    to_the_task(shi, PROBLEM)
    shi.fill("#id_acceptance", "抽查十份，均有编号和签字")
    shi.locator("#accept button.btn-primary").click()
    expect(shi.locator(".gj-state")).to_contain_text("已销号")
    fits(shi)


def _the_principal_sees_it(phone: Page, fits: Fits) -> None:
    """第一责任人：一项没有漏下，点开就是证明它的记录。"""
    phone.goto(f"/u/LL/posture/{URN}/T04-3/")
    expect(phone.locator("#answer")).to_contain_text("符合")
    expect(phone.locator("main")).to_contain_text("综合办公室")
    fits(phone)
