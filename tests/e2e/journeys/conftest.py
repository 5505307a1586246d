"""Journeys of whole days: the group as it has grown, and eyes that see what a page gets wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from guiju.access.models import User
from tests.conftest import Cast
from tests.e2e.conftest import Sit
from tests.e2e.journeys import demo as demos
from tests.e2e.journeys import house as houses
from tests.e2e.journeys.demo import Demo, Served
from tests.e2e.journeys.house import House
from tests.e2e.line import nothing_hangs_over

Seat = Callable[..., Page]
Fits = Callable[..., None]
#: A phone, a laptop, a desk.
WIDTHS = (390, 1366, 1920)


@pytest.fixture
def house(cast: Cast) -> House:
    """The group as it is today."""
    return houses.build(cast)


@pytest.fixture
def seat(sit: Sit) -> Iterator[Seat]:
    """Somebody sits down at a screen; anything the browser calls an error fails the journey."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} {message.location.get('url', '')}")

    def down(user: User, *, width: int = 1366, height: int = 768) -> Page:
        page = sit(user, width=width, height=height)
        page.on("console", heard)
        return page

    yield down
    assert complaints == []


@pytest.fixture
def fits() -> Fits:
    """Nothing of the page hangs over the side of a phone, a laptop or a desk."""

    def check(page: Page) -> None:
        before = page.viewport_size
        assert before is not None
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": before["height"]})
            nothing_hangs_over(page)
        page.set_viewport_size(before)

    return check


@pytest.fixture(scope="session")
def demonstration(chromium_path: Path) -> Iterator[Served]:
    """The demonstration, loaded and served once for all its stories."""
    with demos.served() as served:
        yield served


@pytest.fixture
def demo(request: pytest.FixtureRequest, demonstration: Served, browser: Browser) -> Iterator[Demo]:
    """The demonstration for one story; anything the browser or the server calls an error fails it."""
    if getattr(request.node, "execution_count", 1) > 1:
        demonstration.begin()
    found = Demo(demonstration.address, browser)
    yield found
    found.rise()
    assert found.complaints == []
