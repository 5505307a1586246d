"""The line between a browser and the server, and how long a story waits at it.

GUIJU_SLOW_LINE=500 lets every answer come half a second later. A story that fails then did not wait for what it looks
at, or the page lets somebody click on what is not ready: it would fail now and then on a busy machine too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

#: Milliseconds until what a story waits for is missing. The browser shares two cores with every other test.
PATIENCE = 60_000
#: A page that changed its width lays itself out: so many looks at it, milliseconds between them.
_LOOKS, _BETWEEN = 50, 100
#: What hands do to a page.
_DEEDS = ("check", "click", "fill", "press", "press_sequentially", "select_option", "set_input_files")


@contextmanager
def nobody_hurries() -> Iterator[None]:
    """Whoever does something to a page waits until its scripts are there, as a person does who sees it appear.

    The browser shows a page, and takes clicks, before that; on a busy machine the moment between is long enough for a
    story to click a button that does nothing yet.
    """
    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as change:
        for kind in (Page, Locator):
            for deed in filter(partial(hasattr, kind), _DEEDS):
                change.setattr(kind, deed, _when_ready(getattr(kind, deed)))
        yield


def _when_ready(deed: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(deed)
    def done(at: Page | Locator, *words: Any, **named: Any) -> Any:
        (at if isinstance(at, Page) else at.page).wait_for_load_state("domcontentloaded")
        return deed(at, *words, **named)

    return done


def on_the_line(page: Page) -> Page:
    """The page, with patience and the line that GUIJU_SLOW_LINE asks for (milliseconds)."""
    page.set_default_timeout(PATIENCE)
    delay = int(os.environ.get("GUIJU_SLOW_LINE") or 0)
    if not delay:
        return page
    wire = page.context.new_cdp_session(page)

    def line(offline: bool = False) -> None:
        wire.send(
            "Network.emulateNetworkConditions",
            {"offline": offline, "latency": delay, "downloadThroughput": -1, "uploadThroughput": -1},
        )

    wire.send("Network.enable")
    line()
    page.context.set_offline = line  # type: ignore[method-assign] # Playwright's own would end our line
    return page


def nothing_hangs_over(page: Page) -> None:
    """Nothing of the page, once it is laid out, is wider than its screen."""
    page.wait_for_load_state()
    for _ in range(_LOOKS):
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over <= 0:
            return
        page.wait_for_timeout(_BETWEEN)
    pytest.fail(f"{over} pixels hang over the side of {page.viewport_size} at {page.url}", pytrace=False)
