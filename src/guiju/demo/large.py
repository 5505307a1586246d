"""The demonstration for benchmarks: thousands of units, a million records, five documents, and a trail that is true."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from guiju.access import actions as access
from guiju.demo import bulk
from guiju.demo.answering import PACK
from guiju.demo.cast import make_account
from guiju.demo.stage import Progress, Stage
from guiju.demo.when import Chance
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.packs import catalogue
from guiju.posture import duties

UNITS, ENTRIES = 5_000, 1_000_000
_ROUNDS = 8
_BEGIN = timedelta(days=640)
_SPAN = timedelta(days=75)
_REASON = "按期集中登记"
_PROGRAMME, _PLAN = "cn:cq-sasac:2023-7", "cn:bt-sasac:2023-120"
_AUCTION, _PLATFORM = "cn:sh:auction-2023", "cn:samr:platform-draft"
#: Every tenth unit is an auction house, every tenth a platform.
_EVERY, _AUCTIONS, _PLATFORMS = 10, 3, 7
#: Account, role, what it is for.
ACCOUNTS = (
    ("wt-hegui", "compliance_office", "集团合规部门", "五千家单位、一百万条记录：全级次页面、台账、检索有多快"),
    ("wt-boss", "principal", "集团第一责任人", "只看不改：一页看清五千家"),
)


def load(
    stage: Stage, *, today: date, chance: Chance, progress: Progress | None, units: int = UNITS, entries: int = ENTRIES
) -> None:
    """Fill an empty installation: units and people, documents, records in rounds, and the tasks of today."""
    begin = chance.moment("large", today - _BEGIN)
    with clock.simulate(begin):
        _tell(progress, 0, "units")
        made = bulk.tree(units, by=stage.house, attributes=_attributes)
        _tell(progress, 1, "documents")
        _adopt(made, stage, today)
    per_unit = max(entries // units, 1)
    rounds = list(_rounds(today, chance))
    bulk.records(
        per_unit, by=stage.house, rounds=rounds, reason=_REASON,
        progress=lambda done, _total, on: _tell(progress, 1 + done, on),
    )  # fmt: skip
    _accounts(made[0], stage)
    _tell(progress, _STEPS - 1, "tasks")
    duties.sync()
    _tell(progress, _STEPS, "posture")


_STEPS = _ROUNDS + 3


def _tell(progress: Progress | None, done: int, what: str) -> None:
    if progress is not None:
        progress(done * 10, _STEPS * 10, what)


def _attributes(number: int) -> Mapping[str, Any]:
    """What the documents branch on."""
    source = random.Random(number)  # noqa: S311 - variety, not secrecy
    platform = number % _EVERY == _PLATFORMS
    return {
        "state_owned": True,
        "group_headquarters": number == 0,
        "has_board": source.random() < 0.5,
        "single_business": source.random() < 0.6,
        "has_general_counsel": source.random() < 0.1,
        "has_overseas_business": source.random() < 0.05,
        "promoted_management": 0 < number < 8,
        "issues_bonds": source.random() < 0.1,
        "is_platform": platform,
        **({"telecom_licence": True} if platform else {}),
    }


def _adopt(made: list[Unit], stage: Stage, today: date) -> None:
    """Everybody the documents for state-owned firms and for small ones; a tenth each those for one trade."""
    year = date(today.year, 1, 1)
    campaign = _months_before(today, 5)
    start = clock.today()
    for urn, base, units in (
        (PACK, None, made),
        (_PLAN, year.replace(year=year.year - 1), made),
        (_PROGRAMME, year, made),
        (_AUCTION, campaign, made[_AUCTIONS::_EVERY]),
        (_PLATFORM, None, made[_PLATFORMS::_EVERY]),
    ):
        bulk.adopt(
            [catalogue.current(urn)], units=units, by=stage.house, base_date=base, from_on=base or start,
            reason="集团部署",
        )  # fmt: skip


def _months_before(today: date, back: int) -> date:
    first = today.replace(day=1)
    for _step in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _rounds(today: date, chance: Chance) -> Iterator[bulk.Round]:
    """So many evenings on which the officers enter what has happened since the last one."""
    for number in range(_ROUNDS):
        on = today - timedelta(days=1) - _SPAN * (_ROUNDS - 1 - number)
        yield bulk.Round(chance.moment(f"large {number}", on), on - _SPAN, on - timedelta(days=1))


def _accounts(root: Unit, stage: Stage) -> None:
    people = list(Person.objects.filter(unit=root).order_by("pk"))
    for (username, role, _title, _see), person in zip(ACCOUNTS, people, strict=False):
        user = make_account(username, person.name, by=stage.house)
        access.grant(user=user, role=role, unit=root, by=stage.house, reason="演示账号", with_subtree=True)
        org.link_account(person=person, user=user, by=stage.house)
