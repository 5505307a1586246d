"""禾陌云集 carries out articles 4 to 11 of the opinions on platforms, in the demonstration, each with an own account.

李航 (合规管理员) keeps the list and checks, 方晴 (合规负责人) approves, signs, accepts, reports and prepares the hearing,
王蕾 of the platform's operations puts right what was found, 彭程 of the audit finds it all again; 沈岚 is the principal.
"""

from __future__ import annotations

from pathlib import Path

from docx import Document
from playwright.sync_api import Page, expect

from guiju.lib import clock
from guiju.lib.period import Period
from tests.e2e.journeys import platformhands as hands
from tests.e2e.journeys.conftest import Fits
from tests.e2e.journeys.demo import MARKS, Demo
from tests.e2e.journeys.hands import choose, in_days, pick, take_archive, verified

pytestmark = MARKS

PHONE = {"width": 390, "height": 844}
RISK = "自营频道临时上新未核验资质"
PROBLEM = "三件临时上新的商品没有核验商家资质"
DECISION = "自营频道上新增加资质校验，未核验不能上架"
NEXT_WORK = "自营频道存量商品资质全部复核；年货节活动方案提前送审。"
ZERO = "合规部事项自查"
#: Requirements whose figures every one of these steps moves.
MOVED = ("4-4", "7-2", "8-3", "8-4", "8-6", "9-2", "10-2", "11-2")


def test_the_platform_goes_from_its_list_to_the_archive(demo: Demo, fits: Fits, tmp_path: Path) -> None:
    officer, head = demo.sit("hm-lihang"), demo.sit("hm-hegui")
    phone = demo.sit("hm-lihang", **PHONE)
    before = {code: hands.answer(head, code) for code in (*MOVED, "9-3")}
    assert before["9-3"].word == "不符合"

    _the_list_is_kept_and_approved(officer, head, fits)
    _nothing_found_is_reported_and_signed(officer, phone, head, fits)
    _a_grave_problem_is_found_and_reported_upwards(officer, phone, head, fits)
    _it_is_put_right_and_accepted(demo.sit("hm-wanglei", **PHONE), head, fits, tmp_path)
    _the_report_on_checks_is_handed_over(head, fits, tmp_path)
    _the_hearing_is_held(head, fits)
    _its_decision_is_carried_out(demo.sit("hm-wanglei", **PHONE), fits)
    _the_minutes_hold_figures_and_decision(head, tmp_path / "纪要.docx")
    _the_officer_reports_on_his_own_work(officer, fits)
    _everything_is_found_again(demo.sit("hm-pengcheng"), fits)
    _the_archive_goes_out(head, tmp_path / "存档.zip", fits)
    _the_principal_sees_it(demo.sit("hm-shen", **PHONE), fits)

    after = {code: hands.answer(head, code) for code in before}
    assert [after[code].word for code in ("8-6", "9-3", "10-2")] == ["符合"] * 3
    assert [code for code in MOVED if after[code].figures == before[code].figures] == []


# --- 第七条：合规风险管控清单，动态管理 ---------------------------------------------------------------------------


