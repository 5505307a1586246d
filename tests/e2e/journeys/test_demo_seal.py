"""The office system of 临澜城投 sends contracts for review, asks the gate before the seal comes down, and is told no.

Everybody works on the own screen with the own account: 楚云 brings, 鲍芸 and 康健 and 温静 and 施明 look, 汪澜 hears of
the veto, the committee meets. The seal desk has a file, a phone without an account, and the office system.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from guiju.lib import clock
from guiju.web.review import passpage
from tests.e2e.journeys.conftest import Fits
from tests.e2e.journeys.demo import MARKS, Demo
from tests.e2e.journeys.hands import choose, save, to_the_task
from tests.project.source import ROOT

pytestmark = MARKS
PHONE = {"width": 390, "height": 844}
PAVING, LOAN = "滨江步道铺装工程施工合同", "总部园区整体转租合同"
MEETING = "集团合规委员会临时会议：整体转租"
RESOLVED = "同意整体转租，租期不超过三年，转租须经书面同意。"


def test_a_contract_of_the_office_system_is_sealed_once_everybody_has_agreed_and_no_other_paper(
    demo: Demo, fits: Fits, tmp_path: Path
) -> None:
    with office(demo, tmp_path) as oa:
        paper = registered(oa, tmp_path, "LLOA-9001", PAVING, "6800000")
        sealing(oa, "LLOA-9001", "未用印（unknown）")
        sent(oa, "LLOA-9001")
        asked, chu = demo.sit("ll-bao"), demo.sit("ll-yewu")
        _the_officer_wants_more_and_chu_brings_it(asked, chu, fits, tmp_path)
        sealing(oa, "LLOA-9001", "未用印（under_review）")
        _everybody_agrees(demo, asked, fits)
        address = _the_pass_is_a_sheet_with_a_code(chu, fits, tmp_path)
        _a_changed_file_is_refused(oa, tmp_path, paper)
        _the_seal_desk_asks(demo, address, tmp_path, paper, fits)
        sealing(oa, "LLOA-9001", "印章管理员 王芳用印")
        expect(oa.locator("#sealed")).to_contain_text("王芳")
        sealing(oa, "LLOA-9001", "已经用过印")
        phone = stranger(demo)
        phone.goto(address)
        expect(phone.locator("#verdict")).to_contain_text("已据此实施：用印")


def test_a_veto_holds_until_the_committee_has_resolved_on_this_very_matter(
    demo: Demo, fits: Fits, tmp_path: Path
) -> None:
    with office(demo, tmp_path) as oa:
        registered(oa, tmp_path, "LLOA-9002", LOAN, "9600000")
        sent(oa, "LLOA-9002")
        wen, shi = demo.sit("ll-hegui"), demo.sit("ll-shi")
        speaks(demo.sit("ll-bao"), LOAN, "agree", "租金高于评估价。")
        speaks(wen, LOAN, "agree", "请首席合规官审查转租条款。")
        _the_head_vetoes_and_reports(oa, shi, fits)
        _the_committee_meets_on_it(wen, fits)
        sealing(oa, "LLOA-9002", "未用印（vetoed）")
        _the_veto_is_lifted(wen, fits)
        sealing(oa, "LLOA-9002", "印章管理员 王芳用印")


# --- the office system ----------------------------------------------------------------------------------------------


@contextmanager
def office(demo: Demo, folder: Path) -> Iterator[Page]:
    """The sandbox beside the demonstration, with a token that its account has made on screen."""
    with subprocess.Popen(
        [
            sys.executable, str(ROOT / "examples" / "sandbox_oa"), "--guiju", f"{demo.base}/api/v1", "--token",
            _token(demo.sit("ll-oa")), "--unit", "LL", "--port", "0", "--data", str(folder / "oa"),
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8",
    ) as running:  # fmt: skip
        assert running.stdout is not None
        try:
            yield _opened(demo, running.stdout.readline().strip())
        finally:
            running.terminate()


def _token(page: Page) -> str:
    page.goto("/me/tokens/new/")
    page.fill("#id_name", "办公系统")
    choose(page, "#id_unit", "临澜城建投资集团", "LL")
    for scope in ("review:gate:ask", "review:matter:submit"):
        page.locator(f"input[name=scopes][value='{scope}']").check()
    save(page)
    return page.locator(".gj-secret code").inner_text().strip()


def _opened(demo: Demo, address: str) -> Page:
    page = stranger(demo, base=address)
    page.goto("/")
    return page


def stranger(demo: Demo, *, base: str = "") -> Page:
    """A phone, or another system: nobody is signed in."""
    return demo.unknown(base or demo.base, **PHONE)


def registered(oa: Page, folder: Path, number: str, title: str, amount: str) -> Path:
    """A contract as the office system keeps it."""
    paper = folder / f"{title}.txt"
    paper.write_text(f"{title}\r\n第一条　总价{amount}元。\r\n", encoding="utf-8")
    oa.goto("/")
    fields = {"number": number, "title": title, "party": "临澜筑景工程有限公司", "amount": amount, "owner": "楚云"}
    for name, value in fields.items():
        oa.fill(f"input[name={name}]", value)
    oa.set_input_files("input[name=file]", str(paper))
    oa.get_by_role("button", name="登记").click()
    expect(oa.locator("h1")).to_contain_text(title)
    return paper


def sent(oa: Page, number: str) -> None:
    """Brought for review from the page of the office system."""
    oa.goto(f"/c/{number}")
    oa.get_by_role("button", name="送合规审查").click()
    expect(oa.locator("#log li").first).to_contain_text("送审：审")


def sealing(oa: Page, number: str, answer: str) -> None:
    """Somebody wants to seal; what the gate says stands in the office system."""
    oa.goto(f"/c/{number}")
    oa.get_by_role("button", name="用印", exact=True).click()
    expect(oa.locator("#log li").first).to_contain_text(answer)


# --- reviewing ------------------------------------------------------------------------------------------------------


def speaks(page: Page, title: str, stand: str, words: str) -> None:
    """From the list of tasks to the matter, and an opinion."""
    to_the_task(page, title)
    expect(page.locator("h1")).to_have_text(title)
    page.locator(".gj-review-stand", has=page.locator(f"input[value={stand}]")).click()
    page.fill("#opinion", words)
    page.locator(".gj-speak button[type=submit]").last.click()
    expect(page.locator("#way")).to_contain_text(words)


def _the_officer_wants_more_and_chu_brings_it(officer: Page, chu: Page, fits: Fits, folder: Path) -> None:
    """业务部门合规管理员要求补材料；经办人在规矩里补上，再送一轮。"""
    speaks(officer, PAVING, "material", "缺相对方资质证书，补齐后再看。")
    chu.goto("/review/")
    chu.locator("main a", has_text=PAVING).first.click()
    expect(chu.locator("#todo")).to_contain_text("缺相对方资质证书")
    fits(chu)
    chu.locator("#todo a.btn-primary").click()
    paper = folder / "资质证书.txt"
    paper.write_text("市政公用工程施工总承包二级", encoding="utf-8")
    chu.locator("#papers-party").set_input_files(str(paper))
    fits(chu)
    chu.locator("button[name=submit]").click()
    expect(chu.locator(".gj-review-sentence")).to_contain_text("鲍芸")
    expect(chu.locator("#papers")).to_contain_text("资质证书.txt")


def _everybody_agrees(demo: Demo, officer: Page, fits: Fits) -> None:
    """鲍芸请审计部会签；会签、合规管理部门、合规负责人各在自己的屏幕上；负责人在手机上签发通行证。"""
    to_the_task(officer, PAVING)
    adding = officer.locator("details", has=officer.locator("#add-person"))
    adding.locator("summary").click()
    choose(officer, "#add-person", "康健")
    adding.locator("textarea, input[name=reason]").first.fill("请从审计角度会签结算条款")
    adding.locator("button[type=submit]").click()
    expect(officer.locator(".gj-review-sentence")).to_contain_text("康健")
    speaks(officer, PAVING, "agree", "资质齐全，预算之内。")
    speaks(demo.sit("ll-kang"), PAVING, "agree", "按实际工程量结算，同意。")
    wen = demo.sit("ll-hegui")
    speaks(wen, PAVING, "agree", "条款合法，程序完备。")
    shi = demo.sit("ll-shi", **PHONE)
    speaks(shi, PAVING, "agree", "同意签订。")
    expect(shi.locator(".gj-review-sentence")).to_contain_text("通行证有效期至")
    fits(shi)


# --- the pass at the seal desk --------------------------------------------------------------------------------------


def _the_pass_is_a_sheet_with_a_code(chu: Page, fits: Fits, folder: Path) -> str:
    """通行证：短码、二维码，二维码里是核验地址。"""
    chu.goto("/review/?tab=mine")
    chu.locator("main a", has_text=PAVING).first.click()
    chu.locator(".gj-actions a", has_text="通行证").click()
    fits(chu)
    code = "".join(chu.locator(".gj-review-pass .gj-review-code").inner_text().split())
    with chu.expect_download() as taken:
        chu.locator("a[href$='/pass/token/']").click()
    path = folder / "通行证.jws"
    taken.value.save_as(path)
    mark = path.read_text(encoding="ascii").strip().rpartition(".")[2][:12]
    address = f"{chu.url.split('/review/')[0]}/pass/{code}/?m={mark}"
    assert chu.locator(".gj-review-qr path").get_attribute("d") == passpage.qr(address)["path"]
    return address


def _a_changed_file_is_refused(oa: Page, folder: Path, paper: Path) -> None:
    """审A签B：换了一个字的文件，用印前被拒绝，办公系统里写明为什么；换回来才行。"""
    changed = folder / "改过.txt"
    changed.write_bytes(paper.read_bytes().replace(b"6800000", b"8800000"))
    _replaced(oa, changed)
    sealing(oa, "LLOA-9001", "未用印（changed）：这份文件不是审查时的那一份")
    expect(oa.locator("#sealed")).to_have_count(0)
    _replaced(oa, paper)


def _replaced(oa: Page, paper: Path) -> None:
    oa.goto("/c/LLOA-9001")
    form = oa.locator("form[action$='/file']")
    form.locator("input[type=file]").set_input_files(str(paper))
    form.locator("button").click()
    expect(oa.locator("#log li").first).to_contain_text("更换文本")


def _the_seal_desk_asks(demo: Demo, address: str, folder: Path, paper: Path, fits: Fits) -> None:
    """没有账号的手机扫码就知道是否有效，还能拿文件来比；有账号的普通员工在核验页面上比。"""
    phone = stranger(demo)
    phone.goto(address)
    expect(phone.locator("#verdict")).to_contain_text("通行证有效。")
    expect(phone.locator("#verdict")).to_contain_text(PAVING)
    fits(phone)
    phone.locator("a[href*='checker.html#']").click()
    for file, result in ((folder / "改过.txt", "changed"), (paper, "verified")):
        phone.set_input_files("#document", str(file))
        phone.click("button")
        expect(phone.locator(f"#answer[data-result={result}]")).to_be_visible()
    fits(phone)
    clerk = demo.sit("ll-yuangong")
    clerk.goto("/")
    clerk.locator("nav a[href='/verify/']").first.click()
    for file, told in ((folder / "改过.txt", "不要据此用印"), (paper, "就是审查过的文本")):
        clerk.fill("#shown", address)
        clerk.set_input_files("#papers", str(file))
        clerk.locator("main form button.btn-primary").click()
        expect(clerk.locator("#verdict")).to_contain_text(told)
    fits(clerk)


# --- the veto -------------------------------------------------------------------------------------------------------


def _the_head_vetoes_and_reports(oa: Page, shi: Page, fits: Fits) -> None:
    """一票否决：当场停下，向领导机构报告；两步之后闸口都不放行。"""
    to_the_task(shi, LOAN)
    shi.locator(".gj-review-stand--veto").click()
    shi.fill("#opinion", "整体转租未经国资监管机构备案，先予否决，请合规委员会研究。")
    shi.locator(".gj-review-veto input").check()
    shi.locator(".gj-speak button[type=submit]").last.click()
    expect(shi.locator(".gj-review-sentence--unmet")).to_be_visible()
    fits(shi)
    sealing(oa, "LLOA-9002", "未用印（suspended）")
    choose(shi, "#receiver", "汪澜")
    shi.locator("#todo button[type=submit]").click()
    expect(shi.locator(".gj-review-sentence")).to_contain_text("汪澜")
    sealing(oa, "LLOA-9002", "未用印（vetoed）")


def _the_committee_meets_on_it(wen: Page, fits: Fits) -> None:
    """从被否决的事项出发安排会议，议题就是这一事项；到会、表决、决议写入纪要，定稿。"""
    wen.goto("/u/LL/review/?tab=decided")
    wen.locator("main a", has_text=LOAN).first.click()
    wen.locator("#todo a[href*='/meetings/new']").first.click()
    wen.fill("#id_subject", MEETING)
    wen.select_option("#id_body", label="集团合规委员会")
    wen.select_option("#id_topic", label="研究违规处理或重大事项")
    wen.fill("#id_held_on", clock.today().isoformat())
    choose(wen, "#id_chaired_by", "汪澜")
    expect(wen.locator("#i1-matter")).to_have_value(LOAN)
    fits(wen)
    wen.locator("main form button.btn-primary").click()
    expect(wen.locator("h1")).to_have_text(MEETING)
    for row in wen.locator(".gj-came li").all():
        row.locator("input[value=present]").check()
    wen.select_option("#o1", label="同意")
    members = wen.locator(".gj-came li").filter(has_not_text="秘书").count()
    for field, votes in (("#f1", members), ("#g1", 0), ("#h1", 0)):
        wen.fill(field, str(votes))
    wen.fill("#r1", RESOLVED)
    wen.fill("#minutes_number", "临合纪〔演示〕11号")
    fits(wen)
    with wen.expect_response(lambda answer: answer.url.endswith("/save/")):
        wen.locator("#minutes_number").press("Tab")
    expect(wen.locator("#meeting-saved svg")).to_be_visible()
    wen.locator("button[formaction$='/settle/']").click()
    expect(wen.locator("#minutes")).to_have_count(0)


def _the_veto_is_lifted(wen: Page, fits: Fits) -> None:
    """只有这一议题的决议能解除否决；解除后发通行证。"""
    wen.goto("/u/LL/review/?tab=decided")
    wen.locator("main a", has_text=LOAN).first.click()
    options = wen.locator("#resolution option:not([value=''])")
    expect(options).to_have_count(1)
    wen.select_option("#resolution", value=options.first.get_attribute("value") or "")
    wen.locator("#todo button[type=submit]").click()
    expect(wen.locator(".gj-review-sentence")).to_contain_text("通行证有效期至")
    expect(wen.locator("#veto")).to_contain_text(RESOLVED)
    fits(wen)
