"""A real browser at the real server, with Lin signed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from guiju.access.models import User
from tests.conftest import Cast
from tests.e2e.line import nobody_hurries, on_the_line

Sit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """One browser for all journeys."""
    # Playwright's loop runs in this thread; Django would take its own queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=["--no-sandbox"])
        with nobody_hurries():
            yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def sit(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Sit]:
    """Somebody sits down at a screen; a fault of a script or a refused resource fails the journey."""
    complaints: list[str] = []
    contexts = []

    def down(user: User, *, width: int = 1366, height: int = 768) -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        contexts.append(context)
        page = on_the_line(context.new_page())
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None,
        )
        return page

    yield down
    for context in contexts:
        context.close()
    assert complaints == []