def _the_list_is_kept_and_approved(officer: Page, head: Page, fits: Fits) -> None:
    """第七条、第五条第一项：加一条风险，改一条，提交新版，由另一人批准、启用。"""
    officer.goto("/u/HM/lists/risk/")
    officer.locator("main a[href^='/r/risk_list/new']").click()
    fits(officer)
    officer.fill("#id_name", RISK)
    officer.select_option("#id_field", label="市场交易")
    officer.fill("#id_business", "自营频道")
    officer.fill("#id_probability", "4")
    officer.fill("#id_impact", "5")
    pick(officer, "level", "high")
    officer.fill("#id_priority", "1")
    officer.fill("#id_measure", "上新前逐件核验资质，未核验不能上架")
    choose(officer, "#id_owner", "王蕾", "wanglei")
    choose(officer, "#id_department", "平台运营部", "平台运营")
    officer.locator("main form button.btn-primary").first.click()
    expect(officer.locator("h1")).to_have_text(RISK)

    officer.goto("/u/HM/lists/risk/")
    officer.locator("main tr", has_text="人工智能生成商品图未标识").locator("a").first.click()
    officer.locator(".gj-actions a[href$='/edit/'], .gj-actions a[href*='/edit']").first.click()
    pick(officer, "level", "medium")
    officer.locator("main form button.btn-primary").first.click()
    expect(officer.locator("h1")).to_have_text("人工智能生成商品图未标识")

    officer.goto("/u/HM/lists/risk/")
    officer.locator("button[name=submit]").click()
    expect(officer.locator("#versions")).to_contain_text("V2")
    fits(officer)
    head.goto("/u/HM/lists/")
    head.locator("a.gj-listcell-step[href*='/versions/']").first.click()
    expect(head.locator("main")).to_contain_text(RISK)
    head.locator("form[action$='/move/approve/'] button[type=submit]").click()
    head.locator("form[action$='/move/enforce/'] button[type=submit]").click()
    expect(head.locator("form[action*='/move/']")).to_have_count(0)
    fits(head)
    head.goto("/u/HM/lists/")
    expect(head.locator("main tr", has_text="全单位")).to_contain_text("V2")


# --- 第八条：定期排查、记录、上报、零风险报告 -----------------------------------------------------------------------


def _nothing_found_is_reported_and_signed(officer: Page, phone: Page, head: Page, fits: Fits) -> None:
    """第八条：没有发现问题的也有记录，零风险报告写明应查、实查，由负责人签字。"""
    hands.plan(officer, name=ZERO, department="合规部")
    hands.begin(phone, ZERO)
    count = hands.items(phone)
    for number in range(1, count + 1):
        hands.none_found(phone, number, count)
    expect(phone.locator("main")).to_contain_text(f"应查{count}项，实查{count}项")
    fits(phone)
    phone.locator("main form button.btn-primary").click()
    hands.sign(head, ZERO, fits)
    expect(head.locator("main")).to_contain_text("零风险报告")


def _a_grave_problem_is_found_and_reported_upwards(officer: Page, phone: Page, head: Page, fits: Fits) -> None:
    """第八条、第四条第二款：查出重大问题，采取措施并上报；合规负责人研判、处置。"""
    name = "平台运营部高风险排查"
    hands.plan(officer, name=name, department="平台运营部", level="high")
    hands.begin(phone, name)
    fits(phone)
    count = hands.items(phone)
    for number in range(1, count + 1):
        if phone.locator("h1", has_text=RISK).count():
            hands.grave_problem(phone, PROBLEM)
        else:
            hands.none_found(phone, number, count)
    expect(phone.locator("main")).to_contain_text(PROBLEM)
    fits(phone)
    phone.locator("main form button.btn-primary").click()
    hands.sign(head, name, fits)

    _to_the_work(head, "研判重大合规风险")
    fits(head)
    told = {
        "analysis": "核验环节可以跳过",
        "measures": "系统卡住未核验的上新",
        "analysed_on": clock.today().isoformat(),
    }
    hands.move(head, "analyse", told)
    expect(head.locator(".gj-state")).to_contain_text("处置中")


# --- 第九条：整改、排查整改报告 -------------------------------------------------------------------------------------


