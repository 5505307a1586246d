"""One reader for the ways in which people write a day, and one Chinese writing of it."""

from __future__ import annotations

import re
from datetime import date, datetime

from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.lib.i18n import _
from guiju.lib.text import normalise

_TIME = r"(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_FORMS = tuple(
    re.compile(form + _TIME)
    for form in (
        r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})",
        r"(\d{4})(年)(\d{1,2})月(\d{1,2})[日号]?(?:[(](?:周|星期)[一二三四五六日天][)])?",
        r"(\d{4})()(\d{2})(\d{2})",
    )
)
_WEEKDAYS = "一二三四五六日"
_YEARS = range(1900, 2201)


def parse(value: object, *, where: str = "") -> date:
    """The day written in a cell or a field: a date, 2026-03-31, 2026.3.31, 2026/3/31, 2026年3月31日 or 20260331.

    A bare number other than 20260331 is refused: whether it was meant as a day nobody can tell.
    """
    if isinstance(value, datetime):
        return clock.day_of(value) if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str | int) and not isinstance(value, bool):
        text = normalise(str(value))[:60]
        for form in _FORMS:
            if match := form.fullmatch(text):
                return _day(match, written=str(value), where=where)
    raise _unreadable(value, where)


def chinese(on: date) -> str:
    """2026年11月20日（周五）"""
    return f"{on.year}年{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"


def _day(match: re.Match[str], *, written: str, where: str) -> date:
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    if year not in _YEARS:
        raise _unreadable(written, where)
    try:
        return date(year, month, day)
    except ValueError:
        raise Problem(
            "date.impossible",
            _("There is no day “%(text)s” in the calendar.") % {"text": written[:40]},
            fix=_("Check month and day."),
            where=where,
        ) from None


def _unreadable(value: object, where: str) -> Problem:
    return Problem(
        "date.unreadable",
        _("“%(text)s” is not a date.") % {"text": str(value)[:40]},
        fix=_("Write it like 2026-03-31 or 2026年3月31日."),
        where=where,
    )
