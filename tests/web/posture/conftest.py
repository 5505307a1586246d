"""Programmes that run, and that have ended, beside the draft standard of the firm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import actions, engine
from guiju.posture.models import Adoption
from guiju.posture.programme import in_month
from tests.web.conftest import Firm

YEAR_OF_ACTION = "cn:cq-sasac:2023-7"


@dataclass(slots=True)
class Drive:
    """A programme of one year that counts from the first day of a month."""

    firm: Firm
    pack: Pack

    def runs(self, unit: Unit | None = None) -> Adoption:
        """It begins this month."""
        today = clock.today()
        return self.adopt(unit or self.firm.cast.group, today, today.replace(day=1))

    def ended(self, unit: Unit | None = None) -> Adoption:
        """It was adopted two months ago and ended with that month."""
        then = clock.today() - timedelta(days=60)
        with clock.simulate(noon(then)):
            adoption = self.adopt(unit or self.firm.cast.group, then, in_month(then.year, then.month - 11, 1))
        engine.nightly()
        return adoption

    def adopt(self, unit: Unit, from_on: date, base_date: date) -> Adoption:
        """Answer to it."""
        return actions.adopt(
            unit=unit, pack=self.pack, by=self.firm.by, from_on=from_on, base_date=base_date, reason="Resolution"
        )

    def subsidiary(self, number: int) -> Unit:
        """One more company below the group that takes part."""
        unit = org.create_unit(
            code=f"HD-9{number}",
            name=f"第{number}工程有限公司",
            kind="company",
            parent=self.firm.cast.group,
            by=self.firm.by,
        )
        self.runs(unit)
        return unit


def noon(day: date) -> datetime:
    """A moment of that day."""
    return datetime.combine(day, time(4), tzinfo=UTC)


@pytest.fixture
def drive(firm: Firm) -> Drive:
    """The programme, adopted by nobody yet."""
    return Drive(firm, catalogue.current(YEAR_OF_ACTION))


@pytest.fixture
def cost() -> Callable[[Client, str], int]:
    """How many questions a page asks the database, once everything that is remembered is there."""

    def cost(client: Client, path: str) -> int:
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    return cost