def _it_is_put_right_and_accepted(owner: Page, head: Page, fits: Fits, tmp_path: Path) -> None:
    """第九条：问题成为整改，写明原因、措施，附证据，由责任人以外的人验收。"""
    photo = tmp_path / "资质核验记录.pdf"
    photo.write_bytes(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    _to_the_work(owner, "整改")
    fits(owner)
    owner.fill("#id_cause", "上新当晚核验环节被跳过")
    owner.fill("#id_measures", "补齐三家资质；系统卡住未核验的上新")
    owner.locator("#work input[type=file]").set_input_files(str(photo))
    owner.locator("#work button[name=submit]").click()
    expect(owner.locator("main")).to_contain_text("等待其他人验收")
    _to_the_work(head, "验收整改")
    head.fill("#id_acceptance", "抽查二十件新上商品，均已核验")
    head.locator("#accept button.btn-primary").click()
    expect(head.locator(".gj-state")).to_contain_text("已销号")
    fits(head)
    _to_the_work(owner, "消除上报的合规风险")
    hands.move(owner, "settle", {"settled_on": clock.today().isoformat(), "result": "整改已验收销号"})
    expect(owner.locator(".gj-state")).to_contain_text("已消除")


def _to_the_work(page: Page, what: str) -> None:
    """From one's own tasks to the thing itself."""
    page.goto("/tasks/")
    page.locator("main a", has_text=f"{what}：{PROBLEM}").first.click()
    page.locator("main a.btn-primary").click()
    expect(page.locator("h1")).to_have_text(PROBLEM)


def _the_report_on_checks_is_handed_over(head: Page, fits: Fits, tmp_path: Path) -> None:
    """第九条、第五条第三项：排查整改报告成文，送到主要负责人手里。"""
    head.goto("/u/HM/reports/check-report/")
    expect(head.locator("main")).to_contain_text(PROBLEM)
    fits(head)
    path = tmp_path / "排查整改报告.docx"
    hands.download(head, "Word", path)
    hands.hand_over(head, "方晴", "沈岚", path)
    expect(head.locator("h1")).to_contain_text("排查整改报告")


# --- 第十条：季度调度、纪要、下季度重点 -----------------------------------------------------------------------------


def _the_hearing_is_held(head: Page, fits: Fits) -> None:
    """第十条：调度表按记录备好，主要负责人主持，安排下季度重点工作，议定事项有责任人和期限。"""
    head.goto("/u/HM/hearings/")
    head.locator(".gj-actions .btn-primary").click()
    expect(head.locator(".gj-sheet")).to_be_visible()
    fits(head)
    head.fill("#held_on", clock.today().isoformat())
    expect(head.locator("#chair + .ts-wrapper")).to_contain_text("沈岚")
    head.fill("#place", "三楼会议室")
    head.fill("#remark_risks", "自营频道临时上新要管住。")
    head.fill("#next_work", NEXT_WORK)
    head.fill("#d1-matter", DECISION)
    choose(head, "#d1-owner", "王蕾", "wanglei")
    head.fill("#d1-due", in_days(25))
    head.locator("#attendees").click()
    expect(head.locator("#hearing-saved svg")).to_be_visible()
    head.locator("button[formaction]").press("Enter")
    expect(head.locator("#minutes")).to_have_count(0)
    expect(head.locator("main")).to_contain_text(DECISION)
    fits(head)
    head.goto("/u/HM/hearings/")
    expect(head.locator(".gj-quarter").last).to_contain_text("已召开")


def _its_decision_is_carried_out(owner: Page, fits: Fits) -> None:
    """第十条、第六条第三项：议定事项成为责任人的待办，办完写明结果。"""
    owner.goto("/tasks/")
    owner.locator("main a", has_text=DECISION).first.click()
    owner.locator("main a.btn-primary").click()
    expect(owner.locator("h1")).to_contain_text(DECISION)
    fits(owner)
    owner.fill("#id_done_on", clock.today().isoformat())
    owner.fill("#id_result", "校验已上线，拦下两次上新")
    owner.locator("main form button.btn-primary").click()
    expect(owner.locator("main")).to_contain_text("完成")
    owner.goto("/tasks/")
    expect(owner.locator("main")).not_to_contain_text(DECISION)


def _the_minutes_hold_figures_and_decision(head: Page, path: Path) -> None:
    """第十条：形成合规管理调度纪要：情况、议定事项、下季度重点，可以下载成文。"""
    head.goto("/u/HM/hearings/")
    head.locator(".gj-quarter a").last.click()
    zero = head.locator(".gj-sheet dt", has_text="零风险报告").locator("+ dd").inner_text().strip()
    head.locator(".gj-actions a", has_text="纪要").first.click()
    hands.download(head, "Word", path)
    paper = Document(str(path))
    words = "\n".join(part.text for part in paper.paragraphs)
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert f"{Period.of(clock.today(), 'quarter').chinese}合规管理调度会议纪要" in words
    assert f"提交零风险报告{zero}份" in words
    assert {DECISION, "王蕾"} <= set(cells)
    assert "自营频道存量商品资质全部复核" in words
    assert "〔待补充〕" not in words.split("议定事项")[0]


# --- 第五、六、十一条：履职记录、存档备查 ---------------------------------------------------------------------------


def _the_officer_reports_on_his_own_work(officer: Page, fits: Fits) -> None:
    """第六条第五项：合规管理员的履职情况从自己的记录里来，定期向合规负责人汇报。"""
    officer.goto("/u/HM/hearings/reports/")
    officer.select_option("#person", label=officer.locator("#person option", has_text="李航").first.inner_text())
    officer.locator("main form button.btn-primary").click()
    expect(officer.locator("main")).to_contain_text(ZERO)
    fits(officer)
    hands.hand_over(officer, "李航", "方晴")
    expect(officer.locator("h1")).to_contain_text("履职")


def _everything_is_found_again(auditor: Page, fits: Fits) -> None:
    """第十一条：清单、排查、零风险报告、纪要存档备查，岗位职责、任职、培训、考核也在。"""
    kept = {
        "list_versions": "V2", "checks": ZERO, "zero_risk_reports": ZERO, "rectifications": PROBLEM,
        "risk_reports": PROBLEM, "decisions": DECISION, "report_deliveries": "排查整改报告",
        "appointments": "李航", "trainings": "", "exams": "合规管理员法规知识考核",
        "posts": "商家审核岗", "duty_list": "商家审核岗",
    }  # fmt: skip
    for register, words in kept.items():
        auditor.goto(f"/r/{register}/?unit=HM")
        expect(auditor.locator("main tbody")).to_contain_text(words)
    auditor.goto("/r/meetings/?unit=HM&f.topic=quarterly_hearing")
    quarter = Period.of(clock.today(), "quarter").chinese
    auditor.locator("main tbody tr", has_text=quarter).locator("a").first.click()
    expect(auditor.locator("main")).to_contain_text("合规管理调度会议纪要.docx")
    expect(auditor.locator("main")).to_contain_text(NEXT_WORK)
    fits(auditor)


def _the_archive_goes_out(head: Page, path: Path, fits: Fits) -> None:
    """第十一条、第五条第五项：监管部门要看时一键打包，岗位、职责、排查、零风险报告、纪要都在里面，谁拿到都能离线验真。"""
    head.goto("/u/HM/archive/")
    fits(head)
    for kept in ("岗位", "岗位合规职责清单", "零风险报告"):
        expect(head.locator(".gj-archive-parts td a").get_by_text(kept, exact=True)).to_be_visible()
    take_archive(head, "HM", path)
    assert verified(path) == 0
    assert hands.words_in(path, {ZERO, PROBLEM, DECISION, "商家审核岗"}) == set()
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(bytes(changed))
    assert verified(path) == 1


def _the_principal_sees_it(principal: Page, fits: Fits) -> None:
    """第四条第二款、第十条：主要负责人看得到调度开过、议定的事和没有销号的问题。"""
    principal.goto("/u/HM/hearings/")
    expect(principal.locator(".gj-quarter").last).to_contain_text("已召开")
    principal.locator(".gj-quarter a").last.click()
    expect(principal.locator("main")).to_contain_text(DECISION)
    fits(principal)
