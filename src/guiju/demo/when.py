"""Days and names of periods in the demonstration's content, counted back from today.

`m-7+20` the 20th of the month seven months ago, `q-2+10` the tenth day of the quarter two quarters ago, `y-1+40` the
40th day of last year, `d-33` 33 days ago, `+30` 30 days after the row's own day. In texts `{pq}` is the quarter
before the row's day, `{m}` its month, and so on.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from guiju.lib import calendar, clock, period

DAY = timedelta(days=1)
_SPEC = re.compile(r"(?:(?P<unit>[dmqy])(?P<back>[+-]\d+))?(?P<days>[+-]\d+)?")
_PLACE = re.compile(r"\{(\w+)\}")
_KINDS = {"m": "month", "q": "quarter", "h": "half", "y": "year"}


def is_spec(text: str) -> bool:
    """Is this one of our days?"""
    return bool(text) and _SPEC.fullmatch(text) is not None


def resolve(spec: str, *, today: date, base: date | None = None, working: bool = True) -> date:
    """The day; moved back to a working day unless told otherwise, but never before `base`."""
    match = _SPEC.fullmatch(spec.strip())
    if match is None or not spec.strip():
        raise ValueError(f"not a day: {spec!r}")
    days = int(match["days"] or 0)
    if match["unit"] is None:
        if base is None:
            raise ValueError(f"a day counted from nothing: {spec!r}")
        found = base + timedelta(days=days)
    elif match["unit"] == "d":
        found = today + timedelta(days=int(match["back"]) + days)
    else:
        found = _start(match["unit"], int(match["back"]), today) + timedelta(days=max(days - 1, 0))
    if working and base is None:
        return workday_before(found)
    if working and days > 0 and base is not None:
        before = workday_before(found)
        return before if match["unit"] else max(base, before)
    return found


def _start(unit: str, back: int, today: date) -> date:
    step = period.of(today, _KINDS[unit])
    for _count in range(abs(back)):
        step = step.previous if back < 0 else step.next
    return step.start


def workday_before(on: date) -> date:
    """The day itself if it is worked, else the last worked day before it."""
    while not calendar.is_working_day(on):
        on -= DAY
    return on


def period_code(word: str, on: date) -> str:
    """`q`, `pm` ... to `2026Q3`, `2026-09`; anything else stands."""
    found = _period(word, on)
    return str(found) if found else word


def _period(word: str, on: date) -> period.Period | None:
    before, kind = word.startswith("p"), _KINDS.get(word.removeprefix("p"))
    if kind is None:
        return None
    found = period.of(on, kind)
    return found.previous if before else found


def fill(text: str, on: date, **more: str) -> str:
    """The text with its periods and names; an unknown place is a mistake in the content."""

    def put(match: re.Match[str]) -> str:
        word = match[1]
        if word in more:
            return more[word]
        found = _period(word, on)
        if found is not None:
            return found.chinese
        if word in {"year", "month", "day"}:
            return str(getattr(on, word))
        raise ValueError(f"no such place: {{{word}}} in {text[:40]!r}")

    return _PLACE.sub(put, text)


@dataclass(frozen=True, slots=True)
class Chance:
    """The same small accidents on every machine: everything that varies hangs on a name."""

    seed: str

    def of(self, name: str) -> random.Random:
        """A fresh source for one name."""
        return random.Random(f"{self.seed}/{name}")  # noqa: S311 - variety, not secrecy

    def lag(self, name: str) -> int:
        """Days until somebody enters a thing: usually the day itself or the next."""
        return self.of(f"lag {name}").choices([0, 1, 2, 3, 4, 6], [48, 24, 11, 8, 5, 4])[0]

    def moment(self, name: str, on: date, *, evening: bool = False) -> datetime:
        """A moment of that day, in office hours or one late evening."""
        source = self.of(f"at {name}")
        hour = source.choice([20, 21, 21, 22]) if evening else source.choice([9, 9, 10, 10, 11, 14, 15, 15, 16, 17])
        at = time(hour, source.randrange(60), source.randrange(60), source.randrange(1_000_000))
        return datetime.combine(on, at, tzinfo=clock.SHANGHAI)
