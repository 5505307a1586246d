"""Lin writes a document of the group as a pack: checked, mended, loaded, adopted, read beside its text, and revised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from guiju.cli import main
from guiju.lib import clock
from guiju.org import actions as org
from guiju.posture.models import Adoption
from guiju.posture.programme import in_month, shift
from guiju.registers import actions as registers
from tests.conftest import Cast
from tests.e2e.journeys.conftest import Fits, Seat

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
URN, TITLE = "cn:huadong:compliance-drive", "华东集团合规经营专项行动方案"
OWN_BASE, OWN_DUE = date(2024, 1, 1), date(2024, 6, 30)

PACK = f"""\
urn: {URN}
version: '1'
title: {TITLE}
title_en: Huadong compliance drive
document_status: in_force
issuer: 华东建设集团有限公司
source: {{file: source.txt}}
files: [requirements.yaml, marks.yaml]
titles:
  compliance_head: [合规总监]
programme:
  base_date: 2024-01-01
  from_on: 2024-01-01
  to_on: 2024-12-31
  stages:
    - {{code: start, title: 部署阶段, title_en: Start, from_on: 2024-01-01, to_on: 2024-06-30}}
    - {{code: work, title: 落实阶段, title_en: Work, from_on: 2024-07-01, to_on: 2024-12-31}}
sections:
  - {{code: '1', title: 行动任务}}
"""
TEXT = f"""\
{TITLE}
第一条 集团应当任命合规总监。
第二条 每季度召开一次合规联席会议。
第三条 2024年6月30日前制定实施方案。
第四条 行动自2024年1月1日起，至2024年12月31日结束。
第五条 本方案由集团合规部解释。
"""
REQUIREMENTS = """\
requirements:
  - id: '1'
    kind: task
    section: '1'
    source: 第一条
    official: 集团应当任命合规总监
    plain: 任命合规总监了吗？看任命文件。
    force: must
    who: 集团
    role: compliance_head
    tests:
      - {test: appointment.held, params: {roles: [compliance_head]}}

  - id: '2'
    kind: task
    section: '1'
    source: 第二条
    official: 每季度召开一次合规联席会议
    plain: 每季度开联席会议了吗？看纪要。
    force: must
    when: {text: 每季度, cycle: quarter, task: 召开本季度合规联席会议}
    tests:
      - {test: body.meets, params: {topics: [joint_meeting], every: quarter, months: 12}}

  - id: '3'
    kind: milestone
    section: '1'
    source: 第三条
    official: 2024年6月30日前制定实施方案
    plain: 实施方案定了吗？看方案。
    force: must
    when: {text: 2024年6月30日前, due_on: 2024-06-30, task: 制定实施方案}
    tests:
      - {test: plan.made, params: {kinds: [implementation], months: 12}}
"""
MARKS = f"""\
marks:
  - {{kind: no_duty, why: title, official: {TITLE}}}
  - {{kind: date, official: 行动自2024年1月1日起，至2024年12月31日结束, from_on: 2024-01-01, to_on: 2024-12-31}}
  - {{kind: no_duty, why: explanation, official: 本方案由集团合规部解释}}
"""


@dataclass(slots=True)
class Author:
    """Her folder, and the command line beside the browser."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, **files: str) -> None:
        """Save some files of the pack."""
        names = {"source": "source.txt"}
        for name, text in files.items():
            (self.folder / names.get(name, f"{name}.yaml")).write_text(text, encoding="utf-8")

    def run(self, *words: object) -> tuple[int, str]:
        """`guiju packs ...`: what it ends with, and everything it says."""
        self.capsys.readouterr()
        code = main(["packs", *map(str, words)])
        said = self.capsys.readouterr()
        return code, said.out + said.err


