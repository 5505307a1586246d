"""How a unit would stand to another version of a document, worked out without saving anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs.compare import Difference, Side
from guiju.packs.models import Requirement
from guiju.posture import findings, programme, wiring
from guiju.posture.findings import Finding
from guiju.posture.models import Adoption, Status
from guiju.posture.programme import Terms
from guiju.posture.standing import SEVERITY
from guiju.posture.wiring import Instance, Wiring

#: What somebody has to see to.
RED = frozenset({Status.UNMET, Status.PARTLY, Status.PERSON})


@dataclass(frozen=True, slots=True)
class Turn:
    """One requirement whose answer would be another. `was` is None for what is not asked of the unit now."""

    requirement: Requirement
    formerly: str
    was: Status | None
    becomes: Status
    missing: str

    @property
    def is_worse(self) -> bool:
        """Would ask for work that it does not ask for now."""
        if self.becomes not in RED:
            return False
        return self.was is None or SEVERITY.index(self.becomes) < SEVERITY.index(self.was)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A unit under both versions."""

    unit: Unit
    on: date
    before: Mapping[Status, int]
    after: Mapping[Status, int]
    turns: tuple[Turn, ...]

    @property
    def worse(self) -> list[Turn]:
        """What would turn red, the worst first, else in the document's order."""
        return sorted((turn for turn in self.turns if turn.is_worse), key=lambda turn: SEVERITY.index(turn.becomes))

    @property
    def better(self) -> list[Turn]:
        """What would no longer be open."""
        return [turn for turn in self.turns if not turn.is_worse and turn.was in RED]

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "unit": self.unit.code,
            "on": self.on.isoformat(),
            "before": {status.value: count for status, count in self.before.items()},
            "after": {status.value: count for status, count in self.after.items()},
            "turns": [
                {
                    "id": turn.requirement.code,
                    "id_before": turn.formerly or None,
                    "plain": turn.requirement.plain,
                    "was": turn.was.value if turn.was else None,
                    "becomes": turn.becomes.value,
                    "worse": turn.is_worse,
                    "missing": turn.missing or None,
                }
                for turn in self.turns
            ],
        }


def outlook(unit: Unit, difference: Difference, *, adoption: Adoption | None = None) -> Outlook:
    """The unit's findings of today under both sides. A version that is taken over now counts its periods from now."""
    today = clock.today()
    base = adoption.base_date if adoption else None
    held = Terms(base, adoption.from_on if adoption else today)
    before = findings.read_all(unit, _wiring(difference.a), on=today, terms=held)
    after = findings.read_all(unit, _wiring(difference.b), on=today, terms=Terms(base, today))
    turns = tuple(_turns(difference, before, after))
    return Outlook(unit, today, _counted(before), _counted(after), turns)


def _turns(difference: Difference, before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[Turn]:
    was = {row.code: row.status for row in before}
    rows = {row.code: row for row in difference.b.rows}
    for found in after:
        formerly = difference.formerly.get(found.code, "")
        then = was.get(formerly) if formerly else None
        if then != found.status and not (then is None and found.status == Status.NA):
            yield Turn(rows[found.code], formerly, then, found.status, found.missing)


def _counted(found: Iterable[Finding]) -> dict[Status, int]:
    counts = Counter(row.status for row in found)
    return {status: counts[status] for status in SEVERITY if counts[status]}


def _wiring(side: Side) -> Wiring:
    return wiring.one(side.pack) if side.pack.pk else in_memory(side)


def in_memory(side: Side) -> Wiring:
    """The wiring of a version that is not loaded; its ids are negative, so that nothing recorded belongs to it."""
    instances: dict[str, Instance] = {}

    def known(name: str, params: Mapping[str, Any]) -> int:
        key = wiring.key(name, wiring.canonical(name, params))
        if key not in instances:
            instances[key] = wiring.instance(-1 - len(instances), name, params)
        return instances[key].pk

    rows = [
        wiring.wired_of(row, at, [_place(place, known) for place in row.tests], pk=-1 - at)
        for at, row in enumerate(side.rows)
    ]
    return wiring.assemble(-1, rows, {one.pk: one for one in instances.values()}, programme.calendar(side.pack))


def _place(place: Mapping[str, Any], known: Any) -> tuple[int, ...]:
    refs = place.get("any") or [place]
    return tuple(dict.fromkeys(known(ref["test"], ref.get("params") or {}) for ref in refs))
