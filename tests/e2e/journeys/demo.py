"""One demonstration, made by the command line as a newcomer makes it; whoever tells a story in it signs in by the page.

A story's file says `pytestmark = MARKS`. `tests.plugins.sharing` gives all stories of the demonstration to one worker,
which they share, so each keeps to its own firm. What a story leaves in its firm stays there for the next one; a story
told a second time begins with the demonstration as it was loaded.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, StorageState, expect

from guiju.demo.cast import PASSWORD
from tests.e2e.line import on_the_line
from tests.project.source import ROOT

MARKS = [pytest.mark.browser, pytest.mark.slow]
_OWN = ("GUIJU_", "DATABASE_", "DJANGO_")
_FAULT = 500
#: Seconds until a server that was told to end is killed.
_ENDING = 30


@dataclass
class Demo:
    """The running demonstration, and everybody who sits at it."""

    base: str
    browser: Browser
    #: What the browser or the server called an error.
    complaints: list[str] = field(default_factory=list)
    _signed_in: dict[str, StorageState] = field(default_factory=dict)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def sit(self, username: str, width: int = 1366, height: int = 900) -> Page:
        """Somebody signs in at a screen of this size; links and downloads work as in any browser."""
        context = self.browser.new_context(
            base_url=self.base,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            storage_state=self._signed_in.get(username),
        )
        self._contexts.append(context)
        page = on_the_line(context.new_page())
        page.on("pageerror", lambda error: self.complaints.append(f"{username}: {error}"))
        page.on("console", self._heard)
        page.on("response", self._answered)
        if username not in self._signed_in:
            _sign_in(page, username)
            self._signed_in[username] = context.storage_state()
        return page

    def unknown(self, address: str, width: int = 390, height: int = 844) -> Page:
        """Somebody without an account, here or at another system."""
        context = self.browser.new_context(
            base_url=address, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        self._contexts.append(context)
        page = on_the_line(context.new_page())
        page.on("pageerror", lambda error: self.complaints.append(f"{address}: {error}"))
        page.on("console", self._heard)
        page.on("response", self._answered)
        return page

    def rise(self) -> None:
        """Everybody closes the browser."""
        while self._contexts:
            self._contexts.pop().close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _answered(self, response: Response) -> None:
        if response.status >= _FAULT:
            self.complaints.append(f"{response.status} {response.url}")


def _sign_in(page: Page, username: str) -> None:
    page.goto("/account/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.locator("#signin button.btn-primary").click()
    expect(page.locator("#signin")).to_have_count(0)


@dataclass
class Served:
    """`guiju serve` on a copy of the loaded demonstration; `address` says where."""

    folder: Path
    environment: dict[str, str]
    address: str = ""
    _server: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        """Serve a fresh copy; what an earlier one held is gone."""
        self.end()
        home = self.folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.folder / "loaded", home)
        self._server = subprocess.Popen(
            _command("serve", "--port", "0"), env={**self.environment, "GUIJU_HOME": str(home)},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        assert self._server.stdout is not None
        found = re.search(r"http://[\d.:]+", self._server.stdout.readline())
        assert found is not None
        self.address = found[0]

    def end(self) -> None:
        """The server, if one runs, is told to end."""
        if self._server is None:
            return
        self._server.terminate()
        try:
            self._server.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        assert self._server.stdout is not None
        self._server.stdout.close()
        self._server = None


@contextmanager
def served() -> Iterator[Served]:
    """`guiju init --demo`, `guiju demo load`, `guiju serve`, in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="guiju-demo-", ignore_cleanup_errors=True) as folder:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_OWN)}
        environment = {**kept, "PYTHONPATH": str(ROOT / "src")}
        for words in (("init", "--demo"), ("demo", "load")):
            done = subprocess.run(
                _command(*words), env={**environment, "GUIJU_HOME": str(Path(folder) / "loaded")},
                stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
        demonstration = Served(Path(folder), environment)
        try:
            demonstration.begin()
            yield demonstration
        finally:
            demonstration.end()


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "guiju", *words]
