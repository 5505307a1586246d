"""A firm with something to put away: appointments with files, a training entered late, a list brought in at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from guiju.access.actor import Actor
from guiju.files import store
from guiju.governance.archive import making
from guiju.governance.archive.counting import Span
from guiju.governance.models import Archive
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))


def this_year() -> Span:
    """For what is entered today; the records of the stories are of 2026."""
    year = clock.today().year
    return Span(date(year, 1, 1), date(year, 12, 31))


LETTER = "%PDF-1.4\n关于任命合规负责人的通知\n%%EOF\n".encode()


def attach(content: bytes, name: str, by: Actor) -> list[dict[str, Any]]:
    stored = store.save(content, name=name, by=by)
    return [{"digest": stored.digest, "name": name, "size": stored.size, "media_type": stored.media_type}]


def enter(register: str, unit: Unit, by: Actor, **values: Any) -> Entry:
    return registers.create(register=register, unit=unit, values=values, by=by)


def appoint(cast: Cast, *, by: Actor | None = None, name: str = "任命通知.pdf", content: bytes = LETTER) -> Entry:
    who = by or cast.actor(cast.mei)
    return enter(
        "appointments", cast.sub, who, role="compliance_head", person=str(cast.wang.uid), from_on="2024-03-01",
        document="路桥〔2024〕5号", files=attach(content, name, who),
    )  # fmt: skip


def train(unit: Unit, by: Actor, *, topic: str = "反商业贿赂", on: str = "2026-02-03", **more: Any) -> Entry:
    return enter("trainings", unit, by, topic=topic, held_on=on, audience="all", **more)


def bring_in(unit: Unit, by: Actor, count: int = 5) -> None:
    """Some rows at once, as an import enters them: one event for all."""
    rows = [{"subject": f"合规宣传第 {n} 期", "kind": "internal", "published_on": "2026-03-01"} for n in range(count)]
    registers.create_many(register="publicity", unit=unit, rows=rows, by=by)


def furnish(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    appoint(cast)
    train(cast.sub, by)
    bring_in(cast.sub, by)


def made(cast: Cast, *, by: Actor | None = None, span: Span = YEAR, codes: tuple[str, ...] = ()) -> Archive:
    who = by or cast.actor(cast.mei)
    asked = making.begin(unit=cast.sub, span=span, by=who, codes=codes, background=False)
    return making.make(asked, by=who)


def path_of(archive: Archive) -> Path:
    return store.path_of(archive.digest)
