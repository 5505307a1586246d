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
from guiju.packs.models import Pack
from guiju.posture import actions
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
        """Enter a row for the subsidiary."""
        place = unit or self.cast.sub
        return registers.create(register=register, unit=place, values=values, by=self.cast.house)

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

    def adopt(self, unit: Unit | None = None, **more: object) -> Adoption:
        """Answer to the standard."""
        return actions.adopt(unit=unit or self.cast.sub, pack=self.pack, by=self.cast.house, **more)


@pytest.fixture
def story(cast: Cast) -> Iterator[Story]:
    """The story stands on 1 June 2026 unless it says otherwise."""
    with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
        yield Story(cast, catalogue.current(URN))
