"""Other systems in the demonstration: what one did while it could not ask, and messages that one really receives.

A receiver of the own machine answers while the demonstration is loaded, so that messages go the way they always go.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from guiju.demo import content
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.lib import clock
from guiju.review import late, webhooks
from guiju.review.enums import DeliveryState
from guiju.review.late import Entry
from guiju.review.models import Delivery

#: Where the receiver listens, if nobody else does.
PORT = 8797
ENTRIES = "system ref on kind doing went_on reason"
#: An entry of a journal is at least so old when it is handed in.
_BEFORE = timedelta(hours=1)
Page = Mapping[str, Any]

_listening: list[str] = []


class _Office(BaseHTTPRequestHandler):
    """Takes every message and says so."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nobody reads along."""


@contextmanager
def listening() -> Iterator[None]:
    """While this lasts, messages may go to the receiver, and it answers."""
    server = _server()
    address = f"127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    allowed = settings.WEBHOOK_HOSTS
    settings.WEBHOOK_HOSTS = [*allowed, address]
    _listening.append(f"http://{address}/office")
    try:
        yield
    finally:
        _listening.pop()
        settings.WEBHOOK_HOSTS = allowed
        server.shutdown()
        server.server_close()


def _server() -> ThreadingHTTPServer:
    with suppress(OSError):
        return ThreadingHTTPServer(("127.0.0.1", PORT), _Office)
    return ThreadingHTTPServer(("127.0.0.1", 0), _Office)


def steps(code: str, page: Page, *, today: date, chance: Chance) -> Iterator[Step]:
    """Addresses that are told, and what was told of acts that nobody had asked the gate about."""
    for row in page.get("hooks", ()):
        at = chance.moment(f"{code} hook", content.day(row["made"], today=today))
        yield Step(at, f"{code} hook", _hook(code, row))
    for row in page.get("unasked", ()):
        at = chance.moment(f"{code} unasked", content.day(row["told"], today=today))
        yield Step(at, f"{code} unasked", _tell(code, row, today, chance))


def _hook(code: str, row: Page) -> Any:
    def run(stage: Stage) -> None:
        if _listening:
            webhooks.make(unit=stage.units[code], url=_listening[-1], system=row["system"], by=stage.actor(row["by"]))

    return run


def _tell(code: str, row: Page, today: date, chance: Chance) -> Any:
    """The other system hands in its journal as soon as it reaches the gate again."""

    def run(stage: Stage) -> None:
        entries = [_entry(code, one, today, chance) for one in content.rows(ENTRIES, row["entries"])]
        late.tell(entries=entries, unit=stage.units[code], by=stage.actor(row["by"]))

    return run


def _entry(code: str, one: Mapping[str, str], today: date, chance: Chance) -> Entry:
    # Two days may be moved back to one working day: what is told lies before the telling all the same.
    at = min(chance.moment(f"{code} {one['ref']}", content.day(one["on"], today=today)), clock.now() - _BEFORE)
    return Entry(
        uid=uuid5(NAMESPACE_URL, f"{code} {one['ref']} {one['doing']}"), system=one["system"], ref=one["ref"],
        digest=sha256(f"{one['ref']} {one['doing']}".encode()).hexdigest(), at=at, went_on=one["went_on"] == "是",
        kind=one["kind"], doing=one["doing"], reason=one["reason"],
    )  # fmt: skip


def deliver() -> None:
    """Messages that what happened has made go out, as the worker sends them."""
    if _listening:
        for pk in list(Delivery.objects.filter(state=DeliveryState.WAITING).values_list("pk", flat=True)):
            with suppress(OSError):  # it waits, and goes out again later, as it would for everybody
                webhooks.deliver.func(pk)
