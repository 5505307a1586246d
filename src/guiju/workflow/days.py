"""The working days of an enterprise: the published calendar and the days its own tree works or rests otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from guiju.lib import calendar
from guiju.workflow.models import CalendarDay

_DAY = timedelta(days=1)


class Calendar:
    """Counts working days in constant time: one list of running counts per year, corrected by the own days."""

    __slots__ = ("_added", "_adds", "_days", "overrides")

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self.overrides: Mapping[date, bool] = overrides or {}
        differing = sorted(day for day, works in self.overrides.items() if works != _published(day))
        self._days = differing
        self._added = [0]
        for day in differing:
            self._added.append(self._added[-1] + (1 if self.overrides[day] else -1))
        self._adds: dict[tuple[date, int], date] = {}

    def works(self, day: date) -> bool:
        """Is the day worked?"""
        own = self.overrides.get(day)
        return _published(day) if own is None else own

    def between(self, start: date, end: date) -> int:
        """How many working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        own = self._added[bisect_right(self._days, end)] - self._added[bisect_right(self._days, start)]
        return _worked_until(end) - _worked_until(start) + own

    def add(self, day: date, days: int) -> date:
        """The day by which so many working days after `day` have passed; negative goes back."""
        key = (day, days)
        found = self._adds.get(key)
        if found is None:
            step, left, found = (_DAY if days > 0 else -_DAY), abs(days), day
            while left:
                found += step
                left -= self.works(found)
            self._adds[key] = found
        return found

    def last_worked(self, day: date) -> date:
        """The day itself if it is worked, else the last worked day before it."""
        return day if self.works(day) else self.add(day, -1)


class Calendars:
    """The calendars of trees, each read once in a request or run."""

    def __init__(self) -> None:
        self._held: dict[int, Calendar] = {}

    def of(self, root_id: int) -> Calendar:
        """The calendar of one tree."""
        if root_id not in self._held:
            self.load([root_id])
        return self._held[root_id]

    def load(self, root_ids: Iterable[int]) -> None:
        """Read the calendars of several trees by one query."""
        missing = set(root_ids) - self._held.keys()
        if not missing:
            return
        own: dict[int, dict[date, bool]] = {pk: {} for pk in missing}
        for root, day, works in CalendarDay.objects.filter(root_id__in=missing).values_list("root_id", "day", "works"):
            own[root][day] = works
        plain = Calendar()
        self._held |= {root: Calendar(days) if days else plain for root, days in own.items()}


def of(root_id: int) -> Calendar:
    """The calendar of one tree, read now."""
    return Calendars().of(root_id)


def _published(day: date) -> bool:
    counts = _year(day.year)
    place = day.timetuple().tm_yday
    return counts[place] > counts[place - 1]


def _worked_until(day: date) -> int:
    """Working days from the beginning of time up to and including the day."""
    return _before(day.year) + _year(day.year)[day.timetuple().tm_yday]


@lru_cache(maxsize=512)
def _before(year: int) -> int:
    """Working days before the year, counted from 1 January 1950."""
    if year == 1950:
        return 0
    step = 1 if year > 1950 else -1
    found = 0
    for each in range(1950, year, step):
        found += step * _year(each if step > 0 else each - 1)[-1]
    return found


@lru_cache(maxsize=512)
def _year(year: int) -> tuple[int, ...]:
    """Running counts of working days: at place n those of the first n days of the year."""
    counts = [0]
    day, last = date(year, 1, 1), date(year, 12, 31)
    while True:
        counts.append(counts[-1] + calendar.is_working_day(day))
        if day == last:
            return tuple(counts)
        day += _DAY
