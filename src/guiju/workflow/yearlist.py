"""The year as it is published and as a house keeps it: named days off, worked weekends, the house's own days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiju.lib import dates
from guiju.lib.errors import Fault, Problem
from guiju.workflow.models import CalendarDay

#: The years a calendar can be kept for.
FIRST, LAST = 2001, 2100
#: A list longer than a year is a mistake.
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class NotedDay:
    """A day that is not what its weekday says. `own` is the house's own word against the published one."""

    day: date
    works: bool
    name: str
    own: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a tree. `published` is false while the State Council's notice is not known: the days are estimates."""

    year: int
    published: bool
    note: str
    days: tuple[NotedDay, ...]


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of a list to be taken over."""

    day: date
    works: bool
    name: str = ""


def of(root_id: int, year: int) -> Year:
    """The noted days of a year in order, the house's own in place of published ones."""
    own = {row.day: row for row in CalendarDay.objects.filter(root_id=root_id, day__year=year)}
    rows = [row for row in published_days(year) if row.day not in own]
    rows += [NotedDay(row.day, row.works, row.name, own=True, by=row.by) for row in own.values()]
    return Year(year, is_published(year), note(year), tuple(sorted(rows, key=lambda row: row.day)))


def note(year: int) -> str:
    """What must be said of a year that is only estimated."""
    if is_published(year):
        return ""
    return _(
        "The holidays of %(year)d are not published yet, or not known here: public holidays are estimated, and worked "
        "weekends (调休) are missing. Enter them once the notice is out."
    ) % {"year": year}


def is_published(year: int) -> bool:
    """Does the library hold the State Council's notice of this year?"""
    from holidays.countries.china import ChinaStaticHolidays

    return year in ChinaStaticHolidays.special_public_holidays


def published_days(year: int) -> list[NotedDay]:
    """Public holidays and worked weekends with their names, in the reader's language."""
    found = _library(year, "en_US" if (get_language() or "").startswith("en") else "zh_CN")
    rows = [NotedDay(day, False, name) for day, name in found.items() if day.year == year]
    worked = [day for day in found.weekend_workdays if day.year == year]
    rows += [NotedDay(day, True, _("Worked weekend (调休)")) for day in worked]
    return sorted(rows, key=lambda row: row.day)


@lru_cache(maxsize=32)
def _library(year: int, language: str) -> Any:
    import holidays  # a large package, needed only where deadlines are counted

    return holidays.country_holidays("CN", years=year, language=language)


# --- a list to be taken over ------------------------------------------------------------------------------------------

_LINE = re.compile(
    r"(?P<first>[\d年月日./-]+)\s*(?:(?:至|到|~|～|—|-{2})\s*(?P<last>[\d年月日./-]+))?[\s,，、:：\t]+(?P<word>\S+)(?:[\s,，]+(?P<name>.+))?"
)
_WORDS: Mapping[str, bool] = {
    **dict.fromkeys(("休", "放假", "休息", "rest", "off"), False),
    **dict.fromkeys(("班", "上班", "工作", "works", "on"), True),
}


def parse(text: str, *, year: int) -> list[DayLine]:
    """Read lines such as `2027-02-06 至 2027-02-12 休 春节` and `2027-02-04 班`; faults name their lines."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines or len(lines) > MOST_LINES:
        raise Problem(
            "calendar.list",
            _("The list has no line, or more than %(most)d.") % {"most": MOST_LINES},
            fix=_("Write one line per day or stretch: 2027-02-06 至 2027-02-12 休 春节."),
            status=422,
        )
    found: dict[date, DayLine] = {}
    faults: list[Fault] = []
    for number, line in lines:
        try:
            found |= {row.day: row for row in _read(line, year)}
        except Problem as problem:
            faults.append(Fault(_("Line %(number)d") % {"number": number}, problem.what, problem.fix))
    if faults:
        raise Problem("calendar.list", _("The list was not taken over."), faults=faults, status=422)
    return [found[day] for day in sorted(found)]


def _read(line: str, year: int) -> list[DayLine]:
    match = _LINE.fullmatch(line)
    works = _WORDS.get(match["word"].casefold()) if match else None
    if match is None or works is None:
        raise Problem("calendar.line", _("This is no day with 休 or 班."), fix=_("Write 2027-02-06 休 春节."))
    first = dates.parse(match["first"])
    last = dates.parse(match["last"]) if match["last"] else first
    if first.year != year or last.year != year or not 0 <= (last - first).days < 31:
        raise Problem("calendar.line", _("The day lies outside %(year)d, or the stretch is wrong.") % {"year": year})
    name = (match["name"] or "").strip()[:80]
    return [DayLine(first + timedelta(days=number), works, name) for number in range((last - first).days + 1)]
