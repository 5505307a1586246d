"""The ladder a task climbs: reminders before its deadline, then its owner, the compliance head, the first responsible.

Pure rules on days; `clock` walks them for all open tasks and remembers what was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from guiju.org.enums import Role
from guiju.org.tree import ancestor_paths
from guiju.workflow.days import Calendar
from guiju.workflow.models import Ladder, Step

#: How high an office stands: escalation never goes to somebody's own height or below.
HEIGHTS: Mapping[str, int] = {
    Role.COMPLIANCE_HEAD: 1,
    Role.GENERAL_COUNSEL: 1,
    Role.FIRST_RESPONSIBLE: 2,
    Role.LEGAL_REPRESENTATIVE: 2,
    Role.ACTUAL_CONTROLLER: 2,
}
#: The rungs above the owner, with the height each stands at.
LEVELS = {Step.HEAD: 1, Step.PRINCIPAL: 2}
MOST = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """So many working days before the deadline the owner is reminded, so many after it the others are told."""

    before: tuple[int, ...] = (10, 3, 0)
    head_after: int = 1
    principal_after: int = 5


DEFAULT = Rule()


class Rung(NamedTuple):
    """A step that is reached, and the working days (negative after the deadline) at which it lies."""

    step: Step
    days: int

    @property
    def level(self) -> int:
        """The height it raises a task to."""
        return LEVELS.get(self.step, 0)


def reached(rule: Rule, *, on: date, due: date, born: date, height: int, calendar: Calendar) -> list[Rung]:
    """What the owner should have been told by a day, and the highest rung above him; nothing that lies below those.

    A task that was late when it was made climbs from the day it was made: nobody could have done it earlier.
    """
    if on <= due:
        left = calendar.between(on, due)
        passed = [days for days in rule.before if left <= days]
        if not passed:
            return []
        nearest = min(passed)
        return [Rung(Step.TODAY if nearest == 0 and on == due else Step.SOON, nearest)]
    late = calendar.between(max(due, born), on)
    if late < 1:
        # A weekend after the deadline: nobody hears of it before the owner does, on the next working day.
        return []
    found = [Rung(Step.OVERDUE, -1)]
    if late >= rule.principal_after and height < LEVELS[Step.PRINCIPAL]:
        found.append(Rung(Step.PRINCIPAL, -rule.principal_after))
    elif late >= rule.head_after and height < LEVELS[Step.HEAD]:
        found.append(Rung(Step.HEAD, -rule.head_after))
    return found


def unsent(rungs: Iterable[Rung], sent: Collection[tuple[str, int]], *, level: int) -> list[Rung]:
    """Those of the rungs that were not climbed before.

    A rule may have been changed meanwhile: a rung above the owner counts by its height, not by its days, and of the
    reminders those that lie nearer to the deadline than one already sent.
    """
    nearest = min((days for step, days in sent if step in {Step.SOON, Step.TODAY}), default=None)
    late = any(step == Step.OVERDUE for step, _days in sent)
    found = []
    for rung in rungs:
        if rung.step in LEVELS:
            new = rung.level > level
        elif rung.step == Step.OVERDUE:
            new = not late
        else:
            new = not late and (nearest is None or rung.days < nearest)
        if new:
            found.append(rung)
    return found


class Ladders:
    """The rules of all units that have their own; the nearest above holds."""

    def __init__(self) -> None:
        rows = Ladder.objects.values_list("unit__path", "before", "head_after", "principal_after")
        self._by_path = {path: Rule(tuple(before), head, principal) for path, before, head, principal in rows}

    @property
    def farthest(self) -> int:
        """The most working days before a deadline at which anybody is reminded."""
        return max((days for rule in (DEFAULT, *self._by_path.values()) for days in rule.before), default=0)

    def at(self, path: str) -> Rule:
        """The rule that holds for the unit at this path."""
        if self._by_path:
            for step in reversed(ancestor_paths(path, itself=True)):
                if step in self._by_path:
                    return self._by_path[step]
        return DEFAULT
