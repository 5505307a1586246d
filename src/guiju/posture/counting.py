"""How many requirements stand at each status, as pages and the API read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guiju.posture.models import LETTERS, Counts, PackRollup, RollupDay, Status

STATUSES = tuple(LETTERS)
#: What asks nothing today: it does not apply, or its day has not come.
ASKS_NOTHING = frozenset({Status.NA, Status.NOT_DUE})


@dataclass(frozen=True, slots=True)
class Count:
    """How many requirements stand at each status, of how many units."""

    by_status: Mapping[Status, int]
    units: int = 0

    @property
    def applicable(self) -> int:
        """All that ask something today: what does not apply, or is not due yet, is left out."""
        return sum(count for status, count in self.by_status.items() if status not in ASKS_NOTHING)

    @property
    def percent_met(self) -> int | None:
        """Met, of those that ask something, rounded down; None when nothing is asked."""
        return self.by_status[Status.MET] * 100 // self.applicable if self.applicable else None

    def plus(self, other: Count) -> Count:
        """Both together."""
        found = {status: self.by_status[status] + other.by_status[status] for status in STATUSES}
        return Count(found, self.units + other.units)


NOTHING = Count(dict.fromkeys(STATUSES, 0))


def of_row(row: PackRollup | RollupDay) -> Count:
    """A stored roll-up."""
    return Count(_by_status(row), row.units)


def _by_status(row: Counts) -> dict[Status, int]:
    return {status: getattr(row, status.value) for status in STATUSES}


def of_letters(letters: str, units: int) -> Count:
    """Letters of standings."""
    found = Counter(letters)
    return Count({status: found[letter] for status, letter in LETTERS.items()}, units)


def total(counts: Iterable[Count]) -> Count:
    """All together."""
    found = NOTHING
    for count in counts:
        found = found.plus(count)
    return found
