"""What stories about stocks of rules share: files, a stock that is read, people who look through it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from guiju.demo import stockfiles
from guiju.governance.intake import actions, queries, reading
from guiju.governance.intake.lines import Line
from guiju.governance.intake.receiving import Upload
from guiju.governance.models import Intake
from guiju.lib import clock
from tests.conftest import Cast


def rule(name: str, *, day: str = "2022年3月1日", number: str = "", more: tuple[str, ...] = ()) -> list[str]:
    """The words of a short rule of its own."""
    core = name.removesuffix("办法").removesuffix("制度").removesuffix("规定")
    return [
        name,
        *([number] if number else []),
        "第一章 总则",
        f"第一条 为规范{core}，防范风险，制定本办法。",
        f"第二条 {core}应当依法合规、权责清晰。",
        f"第三条 各部门按照分工负责{core}的日常工作。",
        *more,
        f"第四条 本办法自{day}起施行。",
    ]


def word(name: str, *, folder: str = "", file: str = "", **about: Any) -> Upload:
    """The same as a Word file."""
    return Upload(file or f"{name}.docx", BytesIO(stockfiles.docx(rule(name, **about))), folder)


def raw(name: str, data: bytes, folder: str = "") -> Upload:
    """A file with these bytes."""
    return Upload(name, BytesIO(data), folder)


def empty(cast: Cast, name: str = "2022年底制度清理") -> Intake:
    """Mei begins a stock of the subsidiary."""
    return actions.begin(unit=cast.sub, name=name, cutoff_on=date(2022, 12, 31), by=cast.actor(cast.mei))


def read(cast: Cast, *uploads: Upload) -> Intake:
    """And its files are read."""
    intake = empty(cast)
    actions.add(intake=intake, uploads=uploads, by=cast.actor(cast.mei))
    reading.read(intake, by=cast.actor(cast.mei))
    return fresh(intake)


def fresh(intake: Intake) -> Intake:
    """As it stands now."""
    return Intake.objects.select_related("unit").get(pk=intake.pk)


def line(intake: Intake, ordinal: int) -> Line:
    """One file of it."""
    return next(one for one in queries.lines_of(intake) if one.item.ordinal == ordinal)


def settle(cast: Cast, intake: Intake, ordinal: int, **values: Any) -> None:
    """Mei settles a file."""
    item = queries.find_file(intake, ordinal)
    actions.settle(item=item, values=values, version=item.version, by=cast.actor(cast.mei))


def confirm(cast: Cast, intake: Intake) -> Intake:
    """Mei takes the stock over."""
    now = fresh(intake)
    return actions.confirm(intake=now, version=now.version, year=clock.today().year, by=cast.actor(cast.mei))
