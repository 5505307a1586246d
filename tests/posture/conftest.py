"""A group that answers to the evaluation standard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import actions, wiring
from guiju.posture.models import Adoption
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast

URN = "cn:casmes:effectiveness-draft"


@dataclass(slots=True)
class Story:
    """The cast, the standard, and short ways to make things happen."""

    cast: Cast
    pack: Pack

    def at(self, *day: int) -> clock.simulate:  # type: ignore[valid-type]
        """The day on which what follows happens."""
        return clock.simulate(datetime(*day, 2, tzinfo=UTC))

    def enter(self, register: str, unit: Unit | None = None, **values: object) -> Entry:
        """Enter a row for the subsidiary; a version of a list is one in force."""
        place = unit or self.cast.sub
        status = "in_force" if register == "list_versions" else ""
        return registers.create(register=register, unit=place, values=values, by=self.cast.house, status=status)

    def person(self, name: str, unit: Unit | None = None) -> Person:
        """Somebody who works there."""
        return org.add_person(unit=unit or self.cast.sub, name=name, by=self.cast.house)

    def sized(self, size: str, unit: Unit | None = None, on: date | None = None) -> None:
        """Set the size class by hand."""
        org.set_attribute(
            unit=unit or self.cast.sub,
            code="size_override",
            value=size,
            from_on=on or date(2024, 1, 1),
            by=self.cast.house,
            reason="for the story",
        )

    def adopt(self, unit: Unit | None = None, pack: Pack | None = None, **more: object) -> Adoption:
        """Answer to the standard, or to another document."""
        return actions.adopt(unit=unit or self.cast.sub, pack=pack or self.pack, by=self.cast.house, **more)


@pytest.fixture
def story(cast: Cast) -> Iterator[Story]:
    """The story stands on 1 June 2026 unless it says otherwise."""
    with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        yield Story(cast, catalogue.current(URN))


DRIVE = "test:drive:2026"
_STAFF = {"test": "appointment.held", "params": {"roles": ["compliance_staff"]}}
_CULTURE = {"test": "training.given", "params": {"culture": True, "months": 18}}


def _when(**given: object) -> dict[str, object]:
    return {"when": {"text": "按文件要求", **given}}


#: What a campaign of half a year asks: code -> columns of its requirement.
ASKED: dict[str, dict[str, object]] = {
    "t01": {"tests": [_STAFF], "extra": _when(due_on="2026-03-31")},
    "t02": {"tests": [{"test": "body.exists", "params": {"kinds": ["department"]}}]},
    "t03": {
        "tests": [{"test": "publicity.made", "params": {}}],
        "extra": _when(cycle="month", day=20, after=1, from_on="2026-02-01"),
    },
    "t04": {"tests": [_CULTURE], "group": "g", "extra": _when(due_on="2026-04-30")},
    "t05": {"tests": [{"test": "publicity.made", "params": {"months": 18}}], "group": "g"},
    "t06": {"judgement": True, "extra": _when(due_on="2026-05-31")},
    "t07": {
        "tests": [{"test": "objective.set", "params": {}}],
        "applies": {"attribute": "has_board", "is": True},
        "extra": _when(due_on="2026-02-28"),
    },
    "t08": {"tests": [_CULTURE, _STAFF], "extra": _when(open=True)},
    "t09": {"tests": [_CULTURE], "addressee": "evaluator"},
}


def drive_pack(urn: str = DRIVE, version: str = "1") -> Pack:
    """The campaign, as the loader would have left it: from 15 January to 30 June 2026, counted from 1 January."""
    header = {
        "programme": {
            "base_date": "2026-01-01",
            "from_on": "2026-01-15",
            "to_on": "2026-06-30",
            "stages": [{"code": "s1", "title": "部署", "from_on": "2026-01-15", "to_on": "2026-02-28"}],
        },
        "sections": [{"code": "1", "title": "任务"}],
    }
    pack = Pack.objects.create(
        urn=urn, version=version, title="合规创建活动", document_status="ended", header=header,
        digest=f"{urn}-{version}", loaded_at=clock.now(),
    )  # fmt: skip
    Requirement.objects.bulk_create(
        Requirement(
            pack=pack, code=code, kind="task", section="1", order=order, source=code, official=code, plain=code,
            force="must", **columns,
        )
        for order, (code, columns) in enumerate(ASKED.items())
    )  # fmt: skip
    wiring.wire(pack)
    return pack


@pytest.fixture
def drive(story: Story) -> Iterator[Pack]:
    """A document that is a programme."""
    catalogue.forget()
    wiring.forget()
    yield drive_pack()
    catalogue.forget()
    wiring.forget()
