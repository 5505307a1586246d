"""The periods of a check plan: days, weeks, months, quarters, halves, years, or once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from guiju.lib import period
from guiju.lib.errors import Problem
from guiju.lib.i18n import _
from guiju.workflow.days import Calendar

#: 征求意见稿 says 定期 and gives no figure except “each quarter” for the hearing (article 10); so a quarter.
USUAL = "quarter"
#: How many days before it begins the next period's run is made, so that people can plan.
LEAD = {"day": 0, "week": 2, "month": 5, "quarter": 10, "half": 15, "year": 20, "once": 30}
#: A plan that is carried out once and names no last day has so many days.
ONCE_DAYS = 30
#: What happens every few days cannot be made up for later: it is about that day or week.
FLEETING = frozenset({"day", "week"})
#: At most so many periods of one plan are made up for at once.
MOST = 400


@dataclass(frozen=True, slots=True)
class Span:
    """One period of a cycle."""

    code: str
    start: date
    end: date


def span(cycle: str, on: date) -> Span:
    """The period of the cycle in which a day falls."""
    if cycle == "day":
        return Span(on.isoformat(), on, on)
    if cycle == "week":
        year, week, weekday = on.isocalendar()
        start = on - timedelta(days=weekday - 1)
        return Span(f"{year}-W{week:02}", start, start + timedelta(days=6))
    found = period.of(on, cycle)
    return Span(str(found), found.start, found.end)


def spans(cycle: str, *, starts_on: date, ends_on: date | None, since: date, on: date) -> Iterator[Span]:
    """The periods from `since` up to the present one, and the next one once it begins within the lead."""
    if cycle == "once":
        last = ends_on or starts_on + timedelta(days=ONCE_DAYS)
        if starts_on <= on + timedelta(days=LEAD["once"]):
            yield Span("once", starts_on, last)
        return
    until = on + timedelta(days=LEAD[cycle])
    if ends_on is not None:
        until = min(until, ends_on)
    found = span(cycle, max(starts_on, since))
    for _count in range(MOST):
        if found.start > until:
            return
        yield found
        found = span(cycle, found.end + timedelta(days=1))


def deadline(found: Span, *, starts_on: date, calendar: Calendar) -> tuple[date, date] | None:
    """First and last day of the run: the period's last working day; None where nobody works in it."""
    start = max(found.start, starts_on)
    due = calendar.last_worked(found.end)
    return (start, due) if due >= start else None


def words(code: str) -> str:
    """A period as people read it."""
    if code == "once":
        return str(_("once"))
    year, _dash, week = code.partition("-W")
    if week:
        return str(_("week %(week)s of %(year)s") % {"week": int(week), "year": year})
    if len(code) == 10:
        return code
    try:
        return period.parse(code).chinese
    except Problem:
        return code


def of_register(code: str, *, due_on: date) -> str:
    """The period as registers keep it: days and weeks count for the month in which they end."""
    if code == "once" or "W" in code or len(code) == 10:
        return str(period.of(due_on, "month"))
    return code
