"""Working days in China, with 调休: shifted rest days, worked weekends, and an organisation's own exceptions.

`overrides` says of single days whether they are worked; it is kept by an administrator and wins over the
published calendar, which is an estimate until the State Council has announced a year.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

Overrides = Mapping[date, bool]
_NONE: Overrides = {}


def is_working_day(on: date, *, overrides: Overrides = _NONE) -> bool:
    """Is the day worked?"""
    day = date(on.year, on.month, on.day)
    worked = overrides.get(day)
    return bool(_china().is_working_day(day)) if worked is None else worked


def add_working_days(on: date, days: int, *, overrides: Overrides = _NONE) -> date:
    """The day by which `days` working days after `on` have passed; `on` itself does not count; negative goes back."""
    step = timedelta(days=1 if days >= 0 else -1)
    day, left = on, abs(days)
    while left:
        day += step
        if is_working_day(day, overrides=overrides):
            left -= 1
    return day


def next_working_day(on: date, *, overrides: Overrides = _NONE) -> date:
    """The day itself if it is worked, otherwise the first worked day after it."""
    return on if is_working_day(on, overrides=overrides) else add_working_days(on, 1, overrides=overrides)


def working_days_between(start: date, end: date, *, overrides: Overrides = _NONE) -> int:
    """How many working days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, overrides=overrides)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, overrides=overrides) for day in days)


@lru_cache(maxsize=1)
def _china() -> Any:
    import holidays  # a large package, needed only where deadlines are counted

    return holidays.country_holidays("CN")