@pytest.fixture
def author(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Author:
    """The installation looks into her folder of packs too."""
    monkeypatch.setenv("GUIJU_LANG", "zh-hans")
    folder = tmp_path / "my-packs" / "drive"
    folder.mkdir(parents=True)
    settings.PACK_DIRS = [*settings.PACK_DIRS, folder.parent]
    return Author(folder, capsys)


def test_lin_writes_a_pack_adopts_it_and_changes_over_to_its_next_version(
    cast: Cast, seat: Seat, fits: Fits, author: Author
) -> None:
    _appoint_head(cast)
    _write_with_faults_and_mend(author)
    page = seat(cast.lin)
    base = in_month(clock.today().year, clock.today().month - 3, 1)
    _adopt(page, base, fits)
    _read_beside_the_text(page, fits)
    _raise_version(author)
    _change_over(page, fits)
    old, new = Adoption.objects.filter(unit=cast.group).select_related("pack").order_by("from_on")
    assert (old.pack.version, old.to_on) == ("1", clock.today() - timedelta(days=1))
    assert (new.pack.version, new.from_on, new.base_date) == ("2", clock.today(), base)


def _appoint_head(cast: Cast) -> None:
    head = org.add_person(unit=cast.group, name="林合", by=cast.house)
    given = {"role": "compliance_head", "person": str(head.uid), "from_on": "2024-01-01", "document": "决议2号"}
    registers.create(register="appointments", unit=cast.group, values=given, by=cast.house)


def _write_with_faults_and_mend(author: Author) -> None:
    """Slips: words that the document does not say, a test that does not exist, a sentence forgotten. All are named."""
    author.write(
        pack=PACK,
        source=TEXT,
        requirements=REQUIREMENTS.replace("official: 集团应当", "official: 公司应当").replace("plan.made", "plan.mad"),
        marks="\n".join(MARKS.splitlines()[:-1]),
    )
    code, said = author.run("check", author.folder)
    assert code == 1
    assert "requirements.yaml:6 requirements[1].official: 文件原文中没有这些文字" in said
    assert "plan.made" in said  # the nearest name is offered
    assert "source.txt:6: 这些字句没有着落：“本方案由集团合规部解释”" in said
    author.write(requirements=REQUIREMENTS, marks=MARKS)
    code, said = author.run("check", author.folder)
    assert code == 0, said
    code, said = author.run("load")
    assert code == 0, said
    assert TITLE in said


def _adopt(page: Page, base: date, fits: Fits) -> None:
    """From what is on offer; the dates move with the base date before anything is saved."""
    page.goto("/u/HD/posture/")
    offer = page.locator(".gj-offers li", has_text=TITLE)
    expect(offer).to_contain_text("未采用")
    offer.get_by_role("link", name="采用", exact=True).click()
    page.wait_for_url("**/u/HD/adopt/**")
    preview = page.locator("#preview")
    page.fill("#id_from_on", (clock.today() - timedelta(days=40)).isoformat())
    page.fill("#id_base_date", base.isoformat())
    page.locator("#id_base_date").dispatch_event("change")
    expect(preview).to_contain_text(base.isoformat())
    expect(preview).to_contain_text(OWN_BASE.isoformat())
    expect(preview.locator("li", has_text="实施方案")).to_contain_text(shift(OWN_DUE, OWN_BASE, base).isoformat())
    fits(page)
    page.locator("input[name=mode][value=voluntary]").check()
    page.fill("#id_reason", "总经理办公会第9次会议")
    assert not Adoption.objects.exists()
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**/u/HD/posture/{URN}/")
    expect(page.locator("main")).to_contain_text(base.isoformat())
    fits(page)


def _read_beside_the_text(page: Page, fits: Fits) -> None:
    page.locator("main a", has_text="原文对照").click()
    page.wait_for_url("**/text/")
    legend = page.locator(".gj-beside-legend")
    for word, count in (("要求", 3), ("日期", 1), ("不要求做什么", 2)):
        key = legend.locator("a", has=page.get_by_text(word, exact=True))
        expect(key.locator("b")).to_have_text(str(count))
    expect(legend).not_to_contain_text("还没有着落")
    expect(page.locator(".gj-words--none")).to_have_count(0)
    expect(page.locator("article.gj-card", has_text="任命合规总监了吗")).to_contain_text("符合")
    fits(page)


def _raise_version(author: Author) -> None:
    """The next version asks for the general counsel; the old one stays as it was loaded."""
    wanted = "集团应当任命总法律顾问为合规总监"
    author.write(
        source=TEXT.replace("集团应当任命合规总监", wanted),
        requirements=REQUIREMENTS.replace("集团应当任命合规总监", wanted).replace(
            "roles: [compliance_head]", "roles: [general_counsel]"
        ),
    )
    code, said = author.run("load")
    assert code == 1, "the same version with other words is refused"
    author.write(pack=PACK.replace("version: '1'", "version: '2'"))
    code, said = author.run("diff", URN, author.folder, "--unit", "HD")
    assert code == 0, said
    assert "任命合规总监了吗" in said
    code, said = author.run("load")
    assert code == 0, said


def _change_over(page: Page, fits: Fits) -> None:
    page.goto(f"/u/HD/posture/{URN}/")
    expect(page.locator("main")).to_contain_text("这份文件有了新的一版")
    page.get_by_role("link", name="看看本单位会有什么变化").click()
    page.wait_for_url("**/changes/")
    expect(page.locator("h2", has_text="会变红")).to_contain_text("1")
    turn = page.locator(".gj-turns li", has_text="任命合规总监了吗")
    expect(turn).to_contain_text("符合 → 不符合")
    expect(page.locator("ins", has_text="总法律顾问").first).to_be_visible()
    fits(page)
    page.locator("a[href='#move']").click()
    page.fill("#move textarea[name=reason], #move input[name=reason]", "总经理办公会第11次会议")
    page.locator("#move button[type=submit]").click()
    page.wait_for_url(re.compile(f"/u/HD/posture/{URN}/(#.*)?$"))
    expect(page.locator("main")).not_to_contain_text("这份文件有了新的一版")
    page.goto(f"/u/HD/posture/{URN}/1/")
    expect(page.locator(".gj-verdict--unmet")).to_be_visible()
