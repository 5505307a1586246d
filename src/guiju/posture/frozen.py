"""How units stood on a day that is over: what had happened and was recorded by then, for many units at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice

from guiju.posture import asking, reading, standing, wiring
from guiju.posture.asking import Answer
from guiju.posture.evidence.base import DAY
from guiju.posture.models import Status
from guiju.posture.programme import Terms

CHUNK = 250
#: A unit and a pack it answered to.
Place = tuple[int, int]


def letters(asked: Mapping[Place, Terms], *, on: date, over: bool = False) -> dict[Place, str]:
    """The standings of units to packs at the end of a day, as `Standing.statuses` would have held them.

    `over` says that it was the last day of their programmes: what was due on it is no longer to come.
    """
    by_unit: dict[int, dict[int, Terms]] = {}
    for (unit, pack), terms in asked.items():
        by_unit.setdefault(unit, {})[pack] = terms
    found: dict[Place, str] = {}
    units = iter(sorted(by_unit))
    while chunk := list(islice(units, CHUNK)):
        found |= _letters({unit: by_unit[unit] for unit in chunk}, on, on + DAY if over else on)
    return found


def _letters(asked: Mapping[int, Mapping[int, Terms]], on: date, due_day: date) -> dict[Place, str]:
    past = reading.end_of_day(on)
    wirings = wiring.of({pack for packs in asked.values() for pack in packs})
    about = standing.circumstances(asked, on=on, recorded_by=past)
    instances = {pk: instance for each in wirings.values() for pk, instance in each.instances.items()}
    questions = {
        unit: [
            instances[pk]
            for pk in sorted({pk for pack in packs for pk in standing.profile(wirings[pack], about[unit]).instances})
        ]
        for unit, packs in asked.items()
    }
    facts = asking.facts(questions, about, on, past)
    judged = standing.judged(asked, on=on, recorded_by=past)
    nothing: dict[int, Answer] = {}
    found: dict[Place, str] = {}
    for unit, packs in asked.items():
        statuses = {
            instance.pk: Status(asking.answer(instance, facts[unit], on, nothing)["s"]) for instance in questions[unit]
        }
        for pack, terms in packs.items():
            dues = wirings[pack].dues(terms)
            read = standing.read(wirings[pack], about[unit], statuses, judged.get(unit, {}), dues=dues, on=due_day)
            found[unit, pack] = standing.letters(read)
    return found


def by_day(asked: Iterable[tuple[Place, Terms, date]]) -> dict[Place, tuple[str, date]]:
    """The letters of several places whose programmes have ended, each as of its own last day."""
    days: dict[date, dict[Place, Terms]] = {}
    for place, terms, on in asked:
        days.setdefault(on, {})[place] = terms
    return {
        place: (found, on)
        for on, places in sorted(days.items())
        for place, found in letters(places, on=on, over=True).items()
    }
