"""Loads the demonstration: the real actions, at the moments at which they would have been taken."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from guiju.demo import cast, content, large, many, nights, outside, rulebook, samples, story, trades, zeroreports
from guiju.demo.content import Line
from guiju.demo.stage import Progress, Stage, Step, play
from guiju.demo.story import Firm
from guiju.demo.when import Chance
from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem
from guiju.org.models import Person, Unit
from guiju.posture import engine, lateness
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.models import Log

SCALES = ("small", "group", "large")
CHANCE = Chance("guiju")
_LANGUAGE = "zh-hans"
#: Until then units, people and documents are being entered.
_SETTLING = timedelta(days=20)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration, as the sign-in page shows it."""

    username: str
    password: str
    name: str
    role_text: str
    unit: str
    what_to_see: str
    #: The firm or group it belongs to, and its place among those to try first (0: later).
    firm: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was loaded."""

    accounts: list[DemoAccount]
    units: int
    entries: int
    seconds: float
    samples: list[Path]


def accounts() -> list[DemoAccount]:
    """The accounts of the demonstration; they exist once it is loaded."""
    found: list[DemoAccount] = []
    for name in (*cast.FIRMS, "regulators"):
        firm = content.load(f"firms/{name}.yaml")
        names = {row["code"]: row["name"] for row in cast.sub_units(firm)}
        names |= {row[0]: row[1] for row in content.cells(firm.get("authorities", ""))}
        names |= {str(firm["code"]): str(firm["name"])} if "name" in firm else {}
        found += [
            DemoAccount(
                username=row["username"],
                password=cast.PASSWORD,
                name=row["person"],
                role_text=row["role_text"],
                unit=names[row["unit"]],
                what_to_see=row["what_to_see"],
                firm=str(firm["name"]) if "name" in firm else names[row["unit"]],
                turn=cast.FIRST.index(row["username"]) + 1 if row["username"] in cast.FIRST else 0,
            )
            for row in cast.account_rows(name)
        ]
    return found


def run(
    scale: str = "small",
    progress: Progress | None = None,
    *,
    units: int = large.UNITS,
    entries: int = large.ENTRIES,
) -> DemoSummary:
    """Fill an empty demo installation; refuses any other. `units` and `entries` are for the large one."""
    if scale not in SCALES:
        raise Problem(
            "demo.scale",
            _("There is no demo of the size “%(scale)s”.") % {"scale": scale},
            fix=_("Choose one of: %(scales)s.") % {"scales": ", ".join(SCALES)},
        )
    began = time.monotonic()
    stage = Stage()
    _require_demo(stage)
    with translation.override(_LANGUAGE):
        if scale == "large":
            found, written = _large(stage, progress, units=units, entries=entries), []
        else:
            _small(stage, progress, with_group=scale == "group")
            found, written = accounts(), _samples(Path(settings.HOME) / "samples")
        trail.checkpoint()
    seconds = round(time.monotonic() - began, 1)
    return DemoSummary(found, Unit.objects.count(), Entry.objects.count(), seconds, written)


def _small(stage: Stage, progress: Progress | None, *, with_group: bool) -> None:
    """The firms of the content files, their history and their posture."""
    today = clock.today()
    with outside.listening(), transaction.atomic():  # all of it, or nothing
        play(steps(today=today), stage, progress)
        if with_group:
            with engine.deferred():
                many.load(stage, today=today, chance=CHANCE, progress=progress)
    engine.full()


def _large(stage: Stage, progress: Progress | None, *, units: int, entries: int) -> list[DemoAccount]:
    """One group in bulk; too much for one transaction, so what breaks off is thrown away with its folder."""
    with engine.deferred():
        large.load(stage, today=clock.today(), chance=CHANCE, progress=progress, units=units, entries=entries)
    engine.full()
    lateness.keep(clock.today())
    root = Unit.objects.get(parent=None)
    names = dict(Person.objects.filter(unit=root).exclude(user=None).values_list("user__username", "name"))
    return [
        DemoAccount(username, cast.PASSWORD, names[username], title, root.name, see, firm=root.name, turn=number)
        for number, (username, _role, title, see) in enumerate(large.ACCOUNTS, 1)
    ]


def _samples(folder: Path) -> list[Path]:
    """What a newcomer may try: a risk list of the smallest firm, the stock of rules of the group."""
    return [samples.write(folder), samples.write_stock(folder, firm=content.load("firms/group.yaml")["name"])]


def _require_demo(stage: Stage) -> None:
    log = Log.objects.first() or trail.open_log(by=stage.house, origin="DEMO guiju")
    if not log.is_demo:
        raise Problem(
            "demo.real",
            _("This installation keeps real records; invented ones are not mixed in."),
            fix=_("Make one in a folder of its own: GUIJU_HOME=... guiju init --demo"),
            status=409,
        )
    if Unit.objects.exists():
        raise Conflict(
            _("There are units in this installation already."),
            fix=_("Load the demo into an empty installation: GUIJU_HOME=... guiju init --demo"),
            code="demo.not_empty",
        )


def steps(*, today: date) -> list[Step]:
    """All steps of the small demonstration."""
    found: list[Step] = []
    for name in cast.FIRMS:
        found += cast.firm_steps(name, today=today, chance=CHANCE)
        for firm, lines in firms(name, today=today):
            found += story.steps(lines, firm)
            found += zeroreports.steps(lines, firm)
    found += cast.firm_steps("regulators", today=today, chance=CHANCE)
    found += nights.steps(since=_since(today), today=today)
    return found


def _since(today: date) -> date:
    """When the story has begun for everybody who was there first."""
    return min(content.day(content.load(f"firms/{name}.yaml")["begin"], today=today) for name in cast.FIRMS) + _SETTLING


def firms(name: str, *, today: date) -> Iterator[tuple[Firm, list[Line]]]:
    """The firms of one file with all their rows: the root, then the units below it."""
    file = content.load(f"firms/{name}.yaml")
    begin = content.day(file["begin"], today=today)
    firm = Firm(file["code"], file["by"], today, Chance(file["code"]), begin, {"short": file["short_name"]})
    found: list[Line] = []
    for part in (f"firms/{name}.yaml", *(f"firms/{part}.yaml" for part in file.get("parts", ()))):
        page = content.load(part)
        made = content.lines(page.get("tables", ()), today=today, chance=firm.chance)
        for line in made:
            line.own.setdefault("by", page.get("by", file["by"]))
        content.attach(made, page.get("after", ""))
        content.sweep(made, page.get("sweeps", ()), chance=firm.chance)
        content.join(found, made, part)
        content.join(found, list(_commitments(page.get("commitments", ()), file, firm)), part)
    rulebook.count(found, firm)
    yield firm, found
    for row in cast.sub_units(file):
        if "style" in row:
            yield _subsidiary(row, file, today)


def _subsidiary(row: dict[str, str], file: Mapping[str, Any], today: date) -> tuple[Firm, list[Line]]:
    own = [account["username"] for account in cast.account_rows("group") if account["unit"] == row["code"]]
    officer = next((name for name in own if not name.endswith("-guo")), file["by"])
    names = {**cast.cast_of(file)[row["code"]], "short": row["short"]}
    begin = content.day(file["begin"], today=today)
    firm = Firm(row["code"], officer, today, Chance(row["code"]), begin, names, int(row.get("shift", 0)))
    since = content.day(row["adopt"], today=today) - timedelta(days=60) if "adopt" in row else None
    style = trades.Style(
        row["style"], int(row["tier"]), since, row["code"] in file["state"].split(), _without(file, row["code"])
    )
    found = trades.lines(style, firm)
    if style.tier >= trades.MIDDLE:
        page = [{"version_name": "合规承诺书", "when": "m-10+9", "spread": 20, "valid": 365}]
        found += _commitments(page, {**file, "code": row["code"]}, firm)
    _enter_late(found, file["late"], firm)
    rulebook.count(found, firm)
    return firm, found


def _without(file: Mapping[str, Any], code: str) -> frozenset[str]:
    """The registers that a unit does not keep."""
    return frozenset(str(file.get("without", {}).get(code, "")).split())


def _commitments(rounds: Sequence[Mapping[str, Any]], file: Mapping[str, Any], firm: Firm) -> Iterator[Line]:
    """Who signed: everybody who was there, on days of his own; one in twelve never got round to it."""
    everybody = [person for person in cast.people(file, today=firm.today) if person["unit"] == file["code"]]
    ranks = {"leader": "决策层和高级管理层", "manager": "管理人员", "employee": "员工"}
    for number, page in enumerate(rounds):
        begin = firm.day(str(page["when"]))
        for person in everybody:
            key = f"CN-{number}-{person['name']}"
            source = firm.chance.of(key)
            leads = person["rank"] == "leader"
            on = max(begin + timedelta(days=0 if leads else source.randrange(page["spread"])), person["joined"])
            left = person["left"]
            if (left and left <= on) or (not leads and source.random() < 1 / 12):
                continue
            values = {
                "person": person["name"], "rank": ranks[person["rank"]], "version_name": page["version_name"],
                "way": "纸质" if leads else "在线", "signed_on": on.isoformat(), "valid_to": f"+{page['valid']}",
                "archive": f"{firm.code}-CN{number + 1}-{everybody.index(person) + 1:03}",
            }  # fmt: skip
            own = {"lag": str(page["lag"] + source.randrange(9))} if "lag" in page else {}
            yield Line(key, "commitments", values, own)


def _enter_late(lines: list[Line], late: Mapping[str, Any], firm: Firm) -> None:
    """One unit's rows of several months, entered in one evening before the group came to look."""
    if late["unit"] != firm.code:
        return
    first, last = firm.day(late["from"]), firm.day(late["to"])
    chosen = [line for line in lines if line.register in late["registers"] and first <= _on(line, firm) <= last]
    for line in chosen[: late["count"]]:
        line.own |= {"lag": late["recorded"], "evening": "是"}


def _on(line: Line, firm: Firm) -> date:
    return firm.day(str(line.values[specs.get(line.register).happened]))
