"""What hands do on any page: choose, pick, save, open a task, move a record on."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from guiju.lib import clock

#: Milliseconds for an archive, made in the background.
MAKING = 200_000


def in_days(days: int) -> str:
    """So many days from today, as date fields take it."""
    return (clock.today() + timedelta(days=days)).isoformat()


def choose(page: Page, field: str, name: str, typed: str = "") -> None:
    """A person, an account or a unit by typing the name, or some letters of it."""
    picker = page.locator(f"{field} + .ts-wrapper")
    picker.locator(".ts-control").click()
    page.keyboard.type(typed or name)
    picker.locator(".ts-dropdown .option", has_text=name).first.click()
    expect(picker.locator(".ts-control .item").last).to_contain_text(name)
    page.keyboard.press("Tab")


def pick(page: Page, name: str, value: str) -> None:
    """One of several buttons of a field."""
    page.locator(f"input[name={name}][value={value}]").check(force=True)


def save(page: Page) -> None:
    """The main button of the form."""
    page.locator("main form button.btn-primary").first.click()


def to_the_task(page: Page, words: str) -> None:
    """From the list of tasks to the thing itself."""
    page.goto("/tasks/")
    page.locator("main a", has_text=words).first.click()
    page.locator("main a.btn-primary").click()


def move(page: Page, move: str, **values: str) -> None:
    """One step of a record: what it asks for, and done."""
    page.locator(f"[data-show='move-{move}']").first.click()
    for name, value in values.items():
        page.locator(f"#move-{move} [name={name}]").fill(value)
    page.locator(f"#move-{move} button[type=submit]").click()


def take_archive(page: Page, code: str, path: Path) -> None:
    """The archive of a unit, made from its page and saved when it is ready."""
    page.goto(f"/u/{code}/archive/")
    before = page.locator(".gj-archives > li").count()
    page.locator("button[form=make]").click()
    expect(page.locator(".gj-archives > li")).to_have_count(before + 1)
    newest = page.locator(".gj-archives > li").first.locator("a[href$='/file/']")
    expect(newest).to_be_visible(timeout=MAKING)
    with page.expect_download() as taken:
        newest.click()
    taken.value.save_as(path)


def verified(path: Path) -> int:
    """`guiju verify` as whoever received the file runs it."""
    return subprocess.run(
        [sys.executable, "-m", "guiju", "verify", str(path)], check=False, capture_output=True
    ).returncode
