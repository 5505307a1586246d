"""What hands do in the platform's story: make a plan, check on a phone, sign, move on, hand over, look into the archive."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl
from playwright.sync_api import Locator, Page, expect

from tests.e2e.journeys.conftest import Fits
from tests.e2e.journeys.hands import choose, in_days, pick

_BOARD = "/u/HM/checks/"


@dataclass(frozen=True)
class Answer:
    """What the page of one requirement says: the word of its status, the figures of its questions."""

    word: str
    figures: tuple[str, ...]


def answer(page: Page, code: str) -> Answer:
    """What stands at a requirement of the opinions on platforms."""
    page.goto(f"/u/HM/posture/cn:samr:platform-draft/{code}/")
    word = page.locator("#answer > :first-child").inner_text().strip()
    return Answer(word, tuple(page.locator(".gj-question .gj-figure").all_inner_texts()))


def plan(page: Page, *, name: str, department: str, level: str = "") -> None:
    """A plan of checks for one department, if wanted for one level of risk only."""
    page.goto(f"{_BOARD}plan/")
    pick(page, "kind", "risk")
    page.locator(".gj-planform details summary").click()
    page.select_option("#id_department", label=department)
    if level:
        page.select_option("#id_level", level)
    page.fill("#id_name", name)
    page.locator("main form button.btn-primary").click()
    expect(_line(page, name)).to_be_visible()


def begin(phone: Page, name: str) -> None:
    """The check that is due, begun: its first item."""
    phone.goto(_BOARD)
    _line(phone, name).click()
    if phone.locator("#checker").count():
        choose(phone, "#checker", "李航", "lihang")
    phone.locator("form[action$='/begin/'] button").click()
    expect(_progress(phone)).to_contain_text("1/")


def items(phone: Page) -> int:
    """How many things the check looks at."""
    return int(_progress(phone).inner_text().split("/")[1])


def none_found(phone: Page, number: int, count: int) -> None:
    """Nothing wrong with one item, and what was looked at."""
    expect(_progress(phone)).to_have_text(f"{number}/{count}")
    pick(phone, "result", "none")
    _looked_at(phone)
    _next(phone)


def grave_problem(phone: Page, text: str) -> None:
    """A grave problem with the item open, what was done at once, who puts it right by when."""
    pick(phone, "result", "major")
    phone.fill("#id_problem", text)
    phone.fill("#id_taken", "三件商品已下架")
    choose(phone, "#id_owner", "王蕾", "wanglei")
    phone.fill("#id_fix_due_on", in_days(10))
    phone.select_option("#id_cause_kind", "not_followed")
    _looked_at(phone)
    _next(phone)


def sign(page: Page, name: str, fits: Fits) -> None:
    """A finished check, read and signed by somebody else; a question of the page is answered."""
    page.goto(_BOARD)
    _line(page, name).click()
    page.locator(".gj-actions a.btn-primary").click()
    fits(page)
    if page.locator("#explanation").count():
        page.fill("#explanation", "同一系统导出，逐件看过，集中录入")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(lambda address: not address.endswith("/sign/"))


def move(page: Page, code: str, values: dict[str, str]) -> None:
    """One step of a record: what it asks for, and done."""
    page.locator(f"[data-show='move-{code}']").first.click()
    for name, value in values.items():
        page.locator(f"#move-{code} [name={name}]").fill(value)
    page.locator(f"#move-{code} button[type=submit]").click()


def download(page: Page, words: str, path: Path) -> None:
    """The file that the button gives."""
    with page.expect_download() as coming:
        page.locator("main a", has_text=words).first.click()
    coming.value.save_as(path)


def words_in(archive: Path, wanted: set[str]) -> set[str]:
    """Which of these words no workbook of the archive holds."""
    left = set(wanted)
    with zipfile.ZipFile(archive) as held:
        for name in held.namelist():
            if name.endswith(".xlsx"):
                book = openpyxl.load_workbook(BytesIO(held.read(name)), read_only=True)
                cells = {str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell}
                left = {word for word in left if not any(word in cell for cell in cells)}
    return left


def hand_over(page: Page, reporter: str, receiver: str, path: Path | None = None) -> None:
    """That the report on the page was handed over: by whom, to whom, today, with its text if there is one."""
    page.locator(".gj-actions a[href*='/report_deliveries/new']").click()
    choose(page, "#id_reporter", reporter)
    choose(page, "#id_receiver", receiver)
    page.fill("#id_delivered_on", in_days(0))
    if path is not None:
        page.locator("main form input[type=file]").first.set_input_files(str(path))
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda address: "/new" not in address)


def _line(page: Page, name: str) -> Locator:
    return page.locator(".gj-checklist .gj-check-what a", has_text=name).first


def _progress(phone: Page) -> Locator:
    return phone.locator(".gj-progress-line b")


def _looked_at(phone: Page) -> None:
    phone.fill("#id_population", "20")
    phone.fill("#id_sampled", "5")
    phone.fill("#id_sample", "第1至5号")


def _next(phone: Page) -> None:
    """The item is saved; the next one, or the end of the check."""
    here = phone.url
    phone.locator("button[value=next]").click()
    phone.wait_for_url(lambda address: address != here)
