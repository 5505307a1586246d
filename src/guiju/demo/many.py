"""The large group of the demonstration: two hundred subsidiaries of ten trades, a hundred records each, made in bulk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction

from guiju.demo import content, story, trades
from guiju.demo.cast import PACK, POSTS
from guiju.demo.stage import Progress, Stage
from guiju.demo.story import Firm
from guiju.demo.when import Chance
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.registers import actions

UNITS = 200
_REGIONS = ("东岭", "西陵渡", "南沚", "北坪", "云汀", "青屿", "白石滩", "长堤", "望潮", "鹿鸣")
_TRADES: Mapping[str, tuple[str, str, dict[str, object]]] = {
    "building": ("市政工程有限公司", "construction", {"staff_count": 180, "revenue": 7200, "total_assets": 6400}),
    "testing": ("工程检测有限公司", "other", {"staff_count": 36}),
    "water": ("水务有限公司", "industry", {"staff_count": 110, "revenue": 2600}),
    "property": ("物业服务有限公司", "property_management", {"staff_count": 160, "revenue": 900}),
    "assets": ("资产管理有限公司", "leasing_services", {"staff_count": 24, "total_assets": 9000}),
    "charging": ("充电服务有限公司", "other", {"staff_count": 14}),
    "transport": ("客运有限公司", "transport", {"staff_count": 330, "revenue": 3600}),
}
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "明强芳丽军洋艳勇杰涛敏静超霞平刚"
_PARTS = {part: post for part, (post, _rank) in POSTS.items()}
_ADOPTING = 0.9
_REASON = "按期集中登记"
Rows = dict[str, list[dict[str, Any]]]


_NUMERALS = "零一二三四五六七八九十"
#: Days before today on which the officers enter what has happened since the last time.
_ROUNDS = (330, 240, 150, 60, 1)


def load(stage: Stage, *, today: date, chance: Chance, progress: Progress | None = None) -> None:
    """A root, ten regional companies and their subsidiaries; everybody adopts but a few."""
    start = chance.moment("many", today - timedelta(days=400))
    waiting: list[tuple[Unit, dict[int, Rows]]] = []
    with clock.simulate(start), transaction.atomic():
        regions = _regions(stage)
    for number in range(UNITS):
        with clock.simulate(start + timedelta(minutes=5 * number)), transaction.atomic():
            waiting.append(_unit(stage, regions[number % len(regions)], number, today=today, chance=chance))
    for back in _ROUNDS:
        at = chance.moment(f"many {back}", today - timedelta(days=back))
        with transaction.atomic():
            for count, (unit, rounds) in enumerate(waiting):
                with clock.simulate(at + timedelta(seconds=9 * count)):
                    for register, rows in rounds.get(back, {}).items():
                        actions.create_many(register=register, unit=unit, rows=rows, by=stage.house, reason=_REASON)
        if progress is not None:
            progress(_ROUNDS.index(back) + 1, len(_ROUNDS), at.date().isoformat())


def _regions(stage: Stage) -> list[Unit]:
    root = org.create_unit(
        code="QG", name="望潮交通水务集团有限公司（演示）", short_name="望潮集团", kind="company", by=stage.house
    )
    return [
        org.create_unit(
            code=f"QG-{number:02}", name=f"{name}投资发展有限公司", kind="company", parent=root, by=stage.house
        )
        for number, name in enumerate(_REGIONS, 1)
    ]


def _unit(stage: Stage, region: Unit, number: int, *, today: date, chance: Chance) -> tuple[Unit, dict[int, Rows]]:
    trade = list(_TRADES)[number % len(_TRADES)]
    suffix, industry, figures = _TRADES[trade]
    code = f"QG-{number % len(_REGIONS) + 1:02}-{number + 1:03}"
    name = f"{_REGIONS[number % len(_REGIONS)]}第{_numeral(number // len(_REGIONS) + 1)}{suffix}"
    unit = org.create_unit(code=code, name=name, kind="company", parent=region, by=stage.house)
    for attribute, value in {"industry": industry, **figures}.items():
        org.set_attribute(unit=unit, code=attribute, value=value, from_on=clock.today(), by=stage.house)
    source = chance.of(code)
    names = _people(stage, unit, source)
    firm = Firm(code, "", today, Chance(code), clock.today(), {**names, "short": name}, source.randrange(40))
    tier = source.choices([1, 2, 3], [2, 4, 6])[0]
    if source.random() < _ADOPTING:
        posture.adopt(unit=unit, pack=catalogue.current(PACK), by=stage.house, reason="集团部署")
    return unit, _rows(trades.lines(trades.Style(trade, tier), firm), firm)


def _numeral(number: int) -> str:
    """Up to twenty, as companies of a region are counted."""
    if number <= 10:
        return _NUMERALS[number]
    return "二十" if number == 20 else f"十{_NUMERALS[number - 10]}"


def _people(stage: Stage, unit: Unit, source: Random) -> dict[str, str]:
    """Eight people with names of their own."""
    names: list[str] = []
    while len(names) < len(_PARTS):
        name = source.choice(_SURNAMES) + source.choice(_GIVEN) + source.choice(_GIVEN)
        if name not in names:
            names.append(name)
    for post, name in zip(_PARTS.values(), names, strict=True):
        org.add_person(unit=unit, name=name, post=post, joined_on=clock.today(), by=stage.house)
    return dict(zip(_PARTS, names, strict=True))


def _rows(lines: list[content.Line], firm: Firm) -> dict[int, Rows]:
    """The rows by round and register, what others refer to first; bulk rows begin in their first state."""
    rounds: dict[int, Rows] = {}
    for line in lines:
        draft = story.read(line, firm)
        if draft is None:
            continue
        needed = {code for move in draft.spec.moves for code in move.needs} if line.own.get("status") else set()
        values = {code: value for code, value in draft.values.items() if code not in needed}
        back = next(back for back in _ROUNDS if (firm.today - draft.on).days >= back)
        grouped = rounds.setdefault(back, {"bodies": [], "risk_list": []})
        grouped.setdefault(line.register, []).append(values)
    return {back: {register: rows for register, rows in grouped.items() if rows} for back, grouped in rounds.items()}
