"""What many pages are about: a group whose units have adopted a document, with a few records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.test import Client

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import actions as posture
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast, english
from tests.plugins.stages import staged

URN = "cn:casmes:effectiveness-draft"


@dataclass(slots=True)
class Firm:
    """The cast at work: the document that group and subsidiary have adopted, and ways to enter records."""

    cast: Cast
    pack: Pack
    by: Actor
    zhou: Person

    def page(self, path: str, user: str = "lin") -> str:
        """The page in English, as one of the cast sees it."""
        answer = english(self.client(user)).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    def client(self, user: str = "lin") -> Client:
        """A browser of one of the cast."""
        return self.cast.client(getattr(self.cast, user))

    def rectification(self, *, days: int, unit: Unit | None = None, problem: str = "Seal lent without entry") -> Entry:
        """A rectification due so many days from today."""
        due_on = clock.today() + timedelta(days=days)
        return registers.create(
            register="rectifications",
            unit=unit or self.cast.group,
            values={
                "number": f"R-{Entry.objects.count()}",
                "problem": problem,
                "source": "self_check",
                "found_on": min(due_on, clock.today()) - timedelta(days=30),
                "due_on": due_on,
                "owner": str(self.zhou.uid),
            },
            by=self.by,
        )

    def body(self, *, unit: Unit | None = None) -> Entry:
        """The committee that the first indicator asks for."""
        return registers.create(
            register="bodies",
            unit=unit or self.cast.group,
            values={
                "name": "合规管理委员会",
                "kind": "committee",
                "from_on": clock.today() - timedelta(days=40),
                "document": "关于成立合规管理委员会的通知",
            },
            by=self.by,
        )


def medium(unit: Unit, by: Actor) -> None:
    """The figures of a medium construction firm with a board."""
    figures = {
        "industry": "construction",
        "revenue": 30_000,
        "total_assets": 30_000,
        "staff_count": 300,
        "has_board": True,
    }
    for code, value in figures.items():
        org.set_attribute(unit=unit, code=code, value=value, from_on=date(2024, 1, 1), by=by)


@staged
def firm(cast: Cast) -> Firm:
    """Group and subsidiary answer to the draft standard since last year."""
    pack = catalogue.current(URN)
    by = cast.actor(cast.lin)
    for unit in (cast.group, cast.sub):
        medium(unit, by)
        posture.adopt(unit=unit, pack=pack, by=by, from_on=date(2025, 1, 1), reason="Board resolution 3")
    zhou = org.add_person(unit=cast.group, name="周敏", post="合规部经理", by=by)
    return Firm(cast, pack, by, zhou)
