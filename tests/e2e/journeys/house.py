"""The group of the journeys: four companies that answer to two or three documents since most of a year.

钱立 leads the group and is chairman of its subsidiary 华东路桥 too, where 梅影 keeps the compliance office and one thing
has been late for months. 华东置业 has begun early, so it stands best. Every day counts from today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from guiju.access.models import User
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture import duties, recorded
from guiju.posture.programme import in_month
from guiju.registers import actions as registers
from guiju.workflow import clock as ladder
from tests.conftest import Cast
from tests.web.conftest import URN, medium

YEAR, PLAN = "cn:cq-sasac:2023-7", "cn:bt-sasac:2023-120"
NAMES = {
    YEAR: "市属国有重点企业“合规体系建设强化年”专项行动方案",
    PLAN: "市属国有企业合规管理工作方案（2023—2025年）",
    URN: "中小企业合规管理体系有效性评价",
}
_PLAIN = {
    "state_owned": True,
    "single_business": False,
    "promoted_management": False,
    "has_overseas_business": False,
    "has_general_counsel": False,
    "issues_bonds": False,
}


@dataclass(slots=True)
class House:
    """The cast with offices, documents and a past."""

    cast: Cast
    best: Unit
    qian: Person
    mei: Person
    base: date
    points: list[date] = field(default_factory=list)

    @property
    def companies(self) -> tuple[Unit, ...]:
        """Everybody who answers to something, from the top."""
        return self.cast.group, self.cast.sub, self.cast.grandchild, self.best

    def record(self, register: str, unit: Unit, **values: Any) -> None:
        """One row."""
        registers.create(register=register, unit=unit, values=values, by=self.cast.house)


def build(cast: Cast) -> House:
    """Half a year of a group, told in the order of time."""
    today = clock.today()
    # Ten months back: the year of action still runs, whatever today is, and its first dates have passed.
    base = in_month(today.year, today.month - 10, 1)
    with _on(base + timedelta(days=60)):
        found = _people(cast, base)
        _offices(found)
    with _on(base + timedelta(days=95)):
        _adopt(found)
    with _on(today - timedelta(days=70)):
        _organise(found, found.best)
    with _on(today - timedelta(days=35)):
        _organise(found, cast.group)
        _teach(found, found.best)
    for days in (30, 3):
        with _on(today - timedelta(days=days)):
            duties.nightly()
            ladder.run()
    found.points = [today - timedelta(days=days) for days in (90, 60, 30)]
    recorded.backfill(found.points)
    return found


def _on(day: date) -> Any:
    """What follows happens at ten in the morning of this day."""
    return clock.simulate(datetime(day.year, day.month, day.day, 10, tzinfo=clock.SHANGHAI))


def _people(cast: Cast, base: date) -> House:
    best = org.create_unit(code="HD-02", name="华东置业有限公司", kind="company", parent=cast.group, by=cast.house)
    for unit in (cast.group, cast.sub, cast.grandchild, best):
        medium(unit, cast.house)
        for code, value in {**_PLAIN, "group_headquarters": unit == cast.group}.items():
            org.set_attribute(unit=unit, code=code, value=value, from_on=date(2024, 1, 1), by=cast.house)
    qian = _person(cast, cast.group, "钱立", "董事长", cast.qian)
    mei = _person(cast, cast.sub, "梅影", "合规部经理", cast.mei)
    return House(cast, best, qian, mei, base)


def _person(cast: Cast, unit: Unit, name: str, post: str, user: User) -> Person:
    User.objects.filter(pk=user.pk).update(name=name)
    person = org.add_person(unit=unit, name=name, post=post, by=cast.house)
    return org.link_account(person=person, user=user, by=cast.house)


def _offices(house: House) -> None:
    held: Mapping[Unit, Mapping[str, Person]] = {
        house.cast.group: {"first_responsible": house.qian},
        house.cast.sub: {"first_responsible": house.qian, "compliance_head": house.mei},
    }
    for unit, roles in held.items():
        for role, person in roles.items():
            house.record(
                "appointments",
                unit,
                role=role,
                person=str(person.uid),
                from_on=house.base + timedelta(days=30),
                document="董事会第2号决议",
            )


def _adopt(house: House) -> None:
    asked = {
        YEAR: (house.cast.group, house.cast.sub, house.best),
        PLAN: house.companies,
        URN: (house.cast.sub,),
    }
    for urn, units in asked.items():
        for unit in units:
            posture.adopt(
                unit=unit,
                pack=catalogue.current(urn),
                by=house.cast.house,
                mode="mandatory",
                from_on=house.base + timedelta(days=95),
                base_date=None if urn == URN else house.base,
                reason="国资监管机构部署",
            )


def _organise(house: House, unit: Unit) -> None:
    """Bodies, the rules that set them up, and a first joint meeting."""
    today = clock.today()
    chair = str(house.qian.uid)
    for kind, name in (("committee", "合规管理委员会"), ("department", "合规管理部")):
        house.record(
            "bodies", unit, name=name, kind=kind, from_on=today - timedelta(days=3), document="董事会第5号决议",
            duties_written=True, duties="统筹合规管理",
        )  # fmt: skip
    for number, (mechanism, name) in enumerate((("organisation", "合规管理办法"), ("coordination", "协同办法")), 1):
        house.record(
            "policies", unit, number=f"合规〔{today.year}〕{number}号", name=name, level="basic", mechanism=mechanism,
            method=True, process=True, issued_on=today - timedelta(days=2),
        )  # fmt: skip
    house.record(
        "meetings", unit, subject="合规联席会议", topic="joint_meeting", held_on=today - timedelta(days=1),
        chaired_by=chair, attended=8, minutes_number="合纪1号", has_resolution=True,
    )  # fmt: skip


def _teach(house: House, unit: Unit) -> None:
    today = clock.today()
    for number, audience in enumerate(("all", "managers"), 1):
        house.record(
            "trainings", unit, topic=f"合规培训第{number}期", audience=audience, held_on=today - timedelta(days=number),
            due=40, attended=39,
        )  # fmt: skip


def cn_date(day: date) -> str:
    """As pages write it, without the day of the week."""
    return f"{day.year}年{day.month}月{day.day}日"
